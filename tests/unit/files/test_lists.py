"""Lists of many satker, packages of other lands, big files: all say what their facts say."""

import csv
import io
import json
import time
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.files import big, fiscal_package, ikpa, omspan
from tests.files.model import budget, several
from tests.unit.files.reading import calamine_cells, csv_cells, raw_cells

BROKEN = {"missing_column", "missing_row", "row_twice", "truncated"}
YEARS = (2023, 2025)


def test_a_dipa_list_has_its_facts_in_their_cells() -> None:
    models = several(6)
    cells, known = raw_cells(omspan.make(models)), omspan.facts(models)
    assert cells == calamine_cells(omspan.make(models))
    for leaf in known.leaves:
        assert cells[f"C{leaf.row}"] == f"'{leaf.code['satker']}"
        assert str(cells[leaf.values["pagu"].cell]).replace(".", "") == str(
            leaf.values["pagu"].value
        )
        assert cells[leaf.values["stamp"].cell] == leaf.values["stamp"].value
        assert len(str(leaf.values["stamp"].value)) == 16
        posted = leaf.values["posted"].value
        assert isinstance(posted, date)
        assert cells[leaf.values["posted"].cell] == f"{posted:%d-%m-%Y}"
    assert {leaf.code["status"][0] for leaf in known.leaves} == {"C", "F", "G"}
    assert known.totals["pagu"] == sum(int(str(x.values["pagu"].value)) for x in known.leaves)


@pytest.mark.parametrize("year", YEARS)
def test_an_ikpa_list_has_its_facts_in_their_cells(year: int) -> None:
    models = several(7, year)
    data, known = ikpa.make(models), ikpa.facts(models)
    cells = raw_cells(data)
    assert cells == calamine_cells(data)
    assert cells["A2"] == "Sampai Dengan : JULI"
    header = known.stated["header of Capaian Output"]
    assert cells[header.cell] == header.value
    moved = header.cell[0] != known.leaves[0].values["Capaian Output"].cell[0]
    assert moved is (year <= 2023)
    for leaf in known.leaves:
        assert [cells[f"F{leaf.row + n}"] for n in range(3)] == list(ikpa.ROWS)
        assert f"D{leaf.row + 1}" not in cells
        for name, placed in leaf.values.items():
            want = f"{placed.value}%" if name == "conversion" else float(str(placed.value))
            assert cells[placed.cell] == want, name


@pytest.mark.parametrize("year", YEARS)
def test_a_final_score_is_the_weighted_sum_over_the_conversion(year: int) -> None:
    for model in several(7, year):
        known = ikpa.score(model)
        weighted = (known.values[n] * w for n, w in known.weights.items())
        total = sum(weighted, Decimal(0)) / known.conversion
        assert abs(total - known.deduction - known.final) < Decimal("0.06")
    assert sum(ikpa.weights_of(year).values()) == 100


@pytest.mark.parametrize("kind", [omspan, ikpa], ids=["dipa", "ikpa"])
def test_a_twin_of_a_list_differs_in_the_named_cells_alone(kind: object) -> None:
    module, models = (omspan if kind is omspan else ikpa), several(5)
    good = raw_cells(module.make(models))
    for twin in module.spoiled(models):
        if twin.name not in BROKEN:
            bad = raw_cells(twin.data)
            assert {c for c in good if good[c] != bad.get(c)} == set(twin.cells), twin.name


@pytest.mark.parametrize("form", fiscal_package.FORMS)
def test_a_fiscal_package_says_what_its_facts_say(form: str, tmp_path: Path) -> None:
    model = budget()
    descriptor = json.loads(fiscal_package.write(model, tmp_path, form).read_text("utf-8"))
    (resource,) = descriptor["resources"]
    data = (tmp_path / resource["path"]).read_bytes()
    header = next(csv.reader(io.StringIO(data.decode())))
    assert [field["name"] for field in resource["schema"]["fields"]] == header
    cells, known = csv_cells(data), fiscal_package.facts(model, form)
    sums = dict.fromkeys(fiscal_package.PHASES, 0)
    for leaf in known.leaves:
        text = str(cells[leaf.values["amount"].cell])
        assert text == str(leaf.values["amount"].value)
        assert len(text.split(".")[1]) == 2
        assert cells[f"C{leaf.row}"] == leaf.code["code"]
        sums[leaf.code["phase"]] += int(text.replace(".", ""))
    assert sums == known.totals
    assert any(not leaf.code["code"].isascii() for leaf in known.leaves)


@pytest.mark.parametrize("form", fiscal_package.FORMS)
def test_a_twin_of_a_package_differs_in_the_named_cells_alone(form: str) -> None:
    model = budget()
    good = csv_cells(_budget_csv(fiscal_package.make(model, form)))
    for twin in fiscal_package.spoiled(model, form):
        if twin.cells:
            bad = csv_cells(_budget_csv(twin.data))
            assert {c for c in good if good[c] != bad.get(c)} == set(twin.cells), twin.name


def test_a_big_csv_and_a_big_workbook_hold_the_same_rows(tmp_path: Path) -> None:
    rows = 20_001
    began = time.perf_counter()
    big.write_csv(tmp_path / "a.csv", rows)
    big.write_xlsx(tmp_path / "a.xlsx", rows)
    assert time.perf_counter() - began < 60
    read = csv_cells((tmp_path / "a.csv").read_bytes(), ";")
    book = calamine_cells((tmp_path / "a.xlsx").read_bytes())
    last = rows + 1
    assert f"A{last}" in read
    assert f"A{last + 1}" not in read
    assert sum(int(str(read[f"F{n}"])) for n in range(2, last + 1)) == big.total(rows)
    assert [book[f"{c}{last}"] for c in "ABDE"] == [read[f"{c}{last}"] for c in "ABDE"]
    assert book[f"C{last}"] == big.record(rows)[2]
    assert sum(float(str(book[f"F{n}"])) for n in range(2, last + 1)) == big.total(rows)


def _budget_csv(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("data/budget.csv")
