"""OMSPAN's list of IKPA: three rows a satker (Nilai, Bobot, Nilai Akhir), an indicator a column.

Lists of 2022 and 2023 have their headers one column off from Capaian Output on: the column under a
header that the merges leave empty is then the next one's. Codes carry an apostrophe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from cli.intake.cells import Row, Sheet, column_letters
from cli.intake.tables import HEAD_ROWS, Table, is_blank
from ledger.dates import month_number
from ledger.errors import InputRefused, Refusal

if TYPE_CHECKING:
    from cli.intake.mapping import Dialect

COLUMNS = ("satker", "nama_satker", "jenis", "indikator", "nilai", "tahun", "sampai")
_KINDS = {"nilai": "nilai", "bobot": "bobot", "nilai akhir": "nilai akhir"}
"""What the three rows of a satker are called."""


def recognises(head: Sequence[Row], dialect: Dialect) -> bool:
    """By its title, and a header that names the indicators."""
    titled = any("ikpa" in cell.lower() or "indikator pelaksanaan" in cell.lower()
                 for row in head[:10] for cell in row.cells)  # fmt: skip
    return titled and _first_data(head) is not None


def straighten(sheet: Sheet, dialect: Dialect) -> Table:
    """One row for each satker, kind of figure and indicator; see COLUMNS."""
    head = list(islice(sheet.rows(), HEAD_ROWS))
    first = _first_data(head)
    if first is None:
        raise InputRefused([Refusal("layout-other", "IKPA")])
    header = _header(head, first)
    facts = _facts(head, first)
    last = max(first.number - 1, 1)

    def rows() -> Iterator[Row]:
        return _rows(sheet, first.number, header, facts)

    return Table(Row(last, COLUMNS, sheet.name), rows)


def _first_data(head: Sequence[Row]) -> Row | None:
    return next((row for row in head if _kind(row) == "nilai" and _code(row) is not None), None)


def _kind(row: Row) -> str | None:
    return next((_KINDS[c.strip().lower()] for c in row.cells if c.strip().lower() in _KINDS), None)


def _code(row: Row) -> tuple[int, str] | None:
    """The first cell of six digits, apostrophe or not."""
    for at, cell in enumerate(row.cells):
        text = cell.strip().removeprefix("'").removesuffix(".0")
        if re.fullmatch(r"[0-9]{6}", text):
            return at, text
    return None


def _header(head: Sequence[Row], first: Row) -> dict[int, str]:
    """The name of each indicator by its column, from the two rows above the data."""
    kind_at = next(at for at, c in enumerate(first.cells) if c.strip().lower() in _KINDS)
    rows = [row for row in head if row.number < first.number and not is_blank(row)][-2:]
    names: dict[int, str] = {}
    for at in range(kind_at + 1, len(first.cells)):
        texts = [row.cell(at).strip() for row in rows]
        name = next((text for text in reversed(texts) if text), "")
        if name:
            names[at] = " ".join(name.split())
    named = _shifted(names, first)
    unnamed = [at for at, cell in enumerate(first.cells) if at > kind_at and cell.strip()]
    return {at: f"kolom {column_letters(at)}" for at in unnamed} | named


def _shifted(names: dict[int, str], first: Row) -> dict[int, str]:
    """Where one column has a value but no header, the headers from Capaian on move by one."""
    filled = [at for at, cell in enumerate(first.cells) if cell.strip() and at >= min(names)]
    unnamed = [at for at in filled if at not in names]
    empty = [at for at in names if at not in filled]
    if len(unnamed) != 1 or len(empty) > 1:
        return names
    start = next((at for at, n in names.items() if n.lower().startswith("capaian")), None)
    if start is None:
        return names
    move = 1 if unnamed[0] > start else -1
    return {at + move if at >= start else at: name for at, name in names.items()}


def _facts(head: Sequence[Row], first: Row) -> tuple[str, str]:
    """(year, last month as ISO month) from the titles."""
    year, month = "", 0
    for row in head:
        if row.number >= first.number:
            break
        line = " ".join(cell for cell in row.cells if cell.strip())
        if match := re.search(r"(?<![0-9])(20[0-9]{2})(?![0-9])", line):
            year = year or match[1]
        if match := re.search(r"sampai dengan *:? *([a-z]+)", line, re.IGNORECASE):
            month = month or (month_number(match[1]) or 0)
    return year, f"{month:02d}" if month else ""


def _rows(
    sheet: Sheet, first: int, header: dict[int, str], facts: tuple[str, str]
) -> Iterator[Row]:
    satker: tuple[int | None, str] = None, ""
    name = ""
    for row in sheet.rows():
        kind = _kind(row)
        if row.number < first or kind is None:
            continue
        found = _code(row)
        if found is not None and kind == "nilai":
            satker = found
            name = row.cell(found[0] + 1).strip()
        for at, indicator in header.items():
            if not row.cell(at).strip():
                continue
            cells = (satker[1], name, kind, indicator, row.cell(at), *facts)
            places = (satker[0], None, None, None, at, None, None)
            yield Row(row.number, cells, row.sheet, places)
