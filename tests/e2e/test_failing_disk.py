"""What a failing disk once did to a command, each as it was found: told in a line, never a half."""

import errno
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.e2e.conftest import Jejak
from tests.fault.place import program

PAGE = 4096
CORRECT = ("correct", "#34", "--value", "1", "--reason", "uji")


def failing_at(nth: int, call: Callable[[int], None] = os.fsync) -> Callable[[int], None]:
    """A sync that fails the nth time (from 1), as a disk does."""
    made = 0

    def sync(descriptor: int) -> None:
        nonlocal made
        made += 1
        if made == nth:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        call(descriptor)

    return sync


@pytest.mark.parametrize("nth", [1, 2, 4])
def test_an_export_that_fails_midway_leaves_no_file_and_can_be_run_again(
    jejak: Jejak, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing_at(nth))
        done = jejak("export", "pagu", "revisi", "log", "-o", "keluar")
    assert done.code == 4
    assert done.out == ""
    assert f"Input/output error: {Path('keluar')}" in done.err
    assert list((tmp_path / "keluar").iterdir()) == []
    assert jejak("export", "pagu", "revisi", "log", "-o", "keluar").code == 0


def test_a_draft_that_cannot_be_taken_away_does_not_fail_an_export(
    jejak: Jejak, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    assert jejak("export", "pagu", "-o", "keluar").code == 0
    assert jejak("export", "--ledger-copy", "salinan.db").code == 0
    assert (tmp_path / "keluar" / "pagu.parquet").exists()


@pytest.mark.parametrize("nth", [1, 2], ids=["anchor", "memory"])
def test_what_was_recorded_stands_where_its_signature_cannot_be_kept(
    jejak: Jejak, folder: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing_at(nth))
        done = jejak(*CORRECT)
    assert done.code == 0
    assert "Not yet signed: Input/output error" in done.err
    assert jejak("verify").code == 6
    assert jejak("checkpoint", "sign").code == 0
    assert jejak("checkpoint", "sign").out.startswith("Signed already")
    assert jejak("verify", "--json").json["totals"]["unsigned_tail"] == 0
    assert not [path for path in folder.rglob("*") if path.name.endswith(".new")]


def test_a_draft_of_a_checkpoint_that_a_kill_left_is_no_checkpoint(
    jejak: Jejak, folder: Path
) -> None:
    (kept,) = (path for path in folder.rglob("anchors/*") if path.is_dir())
    (kept / ".checkpoint-000000009999.0123456789abcdef.new").write_bytes(b"half of a no")
    assert jejak("verify").code == 6
    assert jejak("verify", "--checkpoint", str(kept)).code == 0


def test_a_disk_that_does_not_give_the_file_is_neither_a_missing_nor_a_spoiled_ledger(
    jejak: Jejak, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_words: object, **_options: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        done = jejak("pagu")
    assert done.code == 4
    assert done.err == f"Input/output error: {folder / 'jejak.db'}\n"


def test_no_page_that_is_lost_gives_a_traceback(jejak: Jejak, folder: Path, tmp_path: Path) -> None:
    ledger = folder / "jejak.db"
    whole = ledger.read_bytes()
    codes = set()
    for start in range(PAGE, len(whole), PAGE * 7):
        ledger.write_bytes(whole[:start] + os.urandom(PAGE) + whole[start + PAGE :])
        codes.add(jejak(*CORRECT).code)
        for ending in ("-wal", "-shm"):
            ledger.with_name(ledger.name + ending).unlink(missing_ok=True)
    assert codes <= {0, 3, 4, 5}
    assert codes & {4, 5}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize(
    ("words", "stream", "code"),
    [
        (["log"], "stdout", 4),
        (["verify"], "stdout", 4),
        (["--help"], "stdout", 4),
        (["show", "#9999"], "stderr", 3),
        (["pagu", "--revision", "9"], "stderr", 4),
        (["tidak-ada"], "stderr", 2),
    ],
    ids=str,
)
def test_a_full_stream_gives_an_exit_code_and_no_traceback(
    folder: Path, words: list[str], stream: Literal["stdout", "stderr"], code: int
) -> None:
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with Path("/dev/full").open("w") as full:
        streams[stream] = full
        done = subprocess.run(program(words), text=True, check=False, **streams)
    assert done.returncode == code
    assert stream == "stderr" or done.stderr == "No space left on device\n"
