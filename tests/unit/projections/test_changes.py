"""Semula-menjadi: code by code, unknown where a side does not say, summing up to the totals."""

from datetime import date
from typing import Any

import pytest

from projections.changes import SCHEMA, changes, differs
from projections.position import Position
from projections.sides import Side, common_level
from tests.book import Book, revised, stated

RO = [("6709.QGE.001", 30), ("6709.QGE.003", 20)]
MOVED = [("6709.QGE.001", 25), ("6709.QGE.003", 25)]


def _book(*sides: tuple[int | None, Any]) -> Book:
    """A revision for each pair of a total and its statement (None for a total alone)."""
    book = Book()
    for number, (total, statement) in enumerate(sides):
        book.add(revised(number, f"2024-{number + 1:02d}-01", total))
        if statement is not None:
            book.add(statement)
    return book


def _sides(book: Book, first: Any = 0, second: Any = 1) -> tuple[Side, Side]:
    columns = book.columns()
    return Side(columns, Position(first)), Side(columns, Position(second))


def _table(book: Book, level: str | None = "ro", first: Any = 0, second: Any = 1) -> list[Any]:
    table = changes(*_sides(book, first, second), level)
    assert table.schema == SCHEMA
    return list(table.to_pylist())


def _rows(book: Book, level: str | None = "ro", **ends: Any) -> list[tuple[Any, ...]]:
    """(code, before, after, delta, change) of each row."""
    found = _table(book, level, **ends)[1:]
    return [(r["code"], r["before"], r["after"], r["delta"], r["change"]) for r in found]


def test_each_code_says_what_it_was_what_it_is_and_what_it_moved() -> None:
    book = _book((50, stated(0, "ro", RO)), (50, stated(1, "ro", MOVED)))
    assert _rows(book) == [
        ("6709.QGE.001", 30, 25, -5, "down"),
        ("6709.QGE.003", 20, 25, 5, "up"),
    ]
    total = _table(book)[0]
    assert (total["before"], total["after"], total["delta"], total["change"]) == (50, 50, 0, "same")
    assert (total["gained"], total["lost"], total["untold"]) == (5, -5, 0)
    assert _rows(book, "kro") == [("6709.QGE", 50, 50, 0, "same")]


def test_a_code_that_a_full_list_lacks_is_new_or_gone_with_its_whole_amount() -> None:
    book = _book((30, stated(0, "ro", RO[:1])), (20, stated(1, "ro", RO[1:])))
    assert _rows(book) == [
        ("6709.QGE.001", 30, None, -30, "gone"),
        ("6709.QGE.003", None, 20, 20, "new"),
    ]
    assert _table(book)[0]["delta"] == -10


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ((50, stated(0, "ro", RO[:1])), (20, stated(1, "ro", RO[1:])), "before-partial"),
        ((50, None), (20, stated(1, "ro", RO[1:])), "before-total-only"),
        ((20, stated(0, "ro", RO[1:])), (50, None), "after-total-only"),
        ((20, stated(0, "ro", [("6709.QGE.003", None)])), (20, stated(1, "ro", RO[1:])),
         "before-amount-unknown"),
    ],
)  # fmt: skip
def test_what_a_side_does_not_say_is_unknown_and_never_filled_in(
    first: Any, second: Any, reason: str
) -> None:
    row = next(r for r in _table(_book(first, second)) if r["code"] == "6709.QGE.003")
    assert (row["delta"], row["change"], row["reason"]) == (None, "unknown", reason)
    assert not differs(row)


def test_an_amount_beside_an_unknown_one_of_its_code_is_no_sum() -> None:
    torn = [("6709.QGE.001", 30), ("6709.QGE.001", None)]
    book = _book((50, stated(0, "ro", torn, coverage="partial")), (50, stated(1, "ro", RO)))
    assert _rows(book)[0] == ("6709.QGE.001", None, 30, None, "unknown")


def test_a_code_that_a_partial_list_repeats_is_its_sum() -> None:
    twice = [("6709.QGE.001", 10), ("6709.QGE.003", 20), ("6709.QGE.001", 25)]
    book = _book((50, stated(0, "ro", RO)), (55, stated(1, "ro", twice, coverage="partial")))
    assert _rows(book)[0] == ("6709.QGE.001", 30, 35, 5, "up")


