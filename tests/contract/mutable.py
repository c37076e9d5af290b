"""Recorders that a ledger refuses, over mutable tables beside it: for the library's contract only.

They show that the ledger's recorder can be built upon: its append and a tracking row stand in one
transaction. A real ledger never has these tables; its schema check would name them.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    IntegrityError,
    ProcessRecorder,
    StoredEvent,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.utils import resolve_topic
from sqlalchemy import (
    BLOB,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
)

from events_store.identity import create_ledger_file
from events_store.persistence import Factory
from events_store.recorder import LedgerRecorder, _translated

METADATA = MetaData()
AGGREGATE = Table(
    "mutable_event",
    METADATA,
    Column("stream", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("topic", String, nullable=False),
    Column("state", BLOB, nullable=False),
)
TRACKING = Table(
    "mutable_tracking",
    METADATA,
    Column("application", String, primary_key=True),
    Column("notification_id", Integer, primary_key=True),
)


class MutableAggregateRecorder(AggregateRecorder):
    """Events in a plain table, without index and tree."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> None:
        rows = [
            {
                "stream": event.originator_id,
                "version": event.originator_version,
                "topic": event.topic,
                "state": event.state,
            }
            for event in stored_events
        ]
        if rows:
            with _translated(), self._engine.begin() as connection:
                connection.execute(insert(AGGREGATE), rows)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        version = AGGREGATE.c.version
        statement = select(AGGREGATE).where(AGGREGATE.c.stream == originator_id)
        if gt is not None:
            statement = statement.where(version > gt)
        if lte is not None:
            statement = statement.where(version <= lte)
        statement = statement.order_by(version.desc() if desc else version).limit(limit)
        with _translated(), self._engine.begin() as connection:
            return [StoredEvent(*row) for row in connection.execute(statement)]


class MutableTrackingRecorder(TrackingRecorder):
    """How far each application upstream has been followed; never backwards."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    def insert_tracking(self, tracking: Tracking) -> None:
        with _translated(), self._engine.begin() as connection:
            self._track(connection, tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        with _translated(), self._engine.begin() as connection:
            return self._position(connection, application_name)

    def _track(self, connection: Connection, tracking: Tracking) -> None:
        position = self._position(connection, tracking.application_name)
        if position is not None and position >= tracking.notification_id:
            raise IntegrityError(f"{tracking} is not beyond {position}")
        connection.execute(
            insert(TRACKING).values(
                application=tracking.application_name, notification_id=tracking.notification_id
            )
        )

    def _position(self, connection: Connection, application_name: str) -> int | None:
        found: int | None = connection.execute(
            select(func.max(TRACKING.c.notification_id)).where(
                TRACKING.c.application == application_name
            )
        ).scalar_one()
        return found


class MutableTrackingRecorderOfATest(MutableTrackingRecorder):
    """Another class, so that the factory is seen to build the one that it is told to."""


class MutableProcessRecorder(MutableTrackingRecorder, LedgerRecorder, ProcessRecorder):
    """Leaves and a tracking row in one transaction."""

    def __init__(self, engine: Engine) -> None:
        LedgerRecorder.__init__(self, engine)

    def insert_events(
        self,
        stored_events: Iterable[StoredEvent],
        *,
        import_id: str | None = None,
        tracking: Tracking | None = None,
        **_: Any,
    ) -> Sequence[int] | None:
        with self._transaction() as connection:
            ids = self._append(connection, stored_events, import_id)
            if tracking is not None:
                self._track(connection, tracking)
        return ids


class MutableFactory(Factory):
    """Makes the ledger file where it is missing, and the mutable tables in it."""

    def open_engine(self, path: Path) -> Engine:
        if not path.exists():
            create_ledger_file(path)
        engine = super().open_engine(path)
        METADATA.create_all(engine)
        return engine

    def aggregate_recorder(  # type: ignore[override]
        self, purpose: str = "events"
    ) -> MutableAggregateRecorder:
        return MutableAggregateRecorder(self.engine)

    def tracking_recorder(  # type: ignore[override]
        self, tracking_recorder_class: type[MutableTrackingRecorder] | None = None
    ) -> MutableTrackingRecorder:
        topic = self.env.get(self.TRACKING_RECORDER_TOPIC)
        named: type[MutableTrackingRecorder] | None = resolve_topic(topic) if topic else None
        return (tracking_recorder_class or named or MutableTrackingRecorder)(self.engine)

    def process_recorder(self) -> MutableProcessRecorder:  # type: ignore[override]
        return MutableProcessRecorder(self.engine)
