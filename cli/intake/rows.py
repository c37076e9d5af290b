"""Rows through a mapping: typed values with their origin, and every refusal at once.

What a value means is the ledger's to decide; here a cell becomes an amount, a date, a code or a
text by the field's kind, and keeps its printed text where that is not the canonical form.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cli.intake.cells import Row
from cli.intake.mapping import Dialect, StatementMap
from cli.intake.mapping import Mapping as FileMapping
from ledger import streams
from ledger.amounts import AmountRefused, parse_amount, parse_decimal
from ledger.dates import DateRefused, parse_date
from ledger.errors import Origin, Refusal
from ledger.records import RECORDS, Field, Scalar, TypedRow

MAX_TEXT_BYTES = 8_192
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_FLAGS = {"1": True, "0": False, "ya": True, "tidak": False, "true": True, "false": False}


@dataclass
class Reading:
    """What came of a file: typed rows in the order of the mapping, refusals, and how many rows."""

    rows: list[TypedRow] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    row_count: int = 0


def read_rows(
    source: Iterable[Row], mapping: FileMapping, *, scale: int, accept_suggestions: bool = False
) -> Reading:
    """Every row through every statement of the mapping; never stops at the first error."""
    reading = Reading()
    table = list(source)
    header_row = mapping.dialect.header_row
    header = next((row for row in table if row.number == header_row), Row(header_row, ()))
    body = [row for row in table if row.number > header_row and any(c.strip() for c in row.cells)]
    reading.row_count = len(body)
    _read_documents(mapping, reading)
    columns = {name.strip().lower(): at for at, name in enumerate(header.cells)}
    if mapping.statements:
        reading.refusals += _repeated_columns(header)
        reading.refusals += _check_widths(body, len(header.cells))
    for number, statement in enumerate(mapping.statements, 1):
        missing = _missing_columns(statement, columns, header)
        if missing:
            reading.refusals += missing
            continue
        accept = accept_suggestions or mapping.dialect.accept_suggestions
        reader = _Reader(statement, number, columns, mapping, scale, accept)
        for row in body:
            if reader.takes(row):
                reader.read(row, reading)
    return reading


def read_fields(record: str, values: Mapping[str, str], *, scale: int) -> Reading:
    """One row given field by field, read as a cell of a file would be; refusals name the field."""
    reading = Reading(row_count=1)
    fields = RECORDS[record]
    for name in values:
        if name not in fields:
            suggestion = ", ".join(fields)
            reading.refusals.append(Refusal("field-unknown", name, suggestion=suggestion))
    statement = StatementMap(record, {}, fixed={n: v for n, v in values.items() if n in fields})
    mapping = FileMapping("", Dialect(), (), (statement,))
    _Reader(statement, 1, {}, mapping, scale, accept=False).read(Row(0, ()), reading)
    reading.refusals = [
        replace(refusal, origin=Origin(cell=dict(refusal.values).get("field")))
        for refusal in reading.refusals
    ]
    reading.rows = [replace(row, origin=Origin()) for row in reading.rows]
    return reading


def _repeated_columns(header: Row) -> list[Refusal]:
    """A name that stands twice would be read from one of both without saying so."""
    names = [name.strip().lower() for name in header.cells]
    return [
        Refusal("column-repeated", header.cells[at], header.origin(at))
        for at, name in enumerate(names)
        if name and name in names[:at]
    ]


def _check_widths(body: Iterable[Row], width: int) -> list[Refusal]:
    return [
        Refusal("row-width", str(len(row.cells)), row.origin(), values=(("width", str(width)),))
        for row in body
        if len(row.cells) != width
    ]


def _missing_columns(
    statement: StatementMap, columns: Mapping[str, int], header: Row
) -> list[Refusal]:
    templates = {n for t in statement.templates.values() for n in _PLACEHOLDER.findall(t)}
    filters = [*statement.where, *statement.unless_empty]
    wanted = [*statement.columns.values(), *filters, *sorted(templates)]
    return [
        Refusal("column-missing", name, header.origin(), suggestion=", ".join(header.cells) or None)
        for name in dict.fromkeys(wanted)
        if name.lower() not in columns
    ]


def _read_documents(mapping: FileMapping, reading: Reading) -> None:
    fields = RECORDS["document"]
    for document in mapping.documents:
        values: dict[str, Scalar] = {}
        for name, spec in fields.items():
            values[name] = _fixed(name, spec, document.get(name), reading.refusals)
        reading.rows.append(TypedRow("document", 0, values))


def _fixed(name: str, spec: Field, value: Any, refusals: list[Refusal]) -> Scalar:
    """A value written in the mapping itself."""
    text = "" if value is None else str(value)
    try:
        return _typed(spec, text, scale=0, dialect=None, accept=False)[0]
    except _Refused as refused:
        refusals.append(Refusal(refused.code, f"{name} = {text}", suggestion=refused.suggestion))
        return None


class _Refused(Exception):
    def __init__(self, code: str, suggestion: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.suggestion = suggestion


@dataclass(frozen=True)
class _Reader:
    """One statement of the mapping, applied row by row."""

    statement: StatementMap
    number: int
    columns: Mapping[str, int]
    mapping: FileMapping
    scale: int
    accept: bool

    def takes(self, row: Row) -> bool:
        if any(not self._cell(row, name).strip() for name in self.statement.unless_empty):
            return False
        for name, wanted in self.statement.where.items():
            text = self._cell(row, name)
            allowed = wanted if isinstance(wanted, list) else [wanted]
            if text not in [str(item) for item in allowed]:
                return False
        return True

    def read(self, row: Row, reading: Reading) -> None:
        values: dict[str, Scalar] = {}
        raw: dict[str, str] = {}
        refused = len(reading.refusals)
        for name, spec in RECORDS[self.statement.record].items():
            self._read_field(name, spec, row, values, raw, reading.refusals)
        if len(reading.refusals) == refused:
            place = self._place(row)
            reading.rows.append(TypedRow(self.statement.record, self.number, values, raw, place))

    def _read_field(
        self,
        name: str,
        spec: Field,
        row: Row,
        values: dict[str, Scalar],
        raw: dict[str, str],
        refusals: list[Refusal],
    ) -> None:
        text, origin = self._text(name, row)
        try:
            value, exact = _typed(
                spec, text, scale=self.scale, dialect=self.mapping, accept=self.accept
            )
        except _Refused as refused:
            refusals.append(
                Refusal(refused.code, text or None, origin, refused.suggestion, (("field", name),))
            )
            return
        values[name] = value
        if not exact:
            raw[name] = text

    def _text(self, name: str, row: Row) -> tuple[str, Origin]:
        column = self.statement.columns.get(name)
        if column is not None:
            return self._cell(row, column), row.origin(self.columns[column.lower()])
        template = self.statement.templates.get(name)
        if template is not None:
            filled = _PLACEHOLDER.sub(lambda match: self._cell(row, match[1]).strip(), template)
            return filled, row.origin()
        fixed = self.statement.fixed.get(name)
        return "" if fixed is None else str(fixed), row.origin()

    def _cell(self, row: Row, column: str) -> str:
        at = self.columns[column.lower()]
        return row.cells[at] if at < len(row.cells) else ""

    def _place(self, row: Row) -> Origin:
        main = next((n for n in ("amount", "total") if n in self.statement.columns), None)
        at = self.columns[self.statement.columns[main].lower()] if main else None
        return row.origin(at)


def _typed(
    spec: Field, text: str, *, scale: int, dialect: FileMapping | None, accept: bool
) -> tuple[Scalar, bool]:
    """(value, whether the text was its canonical form); raises _Refused."""
    if not text.strip():
        if spec.required:
            raise _Refused("value-missing")
        return None, True
    if len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES:
        raise _Refused("text-too-long")
    try:
        parsed: tuple[Scalar, bool] = _PARSERS[spec.kind](spec, text, scale, dialect, accept)
    except (AmountRefused, DateRefused) as refused:
        raise _Refused(refused.code, refused.suggestion) from refused
    return parsed


def _amount(
    spec: Field, text: str, scale: int, mapping: FileMapping | None, accept: bool
) -> tuple[Scalar, bool]:
    dialect = mapping.dialect if mapping else None
    parsed = parse_amount(
        text,
        scale=scale,
        decimal=dialect.decimal if dialect else ",",
        thousands=dialect.thousands if dialect else ".",
        unit=dialect.unit if dialect else 1,
        accept_suggestion=accept,
    )
    return parsed.value, parsed.exact


def _decimal(
    spec: Field, text: str, scale: int, mapping: FileMapping | None, accept: bool
) -> tuple[Scalar, bool]:
    decimal = mapping.dialect.decimal if mapping else ","
    thousands = mapping.dialect.thousands if mapping else "."
    value = parse_decimal(text, decimal=decimal, thousands=thousands)
    return value, value == text


def _measured(
    spec: Field, text: str, scale: int, mapping: FileMapping | None, accept: bool
) -> tuple[Scalar, bool]:
    try:
        return _decimal(spec, text, scale, mapping, accept)
    except AmountRefused:
        return _free_text(spec, text)


def _date(spec: Field, text: str, *_: object) -> tuple[Scalar, bool]:
    value = parse_date(text).isoformat()
    return value, value == text


def _integer(spec: Field, text: str, *_: object) -> tuple[Scalar, bool]:
    stripped = text.strip()
    if not re.fullmatch(r"[0-9]{1,9}", stripped):
        raise _Refused("integer-broken")
    return int(stripped), True


def _flag(spec: Field, text: str, *_: object) -> tuple[Scalar, bool]:
    value = _FLAGS.get(text.strip().lower())
    if value is None:
        raise _Refused("flag-broken", suggestion="ya, tidak")
    return value, True


def _key(spec: Field, text: str, *_: object) -> tuple[Scalar, bool]:
    key = text.strip().lower()
    if not streams.is_key(key):
        suggestion = re.sub(r"[^a-z0-9-]+", "-", key).strip("-")[:40] or None
        raise _Refused("key-broken", suggestion)
    return key, True


def _choice(spec: Field, text: str, *_: object) -> tuple[Scalar, bool]:
    wanted = text.strip()
    for choice in spec.choices:
        if choice.lower() == wanted.lower():
            return choice, True
    raise _Refused("choice-unknown", suggestion=", ".join(spec.choices))


def _code(spec: Field, text: str, *_: object) -> tuple[Scalar, bool]:
    """A code is text: leading zeros stay; an apostrophe that only guards them goes."""
    return _plain_text(text.strip().removeprefix("'")), True


def _free_text(spec: Field, text: str, *_: object) -> tuple[Scalar, bool]:
    return _plain_text(text.strip()), True


def _plain_text(text: str) -> str:
    for char in text:
        if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
            raise _Refused("text-hidden-characters", suggestion=f"U+{ord(char):04X}")
    return text


_PARSERS: dict[str, Any] = {
    "amount": _amount,
    "decimal": _decimal,
    "measured": _measured,
    "date": _date,
    "integer": _integer,
    "flag": _flag,
    "key": _key,
    "choice": _choice,
    "code": _code,
    "text": _free_text,
}


def document_ids(rows: Iterable[TypedRow]) -> Iterator[tuple[str, Origin]]:
    """Every document that rows name, with the row of the first mention: a mapping may fix it."""
    seen: set[Scalar] = set()
    for row in rows:
        for name in ("document", "read_from", "replaces"):
            value = row.values.get(name)
            if (
                value is not None
                and value not in seen
                and not (row.record == "document" and name == "document")
            ):
                seen.add(value)
                yield str(value), replace(row.origin, cell=None)
