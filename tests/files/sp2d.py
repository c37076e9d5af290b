"""SP2D and SSPB lists: payments and refunds of a satker, a COA of sixteen segments each.

Kinds: "csv" has `;`, days as 31/12/2025 and amounts as 1.234.567,00; "xlsx" has real dates and
numbers, and two title rows with an empty one below, so that its header stands in row 4. Both tables
have their total below the last row in the workbook alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from tests.files.facts import Facts, Leaf, Placed, Spoiled
from tests.files.grid import Grid, Scalar, address, csv_bytes, cut, indonesian_number, table, xlsx
from tests.files.model import Budget, Item, Payment, Refund

TABLES, KINDS = ("sp2d", "sspb"), ("csv", "xlsx")
TOP = {"csv": 1, "xlsx": 4}
COLUMNS = {
    "sp2d": (
        "KDSATKER", "KD_JNS_SPP", "NO_SPP", "TGL_SPP", "NO_SPM", "TGL_SPM", "NO_SP2D", "TGL_SP2D",
        "URAIAN", "KODE_COA", "MATA_UANG", "NILAI_RUPIAH", "STATUS_DATA",
    ),
    "sspb": (
        "KDSATKER", "THANG", "NO_SSPB", "TGL_SSPB", "NO_NTB", "KODE_AKUN", "KODE_COA",
        "NO_SP2D", "KETERANGAN", "NILAI_PENGEMBALIAN", "STATUS",
    ),
}  # fmt: skip
AMOUNT = {"sp2d": "NILAI_RUPIAH", "sspb": "NILAI_PENGEMBALIAN"}
DAY = {"sp2d": "TGL_SP2D", "sspb": "TGL_SSPB"}
NUMBER = {"sp2d": "NO_SP2D", "sspb": "NO_SSPB"}


def coa(model: Budget, item: Item) -> str:
    """Sixteen segments with dots; the sixth is fund, way of withdrawal and register."""
    code = item.code
    segments = (
        model.satker, model.kppn, code.akun, code.program.replace(".", ""),
        f"{code.kegiatan}{code.kro}", f"{item.fund}{item.draw}{item.register or '00000000'}",
        "00000", "2", "2263", "2", "000000", "000000", code.ro, code.komponen,
        code.subkomponen, item.cons,
    )  # fmt: skip
    return ".".join(segments)


def make(model: Budget, which: str = "sp2d", kind: str = "csv") -> bytes:
    """The list `which` in the form `kind`."""
    return _writer(kind)(grid(model, which, kind))


def facts(model: Budget, which: str = "sp2d", kind: str = "csv") -> Facts:
    """A leaf a document: its number, COA and account as code, measures amount and day."""
    leaves = tuple(
        _leaf(which, record, row)
        for row, record in enumerate(_records(model, which), TOP[kind] + 1)
    )
    source: Sequence[Payment | Refund] = model.payments if which == "sp2d" else model.refunds
    return Facts({}, {"amount": sum(entry.amount for entry in source)}, leaves)


def spoiled(model: Budget, which: str = "sp2d", kind: str = "csv") -> list[Spoiled]:
    """Twins of `make(model, which, kind)`, each wrong in one thing."""
    write = _writer(kind)
    found = [
        Spoiled(name, write(twin), cells, what)
        for name, twin, cells, what in _twins(model, which, kind)
    ]
    data = cut(make(model, which, kind))
    last = (address(data.count(b"\r\n") + 1, 1),) if kind == "csv" else ()
    return [*found, Spoiled("truncated", data, last, "the file breaks off")]


def grid(model: Budget, which: str = "sp2d", kind: str = "csv") -> Grid:
    """The records as cells, below their titles."""
    records = [[record[name] for name in COLUMNS[which]] for record in _records(model, which)]
    if kind == "csv":
        return table(which, [COLUMNS[which], *records])
    titles: list[list[Scalar]] = [
        [f"Daftar {which.upper()} Tahun Anggaran {model.year}"],
        [f"Satuan Kerja {model.satker} {model.name}"],
        [],
    ]
    at = COLUMNS[which].index(AMOUNT[which])
    amounts = [row[at] for row in records]
    total: list[Scalar] = [
        "Jumlah",
        *[""] * (at - 1),
        sum(a for a in amounts if isinstance(a, int)),
    ]
    return table(which, [*titles, list(COLUMNS[which]), *records, total])


def _writer(kind: str) -> Callable[[Grid], bytes]:
    if kind == "xlsx":
        return xlsx
    return lambda whole: csv_bytes(whole, ";", indonesian_number)


def _records(model: Budget, which: str) -> Iterator[dict[str, Scalar]]:
    if which == "sp2d":
        return (_payment(model, payment) for payment in model.payments)
    return (_refund(model, refund) for refund in model.refunds)


def _payment(model: Budget, payment: Payment) -> dict[str, Scalar]:
    kind = "211" if payment.item.code.akun.startswith("51") else "231"
    values = (
        model.satker, kind, payment.spp, payment.spp_on, payment.spm, payment.spm_on, payment.sp2d,
        payment.sp2d_on, payment.text, coa(model, payment.item), "IDR", payment.amount,
        payment.status,
    )  # fmt: skip
    return dict(zip(COLUMNS["sp2d"], values, strict=True))


def _refund(model: Budget, refund: Refund) -> dict[str, Scalar]:
    item = refund.payment.item
    values = (
        model.satker, str(model.year), refund.number, refund.refunded_on, refund.ntb,
        item.code.akun, coa(model, item), refund.payment.sp2d, "Pengembalian belanja",
        refund.amount, "1",
    )  # fmt: skip
    return dict(zip(COLUMNS["sspb"], values, strict=True))


def _leaf(which: str, record: dict[str, Scalar], row: int) -> Leaf:
    cell = {name: address(row, at) for at, name in enumerate(COLUMNS[which], 1)}
    amount, day = record[AMOUNT[which]], record[DAY[which]]
    assert isinstance(amount, int)
    assert isinstance(day, date)
    text = str(record["KODE_COA"])
    return Leaf(
        row,
        {"number": str(record[NUMBER[which]]), "coa": text, "akun": text.split(".")[2]},
        str(record.get("URAIAN", record.get("KETERANGAN"))),
        {
            "amount": Placed(amount, cell[AMOUNT[which]]),
            "day": Placed(day, cell[DAY[which]]),
        },
    )


def _twins(
    model: Budget, which: str, kind: str
) -> Iterator[tuple[str, Grid, tuple[str, ...], str]]:
    whole, leaf = grid(model, which, kind), facts(model, which, kind).leaves[1]
    cell = {name: address(leaf.row, at) for at, name in enumerate(COLUMNS[which], 1)}
    amount, day = leaf.values["amount"].value, leaf.values["day"].value
    assert isinstance(amount, int)
    assert isinstance(day, date)
    for name, column, value, what in (
        ("mixed_separators", AMOUNT[which], f"{amount:,}.00".replace(",", ".", 1), "two kinds"),
        ("text_for_number", AMOUNT[which], "nol", "a text where a number belongs"),
        ("no_such_day", DAY[which], f"31/02/{model.year}", "a date that is none"),
        ("month_first", DAY[which], f"02/28/{model.year}", "month before day"),
        ("another_year", DAY[which], day.replace(year=day.year - 1), "a day of the year before"),
        ("another_satker", "KDSATKER", "656512", "one row of another satker"),
        ("short_coa", "KODE_COA", leaf.code["coa"].rsplit(".", 2)[0], "fourteen segments"),
        ("hidden_character", NUMBER[which], leaf.code["number"] + "\u00a0", "a no-break space"),
    ):
        yield name, whole.replaced({cell[column]: value}), (cell[column],), what
    at = COLUMNS[which].index(AMOUNT[which]) + 1
    yield "missing_column", whole.without_column(at), (), f"no column {AMOUNT[which]}"
    last = whole.bounds[0] + (kind == "csv")
    again = {(last, c): v for (r, c), v in whole.cells.items() if r == leaf.row}
    twice = Grid(whole.name, {**whole.cells, **again})
    yield "row_twice", twice, (address(last, 1),), "one document stands there twice"
