"""OMSPAN list of DIPA: many satker, the latest revision of each, one workbook.

Titles in rows 1 and 2, header in row 4. Codes carry an apostrophe ("'007130"), amounts are texts
with dots, days texts as 31-12-2025, digital stamps sixteen digits as text. Some rows have a status
letter that no guide names: F (REVISI_SABA) and G (ANGKA_DASAR).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.files.facts import Facts, Leaf, Placed, Spoiled, Value
from tests.files.grid import Grid, Scalar, address, cut, position, raw_xlsx
from tests.files.model import Budget

COLUMNS = (
    "No", "Kementerian", "Kode Satker", "Nama Satker", "Total Pagu", "Kode Status History",
    "Jenis Revisi", "Revisi ke-", "No Dipa", "Tanggal Dipa", "Tanggal Posting Revisi", "Owner",
    "Digital Stamp",
)  # fmt: skip
COLUMN = {name: at for at, name in enumerate(COLUMNS, 1)}
HEADER_ROW = 4
KINDS = {"F": "REVISI_SABA", "G": "ANGKA_DASAR"}
Twin = tuple[str, Grid, tuple[str, ...], str]


def make(models: Sequence[Budget]) -> bytes:
    """The workbook."""
    return raw_xlsx(grid(models))


def facts(models: Sequence[Budget]) -> Facts:
    """A leaf a satker: measures pagu, revision, dated, posted, stamp; status and kind as code."""
    leaves = tuple(_leaf(model, n) for n, model in enumerate(models))
    return Facts({}, {"pagu": sum(model.last.total for model in models)}, leaves)


def spoiled(models: Sequence[Budget]) -> list[Spoiled]:
    """Twins of `make(models)`, each wrong in one thing."""
    found = [Spoiled(name, raw_xlsx(g), cells, what) for name, g, cells, what in _twins(models)]
    return [*found, Spoiled("truncated", cut(make(models)), (), "the file breaks off")]


def grid(models: Sequence[Budget]) -> Grid:
    """The sheet as cells."""
    cells: dict[tuple[int, int], Scalar] = {
        (1, 1): "DAFTAR DIPA SATUAN KERJA",
        (2, 1): f"TAHUN ANGGARAN {models[0].year}",
    }
    cells |= {(HEADER_ROW, at): name for name, at in COLUMN.items()}
    for n, model in enumerate(models):
        for name, value in _record(model, n).items():
            cells[HEADER_ROW + 1 + n, COLUMN[name]] = value
    width = address(1, len(COLUMNS)).rstrip("1")
    return Grid("Daftar DIPA", cells, (f"A1:{width}1", f"A2:{width}2"))


def status(model: Budget, n: int) -> tuple[str, str]:
    """Status code and kind of the n-th row; the second is F, the fourth G."""
    letter = {1: "F", 3: "G"}.get(n, "")
    if letter:
        return f"{letter}{model.last.number:02d}", KINDS[letter]
    return model.last.status, model.last.kind


def _record(model: Budget, n: int) -> dict[str, Scalar]:
    code, kind = status(model, n)
    last = model.last
    values = (
        n + 1, "'076 - KOMISI CONTOH", f"'{model.satker}", f"{model.satker} - {model.name}",
        f"{last.total:,}".replace(",", "."), code, kind, last.number, model.dipa_number,
        f"{last.dated:%d-%m-%Y}", f"{last.posted:%d-%m-%Y}", "SATKER", last.stamp,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _leaf(model: Budget, n: int) -> Leaf:
    row, last = HEADER_ROW + 1 + n, model.last
    code, kind = status(model, n)
    values: dict[str, tuple[str, Value]] = {
        "pagu": ("Total Pagu", last.total),
        "revision": ("Revisi ke-", last.number),
        "dated": ("Tanggal Dipa", last.dated),
        "posted": ("Tanggal Posting Revisi", last.posted),
        "stamp": ("Digital Stamp", last.stamp),
    }
    return Leaf(
        row,
        {"satker": model.satker, "status": code, "kind": kind, "dipa": model.dipa_number},
        model.name,
        {key: Placed(value, address(row, COLUMN[name])) for key, (name, value) in values.items()},
    )


def _twins(models: Sequence[Budget]) -> Iterator[Twin]:
    whole, model = grid(models), models[2]
    row = HEADER_ROW + 3
    cell = {name: address(row, at) for name, at in COLUMN.items()}
    stamp, total = model.last.stamp, model.last.total
    for name, column, value, what in (
        ("mixed_separators", "Total Pagu", f"{total:,}.00".replace(",", ".", 1), "two kinds"),
        ("text_for_number", "Total Pagu", "Rp. -", "a dash where a number belongs"),
        ("no_such_day", "Tanggal Dipa", f"31-02-{model.year}", "a date that is none"),
        ("stamp_as_number", "Digital Stamp", float(stamp), "sixteen digits as a float"),
        ("short_stamp", "Digital Stamp", stamp[:-1], "fifteen digits"),
        ("status_and_number_differ", "Revisi ke-", model.last.number + 1, "not that of the code"),
        ("another_satker", "No Dipa", models[0].dipa_number, "the DIPA of another satker"),
        ("another_year", "Tanggal Posting Revisi", f"01-03-{model.year - 3}", "years before"),
        ("hidden_character", "Kode Satker", f"'{model.satker}\u00a0", "a no-break space"),
        ("unknown_status", "Kode Status History", "Ç7", "a letter that is none"),
    ):
        yield name, whole.replaced({cell[column]: value}), (cell[column],), what
    yield "missing_column", whole.without_column(COLUMN["Kode Satker"]), (), "no satker"
    last = whole.bounds[0] + 1
    again = {(last, at): value for (r, at), value in whole.cells.items() if r == row}
    twice = Grid(whole.name, {**whole.cells, **again}, whole.merges)
    yield "row_twice", twice, (address(last, position("C1")[1]),), "one satker stands there twice"
