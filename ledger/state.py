"""What a stream's events come to, as far as a decision must refuse by it.

Numbers, keys and versions; no amount. One state and one fold for every family of streams: what
may not repeat differs by topic, and `entry_key` says it.
"""

import marshal
from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from ledger.events import (
    AchievementRecorded,
    ActionPlanned,
    CodeMapped,
    CommitmentRecorded,
    DipaLinesStated,
    DipaRevised,
    EntryCorrected,
    EntryVoided,
    Event,
    FigurePublished,
    FindingMoved,
    IndicatorDefined,
    KeyRotated,
    PaymentsCompleted,
    Place,
    RealisationRecorded,
    SatkerCodeStated,
    ScaleDefined,
    SnapshotPublished,
    Target,
    TargetSet,
    WithdrawalPlanStated,
)
from ledger.shapes import data_shape, plain_value

_PLACE_FIELDS = ("place", "row", "cell")
_VERSION_BYTES = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """A recorded statement: where it stands and what it said, as a digest."""

    version: int
    digest: bytes


@dataclass(slots=True)
class Topics:
    """The topic of each version. A stream of a million payments has one run of them."""

    _starts: list[int] = field(default_factory=list)
    _names: list[str] = field(default_factory=list)
    _last: int = 0

    def add(self, version: int, topic: str) -> None:
        """Versions come in order, without gaps."""
        self._last = version
        if not self._names or self._names[-1] != topic:
            self._starts.append(version)
            self._names.append(topic)

    def get(self, version: int) -> str | None:
        """The topic of a version; None beyond the last one."""
        if not 1 <= version <= self._last:
            return None
        return self._names[bisect_right(self._starts, version) - 1]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._names)

    def copy(self) -> "Topics":
        return Topics(list(self._starts), list(self._names), self._last)


@dataclass(slots=True)
class StreamState:
    """The fold of one stream.

    `topics` and `line_counts` tell what a correction may aim at; `voided` holds the targets that no
    longer count. What may not repeat is found by `standing`: kept as digests, so that a million
    payments stay below 200 MB.
    """

    version: int = 0
    topics: Topics = field(default_factory=Topics)
    line_counts: dict[int, int] = field(default_factory=dict)
    voided: set[Target] = field(default_factory=set)
    _entries: dict[bytes, bytes] = field(default_factory=dict)

    @property
    def stands(self) -> bool:
        """Whether anything that was stated here still stands."""
        return bool(self._entries)

    def standing(self, key: Hashable) -> Entry | None:
        """The entry that stands under what may not repeat, if there is one."""
        found = self._entries.get(_key_digest(key))
        if found is None:
            return None
        return Entry(int.from_bytes(found[:_VERSION_BYTES], "big"), found[_VERSION_BYTES:])

    def put(self, key: Hashable, version: int, digest: bytes) -> None:
        packed = version.to_bytes(_VERSION_BYTES, "big") + digest
        self._entries[_key_digest(key)] = packed

    def free(self, version: int) -> None:
        """What was voided as a whole may be stated again."""
        if self.topics.get(version) is None:
            return
        start = version.to_bytes(_VERSION_BYTES, "big")
        for key, packed in self._entries.items():
            if packed.startswith(start):
                del self._entries[key]
                return

    def copy(self) -> "StreamState":
        return StreamState(
            self.version,
            self.topics.copy(),
            dict(self.line_counts),
            set(self.voided),
            dict(self._entries),
        )


def evolve(state: StreamState, event: Event) -> StreamState:
    """The state after one more event; pure. A long fold uses `fold`, which copies once."""
    return absorb(state.copy(), event)


def fold(
    initial: StreamState | None, events: Iterable[Event], gone: Collection[int] = ()
) -> StreamState | None:
    """The state of a stream, or None for a stream without events; `initial` stays as it is.

    `gone` are the versions that an import brought which was voided as a whole: they stay in their
    place, are void like any other, and take no key.
    """
    state = absorb_all(initial.copy() if initial else StreamState(), events, gone)
    return state if state.version else None


def absorb_all(
    state: StreamState, events: Iterable[Event], gone: Collection[int] = ()
) -> StreamState:
    """The same in place, into a state that the caller owns."""
    for event in events:
        if event.originator_version in gone:
            _pass_over(state, event)
        else:
            absorb(state, event)
    return state


