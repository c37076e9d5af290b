"""Tables and triggers that are not as the ledger makes them, and settings that are no content."""

import re
import sqlite3
from contextlib import closing

import pytest

from events_store.database import open_engine
from events_store.errors import LedgerTooNew, LedgerUnreadable, NotALedger
from events_store.schema import expected_schema
from events_store.tables import LISTING, LISTING_STATEMENT
from tests.tamper.book import Signed, attack, found, verify

TRIGGERS = [name for kind, name in expected_schema() if kind == "trigger"]
TABLES = [name for kind, name in expected_schema() if kind == "table"]


def execute(ledger: Signed, *statements: str) -> None:
    """Statements that need no trigger out of the way."""
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_triggers_put_back_byte_for_byte_leave_no_trace(ledger: Signed) -> None:
    attack(ledger)
    assert verify(ledger).holds


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_missing_trigger_is_found(ledger: Signed, name: str) -> None:
    execute(ledger, f"DROP TRIGGER {name}")
    assert found(ledger) == {"schema": None}


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_trigger_that_lets_through_is_found(ledger: Signed, name: str) -> None:
    sql = expected_schema()["trigger", name]
    weaker = re.sub(r"RAISE\(ABORT, '[^']*'\)", "RAISE(IGNORE)", sql)
    assert weaker != sql
    execute(ledger, f"DROP TRIGGER {name}", weaker)
    assert found(ledger) == {"schema": None}


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_trigger_with_another_blank_is_found(ledger: Signed, name: str) -> None:
    sql = expected_schema()["trigger", name].replace(" BEGIN ", "  BEGIN ")
    execute(ledger, f"DROP TRIGGER {name}", sql)
    assert found(ledger) == {"schema": None}


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE extra (x)",
        "CREATE TABLE sqliteXextra (x)",
        "CREATE VIEW extra AS SELECT 1",
        "CREATE INDEX extra ON event (type)",
        "CREATE INDEX sqliteXautoindexX ON event (type)",
        "CREATE TRIGGER extra AFTER INSERT ON event BEGIN SELECT 1; END",
        "CREATE TRIGGER sqliteXextra AFTER INSERT ON event BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE extra USING fts5(x)",
        "ALTER TABLE event ADD COLUMN extra TEXT",
        "ANALYZE",
    ],
)
def test_anything_added_to_the_schema_is_found(ledger: Signed, statement: str) -> None:
    execute(ledger, statement)
    assert "schema" in found(ledger)


def test_a_listed_table_that_is_not_there_is_found(ledger: Signed) -> None:
    row = f"INSERT INTO {LISTING} VALUES ('tiada', 600, x'00', x'00')"
    execute(ledger, LISTING_STATEMENT, row)
    assert found(ledger)["schema"] is None


@pytest.mark.parametrize(
    "statement",
    ["ALTER TABLE checkpoint RENAME COLUMN note TO remark", "ALTER TABLE tile RENAME TO tiles"],
)
def test_a_ledger_without_what_verify_reads_is_unreadable(ledger: Signed, statement: str) -> None:
    execute(ledger, statement)
    with pytest.raises(LedgerUnreadable, match="no such"):
        verify(ledger)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("word", [" STRICT", " NOT NULL"])
def test_a_table_that_takes_more_is_found(ledger: Signed, table: str, word: str) -> None:
    sql = expected_schema()["table", table]
    assert word in sql
    text = sql.replace(" STRICT, WITHOUT", " WITHOUT") if word == " STRICT" else sql
    text = text.replace(word, "")
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (text, table)
        )
    assert "schema" in found(ledger)


@pytest.mark.parametrize("mode", ["DELETE", "TRUNCATE", "PERSIST", "OFF"])
def test_another_journal_is_no_other_content_and_goes_with_the_next_writer(
    ledger: Signed, mode: str
) -> None:
    execute(ledger, f"PRAGMA journal_mode = {mode}", "PRAGMA synchronous = OFF")
    assert verify(ledger).holds
    engine = open_engine(ledger.path)
    try:
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
    finally:
        engine.dispose()
    assert verify(ledger).holds


def test_a_file_written_anew_page_by_page_is_the_same_ledger(ledger: Signed) -> None:
    before = ledger.path.read_bytes()
    execute(ledger, "PRAGMA journal_mode = DELETE", "PRAGMA page_size = 1024", "VACUUM")
    assert ledger.path.read_bytes() != before
    assert verify(ledger).holds


def test_another_version_or_application_is_refused(ledger: Signed) -> None:
    execute(ledger, "PRAGMA user_version = 2")
    with pytest.raises(LedgerTooNew):
        verify(ledger)
    execute(ledger, "PRAGMA user_version = 1", "PRAGMA application_id = 1")
    with pytest.raises(NotALedger):
        verify(ledger)