def test_what_neither_breaks_down_is_a_row_of_its_own_and_the_rows_foot() -> None:
    book = _book((57, stated(0, "ro", RO)), (53, stated(1, "ro", MOVED)))
    table = _table(book)
    assert _rows(book)[-1] == (None, 7, 3, -4, "down")
    assert sum(row["delta"] for row in table[1:]) == table[0]["delta"] == -4
    assert (table[0]["unallocated_before"], table[0]["unallocated_after"]) == (7, 3)


def test_what_is_left_over_is_unknown_beside_codes_that_are() -> None:
    book = _book((57, stated(0, "ro", RO)), (60, None))
    row = _table(book)[-1]
    assert (row["code"], row["change"], row["reason"]) == (None, "unknown", "after-total-only")
    assert (row["before"], row["after"]) == (7, 60)
    assert _table(book)[0]["untold"] == 3


def test_what_is_left_over_may_hold_the_codes_that_a_partial_list_lacks() -> None:
    book = _book((50, stated(0, "ro", RO[:1])), (50, stated(1, "ro", RO)))
    assert _rows(book) == [
        ("6709.QGE.001", 30, 30, 0, "same"),
        ("6709.QGE.003", None, 20, None, "unknown"),
        (None, 20, 0, None, "unknown"),
    ]


def test_two_totals_alone_give_the_total_alone() -> None:
    book = _book((50, None), (60, None))
    assert _rows(book) == []
    total = _table(book)[0]
    assert (total["delta"], total["untold"], total["change"]) == (10, 10, "up")


def test_an_unknown_total_or_no_revision_gives_no_difference() -> None:
    book = _book((None, None), (60, None))
    total = _table(book)[0]
    assert (total["delta"], total["change"]) == (None, "unknown")
    assert total["reason"] == "before-amount-unknown"
    nothing = _table(book, None, second=44)[0]
    assert (nothing["after"], nothing["coverage_after"], nothing["delta"]) == (None, None, None)
    only = _book((50, stated(0, "ro", RO)))
    assert {row["reason"] for row in _table(only, second=44)[1:]} == {"after-nothing"}


def test_volumes_and_their_unit_stand_beside_the_amounts_and_differ_by_themselves() -> None:
    first = stated(0, "ro", RO, volume=["1", "2.5"], unit=["LYN", "OK"])
    second = stated(1, "ro", RO, volume=["1", "3"], unit=["LYN", "OK"])
    table = _table(_book((50, first), (50, second)))[1:]
    assert [(r["volume_before"], r["volume_after"], r["unit"]) for r in table] == [
        ("1", "1", "LYN"),
        ("2.5", "3", "OK"),
    ]
    assert [(row["change"], differs(row)) for row in table] == [("same", False), ("same", True)]


def test_volumes_of_two_units_have_no_sum() -> None:
    twice = [("6709.QGE.001", 20), ("6709.QGE.001", 10)]
    for units, volume in ((["OK", "OK"], "5"), (["OK", "OH"], None)):
        first = stated(0, "ro", twice, volume=["2", "3"], unit=units, coverage="partial")
        row = _table(_book((30, first), (30, None)))[1]
        assert row["volume_before"] == volume


def test_volumes_of_lines_are_no_volume_of_their_ro() -> None:
    lines = stated(0, "line", [("1", 50)], ro=["6709.QGE.001"], volume=["7"], unit=["OH"])
    table = _table(_book((50, lines), (50, stated(1, "ro", [("6709.QGE.001", 50)]))))
    assert table[1]["volume_before"] is None
    assert table[1]["change"] == "same"


def _lines(revision: int, rows: list[tuple[Any, ...]], **fields: Any) -> Any:
    """Lines of (code, ro, akun, amount, volume, price)."""
    return stated(
        revision,
        "line",
        [(row[0], row[3]) for row in rows],
        ro=[row[1] for row in rows],
        akun=[row[2] for row in rows],
        volume=[row[4] for row in rows],
        price=[row[5] for row in rows],
        unit=["OH"] * len(rows),
        **fields,
    )


