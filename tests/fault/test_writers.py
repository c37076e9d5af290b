"""Many processes append to one ledger at once: no gap, nothing lost, nothing twice, all signed.

Each imports a file that all of them have, then files of its own; who is told that another was
faster tries again. JEJAK_WRITERS sets the number of processes.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.tables import contradicted_tables
from events_store.leaf import decode_leaf
from events_store.log import LeafLog
from tests.conftest import Campaign
from tests.fault.place import ISOLATED, LEDGER_ID, Place, assert_signs, make_place

WRITERS = int(os.environ.get("JEJAK_WRITERS", "6"))
OWN_FILES = 2
ROWS = 4
COMMON_ROWS = 1_000
"""Enough for others to begin with the same file before the first has recorded it."""
LIMIT_SECONDS = 600
WRITER = """import sys
from cli.main import run
from cli.wiring import open_ledger
first = sys.argv.index("import") + 1
words = sys.argv[1:first]
print("ready", flush=True)
sys.stdin.readline()
for file in sys.argv[first:]:
    code = 4
    while code == 4:
        code = run([*words, file])
        print("exit", code, file, flush=True)
"""
ATTEMPT = re.compile(r"(.*?)^exit (\d+) (.+?)$", re.DOTALL | re.MULTILINE)
SIGNED = re.compile(r"Signed: (\d+) entries")
SAID = re.compile(r"recorded as #(\d+) to #(\d+)")
FASTER = ("Another writer was faster; nothing was recorded", "cannot be written now, nothing was")


@dataclass(frozen=True)
class Attempt:
    """One import: the file, the exit code and all that was said."""

    file: Path
    code: int
    words: str

    @property
    def said(self) -> list[range]:
        """The entries that were said to be recorded."""
        return [range(int(lo), int(hi) + 1) for lo, hi in SAID.findall(self.words)]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make_place(tmp_path_factory.mktemp("writers") / "place", rows=0)


@pytest.fixture(scope="module")
def before(place: Place) -> int:
    return place.size()


@pytest.fixture(scope="module")
def attempts(place: Place, before: int) -> list[Attempt]:
    """Every import of every writer, all begun at the same moment."""
    common = _documents(place, "bersama", COMMON_ROWS)
    writers = [
        _start(place, [common, *(_documents(place, f"{n}-{k}") for k in range(OWN_FILES))])
        for n in range(WRITERS)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    said = [writer.communicate(timeout=LIMIT_SECONDS)[0] for writer in writers]
    found = [_attempts(text) for text in said]
    assert [writer.returncode for writer in writers] == [0] * WRITERS, said
    return [attempt for one in found for attempt in one]


def _documents(place: Place, name: str, rows: int = ROWS) -> Path:
    """A file of documents that no other name has."""
    file = place.folder / f"dokumen-{name}.csv"
    lines = (f"lkj-{name}-{row},LKJ,,,2025-01-16,2025-01-16\n" for row in range(rows))
    file.write_text("id,jenis,nomor,revisi,tanggal,terbit\n" + "".join(lines))
    return file


def _start(place: Place, files: list[Path]) -> subprocess.Popen[str]:
    words = [*place.words("import"), *map(str, files)]
    return subprocess.Popen(
        [sys.executable, *ISOLATED, "-B", "-c", WRITER, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _attempts(text: str) -> list[Attempt]:
    return [Attempt(Path(file), int(code), words) for words, code, file in ATTEMPT.findall(text)]


def test_every_import_succeeds_at_last_and_who_must_wait_is_told_so(
    attempts: list[Attempt],
) -> None:
    assert {attempt.code for attempt in attempts} <= {0, 4}, attempts
    assert len([attempt for attempt in attempts if attempt.code == 0]) == WRITERS * (OWN_FILES + 1)
    for attempt in attempts:
        if attempt.code == 4:
            assert attempt.said == []
            assert any(words in attempt.words for words in FASTER), attempt


def test_what_was_said_to_be_recorded_is_the_log_without_gap_or_repetition(
    attempts: list[Attempt], place: Place, before: int, campaign: Campaign
) -> None:
    said = {lo: attempt for attempt in attempts for lo in attempt.said}
    indexes = sorted(index for entries in said for index in entries)
    assert indexes == list(range(before, place.size()))
    assert len(said) == WRITERS * OWN_FILES + 1
    with LeafLog(place.ledger) as log:
        for entries, attempt in said.items():
            received = decode_leaf(log.leaf(entries.start) or b"")
            assert received.data["file_name"] == attempt.file.name
        assert [index for _, index in log.imports()][1:] == sorted(e.start for e in said)
    again = len(attempts) - WRITERS * (OWN_FILES + 1)
    campaign(f"{WRITERS} writers at once", tried=len(attempts), hit=again)


def test_no_contradiction_and_the_longest_signed_head_is_remembered(
    attempts: list[Attempt], place: Place
) -> None:
    report = place.verify()
    assert report.contradictions == []
    with LeafLog(place.ledger) as log:
        assert contradicted_tables(log, report) == []
    remembered = place.home.last_head(LEDGER_ID)
    assert remembered is not None
    signed = [int(size) for attempt in attempts for size in SIGNED.findall(attempt.words)]
    assert remembered.size == max(signed) == report.size - report.unsigned_tail
    assert_signs(place)
