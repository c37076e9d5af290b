"""Reading a ledger file: index range -> leaf bytes, straight through the driver.

A query must not pay for the import of the writing side, so this opens the file read only with
the standard library alone. One `LeafLog` is one snapshot: its size does not move while it is
open, however many leaves others append meanwhile.
"""

import errno
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from operator import methodcaller
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from events_store.errors import LedgerLocked, LedgerUnreadable, StoreError, naming
from events_store.identity import check_identity
from events_store.merkle import CompactRange, leaf_hash
from events_store.tiles import TILE_HEIGHT, TILE_WIDTH, root_at, tile_root

Rows = Iterator[tuple[Any, ...]]

BUSY_TIMEOUT_SECONDS = 30.0
_PIECE_BYTES = 1 << 20
_OTHERS_HOLD_IT = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
_NEEDS_ITS_FOLDER = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
_Foreign = sqlite3.DatabaseError | UnicodeDecodeError
"""What the driver raises; the second where its own message quotes spoiled text."""
_FOREIGN = (sqlite3.DatabaseError, UnicodeDecodeError)
_text = methodcaller("decode", "utf-8", "surrogateescape")
"""Column text; spoiled bytes become lone surrogates, which no leaf can equal."""


class LeafLog:
    """A read-only snapshot of one ledger file; use it as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = _open_read_only(path)
        try:
            self._connection.execute("BEGIN")
            self.size = self._size()
        except _FOREIGN as error:
            self._connection.close()
            raise refusal(path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def leaves(
        self, lo: int = 0, hi: int | None = None, types: Sequence[str] = ()
    ) -> Iterator[tuple[int, str, bytes]]:
        """(leaf_index, type, bytes) of leaves lo..hi-1 in order, of the given types or of all."""
        statement = (
            "SELECT leaf_index, type, leaf FROM event WHERE leaf_index >= ? AND leaf_index < ?"
        )
        values: list[object] = [lo, self.size if hi is None else min(hi, self.size)]
        if types:
            statement += f" AND type IN ({', '.join('?' * len(types))})"
            values.extend(types)
        return self._read_leaves(statement + " ORDER BY leaf_index", values)

    def leaf(self, index: int) -> bytes | None:
        """The bytes of one leaf, or None when the log has none at this index."""
        for _, _, data in self.leaves(index, index + 1):
            return data
        return None

    def stream(self, stream: str) -> Iterator[tuple[int, str, bytes]]:
        """(leaf_index, type, bytes) of one stream, by version."""
        return self._read_leaves(
            "SELECT leaf_index, type, leaf FROM event WHERE stream = ? ORDER BY version", [stream]
        )

    def streams(self, prefix: str) -> list[str]:
        """The streams whose names begin with a prefix that ends in `/`, by name."""
        rows = self._read(
            "SELECT DISTINCT stream FROM event WHERE stream >= ? AND stream < ? ORDER BY stream",
            [prefix, f"{prefix[:-1]}0"],  # `0` comes next after `/`
        )
        return [name for (name,) in self._of_types((str,), "event", rows)]

    def rows(self) -> Iterator[tuple[int, str, int, str, bytes, bytes]]:
        """Every event row, lifted columns and all: index, stream, version, type, leaf, hash."""
        return self._read_leaves(
            "SELECT leaf_index, stream, version, type, leaf, hash FROM event ORDER BY leaf_index",
            [],
            column=4,
        )

    def tile_keys(self) -> Iterator[tuple[int, int]]:
        """(level, idx) of every stored tile."""
        rows = self._read("SELECT level, idx FROM tile ORDER BY level, idx", [])
        return self._of_types((int, int), "tile", rows)

    def find_tile(self, level: int, idx: int) -> bytes | None:
        """The 256 hashes of a full tile, or None when it is not stored."""
        rows = self._read("SELECT data FROM tile WHERE level = ? AND idx = ?", [level, idx])
        return next((data for (data,) in self._of_types((bytes,), "tile", rows)), None)

    def tile(self, level: int, idx: int) -> bytes:
        """The 256 hashes of a full tile; raises LedgerUnreadable when it is not stored."""
        data = self.find_tile(level, idx)
        if data is None:
            raise LedgerUnreadable(self.path, f"tile {level}/{idx} is missing")
        return data

    def imports(self) -> Iterator[tuple[str, int]]:
        """(import id, index of its first leaf), by index."""
        rows = self._read("SELECT import_id, leaf_index FROM import ORDER BY leaf_index", [])
        return self._of_types((str, int), "import", rows)

    def has_import(self, import_id: str) -> bool:
        return any(self._read("SELECT 1 FROM import WHERE import_id = ?", [import_id]))

    def checkpoints(self) -> Iterator[tuple[int, bytes]]:
        """(size, signed note), by size."""
        rows = self._read("SELECT size, note FROM checkpoint ORDER BY size", [])
        return self._of_types((int, bytes), "checkpoint", rows)

    def materialised(self) -> Iterator[tuple[str, int, bytes, bytes]]:
        """(name, size, root, digest) of each table that the file lists, by name."""
        rows = self._read("SELECT name, size, root, digest FROM materialised ORDER BY name", [])
        return self._of_types((str, int, bytes, bytes), "materialised", rows)

    def table_columns(self, table: str) -> list[tuple[str, str]]:
        """(name, SQL type) of a table's columns in order; empty when there is no such table."""
        return list(self._read("SELECT name, type FROM pragma_table_info(?)", [table]))

    def table_rows(self, table: str, columns: Sequence[str]) -> Rows:
        """Rows of a table in the order in which they were written."""
        names = ", ".join(map(_quoted, columns))
        return self._read(f"SELECT {names} FROM {_quoted(table)} ORDER BY rowid", [])  # noqa: S608

    def schema(self) -> dict[tuple[str, str], str]:
        """(type, name) -> statement of everything in the file but SQLite's own indexes.

        Those have no statement; whatever else borrows the prefix of their names is listed.
        """
        found = self._read(
            "SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE NOT"
            " (type = 'index' AND sql IS NULL AND name GLOB 'sqlite_autoindex_*')",
            [],
        )
        rows = self._of_types((str, str, str), "the schema", found)
        return {(kind, name): sql for kind, name, sql in rows}

    def owners(self) -> dict[tuple[str, str], str]:
        """(type, name) -> the table that it belongs to, SQLite's own indexes and all."""
        found = self._read("SELECT type, name, coalesce(tbl_name, '') FROM sqlite_master", [])
        rows = self._of_types((str, str, str), "the schema", found)
        return {(kind, name): table for kind, name, table in rows}

    def integrity_problems(self) -> list[str]:
        """What SQLite itself finds wrong with the file's pages; empty when sound."""
        found = [row[0] for row in self._read("PRAGMA integrity_check(100)", [])]
        if found == ["ok"]:
            return []
        _read_through(self.path)
        return found

    def root(self, size: int | None = None) -> bytes:
        """The RFC 6962 root over the first `size` leaves (all, without one)."""
        size = self.size if size is None else size
        start = size - size % TILE_WIDTH
        open_hashes = [leaf_hash(data) for _, _, data in self.leaves(start, size)]
        return root_at(size, self.tile, open_hashes)

    def compact_range(self, size: int) -> CompactRange:
        """The complete subtrees of the first `size` leaves, from the tiles that are full."""
        found = CompactRange()
        for idx in range(size // TILE_WIDTH):
            found.append(tile_root(self.tile(0, idx)), TILE_HEIGHT)
        for _, _, data in self.leaves(found.size, size):
            found.append(leaf_hash(data))
        return found

    def _size(self) -> int:
        (row,) = self._connection.execute("SELECT coalesce(max(leaf_index), -1) + 1 FROM event")
        return int(row[0])

    def _read(self, statement: str, values: Sequence[object]) -> Rows:
        """Rows as stored. Not `yield from`: a reader left half read would close its cursor late."""
        try:
            for row in self._connection.execute(statement, values):  # noqa: UP028
                yield row
        except _FOREIGN as error:
            raise refusal(self.path, error) from error

    def _read_leaves(self, statement: str, values: Sequence[object], column: int = 2) -> Rows:
        """Rows with a leaf in `column`: a spoiled file can hold another type, which none hashes.

        Not over `_read`: each generator more costs every reader of the log a fifth of its time.
        """
        try:
            for row in self._connection.execute(statement, values):
                if type(row[column]) is not bytes:
                    raise LedgerUnreadable(self.path, f"leaf {row[0]} is not stored as bytes")
                yield row
        except _FOREIGN as error:
            raise refusal(self.path, error) from error

    def _of_types(self, types: tuple[type, ...], table: str, rows: Rows) -> Rows:
        for row in rows:
            if tuple(map(type, row)) != types:
                raise LedgerUnreadable(self.path, f"a row of {table} holds another type")
            yield row


def _open_read_only(path: Path) -> sqlite3.Connection:
    """Read only; as immutable where the folder cannot be written and no -wal lies beside.

    On a full disk a -shm cannot be made, which is tried only where no other process has one.
    """
    check_identity(path)
    uri = f"file:{quote(str(path.resolve()))}"
    try:
        return _connect(f"{uri}?mode=ro")
    except _FOREIGN as error:
        wal = path.with_name(path.name + "-wal")
        if not _needs_its_folder(error) or (wal.exists() and wal.stat().st_size > 0):
            raise refusal(path, error) from error
    try:
        return _connect(f"{uri}?immutable=1")
    except _FOREIGN as error:
        raise refusal(path, error) from error


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_SECONDS)
    connection.text_factory = _text
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except _FOREIGN:
        connection.close()
        raise
    return connection


