"""Revisions: what held when, who speaks, and what a void or a disagreement does."""

from datetime import date
from typing import Any

import pytest

from projections.position import Position
from projections.revisions import SCHEMA, held_at, revision_rows, revisions
from tests.book import Book, document, revised, stated

DIPA = ("banjarbaru", 2024)


def _book(*drafts: Any) -> Book:
    book = Book()
    book.add_all(drafts)
    return book


def _rows(book: Book, *names: str, **position: Any) -> list[tuple[Any, ...]]:
    table = revisions(book.columns(), Position(**position))
    assert table.schema == SCHEMA
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


def _spans(book: Book, **position: Any) -> list[tuple[Any, ...]]:
    return _rows(book, "revision", "effective_from", "effective_until", **position)


def _held(book: Book, **position: Any) -> tuple[int | str | None, int | None]:
    """(number of the revision held, 'none' without one; the voiding event)."""
    asked = Position(**position)
    held = held_at(revision_rows(book.columns(), asked)[DIPA], asked)
    return ("none" if held.row is None else held.row["revision"]), held.voided_by


def _on(book: Book, *days: str, **position: Any) -> list[int | str | None]:
    return [_held(book, as_of=date.fromisoformat(day), **position)[0] for day in days]


THREE = (
    revised(0, "2023-11-24", 10),
    revised(1, "2024-02-13", 12),
    revised(2, "2024-04-01", 12),
)


def test_a_revision_holds_to_the_day_before_the_next_and_the_last_to_the_end_of_the_year() -> None:
    book = _book(*THREE)
    assert _spans(book) == [
        (0, "2023-11-24", "2024-02-12"),
        (1, "2024-02-13", "2024-03-31"),
        (2, "2024-04-01", "2024-12-31"),
    ]
    days = ("2023-11-23", "2023-11-24", "2024-02-12", "2024-02-13", "2024-03-31", "2024-04-01")
    assert _on(book, *days) == ["none", 0, 0, 1, 1, 2]
    assert _on(book, "2024-12-31", "2025-01-01") == [2, "none"]


def test_the_day_before_the_first_of_march_is_that_of_a_leap_year() -> None:
    book = _book(revised(0, "2024-01-01"), revised(1, "2024-03-01"))
    assert _spans(book)[0] == (0, "2024-01-01", "2024-02-29")


def test_of_two_revisions_on_one_day_the_higher_number_holds() -> None:
    book = _book(revised(0, "2024-01-01"), revised(1, "2024-05-02"), revised(2, "2024-05-02"))
    assert _on(book, "2024-05-01", "2024-05-02", "2024-06-01") == [0, 2, 2]
    assert _held(book, revision=1) == (1, None)
    assert _spans(book)[0] == (0, "2024-01-01", "2024-05-01")


def test_a_date_before_its_predecessor_s_decides_on_the_date_axis_and_the_number_elsewhere() -> (
    None
):
    book = _book(
        revised(0, "2024-01-01", 1), revised(1, "2024-06-01", 2), revised(2, "2024-03-01", 3)
    )
    assert _spans(book) == [
        (0, "2024-01-01", "2024-02-29"),
        (1, "2024-06-01", "2024-12-31"),
        (2, "2024-03-01", "2024-05-31"),
    ]
    assert _on(book, "2024-04-01", "2024-07-01") == [2, 1]
    assert _held(book)[0] == 2
    assert _rows(book, "delta") == [(None,), (1,), (1,)]


def test_a_revision_dated_after_its_year_holds_on_its_own_day() -> None:
    book = _book(revised(0, "2024-01-01"), revised(1, "2025-01-02"))
    assert _spans(book)[1] == (1, "2025-01-02", "2025-01-02")
    assert _on(book, "2025-01-01", "2025-01-02", "2025-01-03") == [0, 1, "none"]


def test_a_revision_without_a_date_holds_on_no_day() -> None:
    book = _book(revised(0, "2024-01-01"), revised(1), revised(2, "2024-03-01"))
    assert _spans(book)[1] == (1, None, None)
    assert _on(book, "2024-02-01", "2024-03-01") == [0, 2]
    assert _held(book, revision=1) == (1, None)


def test_a_void_gives_its_days_to_the_one_before_and_is_answered_as_void_by_number() -> None:
    book = _book(*THREE)
    by = book.void(1)
    assert _on(book, "2024-02-13", "2024-03-31", "2024-04-01") == [0, 0, 2]
    assert _held(book, revision=1) == ("none", by)
    assert _spans(book) == [
        (0, "2023-11-24", "2024-03-31"),
        (1, None, None),
        (2, "2024-04-01", "2024-12-31"),
    ]
    assert _rows(book, "voided_by", "delta") == [(None, None), (by, None), (None, 2)]


def test_the_first_and_the_last_skip_what_is_void() -> None:
    book = _book(*THREE)
    assert [_held(book, revision="awal")[0], _held(book, revision="akhir")[0]] == [0, 2]
    book.void(0)
    book.void(2)
    assert [_held(book, revision="awal")[0], _held(book, revision="akhir")[0]] == [1, 1]
    book.void(1)
    assert [_held(book, revision="awal"), _held(book)] == [("none", None)] * 2


def test_a_number_nobody_stated_is_not_held() -> None:
    assert _held(_book(*THREE), revision=7) == ("none", None)


