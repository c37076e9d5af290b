"""The forms that a table is written in, by the ending of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from cli.export_forms.rows import Rows

FORMS = ("parquet", "csv", "xlsx", "json")
PARQUET, CSV, XLSX, JSON = FORMS
_SIZE = {PARQUET: 1, CSV: 2, XLSX: 1, JSON: 2}
"""At most so many times what the ledger needs for the same entries: leaves quoted once more."""


def write_form(rows: Rows, form: str, sink: BinaryIO, *, excel_id: bool = False) -> None:
    """Write the rows to `sink`; `excel_id` is the CSV that Excel opens in Indonesia.

    The bytes follow from rows, position and the versions of the libraries: no clock, no path.
    """
    if form == PARQUET:
        from cli.export_forms.parquet import write_parquet

        write_parquet(rows, sink)
    elif form == CSV:
        from cli.export_forms.separated import EXCEL_ID, PLAIN, write_csv

        write_csv(rows, sink, EXCEL_ID if excel_id else PLAIN)
    elif form == XLSX:
        from cli.export_forms.workbook import write_workbook

        write_workbook(rows, sink)
    else:
        from cli.export_forms.envelope import write_json

        write_json(rows, sink)


def room_of_log(form: str, ledger_bytes: int) -> int:
    """What the log needs in a form at most, where its ledger has this size."""
    return _SIZE[form] * ledger_bytes
