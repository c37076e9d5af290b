"""Rows come to statements: the draft events that a decision gives their turn.

A draft is an event of version 0. Rows of a list (lines, a plan, a scale) go together into one
statement; every other row is one event, field by field.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from ledger import streams
from ledger.amounts import AmountRefused, parse_amount, parse_decimal
from ledger.dates import DateRefused, parse_date
from ledger.errors import Origin, Refusal
from ledger.events import (
    AchievementRecorded,
    ActionPlanned,
    CodeMapped,
    CommitmentRecorded,
    DipaLinesStated,
    DipaRevised,
    DocumentRegistered,
    Event,
    FigurePublished,
    IndicatorDefined,
    PaymentsCompleted,
    Place,
    RealisationRecorded,
    RevisionRaw,
    SatkerCodeStated,
    SatkerRegistered,
    ScaleDefined,
    TargetSet,
    WithdrawalPlanStated,
)
from ledger.lines import ALWAYS, COLUMNS, PLAN_ALWAYS, PLAN_COLUMNS, split_lines
from ledger.records import Scalar, TypedRow
from ledger.shapes import Shape, data_shape

Values = Mapping[str, Scalar]


class Draft(NamedTuple):
    """One statement as draft events (the parts of a list together) and where its rows stand."""

    events: Sequence[Event]
    origin: Origin
    rows: int


def drafts(rows: Iterable[TypedRow], refusals: list[Refusal], *, scale: int = 0) -> Iterator[Draft]:
    """The statements that rows come to, in the order of the mapping and of the file.

    Only a list is held until it is whole. Refused, into `refusals`: a code twice in one full
    statement of lines, which lists each once.
    """
    for (_, record), group in groupby(rows, key=_statement):
        if record in _LISTS:
            build, shared, columns = _LISTS[record]
            for found in _together(group, shared, columns):
                refusals += _repeats(found) if record == "line" else []
                yield Draft(build(found), found.head.origin, len(found.lines))
        elif record == "figure":
            for row in group:
                yield Draft([_figure(row, scale)], row.origin, 1)
        else:
            cls, stream = _SINGLE[record]
            for row in group:
                yield Draft([_event(cls, stream(row.values), row)], row.origin, 1)


_statement = attrgetter("statement", "record")


def _event(
    cls: type[Event], stream: str, row: TypedRow, known: Mapping[str, Any] | None = None
) -> Event:
    """One event of one row: each stored field is the row's value of that name."""
    fields = _fields_of(cls)
    values: list[Any] = list(map(row.values.get, fields.names))
    for at, name, shape in fields.others:
        if shape.part is Place:
            values[at] = _place(row)
        elif name == "raw":
            values[at] = _raw(cls, row)
        else:
            values[at] = _several(values[at])
    if known is not None:
        values = [known.get(name, value) for name, value in zip(fields.names, values, strict=True)]
    return cls(stream, 0, *values)


@dataclass(frozen=True)
class _Fields:
    """The stored fields of an event in order; `others` do not take a row's value as it is."""

    names: tuple[str, ...]
    others: tuple[tuple[int, str, Shape], ...]


def _fields_of(cls: type[Event]) -> _Fields:
    if cls not in _FIELDS:
        shapes = data_shape(cls)
        others = [
            (at, name, shape)
            for at, (name, shape) in enumerate(shapes.items())
            if shape.part is not None or shape.elements is not None or name == "raw"
        ]
        _FIELDS[cls] = _Fields(tuple(shapes), tuple(others))
    return _FIELDS[cls]


_FIELDS: dict[type[Event], _Fields] = {}


def _place(row: TypedRow) -> Place:
    sheet, number, cell = row.origin
    values = row.values
    return Place(_text(values.get("sheet")) or sheet, _text(values.get("page")), number, cell)


def _raw(cls: type[Event], row: TypedRow) -> RevisionRaw | str | None:
    if cls is not DipaRevised:
        return row.raw.get("amount") or row.raw.get("code")
    printed = {name: row.raw.get(name) for name in data_shape(RevisionRaw)}
    return RevisionRaw(**printed) if any(printed.values()) else None


def _several(value: Scalar) -> list[str] | None:
    """A cell that lists several, separated by `;`."""
    return None if value is None else [part.strip() for part in str(value).split(";")]


def _figure(row: TypedRow, scale: int) -> Event:
    """A claim keeps its print; the parsed value is null where the print cannot be read.

    A `value` given is the print as the file's reader understood it.
    """
    values = row.values
    amount, value = _read_figure(str(values["value_type"]), str(values["printed"]), scale)
    if values.get("value") is not None:
        value = str(values["value"])
    stream = streams.report(str(values["document"]))
    return _event(FigurePublished, stream, row, {"amount": amount, "value": value})


def _read_figure(value_type: str, printed: str, scale: int) -> tuple[int | None, str | None]:
    try:
        if value_type == "amount":
            return parse_amount(printed, scale=scale).value, None
        if value_type in ("per-cent", "number", "count"):
            return None, parse_decimal(printed)
        if value_type == "date":
            return None, parse_date(printed).isoformat()
    except (AmountRefused, DateRefused):
        return None, None
    return None, printed


