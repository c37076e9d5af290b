"""SIGKILL during an import of 10,000 rows: all of it stands or nothing, and a rerun completes it.

A third of the kills falls anywhere in the life of the process, a third after it has opened the
ledger for writing, a third while or just after it commits. JEJAK_KILLS sets their number.
"""

import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from events_store.log import LeafLog
from tests.conftest import Campaign
from tests.fault.place import LIMIT_SECONDS, Place, assert_recovers, make_place

ROWS = 10_000
BATCHES = 4
KILLS = int(os.environ.get("JEJAK_KILLS", "20"))
SEED = int(os.environ.get("JEJAK_SEED", "20250120"))
MOMENTS = ("after the opening", "around the commit", "anywhere")
COMMIT_SECONDS = 0.02

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX")


@dataclass(frozen=True)
class Undisturbed:
    """What an import that nobody kills comes to: sizes before and after, and its two spans.

    `seconds` is the whole run; `writing_seconds` counts from the opening for writing.
    """

    place: Place
    before: int
    after: int
    seconds: float
    writing_seconds: float


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """A ledger ready for the import, and the measure of one import into a copy of it."""
    base = tmp_path_factory.mktemp("kill")
    place = make_place(base / "start", ROWS)
    seconds, writing_seconds, after = _measure(place.copy_to(base / "measured"))
    return Undisturbed(place, place.size(), after, seconds, writing_seconds)


def _measure(place: Place) -> tuple[float, float, int]:
    began = time.monotonic()
    process = place.start_import()
    _wait_for_writer(place, process)
    opened = time.monotonic()
    out, err = process.communicate(timeout=LIMIT_SECONDS)
    ended = time.monotonic()
    assert process.returncode == 0, err
    assert b"10000 new" in out
    return ended - began, ended - opened, place.size()


def _wait_for_writer(place: Place, process: subprocess.Popen[bytes], size: int = 0) -> None:
    """Until the -wal has `size` bytes (it is there from the opening on), or the process ended."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if place.wal.exists() and place.wal.stat().st_size >= size:
            return
        time.sleep(0.0005)


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=LIMIT_SECONDS)


def _killed_at(place: Place, expected: Undisturbed, fraction: float, moment: str) -> str:
    """Kill an import at a fraction of a span; says what stood in the ledger afterwards."""
    process = place.start_import()
    span = expected.seconds
    if moment == "after the opening":
        _wait_for_writer(place, process)
        span = expected.writing_seconds
    elif moment == "around the commit":
        _wait_for_writer(place, process, size=1)
        span = COMMIT_SECONDS
    time.sleep(fraction * span)
    _kill(process)
    if process.returncode == 0:
        return "ended before the kill"
    under_way = place.wal.exists()
    size = place.size()
    assert size in (expected.before, expected.after), f"{size} leaves: half an import"
    if size == expected.after:
        return "after the commit"
    return "before the commit, import under way" if under_way else "before the import"


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_killed_import_stands_whole_or_not_at_all(
    undisturbed: Undisturbed, tmp_path: Path, batch: int, campaign: Campaign
) -> None:
    chance = random.Random(SEED + batch)
    count = max(len(MOMENTS), KILLS // BATCHES)
    outcomes: Counter[str] = Counter()
    for number in range(count):
        place = undisturbed.place.copy_to(tmp_path / f"kill-{number}")
        moment = MOMENTS[(number + batch) % len(MOMENTS)]
        outcomes[_killed_at(place, undisturbed, chance.random(), moment)] += 1
        assert_recovers(place, undisturbed.after)
        shutil.rmtree(place.folder)
    hit = count - outcomes["ended before the kill"] - outcomes["before the import"]
    campaign("SIGKILL at random in an import", tried=count, hit=hit)
    assert outcomes["before the commit, import under way"] > 0


def test_a_kill_as_soon_as_the_import_is_acknowledged_loses_nothing(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    place = undisturbed.place.copy_to(tmp_path / "acknowledged")
    process = place.start_import()
    assert process.stdout is not None
    assert b"recorded as" in process.stdout.readline()
    _kill(process)
    assert place.size() == undisturbed.after
    assert_recovers(place, undisturbed.after)


def test_after_exit_code_0_the_file_alone_holds_all_and_a_kill_changes_nothing(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    place = undisturbed.place.copy_to(tmp_path / "ended")
    process = place.start_import()
    _, err = process.communicate(timeout=LIMIT_SECONDS)
    process.kill()
    assert process.returncode == 0, err
    alone = tmp_path / "alone.db"
    shutil.copy(place.ledger, alone)
    with LeafLog(alone) as log:
        assert log.size == undisturbed.after
    report = place.verify()
    assert report.contradictions == []
    assert report.unsigned_tail == 0
    assert_recovers(place, undisturbed.after)
