"""FA Detail (16 Segmen), GLP039: the print of pagu and realisation by the whole code tree.

Titles, a header of two levels, the row JUMLAH SELURUHNYA, then the tree. Where a column stands is
read from the header, because merges shift it: a value is what stands from its header's cell up to
the next one. Names wrap to the next row, and page headers come again.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from cli.intake.cells import At, Row, Sheet, column_name
from cli.intake.shapes import titles
from cli.intake.shapes.codes import LEVELS, CodeTree
from cli.intake.shapes.tree import Branch, with_leaves
from cli.intake.tables import HEAD_ROWS, Table, is_blank
from ledger.dates import month_number
from ledger.errors import InputRefused, Refusal

if TYPE_CHECKING:
    from cli.intake.mapping import Dialect

COLUMNS = (
    "baris", "daun", "kode", "uraian", "kode_lengkap", *LEVELS, "pagu", "lock", "lalu", "ini", "sd",
    "persen", "sisa", "tahun", "sampai", "kementerian", "unit", "satker", "nama_satker",
)  # fmt: skip
_MEASURES: tuple[tuple[str, str], ...] = (
    ("pagu", r"pagu( revisi| anggaran)?|anggaran"),
    ("lock", r"lock pagu.*"),
    ("lalu", r"(realisasi )?(periode|bulan) (yang )?lalu|s\.?d\.? (periode|bulan) (yang )?lalu"),
    ("ini", r"(realisasi )?(periode|bulan) ini"),
    ("sd", r"s\.? ?/?d\.? ?(periode|bulan)( ini)?|sampai dengan (periode|bulan)( ini)?"),
    ("persen", r"%|persen.*|.*\(%\)|prosentase.*"),
    ("sisa", r"sisa.*"),
)
_TOTAL = "jumlah seluruhnya"


def recognises(head: Sequence[Row], dialect: Dialect) -> bool:
    """By JUMLAH SELURUHNYA and a header of pagu and of what was realised before and in a period."""
    totalled = any(column_name(cell) == _TOTAL for row in head for cell in row.cells)
    return totalled and _header(head) is not None


def straighten(sheet: Sheet, dialect: Dialect) -> Table:
    """One row for each code, wrapped names joined; see COLUMNS."""
    head = list(islice(sheet.rows(), HEAD_ROWS))
    layout = _header(head)
    if layout is None:
        raise InputRefused([Refusal("layout-other", "FA Detail (16 Segmen)")])
    if wrong := titles.refusals(head, layout.last_row, layout.facts):
        raise InputRefused(wrong)
    refusals: list[Refusal] = []

    def rows() -> Iterator[Row]:
        refusals.clear()
        coded = _coded_rows(sheet, layout, refusals)
        return with_leaves((_branch(one, layout) for one in coded), COLUMNS)

    return Table(Row(layout.last_row, COLUMNS, sheet.name), rows, refusals=refusals)


@dataclass(frozen=True)
class _Layout:
    """Where the measures stand, and what the titles say of the whole page."""

    measures: dict[str, range]
    first_measure: int
    last_row: int
    titles: frozenset[tuple[str, ...]]
    facts: dict[str, tuple[str, At]]

    def value(self, row: Row, name: str) -> tuple[str, At]:
        """What a row has for a measure, and in which column."""
        for at in self.measures.get(name, range(0)):
            if row.cell(at).strip():
                return row.cell(at), at
        return "", None


def _header(head: Sequence[Row]) -> _Layout | None:
    starts: dict[str, int] = {}
    last = 0
    for row in head:
        found = _labels(row)
        if {"pagu", "lalu"} <= {*starts, *found} and not found:
            break
        if found:
            starts = {**found, **starts} if starts else found
            last = row.number
        if any(column_name(cell) == _TOTAL for cell in row.cells):
            break
    if not {"pagu", "lalu", "ini", "sd"} <= starts.keys():
        return None
    ordered = sorted(starts.items(), key=lambda item: item[1])
    ends = [at for _, at in ordered[1:]] + [ordered[-1][1] + 10]
    measures = {name: range(at, end) for (name, at), end in zip(ordered, ends, strict=True)}
    titles = frozenset(_filled(row) for row in head if row.number <= last and not is_blank(row))
    return _Layout(measures, ordered[0][1], last, titles, _facts(head, last))


def _labels(row: Row) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(row.cells):
        text = column_name(cell)
        for name, pattern in _MEASURES:
            if name not in found and text and re.fullmatch(pattern, text):
                found[name] = at
                break
    return found


def _facts(head: Sequence[Row], last: int) -> dict[str, tuple[str, At]]:
    """Year, last day, and the codes of kementerian, unit and satker from the titles."""
    facts: dict[str, tuple[str, At]] = {}
    for row in head:
        if row.number > last:
            break
        for at, cell in enumerate(row.cells):
            if match := _PERIOD.search(cell):
                facts.setdefault("sampai", (_last_day(match[1], int(match[2])), row.address(at)))
            elif year := titles.year_in(cell):
                facts.setdefault("tahun", (year, row.address(at)))
        _office(row, facts)
    return facts


_PERIOD = re.compile(r"periode *:? *([A-Za-z]+) +([0-9]{4})", re.IGNORECASE)
_OFFICES = (
    ("satker", r"[0-9]{6}"),
    ("unit", r"[0-9]{2}|[0-9]{5}"),
    ("kementerian", r"[0-9]{3}"),
)


def _office(row: Row, facts: dict[str, tuple[str, At]]) -> None:
    """A row that gives the code and the name of an office: the code's length tells which."""
    cells = [(at, cell.strip().removeprefix("'")) for at, cell in enumerate(row.cells)]
    for at, text in cells:
        for name, pattern in _OFFICES:
            if re.fullmatch(pattern, text.removesuffix(".0")) and name not in facts:
                facts[name] = text.removesuffix(".0"), row.address(at)
                after = next((t for n, t in cells if n > at and t), "")
                if name == "satker":
                    facts["nama_satker"] = after, None
                return


