"""Rows come to statements: the draft events that a decision gives their turn.

A draft is an event of version 0. Rows of a list (lines, a plan, a scale) go together into one
statement; every other row is one event, field by field.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from ledger.lines import COLUMNS, split_columns, split_lines
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
            build, shared = _LISTS[record]
            for statement in _together(group, shared):
                refusals += _repeats(statement) if record == "line" else []
                yield Draft(build(statement), statement[0].origin, len(statement))
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
    get = row.values.get
    values: dict[str, Any] = {name: get(name) for name in fields.plain}
    for name, shape in fields.others:
        if known is not None and name in known:
            continue
        if shape.part is Place:
            values[name] = _place(row)
        elif name == "raw":
            values[name] = _raw(cls, row)
        else:
            values[name] = _several(row.values.get(name))
    if known:
        values |= {name: value for name, value in known.items() if name in data_shape(cls)}
    return cls(stream, 0, **values)


@dataclass(frozen=True)
class _Fields:
    """The stored fields of an event: those that take a row's value as it is, and the others."""

    plain: tuple[str, ...]
    others: tuple[tuple[str, Shape], ...]


def _fields_of(cls: type[Event]) -> _Fields:
    if cls not in _FIELDS:
        shapes = data_shape(cls)
        others = {
            name: shape
            for name, shape in shapes.items()
            if shape.part is not None or shape.elements is not None or name == "raw"
        }
        plain = tuple(name for name in shapes if name not in others)
        _FIELDS[cls] = _Fields(plain, tuple(others.items()))
    return _FIELDS[cls]


_FIELDS: dict[type[Event], _Fields] = {}


def _place(row: TypedRow) -> Place:
    return Place(
        sheet=_text(row.values.get("sheet")) or row.origin.sheet,
        page=_text(row.values.get("page")),
        row=row.origin.row,
        cell=row.origin.cell,
    )


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


def _together(rows: Iterable[TypedRow], shared: Sequence[str]) -> list[list[TypedRow]]:
    statements: dict[tuple[Scalar, ...], list[TypedRow]] = {}
    for row in rows:
        key = tuple(row.values.get(name) for name in shared)
        statements.setdefault(key, []).append(row)
    return list(statements.values())


def _repeats(rows: Sequence[TypedRow]) -> list[Refusal]:
    """In a full list one code stands once; in a partial one the parts of a sum may repeat it."""
    if rows[0].values.get("coverage") != "full" or rows[0].values.get("dimension") == "line":
        return []
    first: dict[Scalar, TypedRow] = {}
    refusals = []
    for row in rows:
        code = row.values.get("code")
        before = first.setdefault(code, row)
        if before is not row and code is not None:
            at = before.origin.cell or str(before.origin.row)
            refusals.append(Refusal("code-repeated", str(code), row.origin, values=(("at", at),)))
    return refusals


def _lines(rows: Sequence[TypedRow]) -> Sequence[Event]:
    empty: dict[str, Any] = {name: [] if name == "code" else None for name in COLUMNS}
    head = _event(DipaLinesStated, _dipa(rows[0].values), rows[0], _headed(rows[0], empty))
    assert isinstance(head, DipaLinesStated)  # noqa: S101 - _event builds the class it is given
    return split_lines(head, [_line(row, COLUMNS) for row in rows])


def _plan(rows: Sequence[TypedRow]) -> Sequence[Event]:
    always = ("code", "month", "amount")
    columns = (*always, "row", "cell", "raw")
    empty: dict[str, Any] = {name: [] if name in always else None for name in columns}
    head = _event(WithdrawalPlanStated, _dipa(rows[0].values), rows[0], _headed(rows[0], empty))
    return split_columns(head, [_line(row, columns) for row in rows], columns, always)


def _scale(rows: Sequence[TypedRow]) -> Sequence[Event]:
    names = ("printed", "lower", "upper", "lower_open", "category", "meaning")
    bands = {name: [row.values.get(name) for row in rows] for name in names}
    return [_event(ScaleDefined, streams.LEDGER, rows[0], _headed(rows[0], bands))]


def _headed(row: TypedRow, columns: dict[str, Any]) -> dict[str, Any]:
    """The place of a list is its sheet and page; rows and cells are columns of their own."""
    place = Place(
        sheet=_text(row.values.get("sheet")) or row.origin.sheet, page=_text(row.values.get("page"))
    )
    return {"place": place, "part": 1, "parts": 1, **columns}


def _line(row: TypedRow, columns: Sequence[str]) -> dict[str, Any]:
    return {
        **{name: row.values.get(name) for name in columns},
        "row": row.origin.row,
        "cell": row.origin.cell,
        "raw": row.raw.get("amount"),
    }


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
_LISTS: dict[str, tuple[Callable[[Sequence[TypedRow]], Sequence[Event]], Sequence[str]]] = {
    "line": (_lines, _SHARED_BY_LINES),
    "plan": (_plan, _SHARED_BY_LINES),
    "scale": (_scale, ("scale", "document", "read_from", "sheet", "page", "boundary")),
}
