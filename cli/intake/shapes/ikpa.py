"""OMSPAN's list of IKPA: three rows a satker (Nilai, Bobot, Nilai Akhir), an indicator a column.

Lists of 2022 and 2023 have their headers one column off from Capaian Output on: the column under a
header that the merges leave empty is then the next one's. Codes carry an apostrophe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from cli.intake.cells import At, Row, Sheet, column_letters
from cli.intake.shapes import titles
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
    if wrong := [*_wrong_titles(facts, head), *_missing(header, head[last - 1])]:
        raise InputRefused(wrong)
    refusals: list[Refusal] = []

    def rows() -> Iterator[Row]:
        refusals.clear()
        return _rows(sheet, first, header, facts, refusals)

    return Table(Row(last, COLUMNS, sheet.name), rows, refusals=refusals)


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
    for at in range(kind_at + 1, max(len(row.cells) for row in [*rows, first])):
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


_TAIL = ("nilai total", "konversi", "nilai akhir")


def _missing(header: dict[int, str], row: Row) -> Iterator[Refusal]:
    """The columns without which no final score can be understood."""
    for wanted in _TAIL:
        if not any(name.lower().startswith(wanted) for name in header.values()):
            there = ", ".join(header.values())
            yield Refusal("column-missing", wanted.title(), row.origin(), suggestion=there)


def _facts(head: Sequence[Row], first: Row) -> dict[str, tuple[str, At]]:
    """The year and the last month (two digits, or what stands there instead) with their cells."""
    facts: dict[str, tuple[str, At]] = {}
    for row in head:
        if row.number >= first.number:
            break
        for at, cell in enumerate(row.cells):
            if year := re.search(r"(?<![0-9])(20[0-9]{2})(?![0-9])", cell):
                facts.setdefault("tahun", (year[1], row.address(at)))
            if match := re.search(r"sampai dengan *:? *([a-z]+)", cell, re.IGNORECASE):
                month = month_number(match[1])
                said = f"{month:02d}" if month else match[1]
                facts.setdefault("sampai", (said, row.address(at)))
    return facts


def _wrong_titles(facts: dict[str, tuple[str, At]], head: Sequence[Row]) -> Iterator[Refusal]:
    for name in ("tahun", "sampai"):
        if name not in facts:
            yield Refusal("title-missing", None, values=(("what", name),))
        elif not facts[name][0].isdecimal():
            yield titles.wrong("date-broken", facts[name], head)


def _rows(
    sheet: Sheet,
    first: Row,
    header: dict[int, str],
    facts: dict[str, tuple[str, At]],
    refusals: list[Refusal],
) -> Iterator[Row]:
    at_satker = (_code(first) or (0, ""))[0]
    year, month = facts["tahun"], facts["sampai"]
    begun, seen = first, list(_KINDS)
    for row in sheet.rows():
        kind = _kind(row)
        if row.number < first.number or kind is None:
            continue
        if kind == "nilai":
            refusals += _rows_missing(begun, seen)
            begun, seen = row, []
        seen.append(kind)
        code, name = begun.cell(at_satker).strip(), begun.cell(at_satker + 1).strip()
        for at, indicator in header.items():
            if row.cell(at).strip():
                cells = (code, name, kind, indicator, row.cell(at), year[0], month[0])
                places = (begun.address(at_satker), None, None, None, at, year[1], month[1])
                yield Row(row.number, cells, row.sheet, places)
    refusals += _rows_missing(begun, seen)


def _rows_missing(begun: Row, seen: list[str]) -> list[Refusal]:
    at = next((at for at, cell in enumerate(begun.cells) if cell.strip()), 0)
    wrong = Refusal("rows-missing", begun.cell(at), begun.origin(at))
    return [] if seen == list(_KINDS) else [wrong]
