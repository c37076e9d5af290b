"""ADK tables as CSV: d_item holds the last revision (menjadi), m_item the one before (semula).

Codes are cut at every level: kddept, kdunit, kdprogram and so on; header1 and header2 are 0 in all.
`jumlah` is whole rupiah; volumes are up to four factors with their units.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple

from tests.files.facts import Facts, Leaf, Placed, Spoiled
from tests.files.grid import Grid, Scalar, address, csv_bytes, cut, table
from tests.files.model import Budget, Item, Revision

TABLES = ("d_item", "m_item")
LEVELS = ("program", "kegiatan", "kro", "ro", "komponen", "subkomponen", "akun")
FACTORS = tuple(f"{word}{n}" for n in range(1, 5) for word in ("vol", "sat"))
COLUMNS = (
    "thang", "kdjendok", "kdsatker", "kddept", "kdunit", "kdlokasi", "kdkabkota", "kddekon",
    "kdprogram", "kdgiat", "kdoutput", "kdsoutput", "kdkmpnen", "kdskmpnen", "kdakun", "kdbeban",
    "register", "header1", "header2", "noitem", "nmitem", *FACTORS, "volkeg", "satkeg", "hargasat",
    "volsout", "jumlah", "kdblokir",
)  # fmt: skip
COLUMN = {name: at for at, name in enumerate(COLUMNS, 1)}


def make(model: Budget, which: str = "d_item") -> bytes:
    """The table `which`."""
    return csv_bytes(grid(model, which), end="\n")


def facts(model: Budget, which: str = "d_item") -> Facts:
    """A leaf an item; measure pagu by leaf and in all."""
    leaves = tuple(
        Leaf(
            row,
            dict(zip(LEVELS, astuple(item.code), strict=True)) | {"item": str(int(item.cons))},
            item.name,
            {
                "pagu": Placed(item.amount, address(row, COLUMN["jumlah"])),
                "harga": Placed(item.price, address(row, COLUMN["hargasat"])),
            },
        )
        for row, item in enumerate(_revision(model, which).items, 2)
    )
    return Facts({}, {"pagu": _revision(model, which).total}, leaves)


def spoiled(model: Budget, which: str = "d_item") -> list[Spoiled]:
    """Twins of `make(model, which)`, each wrong in one thing."""
    whole = grid(model, which)
    found = [
        Spoiled(name, csv_bytes(twin, end="\n"), cells, what)
        for name, twin, cells, what in _twins(whole)
    ]
    data = cut(make(model, which))
    last = (address(data.count(b"\n") + 1, 1),)
    return [*found, Spoiled("truncated", data, last, "the last record breaks off")]


def grid(model: Budget, which: str = "d_item") -> Grid:
    """The records as cells."""
    records = [
        [record.get(name, "") for name in COLUMNS]
        for record in (_record(model, item) for item in _revision(model, which).items)
    ]
    return table(which, [COLUMNS, *records])


def _revision(model: Budget, which: str) -> Revision:
    return model.revisions[-1 if which == "d_item" else -2]


def _record(model: Budget, item: Item) -> dict[str, Scalar]:
    code = item.code
    dept, unit, program = code.program.split(".")
    factors = [part for pair in item.volumes for part in pair]
    return {
        "thang": str(model.year), "kdjendok": "02", "kdsatker": model.satker, "kddept": dept,
        "kdunit": unit, "kdlokasi": "15", "kdkabkota": "09", "kddekon": "2", "kdprogram": program,
        "kdgiat": code.kegiatan, "kdoutput": code.kro, "kdsoutput": code.ro,
        "kdkmpnen": code.komponen, "kdskmpnen": code.subkomponen, "kdakun": code.akun,
        "kdbeban": item.fund, "register": item.register, "header1": 0, "header2": 0,
        "noitem": int(item.cons), "nmitem": item.name,
        **dict(zip(FACTORS, factors, strict=False)), "volkeg": item.volume,
        "satkeg": item.volumes[0][1], "hargasat": item.price, "volsout": 1,
        "jumlah": item.amount, "kdblokir": "*" if item.blocked else "",
    }  # fmt: skip


def _twins(whole: Grid) -> Iterator[tuple[str, Grid, tuple[str, ...], str]]:
    row = 7
    cell = {name: address(row, at) for name, at in COLUMN.items()}
    amount = whole.cells[row, COLUMN["jumlah"]]
    assert isinstance(amount, int)
    for name, column, value, what in (
        ("mixed_separators", "jumlah", f"{amount:,}.00".replace(",", ".", 1), "two kinds"),
        ("text_for_number", "jumlah", "-", "a dash where a number belongs"),
        ("price_differs", "hargasat", amount + 7, "volume x price is not jumlah"),
        ("another_year", "thang", "2019", "one row of another year"),
        ("another_satker", "kdsatker", "656512", "one row of another satker"),
        ("hidden_character", "nmitem", "Jasa\u200bjuru bahasa", "a zero width space"),
    ):
        yield name, whole.replaced({cell[column]: value}), (cell[column],), what
    yield "missing_column", whole.without_column(COLUMN["jumlah"]), (), "no column jumlah"
