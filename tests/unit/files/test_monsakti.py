"""The CSV says what its facts say, and headings repeat what items hold."""

import csv
import io
from collections import Counter

import pytest

from tests.files import monsakti
from tests.files.model import budget
from tests.unit.files.reading import csv_cells

MODEL = budget()


@pytest.fixture(scope="module")
def records() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(monsakti.make(MODEL).decode(), newline="")))


def test_the_columns_are_those_of_the_download(records: list[dict[str, str]]) -> None:
    assert tuple(records[0]) == monsakti.COLUMNS
    assert len(monsakti.COLUMNS) == 50
    assert monsakti.COLUMNS[0] == "KDSATKER"
    assert monsakti.COLUMNS[-1] == "POK_NILAI_12"


def test_every_fact_stands_in_its_cell() -> None:
    cells, known = csv_cells(monsakti.make(MODEL)), monsakti.facts(MODEL)
    for leaf in known.leaves:
        assert {p.cell: str(p.value) for p in leaf.values.values()}.items() <= cells.items()
        assert cells[f"V{leaf.row}"] == leaf.name
        assert cells[f"L{leaf.row}"] == leaf.code["akun"]
    assert len(known.leaves) == sum(len(revision.items) for revision in MODEL.revisions)


def test_items_add_up_to_each_revision(records: list[dict[str, str]]) -> None:
    sums: Counter[str] = Counter()
    for record in records:
        if record["HEADER1"] == record["HEADER2"] == "0":
            sums[record["KODE_STS_HISTORY"]] += int(record["TOTAL"])
            months = sum(int(record[name]) for name in monsakti.MONTH_COLUMNS)
            assert months == int(record["TOTAL"])
            assert int(record["VOLKEG"]) * int(record["HARGASAT"]) == int(record["TOTAL"])
    totals = monsakti.facts(MODEL).totals
    assert dict(sums) == {status: totals[status] for status in ("B00", "C01", "B02", "C03")}


def test_headings_repeat_what_items_hold(records: list[dict[str, str]]) -> None:
    headings = [record for record in records if record["HEADER1"] != "0"]
    assert {record["HEADER2"] for record in headings} == {"0", "1"}
    assert sum(int(record["TOTAL"]) for record in headings) > 0


def test_a_twin_differs_in_the_named_cells_alone() -> None:
    good = csv_cells(monsakti.make(MODEL))
    for twin in monsakti.spoiled(MODEL):
        if twin.name in {"missing_column", "missing_header", "truncated", "row_twice"}:
            assert twin.data != monsakti.make(MODEL)
            continue
        bad = csv_cells(twin.data)
        assert {c for c in good if good[c] != bad[c]} == set(twin.cells), twin.name


def test_the_grant_has_its_register_and_some_money_is_blocked() -> None:
    leaves = monsakti.facts(MODEL).leaves
    assert {leaf.code["register"] for leaf in leaves if leaf.code["fund"] == "J"} == {"2ZX6FQ8A"}
    assert monsakti.facts(MODEL).totals["B00:blokir"] > 0
