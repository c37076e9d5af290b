"""The recorder: an `eventsourcing` application recorder whose rows are leaves of a tree.

Life of a leaf: 1. its bytes come ready made, and are never parsed here; 2. under the append lock
it gets the next dense `leaf_index` (from 0; the notification id is one more); 3. it is inserted
with its stream, version, type and hash; 4. each tile that it fills is inserted; 5. the import row
too; 6. one commit with a sync to disk. All of a batch, or nothing.
"""

import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy.exc
from eventsourcing import persistence
from eventsourcing.persistence import (
    ApplicationRecorder,
    ListenNotifySubscription,
    Notification,
    StoredEvent,
)
from sqlalchemy import Connection, Engine

from events_store.merkle import leaf_hashes
from events_store.tiles import TILE_WIDTH, new_full_tiles

POLL_SECONDS = 0.5
PART_EVENTS = 5_000
"""So many leaves are held at once while a transaction is written."""
_INSERT_EVENT = (
    "INSERT INTO event (stream, version, type, leaf, hash, leaf_index) VALUES (?, ?, ?, ?, ?, ?)"
)
_COLUMNS = "stream, version, type, leaf"


class LedgerRecorder(ApplicationRecorder):
    """Appends to and reads from one ledger file; safe to share among threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)
        self._write_lock = threading.Lock()
        self._subscriptions: weakref.WeakSet[LedgerSubscription] = weakref.WeakSet()

    def insert_events(
        self,
        stored_events: Iterable[StoredEvent],
        *,
        import_id: str | None = None,
        **_: Any,
    ) -> Sequence[int] | None:
        """Append any number in one transaction; returns the notification ids, dense and in order.

        Raises IntegrityError when a (stream, version) or the import stands already; then
        nothing of the batch is stored.
        """
        with self._transaction() as connection:
            ids = self._append(connection, stored_events, import_id)
        for subscription in self._subscriptions:
            subscription.wake()
        return ids

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        statement = f"SELECT {_COLUMNS} FROM event WHERE stream = ?"  # noqa: S608
        values: list[Any] = [originator_id]
        if gt is not None:
            statement += " AND version > ?"
            values.append(gt)
        if lte is not None:
            statement += " AND version <= ?"
            values.append(lte)
        statement += " ORDER BY version DESC" if desc else " ORDER BY version"
        if limit is not None:
            statement += " LIMIT ?"
            values.append(limit)
        return [StoredEvent(*row) for row in self._rows(statement, values)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        first = 0 if start is None else start - 1 if inclusive_of_start else start
        statement = f"SELECT {_COLUMNS}, leaf_index + 1 FROM event WHERE leaf_index >= ?"  # noqa: S608
        values: list[Any] = [first]
        if stop is not None:
            statement += " AND leaf_index < ?"
            values.append(stop)
        if topics:
            statement += f" AND type IN ({', '.join('?' * len(topics))})"
            values.extend(topics)
        statement += " ORDER BY leaf_index LIMIT ?"
        values.append(limit)
        return [
            Notification(stream, version, type_, leaf, id=notification_id)
            for stream, version, type_, leaf, notification_id in self._rows(statement, values)
        ]

    def max_notification_id(self) -> int | None:
        (row,) = self._rows("SELECT max(leaf_index) + 1 FROM event", [])
        return row[0] if row[0] is None else int(row[0])

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> "LedgerSubscription":
        subscription = LedgerSubscription(self, gt, topics)
        self._subscriptions.add(subscription)
        return subscription

    def _append(
        self, connection: Connection, events: Iterable[StoredEvent], import_id: str | None
    ) -> list[int]:
        first = size = next_index(connection)
        given = iter(events)
        while part := list(islice(given, PART_EVENTS)):
            self._append_part(connection, size, part)
            if import_id is not None and size == first:
                connection.exec_driver_sql(
                    "INSERT INTO import (import_id, leaf_index) VALUES (?, ?)", (import_id, first)
                )
            size += len(part)
        return list(range(first + 1, size + 1))

    def _append_part(
        self, connection: Connection, size: int, events: Sequence[StoredEvent]
    ) -> None:
        hashes = leaf_hashes(event.state for event in events)
        rows = [
            (event.originator_id, event.originator_version, event.topic, event.state, digest, index)
            for index, (event, digest) in enumerate(zip(events, hashes, strict=True), size)
        ]
        connection.exec_driver_sql(_INSERT_EVENT, rows)
        self._append_tiles(connection, size, hashes)

    def _append_tiles(self, connection: Connection, size: int, hashes: list[bytes]) -> None:
        filled = size % TILE_WIDTH
        if filled + len(hashes) < TILE_WIDTH:
            return
        open_rows = connection.exec_driver_sql(
            "SELECT leaf FROM event WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index",
            (size - filled, size),
        )
        open_hashes = leaf_hashes(row[0] for row in open_rows)

        def read_tile(level: int, idx: int) -> bytes:
            found = connection.exec_driver_sql(
                "SELECT data FROM tile WHERE level = ? AND idx = ?", (level, idx)
            )
            return bytes(found.scalar_one())

        tiles = list(new_full_tiles(size, hashes, open_hashes, read_tile))
        connection.exec_driver_sql("INSERT INTO tile (level, idx, data) VALUES (?, ?, ?)", tiles)

    def _rows(self, statement: str, values: Sequence[Any]) -> list[Any]:
        with _translated(), self._reading.connect() as connection:
            return list(connection.exec_driver_sql(statement, tuple(values)).fetchall())

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._write_lock, _translated(), self._engine.begin() as connection:
            yield connection


def next_index(connection: Connection) -> int:
    """The index of the next leaf, which is the size of the log; needs the append lock."""
    found = connection.exec_driver_sql("SELECT coalesce(max(leaf_index), -1) + 1 FROM event")
    return int(found.scalar_one())


class LedgerSubscription(ListenNotifySubscription[LedgerRecorder]):
    """Notifications as they are recorded: at once from this process, within half a second else."""

    def wake(self) -> None:
        self._has_been_notified.set()

    def _loop_on_pull(self) -> None:
        try:
            self._pull()
            while not self._has_been_stopped:
                self._has_been_notified.wait(POLL_SECONDS)
                self._pull()
        except BaseException as error:
            self._thread_error = self._thread_error or error
            self.stop()


_TRANSLATION: tuple[tuple[type[Exception], type[persistence.PersistenceError]], ...] = (
    (sqlalchemy.exc.IntegrityError, persistence.IntegrityError),
    (sqlalchemy.exc.DataError, persistence.DataError),
    (sqlalchemy.exc.InternalError, persistence.InternalError),
    (sqlalchemy.exc.ProgrammingError, persistence.ProgrammingError),
    (sqlalchemy.exc.NotSupportedError, persistence.NotSupportedError),
    (sqlalchemy.exc.OperationalError, persistence.OperationalError),
    (sqlalchemy.exc.InterfaceError, persistence.InterfaceError),
    (sqlalchemy.exc.DatabaseError, persistence.DatabaseError),
    (sqlalchemy.exc.SQLAlchemyError, persistence.PersistenceError),
)


@contextmanager
def _translated() -> Iterator[None]:
    """Let the library's errors out, never the driver's."""
    try:
        yield
    except sqlalchemy.exc.SQLAlchemyError as error:
        for foreign, own in _TRANSLATION:
            if isinstance(error, foreign):
                raise own(str(error.__cause__ or error)) from error
        raise