def test_lines_meet_by_code_within_their_ro_and_akun() -> None:
    a, b = "6709.QGE.001", "6709.QGE.003"
    first = _lines(0, [("1", a, "521211", 10, "2", "5"), ("1", b, "521211", 8, "2", "4")])
    second = _lines(1, [("1", a, "521211", 15, "3", "5"), ("1", b, "521213", 8, "2", "4")])
    table = _table(_book((18, first), (23, second)), "line")
    assert [(r["within"], r["code"], r["delta"], r["change"]) for r in table[1:]] == [
        (f"{a}.521211", "1", 5, "up"),
        (f"{b}.521211", "1", -8, "gone"),
        (f"{b}.521213", "1", 8, "new"),
    ]
    row = table[1]
    assert (row["volume_before"], row["volume_after"], row["unit"]) == ("2", "3", "OH")
    assert (row["price_before"], row["price_after"]) == ("5", "5")


def test_lines_meet_by_code_alone_where_a_side_says_nothing_else_and_repeats_are_summed() -> None:
    first = _lines(0, [("1", "a", "521211", 10, "2", "5"), ("2", "a", "521211", 8, "2", "4")])
    second = stated(1, "line", [("1", 6), ("2", 8), ("1", 4)], coverage="partial")
    assert _rows(_book((18, first), (18, second)), "line") == [
        ("1", 10, 10, 0, "same"),
        ("2", 8, 8, 0, "same"),
    ]


def test_lines_without_a_code_meet_by_name() -> None:
    first = stated(0, "line", [(None, 10), (None, 5)], name=["Kertas", "Tinta"])
    second = stated(1, "line", [(None, 5), (None, 12)], name=["Tinta", "Kertas"])
    table = _table(_book((15, first), (17, second)), "line")[1:]
    assert [(row["name"], row["delta"]) for row in table] == [("Kertas", 2), ("Tinta", 0)]


def test_names_come_from_the_later_side_else_from_the_earlier() -> None:
    first = stated(0, "ro", RO, name=["Lama", "Pelatihan"])
    second = stated(1, "ro", RO, name=["Baru", None])
    table = _table(_book((50, first), (50, second)))[1:]
    assert [row["name"] for row in table] == ["Baru", "Pelatihan"]


def test_the_level_is_the_finest_that_both_sides_give() -> None:
    kegiatan = stated(1, "kegiatan", [("6709", 50)])
    book = _book((50, stated(0, "ro", RO)), (50, kegiatan), (50, None))
    assert common_level(*_sides(book)) == "kegiatan"
    assert common_level(*_sides(book, 0, 0)) == "ro"
    assert common_level(*_sides(book, 0, 2)) == "ro"
    assert common_level(*_sides(book, 2, 1)) == "kegiatan"
    assert common_level(*_sides(book, 2, 2)) is None


def test_a_dimension_without_codes_gives_no_level() -> None:
    lines = stated(0, "line", [("1", 50)], akun=["521211"])
    book = _book((50, lines), (50, stated(1, "jenis-belanja", [("52", 50)])))
    before, after = _sides(book)
    assert not before.gives("ro")
    assert before.gives("akun")
    assert common_level(before, after) == "jenis-belanja"


def test_a_day_is_an_end_as_well_as_a_number() -> None:
    book = _book((50, stated(0, "ro", RO)), (50, stated(1, "ro", MOVED)))
    columns = book.columns()
    first, second = (Side(columns, Position(as_of=date(2024, m, 15))) for m in (1, 2))
    assert changes(first, second, "ro").equals(changes(*_sides(book), "ro"))


def test_a_correction_counts_with_its_new_value_and_a_void_with_nothing() -> None:
    book = _book((50, stated(0, "ro", RO)), (50, stated(1, "ro", MOVED)))
    book.correct(3, "amount", 30, line=0)
    assert _rows(book)[0] == ("6709.QGE.001", 30, 30, 0, "same")
    book.void(3)
    assert {row[4] for row in _rows(book)} == {"unknown"}


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="total"):
        changes(*_sides(_book((1, None), (2, None))), "total")
