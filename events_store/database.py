"""Opening a ledger file for writing, through SQLAlchemy Core.

Durability is set and asserted on each connection: WAL with synchronous=FULL (NORMAL loses
acknowledged imports when power fails). Writers take the append lock at once (BEGIN IMMEDIATE),
so the next leaf_index is read and used by one writer alone.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from events_store.errors import StoreUnsupported
from events_store.identity import check_identity

MIN_SQLITE = (3, 37, 0)
BUSY_TIMEOUT_MS = 30_000
CHECKPOINT_WAIT_MS = 500


def open_engine(path: Path) -> Engine:
    """An engine over an existing ledger.

    Raises LedgerMissing, NotALedger or LedgerTooNew before anything is written.
    """
    check_identity(path)
    return _engine(path)


def checkpoint_wal(engine: Engine) -> None:
    """Move every committed page into the main file, so that a plain copy of it is complete.

    A reader that holds a snapshot is not waited for long, and a disk that fails here undoes no
    commit: then the pages stay in the -wal, as durable as before, until the next time.
    """
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        if raw is not None:
            raw.execute(f"PRAGMA busy_timeout = {CHECKPOINT_WAIT_MS}")
            with suppress(sqlite3.DatabaseError):
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def _engine(path: Path) -> Engine:
    if sqlite3.sqlite_version_info < MIN_SQLITE:
        raise StoreUnsupported(f"SQLite {sqlite3.sqlite_version}, needs 3.37 or newer")
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=5,
        max_overflow=20,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    try:
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "trusted_schema = OFF",
            "cell_size_check = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        assert_durable(connection)
    except BaseException:
        connection.close()
        raise


def assert_durable(connection: Any) -> None:
    """Raise StoreUnsupported unless commits on this connection survive a power cut."""
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    level = connection.execute("PRAGMA synchronous").fetchone()[0]
    if mode.lower() != "wal" or level < 2:
        raise StoreUnsupported(
            f"journal_mode={mode}, synchronous={level}: commits would not survive a power cut"
        )


def _begin(connection: Any) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def append_checkpoint(engine: Engine, size: int, note: bytes) -> None:
    """Keep a signed head beside the log; the first one of a size stays."""
    with engine.begin() as connection:
        found = connection.exec_driver_sql("SELECT 1 FROM checkpoint WHERE size = ?", (size,))
        if found.first() is None:
            connection.exec_driver_sql(
                "INSERT INTO checkpoint (size, note) VALUES (?, ?)", (size, note)
            )
    checkpoint_wal(engine)
