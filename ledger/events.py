"""The closed catalogue of what can happen: one frozen dataclass a topic.

Each class says why the entry exists in law and practice. Its fields are the stored fields, in
full: an unknown value is None and stored as null, never absent. A published topic never changes;
a change is a `.v2` and an upcast. Amounts are integers in units of 10^-scale of the ledger's
currency; quantities and rates are decimal texts; dates are ISO texts, None where not printed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, ClassVar

from ledger.errors import UnknownEventType
from ledger.shapes import check_fields, data_shape, plain_fields, shaped_value
from ledger.upcasts import upcast_data


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the document in hand a value stands, as a reader would look it up."""

    sheet: str | None = None
    page: str | None = None
    row: int | None = None
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What the checking pass of an import found before anything was written."""

    rows: int
    new: int
    same: int
    skipped: int
    corrected: int


@dataclass(frozen=True, slots=True)
class RevisionRaw:
    """The printed texts of a revision's values, each None where it equals the canonical form."""

    dated: str | None = None
    posted: str | None = None
    total: str | None = None
    blocked: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The entry that a correction or a void means: `line` counts from 0 within a list event."""

    version: int
    line: int | None = None


@dataclass(frozen=True, slots=True)
class NewValue:
    """The corrected value: an amount, a text, or neither where it is now known to be unknown."""

    amount: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What every event has: the stream that it belongs to and its place in it, from 1."""

    TOPIC: ClassVar[str] = ""

    originator_id: str
    originator_version: int


@dataclass(frozen=True, slots=True)
class LedgerOpened(Event):
    """Leaf 0: what every later leaf relies on and nothing may change."""

    TOPIC: ClassVar[str] = "ledger-opened.v1"

    ledger: str
    time_zone: str
    currency: str
    scale: int


@dataclass(frozen=True, slots=True)
class SatkerRegistered(Event):
    """A work unit that owns a DIPA. The six-digit code is stated later, when a source has it."""

    TOPIC: ClassVar[str] = "satker-registered.v1"

    satker: str
    name: str
    bagian_anggaran: str | None


@dataclass(frozen=True, slots=True)
class SatkerCodeStated(Event):
    """The six-digit code of a satker, once a source prints it. Text: leading zeros count."""

    TOPIC: ClassVar[str] = "satker-code-stated.v1"

    satker: str
    code: str
    document: str
    read_from: str | None
    place: Place
    raw: str | None


@dataclass(frozen=True, slots=True)
class ImportReceived(Event):
    """One accepted file: what came in, read by which mapping, handed in by whom."""

    TOPIC: ClassVar[str] = "import-received.v1"

    import_id: str
    file_name: str
    sha256: str
    mapping: str
    actor: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class ImportVoided(Event):
    """A whole import should not have been accepted: nothing that it brought counts any more."""

    TOPIC: ClassVar[str] = "import-voided.v1"

    import_id: str
    reason: str
    document: str | None


@dataclass(frozen=True, slots=True)
class DocumentRegistered(Event):
    """What a document is, once, so that every statement can name it by a readable id."""

    TOPIC: ClassVar[str] = "document-registered.v1"

    document: str
    kind: str
    number: str | None
    revision: int | None
    dated: str | None
    published: str | None
    sha256: str | None
    replaces: str | None


@dataclass(frozen=True, slots=True)
class DipaRevised(Event):
    """A state of the DIPA as one document gives it; the first DIPA is revision 0.

    `revision` is None for "the last state, unnumbered". Authority and kinds only where the
    source has a field for them: what the reason says is read by a projection, never stored.
    """

    TOPIC: ClassVar[str] = "dipa-revised.v1"

    satker: str
    fiscal_year: int
    revision: int | None
    status_code: str | None
    dated: str | None
    posted: str | None
    authority: list[str] | None
    kinds: list[str] | None
    total: int | None
    blocked: int | None
    reason: str | None
    document: str
    read_from: str | None
    place: Place
    raw: RevisionRaw | None


@dataclass(frozen=True, slots=True)
class DipaLinesStated(Event):
    """Lines of one revision in one dimension, as one document gives them; part k of n.

    A statement stands alone: it is no difference to another. Each column is None or a list as
    long as `code`. `raw` is the printed text of the amount where it is not the canonical form.
    """

    TOPIC: ClassVar[str] = "dipa-lines-stated.v1"

    satker: str
    fiscal_year: int
    revision: int | None
    dimension: str
    part: int
    parts: int
    coverage: str
    stated_total: int | None
    document: str
    read_from: str | None
    place: Place
    code: list[str | None]
    name: list[str | None] | None = None
    program: list[str | None] | None = None
    kegiatan: list[str | None] | None = None
    kro: list[str | None] | None = None
    ro: list[str | None] | None = None
    komponen: list[str | None] | None = None
    subkomponen: list[str | None] | None = None
    akun: list[str | None] | None = None
    item: list[str | None] | None = None
    coa: list[str | None] | None = None
    amount: list[int | None] | None = None
    volume: list[str | None] | None = None
    unit: list[str | None] | None = None
    price: list[str | None] | None = None
    fund: list[str | None] | None = None
    withdrawal: list[str | None] | None = None
    register: list[str | None] | None = None
    pn: list[bool | None] | None = None
    blocked: list[int | None] | None = None
    row: list[int | None] | None = None
    cell: list[str | None] | None = None
    raw: list[str | None] | None = None


