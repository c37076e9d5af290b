"""The application: streams of events, who records them, and nothing from the environment.

The library would let environment variables change the bytes or the store, and would import
whatever module a stored topic names. Here the settings come from the caller alone, and types
from the closed catalogue.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn, Protocol

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent
from eventsourcing.utils import Environment, EnvType

from ledger import streams
from ledger.dates import format_instant
from ledger.errors import NoRecordingContext
from ledger.events import Event, ImportVoided, event_data, event_of
from ledger.state import StreamState, fold


class Codec(Protocol):
    """How an event becomes stored bytes and back; given by whoever joins ledger and store."""

    def encode(
        self,
        *,
        type_: str,
        stream: str,
        version: int,
        recorded_at: str,
        actor: str,
        import_id: str | None,
        data: dict[str, Any],
        salt: str,
    ) -> bytes: ...

    def decode_data(self, leaf: bytes) -> tuple[dict[str, Any], str | None]:
        """The data of a leaf, and the import that brought it."""
        ...


class LeafMapper(Mapper[str]):
    """Maps events to leaves without compressor or cipher: the stored bytes are what is hashed."""

    def __init__(self, codec: Codec) -> None:
        super().__init__(JSONTranscoder())
        self._codec = codec

    def stored_event(
        self, event: Event, *, recorded_at: str, actor: str, import_id: str | None
    ) -> StoredEvent:
        leaf = self._codec.encode(
            type_=event.TOPIC,
            stream=event.originator_id,
            version=event.originator_version,
            recorded_at=recorded_at,
            actor=actor,
            import_id=import_id,
            data=event_data(event),
            salt=secrets.token_hex(16),
        )
        return StoredEvent(event.originator_id, event.originator_version, event.TOPIC, leaf)

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> NoReturn:
        raise NoRecordingContext("an event is stored by Ledger.record, which names the actor")

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        event, _import = self.read(stored_event)
        return event

    def read(self, stored_event: StoredEvent) -> tuple[Event, str | None]:
        """An event and the id of the import that brought it, None for one recorded by hand."""
        data, import_id = self._codec.decode_data(stored_event.state)
        stream, version = str(stored_event.originator_id), stored_event.originator_version
        return event_of(stored_event.topic, stream, version, data), import_id


class Ledger(Application[str]):
    """Loads stream states and records decided events."""

    name = "jejak"
    log_section_size = 1000

    def __init__(
        self,
        settings: Mapping[str, str],
        codec: Codec,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = dict(settings)
        self._leaf_mapper = LeafMapper(codec)
        self._clock = clock
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Only what the caller gave; the process environment is not read."""
        return Environment(name, self._settings)

    def construct_mapper(self) -> Mapper[str]:
        return self._leaf_mapper

    def state(self, stream: str) -> StreamState:
        """The state that decisions about a stream start from; empty for an unknown stream.

        What a voided import brought no longer stands: each import that the leaves name is asked.
        """
        read = [self._leaf_mapper.read(one) for one in self.recorder.select_events(stream)]
        void = {name for name in {by for _, by in read} if name and self.is_void_import(name)}
        gone = {event.originator_version for event, by in read if by in void}
        return fold(None, (event for event, _ in read), gone) or StreamState()

    def is_void_import(self, import_id: str) -> bool:
        """Whether an import was voided as a whole; read from its own stream, by index."""
        own = self.recorder.select_events(streams.import_(import_id))
        return any(event.topic == ImportVoided.TOPIC for event in own)

    def record(
        self, events: Sequence[Event], *, actor: str, import_id: str | None = None
    ) -> list[int]:
        """Append decided events in one transaction; returns their leaf indexes.

        Raises RecordConflictError of the library when another writer was faster on a stream, or
        the import stands already: then nothing is stored.
        """
        recorded_at = format_instant(self._clock())
        stored = [
            self._leaf_mapper.stored_event(
                event, recorded_at=recorded_at, actor=actor, import_id=import_id
            )
            for event in events
        ]
        ids = self.recorder.insert_events(stored, import_id=import_id)
        return [notification_id - 1 for notification_id in ids or ()]
