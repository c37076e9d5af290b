"""Reading a ledger file: snapshots, roots, and what a reader may not touch or cannot read."""

import errno
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from events_store import log as log_module
from events_store import merkle
from events_store.errors import LedgerLocked, LedgerMissing, LedgerUnreadable, NotALedger
from events_store.log import LeafLog
from events_store.schema import expected_schema
from tests.unit.events_store.conftest import leaf_of, recorder_of, stored, without_rights

SIZE = 600
posix_only = pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of 600 leaves with two full tiles; only to be read."""
    from events_store.identity import create_ledger_file

    path = tmp_path_factory.mktemp("filled") / "jejak.db"
    create_ledger_file(path)
    with recorder_of(path) as recorder:
        recorder.insert_events(stored(0, 1), import_id="first")
        recorder.insert_events(stored(1, 400), import_id="second")
        recorder.insert_events(stored(401, 199))
    return path


def test_the_root_at_every_size_is_that_of_the_leaf_hashes(filled: Path) -> None:
    hashes = [merkle.leaf_hash(leaf_of(index)) for index in range(SIZE)]
    with LeafLog(filled) as log:
        assert list(log.tile_keys()) == [(0, 0), (0, 1)]
        for size in range(SIZE + 1):
            assert log.root(size) == merkle.root_hash(hashes[:size]), size
        assert log.root() == merkle.root_hash(hashes)


def test_leaves_come_in_order_and_by_type(filled: Path) -> None:
    with LeafLog(filled) as log:
        assert log.size == SIZE
        assert [row[0] for row in log.leaves()] == list(range(SIZE))
        assert list(log.leaves(5, 7)) == [(5, "type-2", leaf_of(5)), (6, "type-0", leaf_of(6))]
        assert [row[0] for row in log.leaves(0, 9, ["type-1"])] == [1, 4, 7]
        assert [row[0] for row in log.leaves(0, 5, ["type-1", "type-2"])] == [1, 2, 4]
        assert list(log.leaves(SIZE, SIZE + 9)) == []
        assert log.leaf(SIZE - 1) == leaf_of(SIZE - 1)
        assert log.leaf(SIZE) is None
        assert log.leaf(-1) is None
        assert len(list(log.stream("stream"))) == SIZE
        assert list(log.stream("none")) == []
        first = leaf_of(0)
        assert next(log.rows()) == (0, "stream", 1, "type-0", first, merkle.leaf_hash(first))


def test_imports_are_named_with_their_first_leaf(filled: Path) -> None:
    with LeafLog(filled) as log:
        assert list(log.imports()) == [("first", 0), ("second", 1)]
        assert log.has_import("second")
        assert not log.has_import("third")


def test_a_tile_that_is_not_stored_is_missing(filled: Path) -> None:
    with LeafLog(filled) as log:
        assert log.find_tile(0, 2) is None
        with pytest.raises(LedgerUnreadable, match="tile 0/2 is missing"):
            log.tile(0, 2)


def test_a_snapshot_does_not_move_while_others_append(path: Path) -> None:
    with recorder_of(path, complete=False) as recorder:
        recorder.insert_events(stored(0, 300))
        with LeafLog(path) as log:
            root = log.root()
            recorder.insert_events(stored(300, 300), import_id="later")
            assert log.size == log._size() == 300
            assert len(list(log.leaves())) == len(list(log.rows())) == 300
            assert len(list(log.stream("stream"))) == 300
            assert log.root() == root
            assert not log.has_import("later")
            assert list(log.tile_keys()) == [(0, 0)]
        with LeafLog(path) as log:
            assert log.size == 600


def test_a_reader_left_half_read_outlives_its_log_in_silence(filled: Path) -> None:
    with LeafLog(filled) as log:
        rows, leaves = log.rows(), log.leaves()
        next(rows), next(leaves)
    rows.close()  # type: ignore[attr-defined]
    leaves.close()  # type: ignore[attr-defined]


def test_a_log_writes_nothing(filled: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    shutil.copy(filled, path)
    before = path.read_bytes()
    with LeafLog(path) as log:
        assert log.root()
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            log._connection.execute("INSERT INTO import VALUES ('x', 900)")
    assert path.read_bytes() == before


def test_an_empty_ledger_has_the_empty_root(path: Path) -> None:
    with LeafLog(path) as log:
        assert log.size == 0
        assert log.root() == merkle.EMPTY_ROOT
        assert log.integrity_problems() == []


def test_names_with_signs_of_a_url_are_only_names(tmp_path: Path) -> None:
    from events_store.identity import create_ledger_file

    path = tmp_path / "buku 100%?mode=memory#é.db"
    create_ledger_file(path)
    with recorder_of(path) as recorder:
        recorder.insert_events(stored(0, 3))
    assert [item.name for item in tmp_path.iterdir()] == [path.name]
    with LeafLog(path) as log:
        assert log.size == 3


@posix_only
def test_a_folder_that_cannot_be_written_is_read_as_it_stands(
    filled: Path, foreign_folder: Path
) -> None:
    path = foreign_folder / "jejak.db"
    shutil.copy(filled, path)
    path.chmod(0o444)
    with without_rights(foreign_folder), LeafLog(path) as log:
        assert log.size == SIZE
        assert len(list(log.leaves())) == SIZE
        assert log.integrity_problems() == []
    assert [item.name for item in foreign_folder.iterdir()] == ["jejak.db"]


@posix_only
def test_a_wal_that_cannot_be_read_is_not_left_out(path: Path, foreign_folder: Path) -> None:
    copy = foreign_folder / "jejak.db"
    with recorder_of(path, complete=False) as recorder:
        recorder.insert_events(stored(0, 5))
        shutil.copy(path, copy)
        shutil.copy(path.with_name("jejak.db-wal"), copy.with_name("jejak.db-wal"))
    with without_rights(foreign_folder), pytest.raises(LedgerLocked):
        LeafLog(copy)
    with LeafLog(copy) as log:
        assert log.size == 5


@posix_only
def test_an_empty_wal_hides_nothing(filled: Path, foreign_folder: Path) -> None:
    path = foreign_folder / "jejak.db"
    shutil.copy(filled, path)
    path.with_name("jejak.db-wal").touch()
    with without_rights(foreign_folder), LeafLog(path) as log:
        assert log.size == SIZE


def test_a_file_that_another_holds_alone_is_locked(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "BUSY_TIMEOUT_SECONDS", 0.01)
    holder = sqlite3.connect(path, isolation_level=None)
    try:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerLocked):
            LeafLog(path)
    finally:
        holder.close()


def test_what_is_no_ledger_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(LedgerMissing):
        LeafLog(tmp_path / "none.db")
    text = tmp_path / "text.db"
    text.write_text("not a database" * 20)
    with pytest.raises(NotALedger):
        LeafLog(text)


def test_a_ledger_cut_short_is_unreadable(filled: Path, tmp_path: Path) -> None:
    path = tmp_path / "short.db"
    path.write_bytes(filled.read_bytes()[:5000])
    with pytest.raises(LedgerUnreadable), LeafLog(path) as log:
        list(log.rows())


@pytest.mark.parametrize(
    ("statement", "read"),
    [
        ("UPDATE event SET leaf = CAST(leaf AS TEXT) WHERE leaf_index = 7", "leaves"),
        ("UPDATE event SET leaf = CAST(leaf AS TEXT) WHERE leaf_index = 7", "rows"),
        ("UPDATE event SET leaf = 7 WHERE leaf_index = 7", "leaves"),
        ("UPDATE tile SET data = 9999999999999 WHERE idx = 0", "root"),
        ("UPDATE tile SET data = 'text' WHERE idx = 1", "root"),
        ("UPDATE tile SET level = 'text' WHERE idx = 1", "tile_keys"),
        ("UPDATE import SET import_id = x'00' WHERE leaf_index = 1", "imports"),
        ("INSERT INTO checkpoint VALUES (1, 'text')", "checkpoints"),
    ],
)
def test_a_value_of_another_type_is_unreadable(
    filled: Path, tmp_path: Path, statement: str, read: str
) -> None:
    """As a spoiled or forged file can hold it; the table's own checks are off here."""
    path = tmp_path / "jejak.db"
    _copy_without_types(filled, path)
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()
    with LeafLog(path) as log, pytest.raises(LedgerUnreadable):
        list(getattr(log, read)())