@dataclass(frozen=True, slots=True)
class WithdrawalPlanStated(Event):
    """Halaman III: what is planned to be withdrawn, by month, per jenis belanja or line.

    Columns as in `dipa-lines-stated`; `month` is 1 to 12.
    """

    TOPIC: ClassVar[str] = "withdrawal-plan-stated.v1"

    satker: str
    fiscal_year: int
    revision: int | None
    dimension: str
    part: int
    parts: int
    coverage: str
    document: str
    read_from: str | None
    place: Place
    code: list[str | None]
    month: list[int | None]
    amount: list[int | None]
    row: list[int | None] | None = None
    cell: list[str | None] | None = None
    raw: list[str | None] | None = None


@dataclass(frozen=True, slots=True)
class RealisationRecorded(Event):
    """What was spent: a payment, a refund of one, or a total over a period.

    Totals are never added across dimensions, nor a period total to the payments of its period.
    `basis` says by which account (fa, sp2d, stated by a report); the paper's kind, number and
    line are the key of a payment; `refunds` names the paper whose money came back.
    """

    TOPIC: ClassVar[str] = "realisation-recorded.v1"

    satker: str
    fiscal_year: int
    dimension: str
    code: str | None
    name: str | None
    program: str | None
    ro: str | None
    akun: str | None
    fund: str | None
    amount: int | None
    period_start: str | None
    period_end: str | None
    extent: str
    basis: str
    paper_kind: str | None
    paper_number: str | None
    paper_line: int | None
    refunds: str | None
    document: str
    read_from: str | None
    place: Place
    raw: str | None


@dataclass(frozen=True, slots=True)
class PaymentsCompleted(Event):
    """The payments of a code and period are all recorded: they replace its period total."""

    TOPIC: ClassVar[str] = "payments-completed.v1"

    satker: str
    fiscal_year: int
    dimension: str
    code: str | None
    period_start: str
    period_end: str
    document: str
    read_from: str | None


@dataclass(frozen=True, slots=True)
class CommitmentRecorded(Event):
    """A contract binds part of a line: a revision may not go below realised and contracted."""

    TOPIC: ClassVar[str] = "commitment-recorded.v1"

    satker: str
    fiscal_year: int
    contract: str
    dated: str | None
    dimension: str
    code: str
    amount: int | None
    term_start: str | None
    term_end: str | None
    document: str
    read_from: str | None
    place: Place
    raw: str | None


@dataclass(frozen=True, slots=True)
class IndicatorDefined(Event):
    """What is measured and how. A text that differs by document is stated again with it."""

    TOPIC: ClassVar[str] = "indicator-defined.v1"

    satker: str
    fiscal_year: int
    indicator: str
    level: str
    text: str
    tujuan: str | None
    sasaran: str | None
    program: str | None
    kegiatan: str | None
    ro: list[str] | None
    unit: str | None
    value_type: str | None
    direction: str | None
    formula: str | None
    cap: str | None
    method: str | None
    data_source: str | None
    unit_in_charge: str | None
    document: str
    read_from: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class TargetSet(Event):
    """A target as one document prints it at one place. Two places that differ are a conflict."""

    TOPIC: ClassVar[str] = "target-set.v1"

    satker: str
    fiscal_year: int
    indicator: str
    printed: str | None
    value: str | None
    unit: str | None
    document: str
    read_from: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class AchievementRecorded(Event):
    """The result of an indicator over a period."""

    TOPIC: ClassVar[str] = "achievement-recorded.v1"

    satker: str
    fiscal_year: int
    indicator: str
    printed: str | None
    value: str | None
    unit: str | None
    period_start: str | None
    period_end: str | None
    document: str
    read_from: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class ActionPlanned(Event):
    """The action plan: by which kegiatan or RO an indicator is to be reached, and by whom."""

    TOPIC: ClassVar[str] = "action-planned.v1"

    satker: str
    fiscal_year: int
    indicator: str | None
    text: str | None
    printed: str | None
    kegiatan: str | None
    plan: str | None
    code: str | None
    unit_in_charge: str | None
    months: str | None
    document: str
    read_from: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class ScaleDefined(Event):
    """An ordinal scale of achievement; bounds are inclusive as printed, None where open.

    `boundary` says to which band a value between two bands belongs; `unstated` where the document
    does not say: then such a value has no category.
    """

    TOPIC: ClassVar[str] = "scale-defined.v1"

    scale: str
    boundary: str
    document: str
    read_from: str | None
    place: Place
    printed: list[str | None]
    lower: list[str | None]
    upper: list[str | None]
    lower_open: list[bool | None]
    category: list[str | None]
    meaning: list[str | None]


