"""SPAN rowset: the budget of the last revision by the treasury's own segments, one CSV.

A row is an account in a KRO with its fund, way of withdrawal and register, without RO and below.
Codes lose nothing: satker with its zeros, program as two letters. With `dated` there is a column
`tanggal` before `amount`, ISO days.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.files.facts import Facts, Leaf, Placed, Spoiled
from tests.files.grid import Grid, Scalar, address, csv_bytes, cut, table
from tests.files.model import Budget, Item

KEYS = (
    "tahun", "kdsatker", "ba", "baes1", "akun", "program", "kegiatan", "output", "kewenangan",
    "sumber_dana", "cara_tarik", "kdregister", "lokasi", "budget_type",
)  # fmt: skip


def make(model: Budget, *, dated: bool = False) -> bytes:
    """The file."""
    return _bytes(grid(model, dated=dated))


def facts(model: Budget, *, dated: bool = False) -> Facts:
    """Measure pagu by leaf and in all."""
    amount_at = len(_columns(dated))
    leaves = tuple(
        Leaf(
            row,
            {name: str(value) for name, value in zip(KEYS, key, strict=True)},
            "",
            {"pagu": Placed(amount, address(row, amount_at))},
        )
        for row, (key, amount) in enumerate(_sums(model).items(), 2)
    )
    return Facts({}, {"pagu": model.last.total}, leaves)


def spoiled(model: Budget) -> list[Spoiled]:
    """Twins of `make(model)`, each wrong in one thing."""
    whole, amount_at = grid(model), len(_columns(dated=False))
    found = [Spoiled(name, _bytes(twin), cells, what) for name, twin, cells, what in _twins(whole)]
    gone = _bytes(whole.without_column(amount_at))
    found.append(Spoiled("missing_column", gone, (), "no column amount"))
    data = cut(_bytes(whole))
    last = (address(data.count(b"\n") + 1, 1),)
    return [*found, Spoiled("truncated", data, last, "the last record breaks off")]


def grid(model: Budget, *, dated: bool = False) -> Grid:
    """The records as cells."""
    day = [model.last.posted] if dated else []
    records: list[list[Scalar]] = [[*key, *day, amount] for key, amount in _sums(model).items()]
    return table("rowset", [_columns(dated), *records])


def _columns(dated: bool) -> tuple[str, ...]:
    return (*KEYS, "tanggal", "amount") if dated else (*KEYS, "amount")


def _bytes(whole: Grid) -> bytes:
    return csv_bytes(whole, day="%Y-%m-%d", end="\n")


def _sums(model: Budget) -> dict[tuple[str, ...], int]:
    """Amounts by key, in the order of the keys."""
    found: dict[tuple[str, ...], int] = {}
    for item in model.last.items:
        key = _key(model, item)
        found[key] = found.get(key, 0) + item.amount
    return dict(sorted(found.items()))


def _key(model: Budget, item: Item) -> tuple[str, ...]:
    code = item.code
    return (
        str(model.year), model.satker, "076", "07601", code.akun, code.program_letters,
        code.kegiatan, code.kro, "2", item.fund, item.draw, item.register or "00000000",
        "2263", "2",
    )  # fmt: skip


def _twins(whole: Grid) -> Iterator[tuple[str, Grid, tuple[str, ...], str]]:
    row = 4
    cell = {name: address(row, at) for at, name in enumerate((*KEYS, "amount"), 1)}
    amount = whole.cells[row, len(KEYS) + 1]
    assert isinstance(amount, int)
    for name, column, value, what in (
        ("mixed_separators", "amount", f"{amount:,}.00".replace(",", ".", 1), "two kinds"),
        ("text_for_number", "amount", "n/a", "a text where a number belongs"),
        ("scientific", "amount", f"{float(amount):.3E}", "digits lost in a float's notation"),
        ("another_year", "tahun", "2019", "one row of another year"),
        ("another_satker", "kdsatker", "656512", "one row of another satker"),
        ("short_account", "akun", "5211", "an account of four digits"),
    ):
        yield name, whole.replaced({cell[column]: value}), (cell[column],), what
