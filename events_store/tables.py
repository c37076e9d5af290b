"""Arrow tables as SQL tables beside the log, for readers that know SQL and nothing of leaves.

A copy that can always be made again: no trigger guards it, but each table is listed in
`materialised` with the size and root of the log that it was made from and the digest of its rows,
so that a changed cell is found. What a table means is not the store's business.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from events_store import schema
from events_store.errors import LedgerLocked, LedgerUnreadable, StoreError, StoreUnsupported

if TYPE_CHECKING:
    import pyarrow as pa

    from events_store.log import LeafLog

LISTING = "materialised"
LISTING_STATEMENT = f"""CREATE TABLE {LISTING} (
  name TEXT NOT NULL PRIMARY KEY,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  digest BLOB NOT NULL
) STRICT, WITHOUT ROWID"""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_RESERVED = {name for _, name in schema.expected_schema()} | {LISTING}
_STORED = (str, int, type(None))

Column = tuple[str, str]
"""Name and SQL type, TEXT or INTEGER."""
Row = Sequence[Any]


class Materialised(NamedTuple):
    """What a table was made from: the log's size and root, and the digest of its rows."""

    size: int
    root: bytes
    digest: bytes


def write_tables(
    target: Path | sqlite3.Connection, tables: Mapping[str, pa.Table], size: int, root: bytes
) -> None:
    """Make the materialised tables of a file exactly `tables`, in one transaction.

    `target` is a ledger, or a connection in autocommit mode to a database of any kind. `size` and
    `root` say from which state of the log the tables were made. Raises StoreUnsupported for a name
    or a type that has no place here, LedgerLocked when another process holds the file.
    """
    ready = {name: (columns_of(table), _rows(table)) for name, table in tables.items()}
    for name in ready:
        _require_name(name)
    if isinstance(target, sqlite3.Connection):
        _replace(target, ready, size, root)
        return
    from events_store.database import checkpoint_wal, open_engine

    engine = open_engine(target)
    try:
        with _translated(target), closing(engine.raw_connection()) as pooled:
            connection = pooled.driver_connection
            if not isinstance(connection, sqlite3.Connection):
                raise StoreUnsupported("tables are written to SQLite alone")
            _replace(connection, ready, size, root)
        checkpoint_wal(engine)
    finally:
        engine.dispose()


def read_materialised(log: LeafLog) -> dict[str, Materialised]:
    """The tables that a ledger lists, by name; empty where none was ever written."""
    if ("table", LISTING) not in log.schema():
        return {}
    return {
        name: Materialised(size, root, digest) for name, size, root, digest in log.materialised()
    }


def table_digest(table: pa.Table) -> bytes:
    """The digest of a table as it will be stored: 32 bytes of SHA-256.

    Hashed are lines, each ended by LF. The first is a JSON array of [name, SQL type] for each
    column in order. Then comes each row as a JSON array of its stored values, the lines in order
    of their bytes, so that the order of rows does not matter. JSON as RFC 8785 writes it: no
    blanks, only the escapes that must be. A text is a string; an integer has all its digits; true
    and false are 1 and 0; null is null; a list or record is the string of its own JSON.
    """
    return _digest(columns_of(table), _rows(table))


def stored_digest(log: LeafLog, name: str) -> bytes:
    """The same digest of what stands in the ledger; LedgerUnreadable for values of other types."""
    columns = log.table_columns(name)
    try:
        return _digest(columns, log.table_rows(name, [column for column, _ in columns]))
    except TypeError as error:
        raise LedgerUnreadable(log.path, f"table {name}: {error}") from error


def stored_rows(log: LeafLog, name: str) -> list[Row]:
    """The rows of a table in the order in which they were written."""
    return list(log.table_rows(name, [column for column, _ in log.table_columns(name)]))


def made_rows(table: pa.Table) -> list[Row]:
    """The rows of an Arrow table as they would be stored."""
    return list(_rows(table))


def expected_schema(log: LeafLog) -> dict[tuple[str, str], str]:
    """What `sqlite_master` must say of the listing and of the tables that it lists.

    A statement follows from a name and its columns alone, so it is made again from the columns
    that are there. A listed name that no table here can have is left out.
    """
    if ("table", LISTING) not in log.schema():
        return {}
    statements = {
        ("table", name): create_statement(name, log.table_columns(name))
        for name in read_materialised(log)
        if is_name(name)
    }
    return {("table", LISTING): LISTING_STATEMENT, **statements}


