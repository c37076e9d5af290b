"""OMSPAN list of IKPA: three rows a satker (Nilai, Bobot, Nilai Akhir), held together by merges.

Row 1 title, row 2 "Sampai Dengan : SEPTEMBER", rows 3 and 4 the header. Satker cells are merged
over the three rows, so the second and third have them empty. Up to 2023 the header is one column
off from "Capaian Output" on: `offset` says to which side (the default, +1, is right).
Scores are numbers with two decimals; the final score is the sum over the conversion in per cent.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tests.files.facts import Facts, Leaf, Placed, Spoiled
from tests.files.grid import Grid, Scalar, address, cut, letters, raw_xlsx
from tests.files.model import MONTHS, Budget

HEADER_ROW, FIRST_ROW, ROWS = 3, 5, ("Nilai", "Bobot", "Nilai Akhir")
FIXED = ("No", "Kode KPPN", "Kode BA", "Kode Satker", "Uraian Satker", "Keterangan")
OUTPUT = "Capaian Output"
WEIGHTS_2022 = {
    "Revisi DIPA": 10, "Deviasi Halaman III DIPA": 10, "Penyerapan Anggaran": 20,
    "Belanja Kontraktual": 10, "Penyelesaian Tagihan": 10, "Pengelolaan UP dan TUP": 10,
    "Dispensasi SPM": 5, OUTPUT: 25,
}  # fmt: skip
WEIGHTS_2024 = {
    "Revisi DIPA": 10, "Deviasi Halaman III DIPA": 15, "Penyerapan Anggaran": 20,
    "Belanja Kontraktual": 10, "Penyelesaian Tagihan": 10, "Pengelolaan UP dan TUP": 10,
    OUTPUT: 25,
}  # fmt: skip
CENT = Decimal("0.01")
Twin = tuple[str, Grid, tuple[str, ...], str]


@dataclass(frozen=True)
class Score:
    """A satker's scores by indicator; those without contracts have no weight for them."""

    values: dict[str, Decimal]
    weights: dict[str, int]
    deduction: Decimal

    def weighted(self, name: str) -> Decimal:
        return _cents(self.values[name] * self.weights[name] / 100)

    @property
    def sum(self) -> Decimal:
        return sum((self.weighted(name) for name in self.values), Decimal(0))

    @property
    def conversion(self) -> int:
        return sum(self.weights.values())

    @property
    def final(self) -> Decimal:
        return _cents(self.sum * 100 / self.conversion) - self.deduction


def score(model: Budget) -> Score:
    """Drawn from the satker's code and year."""
    dice = random.Random(f"ikpa/{model.satker}/{model.year}")
    weights = dict(weights_of(model.year))
    if int(model.satker) % 3 == 0:
        weights["Belanja Kontraktual"] = 0
    values = {name: Decimal(dice.randrange(5000, 10001)) / 100 for name in weights}
    values["Revisi DIPA"] = Decimal(dice.choice([50, 100, 110]))
    deduction = Decimal(dice.choice(["0.00", "0.25"])) if model.year > 2023 else Decimal("0.00")
    return Score(values, weights, deduction)


def weights_of(year: int) -> dict[str, int]:
    return WEIGHTS_2022 if year <= 2023 else WEIGHTS_2024


def columns(year: int) -> tuple[str, ...]:
    """The names in the order of the data."""
    return (*FIXED, *weights_of(year), *_tail(year))


def make(models: Sequence[Budget], offset: int = 1) -> bytes:
    """The workbook; `offset` moves the header from Capaian Output on in the years up to 2023."""
    return raw_xlsx(grid(models, offset))


def facts(models: Sequence[Budget], offset: int = 1) -> Facts:
    """A leaf a satker: its indicators by name, "sum", "conversion" in per cent, "final"."""
    leaves = tuple(_leaf(model, FIRST_ROW + 3 * n) for n, model in enumerate(models))
    stated: dict[str, Placed] = {
        "year": Placed(models[0].year, "A1"),
        "month": Placed(models[0].month, "A2"),
    }
    moved = offset if models[0].year <= 2023 else 0
    at = columns(models[0].year).index(OUTPUT) + 1 + moved
    stated["header of Capaian Output"] = Placed(OUTPUT, address(HEADER_ROW + 1, at))
    return Facts(stated, {}, leaves)


def spoiled(models: Sequence[Budget]) -> list[Spoiled]:
    """Twins of `make(models)`, each wrong in one thing."""
    found = [Spoiled(name, raw_xlsx(g), cells, what) for name, g, cells, what in _twins(models)]
    return [*found, Spoiled("truncated", cut(make(models)), (), "the file breaks off")]


