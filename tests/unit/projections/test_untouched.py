"""Whether a code was left as it was: proved only where every revision between says so."""

from typing import Any

import pytest

from projections.untouched import readings, unknown_spans, verdict_of
from tests.book import SATKER, YEAR, Book, revised, stated

RO = [("6709.QGE.001", 30), ("6709.QGE.003", 20)]
MOVED = [("6709.QGE.001", 30), ("6709.QGE.003", 25)]


def _book(*lines: Any) -> Book:
    """A revision from 0 on for each list of lines; None for one that is known by its total."""
    book = Book()
    for number, listed in enumerate(lines):
        book.add(revised(number, f"2024-{number + 1:02d}-01", 50))
        if listed is not None:
            book.add(stated(number, "ro", listed))
    return book


def _found(
    book: Book, first: int, last: int, code: str = "6709.QGE.001", level: str = "ro"
) -> tuple[str, list[tuple[int, int]]]:
    found = readings(book.columns(), (SATKER, YEAR), code, level, first, last)
    return verdict_of(found), list(unknown_spans(found))


def test_equal_lines_in_every_revision_prove_that_nothing_was_touched() -> None:
    assert _found(_book(RO, MOVED, RO), 0, 2) == ("untouched", [])
    assert _found(_book(RO, MOVED, RO), 0, 2, "6709.QGE.003") == ("touched", [])


def test_a_revision_known_by_its_total_alone_proves_nothing() -> None:
    assert _found(_book(RO, None, None, RO), 0, 3) == ("not-provable", [(1, 2)])
    assert _found(_book(RO, None, RO, None), 0, 3) == ("not-provable", [(1, 1), (3, 3)])


def test_two_revisions_that_differ_prove_a_touch_whatever_is_unknown_between() -> None:
    assert _found(_book(RO, None, MOVED), 0, 2, "6709.QGE.003") == ("touched", [(1, 1)])


def test_a_revision_that_is_not_recorded_or_void_is_unknown() -> None:
    assert _found(_book(RO, RO), 0, 2) == ("not-provable", [(2, 2)])
    book = _book(RO, RO, RO)
    book.void(2)
    assert _found(book, 0, 2) == ("not-provable", [(1, 1)])


def test_a_code_that_no_full_list_has_was_not_there_and_stays_so() -> None:
    assert _found(_book(RO, RO), 0, 1, "6709.QGE.999") == ("untouched", [])
    added = [*RO, ("6709.QGE.999", 0)]
    assert _found(_book(RO, added), 0, 1, "6709.QGE.999") == ("touched", [])


def test_a_partial_list_says_nothing_of_the_codes_that_it_lacks() -> None:
    assert _found(_book(RO[:1], RO[:1]), 0, 1) == ("untouched", [])
    assert _found(_book(RO[:1], RO[:1]), 0, 1, "6709.QGE.003")[0] == "not-provable"


def test_money_moved_within_a_code_is_a_touch_even_when_its_sum_stays() -> None:
    kegiatan = ("6709", "kegiatan")
    other = [("6709.QGE.001", 20), ("6709.QGE.003", 30)]
    assert _found(_book(RO, RO), 0, 1, *kegiatan) == ("untouched", [])
    assert _found(_book(RO, other), 0, 1, *kegiatan) == ("touched", [])


def test_lists_of_different_dimensions_are_compared_by_their_amounts() -> None:
    book = _book(RO)
    book.add(revised(1, "2024-02-01", 50))
    book.add(stated(1, "kegiatan", [("6709", 50)]))
    assert _found(book, 0, 1, "6709", "kegiatan") == ("untouched", [])


def test_an_amount_that_is_unknown_is_not_a_zero() -> None:
    unknown = [("6709.QGE.001", None), ("6709.QGE.003", 20)]
    assert _found(_book(RO, unknown), 0, 1) == ("not-provable", [(1, 1)])


def test_a_correction_counts_with_its_new_value() -> None:
    book = _book(RO, MOVED)
    book.correct(3, "amount", 20, line=1)
    assert _found(book, 0, 1, "6709.QGE.003") == ("untouched", [])


def test_each_reading_names_the_entries_that_it_rests_on() -> None:
    found = readings(_book(RO, None).columns(), (SATKER, YEAR), "6709.QGE.001", "ro", 0, 1)
    assert [(reading.events, reading.coverage, reading.pagu) for reading in found] == [
        ((0, 1), "full", 30),
        ((2,), "total-only", None),
    ]


def test_a_span_that_ends_before_it_begins_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="3, 2"):
        readings(Book().columns(), (SATKER, YEAR), "x", "ro", 3, 2)
