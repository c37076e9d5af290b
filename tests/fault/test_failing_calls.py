"""A disk that fails or is full at one system call: told in a line, and nothing is half or lost.

Each call that changes a file fails once with EIO and once with ENOSPC, each that reads the ledger
with EIO and all that read after it too. JEJAK_SYSCALLS says how many of a command's calls are made
to fail; `all` takes each.
"""

import os
import random
import shutil
from pathlib import Path

import pytest

from tests.conftest import Campaign
from tests.fault.commands import Command, make_commands
from tests.fault.place import Place
from tests.fault.system_calls import (
    CHANGING,
    READING,
    WHY_NOT,
    Call,
    Ended,
    calls_of,
    spread,
    with_fault,
    with_lasting_fault,
)

FEW_CHANGING = 2
FEW_READING = 1
SEED = int(os.environ.get("JEJAK_SEED", "20250120"))
WRITERS = ("import", "checkpoint sign", "export all", "export --ledger-copy")
READERS = (*WRITERS, "pagu", "verify")

pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Command]:
    return make_commands(tmp_path_factory.mktemp("failing-calls"))


@pytest.mark.parametrize("name", WRITERS)
def test_a_call_that_changes_a_file_and_fails_is_told(
    commands: dict[str, Command], name: str, tmp_path: Path, campaign: Campaign
) -> None:
    command = commands[name]
    log = tmp_path / "log"
    place = command.start.copy_to(tmp_path / "counted")
    calls = calls_of(command.words(place), CHANGING, log)
    for error in ("EIO", "ENOSPC"):
        chosen = spread(calls, FEW_CHANGING, random.Random(f"{SEED} {name} {error}"))
        for call in chosen:
            place = _fresh(command, tmp_path)
            ended = with_fault(command.words(place), call, f"error={error}", log)
            _judge(command, place, call, ended)
        campaign(f"{error} at a write or sync of {name}", tried=len(chosen), hit=len(chosen))


@pytest.mark.parametrize("name", READERS)
def test_a_disk_that_gives_no_more_of_the_ledger_is_told(
    commands: dict[str, Command], name: str, tmp_path: Path, campaign: Campaign
) -> None:
    command = commands[name]
    log = tmp_path / "log"
    place = command.start.copy_to(tmp_path / "place")
    only = (place.ledger, place.wal)
    calls = calls_of(command.words(place), READING, log, only)
    chosen = spread(calls, FEW_READING, random.Random(f"{SEED} {name}"))
    for call in chosen:
        place = _fresh(command, tmp_path)
        before = calls[: calls.index(call)]
        ended = with_lasting_fault(command.words(place), before, "error=EIO", log, only)
        _judge(command, place, call, ended)
    campaign(f"EIO from a read of the ledger on, by {name}", tried=len(chosen), hit=len(chosen))


def _fresh(command: Command, folder: Path) -> Place:
    """Where the command starts from, always in the same place."""
    shutil.rmtree(folder / "place", ignore_errors=True)
    return command.start.copy_to(folder / "place")


def _judge(command: Command, place: Place, call: Call, ended: Ended) -> None:
    assert ended.hit, f"{call} did not come"
    try:
        command.check(place, call, ended)
    except AssertionError as failure:
        failure.add_note(f"{call}: {ended}")
        raise
