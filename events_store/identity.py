"""Whether a file is a ledger, by its first hundred bytes, and how an empty one is made."""

import os
import sqlite3
from pathlib import Path

from events_store import schema
from events_store.durable import draft_of
from events_store.errors import (
    LedgerExists,
    LedgerMissing,
    LedgerTooNew,
    LedgerUnreadable,
    NotALedger,
    naming,
)

_HEADER_BYTES = 100


def check_identity(path: Path) -> None:
    """Raise unless the header is one of ours.

    LedgerMissing, NotALedger, LedgerTooNew, or LedgerUnreadable for a version that never was;
    OSError where the disk does not give it.
    """
    try:
        with naming(path), path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise LedgerMissing(path) from error
    if len(header) < _HEADER_BYTES or header[:16] != b"SQLite format 3\x00":
        raise NotALedger(path)
    if int.from_bytes(header[68:72], "big") != schema.APPLICATION_ID:
        raise NotALedger(path)
    version = int.from_bytes(header[60:64], "big")
    if version > schema.SCHEMA_VERSION:
        raise LedgerTooNew(path, version, schema.SCHEMA_VERSION)
    if version < 1:
        raise LedgerUnreadable(path, f"schema version {version} never was")


def create_ledger_file(path: Path) -> None:
    """Make an empty ledger at `path`, whole or not at all; raises LedgerExists.

    LedgerExists too where an earlier file left a -wal or -journal with content beside: SQLite
    would play it into the new ledger.
    """
    for ending in ("-wal", "-journal"):
        left = path.with_name(path.name + ending)
        if os.path.lexists(left) and left.lstat().st_size > 0:
            raise LedgerExists(left)
    draft = draft_of(path)
    try:
        _write_schema(draft)
        os.link(draft, path)
    except FileExistsError as error:
        raise LedgerExists(path) from error
    except (OSError, sqlite3.OperationalError) as error:
        raise LedgerMissing(path) from error
    finally:
        draft.unlink(missing_ok=True)


def _write_schema(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION}")
        for statement in schema.expected_schema().values():
            connection.execute(statement)
        connection.execute("COMMIT")
    finally:
        connection.close()