@pytest.mark.parametrize("read", ["schema", "owners"])
@pytest.mark.parametrize("column", ["type", "name", "tbl_name"])
def test_a_schema_that_is_no_text_is_unreadable(path: Path, column: str, read: str) -> None:
    """Found by a sweep of flipped bits: SQLite itself goes on with a name that is a blob."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        statement = f"UPDATE sqlite_master SET {column} = CAST({column} AS BLOB)"
        connection.execute(f"{statement} WHERE name = 'sqlite_autoindex_import_2'")
    connection.close()
    with LeafLog(path) as log:
        if (column, read) == ("tbl_name", "schema"):
            assert log.schema() == expected_schema()
            return
        with pytest.raises(LedgerUnreadable, match="another type"):
            getattr(log, read)()


@pytest.mark.parametrize("name", ["sqliteXnew", "SQLITE1", "new"])
def test_no_table_can_hide_behind_its_name(path: Path, name: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(f"CREATE TABLE {name} (x)")
    connection.close()
    with LeafLog(path) as log:
        assert ("table", name) in log.schema()


def _copy_without_types(source: Path, target: Path) -> None:
    """The rows of a ledger in tables of the same names that take a value of any type."""
    shutil.copy(source, target)
    with sqlite3.connect(target) as connection:
        for table in ("event", "tile", "import", "checkpoint"):
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            connection.execute(f"CREATE TABLE any_{table} ({', '.join(columns)})")
            connection.execute(f"INSERT INTO any_{table} SELECT * FROM {table}")
            connection.execute(f"DROP TABLE {table}")
            connection.execute(f"ALTER TABLE any_{table} RENAME TO {table}")
    connection.close()


@pytest.mark.parametrize("part", ["jejak.db", "jejak.db-wal"])
def test_a_disk_that_does_not_give_every_byte_is_no_evidence_against_the_file(
    filled: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    spoiled = sqlite3.DatabaseError("database disk image is malformed")
    whole = Path.open

    def refuse(path: Path, *words: Any, **options: Any) -> Any:
        if path.name == part:
            raise OSError(errno.EIO, "Input/output error", str(path))
        return whole(path, *words, **options)

    assert isinstance(log_module.refusal(filled, spoiled), LedgerUnreadable)
    monkeypatch.setattr(Path, "open", refuse)
    refused = log_module.refusal(filled, spoiled)
    assert isinstance(refused, OSError)
    assert refused.filename == str(filled.with_name(part))


def test_an_io_error_of_sqlite_is_one_of_the_disk(filled: Path) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHORT_READ
    refused = log_module.refusal(filled, error)
    assert isinstance(refused, OSError)
    assert (refused.strerror, refused.filename) == ("disk I/O error", str(filled))
