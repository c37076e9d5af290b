"""A disk that is full, and one that is mounted read only: a line, exit code 4, and nothing half.

The disk is a small tmpfs, which only root may mount; where that is not allowed the tests are
skipped.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.main import run
from tests.conftest import Campaign
from tests.fault.place import Place, assert_recovers, assert_signs, make_place, program
from tests.fault.system_calls import NO_MORE_THAN

ROWS = 4_000
"""An import that needs about 250 KiB in the -wal and as much in the ledger."""
_NO_ROOM = "database or disk is full|disk I/O error|No space left|Not enough room"
TOO_LITTLE = (0, 32, 128)
ROOMS = range(0, 960, 40) if NO_MORE_THAN == "all" else TOO_LITTLE
"""KiB that are free when the import begins."""
KIB = 1024
Disk = Callable[[str], None]


def _mount(*words: str) -> str:
    """What mount says against it; empty when it is done."""
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("mount") is None:
        return "only root can mount a disk"
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode else ""


@contextmanager
def _mounted(folder: Path) -> Iterator[Disk]:
    """A tmpfs at `folder` for the time of a test; its options can be changed."""
    folder.mkdir()
    refused = _mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder))
    if refused:
        pytest.skip(f"no disk can be mounted here: {refused}")
    try:
        yield lambda options: _require(_mount("-o", f"remount,{options}", str(folder)))
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _require(refused: str) -> None:
    assert not refused


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, Disk]]:
    with _mounted(tmp_path / "disk") as change:
        yield tmp_path / "disk", change


def _answer(words: list[str]) -> tuple[int, str, str]:
    done = subprocess.run(program(words), capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def _used(folder: Path) -> int:
    found = shutil.disk_usage(folder)
    return found.total - found.free


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make_place(tmp_path_factory.mktemp("full-disk") / "start", ROWS)


def test_an_import_into_a_full_disk_stands_whole_or_not_at_all(
    start: Place, disk: tuple[Path, Disk], tmp_path: Path, campaign: Campaign
) -> None:
    folder, change = disk
    undisturbed = start.copy_to(tmp_path / "undisturbed")
    assert run(undisturbed.import_words()) == 0
    refused = 0
    for room in ROOMS:
        place = start.copy_to(folder / "buku")
        change(f"size={_used(folder) // KIB + room}k")
        code, out, err = _answer(place.import_words())
        recorded = code == 0 or "recorded as" in out
        assert place.size() == (undisturbed if recorded else start).size()
        assert place.verify().contradictions == []
        if not recorded:
            refused += 1
            assert code == 4
            assert re.search(_NO_ROOM, err)
        assert not (recorded and room in TOO_LITTLE)
        change("size=64m")
        assert_recovers(place, undisturbed.size())
        assert_signs(place)
        shutil.rmtree(place.folder)
    campaign("import into a full disk", tried=len(ROOMS), hit=refused)


def test_a_read_only_disk_refuses_an_import_and_answers_everything_else(
    start: Place, disk: tuple[Path, Disk], tmp_path: Path, campaign: Campaign
) -> None:
    folder, change = disk
    place = start.copy_to(folder / "buku")
    size = place.size()
    change("ro")
    code, out, err = _answer(place.import_words())
    assert code == 4
    assert re.search("readonly|read-only|Read-only", err)
    assert out == ""
    assert place.size() == size
    assert _answer(place.words("verify"))[0] == 6
    assert _answer(place.words("pagu"))[0] == 0
    for words in (("all", "-o", str(tmp_path / "out")), ("--ledger-copy", str(tmp_path / "x.db"))):
        assert _answer(place.words("export", *words))[0] == 0
    change("rw")
    assert run(place.import_words()) == 0
    campaign("read-only disk", tried=6, hit=6)