def grid(models: Sequence[Budget], offset: int = 1) -> Grid:
    """The sheet as cells."""
    year, month = models[0].year, models[0].month
    cells: dict[tuple[int, int], Scalar] = {
        (1, 1): f"INDIKATOR PELAKSANAAN ANGGARAN TAHUN ANGGARAN {year}",
        (2, 1): f"Sampai Dengan : {MONTHS[month - 1].upper()}",
        **_header(year, offset if year <= 2023 else 0),
    }
    merges = [f"A1:{letters(len(columns(year)))}1", f"A2:{letters(len(columns(year)))}2"]
    merges += [f"{letters(at)}3:{letters(at)}4" for at in range(1, len(FIXED) + 1)]
    for n, model in enumerate(models):
        row = FIRST_ROW + 3 * n
        cells |= _rows(model, n, row)
        width = len(columns(year))
        single = [*range(1, len(FIXED)), *range(width - len(_tail(year)) + 1, width + 1)]
        merges += [f"{address(row, at)}:{address(row + 2, at)}" for at in single]
    return Grid("IKPA", cells, tuple(merges))


def _tail(year: int) -> tuple[str, ...]:
    middle = () if year <= 2023 else ("Dispensasi SPM (Pengurang)",)
    return ("Nilai Total", "Konversi Bobot", *middle, "Nilai Akhir (Nilai Total/Konversi Bobot)")


def _header(year: int, moved: int) -> dict[tuple[int, int], Scalar]:
    names = columns(year)
    output = names.index(OUTPUT)
    cells: dict[tuple[int, int], Scalar] = {}
    for at, name in enumerate(names):
        column = at + 1 + (moved if at >= output else 0)
        row = HEADER_ROW + 1 if name in weights_of(year) else HEADER_ROW
        cells[row, column] = name
    cells[HEADER_ROW, len(FIXED) + 1] = "Kualitas Perencanaan Anggaran"
    cells[HEADER_ROW, len(FIXED) + 3] = "Kualitas Pelaksanaan Anggaran"
    cells.setdefault((HEADER_ROW, output + 1 + moved), "Kualitas Hasil Pelaksanaan Anggaran")
    return cells


def _rows(model: Budget, n: int, row: int) -> dict[tuple[int, int], Scalar]:
    known, names = score(model), columns(model.year)
    fixed: tuple[int | str, ...] = (n + 1, f"'{model.kppn}", "'076", f"'{model.satker}", model.name)
    cells: dict[tuple[int, int], Scalar] = {(row, at): v for at, v in enumerate(fixed, 1)}
    for down, label in enumerate(ROWS):
        cells[row + down, len(FIXED)] = label
    for name in known.values:
        at = names.index(name) + 1
        kinds = (known.values[name], Decimal(known.weights[name]), known.weighted(name))
        cells |= {(row + down, at): float(value) for down, value in enumerate(kinds)}
    tail: tuple[float | str, ...] = (float(known.sum), f"{known.conversion}%")
    if model.year > 2023:
        tail = (*tail, float(known.deduction))
    first = len(names) - len(_tail(model.year)) + 1
    last = (*tail, float(known.final))
    return cells | {(row, first + k): v for k, v in enumerate(last)}


def _leaf(model: Budget, row: int) -> Leaf:
    known, names = score(model), columns(model.year)
    first = len(names) - len(_tail(model.year)) + 1
    values = {
        name: Placed(value, address(row, names.index(name) + 1))
        for name, value in known.values.items()
    }
    values["sum"] = Placed(known.sum, address(row, first))
    values["conversion"] = Placed(known.conversion, address(row, first + 1))
    values["final"] = Placed(known.final, address(row, len(names)))
    return Leaf(row, {"satker": model.satker, "kppn": model.kppn}, model.name, values)


def _twins(models: Sequence[Budget]) -> Iterator[Twin]:
    whole, year = grid(models), models[0].year
    row, names = FIRST_ROW + 3, columns(models[0].year)
    revision, final = address(row, len(FIXED) + 1), address(row, len(names))
    for name, cell, value, what in (
        ("text_for_number", revision, "seratus", "a text where a number belongs"),
        ("comma_for_point", revision, "98,5", "a text with a decimal comma"),
        ("final_differs", final, float(score(models[1]).final) + 1, "not sum over conversion"),
        ("above_the_scale", revision, 987.5, "a score above 110"),
        ("no_such_month", "A2", "Sampai Dengan : SEPTEBER", "a month that is none"),
        ("another_year", "A1", f"INDIKATOR PELAKSANAAN ANGGARAN TAHUN ANGGARAN {year + 9}", "year"),
        ("hidden_character", address(row, 4), f"'{models[1].satker}\u200b", "U+200B in a code"),
    ):
        yield name, whole.replaced({cell: value}), (cell,), what
    yield "missing_row", whole.without_row(row + 1), (address(row, 1),), "a satker of two rows"
    yield "missing_column", whole.without_column(len(names) - 1), (), "one column of the tail gone"


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
