"""Materialised tables: written whole, listed with their origin, and every changed cell found."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from events_store import schema
from events_store.errors import LedgerLocked, LedgerUnreadable, StoreUnsupported
from events_store.log import LeafLog
from events_store.policy import Policy
from events_store.tables import (
    LISTING,
    create_statement,
    is_name,
    read_materialised,
    stored_digest,
    stored_rows,
    table_digest,
    write_tables,
)
from events_store.verify import verify_log
from tests.unit.events_store.conftest import recorder_of, stored

TABLE = pa.table(
    {
        "code": pa.array(["007", None, "é\n"]),
        "amount": pa.array([1, None, -(2**62)], pa.int64()),
        "whole": pa.array([True, None, False]),
        "notes": pa.array([["a", "b"], None, []], pa.list_(pa.string())),
    }
)
SPELLED = (
    b'[["code","TEXT"],["amount","INTEGER"],["whole","INTEGER"],["notes","TEXT"]]\n'
    b'["007",1,1,"[\\"a\\",\\"b\\"]"]\n'
    b'["\xc3\xa9\\n",-4611686018427387904,0,"[]"]\n'
    b"[null,null,null,null]\n"
)


@pytest.fixture
def written(path: Path) -> Path:
    """A ledger of three leaves with two tables."""
    with recorder_of(path) as recorder:
        recorder.insert_events(stored(0, 3))
    write(path, {"first": TABLE, "second": TABLE.slice(0, 1)})
    return path


def write(path: Path, tables: dict[str, pa.Table]) -> None:
    with LeafLog(path) as log:
        size, root = log.size, log.root()
    write_tables(path, tables, size, root)


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def contradictions(path: Path) -> dict[str, str]:
    """What verify finds but that these leaves are no leaves."""
    with LeafLog(path) as log:
        report = verify_log(log, policy=Policy(()))
    return {item.kind: item.detail for item in report.contradictions if item.kind != "leaf"}


def test_the_digest_is_that_of_its_spelled_form() -> None:
    assert table_digest(TABLE) == hashlib.sha256(SPELLED).digest()


def test_the_order_of_rows_does_not_matter_and_that_of_columns_does() -> None:
    assert table_digest(TABLE.take([2, 0, 1])) == table_digest(TABLE)
    assert table_digest(TABLE.select(["amount", "code", "whole", "notes"])) != table_digest(TABLE)
    assert table_digest(pa.concat_tables([TABLE, TABLE])) != table_digest(TABLE)


def test_what_is_written_is_read_by_plain_sql(written: Path) -> None:
    with closing(sqlite3.connect(f"{written.as_uri()}?mode=ro", uri=True)) as connection:
        assert connection.execute("SELECT * FROM first").fetchall() == [
            ("007", 1, 1, '["a","b"]'),
            (None, None, None, None),
            ("é\n", -(2**62), 0, "[]"),
        ]
        listed = connection.execute("SELECT name, size FROM materialised").fetchall()
    assert listed == [("first", 3), ("second", 3)]


def test_the_stored_digest_is_that_of_the_table(written: Path) -> None:
    with LeafLog(written) as log:
        listed = read_materialised(log)
        assert listed["first"] == (3, log.root(), table_digest(TABLE))
        assert stored_digest(log, "first") == table_digest(TABLE)
        assert len(stored_rows(log, "second")) == 1
    assert contradictions(written) == {}


def test_a_ledger_lists_nothing_until_something_is_written(path: Path) -> None:
    with LeafLog(path) as log:
        assert read_materialised(log) == {}
        assert ("table", LISTING) not in log.schema()


def test_writing_replaces_all_that_stood_there(written: Path) -> None:
    write(written, {"second": TABLE})
    with LeafLog(written) as log:
        assert list(read_materialised(log)) == ["second"]
        assert ("table", "first") not in log.schema()
        assert stored_digest(log, "second") == table_digest(TABLE)
    assert contradictions(written) == {}


def test_a_failure_leaves_what_stood_there(written: Path) -> None:
    before = written.read_bytes()
    too_large = pa.table({"n": pa.array([1, 2**64 - 1], pa.uint64())})
    with pytest.raises(OverflowError):
        write(written, {"first": TABLE.slice(0, 1), "third": too_large})
    with LeafLog(written) as log:
        assert list(read_materialised(log)) == ["first", "second"]
        assert stored_digest(log, "first") == table_digest(TABLE)
    assert written.read_bytes() == before


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE first SET amount = 2 WHERE code = '007'", "table"),
        ("UPDATE first SET code = '7' WHERE code = '007'", "table"),
        ("UPDATE first SET whole = NULL WHERE code = '007'", "table"),
        ("DELETE FROM second", "table"),
        ("INSERT INTO first SELECT * FROM second", "table"),
        ("UPDATE materialised SET size = 2", "table"),
        ("UPDATE materialised SET size = -1", "table"),
        ("UPDATE materialised SET size = 4 WHERE name = 'second'", "table"),
        ("UPDATE materialised SET root = zeroblob(32)", "table"),
        ("UPDATE materialised SET digest = zeroblob(32) WHERE name = 'second'", "table"),
        ("INSERT INTO materialised SELECT 'event', size, root, digest FROM materialised"
         " WHERE name = 'first'", "table"),
        ("INSERT INTO materialised SELECT 'x y', size, root, digest FROM materialised"
         " WHERE name = 'first'", "table"),
        ("INSERT INTO materialised SELECT 'third', size, root, digest FROM materialised"
         " WHERE name = 'first'", "schema"),
        ("DELETE FROM materialised WHERE name = 'first'", "schema"),
        ("DROP TABLE first", "schema"),
        ("DROP TABLE materialised", "schema"),
        ("CREATE TABLE third (a TEXT) STRICT", "schema"),
        ("CREATE TRIGGER t AFTER INSERT ON first BEGIN DELETE FROM second; END", "schema"),
        ("CREATE INDEX i ON first (code)", "schema"),
        ("ALTER TABLE second ADD COLUMN more TEXT DEFAULT 'x'", "schema"),
        ("ALTER TABLE second RENAME COLUMN code TO kode", "table"),
    ],
)  # fmt: skip
def test_whatever_is_changed_is_found(written: Path, statement: str, kind: str) -> None:
    execute(written, statement)
    assert kind in contradictions(written)


def test_the_detail_names_the_table(written: Path) -> None:
    execute(written, "UPDATE second SET amount = 2")
    assert contradictions(written)["table"].startswith("second:")


def test_a_table_of_an_earlier_size_is_no_contradiction(written: Path) -> None:
    with recorder_of(written) as recorder:
        recorder.insert_events(stored(3, 2))
    assert contradictions(written) == {}


def test_writing_again_heals_what_was_changed(written: Path) -> None:
    execute(
        written,
        "DROP TABLE second",
        "CREATE VIEW second AS SELECT 1 AS a",
        "UPDATE materialised SET size = 77",
        "ALTER TABLE first ADD COLUMN more TEXT",
    )
    write(written, {"first": TABLE, "second": TABLE})
    assert contradictions(written) == {}
    execute(written, "DROP TABLE materialised", "CREATE TABLE materialised (name)")
    write(written, {"first": TABLE, "second": TABLE})
    assert contradictions(written) == {}


def test_a_listed_table_of_the_log_is_never_dropped(written: Path) -> None:
    execute(
        written,
        "INSERT INTO materialised SELECT 'event', 3, root, digest FROM materialised LIMIT 1",
        "INSERT INTO materialised VALUES ('first; DROP TABLE tile', 3, x'00', x'00')",
    )
    write(written, {"first": TABLE})
    with LeafLog(written) as log:
        assert log.size == 3
        assert schema.expected_schema().keys() <= log.schema().keys()
        assert list(read_materialised(log)) == ["first"]


@pytest.mark.parametrize("name", ["event", "materialised", "tile_no_update", "A", "x y", "", "1a"])
def test_no_table_takes_a_name_of_the_log_or_one_that_is_no_word(path: Path, name: str) -> None:
    assert not is_name(name)
    with pytest.raises(StoreUnsupported):
        write_tables(path, {name: TABLE}, 0, bytes(32))


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1.5]),
        pa.array([[1.5]]),
        pa.array([{"a": 1.5}]),
        pa.array([b"x"]),
        pa.array([None]),
        pa.array([1], pa.timestamp("us")),
    ],
    ids=lambda column: str(column.type),
)
def test_a_type_without_one_exact_form_is_refused(path: Path, column: Any) -> None:
    with pytest.raises(StoreUnsupported):
        write_tables(path, {"first": pa.table({"a": column})}, 0, bytes(32))


def test_a_value_that_a_spoiled_file_holds_is_unreadable_not_a_crash(written: Path) -> None:
    execute(written, "UPDATE first SET code = CAST(x'ff' AS TEXT) WHERE amount = 1")
    with LeafLog(written) as log, pytest.raises(LedgerUnreadable, match="first"):
        stored_digest(log, "first")
    assert "table" in contradictions(written)


def test_a_database_of_any_kind_takes_tables(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db", isolation_level=None)) as connection:
        write_tables(connection, {"first": TABLE}, 5, bytes(32))
        (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'first'").fetchone()
    assert sql == create_statement(
        "first",
        [("code", "TEXT"), ("amount", "INTEGER"), ("whole", "INTEGER"), ("notes", "TEXT")],
    )


def test_a_reader_keeps_its_snapshot_while_tables_are_replaced(written: Path) -> None:
    with LeafLog(written) as log:
        write_tables(written, {"first": TABLE.slice(0, 1)}, log.size, log.root())
        assert len(stored_rows(log, "first")) == 3
    with LeafLog(written) as log:
        assert len(stored_rows(log, "first")) == 1


def test_a_ledger_that_another_process_holds_is_locked(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events_store.database.BUSY_TIMEOUT_MS", 50)
    with closing(sqlite3.connect(written, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerLocked):
            write(written, {"first": TABLE})
