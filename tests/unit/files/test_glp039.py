"""The report says what its facts say, in the cells that they name."""

import io
import zipfile
from xml.etree import ElementTree

import pytest

from tests.files import glp039
from tests.files.grid import java_number, letters, position
from tests.files.model import budget
from tests.unit.files.reading import (
    SPREADSHEET,
    Cells,
    calamine_cells,
    csv_cells,
    indonesian,
    placed,
    raw_cells,
    sums,
)

MODEL = budget()


def _read(data: bytes, kind: str) -> Cells:
    return csv_cells(data, ";") if kind == "csv" else raw_cells(data)


def _is(value: object, cell: object) -> bool:
    if isinstance(value, int) and isinstance(cell, str):
        return indonesian(cell) == value
    return value == cell


def _columns_of(cells: Cells, row: int) -> set[str]:
    return {letters(column) for at, column in map(position, cells) if at == row}


@pytest.mark.parametrize("kind", glp039.KINDS)
@pytest.mark.parametrize("leading", [0, 3])
def test_every_fact_stands_in_its_cell(kind: str, leading: int) -> None:
    cells = _read(glp039.make(MODEL, kind, leading), kind)
    known = glp039.facts(MODEL, kind, leading)
    stated = dict(known.stated)
    assert str(stated.pop("year").value) in str(cells[f"A{leading + 1}"])
    assert cells[f"A{leading + 3}"] == "Periode Juli 2025"
    assert stated.pop("month").cell == f"A{leading + 3}"
    wanted = [*stated.values(), *(v for leaf in known.leaves for v in leaf.values.values())]
    assert [p for p in wanted if not _is(p.value, cells[p.cell])] == []
    assert len(placed(known)) == len(wanted) + 2


@pytest.mark.parametrize("kind", glp039.KINDS)
def test_leaves_add_up_to_the_totals(kind: str) -> None:
    known = glp039.facts(MODEL, kind)
    assert sums(known) == known.totals
    assert known.totals["pagu"] == MODEL.last.total
    assert known.totals["sd"] == sum(p.amount for p in MODEL.payments) - sum(
        r.amount for r in MODEL.refunds
    )
    assert {k: v.value for k, v in known.stated.items() if k in known.totals} == known.totals


def test_leaf_names_are_the_pieces_of_their_rows_joined() -> None:
    cells = raw_cells(glp039.make(MODEL))
    for leaf in glp039.facts(MODEL).leaves:
        text, row = str(cells[f"N{leaf.row}"]), leaf.row + 1
        while f"N{row}" in cells and f"Q{row}" not in cells:
            text, row = f"{text} {cells[f'N{row}']}", row + 1
        assert text == f"{leaf.code['item']}. {leaf.name}"


def test_the_workbook_is_as_the_report_server_writes_it() -> None:
    with zipfile.ZipFile(io.BytesIO(glp039.make(MODEL))) as archive:
        assert "xl/sharedStrings.xml" not in archive.namelist()
        assert 'name="GLP039_LAPORAN REALISASI SUPER "' in archive.read("xl/workbook.xml").decode()
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "E10</v>" in sheet
    assert "<v>521211.0</v>" in sheet
    merges = ElementTree.fromstring(sheet).findall(f".//{SPREADSHEET}mergeCell")
    assert len(merges) > 60


@pytest.mark.parametrize("kind", ["xlsx", "akun"])
def test_a_reader_of_workbooks_sees_the_same(kind: str) -> None:
    data = glp039.make(MODEL, kind)
    assert calamine_cells(data) == raw_cells(data)


def test_the_columns_are_those_of_the_report() -> None:
    cells = raw_cells(glp039.make(MODEL))
    assert (cells["A1"], cells["O6"]) == ("LAPORAN KETERSEDIAAN DANA DETAIL TA 2025", "007130")
    assert [cells[c] for c in ("Q7", "S7", "AC7", "AD7")] == [
        "Pagu Revisi", "Lock Pagu", "%", "SISA ANGGARAN",
    ]  # fmt: skip
    assert [cells[c] for c in ("W8", "X8", "Y8")] == ["Periode Lalu", "Periode Ini", "s.d. Periode"]
    assert cells["A9"] == "JUMLAH SELURUHNYA"
    assert _columns_of(cells, 9) == {"A", "Q", "S", "W", "X", "Y", "AC", "AD"}
    for row, texts in enumerate(("BD", "BI", "CG", "CK", "EJ", "FL", "HM", "N"), 10):
        assert _columns_of(cells, row) == {*texts, "Q", "S", "W", "X", "Z", "AC", "AE"}


def test_page_headers_come_again_and_a_footnote_ends_the_page() -> None:
    cells = raw_cells(glp039.make(MODEL))
    assert sum(value == "Uraian" for value in cells.values()) == 3
    assert sum(str(value).startswith("LAPORAN") for value in cells.values()) == 2
    assert str(list(cells.values())[-1]).startswith("*Lock Pagu")


def test_a_repeated_account_row_adds_no_other_cell() -> None:
    once, again = (raw_cells(glp039.make(MODEL, "akun", repeated=r)) for r in (False, True))
    more = {cell: value for cell, value in again.items() if cell not in once}
    assert {value for cell, value in more.items() if cell[0] == "H"} == {524114.0}
    assert len(more) == 8


@pytest.mark.parametrize("kind", glp039.KINDS)
def test_a_twin_differs_in_the_named_cells_alone(kind: str) -> None:
    good = _read(glp039.make(MODEL, kind), kind)
    for twin in glp039.spoiled(MODEL, kind):
        if twin.name in {"truncated", "missing_column", "leaf_missing"}:
            continue
        bad = _read(twin.data, kind)
        assert {c for c in good if good[c] != bad.get(c)} == set(twin.cells), twin.name


def test_numbers_are_written_as_java_writes_them() -> None:
    pairs = {0: "0.0", 521211.0: "521211.0", 20373920000: "2.037392E10", -5e7: "-5.0E7"}
    assert {value: java_number(value) for value in pairs} == pairs
