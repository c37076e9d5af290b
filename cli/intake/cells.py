"""What every reader of a file gives: sheets of rows of cells, each with its place.

Nothing is interpreted here. A row knows its number as a spreadsheet counts it, from 1, and its
cells are texts; a number that the file itself holds as one is a `Numeric`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from ledger.errors import Origin

MAX_COLUMNS = 1_000


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
At = int | str | None
"""Where a cell stands: its column in the same row, its address in another, or nowhere."""


class Numeric(str):
    """The plain decimal text of a cell that holds a number: no dialect applies to it."""

    __slots__ = ()


class Row(NamedTuple):
    """The cells of one row: `number` from 1, `cells` by column from 0.

    `at` says in which column of the file each cell stands, where a shape has moved them, or its
    address where it stands in another row (in a title); None for what stands in no cell.
    """

    number: int
    cells: tuple[str, ...]
    sheet: str | None = None
    at: tuple[At, ...] | None = None

    def origin(self, column: int | None = None) -> Origin:
        """The place of a cell, or of the whole row."""
        at = column if column is None or self.at is None else self.at[column]
        if isinstance(at, str):
            return Origin(self.sheet, int(at.lstrip(_LETTERS)), at)
        return Origin(self.sheet, self.number, None if at is None else self.address(at))

    def address(self, column: int) -> str:
        """`B7` for column 1 of row 7."""
        return f"{column_letters(column)}{self.number}"

    def cell(self, column: int) -> str:
        """The text at a column; empty where the row is shorter."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True)
class Sheet:
    """A table of cells by its name (None where a file is one table); `rows` may be asked again."""

    name: str | None
    rows: Callable[[], Iterator[Row]]


@cache
def column_letters(column: int) -> str:
    """`A` for 0, `Z` for 25, `AA` for 26, as spreadsheets write them."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_name(text: str) -> str:
    """A header's text as columns are told apart: any case, any blanks."""
    return " ".join(text.split()).lower()
