"""What every shape gives: one header and its rows, which may be asked for again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cli.intake.cells import Row
from ledger.errors import Refusal

HEAD_ROWS = 60
"""So many rows at the top of a sheet may hold titles and the header."""


@dataclass(frozen=True)
class Table:
    """A header and its rows; `is_even` where every row must be as wide as the header.

    `refusals` are filled while rows are given: what the shape could not make sense of.
    """

    header: Row
    rows: Callable[[], Iterator[Row]]
    is_even: bool = False
    refusals: list[Refusal] = field(default_factory=list)


def is_blank(row: Row) -> bool:
    return not any(cell.strip() for cell in row.cells)
