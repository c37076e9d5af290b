"""Footing: does a file add up to its own totals? A mismatch is told and recorded, never mended.

`[[check]]` of a mapping says what must add up: columns within a row, or rows to the row that prints
their sum. Cells that are no amounts are left to the readers, which refuse them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cli.intake.cells import Row
from cli.intake.fields import CellRefused, Parser, Reader
from cli.intake.mapping import Check
from cli.intake.mapping import Mapping as FileMapping
from cli.intake.statement import column_name, compile_choices
from cli.intake.tables import Table
from ledger.errors import Origin
from ledger.records import Field

Columns = Mapping[str, int]


@dataclass(frozen=True)
class Mismatch:
    """What a row prints, and what the file itself adds up to instead; amounts of the ledger."""

    check: str
    row: int
    origin: Origin
    printed: str
    stated: int
    computed: int


def check_rows(
    table: Table, mapping: FileMapping, columns: Columns, scale: int
) -> Iterator[Mismatch]:
    """Every mismatch of every check of a mapping, in one pass over the rows."""
    parse = Reader(mapping.dialect, scale, accept=True).parser(Field("amount"))
    running = [
        _Across(check, columns, parse) if check.add else _Down(check, columns, parse)
        for check in mapping.checks
    ]
    for row in table.rows():
        for check in running:
            yield from check.take(row)
    for check in running:
        yield from check.end()


def _value(parse: Parser, text: str) -> int | None:
    """An amount; an empty cell is no part of a sum, nor is what cannot be read."""
    try:
        value, _ = parse(text)
    except CellRefused:
        return None
    return value if isinstance(value, int) else None


class _Across:
    """Columns of one row that add up to another."""

    def __init__(self, check: Check, columns: Columns, parse: Parser) -> None:
        self._name = check.name
        self._parse = parse
        self._parts = [columns[column_name(name)] for name in check.add]
        self._sum = columns[column_name(str(check.gives))]
        self._where = compile_choices(check.where, columns)

    def take(self, row: Row) -> Iterator[Mismatch]:
        if not all(fits(row.cell(at)) for at, fits in self._where):
            return
        stated = _value(self._parse, row.cell(self._sum))
        parts = [_value(self._parse, row.cell(at)) for at in self._parts]
        if stated is None or all(part is None for part in parts):
            return
        computed = sum(part or 0 for part in parts)
        if computed != stated:
            printed = row.cell(self._sum)
            origin = row.origin(self._sum)
            yield Mismatch(self._name, row.number, origin, printed, stated, computed)

    def end(self) -> Iterator[Mismatch]:
        return iter(())


class _Down:
    """A column summed over some rows, and the rows that print the sum."""

    def __init__(self, check: Check, columns: Columns, parse: Parser) -> None:
        self._name = check.name
        self._parse = parse
        self._column = columns[column_name(check.sum or "")]
        self._by = [columns[column_name(name)] for name in check.by]
        self._over = compile_choices(check.over, columns)
        self._gives = compile_choices(check.gives, columns)
        self._sums: dict[tuple[str, ...], int] = defaultdict(int)
        self._counts: dict[tuple[str, ...], int] = defaultdict(int)
        self._stated: list[tuple[tuple[str, ...], int, Row]] = []

    def take(self, row: Row) -> Iterator[Mismatch]:
        value = _value(self._parse, row.cell(self._column))
        if value is None:
            return iter(())
        key = tuple(row.cell(at).strip() for at in self._by)
        if all(fits(row.cell(at)) for at, fits in self._over):
            self._sums[key] += value
            self._counts[key] += 1
        elif all(fits(row.cell(at)) for at, fits in self._gives):
            self._stated.append((key, value, row))
        return iter(())

    def end(self) -> Iterator[Mismatch]:
        for key, stated, row in self._stated:
            if self._counts[key] and self._sums[key] != stated:
                printed, origin = row.cell(self._column), row.origin(self._column)
                yield Mismatch(self._name, row.number, origin, printed, stated, self._sums[key])
