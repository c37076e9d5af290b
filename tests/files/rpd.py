"""The print of a POK with its month plan (RPD, Halaman III): thousands of rupiah, gaps by merges.

Row 1 names the satker, its code the last six characters of E1. Header in row 7, data from row 8,
five rows of signatures at the end. Codes stand in B and names in C, one level a row; items have no
code, only their amount. Months stand in R to AF with gaps, the sum in AL, what is blocked in AM.
A cell holds thousands; a fact holds rupiah.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple

from tests.files.facts import Facts, Leaf, Placed, Spoiled
from tests.files.grid import Grid, Scalar, cut, position, xlsx
from tests.files.model import MONTHS, NAMES, THOUSAND, Budget, Item

SHEET = "UC_ANG_6.4"
HEADER_ROW, PAGE_ROWS = 7, 30
MONTH_COLUMNS = ("R", "S", "T", "U", "V", "W", "Y", "AA", "AB", "AC", "AD", "AF")
LEVELS = ("program", "kegiatan", "kro", "ro", "komponen", "subkomponen", "akun")
FOOTER = ("Mengetahui,", "Kuasa Pengguna Anggaran", "ttd", "NAMA PEJABAT CONTOH", "NIP 0")
HEADER = {"B": "KODE", "C": "URAIAN", "AL": "JUMLAH", "AM": "BLOKIR"} | {
    column: month[:3].upper() for column, month in zip(MONTH_COLUMNS, MONTHS, strict=True)
}


def make(model: Budget) -> bytes:
    """The workbook of the last revision."""
    return xlsx(grid(model))


def facts(model: Budget) -> Facts:
    """A leaf an account: measures pagu, blokir and 1 to 12, in rupiah."""
    leaves = tuple(_leaf(row, items) for row, level, _, items in _lines(model) if level == "akun")
    totals = {"pagu": model.last.total, "blokir": sum(i.blocked for i in model.last.items)}
    totals |= {str(n + 1): sum(i.months[n] for i in model.last.items) for n in range(12)}
    return Facts({"satker": Placed(model.satker, "E1")}, totals, leaves)


def spoiled(model: Budget) -> list[Spoiled]:
    """Twins of `make(model)`, each wrong in one thing."""
    found = [Spoiled(name, xlsx(twin), cells, what) for name, twin, cells, what in _twins(model)]
    return [*found, Spoiled("truncated", cut(make(model)), (), "the file breaks off")]


def grid(model: Budget) -> Grid:
    """The sheet as cells."""
    cells: dict[str, Scalar] = {
        "E1": f"PETUNJUK OPERASIONAL KEGIATAN SATKER {model.name} {model.satker}",
        "E2": f"TAHUN ANGGARAN {model.year}",
        "E3": f"REVISI KE {model.last.number}",
        "E5": "(dalam ribuan rupiah)",
    }
    last = HEADER_ROW
    for row, level, name, items in _lines(model):
        if level == "header":
            cells |= {f"{column}{row}": text for column, text in HEADER.items()}
        else:
            cells |= _row(row, level, name, items)
        last = row
    cells |= {f"V{last + 1 + n}": text for n, text in enumerate(FOOTER)}
    return Grid(SHEET, {position(cell): value for cell, value in cells.items()})


def _lines(model: Budget) -> Iterator[tuple[int, str, str, tuple[Item, ...]]]:
    """(row, level, name, items) in print order; a header comes again every PAGE_ROWS."""
    row = HEADER_ROW
    yield row, "header", "", ()
    for level, name, items in _tree(model):
        row += 1
        if (row - HEADER_ROW) % PAGE_ROWS == 0:
            yield row, "header", "", ()
            row += 1
        yield row, level, name, items


def _tree(model: Budget) -> Iterator[tuple[str, str, tuple[Item, ...]]]:
    items = sorted(model.last.items, key=lambda item: item.key)
    before: tuple[str, ...] = ()
    for item in items:
        path = astuple(item.code)
        for depth, level in enumerate(LEVELS, 1):
            if before[:depth] != path[:depth]:
                within = tuple(i for i in items if astuple(i.code)[:depth] == path[:depth])
                yield level, _name(item, level), within
        before = path
        yield "item", f"- {item.name}", (item,)


def _printed(item: Item, level: str) -> str:
    code = item.code
    return {
        "program": code.program, "kegiatan": code.kegiatan, "kro": f"{code.kegiatan}.{code.kro}",
        "ro": code.ro_path, "komponen": code.komponen, "subkomponen": code.subkomponen[-1],
        "akun": code.akun,
    }[level]  # fmt: skip


def _name(item: Item, level: str) -> str:
    code = item.code
    keys = {"program": code.program_letters, "kro": code.kro, "ro": f"{code.kro}.{code.ro}"}
    key = keys.get(level, _printed(item, level))
    return "TANPA SUB KOMPONEN" if level == "subkomponen" else NAMES[key]


def _row(row: int, level: str, name: str, items: tuple[Item, ...]) -> dict[str, Scalar]:
    cells: dict[str, Scalar] = {f"C{row}": name}
    cells[f"AL{row}"] = sum(item.amount for item in items) // THOUSAND
    if level == "item":
        return cells
    blocked = sum(item.blocked for item in items) // THOUSAND
    cells |= {f"B{row}": _printed(items[0], level), f"AM{row}": blocked}
    for n, column in enumerate(MONTH_COLUMNS):
        planned = sum(item.months[n] for item in items) // THOUSAND
        if planned:
            cells[f"{column}{row}"] = planned
    return cells


def _leaf(row: int, items: tuple[Item, ...]) -> Leaf:
    """Months without a plan have an empty cell, the value is 0."""
    code = items[0].code
    values = {"pagu": Placed(sum(i.amount for i in items), f"AL{row}")}
    values["blokir"] = Placed(sum(i.blocked for i in items), f"AM{row}")
    for n, column in enumerate(MONTH_COLUMNS):
        values[str(n + 1)] = Placed(sum(i.months[n] for i in items), f"{column}{row}")
    return Leaf(row, dict(zip(LEVELS, astuple(code), strict=True)), NAMES[code.akun], values)


def _twins(model: Budget) -> Iterator[tuple[str, Grid, tuple[str, ...], str]]:
    whole, leaf = grid(model), facts(model).leaves[2]
    amount = f"AL{leaf.row}"
    thousands = whole.cells[position(amount)]
    assert isinstance(thousands, int)
    december, name = f"AF{leaf.row}", f"C{leaf.row}"
    for twin, cell, value, what in (
        ("text_for_number", amount, f"{thousands:,}".replace(",", "."), "a text, dots in it"),
        ("mixed_separators", amount, f"{thousands:,}.00".replace(",", ".", 1), "two kinds"),
        ("months_differ", december, thousands + 1, "the months are not the sum"),
        ("not_in_thousands", amount, thousands * THOUSAND, "one amount in whole rupiah"),
        ("another_satker", "E1", "PETUNJUK OPERASIONAL KEGIATAN SATKER LAIN 656512", "title"),
        ("another_year", "E2", f"TAHUN ANGGARAN {model.year - 1}", "the year before"),
        ("hidden_character", name, f"\u200b{whole.cells[position(name)]}", "U+200B before a name"),
    ):
        yield twin, whole.replaced({cell: value}), (cell,), what
    column = position("W1")[1]
    yield "missing_column", whole.without_column(column), (), "no column of June"
