"""XLSX: numbers as numbers, codes as text, a table with filters, and a sheet with the position.

Nothing that came from a document runs: every text is written as a text, never parsed for a formula,
a link or a number. Bytes repeat: the time of creation is fixed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from cli.field_dictionary import Field, is_decimal
from cli.language import _

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from cli.export_forms.rows import Rows

MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
MAX_DIGITS = 15
POSITION_SHEET = "posisi"
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's times have no zone
_TABLE_ROWS = 50_000
"""Rows up to which the cells are an Excel table; beyond, they are streamed and only filtered."""
_SAMPLE = 100
_WIDEST = 60
_FORMATS = {"amount": "#,##0", "integer": "0", "ratio": "0.00", "measure": "General", "text": "@"}


def write_workbook(rows: Rows, sink: BinaryIO) -> None:
    """Write one sheet of rows and one of the position.

    click.UsageError where the rows are more than a sheet holds, or a text longer than a cell.
    """
    import xlsxwriter

    refuse_too_many(rows)
    streamed = rows.count > _TABLE_ROWS
    made = BytesIO()
    options = {
        "constant_memory": streamed,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties({"created": _CREATED})
        formats = {name: book.add_format({"num_format": code}) for name, code in _FORMATS.items()}
        head = book.add_format({"bold": True})
        _write_rows(book, rows, formats, head, streamed=streamed)
        _write_position(book.add_worksheet(POSITION_SHEET), rows, formats["text"], head)
    sink.write(made.getbuffer())


def refuse_too_many(rows: Rows) -> None:
    """A sheet holds 1,048,576 rows with the header; further sheets would break sums in two."""
    if rows.count >= MAX_ROWS:
        text = _("{noun} has {rows} rows, a sheet of Excel holds {most}; choose csv or parquet.")
        raise click.UsageError(text.format(noun=rows.noun, rows=rows.count, most=MAX_ROWS - 1))


def _write_rows(
    book: Workbook, rows: Rows, formats: dict[str, Format], head: Format, *, streamed: bool
) -> None:
    sheet = book.add_worksheet(rows.noun)
    sheet.freeze_panes(1, 0)
    names, fields = rows.schema.names, rows.fields
    for column, (width, field) in enumerate(zip(_widths(rows), fields, strict=True)):
        sheet.set_column(column, column, width, formats[field.format])
    sheet.write_row(0, 0, names, head)
    last = max(rows.count, 1), len(names) - 1
    for number, row in enumerate(rows.values(), 1):
        _write_row(sheet, number, row, fields, formats)
    if streamed:
        sheet.autofilter(0, 0, *last)
        return
    headers = [{"header": name, "header_format": head} for name in names]
    sheet.add_table(
        0, 0, *last, {"name": f"tabel_{rows.noun}".replace("-", "_"), "columns": headers}
    )


def _write_row(
    sheet: Worksheet,
    number: int,
    row: Sequence[Any],
    fields: Sequence[Field],
    formats: dict[str, Format],
) -> None:
    for column, (value, field) in enumerate(zip(row, fields, strict=True)):
        if value is None:
            continue
        form = formats[field.format]
        if isinstance(value, bool):
            sheet.write_boolean(number, column, value)
        elif isinstance(value, int) and len(str(abs(value))) <= MAX_DIGITS:
            sheet.write_number(number, column, value, form)
        elif field.may_be_decimal and _fits(value):
            sheet.write_number(number, column, float(value), form)
        else:
            sheet.write_string(number, column, _text(value, number, field.name), formats["text"])


def _fits(value: object) -> bool:
    """A decimal text of at most 15 digits: Excel would round a longer one."""
    return is_decimal(value) and sum(map(str.isdigit, str(value))) <= MAX_DIGITS


def _text(value: object, number: int, name: str) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
    if len(text.encode("utf-16-le")) // 2 > MAX_TEXT:
        words = _(
            "A cell of Excel holds {most} characters; row {row}, {field} has {length}. "
            "Choose csv or parquet."
        )
        raise click.UsageError(
            words.format(most=MAX_TEXT, row=number, field=name, length=len(text))
        )
    return text


def _widths(rows: Rows) -> list[int]:
    """As wide as the header and the first rows are, with room for the signs of thousands."""
    sample = list(islice(rows.values(), _SAMPLE))
    widths = []
    for column, name in enumerate(rows.schema.names):
        cells = [len(str(row[column])) for row in sample if row[column] is not None]
        widths.append(min(_WIDEST, max(len(name) + 4, *(int(n * 1.35) + 2 for n in cells or [0]))))
    return widths


def _write_position(sheet: Worksheet, rows: Rows, text: Format, head: Format) -> None:
    """Which position, log and checkpoint the rows are of."""
    sheet.set_column(0, 0, 20, head)
    sheet.set_column(1, 1, _WIDEST, text)
    said = {"table": rows.noun, "rows": rows.count, **rows.bound.position}
    for number, (name, value) in enumerate([*said.items(), ("checkpoint", rows.bound.checkpoint)]):
        sheet.write_string(number, 0, name, head)
        if value is not None:
            sheet.write_string(number, 1, str(value), text)
