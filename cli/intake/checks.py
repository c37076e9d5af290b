"""Footing: does a file add up to its own totals? A mismatch is told and recorded, never mended.

`[[check]]` of a mapping says what must add up: columns within a row, or rows to the row that prints
their sum. Over rows, cells that are no amounts are left to the readers, which refuse them.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cli.intake.cells import Row, column_name
from cli.intake.fields import CellRefused, Parser, Reader
from cli.intake.mapping import Check
from cli.intake.mapping import Mapping as FileMapping
from cli.intake.statement import compile_choices
from cli.intake.tables import Table
from ledger.errors import Origin, Refusal
from ledger.records import Field

Columns = Mapping[str, int]
Refuse = Callable[[Refusal], None]


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
    table: Table,
    mapping: FileMapping,
    columns: Columns,
    scale: int,
    *,
    accept: bool,
    refuse: Refuse,
) -> Iterator[Mismatch]:
    """Every mismatch of every check of a mapping, in one pass over the rows.

    Refused is what a row is to add up and cannot be read.
    """
    parse = Reader(mapping.dialect, scale, accept=accept).parser(Field("amount"))
    running = [
        _Across(check, columns, parse, refuse)
        if check.add or check.multiply
        else _Down(check, columns, parse)
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
    """Columns of one row that add up to another, or are its factors."""

    def __init__(self, check: Check, columns: Columns, parse: Parser, refuse: Refuse) -> None:
        self._name = check.name
        self._parse = parse
        self._refuse = refuse
        self._is_product = bool(check.multiply)
        self._parts = [columns[column_name(name)] for name in check.multiply or check.add]
        self._sum = columns[column_name(str(check.gives))]
        self._where = compile_choices(check.where, columns)

    def take(self, row: Row) -> Iterator[Mismatch]:
        if not all(fits(row.cell(at)) for at, fits in self._where):
            return
        stated = self._read(row, self._sum)
        parts = [self._read(row, at) for at in self._parts]
        missing = parts.count(None)
        if stated is None or missing == len(parts) or (missing and self._is_product):
            return
        known = [part for part in parts if part is not None]
        computed = math.prod(known) if self._is_product else sum(known)
        if computed != stated:
            printed = row.cell(self._sum)
            origin = row.origin(self._sum)
            yield Mismatch(self._name, row.number, origin, printed, stated, computed)

    def _read(self, row: Row, at: int) -> int | None:
        try:
            value, _ = self._parse(row.cell(at))
        except CellRefused as error:
            if not self._is_product:
                self._refuse(Refusal(error.code, row.cell(at), row.origin(at), error.suggestion))
            return None
        return value if isinstance(value, int) else None

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
