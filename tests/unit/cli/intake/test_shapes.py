"""Printed sheets made straight: where the header is, what a title says, which rows are data."""

from collections.abc import Iterator, Sequence

import pytest

from cli.intake.cells import Row, Sheet
from cli.intake.mapping import Dialect
from cli.intake.shapes import fa_detail, ikpa, titles, withdrawal_plan
from cli.intake.tables import Table
from ledger.errors import InputRefused, Origin

DIALECT = Dialect()


def _sheet(*rows: Sequence[str]) -> Sheet:
    def given() -> Iterator[Row]:
        return (Row(n, tuple(cells), "a") for n, cells in enumerate(rows, 1))

    return Sheet("a", given)


def _records(table: Table) -> list[dict[str, str]]:
    return [
        {name: cell for name, cell in zip(table.header.cells, row.cells, strict=True) if cell}
        for row in table.rows()
    ]


FA = (
    ("LAPORAN TA 2025",),
    ("Periode Juli 2025",),
    ("Satuan Kerja", "", "007130", "SATKER CONTOH"),
    ("Uraian", "", "Pagu Revisi", "Lock Pagu", "Realisasi TA 2025", "", "", "%", "SISA"),
    ("", "", "", "", "Periode Lalu", "Periode Ini", "s.d. Periode"),
    ("JUMLAH SELURUHNYA", "", "10", "0", "1", "2", "3", "0.3", "7"),
    ("WA", "Dukungan", "10", "0", "1", "2", "3", "0.3", "7"),
    ("WA.3355", "Pembinaan", "10", "0", "1", "2", "3", "0.3", "7"),
    ("", "yang panjang"),
    ("Uraian", "", "Pagu Revisi", "Lock Pagu", "Realisasi TA 2025", "", "", "%", "SISA"),
    ("EBA", "Layanan", "10", "0", "1", "2", "3", "0.3", "7"),
    ("*Lock Pagu adalah catatan",),
)


def test_fa_detail_joins_wrapped_names_and_passes_over_page_headers() -> None:
    table = fa_detail.straighten(_sheet(*FA), DIALECT)
    found = _records(table)
    assert [(row["baris"], row["daun"], row["pagu"]) for row in found] == [
        ("jumlah", "tidak", "10"),
        ("program", "tidak", "10"),
        ("kegiatan", "tidak", "10"),
        ("kro", "ya", "10"),
    ]
    assert found[2]["uraian"] == "Pembinaan yang panjang"
    assert {(row["tahun"], row["sampai"], row["satker"]) for row in found} == {
        ("2025", "2025-07-31", "007130")
    }
    assert table.refusals == []


def test_a_title_is_placed_where_it_stands() -> None:
    table = fa_detail.straighten(_sheet(*FA), DIALECT)
    row = next(table.rows())
    places = dict(zip(table.header.cells, range(len(table.header.cells)), strict=True))
    assert row.origin(places["tahun"]) == Origin("a", 1, "A1")
    assert row.origin(places["sampai"]) == Origin("a", 2, "A2")
    assert row.origin(places["satker"]) == Origin("a", 3, "C3")
    assert row.origin(places["pagu"]) == Origin("a", 6, "C6")


def test_a_row_with_amounts_and_no_known_code_is_not_passed_over() -> None:
    table = fa_detail.straighten(_sheet(*FA, ("???", "", "5", "", "", "", "", "", "")), DIALECT)
    list(table.rows())
    assert [(r.code, r.text, r.origin.cell) for r in table.refusals] == [
        ("row-not-understood", "???", "A13")
    ]
    list(table.rows())
    assert len(table.refusals) == 1


