"""A clock that jumps: back a year, far ahead, back again, and wherever chance puts it.

Each import runs under its own clock (libfaketime). The order of the entries is that of their
index, what was known at a time is found by the running maximum of the clock, and it is said where
the clock went back. JEJAK_JUMPS sets the number of
random jumps.
"""

import json
import os
import random
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from events_store.leaf import decode_leaf
from events_store.log import LeafLog
from ledger.dates import format_instant
from tests.conftest import Campaign
from tests.fault.place import Place, make_place, program

JUMPS = int(os.environ.get("JEJAK_JUMPS", "1"))
SEED = int(os.environ.get("JEJAK_SEED", "20250120"))
LIBRARY = "libfaketime.so.1"
LIBRARY_FOLDERS = ("/usr/lib", "/usr/lib64", "/usr/local/lib")
NOW = datetime.now(UTC).replace(microsecond=0)
FAR_AHEAD = datetime(2090, 1, 1, tzinfo=UTC)
FIRST_JUMPS = [
    NOW - timedelta(days=365),
    FAR_AHEAD,
    NOW - timedelta(days=30),
]
FARTHEST_DAYS = 20_000
TOLERANCE = timedelta(minutes=10)

Ask = Callable[..., Any]


@dataclass(frozen=True)
class Jumped:
    """A ledger whose imports each had a clock of their own: when, and the size after each."""

    place: Place
    clocks: list[datetime]
    sizes: list[int]

    def instants(self) -> list[datetime]:
        """The clock of every entry, in the order of the entries."""
        with LeafLog(self.place.ledger) as log:
            return [datetime.fromisoformat(decode_leaf(d).recorded_at) for _, _, d in log.leaves()]


@pytest.fixture(scope="module")
def library() -> Path:
    found = [path for folder in LIBRARY_FOLDERS for path in Path(folder).rglob(LIBRARY)]
    if not found:
        pytest.skip(f"no {LIBRARY} to move the clock with (Debian: faketime)")
    return found[0]


@pytest.fixture(scope="module")
def jumped(tmp_path_factory: pytest.TempPathFactory, library: Path) -> Jumped:
    place = make_place(tmp_path_factory.mktemp("clock") / "place", rows=0)
    chance = random.Random(SEED)
    days = (chance.randint(-FARTHEST_DAYS, FARTHEST_DAYS) for _ in range(JUMPS))
    further = [NOW + timedelta(days=count) for count in days]
    clocks = [*FIRST_JUMPS, *further, NOW]
    sizes = [place.size()]
    for number, clock in enumerate(clocks):
        _import_at(place, library, clock, number)
        sizes.append(place.size())
    return Jumped(place, clocks, sizes)


def _import_at(place: Place, library: Path, clock: datetime, number: int) -> None:
    file = place.folder / f"dokumen-{number}.csv"
    row = f"lkj-{number},LKJ,,,2025-01-16,2025-01-16\n"
    file.write_text("id,jenis,nomor,revisi,tanggal,terbit\n" + row)
    environ = os.environ | {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"@{clock:%Y-%m-%d %H:%M:%S}",
        "TZ": "UTC",
        "DONT_FAKE_MONOTONIC": "1",
    }
    subprocess.run(program(place.words("import", str(file))), env=environ, check=True)


@pytest.fixture
def ask(capfd: pytest.CaptureFixture[str]) -> Ask:
    """The JSON answer of a command in a place."""

    def call(place: Place, *words: str) -> Any:
        capfd.readouterr()
        run(place.words(*words, "--json"))
        return json.loads(capfd.readouterr().out)

    return call


def test_the_clock_as_read_is_stored_and_the_order_is_that_of_the_index(jumped: Jumped) -> None:
    instants = jumped.instants()
    assert len(instants) == jumped.sizes[-1]
    for clock, (before, after) in zip(jumped.clocks, pairwise(jumped.sizes), strict=True):
        assert after == before + 2
        assert all(clock <= at <= clock + TOLERANCE for at in instants[before:after])


def test_no_contradiction_whatever_the_clock_said(jumped: Jumped) -> None:
    report = jumped.place.verify()
    assert report.contradictions == []
    assert report.unsigned_tail == 0


def test_known_at_goes_by_the_running_maximum(jumped: Jumped, ask: Ask, campaign: Campaign) -> None:
    running = list(accumulate(jumped.instants(), max))
    for clock in jumped.clocks:
        instant = clock + TOLERANCE
        known = sum(at <= instant for at in running)
        position = ask(jumped.place, "pagu", "--known-at", format_instant(instant))["position"]
        assert position["size"] == known, instant
    hidden = sum(late > at for late, at in zip(running, jumped.instants(), strict=True))
    campaign("clock jumps", tried=len(jumped.clocks), hit=len(jumped.clocks))
    assert hidden > 0


def test_status_names_the_first_entry_at_which_the_clock_went_back(
    jumped: Jumped, ask: Ask
) -> None:
    warnings = {item["code"]: item["text"] for item in ask(jumped.place, "status")["warnings"]}
    assert f"#{jumped.sizes[0]};" in warnings["clock-back"]


def test_doctor_warns_while_the_clock_stands_before_the_last_entry(
    jumped: Jumped, library: Path, ask: Ask, tmp_path: Path
) -> None:
    place = jumped.place.copy_to(tmp_path / "ahead")
    assert _clock_state(ask(place, "doctor")) == "ok"
    _import_at(place, library, FAR_AHEAD, len(jumped.clocks))
    assert _clock_state(ask(place, "doctor")) == "warn"


def _clock_state(diagnosis: Any) -> str:
    return next(str(row["state"]) for row in diagnosis["rows"] if row["check"] == "clock")
