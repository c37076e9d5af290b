"""Durability asserted on each connection, and triggers that let rows only be appended."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from eventsourcing.persistence import IntegrityError

from events_store import database
from events_store.database import (
    append_checkpoint,
    assert_durable,
    checkpoint_wal,
    open_engine,
)
from events_store.errors import LedgerMissing, NotALedger, StoreUnsupported
from events_store.log import LeafLog
from events_store.recorder import LedgerRecorder
from tests.unit.events_store.conftest import leaf_of, recorder_of, stored

FULL = 2
ROWS = {
    "event": "(0, 'stream', 1, 'type-0', x'00', x'01')",
    "tile": "(0, 0, x'00')",
    "import": "('first', 0)",
    "checkpoint": "(300, x'00')",
}


@pytest.fixture
def filled(path: Path) -> Path:
    """A ledger with a row in each table."""
    with recorder_of(path) as recorder:
        recorder.insert_events(stored(0, 300), import_id="first")
        append_checkpoint(recorder._engine, 300, b"note")
    return path


@pytest.fixture
def connection(filled: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(filled, isolation_level=None)) as connection:
        yield connection


def content(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    return {
        table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
        for table in ROWS
    }


def test_each_connection_writes_ahead_and_syncs_each_commit(path: Path) -> None:
    engine = open_engine(path)
    try:
        reading = engine.execution_options(reading=True)
        with reading.connect() as first, reading.connect() as second:
            for connection in (first, second):
                pragmas = {
                    name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                    for name in (
                        "journal_mode",
                        "synchronous",
                        "busy_timeout",
                        "trusted_schema",
                        "cell_size_check",
                    )
                }
                assert pragmas == {
                    "journal_mode": "wal",
                    "synchronous": FULL,
                    "busy_timeout": 30_000,
                    "trusted_schema": 0,
                    "cell_size_check": 1,
                }
    finally:
        engine.dispose()


@pytest.mark.parametrize(
    ("journal_mode", "synchronous", "durable"),
    [
        ("WAL", "FULL", True),
        ("WAL", "EXTRA", True),
        ("WAL", "NORMAL", False),
        ("WAL", "OFF", False),
        ("DELETE", "FULL", False),
        ("MEMORY", "FULL", False),
        ("OFF", "FULL", False),
    ],
)
def test_only_a_synced_write_ahead_log_counts_as_durable(
    path: Path, journal_mode: str, synchronous: str, durable: bool
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal_mode}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        if durable:
            assert_durable(connection)
        else:
            with pytest.raises(StoreUnsupported, match="power cut"):
                assert_durable(connection)


def test_a_connection_that_is_not_durable_is_never_handed_out() -> None:
    """A store that takes the settings and does not keep them, as one in memory does."""
    engine = database._engine(Path(":memory:"))
    try:
        with pytest.raises(StoreUnsupported, match="journal_mode=memory"):
            engine.connect()
    finally:
        engine.dispose()


def test_an_older_sqlite_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    with pytest.raises(StoreUnsupported, match=r"needs 3\.37"):
        open_engine(path)


def test_an_engine_is_opened_over_a_ledger_only(tmp_path: Path) -> None:
    with pytest.raises(LedgerMissing):
        open_engine(tmp_path / "none.db")
    other = tmp_path / "other.db"
    other.write_bytes(b"SQLite format 3\x00" + bytes(4080))
    with pytest.raises(NotALedger):
        open_engine(other)
    assert list(tmp_path.iterdir()) == [other]
    assert other.read_bytes() == b"SQLite format 3\x00" + bytes(4080)


@pytest.mark.parametrize("table", ROWS)
@pytest.mark.parametrize("verb", ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"])
def test_no_row_is_changed(connection: sqlite3.Connection, table: str, verb: str) -> None:
    before = content(connection)
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    for column in columns:
        with pytest.raises(sqlite3.IntegrityError, match="rows are only appended"):
            connection.execute(f"{verb} {table} SET {column} = {column}")
    assert content(connection) == before


@pytest.mark.parametrize("table", ROWS)
def test_no_row_is_deleted(connection: sqlite3.Connection, table: str) -> None:
    before = content(connection)
    for where in ("", " WHERE rowid = 0" if table == "event" else " WHERE 1"):
        with pytest.raises(sqlite3.IntegrityError, match="rows are only appended"):
            connection.execute(f"DELETE FROM {table}{where}")
    assert content(connection) == before


@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE"])
@pytest.mark.parametrize(
    ("table", "row"),
    [
        *ROWS.items(),
        pytest.param("event", "(299, 'other', 1, 'type', x'00', x'01')", id="event index"),
        pytest.param(
            "event", "(300, 'stream', 300, 'type', x'00', x'01')", id="event stream version"
        ),
        pytest.param("import", "('other', 0)", id="import index"),
        pytest.param("import", "('first', 1)", id="import id"),
    ],
)
def test_no_row_is_replaced(
    connection: sqlite3.Connection, verb: str, table: str, row: str
) -> None:
    before = content(connection)
    with pytest.raises(sqlite3.IntegrityError, match="rows are only appended"):
        connection.execute(f"{verb} INTO {table} VALUES {row}")
    assert content(connection) == before


@pytest.mark.parametrize("table", ROWS)
def test_an_upsert_is_an_update(connection: sqlite3.Connection, table: str) -> None:
    before = content(connection)
    column = connection.execute(f"PRAGMA table_info({table})").fetchone()[1]
    with pytest.raises(sqlite3.IntegrityError, match="rows are only appended"):
        connection.execute(
            f"INSERT INTO {table} VALUES {ROWS[table]}"
            f" ON CONFLICT DO UPDATE SET {column} = {column}"
        )
    assert content(connection) == before


@pytest.mark.parametrize("index", ["301", "1000", "-1", "-2", "9223372036854775807", "NULL"])
def test_an_index_leaves_no_gap(connection: sqlite3.Connection, index: str) -> None:
    before = content(connection)
    with pytest.raises(sqlite3.IntegrityError, match="rows are only appended"):
        connection.execute(f"INSERT INTO event VALUES ({index}, 'other', 1, 'type', x'00', x'01')")
    assert content(connection) == before


def test_the_next_row_of_each_table_is_taken(connection: sqlite3.Connection) -> None:
    for table, row in {
        "event": "(300, 'stream', 301, 'type', x'00', x'01')",
        "tile": "(0, 1, x'00')",
        "import": "('second', 300)",
        "checkpoint": "(301, x'00')",
    }.items():
        connection.execute(f"INSERT INTO {table} VALUES {row}")


@pytest.mark.parametrize(
    "row",
    ["(300, 'other', 'one', 'type', x'00', x'01')", "(300, 'other', 1, 'type', 'text', x'01')"],
)
def test_a_value_of_another_type_is_not_stored(connection: sqlite3.Connection, row: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="cannot store"):
        connection.execute(f"INSERT INTO event VALUES {row}")


def test_a_batch_that_conflicts_stores_nothing(filled: Path) -> None:
    with recorder_of(filled) as recorder:
        with pytest.raises(IntegrityError):
            recorder.insert_events([*stored(300, 256), *stored(5, 1)], import_id="second")
        with pytest.raises(IntegrityError):
            recorder.insert_events(stored(300, 256), import_id="first")
        assert recorder.max_notification_id() == 300
        assert list(recorder.insert_events(stored(300, 256), import_id="second") or []) == [
            *range(301, 557)
        ]
    with LeafLog(filled) as log:
        assert log.size == 556
        assert list(log.imports()) == [("first", 0), ("second", 300)]
        assert list(log.tile_keys()) == [(0, 0), (0, 1)]


def test_the_first_checkpoint_of_a_size_stays(filled: Path) -> None:
    engine = open_engine(filled)
    try:
        append_checkpoint(engine, 300, b"another")
        append_checkpoint(engine, 301, b"later")
    finally:
        engine.dispose()
    with LeafLog(filled) as log:
        assert list(log.checkpoints()) == [(300, b"note"), (301, b"later")]


def test_a_checkpoint_of_the_wal_that_fails_undoes_no_commit(path: Path) -> None:
    def refuse(action: int, name: str | None, *_others: str | None) -> int:
        denied = action == sqlite3.SQLITE_PRAGMA and name == "wal_checkpoint"
        return sqlite3.SQLITE_DENY if denied else sqlite3.SQLITE_OK

    engine = open_engine(path)
    try:
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.set_authorizer(refuse)
        LedgerRecorder(engine).insert_events(stored(0, 5))
        append_checkpoint(engine, 5, b"note")
        with LeafLog(path) as log:
            assert log.size == 5
            assert list(log.checkpoints()) == [(5, b"note")]
    finally:
        engine.dispose()


def test_a_plain_copy_is_complete_after_the_checkpoint(path: Path, tmp_path: Path) -> None:
    engine = open_engine(path)
    copy = tmp_path / "copy.db"
    try:
        with recorder_of(path, complete=False) as recorder:
            recorder.insert_events(stored(0, 5))
            copy.write_bytes(path.read_bytes())
            with LeafLog(copy) as log:
                assert log.size == 0
            checkpoint_wal(engine)
            copy.write_bytes(path.read_bytes())
            with LeafLog(copy) as log:
                assert [row[2] for row in log.leaves()] == [leaf_of(index) for index in range(5)]
    finally:
        engine.dispose()
