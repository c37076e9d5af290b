"""Shifts between satker: which revisions belong together, and what they come to."""

from typing import Any

import pytest

from projections.position import Position
from projections.shifts import shifts
from tests.book import Book, document, revised, satker

PA = "Revisi Direktorat PA karena pergeseran anggaran"
LETTER = "Pergeseran anggaran antar satker sesuai surat nomor S-12/PB.2/2024"


def _book(*moves: tuple[str, int | None, str], **fields: Any) -> Book:
    """Each satker starts at 1000 and is revised once: (key, total then, reason)."""
    book = Book()
    for key, total, reason in moves:
        name = f"dipa-{key}"
        book.add_all([satker(key), document(name)])
        book.add(revised(0, "2023-12-01", 1000, satker=key, document=name))
        book.add(revised(1, "2024-05-02", total, satker=key, reason=reason,
                         **{"document": name, **fields}))  # fmt: skip
    return book


def _rows(book: Book) -> list[dict[str, Any]]:
    return list(shifts(book.columns(), Position()).to_pylist())


def _verdicts(book: Book) -> list[tuple[str, str, int | None]]:
    return [(row["basis"], row["verdict"], row["sum"]) for row in _rows(book)]


def test_what_one_gives_another_gets() -> None:
    (row,) = _rows(_book(("a", 900, LETTER), ("b", 1060, LETTER), ("c", 1040, LETTER)))
    assert (row["basis"], row["reference"]) == ("letter", "S-12/PB.2/2024")
    assert (row["sum"], row["verdict"]) == (0, "zero")
    assert [(m["satker"], m["revision"], m["delta"]) for m in row["members"]] == [
        ("a", 1, -100), ("b", 1, 60), ("c", 1, 40),
    ]  # fmt: skip
    assert row["regulation"] == "PMK 62/2023, p. 154"


def test_a_rupiah_too_much_is_a_difference_and_an_unknown_member_no_zero() -> None:
    assert _verdicts(_book(("a", 900, LETTER), ("b", 1101, LETTER))) == [("letter", "differs", 1)]
    assert _verdicts(_book(("a", 900, LETTER), ("b", None, LETTER))) == [
        ("letter", "unknown", None)
    ]


def test_without_a_letter_one_document_or_one_day_and_authority_binds_them() -> None:
    moves = ("a", 900, PA), ("b", 1100, PA)
    assert _verdicts(_book(*moves)) == [("date", "zero", 0)]
    assert _verdicts(_book(*moves, document="dipa-a")) == [("document", "zero", 0)]
    other = "Pergeseran antar satker oleh Kanwil"
    assert _verdicts(_book(("a", 900, PA), ("b", 1100, other))) == [
        ("alone", "unknown", None), ("alone", "unknown", None),
    ]  # fmt: skip


def test_documents_of_one_number_are_one() -> None:
    book = Book()
    for key, total in (("a", 900), ("b", 1100)):
        book.add(satker(key))
        named = document(f"sp-{key}")
        object.__setattr__(named, "number", "SP-7/2024")
        book.add(named)
        book.add(revised(0, "2023-12-01", 1000, satker=key, document=f"sp-{key}"))
        book.add(revised(1, f"2024-05-0{total // 500}", total, satker=key, reason=PA,
                         document=f"sp-{key}"))  # fmt: skip
    (row,) = _rows(book)
    assert (row["basis"], row["reference"], row["verdict"]) == ("document", "SP-7/2024", "zero")


@pytest.mark.parametrize(
    "reason",
    [
        None,
        "Revisi POK",
        "Revisi Direktorat PA karena penambahan pagu",
        "Revisi Direktorat PA: pergeseran dan penambahan anggaran",
        "Revisi Kanwil karena pergeseran antar RO",
        "Revisi DJA karena pergeseran anggaran",
    ],
)
def test_other_revisions_are_no_shifts_between_satker(reason: str) -> None:
    assert _rows(_book(("a", 900, reason), ("b", 1100, reason))) == []


@pytest.mark.parametrize(
    "words",
    ["antar satker", "antarsatker", "Antar Satuan Kerja", "antar-Kanwil", "antar eselon I"],
)
def test_words_that_name_several_satker_make_a_shift(words: str) -> None:
    assert _verdicts(_book(("a", 900, f"Kanwil: pergeseran {words}"),
                           ("b", 1100, f"Kanwil: pergeseran {words}"))) == [
        ("date", "zero", 0)
    ]  # fmt: skip


def test_a_field_says_it_where_the_source_has_one() -> None:
    fields = {"authority": ["kanwil-djpb"], "kinds": ["antar-satker"]}
    assert _verdicts(_book(("a", 900, "x"), ("b", 1100, "y"), **fields)) == [("date", "zero", 0)]


def test_a_voided_member_leaves_the_group() -> None:
    book = _book(("a", 900, LETTER), ("b", 1100, LETTER), ("c", 1000, LETTER))
    book.void(3)
    assert _verdicts(book) == [("letter", "differs", 100)]


def test_another_year_is_another_group() -> None:
    book = _book(("a", 900, LETTER))
    book.add(satker("b"))
    for revision, total in ((0, 1000), (1, 1100)):
        book.add(revised(revision, "2025-05-02", total, satker="b", fiscal_year=2025,
                         reason=LETTER, document="dipa-a"))  # fmt: skip
    found = [(row["fiscal_year"], row["basis"]) for row in _rows(book)]
    assert found == [(2024, "alone"), (2025, "alone")]
