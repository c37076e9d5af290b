"""Corrections and voids: the last standing one wins, and the original is never touched."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.events import DipaLinesStated, DipaRevised
from projections.columns import Columns
from projections.corrections import amendments, flat_lines, settle, settled_documents
from tests.book import Book, document, revised, stated


def _revision(columns: Columns) -> dict[str, Any]:
    (row,) = settle(columns.of(DipaRevised), amendments(columns)).to_pylist()
    return dict(row)


def _lines(columns: Columns, *names: str) -> list[tuple[Any, ...]]:
    table = flat_lines(columns.of(DipaLinesStated), amendments(columns))
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


def test_a_correction_of_a_value_sets_it_and_says_by_what() -> None:
    book = Book()
    book.add_all([document("x"), document("y")])
    index = book.add(revised(0, "2024-01-01", 5, reason="a"))
    before = _revision(book.columns())
    assert (before["total"], before["corrected_by"], before["voided_by"]) == (5, None, None)
    by = book.correct(index, "total", 6)
    row = _revision(book.columns())
    assert (row["total"], row["corrected_by"]) == (6, by)
    by = book.correct(index, "reason", "b")
    row = _revision(book.columns())
    assert (row["total"], row["reason"], row["corrected_by"]) == (6, "b", by)
    assert (row["dated"], row["index"]) == ("2024-01-01", index)


def test_a_correction_may_make_a_value_unknown() -> None:
    book = Book()
    index = book.add(revised(0, "2024-01-01", 5))
    book.correct(index, "total", None)
    book.correct(index, "dated", None)
    row = _revision(book.columns())
    assert (row["total"], row["dated"]) == (None, None)


def test_of_several_corrections_of_one_value_the_last_wins() -> None:
    book = Book()
    index = book.add(revised(0, total=5))
    book.correct(index, "total", 6)
    last = book.correct(index, "total", 7)
    assert _revision(book.columns())["total"] == 7
    book.void(last)
    assert _revision(book.columns())["total"] == 6


def test_a_voided_correction_brings_back_what_stood_before() -> None:
    book = Book()
    index = book.add(revised(0, total=5))
    correction = book.correct(index, "total", 6)
    book.void(correction)
    row = _revision(book.columns())
    assert (row["total"], row["corrected_by"], row["voided_by"]) == (5, None, None)


def test_a_void_is_said_and_keeps_the_row() -> None:
    book = Book()
    index = book.add(revised(0, total=5))
    by = book.void(index)
    row = _revision(book.columns())
    assert (row["total"], row["voided_by"]) == (5, by)


def test_what_was_appended_later_is_unknown_before() -> None:
    book = Book()
    index = book.add(revised(0, total=5))
    first = book.correct(index, "total", 6)
    second = book.correct(index, "total", 7)
    void = book.void(second)
    columns = book.columns()
    known = [_revision(columns.known_at_size(size))["total"] for size in range(1, void + 2)]
    assert known == [5, 6, 7, 6]
    assert _revision(columns.known_at_size(first + 1))["corrected_by"] == first


def test_amendments_hit_only_their_own_stream_and_version() -> None:
    book = Book()
    book.add_all([revised(0, total=1), revised(0, total=2, satker="lain"), revised(1, total=3)])
    book.correct(1, "total", 9)
    columns = book.columns()
    table = settle(columns.of(DipaRevised), amendments(columns))
    assert table["total"].to_pylist() == [1, 9, 3]


def test_lines_are_flat_with_their_ordinals_and_the_fields_of_their_statement() -> None:
    book = Book()
    book.add(stated(0, "ro", [("a", 1), ("b", None)]))
    book.add(stated(1, "ro", [], name=None))
    book.add(stated(1, "akun", [("c", 3)], name=["C"]))
    assert _lines(book.columns(), "index", "revision", "dimension", "line", "code", "amount") == [
        (0, 0, "ro", 0, "a", 1),
        (0, 0, "ro", 1, "b", None),
        (2, 1, "akun", 0, "c", 3),
    ]
    assert _lines(book.columns(), "name", "fund") == [(None, None), (None, None), ("C", None)]


def test_a_correction_of_a_line_sets_that_line_alone() -> None:
    book = Book()
    book.add(stated(0, "ro", [("x", 8), ("y", 9)]))
    index = book.add(stated(1, "ro", [("a", 1), ("b", 2)]))
    by = book.correct(index, "amount", 7, line=1)
    named = book.correct(index, "name", "B", line=1)
    assert _lines(book.columns(), "code", "amount", "name", "corrected_by") == [
        ("x", 8, None, None),
        ("y", 9, None, None),
        ("a", 1, None, None),
        ("b", 7, "B", named),
    ]
    book.void(named)
    assert _lines(book.columns(), "amount", "name", "corrected_by")[3] == (7, None, by)


def test_lists_of_any_length_before_it_do_not_move_a_correction() -> None:
    book = Book()
    for revision, length in enumerate((2, 0, 3, 1, 4)):
        lines = [(f"{revision}.{line}", line) for line in range(length)]
        book.add(stated(revision, "ro", lines))
    book.correct(4, "amount", 99, line=2)
    book.void(3, line=0)
    changed = [row for row in _lines(book.columns(), "code", "amount") if row[1] == 99]
    assert changed == [("4.2", 99)]
    codes = [code for (code,) in _lines(book.columns(), "code")]
    assert codes == ["0.0", "0.1", "2.0", "2.1", "2.2", "4.0", "4.1", "4.2", "4.3"]


def test_a_corrected_code_moves_the_line() -> None:
    book = Book()
    index = book.add(stated(0, "ro", [("a", 1), ("b", 2)]))
    book.correct(index, "code", "c", line=0)
    assert _lines(book.columns(), "code", "amount") == [("c", 1), ("b", 2)]


def test_a_voided_line_is_gone_and_the_ordinals_of_the_others_stay() -> None:
    book = Book()
    index = book.add(stated(0, "ro", [("a", 1), ("b", 2), ("c", 3)]))
    book.void(index, line=1)
    book.correct(index, "amount", 9, line=2)
    assert _lines(book.columns(), "line", "code", "amount") == [(0, "a", 1), (2, "c", 9)]


def test_a_list_voided_as_a_whole_has_no_lines_and_the_next_one_keeps_its_own() -> None:
    book = Book()
    book.add_all([stated(0, "ro", [("a", 1)]), stated(1, "ro", [("b", 2), ("c", 3)])])
    book.add(stated(2, "ro", [("d", 4)]))
    book.void(1)
    assert _lines(book.columns(), "code") == [("a",), ("d",)]


def test_documents_are_known_as_corrected_and_without_voided_ones() -> None:
    book = Book()
    first = book.add(document("a", "LAIN", dated="2024-01-01"))
    second = book.add(document("b"))
    book.correct(first, "kind", "LKJ")
    book.correct(first, "published", "2024-02-01")
    book.void(second)
    found = settled_documents(book.columns())
    assert list(found) == ["a"]
    assert (found["a"].kind, found["a"].out_on, found["a"].event) == ("LKJ", "2024-02-01", first)


AMENDMENTS = st.lists(
    st.tuples(
        st.sampled_from(["correct", "void", "undo"]),
        st.integers(0, 3),
        st.none() | st.integers(-9, 9),
    ),
    max_size=12,
)


@given(AMENDMENTS)
def test_lines_after_any_corrections_and_voids_are_those_of_a_plain_fold(
    steps: list[tuple[str, int, int | None]],
) -> None:
    book = Book()
    index = book.add(stated(0, "ro", [(f"r{line}", line) for line in range(4)]))
    history: list[tuple[int, int, int | None]] = []
    gone: set[int] = set()
    undone: set[int] = set()
    for kind, line, value in steps:
        if kind == "correct":
            history.append((book.correct(index, "amount", value, line=line), line, value))
        elif kind == "void":
            gone.add(line)
            book.void(index, line=line)
        elif history:
            undone.add(history[line % len(history)][0])
            book.void(history[line % len(history)][0])
    amounts: dict[int, int | None] = {line: line for line in range(4)}
    for by, line, value in history:
        if by not in undone:
            amounts[line] = value
    expected = [(line, amount) for line, amount in amounts.items() if line not in gone]
    assert _lines(book.columns(), "line", "amount") == expected