def test_by_posting_the_posting_date_decides() -> None:
    book = _book(
        revised(0, "2024-01-01", posted="2024-01-05"),
        revised(1, "2024-02-01", posted="2024-03-10"),
        revised(2, "2024-03-01"),
    )
    assert _spans(book, by="posting") == [
        (0, "2024-01-05", "2024-03-09"),
        (1, "2024-03-10", "2024-12-31"),
        (2, None, None),
    ]
    assert _on(book, "2024-02-15", by="posting") == [0]
    assert _on(book, "2024-02-15") == [1]


def test_the_unnumbered_state_comes_last_and_is_the_last() -> None:
    book = _book(revised(None, "2024-02-01", 5), revised(0, "2024-01-01", 3), revised(13, None, 4))
    assert _rows(book, "revision") == [(0,), (13,), (None,)]
    assert _held(book)[0] is None
    assert _rows(book, "delta") == [(None,), (1,), (1,)]
    assert _on(book, "2024-01-31", "2024-02-01") == [0, None]


def test_one_document_speaks_and_the_others_are_candidates() -> None:
    book = _book(
        document("dipa", dated="2024-01-01"),
        document("lkj", "LKJ", dated="2025-01-16"),
        revised(0, "2024-01-02", 6, document="lkj"),
        revised(0, "2024-01-01", 5, document="dipa"),
    )
    assert _rows(book, "pagu", "date", "document", "event", "candidates", "disagree") == [
        (5, "2024-01-01", "dipa", 3, [2, 3], True)
    ]


@pytest.mark.parametrize(
    ("total", "dated", "disagree"),
    [(5, "2024-01-01", False), (6, "2024-01-01", True), (5, "2024-01-02", True), (5, None, True)],
)
def test_candidates_disagree_in_total_or_date(
    total: int, dated: str | None, disagree: bool
) -> None:
    book = _book(revised(0, "2024-01-01", 5, document="a"), revised(0, dated, total, document="b"))
    assert _rows(book, "disagree") == [(disagree,)]


def test_a_correction_ends_a_disagreement() -> None:
    book = _book(revised(0, "2024-01-01", 5, document="a"))
    other = book.add(revised(0, "2024-01-01", 6, document="b"))
    by = book.correct(other, "total", 5)
    assert _rows(book, "disagree", "corrected_by") == [(False, None)]
    book.void(0)
    assert _rows(book, "document", "corrected_by", "candidates") == [("b", by, [1])]


def test_a_voided_candidate_steps_back_and_the_revision_stands() -> None:
    book = _book(
        document("dipa"),
        document("lkj", "LKJ"),
        revised(0, "2024-01-01", 5, document="dipa"),
        revised(0, "2024-01-01", 6, document="lkj"),
    )
    book.void(2)
    assert _rows(book, "pagu", "document", "voided_by", "candidates", "disagree") == [
        (6, "lkj", None, [3], False)
    ]


def test_what_was_stated_anew_after_a_void_speaks() -> None:
    book = _book(revised(0, "2024-01-01", 5))
    book.void(0)
    again = book.add(revised(0, "2024-01-01", 7))
    assert _rows(book, "pagu", "event", "voided_by") == [(7, again, None)]


def test_a_difference_needs_both_totals() -> None:
    book = _book(revised(0, None, 5), revised(1), revised(2, None, 9), revised(3, None, 7))
    assert _rows(book, "delta") == [(None,), (None,), (None,), (-2,)]


def test_coverage_is_said_of_every_revision() -> None:
    book = _book(
        revised(0, None, 3),
        stated(0, "ro", [("a", 1), ("b", 2)]),
        revised(1, None, 3),
        stated(1, "ro", [("a", 1)], coverage="partial"),
        revised(2, None, 3),
        revised(3),
        stated(3, "ro", [("a", 1)]),
        revised(4),
        stated(4, "ro", [("a", 1)], coverage="partial"),
        revised(5),
        stated(5, "ro", [("a", 1)], parts=2),
        revised(6, None, 3),
        stated(6, "ro", [("a", 3), ("b", None)]),
    )
    assert _rows(book, "revision", "coverage") == [
        (0, "full"),
        (1, "partial"),
        (2, "total-only"),
        (3, "full"),
        (4, "partial"),
        (5, "partial"),
        (6, "partial"),
    ]


def test_authority_is_the_source_s_field_else_read_from_its_reason() -> None:
    book = _book(
        revised(0),
        revised(1, reason="Revisi DJA"),
        revised(2, reason="Revisi DJA", authority=["kanwil-djpb"], kinds=None),
        revised(3, reason="Revisi DJA", authority=None, kinds=["pok"]),
    )
    assert _rows(book, "authority", "kinds", "authority_source") == [
        ([], [], None),
        (["dja"], [], "reason"),
        (["kanwil-djpb"], None, "field"),
        (None, ["pok"], "field"),
    ]


def test_an_odd_year_in_a_date_stops_nothing() -> None:
    book = _book(revised(0, "0224-01-01", 5, reason="Revisi DJA"))
    assert _rows(book, "authority", "effective_until") == [(["dja"], "2024-12-31")]


def test_satkers_and_years_stay_apart() -> None:
    book = _book(
        revised(0, "2024-01-01", 5, satker="b"),
        revised(0, "2024-01-01", 3, satker="a"),
        revised(0, "2023-01-01", 4, satker="a", fiscal_year=2023),
        revised(1, "2024-02-01", 4, satker="a"),
    )
    assert _rows(book, "satker", "fiscal_year", "revision", "delta") == [
        ("a", 2023, 0, None),
        ("a", 2024, 0, None),
        ("a", 2024, 1, 1),
        ("b", 2024, 0, None),
    ]


def test_no_revision_is_an_empty_table() -> None:
    assert _rows(_book(), "revision") == []
