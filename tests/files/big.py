"""Payments by the hundred thousand, streamed to disk: a CSV and an XLSX of the same rows.

Rows follow from their number alone, so that the total of any count is known without reading. The
columns are those of the SP2D list that an import needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

COLUMNS = ("KDSATKER", "NO_SP2D", "TGL_SP2D", "KODE_COA", "URAIAN", "NILAI_RUPIAH")
AKUN = ("511111", "521111", "521211", "524111", "532111")
DAYS = tuple(date(2025, 1, 1) + timedelta(days=day) for day in range(365))
BLOCK = 10_000


def amount(number: int) -> int:
    """Rupiah of the payment with this number, from 1."""
    return number * 2_654_435_761 % 1_000_003 + 1


def total(rows: int) -> int:
    return sum(map(amount, range(1, rows + 1)))


def record(number: int, satker: str = "007130") -> tuple[str, str, date, str, str, int]:
    akun = AKUN[number % 5]
    middle = "00000.2.2263.2.000000.000000"
    item = f"{number % 97:06d}"
    coa = f"{satker}.175.{akun}.07601CQ.6709QGE.A000000000.{middle}.001.051.0A.{item}"
    text = f"Pembayaran belanja {number}"
    return satker, f"251751{number:09d}", DAYS[number % 365], coa, text, amount(number)


def write_csv(path: Path, rows: int, satker: str = "007130") -> None:
    """`;`, days as 31/12/2025, amounts bare."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(";".join(COLUMNS) + "\r\n")
        for first in range(1, rows + 1, BLOCK):
            numbers = range(first, min(first + BLOCK, rows + 1))
            file.write("".join(_lines(numbers, satker)))


def write_xlsx(path: Path, rows: int, satker: str = "007130") -> None:
    """Constant memory, real dates and numbers, texts inline; rows below 1048576."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}
    )
    sheet = book.add_worksheet("data")
    sheet.write_row(0, 0, COLUMNS)
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for number in range(1, rows + 1):
        code, sp2d, when, coa, text, rupiah = record(number, satker)
        for at, value in ((0, code), (1, sp2d), (3, coa), (4, text)):
            sheet.write_string(number, at, value)
        sheet.write_datetime(number, 2, when, day)
        sheet.write_number(number, 5, rupiah)
    book.close()


def _lines(numbers: range, satker: str) -> Iterator[str]:
    for number in numbers:
        code, sp2d, when, coa, text, rupiah = record(number, satker)
        yield f"{code};{sp2d};{when:%d/%m/%Y};{coa};{text};{rupiah}\r\n"