@pytest.mark.parametrize(
    ("row", "cells", "code", "cell"),
    [
        (0, ("LAPORAN TA 2024",), "fiscal-year-differs", "A1"),
        (1, ("Periode Julober 2025",), "date-broken", "A2"),
        (2, ("Satuan Kerja", "", "7130", "X"), "form-other", "C3"),
        (2, ("Kosong",), "title-missing", None),
    ],
)
def test_a_title_that_cannot_be_right_is_refused_alone(
    row: int, cells: tuple[str, ...], code: str, cell: str | None
) -> None:
    page = [*FA]
    page[row] = cells
    with pytest.raises(InputRefused) as refused:
        fa_detail.straighten(_sheet(*page), DIALECT)
    assert [(r.code, r.origin.cell) for r in refused.value.refusals] == [(code, cell)]


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("TAHUN ANGGARAN 2025", "2025"),
        ("LAPORAN REALISASI TA 2024", "2024"),
        ("TA. 2023", "2023"),
        ("Tahun: 2025", "2025"),
        ("KOTA 2025", None),
        ("TA 20251", None),
    ],
)
def test_a_year_is_read_from_a_title(cell: str, year: str | None) -> None:
    assert titles.year_in(cell) == year


MONTHS = ("JAN", "FEB", "MAR", "APR", "MEI", "JUN", "JUL", "AGU", "SEP", "OKT", "NOV", "DES")


def test_months_are_found_by_their_headers_whatever_lies_between() -> None:
    header = ["KODE", "URAIAN"]
    for month in MONTHS:
        header += [month, ""]
    plan = [["521211", "Bahan", *[""] * 24], ["524111", "Dinas", *[""] * 24]]
    plan[0][2], plan[0][24], plan[1][8] = "5", "7", "9"
    table = withdrawal_plan.straighten(
        _sheet(["POK SATKER X 007130"], header, *plan, [*[""] * 9, "ttd"]), DIALECT
    )
    first, second = _records(table)
    assert (first["bulan_1"], first["bulan_12"], first["satker"]) == ("5", "7", "007130")
    assert second["bulan_4"] == "9"
    row = next(table.rows())
    at = table.header.cells.index("bulan_12")
    assert row.origin(at).cell == "Y3"


def test_a_print_without_one_month_is_no_plan() -> None:
    with pytest.raises(InputRefused, match="layout-other"):
        withdrawal_plan.straighten(_sheet(["KODE", *MONTHS[:-1]]), DIALECT)


NAMES = ("Revisi DIPA", "Capaian Output", "Nilai Total", "Konversi Bobot", "Nilai Akhir")


def _ikpa(header: Sequence[str], *more: Sequence[str]) -> Sheet:
    return _sheet(
        ["INDIKATOR PELAKSANAAN ANGGARAN TAHUN ANGGARAN 2023"],
        ["Sampai Dengan : JULI"],
        ["Kode Satker", "Uraian", "Keterangan", *header],
        ["'007130", "SATU", "Nilai", "100", "90", "95", "100%", "95"],
        ["", "", "Bobot", "10", "25"],
        ["", "", "Nilai Akhir", "10", "22.5"],
        *more,
    )


@pytest.mark.parametrize(
    "header",
    [NAMES, ("Revisi DIPA", "", *NAMES[1:]), ("Revisi DIPA", *NAMES[1:4], NAMES[4], "")],
    ids=["right", "one to the right", "right, an empty cell after"],
)
def test_scores_stand_under_their_names_though_the_header_moved(header: Sequence[str]) -> None:
    found = _records(ikpa.straighten(_ikpa(header), DIALECT))
    scores = {r["indikator"]: r["nilai"] for r in found if r["jenis"] == "nilai"}
    assert scores == dict(zip(NAMES, ("100", "90", "95", "100%", "95"), strict=True))
    assert {(r["satker"], r["tahun"], r["sampai"]) for r in found} == {("'007130", "2023", "07")}


def test_a_satker_without_its_three_rows_is_refused() -> None:
    table = ikpa.straighten(_ikpa(NAMES, ["'007141", "DUA", "Nilai", "1"]), DIALECT)
    list(table.rows())
    assert [(r.code, r.origin.cell) for r in table.refusals] == [("rows-missing", "A7")]


def test_a_list_without_its_last_columns_is_refused() -> None:
    with pytest.raises(InputRefused) as refused:
        ikpa.straighten(_ikpa(("Revisi DIPA", "Capaian Output", "A", "B", "C")), DIALECT)
    assert {r.code for r in refused.value.refusals} == {"column-missing"}
    assert len(refused.value.refusals) == 3
