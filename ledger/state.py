"""What a stream's events come to, as far as a decision must refuse by it.

Numbers, keys and versions; no amount. One state and one fold for every family of streams: what
may not repeat differs by topic, and `entry_key` says it.
"""

import hashlib
import json
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, field
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
    event_data,
)

_PLACE_FIELDS = ("place", "row", "cell")


@dataclass(frozen=True, slots=True)
class Entry:
    """A recorded statement: where it stands and what it said, as a digest."""

    version: int
    digest: str


@dataclass(slots=True)
class StreamState:
    """The fold of one stream.

    `entries` maps what may not repeat to the standing entry; `topics` and `line_counts` tell
    what a correction may aim at; `voided` holds the targets that no longer count.
    """

    version: int = 0
    entries: dict[Hashable, Entry] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    line_counts: dict[int, int] = field(default_factory=dict)
    voided: set[Target] = field(default_factory=set)

    def copy(self) -> "StreamState":
        return StreamState(
            self.version,
            dict(self.entries),
            dict(self.topics),
            dict(self.line_counts),
            set(self.voided),
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
    state = initial.copy() if initial else StreamState()
    for event in events:
        if event.originator_version in gone:
            _pass_over(state, event)
        else:
            absorb(state, event)
    return state if state.version else None


def absorb(state: StreamState, event: Event) -> StreamState:
    """Take an event into a state that the caller owns, in place: a long fold copies once."""
    state.version = event.originator_version
    state.topics[state.version] = event.TOPIC
    key = entry_key(event)
    if key is not None:
        state.entries[key] = Entry(state.version, content_digest(event))
    if isinstance(event, DipaLinesStated | WithdrawalPlanStated):
        state.line_counts[state.version] = len(event.code)
    if isinstance(event, EntryVoided):
        state.voided.add(event.target)
        if event.target.line is None:
            _free_key(state, event.target.version)
    return state


def _pass_over(state: StreamState, event: Event) -> None:
    """An entry of a voided import: only where it stood and that it is void is kept."""
    state.version = event.originator_version
    state.topics[state.version] = event.TOPIC
    state.voided.add(Target(state.version))


def _free_key(state: StreamState, version: int) -> None:
    """What was voided as a whole may be stated again."""
    for key, entry in state.entries.items():
        if entry.version == version:
            del state.entries[key]
            return


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


def content_digest(event: Event) -> str:
    """SHA-256 over the data without its place: equal digests mean that the same was said."""
    data: dict[str, Any] = event_data(event)
    for name in _PLACE_FIELDS:
        data.pop(name, None)
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
