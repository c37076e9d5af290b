"""A file as cells: bytes -> rows of text with their place, one reader a format.

Nothing is interpreted here. A row knows its number as a spreadsheet counts it, from 1.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from ledger.errors import InputRefused, Origin, Refusal

MAX_CELL_CHARACTERS = 32_767
MAX_COLUMNS = 1_000
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class Row:
    """The cells of one row: `number` from 1, `cells` by column from 0."""

    number: int
    cells: tuple[str, ...]

    def origin(self, column: int | None = None, sheet: str | None = None) -> Origin:
        cell = None if column is None else f"{column_letters(column)}{self.number}"
        return Origin(sheet, self.number, cell)


def column_letters(column: int) -> str:
    """`A` for 0, `Z` for 25, `AA` for 26, as spreadsheets write them."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def decode_text(data: bytes) -> str:
    """UTF-8 with or without a mark, else Windows-1252: what spreadsheets here write.

    Raises InputRefused for UTF-16 and for bytes that are no text at all.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputRefused([Refusal("encoding-unknown", "UTF-16")])
    if b"\x00" in data:
        raise InputRefused([Refusal("file-not-text")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError as error:
            raise InputRefused([Refusal("file-not-text")]) from error


def guess_delimiter(text: str) -> str:
    """The separator that the first line uses most."""
    first = text.split("\n", 1)[0]
    return max(DELIMITERS, key=first.count)


def csv_rows(data: bytes, delimiter: str | None = None) -> Iterator[Row]:
    """The rows of a CSV file; raises InputRefused where it cannot be taken apart."""
    text = decode_text(data)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter or guess_delimiter(text), strict=True
    )
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if len(cells) > MAX_COLUMNS:
                raise InputRefused([Refusal("row-too-wide", str(len(cells)), Origin(row=number))])
            yield Row(number, tuple(cells))
    except csv.Error as error:
        raise InputRefused([Refusal("csv-broken", str(error), Origin(row=number + 1))]) from error
