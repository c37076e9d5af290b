"""When the ledger knew what: a state for each correction and void, of a correction too."""

from typing import Any

from ledger.events import DipaRevised
from projections.columns import Columns
from projections.fact import fact
from projections.position import Position
from projections.timelines import states
from tests.book import Book, document, revised, stated

ZERO = "2025-01-20T08:00:0"


def at(index: int) -> str:
    return f"{ZERO}{index}.000000Z"


def told(columns: Columns) -> list[tuple[Any, ...]]:
    """(total, known_from, known_to, event) of each state, by its start."""
    table = states(columns.of(DipaRevised), columns)
    rows = [
        (row["total"], row["known_from"], row["known_to"], row["event"])
        for row in table.to_pylist()
    ]
    return sorted(rows, key=lambda row: row[1])


def test_an_entry_that_nothing_amends_is_known_from_its_clock_on() -> None:
    book = Book()
    book.add(document("dipa-r1"))
    book.add(revised(1, None, 100, document="dipa-r1"))
    assert told(book.columns()) == [(100, at(1), None, 1)]


def test_a_correction_ends_the_state_before_it() -> None:
    book = Book()
    entry = book.add(revised(1, None, 100, document="dipa-r1"))
    book.correct(entry, "total", 200)
    book.correct(entry, "total", 300)
    assert told(book.columns()) == [
        (100, at(0), at(1), 0),
        (200, at(1), at(2), 1),
        (300, at(2), None, 2),
    ]


def test_a_void_ends_it_and_a_voided_correction_gives_the_old_state_back() -> None:
    book = Book()
    entry = book.add(revised(1, None, 100, document="dipa-r1"))
    correction = book.correct(entry, "total", 200)
    book.void(correction)
    book.void(entry)
    assert told(book.columns()) == [
        (100, at(0), at(1), 0),
        (200, at(1), at(2), 1),
        (100, at(2), at(3), 0),
    ]


def test_a_correction_of_one_line_leaves_the_others() -> None:
    book = Book()
    entry = book.add(stated(1, "ro", [("A", 1), ("B", 2)], document="dipa-r1"))
    book.correct(entry, "amount", 5, line=1)
    book.void(entry, line=0)
    rows = fact(book.columns(), Position()).to_pylist()
    found = {(row["code"], row["value"], row["known_from"], row["known_to"]) for row in rows}
    assert found == {
        ("A", 1, at(0), at(2)),
        ("B", 2, at(0), at(1)),
        ("B", 5, at(1), None),
    }


def test_what_is_known_now_is_what_no_later_entry_ended() -> None:
    """And the facts known at any size are those that the log of that size gives."""
    book = Book()
    book.add(document("dipa-r1"))
    entry = book.add(revised(1, None, 100, document="dipa-r1"))
    book.add(stated(1, "ro", [("A", 60), ("B", 40)], document="dipa-r1"))
    book.correct(entry, "total", 200)
    book.void(2, line=1)
    book.correct(2, "code", "C", line=0)
    columns = book.columns()
    whole = fact(columns, Position()).to_pylist()
    for size in range(1, columns.size + 1):
        clock = at(size - 1)
        then = fact(columns.known_at_size(size), Position()).to_pylist()
        standing = [row for row in then if row["known_to"] is None]
        known = [
            {**row, "known_to": None}
            for row in whole
            if row["known_from"] <= clock and (row["known_to"] is None or row["known_to"] > clock)
        ]
        assert sorted(map(str, known)) == sorted(map(str, standing)), size
