"""RPD/POK print: the withdrawal plan of each code by month.

The months stand in columns with gaps, because cells are merged: their headers say where. The satker
is the end of the title, the last rows are signatures. Amounts are printed in thousands, as the
mapping says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from cli.intake.cells import At, Row, Sheet
from cli.intake.shapes import titles
from cli.intake.shapes.codes import LEVELS, CodeTree
from cli.intake.shapes.tree import Branch, with_leaves
from cli.intake.tables import HEAD_ROWS, Table
from ledger.dates import month_number
from ledger.errors import InputRefused, Refusal

if TYPE_CHECKING:
    from cli.intake.mapping import Dialect

MONTHS = tuple(f"bulan_{number}" for number in range(1, 13))
COLUMNS = (
    "baris", "daun", "kode", "uraian", "kode_lengkap", *LEVELS, "jumlah", *MONTHS, "tahun",
    "satker",
)  # fmt: skip


def recognises(head: Sequence[Row], dialect: Dialect) -> bool:
    """By a header that names all twelve months in order."""
    return _header(head) is not None


def straighten(sheet: Sheet, dialect: Dialect) -> Table:
    """One row for each code; see COLUMNS. Rows at the end without a code are no data."""
    head = list(islice(sheet.rows(), HEAD_ROWS))
    header = _header(head)
    if header is None:
        raise InputRefused([Refusal("layout-other", "RPD")])
    refusals: list[Refusal] = []

    def rows() -> Iterator[Row]:
        refusals.clear()
        return with_leaves(_branches(sheet, header, _facts(head, header), refusals), COLUMNS)

    return Table(Row(header.number, COLUMNS, sheet.name), rows, refusals=refusals)


def _header(head: Sequence[Row]) -> Row | None:
    for row in head:
        if [number for _, number in _months(row)] == list(range(1, 13)):
            return row
    return None


def _months(row: Row) -> list[tuple[int, int]]:
    """(column, month) of each cell that names a month."""
    found = ((at, month_number(cell)) for at, cell in enumerate(row.cells))
    return [(at, number) for at, number in found if number is not None]


def _facts(head: Sequence[Row], header: Row) -> dict[str, tuple[str, At]]:
    facts: dict[str, tuple[str, At]] = {}
    for row in head:
        if row.number >= header.number:
            break
        for at, cell in enumerate(row.cells):
            if match := re.search(r"(?<![0-9])([0-9]{6})\)?\s*$", cell.strip()):
                facts.setdefault("satker", (match[1], row.address(at)))
            if year := titles.year_in(cell):
                facts.setdefault("tahun", (year, row.address(at)))
    return facts


def _branches(
    sheet: Sheet, header: Row, facts: dict[str, tuple[str, At]], refusals: list[Refusal]
) -> Iterator[Branch]:
    tree = CodeTree()
    months = {f"bulan_{number}": at for at, number in _months(header)}
    first = min(months.values())
    total = next((at for at, c in enumerate(header.cells) if _is_total(c)), None)
    for row in sheet.rows():
        if row.number <= header.number or not _has_plan(row, months, first):
            continue
        level = _level(row, tree, first)
        if level is None:
            at = next(at for at, cell in enumerate(row.cells) if cell.strip())
            refusals.append(Refusal("row-not-understood", row.cells[at], row.origin(at)))
            continue
        yield _branch(row, level, tree, first, months, total, facts)


def _is_total(cell: str) -> bool:
    return re.fullmatch(r"(jumlah|pagu|total).*", cell.strip(), re.IGNORECASE) is not None


def _has_plan(row: Row, months: dict[str, int], first: int) -> bool:
    """A code before the months and an amount in one of them: no page header, no signature."""
    has_code = any(row.cell(at).strip() for at in range(first))
    return has_code and any(re.search("[0-9]|^ *-", row.cell(at)) for at in months.values())


def _level(row: Row, tree: CodeTree, first: int) -> str | None:
    texts = [row.cell(at).strip() for at in range(first) if row.cell(at).strip()]
    if not texts:
        return None
    if texts[0].lower().startswith(("jumlah", "total")):
        return "jumlah"
    return tree.take(texts[0])


def _branch(
    row: Row,
    level: str,
    tree: CodeTree,
    first: int,
    months: dict[str, int],
    total: int | None,
    facts: dict[str, tuple[str, At]],
) -> Branch:
    texts = [(at, row.cell(at).strip()) for at in range(first) if row.cell(at).strip()]
    (at, code), (name_at, name) = texts[0], (texts[1] if len(texts) > 1 else (texts[0][0], ""))
    path = tree.path if level != "jumlah" else {}
    cells: dict[str, tuple[str, At]] = {
        "baris": (level, at),
        "kode": (code, at),
        "uraian": (name, name_at),
        "kode_lengkap": (tree.line_code() if path else "", at),
        **{name: (code, at) for name, code in path.items()},
        **{name: (row.cell(column), column) for name, column in months.items()},
        **facts,
    }
    if total is not None:
        cells["jumlah"] = (row.cell(total), total)
    return Branch(row, level, cells)