@dataclass(frozen=True, slots=True)
class CodeMapped(Event):
    """A code was renamed between years: lineage, so that a history does not break off."""

    TOPIC: ClassVar[str] = "code-mapped.v1"

    dimension: str
    old_code: str
    new_code: str
    from_year: int
    to_year: int
    reason: str | None
    document: str | None


@dataclass(frozen=True, slots=True)
class FigurePublished(Event):
    """A claim: what a report prints. It changes no table and is reconciled against one."""

    TOPIC: ClassVar[str] = "figure-published.v1"

    satker: str
    fiscal_year: int
    subject: str
    dimension: str | None
    code: str | None
    indicator: str | None
    text: str | None
    measure: str
    value_type: str
    printed: str
    amount: int | None
    value: str | None
    document: str
    read_from: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class EntryCorrected(Event):
    """A value was recorded wrongly: the right one stands beside it, and both stay."""

    TOPIC: ClassVar[str] = "entry-corrected.v1"

    target: Target
    field: str
    value: NewValue
    reason: str
    document: str | None


@dataclass(frozen=True, slots=True)
class EntryVoided(Event):
    """An entry should not have been recorded: it no longer counts, and stays to be seen."""

    TOPIC: ClassVar[str] = "entry-voided.v1"

    target: Target
    reason: str
    document: str | None


@dataclass(frozen=True, slots=True)
class FindingMoved(Event):
    """A step in the life of a finding: its state, and what a reviewer or the satker adds."""

    TOPIC: ClassVar[str] = "finding-moved.v1"

    satker: str
    fiscal_year: int
    finding: str
    state: str
    sebab: str | None
    akibat: str | None
    rekomendasi: str | None
    tanggapan: str | None
    moved_by: str
    document: str | None


@dataclass(frozen=True, slots=True)
class SnapshotPublished(Event):
    """A file of tables was given away: its hash binds it to a position and a root."""

    TOPIC: ClassVar[str] = "snapshot-published.v1"

    name: str
    sha256: str
    size: int
    root: str
    position: str


@dataclass(frozen=True, slots=True)
class KeyRotated(Event):
    """From here on another key signs; both sign the next checkpoint."""

    TOPIC: ClassVar[str] = "key-rotated.v1"

    old_key: str
    new_key: str
    reason: str | None


CATALOGUE: dict[str, type[Event]] = {
    cls.TOPIC: cls
    for cls in (
        LedgerOpened,
        SatkerRegistered,
        SatkerCodeStated,
        ImportReceived,
        ImportVoided,
        DocumentRegistered,
        DipaRevised,
        DipaLinesStated,
        WithdrawalPlanStated,
        RealisationRecorded,
        PaymentsCompleted,
        CommitmentRecorded,
        IndicatorDefined,
        TargetSet,
        AchievementRecorded,
        ActionPlanned,
        ScaleDefined,
        CodeMapped,
        FigurePublished,
        EntryCorrected,
        EntryVoided,
        FindingMoved,
        SnapshotPublished,
        KeyRotated,
    )
}


def event_data(event: Event) -> dict[str, Any]:
    """The stored fields of an event: all but its stream and version, parts as objects."""
    return plain_fields(event)


def numbered(event: Event, version: int) -> Event:
    """The same event at another version of its stream."""
    cls = type(event)
    if cls not in _VALUES:
        _VALUES[cls] = attrgetter("originator_id", "originator_version", *data_shape(cls))
    stream, _, *values = _VALUES[cls](event)
    return cls(stream, version, *values)


_VALUES: dict[type[Event], Callable[[Event], tuple[Any, ...]]] = {}


def check_data(topic: str, data: dict[str, Any]) -> None:
    """Raise unless stored fields are exactly those of their topic.

    UnknownEventType for a topic outside the catalogue (never imports what stored data
    names), DataMismatch for other fields, other types, or columns of different lengths.
    """
    cls = CATALOGUE.get(topic)
    if cls is None:
        raise UnknownEventType(topic)
    check_fields(topic, data, cls)


def event_of(topic: str, stream: str, version: int, data: dict[str, Any]) -> Event:
    """The event of stored fields, in the newest version of its topic; inverse of `event_data`.

    Raises what `check_data` raises, judged by the topic under which the data is stored.
    """
    check_data(topic, data)
    newest, data = upcast_data(topic, data)
    cls = CATALOGUE[newest]
    values = {name: shaped_value(data[name], shape) for name, shape in data_shape(cls).items()}
    return cls(originator_id=stream, originator_version=version, **values)
