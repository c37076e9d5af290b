"""The tables of a ledger file, word for word: verify compares them with what it finds.

The DDL is literal text, not generated, because `sqlite_master` keeps the words of the statement
and a generator's next version would word it otherwise. Rows are only ever inserted: triggers
refuse UPDATE and DELETE, and an INSERT that would replace a row or leave a gap.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing

APPLICATION_ID = 0x4A454A4B
SCHEMA_VERSION = 1

_EVENT = """CREATE TABLE event (
  leaf_index INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  leaf BLOB NOT NULL,
  hash BLOB NOT NULL,
  UNIQUE (stream, version)
) STRICT"""

_TILE = """CREATE TABLE tile (
  level INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID"""

_IMPORT = """CREATE TABLE import (
  import_id TEXT NOT NULL PRIMARY KEY,
  leaf_index INTEGER NOT NULL UNIQUE
) STRICT, WITHOUT ROWID"""

_CHECKPOINT = """CREATE TABLE checkpoint (
  size INTEGER NOT NULL PRIMARY KEY,
  note BLOB NOT NULL
) STRICT"""

_REPLACES = {
    "event": "NEW.leaf_index <> (SELECT coalesce(max(leaf_index), -1) + 1 FROM event)"
    " OR EXISTS (SELECT 1 FROM event WHERE stream = NEW.stream AND version = NEW.version)",
    "tile": "EXISTS (SELECT 1 FROM tile WHERE level = NEW.level AND idx = NEW.idx)",
    "import": "EXISTS (SELECT 1 FROM import WHERE import_id = NEW.import_id"
    " OR leaf_index = NEW.leaf_index)",
    "checkpoint": "EXISTS (SELECT 1 FROM checkpoint WHERE size = NEW.size)",
}


def _guards(table: str) -> list[tuple[str, str]]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table}: rows are only appended'); END"
    return [
        (
            f"{table}_no_update",
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        ),
        (
            f"{table}_no_delete",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        ),
        (
            f"{table}_no_replace",
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
            f" WHEN {_REPLACES[table]} {refuse}",
        ),
    ]


def expected_schema() -> dict[tuple[str, str], str]:
    """What `sqlite_master` must hold: (type, name) -> statement, without SQLite's own indexes."""
    tables = {"event": _EVENT, "tile": _TILE, "import": _IMPORT, "checkpoint": _CHECKPOINT}
    schema = {("table", name): sql for name, sql in tables.items()}
    for table in tables:
        schema.update({("trigger", name): sql for name, sql in _guards(table)})
    return schema


def owners_of(statements: Iterable[str]) -> dict[tuple[str, str], str]:
    """(type, name) -> table of all that the statements make, SQLite's own indexes and all.

    Made and read in memory, so that this SQLite says itself which indexes it adds.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in statements:
            connection.execute(statement)
        found = connection.execute("SELECT type, name, tbl_name FROM sqlite_master")
        return {(kind, name): table for kind, name, table in found}
