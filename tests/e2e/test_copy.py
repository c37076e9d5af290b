"""From an exported log into no ledger at all: the same bytes, or nothing."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Jejak

TABLES = ("event", "tile", "import", "checkpoint")
Spoil = Callable[[Path], object]


def _held(ledger: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(ledger)) as connection:
        return {name: list(connection.execute(f'SELECT * FROM "{name}" ORDER BY 1, 2'))
                for name in TABLES}  # fmt: skip


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def exported(jejak: Jejak, size: int, tmp_path: Path) -> Path:
    """The log of a ledger that was signed three times."""
    jejak("correct", "#41/6709.QGE.001", "--value", "1", "--reason", "keliru")
    jejak("void", f"#{size}", "--reason", "koreksinya sendiri keliru")
    assert jejak("export", "--tiles", "log").code == 0
    return tmp_path / "log"


def test_leaves_tiles_imports_and_checkpoints_come_back_byte_for_byte(
    jejak: Jejak, folder: Path, exported: Path, tmp_path: Path
) -> None:
    done = jejak("copy", "log", "baru.db")
    assert done.code == 0, done.err
    assert "1054 entries and 3 checkpoints" in done.out
    filled = {path.name for path in tmp_path.iterdir() if path.is_file() and path.stat().st_size}
    assert filled - {"baru.db-shm"} == {"baru.db"}
    before, after = _held(folder / "jejak.db"), _held(tmp_path / "baru.db")
    assert after == before
    assert [len(before[name]) for name in TABLES] == [1054, 4, 18, 3]
    assert jejak("export", "--tiles", "lagi", "-L", "baru.db").code == 0
    assert _files(tmp_path / "lagi") == _files(exported)


def test_the_new_ledger_verifies_and_answers_alike(
    jejak: Jejak, exported: Path, tmp_path: Path
) -> None:
    key = jejak("keys", "show").out.strip()
    assert jejak("copy", "log", "baru.db", "--key", key).code == 0
    assert jejak("verify", "-L", "baru.db").code == 6
    assert jejak("rebuild", "--check", "-L", "baru.db").code == 0
    for words in (["pagu", "--level", "ro"], ["revisi"], ["log", "--imports"]):
        assert jejak(*words, "--json", "-L", "baru.db").out == jejak(*words, "--json").out
    appended = jejak("void", "#34", "--reason", "uji", "-L", "baru.db")
    assert "Recorded #1054" in appended.out
    assert jejak("verify", "-L", "baru.db").code == 6


def test_the_old_form_without_older_checkpoints_comes_back_too(
    jejak: Jejak, exported: Path, tmp_path: Path
) -> None:
    for path in (exported / "checkpoints").iterdir():
        path.unlink()
    (exported / "checkpoints").rmdir()
    assert jejak("salin", "log", "baru.db", lang="id").code == 0
    assert len(_held(tmp_path / "baru.db")["checkpoint"]) == 1


def _swap(path: Path, before: bytes, after: bytes) -> None:
    data = path.read_bytes()
    assert before in data
    path.write_bytes(data.replace(before, after, 1))


SPOILED: dict[str, Spoil] = {
    "a changed leaf": lambda log: _swap(log / "tile/entries/000", b"banjarbaru", b"banjarbarv"),
    "a changed tile": lambda log: _flip(log / "tile/0/001"),
    "a changed upper tile": lambda log: _flip(log / "tile/1/000.p/4"),
    "a missing tile": lambda log: (log / "tile/0/002").unlink(),
    "a missing partial tile": lambda log: (log / "tile/0/004.p/30").unlink(),
    "a missing bundle": lambda log: (log / "tile/entries/003").unlink(),
    "a bundle cut off": lambda log: _cut(log / "tile/entries/003", 100),
    "a bundle cut between entries": lambda log: _cut_entry(log / "tile/entries/004.p/30"),
    "a bundle that is too long": lambda log: _grow(log / "tile/entries/004.p/30"),
    "a tile that is too long": lambda log: _grow(log / "tile/0/000"),
    "a changed checkpoint": lambda log: _swap(log / "checkpoint", b"1054", b"1053"),
    "a changed root": lambda log: _root(log / "checkpoint"),
    "a checkpoint cut off": lambda log: _cut(log / "checkpoint", 1),
    "a changed older root": lambda log: _root(log / "checkpoints/checkpoint-000000001053"),
    "an older one under another size": lambda log: (
        log / "checkpoints/checkpoint-000000001053"
    ).rename(log / "checkpoints/checkpoint-000000001051"),
    "a larger older one": lambda log: (
        log / "checkpoints/checkpoint-000000001054"
    ).write_bytes((log / "checkpoint").read_bytes()),
    "a stranger among the older": lambda log: (log / "checkpoints/x").write_bytes(b"x"),
    "no entry at all": lambda log: (log / "checkpoint").write_bytes(_empty(log)),
}  # fmt: skip


def _flip(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(bytes([data[0] ^ 1]) + data[1:])


def _cut(path: Path, count: int) -> None:
    path.write_bytes(path.read_bytes()[:-count])


def _cut_entry(path: Path) -> None:
    from events_store.tile_directory import format_entries, parse_entries

    path.write_bytes(format_entries(parse_entries(path.read_bytes())[:-1]))


def _grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\x00\x01x")


def _root(path: Path) -> None:
    origin, size, root, *rest = path.read_text().split("\n")
    path.write_text("\n".join([origin, size, "A" * (len(root) - 1) + "=", *rest]))


def _empty(log: Path) -> bytes:
    origin, _size, _root, *rest = (log / "checkpoint").read_text().split("\n")
    return "\n".join([origin, "0", "A" * 43 + "=", *rest]).encode()


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED.keys())
def test_a_spoiled_folder_is_refused_and_nothing_is_written(
    jejak: Jejak, exported: Path, tmp_path: Path, spoil: Spoil
) -> None:
    spoil(exported)
    done = jejak("copy", "log", "baru.db")
    assert done.code == 5, done.out + done.err
    assert "does not hold" in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["contoh", "log"]


def test_a_false_signature_is_refused_under_a_key_and_kept_without(
    jejak: Jejak, exported: Path, tmp_path: Path
) -> None:
    key = jejak("keys", "show").out.strip()
    older = exported / "checkpoints/checkpoint-000000001053"
    other = (exported / "checkpoint").read_bytes().rpartition(b" ")[2]
    head, space, _ = older.read_bytes().rpartition(b" ")
    older.write_bytes(head + space + other)
    refused = jejak("copy", "log", "baru.db", "--key", key)
    assert refused.code == 5
    assert not (tmp_path / "baru.db").exists()
    assert jejak("copy", "log", "baru.db").code == 0
    assert jejak("verify", "-L", "baru.db").code == 5


def test_a_folder_that_is_no_log_and_a_taken_name_are_refused(
    jejak: Jejak, exported: Path, tmp_path: Path
) -> None:
    (tmp_path / "kosong").mkdir()
    refused = jejak("copy", "kosong", "baru.db")
    assert refused.code == 3
    assert "is not an exported log" in refused.err
    assert jejak("copy", "tidak-ada", "baru.db").code == 2
    (tmp_path / "baru.db").write_text("milik orang lain")
    for source in ("log", "contoh/jejak.db"):
        assert jejak("copy", source, "baru.db").code == 4
    assert (tmp_path / "baru.db").read_text() == "milik orang lain"


def test_a_ledger_file_is_copied_whole(jejak: Jejak, folder: Path, tmp_path: Path) -> None:
    assert jejak("copy", "contoh/jejak.db", "baru.db").code == 0
    assert _held(tmp_path / "baru.db") == _held(folder / "jejak.db")
    assert jejak("verify", "-L", "baru.db").code == 6
    assert jejak("copy", "contoh/jejak.db", "lain.db", "--key", "x").code == 2
