"""Serapan: totals beside sums, what is left, percentages, and years known only as claims."""

from datetime import date
from typing import Any

import pytest

from ledger import streams
from ledger.events import FigurePublished, Place
from projections.absorption import absorption, claimed_absorption, percentage
from projections.position import Position
from tests.book import SATKER, Book, document, revised, stated
from tests.unit.projections.test_realisation import spent

RO = "6709.QGE.001"
OTHER = "6709.RAN.001"


def book_with_lines() -> Book:
    book = Book()
    book.add(document("dipa-r0", dated="2023-11-24"))
    book.add(document("lkj-2024", "LKJ", published="2025-01-16"))
    book.add(revised(0, "2023-11-24", 1_000))
    book.add(stated(0, "ro", [(RO, 700), (OTHER, 0)]))
    return book


def rows(book: Book, position: Position | None = None, level: str = "ro") -> list[dict[str, Any]]:
    table = absorption(book.columns(), position or Position(), level)
    return table.to_pylist()  # type: ignore[no-any-return]


def test_a_row_has_what_was_spent_what_is_left_and_the_share() -> None:
    book = book_with_lines()
    book.add(spent(350, "2024-01-01", "2024-12-31"))
    _, line, empty, left = rows(book)
    assert (line["code"], line["realisasi"], line["sisa"], line["persen"]) == (
        RO,
        350,
        350,
        "50.00",
    )
    assert (empty["realisasi"], empty["persen"]) == (None, None), "pagu 0 gives no percentage"
    assert (left["code"], left["pagu"], left["realisasi"]) == (None, 300, None)


def test_the_stated_total_stays_the_total_with_the_sum_beside_it() -> None:
    book = book_with_lines()
    book.add(spent(350, "2024-01-01", "2024-12-31"))
    book.add(spent(340, "2024-01-01", "2024-12-31", dimension="total", code=None))
    total, *_, left = rows(book)
    assert total["realisasi"] == total["realisasi_stated"] == 340
    assert total["realisasi_sum"] == 350
    assert total["unallocated"] == -10
    assert left["realisasi"] == -10


def test_two_dimensions_of_one_amount_are_never_added() -> None:
    book = book_with_lines()
    book.add(spent(350, "2024-01-01", "2024-12-31"))
    book.add(spent(350, "2024-01-01", "2024-12-31", dimension="jenis-belanja", code="52"))
    assert rows(book)[0]["realisasi"] == 350
    assert rows(book, level="jenis-belanja")[0]["realisasi"] == 350


def test_in_the_middle_of_the_year_a_year_total_makes_the_answer_incomplete() -> None:
    book = book_with_lines()
    book.add(spent(350, "2024-01-01", "2024-12-31"))
    total, line, *_ = rows(book, Position(as_of=date(2024, 6, 30)))
    assert (total["complete"], line["complete"], line["realisasi"]) == (False, False, None)


def test_realisation_at_a_revision_counts_to_its_last_day() -> None:
    book = book_with_lines()
    book.add(revised(1, "2024-07-01", 2_000))
    book.add(spent(10, "2024-06-30"))
    book.add(spent(20, "2024-07-01"))
    assert rows(book, Position(revision=0))[0]["realisasi"] == 10
    assert rows(book, Position(revision=1))[0]["realisasi"] == 30


def test_what_was_spent_without_pagu_is_shown() -> None:
    book = book_with_lines()
    book.add(spent(5, "2024-03-01", code="9999.AAA.001"))
    line = next(row for row in rows(book) if row["code"] == "9999.AAA.001")
    assert (line["pagu"], line["realisasi"], line["basis"]) == (None, 5, "unknown")


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (1, 800, "0.13"),
        (0, 5, "0.00"),
        (5, 0, None),
        (None, 5, None),
        (5, None, None),
        (-1, 4, "-25.00"),
    ],
)
def test_a_percentage_is_rounded_half_up(
    part: int | None, whole: int | None, share: str | None
) -> None:
    assert percentage(part, whole) == share


def claim(measure: str, amount: int, code: str | None, sheet: str = "Tabel 20") -> FigurePublished:
    return FigurePublished(
        streams.report("lkj-2024"),
        0,
        satker=SATKER,
        fiscal_year=2023,
        subject="belanja",
        dimension="jenis-belanja" if code else "total",
        code=code,
        indicator=None,
        text="Belanja Pegawai" if code else None,
        measure=measure,
        value_type="amount",
        printed=str(amount),
        amount=amount,
        value=None,
        document="lkj-2024",
        read_from=None,
        place=Place(sheet=sheet),
    )


def test_a_year_without_entries_is_answered_by_claims() -> None:
    book = book_with_lines()
    book.add_all(
        [
            claim("anggaran", 200, "51"),
            claim("realisasi", 150, "51"),
            claim("anggaran", 210, None),
            claim("realisasi", 150, None),
        ]
    )
    total, line = claimed_absorption(book.columns(), SATKER, 2023).to_pylist()
    assert (total["pagu"], total["realisasi"], total["basis"]) == (210, 150, "claimed")
    assert (line["code"], line["name"], line["persen"]) == ("51", "Belanja Pegawai", "75.00")


def test_two_prints_of_one_figure_that_differ_give_none() -> None:
    book = book_with_lines()
    book.add_all([claim("realisasi", 150, "51"), claim("realisasi", 151, "51", "Bab III")])
    _, line = claimed_absorption(book.columns(), SATKER, 2023).to_pylist()
    assert line["realisasi"] is None


def test_claims_change_no_table() -> None:
    book = book_with_lines()
    before = rows(book)
    book.add(claim("realisasi", 150, "51"))
    assert rows(book) == before