def absorb(state: StreamState, event: Event) -> StreamState:
    """Take an event into a state that the caller owns, in place: a long fold copies once."""
    return absorb_at(state, event, event.originator_version)


def absorb_at(state: StreamState, event: Event, version: int) -> StreamState:
    """The same for a draft that gets this version."""
    state.version = version
    state.topics.add(version, event.TOPIC)
    key = entry_key(event)
    if key is not None:
        state.put(key, version, content_digest(event))
    if isinstance(event, DipaLinesStated | WithdrawalPlanStated):
        state.line_counts[version] = len(event.code)
    if isinstance(event, EntryVoided):
        state.voided.add(event.target)
        if event.target.line is None:
            state.free(event.target.version)
    return state


def _pass_over(state: StreamState, event: Event) -> None:
    """An entry of a voided import: only where it stood and that it is void is kept."""
    state.version = event.originator_version
    state.topics.add(state.version, event.TOPIC)
    state.voided.add(Target(state.version))


def entry_key(event: Event) -> Hashable | None:
    """What may stand once in its stream, or None where repeats are meant.

    Two places of one document may state different values, so a place is part of the key of what
    stands at places; a payment without a line number may be repeated.
    """
    match event:
        case DipaRevised():
            return "revision", event.revision, event.document
        case DipaLinesStated():
            return "lines", event.revision, event.dimension, event.document, event.part
        case WithdrawalPlanStated():
            return "plan", event.revision, event.dimension, event.document, event.part
        case RealisationRecorded(extent="period-total"):
            span = event.period_start, event.period_end
            return "realised", event.dimension, event.code, span, event.basis, event.document
        case RealisationRecorded():
            if event.paper_number is None or event.paper_line is None:
                return None
            return "paper", event.paper_kind, event.paper_number, event.paper_line
        case PaymentsCompleted():
            return "completed", event.dimension, event.code, event.period_start, event.period_end
        case CommitmentRecorded():
            return "contract", event.contract, event.code
        case IndicatorDefined():
            return "indicator", event.indicator, event.document, _where(event.place)
        case TargetSet():
            return "target", event.indicator, event.document, _where(event.place)
        case AchievementRecorded():
            span = event.period_start, event.period_end
            return "achieved", event.indicator, span, event.document, _where(event.place)
        case ActionPlanned():
            plan = event.code, event.plan, event.unit_in_charge
            return "action", event.indicator, event.kegiatan, plan, event.document
        case FigurePublished():
            what = event.subject, event.dimension, event.code, event.indicator, event.text
            return "figure", event.fiscal_year, what, event.measure, _where(event.place)
        case ScaleDefined():
            return "scale", event.scale, event.document
        case CodeMapped():
            return "mapped", event.dimension, event.old_code, event.from_year
        case SatkerCodeStated():
            return "code", event.document
        case SnapshotPublished():
            return "snapshot", event.sha256
        case KeyRotated():
            return "key", event.new_key
        case EntryCorrected() | EntryVoided() | FindingMoved():
            return None
    return (event.TOPIC,)


def _where(place: Place) -> Hashable:
    return place.sheet, place.page


def content_digest(event: Event) -> bytes:
    """16 bytes over the data without its place: equal digests mean that the same was said."""
    cls = type(event)
    if cls not in _CONTENT:
        names = [name for name in data_shape(cls) if name not in _PLACE_FIELDS]
        parts = any(data_shape(cls)[name].part for name in names)
        _CONTENT[cls] = attrgetter("TOPIC", *names), parts
    values, has_parts = _CONTENT[cls]
    content = values(event)
    return _digest([plain_value(value) for value in content] if has_parts else content)


_CONTENT: dict[type[Event], tuple[Callable[[Event], Any], bool]] = {}


def _digest(value: Any) -> bytes:
    """Of plain values alone. The first form of marshal writes one value in one way."""
    return blake2b(marshal.dumps(value, 0), digest_size=16).digest()


_key_digest = lru_cache(maxsize=1)(_digest)
"""A key is looked up and then put: its digest is made once."""