def create_statement(name: str, columns: Iterable[Column]) -> str:
    """The DDL of a materialised table, word for word."""
    lines = ",\n".join(f'  "{column}" {kind}' for column, kind in columns)
    return f"CREATE TABLE {name} (\n{lines}\n) STRICT"


def is_name(name: str) -> bool:
    """Whether a table may have this name: a plain word that the ledger does not use itself."""
    return bool(_NAME.fullmatch(name)) and name not in _RESERVED and not name.startswith("sqlite_")


def columns_of(table: pa.Table) -> list[Column]:
    """The SQL columns of an Arrow table; StoreUnsupported for a type that has no place here."""
    columns = [(field.name, _sql_type(field.name, field.type)) for field in table.schema]
    for name, _ in columns:
        if not _NAME.fullmatch(name):
            raise StoreUnsupported(f"a column cannot be named {name!r}")
    if not columns or len(dict(columns)) != len(columns):
        raise StoreUnsupported("a table has columns, each with a name of its own")
    return columns


def _require_name(name: str) -> None:
    if not is_name(name):
        raise StoreUnsupported(f"a table cannot be named {name!r}")


def _sql_type(name: str, kind: pa.DataType) -> str:
    from pyarrow import types

    if types.is_integer(kind) or types.is_boolean(kind):
        return "INTEGER"
    if types.is_string(kind) or types.is_large_string(kind):
        return "TEXT"
    if types.is_list(kind) or types.is_large_list(kind):
        _sql_type(name, kind.value_type)
        return "TEXT"
    if types.is_struct(kind):
        for field in kind:
            _sql_type(name, field.type)
        return "TEXT"
    raise StoreUnsupported(f"column {name}: {kind} is stored nowhere")


def _rows(table: pa.Table) -> Iterator[Row]:
    """The rows as stored values: texts, integers and None."""
    return zip(*(_values(column) for column in table.columns), strict=True)


def _values(column: pa.ChunkedArray) -> list[Any]:
    from pyarrow import types

    if types.is_boolean(column.type):
        column = column.cast("int8")
    values: list[Any] = column.to_pylist()
    if types.is_nested(column.type):
        return [value if value is None else _json(value) for value in values]
    return values


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _digest(columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    """Raises TypeError for a row with anything but texts, integers and None."""
    found = hashlib.sha256(orjson.dumps(columns) + b"\n")
    for line in sorted(_line(row) for row in rows):
        found.update(line + b"\n")
    return found.digest()


def _line(row: Row) -> bytes:
    for value in row:
        if type(value) not in _STORED:
            raise TypeError(f"a value of type {type(value).__name__}")
    return orjson.dumps(row)


def _replace(
    connection: sqlite3.Connection,
    ready: Mapping[str, tuple[Sequence[Column], Iterable[Row]]],
    size: int,
    root: bytes,
) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        _clear(connection, ready)
        for name, (columns, rows) in ready.items():
            kept = list(rows)
            connection.execute(create_statement(name, columns))
            connection.executemany(
                f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})",  # noqa: S608
                kept,
            )
            connection.execute(
                f"INSERT INTO {LISTING} (name, size, root, digest) VALUES (?, ?, ?, ?)",  # noqa: S608
                (name, size, root, _digest(columns, kept)),
            )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _clear(connection: sqlite3.Connection, coming: Iterable[str]) -> None:
    """Take away all that is listed or will be written, and make the listing anew.

    The names come from the file: none of them may reach a table of the log itself.
    """
    master = "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')"
    present = {name: (kind, sql) for name, kind, sql in connection.execute(master)}
    listed: set[str] = set()
    if present.get(LISTING) == ("table", LISTING_STATEMENT):
        listed = {name for (name,) in connection.execute(f"SELECT name FROM {LISTING}")}  # noqa: S608
    for name in {*listed, *coming}:
        if name in present and is_name(name):
            connection.execute(f"DROP {present[name][0]} {name}")
    if LISTING in present:
        connection.execute(f"DROP {present[LISTING][0]} {LISTING}")
    connection.execute(LISTING_STATEMENT)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """The driver's errors in this package's words, and those of the library around it."""
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except (DBAPIError, sqlite3.DatabaseError) as error:
        raise _refusal(path, getattr(error, "orig", error)) from error


def _refusal(path: Path, error: BaseException) -> StoreError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LedgerLocked(path)
    if isinstance(error, sqlite3.OperationalError):
        return StoreUnsupported(f"{path}: {error}")
    return LedgerUnreadable(path, str(error))
