"""MonSAKTI "Download Data Mentah Penganggaran": every item of every revision in one CSV.

Rows whose HEADER1 or HEADER2 is not 0 are headings inside an account: their TOTAL and months repeat
the sum of what stands below, so only rows with 0 and 0 may be added up. KODE_STS_HISTORY tells the
revision. POK_NILAI_1 to 12 are the month plan. Comma, UTF-8, numbers without separators.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from itertools import groupby

from tests.files.facts import Facts, Leaf, Placed, Spoiled
from tests.files.grid import Grid, Scalar, address, csv_bytes, cut, table
from tests.files.model import FUNDS, Budget, Code, Item, Revision

FACTORS = tuple(f"{word}_KEG_{n}" for n in range(1, 5) for word in ("VOL", "SAT"))
MONTH_COLUMNS = tuple(f"POK_NILAI_{n}" for n in range(1, 13))
COLUMNS = (
    "KDSATKER", "KODE_PROGRAM", "KODE_KEGIATAN", "KODE_OUTPUT", "KDIB", "VOLUME_OUTPUT",
    "KODE_SUBOUTPUT", "VOLUME_SUBOUTPUT", "KODE_KOMPONEN", "KODE_SUBKOMPONEN",
    "URAIAN_SUBKOMPONEN", "KODE_AKUN", "KODE_JENIS_BEBAN", "KODE_CARA_TARIK",
    "KODE_JENIS_BANTUAN", "KODE_REGISTER", "HEADER1", "HEADER2", "KODE_ITEM", "NOMOR_ITEM",
    "CONS_ITEM", "URAIAN_ITEM", "SUMBER_DANA", *FACTORS, "VOLKEG", "SATKEG", "HARGASAT", "TOTAL",
    "KODE_BLOKIR", "NILAI_BLOKIR", "KODE_STS_HISTORY", *MONTH_COLUMNS,
)  # fmt: skip
COLUMN = {name: n for n, name in enumerate(COLUMNS, 1)}
LEVELS = ("program", "kegiatan", "kro", "ro", "komponen", "subkomponen", "akun")
Record = dict[str, Scalar]


def make(model: Budget) -> bytes:
    """The file, the oldest revision first."""
    return csv_bytes(grid(model))


def facts(model: Budget) -> Facts:
    """A leaf an item and revision; totals by status code, and by "B00:blokir" what is blocked."""
    leaves = tuple(
        _leaf(model, revision, item, row)
        for row, (revision, item, _) in enumerate(_rows(model), 2)
        if item is not None
    )
    totals = {revision.status: revision.total for revision in model.revisions}
    for revision in model.revisions:
        totals[f"{revision.status}:blokir"] = sum(item.blocked for item in revision.items)
    return Facts({}, totals, leaves)


def spoiled(model: Budget) -> list[Spoiled]:
    """Twins of `make(model)`, each wrong in one thing."""
    found = [
        Spoiled(name, csv_bytes(twin), cells, what) for name, twin, cells, what in _twins(model)
    ]
    return [*found, _truncated(model)]


def grid(model: Budget) -> Grid:
    """The records as cells."""
    records = [[record.get(name, "") for name in COLUMNS] for _, _, record in _rows(model)]
    return table("data", [COLUMNS, *records])


def _rows(model: Budget) -> Iterator[tuple[Revision, Item | None, Record]]:
    """Records in file order; the item is none on a heading."""
    for revision in model.revisions:
        items = sorted(revision.items, key=lambda item: item.key)
        for _, group in groupby(items, key=lambda item: item.code):
            within = list(group)
            for heading in _headings(model, revision, within):
                yield revision, None, heading
            for number, item in enumerate(within, 1):
                yield revision, item, _record(model, revision, item, number)


def _headings(model: Budget, revision: Revision, items: list[Item]) -> Iterator[Record]:
    """Accounts of two items have a heading, and the first of them one below it."""
    if len(items) < 2:
        return
    for header1, header2, below in ((1, 0, items), (1, 1, items[:1])):
        yield {
            **_code(model, items[0].code), **_history(revision), **_fund(items[0]),
            "HEADER1": header1, "HEADER2": header2, "NOMOR_ITEM": 0,
            "URAIAN_ITEM": f"{'>' * (header1 + header2)} {below[0].name.split()[0]}",
            "TOTAL": sum(item.amount for item in below), "NILAI_BLOKIR": 0,
            **{
                name: sum(item.months[n] for item in below)
                for n, name in enumerate(MONTH_COLUMNS)
            },
        }  # fmt: skip


def _record(model: Budget, revision: Revision, item: Item, number: int) -> Record:
    factors = [part for pair in item.volumes for part in pair]
    return {
        **_code(model, item.code), **_history(revision), **_fund(item),
        "HEADER1": 0, "HEADER2": 0, "NOMOR_ITEM": number, "URAIAN_ITEM": item.name,
        "KODE_ITEM": f"{item.code.akun}.{item.cons}", "CONS_ITEM": int(item.cons),
        **dict(zip(FACTORS, factors, strict=False)),
        "VOLKEG": item.volume, "SATKEG": item.volumes[0][1], "HARGASAT": item.price,
        "TOTAL": item.amount, "KODE_BLOKIR": "1" if item.blocked else "",
        "NILAI_BLOKIR": item.blocked, **dict(zip(MONTH_COLUMNS, item.months, strict=True)),
    }  # fmt: skip


def _code(model: Budget, code: Code) -> Record:
    return {
        "KDSATKER": model.satker, "KODE_PROGRAM": code.program_letters,
        "KODE_KEGIATAN": code.kegiatan, "KODE_OUTPUT": code.kro, "VOLUME_OUTPUT": 1,
        "KODE_SUBOUTPUT": code.ro, "VOLUME_SUBOUTPUT": 1, "KODE_KOMPONEN": code.komponen,
        "KODE_SUBKOMPONEN": code.subkomponen, "URAIAN_SUBKOMPONEN": "TANPA SUB KOMPONEN",
        "KODE_AKUN": code.akun,
    }  # fmt: skip


def _history(revision: Revision) -> Record:
    return {"KODE_STS_HISTORY": revision.status}


def _fund(item: Item) -> Record:
    return {
        "KODE_JENIS_BEBAN": item.fund, "KODE_CARA_TARIK": item.draw, "KODE_JENIS_BANTUAN": "0",
        "KODE_REGISTER": item.register, "SUMBER_DANA": FUNDS[item.fund],
    }  # fmt: skip


def _leaf(model: Budget, revision: Revision, item: Item, row: int) -> Leaf:
    """Code parts with the item, the fund's letter, the register and the revision's status."""
    code = dict(zip(LEVELS, astuple(item.code), strict=True))
    code |= {"item": item.cons, "fund": item.fund, "register": item.register}
    code |= {"satker": model.satker, "status": revision.status}
    values = {"pagu": ("TOTAL", item.amount), "blokir": ("NILAI_BLOKIR", item.blocked)}
    values |= {"harga": ("HARGASAT", item.price), "volume": ("VOLKEG", item.volume)}
    values |= {name: (name, item.months[n]) for n, name in enumerate(MONTH_COLUMNS)}
    return Leaf(
        row,
        code,
        item.name,
        {name: Placed(value, address(row, COLUMN[at])) for name, (at, value) in values.items()},
    )


Twin = tuple[str, Grid, tuple[str, ...], str]


def _twins(model: Budget) -> Iterator[Twin]:
    whole, leaf = grid(model), facts(model).leaves[5]
    amount, row = leaf.values["pagu"], leaf.row
    assert isinstance(amount.value, int)
    cell = {name: address(row, at) for name, at in COLUMN.items()}
    mixed = f"{amount.value:,}.00".replace(",", ".", 1)
    for name, column, value, what in (
        ("mixed_separators", "TOTAL", mixed, "separators of two kinds"),
        ("text_for_number", "TOTAL", "nihil", "a text where a number belongs"),
        ("price_differs", "HARGASAT", amount.value + 1, "volume x price is not TOTAL"),
        ("months_differ", "POK_NILAI_12", amount.value + 1, "the months are not TOTAL"),
        ("another_satker", "KDSATKER", "656512", "one row of another satker"),
        ("satker_without_zero", "KDSATKER", str(int(model.satker)), "a code of four digits"),
        ("unknown_status", "KODE_STS_HISTORY", "XX", "a revision that has no number"),
        ("hidden_character", "URAIAN_ITEM", f"{leaf.name[:5]}\u200b{leaf.name[5:]}", "U+200B"),
        ("negative", "TOTAL", -amount.value, "an amount below zero"),
    ):
        yield name, whole.replaced({cell[column]: value}), (cell[column],), what
    yield "missing_column", whole.without_column(COLUMN["TOTAL"]), (), "no column TOTAL"
    yield "missing_header", whole.without_row(1), (), "no header record"
    yield from _row_twins(whole, row, cell)


def _row_twins(whole: Grid, row: int, cell: dict[str, str]) -> Iterator[Twin]:
    """A row that is there twice, and a heading that passes for an item."""
    last = whole.bounds[0] + 1
    again = {(last, at): value for (r, at), value in whole.cells.items() if r == row}
    twice = Grid(whole.name, {**whole.cells, **again})
    yield "row_twice", twice, (address(last, COLUMN["TOTAL"]),), "one item stands there twice"
    heading = next(
        r
        for (r, at), value in sorted(whole.cells.items())
        if at == COLUMN["HEADER1"] and value == 1
    )
    places = address(heading, COLUMN["HEADER1"]), address(heading, COLUMN["HEADER2"])
    passed = whole.replaced(dict.fromkeys(places, 0))
    yield "heading_counted", passed, places[:1], "a heading marked as an item: its sum counts twice"


def _truncated(model: Budget) -> Spoiled:
    data = cut(make(model))
    row = data.count(b"\r\n") + 1
    return Spoiled("truncated", data, (address(row, 1),), "the last record breaks off")
