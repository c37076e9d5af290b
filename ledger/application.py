"""The application: streams of events, who records them, and nothing from the environment.

The library would let environment variables change the bytes or the store, and would import
whatever module a stored topic names. Here the settings come from the caller alone, and types
from the closed catalogue.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, NoReturn, Protocol

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent
from eventsourcing.utils import Environment, EnvType

from ledger import streams
from ledger.dates import format_instant
from ledger.errors import NoRecordingContext
from ledger.events import Event, ImportVoided, event_of
from ledger.state import StreamState, absorb_all

SALT_BYTES = 16
_SALTS_AT_ONCE = 64
PART_EVENTS = 5_000
"""So many events of a stream are held at once while its state is folded."""


class Frame(Protocol):
    """What the leaves of one transaction share."""

    def leaf(self, *, type_: str, stream: str, version: int, data: bytes, salt: str) -> bytes:
        """The stored bytes of one event around its encoded data."""
        ...


class Codec(Protocol):
    """How an event becomes stored bytes and back; given by whoever joins ledger and store."""

    def encode_event(self, event: Event) -> bytes:
        """The stored bytes of an event's data."""
        ...

    def frame(self, *, recorded_at: str, actor: str, import_id: str | None) -> Frame: ...

    def decode_data(self, leaf: bytes) -> tuple[dict[str, Any], str | None]:
        """The data of a leaf, and the import that brought it."""
        ...


class Encoded(NamedTuple):
    """A decided event whose data is in its stored form already."""

    topic: str
    stream: str
    version: int
    data: bytes


class LeafMapper(Mapper[str]):
    """Maps events to leaves without compressor or cipher: the stored bytes are what is hashed."""

    def __init__(self, codec: Codec) -> None:
        super().__init__(JSONTranscoder())
        self._codec = codec

    def encoded(self, event: Event) -> Encoded:
        data = self._codec.encode_event(event)
        return Encoded(event.TOPIC, event.originator_id, event.originator_version, data)

    def stored_events(
        self, events: Iterable[Encoded], *, recorded_at: str, actor: str, import_id: str | None
    ) -> Iterator[StoredEvent]:
        frame = self._codec.frame(recorded_at=recorded_at, actor=actor, import_id=import_id)
        for (topic, stream, version, data), salt in zip(events, _salts(), strict=False):
            leaf = frame.leaf(type_=topic, stream=stream, version=version, data=data, salt=salt)
            yield StoredEvent(stream, version, topic, leaf)

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


def _salts() -> Iterator[str]:
    """16 random bytes in hex for each leaf, drawn for many at once."""
    width = 2 * SALT_BYTES
    while True:
        drawn = secrets.token_hex(SALT_BYTES * _SALTS_AT_ONCE)
        yield from (drawn[at : at + width] for at in range(0, len(drawn), width))


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
        state = StreamState()
        void: dict[str, bool] = {}
        for read in self._parts(stream):
            for name in {by for _, by in read if by} - void.keys():
                void[name] = self.is_void_import(name)
            gone = {event.originator_version for event, by in read if by and void[by]}
            absorb_all(state, (event for event, _ in read), gone)
        return state

    def history(self, stream: str) -> Iterator[Event]:
        """Every event of a stream, by version."""
        return (event for read in self._parts(stream) for event, _import in read)

    def event(self, stream: str, version: int) -> Event | None:
        """One event of a stream; None where it has no such version."""
        found = self.recorder.select_events(stream, gt=version - 1, lte=version)
        return self._leaf_mapper.read(found[0])[0] if found else None

    def _parts(self, stream: str) -> Iterator[list[tuple[Event, str | None]]]:
        """Events and what imports brought them, a part at a time: a stream may be very long."""
        version = 0
        while part := self.recorder.select_events(stream, gt=version, limit=PART_EVENTS):
            yield [self._leaf_mapper.read(one) for one in part]
            version += len(part)

    def is_void_import(self, import_id: str) -> bool:
        """Whether an import was voided as a whole; read from its own stream, by index."""
        own = self.recorder.select_events(streams.import_(import_id))
        return any(event.topic == ImportVoided.TOPIC for event in own)

    def record(
        self, events: Iterable[Event], *, actor: str, import_id: str | None = None
    ) -> list[int]:
        """Append decided events in one transaction; returns their leaf indexes.

        Raises RecordConflictError of the library when another writer was faster on a stream, or
        the import stands already: then nothing is stored.
        """
        return list(
            self.record_encoded(map(self.encoded, events), actor=actor, import_id=import_id)
        )

    def encoded(self, event: Event) -> Encoded:
        """A decided event in its stored form."""
        return self._leaf_mapper.encoded(event)

    def record_encoded(
        self, events: Iterable[Encoded], *, actor: str, import_id: str | None = None
    ) -> range:
        """The same of events in their stored form, taken one after the other: any number."""
        recorded_at = format_instant(self._clock())
        stored = self._leaf_mapper.stored_events(
            events, recorded_at=recorded_at, actor=actor, import_id=import_id
        )
        ids = self.recorder.insert_events(stored, import_id=import_id)  # type: ignore[arg-type]
        return range(ids[0] - 1, ids[-1]) if ids else range(0)