def _last_day(month: str, year: int) -> str:
    number = month_number(month)
    if number is None:
        return f"{month} {year}"
    return f"{year:04d}-{number:02d}-{calendar.monthrange(year, number)[1]:02d}"


@dataclass
class _Coded:
    """A row of the tree before it is known whether another stands below it."""

    row: Row
    level: str
    code: str
    at: int | None
    names: list[str]
    name_at: int
    path: dict[str, str]
    line: str
    measures: dict[str, tuple[str, At]] = field(default_factory=dict)


def _coded_rows(sheet: Sheet, layout: _Layout, refusals: list[Refusal]) -> Iterator[_Coded]:
    """The rows of the tree with what they print; wrapped names go to the row before."""
    tree = CodeTree(_prefix(layout))
    pending: _Coded | None = None
    for row in sheet.rows():
        if row.number <= layout.last_row or _is_furniture(row, layout):
            continue
        found = _coded(row, layout, tree)
        if found is None:
            if any(layout.value(row, name)[0] for name in layout.measures):
                refusals.append(_not_understood(row))
            elif pending is not None:
                pending.names += [cell.strip() for cell in row.cells if cell.strip()]
            continue
        if pending is not None and _is_again(found, pending):
            pending.names += [name for name in found.names if name not in pending.names]
            continue
        if pending is not None:
            yield pending
        pending = found
    if pending is not None:
        yield pending


def _is_again(found: _Coded, before: _Coded) -> bool:
    """A name that goes on may print the code and the amounts of its row once more."""
    texts = [{n: text for n, (text, _) in coded.measures.items()} for coded in (found, before)]
    return found.path == before.path and found.code == before.code and texts[0] == texts[1]


def _prefix(layout: _Layout) -> str:
    ministry, unit = (layout.facts.get(name, ("", None))[0] for name in ("kementerian", "unit"))
    return f"{ministry}.{unit[-2:]}" if ministry and unit else ""


def _is_furniture(row: Row, layout: _Layout) -> bool:
    """Blank rows, page headers that come again, page numbers and footnotes."""
    filled = _filled(row)
    if not filled or filled in layout.titles:
        return True
    first = filled[0]
    return first.startswith("*") or re.match(r"halaman|hal\.", first, re.IGNORECASE) is not None


def _coded(row: Row, layout: _Layout, tree: CodeTree) -> _Coded | None:
    texts = [(at, row.cell(at).strip()) for at in range(layout.first_measure)]
    filled = [(at, text) for at, text in texts if text]
    if not filled:
        return None
    measures = {name: layout.value(row, name) for name in layout.measures}
    if any(column_name(text) == _TOTAL for _, text in filled):
        at = filled[0][0]
        return _Coded(row, "jumlah", "", at, [filled[0][1]], at, {}, "", measures)
    at, code = filled[0]
    if not any(text for text, _ in measures.values()):
        return None
    level = tree.take(code)
    if level is None:
        return None
    names = [text for _, text in filled[1:]]
    if level == "item" and not names:
        names = [code.partition(".")[2].strip()]
    name_at = filled[1][0] if len(filled) > 1 else at
    return _Coded(row, level, code, at, names, name_at, dict(tree.path), tree.line_code(), measures)


def _not_understood(row: Row) -> Refusal:
    at = next(at for at, cell in enumerate(row.cells) if cell.strip())
    return Refusal("row-not-understood", row.cells[at], row.origin(at))


def _branch(coded: _Coded, layout: _Layout) -> Branch:
    cells: dict[str, tuple[str, At]] = {
        "baris": (coded.level, coded.at),
        "kode": (coded.code, coded.at),
        "uraian": (" ".join(coded.names), coded.name_at),
        "kode_lengkap": (coded.line, coded.at),
        **{level: (code, coded.at) for level, code in coded.path.items()},
        **coded.measures,
        **layout.facts,
    }
    return Branch(coded.row, coded.level, cells)


def _filled(row: Row) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in row.cells if cell.strip())
