"""The closed catalogue of what can happen: one frozen dataclass a topic.

Each class says why the entry exists in law and practice. Its fields are the stored fields, in
full: an unknown value is None and stored as null, never absent. A published topic never changes;
a change is a `.v2` and an upcast. Amounts are integers in units of 10^-scale of the ledger's
currency; quantities and rates are decimal texts; dates are ISO texts, None where not printed.
"""

from dataclasses import dataclass, fields, is_dataclass
from types import UnionType
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

from ledger.errors import DataMismatch, UnknownEventType


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


CATALOGUE: dict[str, type[Event]] = {
    cls.TOPIC: cls
    for cls in (
        LedgerOpened,
        SatkerRegistered,
        ImportReceived,
        DocumentRegistered,
        DipaRevised,
        DipaLinesStated,
        EntryCorrected,
        EntryVoided,
    )
}


def event_data(event: Event) -> dict[str, Any]:
    """The stored fields of an event: all but its stream and version, parts as objects."""
    return {name: _plain(getattr(event, name)) for name in data_shape(type(event))}


def event_of(topic: str, stream: str, version: int, data: dict[str, Any]) -> Event:
    """The event of stored fields; inverse of `event_data`.

    Raises UnknownEventType for a topic outside the catalogue (never imports what stored data
    names), DataMismatch when the fields are not exactly those of the topic.
    """
    cls = CATALOGUE.get(topic)
    if cls is None:
        raise UnknownEventType(topic)
    shape = data_shape(cls)
    if data.keys() != shape.keys():
        wrong = sorted(data.keys() ^ shape.keys())
        raise DataMismatch(topic, f"fields missing or beyond the catalogue: {', '.join(wrong)}")
    values = {name: _value(topic, name, data[name], shape[name]) for name in shape}
    return cls(originator_id=stream, originator_version=version, **values)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a stored field may hold: scalar types, a list of them, or a closed object."""

    scalars: frozenset[type]
    elements: frozenset[type] | None = None
    part: type[Any] | None = None


def data_shape(cls: type[Any]) -> dict[str, Shape]:
    """The stored fields of an event class or a part of one, by name."""
    if cls not in _SHAPES:
        hints = get_type_hints(cls)
        own = [field.name for field in fields(cls) if field.name not in _ENVELOPE]
        _SHAPES[cls] = {name: _shape(hints[name]) for name in own}
    return _SHAPES[cls]


_SHAPES: dict[type[Any], dict[str, Shape]] = {}
_ENVELOPE = ("originator_id", "originator_version")


def _shape(hint: Any) -> Shape:
    options = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    scalars, elements = set[type](), None
    part: type[Any] | None = None
    for option in options:
        if get_origin(option) is list:
            (element,) = get_args(option)
            found = get_args(element) if isinstance(element, UnionType) else (element,)
            elements = frozenset(found)
        elif isinstance(option, type) and is_dataclass(option):
            part = option
        else:
            scalars.add(option)
    return Shape(frozenset(scalars), elements, part)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {name: _plain(getattr(value, name)) for name in data_shape(type(value))}
    return value


def _value(topic: str, name: str, value: Any, shape: Shape) -> Any:
    kind = type(value)
    if kind in shape.scalars:
        return value
    if kind is list and shape.elements is not None:
        if not shape.elements.issuperset(map(type, value)):
            raise DataMismatch(topic, f"{name}: an element has another type")
        return value
    if kind is dict and shape.part is not None:
        inner = data_shape(shape.part)
        if value.keys() != inner.keys():
            raise DataMismatch(topic, f"{name}: other fields than it must have")
        return shape.part(**{key: _value(topic, key, value[key], inner[key]) for key in inner})
    raise DataMismatch(topic, f"{name}: a {kind.__name__} cannot stand here")
