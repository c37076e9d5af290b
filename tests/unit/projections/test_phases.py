"""Approved, adjusted, executed: one row a code, sums that are the totals, nothing made up."""

from projections.absorption import absorption
from projections.columns import decode
from projections.pagu import pagu
from projections.phases import phases
from projections.position import Position
from tests import nation
from tests.book import Book, document, revised, stated


def rows_of(book: Book, position: Position | None = None) -> list[tuple[object, ...]]:
    table = phases(book.columns(), position or Position())
    names = ("level", "code", "approved", "adjusted", "executed")
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


def two_revisions() -> Book:
    book = Book()
    book.add(document("dipa-r0"))
    book.add(revised(0, "2024-01-01", 100, document="dipa-r0"))
    book.add(stated(0, "ro", [("A", 60), ("B", 40)], document="dipa-r0"))
    book.add(revised(1, "2024-03-01", 150, document="dipa-r0"))
    book.add(stated(1, "ro", [("A", 90), ("C", 50)], document="dipa-r0"))
    return book


def test_codes_of_either_state_and_what_neither_breaks_down() -> None:
    assert rows_of(two_revisions()) == [
        ("ro", "A", 60, 90, None),
        ("ro", "B", 40, None, None),
        ("ro", "C", None, 50, None),
        ("ro", None, None, 10, None),
    ]


def test_the_first_dipa_is_revision_0_and_no_later_one() -> None:
    book = Book()
    book.add(document("dipa-r1"))
    book.add(revised(1, "2024-01-01", 100, document="dipa-r1"))
    assert rows_of(book) == [("total", None, None, 100, None)]


def test_a_total_that_nothing_breaks_down_stands_as_one_row() -> None:
    book = two_revisions()
    book.add(revised(2, "2024-05-01", 170, document="dipa-r0"))
    assert rows_of(book) == [("total", None, 100, 170, None)]
    assert rows_of(book, Position(revision=0)) == [
        ("ro", "A", 60, 60, None),
        ("ro", "B", 40, 40, None),
    ]


def test_in_a_nation_the_sums_are_the_totals() -> None:
    leaves = nation.leaves(40, 10)
    columns = decode(leaves, len(leaves))
    sums: dict[str, list[int]] = {}
    for row in phases(columns, Position()).to_pylist():
        total = sums.setdefault(row["satker"], [0, 0, 0])
        for place, name in enumerate(("approved", "adjusted", "executed")):
            total[place] += row[name] or 0
    first = pagu(columns, Position(revision=0)).to_pylist()
    last = absorption(columns, Position()).to_pylist()
    approved = {row["satker"]: row["pagu"] for row in first if row["level"] == "total"}
    rest = {
        row["satker"]: (row["pagu"], row["realisasi"] or 0)
        for row in last
        if row["level"] == "total"
    }
    assert sums == {key: [approved[key], *rest[key]] for key in approved}
