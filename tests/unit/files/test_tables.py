"""SPAN, SP2D, SSPB, ADK and RPD files say what their facts say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from tests.files import adk, rpd, sp2d, span
from tests.files.facts import Facts, Spoiled, Value
from tests.files.model import MONTHS, budget
from tests.unit.files.reading import Cells, calamine_cells, csv_cells, indonesian

MODEL = budget()
BROKEN = {"missing_column", "missing_header", "truncated", "row_twice"}


@dataclass(frozen=True)
class Made:
    """A file with its facts and twins, and how its cells are read."""

    data: bytes
    known: Facts
    twins: list[Spoiled]
    read: Callable[[bytes], Cells]
    number: Callable[[object], float] = float  # type: ignore[assignment]


def _semicolons(data: bytes) -> Cells:
    return csv_cells(data, ";")


FILES = {
    "span": Made(span.make(MODEL), span.facts(MODEL), span.spoiled(MODEL), csv_cells),
    "span dated": Made(
        span.make(MODEL, dated=True), span.facts(MODEL, dated=True), [], csv_cells
    ),
    **{
        table: Made(
            adk.make(MODEL, table), adk.facts(MODEL, table), adk.spoiled(MODEL, table), csv_cells
        )
        for table in adk.TABLES
    },
    **{
        f"{table} {kind}": Made(
            sp2d.make(MODEL, table, kind),
            sp2d.facts(MODEL, table, kind),
            sp2d.spoiled(MODEL, table, kind),
            _semicolons if kind == "csv" else calamine_cells,
            indonesian if kind == "csv" else float,  # type: ignore[arg-type]
        )
        for table in sp2d.TABLES
        for kind in sp2d.KINDS
    },
    "rpd": Made(
        rpd.make(MODEL), rpd.facts(MODEL), rpd.spoiled(MODEL), calamine_cells,
        lambda value: 1000 * float(str(value)),
    ),
}  # fmt: skip


@pytest.fixture(params=FILES, ids=str)
def made(request: pytest.FixtureRequest) -> Made:
    return FILES[request.param]


def test_every_fact_stands_in_its_cell(made: Made) -> None:
    cells = made.read(made.data)
    for leaf in made.known.leaves:
        for placed in leaf.values.values():
            assert _same(placed.value, cells.get(placed.cell, 0), made.number), placed
        assert leaf.name in {"", *cells.values()}


def test_leaves_add_up_to_the_totals(made: Made) -> None:
    for measure, total in made.known.totals.items():
        values = [leaf.values[measure].value for leaf in made.known.leaves]
        assert sum(value for value in values if isinstance(value, int)) == total, measure
    assert made.known.totals
    assert made.known.leaves


def test_a_truncated_table_ends_inside_its_last_record(made: Made) -> None:
    for twin in made.twins:
        if twin.name == "truncated" and twin.cells:
            row = int(twin.cells[0][1:])
            assert twin.data.count(b"\n") == row - 1
            assert not twin.data.endswith(b"\n")


def test_a_twin_differs_in_the_named_cells_alone(made: Made) -> None:
    good = made.read(made.data)
    for twin in made.twins:
        assert twin.data != made.data
        if twin.name not in BROKEN:
            bad = made.read(twin.data)
            assert {c for c in good if good[c] != bad.get(c)} == set(twin.cells), twin.name


def test_refunds_and_payments_are_those_of_the_year() -> None:
    assert FILES["sp2d csv"].known.totals["amount"] == sum(p.amount for p in MODEL.payments)
    assert FILES["sspb csv"].known.totals["amount"] == sum(r.amount for r in MODEL.refunds)


def test_a_coa_has_sixteen_segments_of_fixed_length() -> None:
    for item in MODEL.last.items:
        lengths = [len(segment) for segment in sp2d.coa(MODEL, item).split(".")]
        assert lengths == [6, 3, 6, 7, 7, 10, 5, 1, 4, 1, 6, 6, 3, 3, 2, 6]


def test_the_plan_is_printed_with_the_satker_at_the_end_of_its_title() -> None:
    cells = calamine_cells(rpd.make(MODEL))
    assert str(cells["E1"])[-6:] == MODEL.satker
    assert cells["B7"] == "KODE"
    months = ("R", "S", "T", "U", "V", "W", "Y", "AA", "AB", "AC", "AD", "AF")
    assert [cells[f"{column}7"] for column in months] == [name[:3].upper() for name in MONTHS]
    assert (cells["AL7"], cells["AM7"]) == ("JUMLAH", "BLOKIR")
    assert (
        cells["AL8"]
        == sum(i.amount for i in MODEL.last.items if i.code.program[-2:] == "CQ") / 1000
    )
    assert list(cells.values()).count("KODE") >= 2


def _same(value: Value, cell: object, number: Callable[[object], float]) -> bool:
    if isinstance(value, int):
        return number(cell) == value
    if isinstance(value, date):
        return cell in {value, value.strftime("%d/%m/%Y")}
    return value == cell
