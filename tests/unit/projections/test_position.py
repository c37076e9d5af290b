"""The position: what was known then, and what the papers up to a day said."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.events import (
    DipaRevised,
    DocumentRegistered,
    EntryCorrected,
    ImportVoided,
    NewValue,
    Target,
)
from projections.columns import recorded_instants
from projections.pagu import pagu
from projections.position import Position, narrowed_to, size_known_at, visible
from projections.revisions import revisions
from tests.book import START, Book, document, revised, satker, stated


def _ticks(*seconds: int) -> Book:
    book = Book()
    for second in seconds:
        book.add(satker(), START + timedelta(seconds=second))
    return book


def _size(book: Book, second: float) -> int:
    instant = START + timedelta(seconds=second)
    return size_known_at(recorded_instants(book.leaves()), instant)


def test_the_size_known_at_an_instant_counts_events_up_to_it() -> None:
    book = _ticks(0, 1, 1, 5)
    assert [_size(book, second) for second in (0, 0.9, 1, 4.999999, 5, 99)] == [1, 1, 3, 3, 4, 4]


def test_before_the_first_event_nothing_was_known() -> None:
    assert _size(_ticks(0, 1), -0.000001) == 0
    assert size_known_at(recorded_instants([]), START) == 0


def test_a_clock_that_goes_back_hides_nothing_that_was_known_before() -> None:
    book = _ticks(0, 10, 3, 4, 11)
    assert _size(book, 3) == 1
    assert _size(book, 9) == 1
    assert _size(book, 10) == 4
    assert _size(book, 11) == 5


@given(st.lists(st.integers(0, 20), max_size=8), st.integers(-1, 21))
def test_the_size_is_that_before_the_first_running_maximum_beyond(
    seconds: list[int], at: int
) -> None:
    expected = 0
    while expected < len(seconds) and max(seconds[: expected + 1]) <= at:
        expected += 1
    assert _size(_ticks(*seconds), at) == expected


def test_an_instant_in_another_zone_is_the_same_instant() -> None:
    book = _ticks(0, 1)
    local = datetime.fromisoformat("2025-01-20T16:00:00+08:00")
    assert size_known_at(recorded_instants(book.leaves()), local) == 1


def _until(book: Book, day: str | None) -> tuple[list[str], tuple[str, ...], int]:
    """The documents whose revisions are left, the undated ones, and how many are left out."""
    cut = date.fromisoformat(day) if day else None
    seen = visible(book.columns(), Position(documents_until=cut))
    left = seen.columns.of(DipaRevised)["document"].to_pylist()
    return left, seen.undated_documents, seen.events_left_out


def test_without_a_cut_everything_is_visible() -> None:
    book = Book()
    book.add_all([document("a", dated="2024-01-01"), revised(0, document="a")])
    assert _until(book, None) == (["a"], (), 0)


def test_a_document_is_left_out_until_its_day_and_with_its_registration() -> None:
    book = Book()
    book.add_all([document("a", dated="2024-01-02"), revised(0, document="a")])
    assert _until(book, "2024-01-01") == ([], (), 2)
    assert _until(book, "2024-01-02") == (["a"], (), 0)


def test_the_day_of_publication_comes_before_the_date() -> None:
    book = Book()
    early = document("early", dated="2024-09-01", published="2024-01-01")
    late = document("late", dated="2024-01-01", published="2024-09-01")
    book.add_all([early, late, revised(0, document="early"), revised(1, document="late")])
    assert _until(book, "2024-05-01")[0] == ["early"]


def test_the_document_in_hand_comes_before_the_stating_one() -> None:
    book = Book()
    book.add_all(
        [
            document("dipa", dated="2024-01-01"),
            document("lkj", "LKJ", dated="2025-01-16"),
            revised(0, document="dipa", read_from="lkj"),
            revised(1, document="dipa"),
            revised(2, document="lkj", read_from="dipa"),
        ]
    )
    left = visible(book.columns(), Position(documents_until=date(2024, 6, 1)))
    assert left.columns.of(DipaRevised)["revision"].to_pylist() == [1, 2]
    assert left.columns.of(DocumentRegistered)["document"].to_pylist() == ["dipa"]
    assert left.events_left_out == 2


def test_undated_documents_are_kept_and_listed_where_they_are_in_hand() -> None:
    book = Book()
    book.add_all(
        [
            document("b"),
            document("a"),
            document("dipa", dated="2024-01-01"),
            revised(0, document="b"),
            revised(1, document="dipa", read_from="b"),
            revised(2, document="dipa"),
        ]
    )
    left, undated, left_out = _until(book, "2024-06-01")
    assert (left, undated, left_out) == (["b", "dipa", "dipa"], ("b",), 0)


def test_the_day_of_a_document_is_taken_as_corrected() -> None:
    book = Book()
    index = book.add(document("a", dated="2024-01-01"))
    book.add(revised(0, document="a"))
    book.correct(index, "dated", "2024-09-01")
    assert _until(book, "2024-05-01")[0] == []
    assert _until(book, "2024-09-01")[0] == ["a"]


def test_a_correction_on_a_later_document_is_left_out_and_one_without_is_kept() -> None:
    book = Book()
    book.add_all([document("a", dated="2024-01-01"), document("b", dated="2025-01-01")])
    index = book.add(revised(0, total=5, document="a"))
    stream = book.events[index].originator_id
    by_b = EntryCorrected(stream, 0, Target(1), "total", NewValue(amount=6), "salah", "b")
    book.add(by_b)
    seen = visible(book.columns(), Position(documents_until=date(2024, 6, 1)))
    assert revisions(seen.columns, Position())["pagu"].to_pylist() == [5]
    book.correct(index, "total", 7)
    seen = visible(book.columns(), Position(documents_until=date(2024, 6, 1)))
    assert revisions(seen.columns, Position())["pagu"].to_pylist() == [7]


def test_a_cut_by_documents_and_one_by_size_go_together() -> None:
    book = Book()
    book.add_all([document("a", dated="2024-01-01"), revised(0, document="a")])
    book.add(revised(1, document="a"))
    seen = visible(book.columns(), Position(size=2, documents_until=date(2024, 1, 1)))
    assert seen.columns.of(DipaRevised)["revision"].to_pylist() == [0]


def test_a_document_nobody_registered_is_kept_unlisted() -> None:
    book = Book()
    book.add(revised(0, document="nowhere"))
    assert _until(book, "2000-01-01") == (["nowhere"], (), 0)


def _imported(book: Book, index: int, import_id: str) -> tuple[int, str, bytes]:
    number, topic, leaf = book.leaves()[index]
    return number, topic, leaf.replace(b'"import":null', f'"import":"{import_id}"'.encode())


@pytest.mark.parametrize("size", [3, 4])
def test_an_import_voided_as_a_whole_brought_nothing_from_then_on(size: int) -> None:
    from projections.columns import decode

    book = Book()
    book.add_all([revised(0, total=5), revised(1, total=6), revised(2, total=7)])
    book.add(ImportVoided("impor/ab", 0, "ab", "salah", None))
    leaves = [book.leaves()[0], _imported(book, 1, "ab"), _imported(book, 2, "cd")]
    columns = decode([*leaves, book.leaves()[3]], 4)
    seen = visible(columns, Position(size=size))
    left = seen.columns.of(DipaRevised)["revision"].to_pylist()
    assert left == ([0, 1, 2] if size == 3 else [0, 2])


def test_narrowing_keeps_one_satker_and_year_and_what_amends_them() -> None:
    book = Book()
    index = book.add(revised(0, total=1))
    book.add_all([revised(0, satker="lain"), revised(0, fiscal_year=2023), document("d")])
    book.add(stated(0, "ro", [("a", 1)], satker="lain"))
    book.correct(index, "total", 9)
    narrow = narrowed_to(book.columns(), "banjarbaru", 2024)
    table = pagu(narrow, Position())
    assert table.select(["satker", "fiscal_year", "pagu"]).to_pylist() == [
        {"satker": "banjarbaru", "fiscal_year": 2024, "pagu": 9}
    ]
    assert narrow.of(DocumentRegistered).num_rows == 1
    years = narrowed_to(book.columns(), "banjarbaru", None).of(DipaRevised)["fiscal_year"]
    assert years.to_pylist() == [2024, 2023]
