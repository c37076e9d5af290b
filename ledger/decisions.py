"""Decisions: a state and what someone wants recorded -> what is recorded, or why not.

Pure. Equal is skipped, other content under the same key is a conflict, and a rule of the field
that a document breaks is no reason to refuse: the ledger keeps what the documents said.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from ledger import streams
from ledger.errors import InputRefused, Refusal
from ledger.events import (
    CATALOGUE,
    DipaLinesStated,
    DocumentRegistered,
    EntryCorrected,
    EntryVoided,
    Event,
    ImportVoided,
    NewValue,
    Target,
    WithdrawalPlanStated,
    numbered,
)
from ledger.shapes import data_shape
from ledger.state import StreamState, absorb_at, content_digest, entry_key


class Outcome(Enum):
    """What became of one offered statement."""

    NEW = "new"
    SAME = "same"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Conflict:
    """An offered statement and the version of the standing one that says otherwise."""

    offered: Event
    standing_version: int


class Kept(Protocol):
    """Where decided events go, in order, each a draft with the version that it gets."""

    def keep(self, draft: Event, version: int) -> None: ...

    def __iter__(self) -> Iterator[Event]: ...

    def __len__(self) -> int: ...


class Held(list[Event]):
    """Decided events in memory."""

    def keep(self, draft: Event, version: int) -> None:
        self.append(numbered(draft, version))


@dataclass
class Batch:
    """Events of one transaction, decided one statement after another before any is written.

    `load` gives the state of a stream; later statements of the batch see the earlier ones. `events`
    keeps what was decided, in memory or outside it.
    """

    load: Callable[[str], StreamState]
    events: Kept = field(default_factory=Held)
    conflicts: list[Conflict] = field(default_factory=list)
    _states: dict[str, StreamState] = field(default_factory=dict)

    def state(self, stream: str) -> StreamState:
        if stream not in self._states:
            self._states[stream] = self.load(stream).copy()
        return self._states[stream]

    def offer(self, statement: Sequence[Event]) -> Outcome:
        """Decide one statement (its parts together): all of it is appended, or none.

        A part that stands already, beside one that was voided, is not appended again.
        """
        if len(statement) == 1:
            outcome = self._weigh(statement[0])
            if outcome is Outcome.NEW:
                self.append(statement[0])
            return outcome
        outcomes = [self._weigh(part) for part in statement]
        if Outcome.CONFLICT in outcomes:
            return Outcome.CONFLICT
        if all(outcome is Outcome.SAME for outcome in outcomes):
            return Outcome.SAME
        for part, outcome in zip(statement, outcomes, strict=True):
            if outcome is Outcome.NEW:
                self.append(part)
        return Outcome.NEW

    def append_missing(self, statement: Sequence[Event]) -> None:
        """Of a list of which parts stand, those that do not."""
        for part in statement:
            key = entry_key(part)
            if key is not None and self.state(part.originator_id).standing(key) is None:
                self.append(part)

    def append(self, draft: Event) -> None:
        """Give a draft the next version of its stream and take it into the batch."""
        state = self.state(draft.originator_id)
        version = state.version + 1
        absorb_at(state, draft, version)
        self.events.keep(draft, version)

    def _weigh(self, draft: Event) -> Outcome:
        key = entry_key(draft)
        standing = None if key is None else self.state(draft.originator_id).standing(key)
        if standing is None:
            return Outcome.NEW
        if standing.digest == content_digest(draft):
            return Outcome.SAME
        self.conflicts.append(Conflict(draft, standing.version))
        return Outcome.CONFLICT


_KEYS = frozenset(
    {
        "satker", "fiscal_year", "revision", "dimension", "part", "parts", "coverage", "document",
        "read_from", "place", "raw", "row", "cell", "indicator", "scale", "boundary", "measure",
        "value_type", "extent", "paper_kind", "paper_number", "paper_line", "pn", "authority",
        "kinds", "sha256", "subject", "lower_open", "month",
    }
)  # fmt: skip
_FIXED = frozenset(
    {
        "ledger-opened.v1", "import-received.v1", "import-voided.v1", "entry-voided.v1",
        "entry-corrected.v1", "key-rotated.v1", "snapshot-published.v1", "finding-moved.v1",
    }
)  # fmt: skip
_NEVER_TOUCHED = _FIXED - {"entry-corrected.v1"}
_OF_LINES = frozenset({DipaLinesStated.TOPIC, WithdrawalPlanStated.TOPIC})
_EXTRA = {DocumentRegistered.TOPIC: frozenset({"revision"})}


def correctable_fields(topic: str) -> frozenset[str]:
    """The fields of a topic that a correction may set; keys are voided and stated anew.

    Of an entry of lines these are its columns, of any other what holds one value.
    """
    if topic in _FIXED or topic not in CATALOGUE:
        return frozenset()
    own = frozenset(
        name
        for name, shape in data_shape(CATALOGUE[topic]).items()
        if (shape.elements is not None) is (topic in _OF_LINES)
        and (shape.elements or shape.scalars) & {int, str}
    )
    return own - _KEYS | _EXTRA.get(topic, frozenset())


def is_amount_field(topic: str, name: str) -> bool:
    """Whether a correctable field holds an integer (an amount, a number) and not a text."""
    shape = data_shape(CATALOGUE[topic])[name]
    return int in (shape.elements or shape.scalars)


def correct(
    state: StreamState,
    stream: str,
    target: Target,
    name: str,
    value: NewValue,
    *,
    reason: str,
    document: str | None,
) -> EntryCorrected:
    """A correction of one field of one entry; raises InputRefused when it cannot apply."""
    refusals = _refuse_target(state, target)
    topic = state.topics.get(target.version) or ""
    if not refusals and name not in correctable_fields(topic):
        refusals.append(
            Refusal(
                "field-not-correctable",
                name,
                values=(("fields", ", ".join(sorted(correctable_fields(topic)))),),
            )
        )
    if not reason.strip():
        refusals.append(Refusal("reason-missing"))
    if refusals:
        raise InputRefused(refusals)
    return EntryCorrected(
        originator_id=stream,
        originator_version=state.version + 1,
        target=target,
        field=name,
        value=value,
        reason=reason,
        document=document,
    )


def void(
    state: StreamState, stream: str, target: Target, *, reason: str, document: str | None
) -> EntryVoided:
    """A void of one entry, or of one line of it; raises InputRefused when it cannot apply."""
    refusals = _refuse_target(state, target, whole_list=True)
    if not reason.strip():
        refusals.append(Refusal("reason-missing"))
    if refusals:
        raise InputRefused(refusals)
    return EntryVoided(
        originator_id=stream,
        originator_version=state.version + 1,
        target=target,
        reason=reason,
        document=document,
    )


def void_import(
    state: StreamState, import_id: str, *, reason: str, document: str | None
) -> ImportVoided:
    """A void of all that an import brought; `state` is that of its own stream.

    Raises InputRefused for an import that never was, or is void already.
    """
    refusals = []
    if not state.version:
        refusals.append(Refusal("import-unknown", import_id))
    elif ImportVoided.TOPIC in state.topics.names:
        refusals.append(Refusal("import-voided", import_id))
    if not reason.strip():
        refusals.append(Refusal("reason-missing"))
    if refusals:
        raise InputRefused(refusals)
    return ImportVoided(
        originator_id=streams.import_(import_id),
        originator_version=state.version + 1,
        import_id=import_id,
        reason=reason,
        document=document,
    )


def _refuse_target(
    state: StreamState, target: Target, *, whole_list: bool = False
) -> list[Refusal]:
    topic = state.topics.get(target.version)
    if topic is None:
        return [Refusal("target-unknown", str(target.version))]
    if topic in _NEVER_TOUCHED:
        return [Refusal("target-fixed", topic)]
    if target in state.voided or Target(target.version) in state.voided:
        return [Refusal("target-voided", str(target.version))]
    count = state.line_counts.get(target.version)
    if count is None and target.line is not None:
        return [Refusal("target-has-no-lines", topic)]
    if count is not None and target.line is None and not whole_list:
        return [Refusal("line-missing", topic, values=(("count", str(count)),))]
    if count is not None and target.line is not None and not 0 <= target.line < count:
        return [Refusal("line-unknown", str(target.line), values=(("count", str(count)),))]
    return []


def corrections_towards(
    standing: Event,
    offered: Event,
    corrected: dict[tuple[int | None, str], NewValue],
    *,
    reason: str,
    document: str | None,
) -> list[EntryCorrected] | None:
    """Draft corrections that make a standing entry say what an offered one says.

    `corrected` holds what earlier corrections of the entry came to, by (line, field). None when
    the two differ in more than fields that a correction may set: other lines, another part.
    """
    fields = correctable_fields(standing.TOPIC)
    found = []
    for name in data_shape(type(standing)):
        before, after = getattr(standing, name), getattr(offered, name)
        if name not in fields:
            if name not in _NOT_COMPARED and before != after:
                return None
            continue
        is_column = standing.TOPIC in _OF_LINES
        if is_column and not _same_codes(standing, offered):
            return None
        cells = _cells(standing, offered, name) if is_column else [(None, before, after)]
        for line, old, new in cells:
            now = corrected.get((line, name))
            current = old if now is None else now.amount if now.text is None else now.text
            if current != new:
                found.append(
                    EntryCorrected(
                        standing.originator_id,
                        0,
                        target=Target(standing.originator_version, line),
                        field=name,
                        value=new_value(standing.TOPIC, name, new),
                        reason=reason,
                        document=document,
                    )
                )
    return found


_NOT_COMPARED = frozenset({"place", "row", "cell", "raw", "read_from"})


def new_value(topic: str, name: str, value: int | str | None) -> NewValue:
    """A value as a correction carries it."""
    if value is None:
        return NewValue()
    if is_amount_field(topic, name):
        return NewValue(amount=int(value))
    return NewValue(text=str(value))


def _same_codes(standing: Event, offered: Event) -> bool:
    return standing.TOPIC == offered.TOPIC and _codes(standing) == _codes(offered)


def _codes(event: Event) -> list[str | None]:
    return event.code if isinstance(event, DipaLinesStated | WithdrawalPlanStated) else []


def _cells(
    standing: Event, offered: Event, name: str
) -> list[tuple[int | None, int | str | None, int | str | None]]:
    count = len(_codes(standing))
    before = getattr(standing, name) or [None] * count
    after = getattr(offered, name) or [None] * count
    return [(line, before[line], after[line]) for line in range(count)]
