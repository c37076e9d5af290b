"""SIGKILL at a write or sync of an import and of its signing: whole or not at all, none is lost.

The import crosses the end of a tile, so that every table of the ledger is written. JEJAK_SYSCALLS
says at how many of the calls the process is killed; `all` kills it once at each.
"""

import os
import random
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Campaign
from tests.fault.place import Place, assert_recovers, assert_signs, make_place, many_documents
from tests.fault.system_calls import CHANGING, KILL, WHY_NOT, Call, calls_of, spread, with_fault

FEW = 7
BATCHES = 2
ROWS = 300
SEED = int(os.environ.get("JEJAK_SEED", "20250120"))

pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


@dataclass(frozen=True)
class Undisturbed:
    """A ledger before the import, the sizes before and after it, and the calls of one import."""

    place: Place
    before: int
    after: int
    calls: list[Call]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    base = tmp_path_factory.mktemp("killed-calls")
    place = make_place(base / "start", ROWS, many_documents(255))
    assert place.size() == 255
    counted = place.copy_to(base / "counted")
    calls = calls_of(counted.import_words(), CHANGING, base / "calls")
    return Undisturbed(place, place.size(), counted.size(), calls)


def test_an_import_writes_the_wal_the_file_the_anchor_and_the_memory(
    undisturbed: Undisturbed,
) -> None:
    files = {(call.name, call.file) for call in undisturbed.calls}
    assert {("pwrite64", "jejak.db-wal"), ("fdatasync", "jejak.db-wal")} <= files
    assert {("pwrite64", "jejak.db"), ("fdatasync", "jejak.db")} <= files
    assert {("fsync", ".checkpoint-000000000257.new"), ("fsync", ".uji-mati.json.new")} <= files


@pytest.mark.parametrize("batch", range(BATCHES))
def test_an_import_killed_at_a_call_stands_whole_or_not_at_all(
    undisturbed: Undisturbed, tmp_path: Path, batch: int, campaign: Campaign
) -> None:
    chosen = spread(undisturbed.calls, FEW, random.Random(SEED))[batch::BATCHES]
    for number, call in enumerate(chosen):
        place = undisturbed.place.copy_to(tmp_path / f"kill-{number}")
        _size_after_kill(place, call, undisturbed, tmp_path / "log")
        assert_recovers(place, undisturbed.after)
        assert_signs(place)
        shutil.rmtree(place.folder)
    campaign("SIGKILL at a write or sync of an import", tried=len(chosen), hit=len(chosen))


def test_the_commit_lies_between_the_first_call_and_the_last(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    sizes = [
        _size_after_kill(
            undisturbed.place.copy_to(tmp_path / call.name), call, undisturbed, tmp_path / "log"
        )
        for call in (undisturbed.calls[0], undisturbed.calls[-1])
    ]
    assert sizes == [undisturbed.before, undisturbed.after]


def _size_after_kill(place: Place, call: Call, expected: Undisturbed, log: Path) -> int:
    ended = with_fault(place.import_words(), call, KILL, log)
    assert ended.hit, f"{call} did not come"
    size = place.size()
    assert size in (expected.before, expected.after), f"{call}: {size} leaves, half an import"
    if "recorded as" in ended.out:
        assert size == expected.after, f"{call}: an acknowledged import is lost"
    return size