class _List(NamedTuple):
    """Rows that go together: the first, which gives what they share, and a line for each."""

    head: TypedRow
    lines: list[tuple[Any, ...]]


def _together(
    rows: Iterable[TypedRow], shared: Sequence[str], columns: Sequence[str]
) -> list[_List]:
    """Rows by what they share; of each only its line is held."""
    found: dict[tuple[Scalar, ...], _List] = {}
    for row in rows:
        key = tuple(map(row.values.get, shared))
        found.setdefault(key, _List(row, [])).lines.append(_line(row, columns))
    return list(found.values())


def _line(row: TypedRow, columns: Sequence[str]) -> tuple[Any, ...]:
    """Its place and print stand in columns of their own."""
    own = {"row": row.origin.row, "cell": row.origin.cell, "raw": row.raw.get("amount")}
    return tuple(own[name] if name in own else row.values.get(name) for name in columns)


def _repeats(found: _List) -> Iterator[Refusal]:
    """In a full list one code stands once; in a partial one the parts of a sum may repeat it."""
    head = found.head
    if head.values.get("coverage") != "full" or head.values.get("dimension") == "line":
        return
    at = {name: COLUMNS.index(name) for name in ("code", "row", "cell")}
    first: dict[Scalar, str] = {}
    for line in found.lines:
        code, number, cell = (line[at[name]] for name in ("code", "row", "cell"))
        place = cell or str(number)
        before = first.setdefault(code, place)
        if before != place and code is not None:
            origin = Origin(head.origin.sheet, number, cell)
            yield Refusal("code-repeated", str(code), origin, values=(("at", before),))


def _lines(found: _List) -> Sequence[Event]:
    return split_lines(_head(DipaLinesStated, found.head, COLUMNS, ALWAYS), found.lines)


def _plan(found: _List) -> Sequence[Event]:
    head = _head(WithdrawalPlanStated, found.head, PLAN_COLUMNS, PLAN_ALWAYS)
    return split_lines(head, found.lines, PLAN_COLUMNS, PLAN_ALWAYS)


def _head(
    cls: type[Event], row: TypedRow, columns: Sequence[str], always: Collection[str]
) -> Event:
    """A part of a list without its lines."""
    empty: dict[str, Any] = {name: [] if name in always else None for name in columns}
    return _event(cls, _dipa(row.values), row, _headed(row, empty))


def _scale(found: _List) -> Sequence[Event]:
    bands = {name: [line[at] for line in found.lines] for at, name in enumerate(_BANDS)}
    return [_event(ScaleDefined, streams.LEDGER, found.head, _headed(found.head, bands))]


def _headed(row: TypedRow, columns: dict[str, Any]) -> dict[str, Any]:
    """The place of a list is its sheet and page; rows and cells are columns of their own."""
    place = Place(
        sheet=_text(row.values.get("sheet")) or row.origin.sheet, page=_text(row.values.get("page"))
    )
    return {"place": place, "part": 1, "parts": 1, **columns}


def _text(value: Scalar) -> str | None:
    return None if value is None else str(value)


def _of(family: Callable[[str, int], str]) -> Callable[[Values], str]:
    return lambda values: family(str(values["satker"]), int(values["fiscal_year"] or 0))


_dipa = _of(streams.dipa)
_realisation = _of(streams.realisation)
_performance = _of(streams.performance)

_SINGLE: dict[str, tuple[type[Event], Callable[[Values], str]]] = {
    "satker": (SatkerRegistered, lambda values: streams.satker(str(values["satker"]))),
    "satker-code": (SatkerCodeStated, lambda values: streams.satker(str(values["satker"]))),
    "document": (DocumentRegistered, lambda values: streams.document(str(values["document"]))),
    "revision": (DipaRevised, _dipa),
    "realisation": (RealisationRecorded, _realisation),
    "payments-completed": (PaymentsCompleted, _realisation),
    "commitment": (CommitmentRecorded, _realisation),
    "indicator": (IndicatorDefined, _performance),
    "target": (TargetSet, _performance),
    "achievement": (AchievementRecorded, _performance),
    "action": (ActionPlanned, _performance),
    "code-map": (CodeMapped, lambda values: streams.LEDGER),
}
_SHARED_BY_LINES = (
    "satker",
    "fiscal_year",
    "revision",
    "document",
    "read_from",
    "sheet",
    "page",
    "dimension",
    "coverage",
    "stated_total",
)
_BANDS = ("printed", "lower", "upper", "lower_open", "category", "meaning")
_LISTS: dict[str, tuple[Callable[[_List], Sequence[Event]], Sequence[str], Sequence[str]]] = {
    "line": (_lines, _SHARED_BY_LINES, COLUMNS),
    "plan": (_plan, _SHARED_BY_LINES, PLAN_COLUMNS),
    "scale": (
        _scale,
        ("scale", "document", "read_from", "sheet", "page", "boundary"),
        _BANDS,
    ),
}
