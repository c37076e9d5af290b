"""The pagu: total first, what lines explain of it, and what is left as a row of its own."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.records import LEVELS
from projections.pagu import SCHEMA, pagu
from projections.position import Position
from tests.book import Book, document, revised, stated

RO = [("6709.QGE.001", 30), ("6709.QGE.003", 20), ("6639.BDB.001", 40)]


def _book(*drafts: Any) -> Book:
    book = Book()
    book.add_all(drafts)
    return book


def _table(book: Book, level: str | None = None, **position: Any) -> list[dict[str, Any]]:
    table = pagu(book.columns(), Position(**position), level)
    assert table.schema == SCHEMA
    return [dict(row) for row in table.to_pylist()]


def _rows(book: Book, level: str | None = None, **position: Any) -> list[tuple[Any, ...]]:
    """(level, code, pagu, basis) of each row."""
    found = _table(book, level, **position)
    return [(row["level"], row["code"], row["pagu"], row["basis"]) for row in found]


def _total(book: Book, level: str | None = None, **position: Any) -> dict[str, Any]:
    return _table(book, level, **position)[0]


def test_lines_by_ro_give_every_level_above_them() -> None:
    programs = ["076.01.CQ", "076.01.CQ", "076.01.WA"]
    book = _book(revised(0, "2024-01-01", 90), stated(0, "ro", RO, program=programs))
    assert _rows(book) == [
        ("total", None, 90, "stated"),
        ("ro", "6639.BDB.001", 40, "stated"),
        ("ro", "6709.QGE.001", 30, "stated"),
        ("ro", "6709.QGE.003", 20, "stated"),
    ]
    assert _rows(book, "kro")[1:] == [
        ("kro", "6639.BDB", 40, "derived"),
        ("kro", "6709.QGE", 50, "derived"),
    ]
    assert _rows(book, "kegiatan")[1:] == [
        ("kegiatan", "6639", 40, "derived"),
        ("kegiatan", "6709", 50, "derived"),
    ]
    assert _rows(book, "program")[1:] == [
        ("program", "076.01.CQ", 50, "derived"),
        ("program", "076.01.WA", 40, "derived"),
    ]
    assert _total(book)["coverage"] == "full"
    assert _total(book)["unallocated"] == 0


def test_what_lines_leave_of_the_total_is_a_row_of_its_own() -> None:
    book = _book(revised(0, "2024-01-01", 100), stated(0, "ro", RO))
    assert _rows(book)[-1] == ("ro", None, 10, "derived")
    total = _total(book)
    assert (total["coverage"], total["unallocated"], total["derived"]) == ("partial", 10, 90)
    row = _table(book)[-1]
    assert (row["name"], row["document"], row["stated"]) == (None, None, None)


def test_lines_beyond_the_total_leave_less_than_nothing() -> None:
    book = _book(revised(0, "2024-01-01", 80), stated(0, "ro", RO))
    assert _rows(book)[-1] == ("ro", None, -10, "derived")
    assert _total(book)["coverage"] == "partial"


def test_a_total_without_lines_is_a_total_only() -> None:
    book = _book(revised(0, "2024-01-01", 90), stated(0, "ro", RO), revised(1, "2024-02-01", 95))
    assert _rows(book) == [("total", None, 95, "stated")]
    total = _total(book)
    assert (total["revision"], total["coverage"], total["unallocated"]) == (1, "total-only", 95)
    assert (total["semula"], total["delta"]) == (90, 5)


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_that_does_not_follow_is_a_total_only(level: str) -> None:
    lines = stated(0, "jenis-belanja", [("52", 90)])
    book = _book(revised(0, "2024-01-01", 90), lines)
    found = _total(book, level)["coverage"]
    assert found == ("full" if level == "jenis-belanja" else "total-only")


def test_an_unknown_level_is_refused() -> None:
    for level in ("total", "line", "kewenangan"):
        with pytest.raises(ValueError, match=level):
            pagu(Book().columns(), Position(), level)


def test_an_unknown_amount_stays_unknown_beside_the_known() -> None:
    lines = stated(0, "ro", [("6709.QGE.001", 30), ("6709.QGE.003", None), ("6639.BDB.001", 0)])
    book = _book(revised(0, "2024-01-01", 30), lines)
    assert _rows(book) == [
        ("total", None, 30, "stated"),
        ("ro", "6639.BDB.001", 0, "stated"),
        ("ro", "6709.QGE.001", 30, "stated"),
        ("ro", "6709.QGE.003", None, "unknown"),
    ]
    assert _total(book)["coverage"] == "partial"


def test_lines_of_unknown_amounts_leave_the_whole_total() -> None:
    book = _book(revised(0, "2024-01-01", 30), stated(0, "ro", [("6709.QGE.001", None)]))
    assert _total(book)["coverage"] == "total-only"
    assert _rows(book)[1:] == [("ro", "6709.QGE.001", None, "unknown"), ("ro", None, 30, "derived")]


def test_a_total_nobody_states_is_derived_from_a_whole_list_only() -> None:
    whole = _book(revised(0, "2024-01-01"), stated(0, "ro", RO))
    assert _rows(whole)[0] == ("total", None, 90, "derived")
    assert _total(whole)["coverage"] == "full"
    for lines in (
        stated(0, "ro", RO, coverage="partial"),
        stated(0, "ro", [*RO, ("6709.QGE.004", None)]),
        stated(0, "ro", RO, parts=2),
        stated(0, "ro", []),
        stated(0, "ro", [("6709.QGE.001", None)]),
    ):
        part = _book(revised(0, "2024-01-01"), lines)
        assert _rows(part)[0] == ("total", None, None, "unknown")
        assert _total(part)["coverage"] != "full"
        assert _total(part)["unallocated"] is None


def test_of_an_unknown_total_precedence_decides_who_speaks() -> None:
    book = _book(
        document("dipa"),
        document("lkj", "LKJ"),
        revised(0, "2024-01-01", document="dipa"),
        stated(0, "ro", [("6709.QGE.001", 1)], document="lkj"),
        stated(0, "ro", [("6709.QGE.001", 70)], document="dipa"),
    )
    assert _rows(book)[1:] == [("ro", "6709.QGE.001", 70, "stated")]


def test_a_list_voided_as_a_whole_speaks_no_more() -> None:
    book = _book(revised(0, "2024-01-01"))
    gone = book.add(stated(0, "ro", RO))
    book.void(gone)
    assert _rows(book) == [("total", None, None, "unknown")]
    book.add(stated(0, "ro", [("6709.QGE.001", 7)], document="lkj"))
    assert _rows(book) == [("total", None, 7, "derived"), ("ro", "6709.QGE.001", 7, "stated")]


def test_the_shares_of_performance_agreements_are_summed() -> None:
    shares = {"coverage": "partial", "read_from": "lkj"}
    book = _book(
        document("lkj", "LKJ"),
        document("pk-a", "PK"),
        document("pk-b", "PK"),
        revised(13, "2024-12-30", 90, document="dipa"),
        stated(13, "kegiatan", [("6709", 30)], document="pk-a", **shares),
        stated(13, "kegiatan", [("6709", 20), ("6639", 40)], document="pk-b", **shares),
    )
    assert _rows(book) == [
        ("total", None, 90, "stated"),
        ("kegiatan", "6639", 40, "stated"),
        ("kegiatan", "6709", 50, "stated"),
    ]
    assert _total(book)["coverage"] == "full"
    assert _table(book)[1]["document"] == "pk-a, pk-b"


def test_full_statements_of_agreements_are_not_added_to_each_other() -> None:
    book = _book(
        document("pk-a", "PK", dated="2024-01-01"),
        document("pk-b", "PK", dated="2024-02-01"),
        revised(13, "2024-12-30", 90, document="dipa"),
        stated(13, "program", [("CQ", 90)], document="pk-a"),
        stated(13, "program", [("CQ", 90)], document="pk-b"),
    )
    assert _rows(book)[1:] == [("program", "CQ", 90, "stated")]
    assert _table(book)[1]["document"] == "pk-b"


def test_partial_lists_of_other_kinds_are_not_added_to_each_other() -> None:
    book = _book(
        document("a", "POK"),
        document("b", "POK"),
        revised(0, "2024-01-01", 90),
        stated(0, "ro", [("6709.QGE.001", 30)], document="a", coverage="partial"),
        stated(0, "ro", [("6709.QGE.001", 50)], document="b", coverage="partial"),
    )
    assert _rows(book)[1:] == [("ro", "6709.QGE.001", 50, "stated"), ("ro", None, 40, "derived")]


def test_the_parts_of_one_statement_are_one() -> None:
    book = _book(
        revised(0, "2024-01-01", 90),
        stated(0, "ro", RO[:1], part=1, parts=2),
        stated(0, "ro", RO[1:], part=2, parts=2),
    )
    assert _total(book)["coverage"] == "full"
    assert len(_rows(book)) == 4


def test_a_stated_level_stands_beside_what_follows_from_the_lines() -> None:
    book = _book(
        revised(0, "2024-01-01", 90),
        stated(0, "kegiatan", [("6709", 60), ("6639", 30)], name=["P", "F"]),
        stated(0, "ro", RO),
    )
    found = {
        row["code"]: (row["pagu"], row["basis"], row["stated"], row["derived"], row["name"])
        for row in _table(book, "kegiatan")[1:]
    }
    assert found == {"6709": (60, "stated", 60, 50, "P"), "6639": (30, "stated", 30, 40, "F")}


def test_the_list_that_leaves_least_speaks_and_then_the_stated_one() -> None:
    book = _book(
        revised(0, "2024-01-01", 90),
        stated(0, "kegiatan", [("6709", 50)], coverage="partial"),
        stated(0, "ro", RO),
    )
    assert _rows(book, "kegiatan")[1:] == [
        ("kegiatan", "6639", 40, "derived"),
        ("kegiatan", "6709", 50, "derived"),
    ]


def test_lines_without_a_code_are_told_apart_by_name() -> None:
    lines = stated(0, "ro", [(None, 1), (None, 2), (None, 3)], name=["x", "y", "x"])
    book = _book(revised(0, "2024-01-01", 6), lines)
    found = [(row["code"], row["name"], row["pagu"]) for row in _table(book)[1:]]
    assert found == [(None, "x", 4), (None, "y", 2)]


def test_a_code_of_several_lines_has_a_name_only_where_they_agree() -> None:
    lines = stated(
        0,
        "ro",
        [("a", 1), ("a", 2), ("b", 3), ("b", 4)],
        name=["A", "A", "B", "other"],
        coverage="partial",
    )
    book = _book(revised(0, "2024-01-01", 10), lines)
    found = [(row["code"], row["name"], row["pagu"]) for row in _table(book)[1:]]
    assert found == [("a", "A", 3), ("b", None, 7)]


@pytest.mark.parametrize(
    ("dimension", "level"),
    [(name, name) for name in LEVELS] + [("line", "ro")],
)
def test_without_a_level_the_finest_that_is_stated_is_taken(dimension: str, level: str) -> None:
    lines = stated(0, dimension, [("521211", 9)], ro=["6709.QGE.001"])
    book = _book(revised(0, "2024-01-01", 9), lines)
    assert [row["level"] for row in _table(book)] == ["total", level]
    assert _total(book)["coverage"] == "full"


def test_corrected_and_voided_lines_count_as_they_stand() -> None:
    book = _book(revised(0, "2024-01-01", 90), stated(0, "ro", RO))
    book.correct(1, "amount", 35, line=0)
    book.void(1, line=1)
    assert _rows(book)[1:] == [
        ("ro", "6639.BDB.001", 40, "stated"),
        ("ro", "6709.QGE.001", 35, "stated"),
        ("ro", None, 15, "derived"),
    ]


def test_the_position_says_which_revision_is_meant() -> None:
    book = _book(revised(0, "2024-01-01", 90), stated(0, "ro", RO), revised(1, "2024-06-01", 91))
    assert _total(book, revision="awal")["pagu"] == 90
    assert _total(book, revision=1)["pagu"] == 91
    assert _total(book, as_of=date(2024, 5, 31))["pagu"] == 90
    assert _table(book, revision=7) == []
    assert _table(book, as_of=date(2023, 1, 1)) == []
    book.void(0)
    assert _table(book, revision=0) == []


def test_the_unnumbered_state_has_its_own_lines() -> None:
    book = _book(
        revised(0, "2024-01-01", 90), revised(None, None, 3), stated(None, "ro", [("a", 3)])
    )
    assert _rows(book) == [("total", None, 3, "stated"), ("ro", "a", 3, "stated")]


def test_satkers_and_years_follow_each_other_each_with_its_total() -> None:
    book = _book(
        revised(0, None, 1, satker="b"),
        revised(0, None, 2, satker="a"),
        stated(0, "ro", [("x", 2)], satker="a"),
        revised(0, None, 3, satker="a", fiscal_year=2023),
    )
    found = [(row["satker"], row["fiscal_year"], row["pagu"]) for row in _table(book)]
    assert found == [("a", 2023, 3), ("a", 2024, 2), ("a", 2024, 2), ("b", 2024, 1)]


CODES = st.sampled_from(["6709.QGE.001", "6709.QGE.003", "6639.BDB.001", "001", None])
LINES = st.lists(
    st.tuples(CODES, st.none() | st.integers(-100, 100), st.sampled_from(["CQ", "WA", None])),
    max_size=8,
)


@given(
    LINES,
    st.none() | st.integers(-200, 200),
    st.sampled_from(["program", "kegiatan", "kro", "ro"]),
    st.sampled_from(["full", "partial"]),
)
def test_rows_and_remainder_sum_to_the_total_at_every_level(
    lines: list[tuple[str | None, int | None, str | None]],
    total: int | None,
    level: str,
    declared: str,
) -> None:
    coded = [(code, amount) for code, amount, _ in lines]
    programs = [program for _, _, program in lines]
    drafts = (
        revised(0, "2024-01-01", total),
        stated(0, "ro", coded, program=programs, coverage=declared),
    )
    head, *rows = _table(_book(*drafts), level)
    known = [row["pagu"] for row in rows if row["pagu"] is not None]
    allocated = [amount for _, amount in coded if amount is not None]
    if head["pagu"] is None:
        assert total is None
        assert sum(known) == sum(allocated)
        return
    assert sum(known) == head["pagu"]
    assert head["unallocated"] == head["pagu"] - sum(allocated)
    is_full = len(allocated) == len(coded) and len(coded) > 0 and sum(allocated) == head["pagu"]
    assert (head["coverage"] == "full") is is_full


@pytest.mark.parametrize("finer_first", [True, False])
def test_of_two_lists_of_one_document_the_finer_gives_a_level_in_any_order(
    finer_first: bool,
) -> None:
    lists = [
        stated(0, "ro", [("6709.QGE.001", 90)], coverage="partial"),
        stated(0, "kro", [("6639.BDB", 90)], coverage="partial"),
    ]
    book = _book(revised(0, "2024-01-01", 90), *(lists if finer_first else reversed(lists)))
    assert _rows(book, "kegiatan")[1:] == [("kegiatan", "6709", 90, "derived")]


def test_precedence_comes_before_what_is_stated_at_the_level() -> None:
    book = _book(
        document("dipa"),
        document("lkj", "LKJ"),
        revised(0, "2024-01-01", 90),
        stated(0, "kegiatan", [("6639", 90)], document="lkj"),
        stated(0, "ro", [("6709.QGE.001", 90)], document="dipa"),
    )
    assert _rows(book, "kegiatan")[1:] == [("kegiatan", "6709", 90, "derived")]
