"""Files beside the ledger: whole or as before, and their names synced too."""

import os
import stat
from pathlib import Path

import pytest

from events_store.durable import make_folder, write_durably

posix = pytest.mark.skipif(os.name != "posix", reason="folders are synced on POSIX alone")


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The inodes that are synced, in order."""
    found: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda fd: found.append(os.fstat(fd).st_ino))
    return found


@posix
def test_the_bytes_are_synced_before_the_name(tmp_path: Path, synced: list[int]) -> None:
    write_durably(tmp_path / "catatan", b"isi")
    assert (tmp_path / "catatan").read_bytes() == b"isi"
    assert synced == [(tmp_path / "catatan").stat().st_ino, tmp_path.stat().st_ino]


@posix
def test_every_folder_that_was_missing_is_private_and_its_name_synced(
    tmp_path: Path, synced: list[int]
) -> None:
    make_folder(tmp_path / "satu" / "dua")
    assert synced == [tmp_path.stat().st_ino, (tmp_path / "satu").stat().st_ino]
    for folder in (tmp_path / "satu", tmp_path / "satu" / "dua"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    make_folder(tmp_path / "satu" / "dua")
    assert len(synced) == 2


def test_a_failed_write_leaves_what_stood_there_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_durably(tmp_path / "catatan", b"lama")

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_durably(tmp_path / "catatan", b"baru")
    assert [path.name for path in tmp_path.iterdir()] == ["catatan"]
    assert (tmp_path / "catatan").read_bytes() == b"lama"


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "satu").touch()
    with pytest.raises(OSError):  # noqa: PT011 - which of them is the system's choice
        make_folder(tmp_path / "satu" / "dua")