def refusal(path: Path, error: _Foreign) -> StoreError | OSError:
    """The driver's error in this package's words: locked by others, or a spoiled file.

    A disk that fails says nothing of what is on it, so its error is no evidence against the file.
    """
    if _code(error) in (*_OTHERS_HOLD_IT, *_NEEDS_ITS_FOLDER):
        return LedgerLocked(path)
    if _code(error) == sqlite3.SQLITE_IOERR:
        return OSError(errno.EIO, str(error), str(path))
    try:
        _read_through(path)
    except OSError as failure:
        return failure
    return LedgerUnreadable(path, str(error))


def _needs_its_folder(error: _Foreign) -> bool:
    no_room = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_IOERR_SHMSIZE
    return no_room or _code(error) in _NEEDS_ITS_FOLDER


def _read_through(path: Path) -> None:
    """Raise OSError where the disk does not give every byte; SQLite calls such a file malformed."""
    for part in (path, path.with_name(path.name + "-wal")):
        with suppress(FileNotFoundError), naming(part), part.open("rb") as file:
            while file.read(_PIECE_BYTES):
                pass


def _code(error: _Foreign) -> int:
    """The primary result code of SQLite; an extended code carries it in its lowest byte."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _quoted(name: str) -> str:
    """A name as SQL text; it may come from the file."""
    return '"' + name.replace('"', '""') + '"'
