"""CSV: UTF-8, a header, null as an empty cell, a list as JSON; no text runs as a formula.

Two dialects: comma and decimal point for programs, and the one that Excel opens by a double click
where the list separator is `;` and the decimal sign a comma, as in Indonesia.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from cli.answer import csv_cell
from cli.field_dictionary import Field, is_decimal

if TYPE_CHECKING:
    from cli.export_forms.rows import Rows


@dataclass(frozen=True)
class Dialect:
    """How a file of separated values is written."""

    delimiter: str
    decimal: str
    encoding: str


PLAIN = Dialect(",", ".", "utf-8")
EXCEL_ID = Dialect(";", ",", "utf-8-sig")


def write_csv(rows: Rows, sink: BinaryIO, dialect: Dialect = PLAIN) -> None:
    """Write the header and each row; lines end with LF."""
    text = io.TextIOWrapper(sink, dialect.encoding, "backslashreplace", newline="")
    writer = csv.writer(text, delimiter=dialect.delimiter, lineterminator="\n")
    writer.writerow(rows.schema.names)
    fields = rows.fields
    writer.writerows(_cells(row, fields, dialect.decimal) for row in rows.values())
    text.flush()
    text.detach()


def _cells(row: Iterable[object], fields: Iterable[Field], decimal: str) -> list[object]:
    """A number that is kept as a text is a number here, a minus before it no formula."""
    return [
        str(value).replace(".", decimal)
        if field.may_be_decimal and is_decimal(value)
        else csv_cell(value)
        for value, field in zip(row, fields, strict=True)
    ]
