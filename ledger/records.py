"""What one row of a file may state, and the draft events that rows come to.

A record names its fields and their kinds, so that a reader at the edge knows how to read a cell
without knowing what it means. A draft is an event of version 0: its turn comes in a decision.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal

from ledger import streams
from ledger.errors import Origin, Refusal
from ledger.events import (
    DipaLinesStated,
    DipaRevised,
    DocumentRegistered,
    Event,
    Place,
    RevisionRaw,
    SatkerRegistered,
)
from ledger.lines import COLUMNS, split_lines

Kind = Literal["key", "text", "code", "integer", "amount", "decimal", "date", "flag", "choice"]
Scalar = str | int | bool | None


@dataclass(frozen=True)
class Field:
    """How a cell is read. A `choice` is one of `choices`; a required field may not be empty."""

    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class TypedRow:
    """One row of a file, read but not yet understood.

    `statement` numbers the part of the mapping that read it; `raw` holds the printed text of
    values whose print is not their canonical form.
    """

    record: str
    statement: int
    values: Mapping[str, Scalar]
    raw: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = field(default_factory=Origin)


KINDS_OF_DOCUMENT = ("DIPA", "POK", "RKT", "PK", "RENAKSI", "IKU", "LKJ", "SP2D", "LAIN")
COVERAGES = ("full", "partial")
DIMENSIONS = (
    "line",
    "program",
    "kegiatan",
    "kro",
    "ro",
    "komponen",
    "akun",
    "jenis-belanja",
    "sumber-dana",
)

_DIPA = {
    "satker": Field("key", required=True),
    "fiscal_year": Field("integer", required=True),
    "revision": Field("integer"),
    "document": Field("key", required=True),
    "read_from": Field("key"),
    "sheet": Field("text"),
    "page": Field("text"),
}
_TEXT_COLUMNS = ("name", "unit", "fund", "withdrawal", "register")
_KIND_OF_COLUMN: dict[str, Kind] = {
    "amount": "amount",
    "blocked": "amount",
    "volume": "decimal",
    "price": "decimal",
    "pn": "flag",
    "row": "integer",
    "cell": "text",
    "raw": "text",
    **dict.fromkeys(_TEXT_COLUMNS, "text"),
}

RECORDS: dict[str, dict[str, Field]] = {
    "satker": {
        "satker": Field("key", required=True),
        "name": Field("text", required=True),
        "bagian_anggaran": Field("code"),
    },
    "document": {
        "document": Field("key", required=True),
        "kind": Field("choice", required=True, choices=KINDS_OF_DOCUMENT),
        "number": Field("text"),
        "revision": Field("integer"),
        "dated": Field("date"),
        "published": Field("date"),
        "sha256": Field("text"),
        "replaces": Field("key"),
    },
    "revision": {
        **_DIPA,
        "status_code": Field("text"),
        "dated": Field("date"),
        "posted": Field("date"),
        "authority": Field("text"),
        "kinds": Field("text"),
        "total": Field("amount"),
        "blocked": Field("amount"),
        "reason": Field("text"),
    },
    "line": {
        **_DIPA,
        "dimension": Field("choice", required=True, choices=DIMENSIONS),
        "coverage": Field("choice", required=True, choices=COVERAGES),
        "stated_total": Field("amount"),
        **{
            name: Field(_KIND_OF_COLUMN.get(name, "code"))
            for name in COLUMNS
            if name not in ("row", "cell", "raw")
        },
    },
}

_HEAD_OF_LINES = (*_DIPA, "dimension", "coverage", "stated_total")


@dataclass(frozen=True)
class Draft:
    """One statement as draft events (the parts of a list together) and where its rows stand."""

    events: Sequence[Event]
    origin: Origin
    rows: int


def drafts(rows: Iterable[TypedRow]) -> tuple[list[Draft], list[Refusal]]:
    """The statements that rows come to, in the order of the mapping and of the file.

    Refused: a code twice in one statement of lines that must list each once.
    """
    found: list[Draft] = []
    refusals: list[Refusal] = []
    for (_, record), group in groupby(rows, key=lambda row: (row.statement, row.record)):
        if record == "line":
            for statement in _statements_of_lines(list(group)):
                refusals += _repeats(statement)
                found.append(_lines_draft(statement))
        else:
            found += [Draft([_BUILD[record](row)], row.origin, 1) for row in group]
    return found, refusals


def _statements_of_lines(rows: Sequence[TypedRow]) -> list[list[TypedRow]]:
    statements: dict[tuple[Scalar, ...], list[TypedRow]] = {}
    for row in rows:
        key = tuple(row.values.get(name) for name in _HEAD_OF_LINES)
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


def _lines_draft(rows: Sequence[TypedRow]) -> Draft:
    values = rows[0].values
    head = DipaLinesStated(
        originator_id=streams.dipa(_text(values, "satker"), _number(values, "fiscal_year")),
        originator_version=0,
        satker=_text(values, "satker"),
        fiscal_year=_number(values, "fiscal_year"),
        revision=_optional_number(values, "revision"),
        dimension=_text(values, "dimension"),
        part=1,
        parts=1,
        coverage=_text(values, "coverage"),
        stated_total=_optional_number(values, "stated_total"),
        document=_text(values, "document"),
        read_from=_optional_text(values, "read_from"),
        place=Place(sheet=_optional_text(values, "sheet"), page=_optional_text(values, "page")),
        code=[],
    )
    lines = [
        {
            **{name: row.values.get(name) for name in COLUMNS},
            "row": row.origin.row,
            "cell": row.origin.cell,
            "raw": row.raw.get("amount"),
        }
        for row in rows
    ]
    return Draft(split_lines(head, lines), rows[0].origin, len(rows))


def _satker(row: TypedRow) -> Event:
    values = row.values
    key = _text(values, "satker")
    return SatkerRegistered(
        streams.satker(key),
        0,
        satker=key,
        name=_text(values, "name"),
        bagian_anggaran=_optional_text(values, "bagian_anggaran"),
    )


def _document(row: TypedRow) -> Event:
    values = row.values
    key = _text(values, "document")
    return DocumentRegistered(
        streams.document(key),
        0,
        document=key,
        kind=_text(values, "kind"),
        number=_optional_text(values, "number"),
        revision=_optional_number(values, "revision"),
        dated=_optional_text(values, "dated"),
        published=_optional_text(values, "published"),
        sha256=_optional_text(values, "sha256"),
        replaces=_optional_text(values, "replaces"),
    )


def _revision(row: TypedRow) -> Event:
    values = row.values
    satker, year = _text(values, "satker"), _number(values, "fiscal_year")
    raw = {name: row.raw.get(name) for name in ("dated", "posted", "total", "blocked", "reason")}
    return DipaRevised(
        streams.dipa(satker, year),
        0,
        satker=satker,
        fiscal_year=year,
        revision=_optional_number(values, "revision"),
        status_code=_optional_text(values, "status_code"),
        dated=_optional_text(values, "dated"),
        posted=_optional_text(values, "posted"),
        authority=_texts(values, "authority"),
        kinds=_texts(values, "kinds"),
        total=_optional_number(values, "total"),
        blocked=_optional_number(values, "blocked"),
        reason=_optional_text(values, "reason"),
        document=_text(values, "document"),
        read_from=_optional_text(values, "read_from"),
        place=Place(
            sheet=_optional_text(values, "sheet"),
            page=_optional_text(values, "page"),
            row=row.origin.row,
            cell=row.origin.cell,
        ),
        raw=RevisionRaw(**raw) if any(raw.values()) else None,
    )


_BUILD: dict[str, Callable[[TypedRow], Event]] = {
    "satker": _satker,
    "document": _document,
    "revision": _revision,
}


def _text(values: Mapping[str, Scalar], name: str) -> str:
    return str(values[name])


def _number(values: Mapping[str, Scalar], name: str) -> int:
    return int(values[name] or 0)


def _optional_text(values: Mapping[str, Scalar], name: str) -> str | None:
    value = values.get(name)
    return None if value is None else str(value)


def _optional_number(values: Mapping[str, Scalar], name: str) -> int | None:
    value = values.get(name)
    return None if value is None else int(value)


def _texts(values: Mapping[str, Any], name: str) -> list[str] | None:
    """A cell that lists several, separated by `;`."""
    value = values.get(name)
    return None if value is None else [part.strip() for part in str(value).split(";")]
