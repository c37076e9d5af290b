"""Semula-menjadi of random histories: it foots, it turns around, and it agrees with the pagu."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.records import DIMENSIONS, LEVELS
from projections.changes import changes
from projections.pagu import pagu
from projections.position import Position, narrowed_to, visible
from projections.sides import Side
from tests.book import SATKER, YEAR, Book, revised, stated
from tests.property.histories import histories, positions

CODES = ["6709.QGE.001", "6709.QGE.003", "6709.RAN.001", "6639.BDB.001"]
TURNED = {"new": "gone", "gone": "new", "up": "down", "down": "up"}


def _side(book: Book, position: Any) -> Side:
    left = visible(book.columns(), position).columns
    return Side(narrowed_to(left, SATKER, YEAR), position)


def _rows(before: Side, after: Side, level: str) -> list[dict[str, Any]]:
    return [dict(row) for row in changes(before, after, level).to_pylist()]


AMOUNTS = st.dictionaries(st.sampled_from(CODES), st.integers(-5, 99), min_size=1)


@given(AMOUNTS, AMOUNTS, st.sampled_from(["ro", "kro", "kegiatan"]))
def test_the_deltas_sum_up_to_the_difference_where_both_sides_are_full(
    first: dict[str, int], second: dict[str, int], level: str
) -> None:
    book = Book()
    for number, amounts in enumerate((first, second)):
        book.add(revised(number, f"2024-0{number + 1}-01", sum(amounts.values())))
        book.add(stated(number, "ro", list(amounts.items())))
    total, *rows = _rows(_side(book, Position(0)), _side(book, Position(1)), level)
    assert {total["coverage_before"], total["coverage_after"]} == {"full"}
    assert all(row["change"] != "unknown" for row in rows)
    assert sum(row["delta"] for row in rows) == total["delta"]
    assert total["delta"] == sum(second.values()) - sum(first.values())
    assert total["untold"] == 0


@given(histories(), positions, positions, st.sampled_from(DIMENSIONS))
def test_gains_losses_and_what_is_not_told_make_up_the_difference(
    book: Book, first: Any, second: Any, level: str
) -> None:
    total, *rows = _rows(_side(book, first), _side(book, second), level)
    if total["delta"] is not None:
        assert total["gained"] + total["lost"] + total["untold"] == total["delta"]
        if rows and all(row["change"] != "unknown" for row in rows):
            assert total["untold"] == 0


@given(histories(), positions, positions, st.sampled_from(DIMENSIONS))
def test_the_way_back_is_the_way_there_turned_around(
    book: Book, first: Any, second: Any, level: str
) -> None:
    before, after = _side(book, first), _side(book, second)
    for there, back in zip(_rows(before, after, level), _rows(after, before, level), strict=True):
        assert (there["code"], there["within"]) == (back["code"], back["within"])
        assert (there["before"], there["after"]) == (back["after"], back["before"])
        assert back["change"] == TURNED.get(there["change"], there["change"])
        turned = None if there["delta"] is None else -there["delta"]
        assert back["delta"] == turned


@given(histories(), positions, st.sampled_from(LEVELS))
def test_a_side_says_what_the_pagu_says_and_differs_from_itself_in_nothing(
    book: Book, position: Any, level: str
) -> None:
    side = _side(book, position)
    total, *rows = _rows(side, side, level)
    assert {row["delta"] for row in rows if row["delta"] is not None} <= {0}
    table = pagu(side.columns, position, level).to_pylist()
    if not table:
        assert total["before"] is None
        return
    assert total["before"] == table[0]["pagu"]
    stated = {row["code"]: row["pagu"] for row in table if row["code"] is not None}
    for row in rows:
        if row["code"] is not None and row["before"] is not None:
            assert row["before"] == stated[row["code"]]
    assert {row["code"] for row in rows if row["code"]} == set(stated)
