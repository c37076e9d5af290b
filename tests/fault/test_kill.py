"""SIGKILL during an import of 10,000 rows: all of it stands or nothing, and a rerun completes it.

A third of the kills falls anywhere in the life of the process, a third after it has opened the
ledger for writing, a third while or just after it commits. JEJAK_KILLS sets their number.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.home import Home
from cli.main import run
from cli.verification import gather
from cli.wiring import check_leaf
from events_store.log import LeafLog
from events_store.verify import Report, verify_log
from tests.conftest import Campaign

ROWS = 10_000
LEDGER_ID = "uji-mati"
BATCHES = 4
KILLS = int(os.environ.get("JEJAK_KILLS", "20"))
SEED = int(os.environ.get("JEJAK_SEED", "20250120"))
MOMENTS = ("after the opening", "around the commit", "anywhere")
LIMIT_SECONDS = 60
COMMIT_SECONDS = 0.02
PROGRAM = "from cli.main import main; main()"
ISOLATED = ["-I"] if sys.flags.isolated else []
DOCUMENTS = """id,jenis,nomor,revisi,tanggal,terbit
dipa-2024-r1,DIPA,,1,2024-02-13,
lkj-2024,LKJ,,,2025-01-16,2025-01-16
"""
MAPPING = """[[statement]]
record = "line"
[statement.columns]
code = "kode"
name = "uraian"
amount = "jumlah"
[statement.fixed]
satker = "banjarbaru"
fiscal_year = 2024
revision = 1
dimension = "line"
coverage = "full"
document = "dipa-2024-r1"
read_from = "lkj-2024"
sheet = "Rincian"
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX")


@dataclass(frozen=True)
class Place:
    """A folder with a ledger, its home, and the file to import."""

    folder: Path

    @property
    def ledger(self) -> Path:
        return self.folder / "jejak.db"

    @property
    def wal(self) -> Path:
        return self.folder / "jejak.db-wal"

    @property
    def home(self) -> Home:
        return Home(self.folder / "rumah")

    def words(self, *command: str) -> list[str]:
        return ["-L", str(self.ledger), "--home", str(self.home.folder), "--lang", "en", *command]

    def import_words(self) -> list[str]:
        mapping = str(self.folder / "baris.toml")
        return self.words("import", str(self.folder / "baris.csv"), "--mapping", mapping)

    def start_import(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *ISOLATED, "-c", PROGRAM, *self.import_words()],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def size(self) -> int:
        with LeafLog(self.ledger) as log:
            return log.size

    def verify(self) -> Report:
        trust = gather(LEDGER_ID, self.home, [], [])
        assert trust.policy.logs
        with LeafLog(self.ledger) as log:
            return verify_log(log, policy=trust.policy, heads=trust.heads, check_leaf=check_leaf)

    def copy_to(self, folder: Path) -> "Place":
        shutil.copytree(self.folder, folder)
        return Place(folder)


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
    place = Place(base / "start")
    place.folder.mkdir()
    satker = ("--satker", "banjarbaru", "--name", "KPU Kota Banjarbaru", "--actor", "uji")
    assert run(place.words("init", "--id", LEDGER_ID, *satker)) == 0
    assert run(place.words("keys", "create", "--no-passphrase")) == 0
    (place.folder / "dokumen.csv").write_text(DOCUMENTS)
    assert run(place.words("import", str(place.folder / "dokumen.csv"))) == 0
    (place.folder / "baris.toml").write_text(MAPPING)
    lines = (f"{i // 100:03d}.{i % 100:02d},Belanja ke-{i},{i * 1000}\n" for i in range(ROWS))
    (place.folder / "baris.csv").write_text("kode,uraian,jumlah\n" + "".join(lines))
    for ending in ("-wal", "-shm"):
        place.ledger.with_name(place.ledger.name + ending).unlink(missing_ok=True)
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


def _assert_recovers(place: Place, expected: Undisturbed) -> None:
    """No contradiction; a rerun completes the import, one more adds nothing."""
    assert place.verify().contradictions == []
    for _ in range(2):
        assert run(place.import_words()) == 0
        assert place.size() == expected.after
    report = place.verify()
    assert report.contradictions == []
    with LeafLog(place.ledger) as log:
        assert len(list(log.imports())) == 2


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
        _assert_recovers(place, undisturbed)
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
    _assert_recovers(place, undisturbed)


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
    _assert_recovers(place, undisturbed)
