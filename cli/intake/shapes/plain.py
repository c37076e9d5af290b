"""A plain table: one header row, then data. What most lists are, titles above it or not."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from cli.intake.cells import Row, Sheet, column_name
from cli.intake.tables import HEAD_ROWS, Table, is_blank

if TYPE_CHECKING:
    from cli.intake.mapping import Dialect


def recognises(head: Sequence[Row], dialect: Dialect) -> bool:
    """By the columns that the mapping says its header has."""
    return bool(dialect.header_with) and _header_with(head, dialect.header_with) is not None


def straighten(sheet: Sheet, dialect: Dialect) -> Table:
    """Rows below the header but for blank ones and the footer."""
    head = list(islice(sheet.rows(), HEAD_ROWS + dialect.header_row))
    header = _header(head, dialect)

    def rows() -> Iterator[Row]:
        waiting: deque[Row] = deque()
        for row in sheet.rows():
            if row.number <= header.number or is_blank(row):
                continue
            waiting.append(row)
            if len(waiting) > dialect.footer_rows:
                yield waiting.popleft()

    return Table(header, rows, is_even=True)


def _header(head: Sequence[Row], dialect: Dialect) -> Row:
    """The row asked for; of JSON lines, whose keys are the header, the one before the first."""
    if head and head[0].number == 0:
        return head[0]
    found = _header_with(head, dialect.header_with) if dialect.header_with else None
    if found is not None:
        return found
    empty = Row(dialect.header_row, ())
    return next((row for row in head if row.number == dialect.header_row), empty)


def _header_with(head: Sequence[Row], columns: Sequence[str]) -> Row | None:
    wanted = {name.strip().lower() for name in columns}
    for row in head:
        if wanted <= set(map(column_name, row.cells)):
            return row
    return None
