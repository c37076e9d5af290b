"""Over all satker: sums that foot, and what is unknown counted and never taken for nothing."""

from typing import Any

import pytest

from ledger.events import Place, SatkerCodeStated
from projections.absorption import absorption, percentage
from projections.columns import Columns, decode
from projections.consolidated import (
    absorption_by_code,
    absorption_by_satker,
    grand_total,
    pagu_by_code,
    pagu_by_satker,
    performance_by_satker,
)
from projections.pagu import pagu
from projections.position import Position
from projections.satkers import satkers
from tests.book import YEAR, Book, document, revised, satker, stated
from tests.nation import leaves

POSITIONS = [Position(), Position(revision=3), Position(revision=99)]


@pytest.fixture(scope="module")
def nation() -> Columns:
    made = leaves(25, 20)
    return decode(made, len(made))


def _book() -> Book:
    """Four satker: all known; a total without lines; lines without a total; nothing at all."""
    book = Book()
    book.add_all([satker(key) for key in ("a", "b", "c", "d")])
    book.add_all([document("da"), document("db"), document("dc")])
    book.add(revised(0, "2024-01-01", 100, satker="a", document="da"))
    book.add(stated(0, "akun", [("511111", 60), ("521111", 30)], satker="a", document="da"))
    book.add(revised(0, "2024-01-01", 50, satker="b", document="db"))
    book.add(revised(0, "2024-01-01", None, satker="c", document="dc"))
    book.add(stated(0, "akun", [("511111", 7), ("531111", None)], satker="c", document="dc",
                    coverage="partial"))  # fmt: skip
    return book


def test_every_registered_satker_has_a_row_and_unknown_is_none() -> None:
    rows = pagu_by_satker(_book().columns(), Position(), YEAR).to_pylist()
    assert [(r["satker"], r["pagu"], r["state"]) for r in rows] == [
        ("a", 100, "known"),
        ("b", 50, "known"),
        ("c", None, "partial"),
        ("d", None, "unknown"),
    ]
    assert grand_total(rows) == {
        "pagu": 150, "satker": 4, "known": 2, "partial": 1, "unknown": 1,
    }  # fmt: skip


def test_sums_by_code_foot_to_the_total_and_to_what_has_none() -> None:
    table, total = pagu_by_code(_book().columns(), Position(), YEAR, "jenis-belanja")
    rows = {row["code"]: row for row in table.to_pylist()}
    assert {code: row["pagu"] for code, row in rows.items()} == {
        "51": 67, "52": 30, "53": None, None: 60,
    }  # fmt: skip
    assert (rows["51"]["satker"], rows["53"]["satker"], rows["53"]["unknown"]) == (2, 0, 1)
    assert rows[None]["satker"] == 2
    assert total == {
        "pagu": 150, "without_total": 7, "satker": 4, "known": 0, "partial": 2, "unknown": 2,
    }  # fmt: skip
    summed = sum(row["pagu"] or 0 for row in rows.values())
    assert summed == total["pagu"] + total["without_total"]


def test_without_any_satker_or_revision_there_is_no_sum_and_not_zero() -> None:
    book = Book()
    book.add(satker("a"))
    rows = absorption_by_satker(book.columns(), Position(), YEAR).to_pylist()
    total = grand_total(rows)
    assert (total["pagu"], total["realisasi"], total["persen"]) == (None, None, None)
    assert (total["known"], total["unknown"]) == (0, 1)
    table, found = pagu_by_code(Book().columns(), Position(), YEAR, "ro")
    assert (len(table), found["pagu"], found["satker"]) == (0, None, 0)


@pytest.mark.parametrize("position", POSITIONS, ids=str)
def test_a_nation_by_satker_is_each_satker_by_itself(nation: Columns, position: Position) -> None:
    def totals(table: Any) -> dict[str, Any]:
        return {r["satker"]: r for r in table.to_pylist() if r["level"] == "total"}

    keys = {one.key for one in satkers(nation)}
    one, other = totals(pagu(nation, position)), totals(absorption(nation, position))
    rows = absorption_by_satker(nation, position, YEAR).to_pylist()
    assert {row["satker"] for row in rows} == keys
    for row in rows:
        mine = other.get(row["satker"], {})
        assert (row["pagu"], row["realisasi"]) == (mine.get("pagu"), mine.get("realisasi"))
    total = grand_total(rows)
    known = [row["pagu"] for row in one.values() if row["pagu"] is not None]
    assert total["pagu"] == (sum(known) if known else None)
    assert total["known"] + total["partial"] + total["unknown"] == len(keys)
    both = [r for r in rows if r["pagu"] is not None and r["realisasi"] is not None]
    spent = sum(row["realisasi"] for row in both)
    assert total["persen"] == percentage(spent, sum(row["pagu"] for row in both))
    assert total["persen_satker"] == len(both)


@pytest.mark.parametrize("level", ["ro", "kegiatan", "program"])
def test_a_nation_by_code_is_the_sum_of_each_satker(nation: Columns, level: str) -> None:
    expected: dict[Any, int] = {}
    spent: dict[Any, int] = {}
    for row in pagu(nation, Position(), level).to_pylist():
        if row["level"] == level:
            expected[row["code"]] = expected.get(row["code"], 0) + (row["pagu"] or 0)
    for row in absorption(nation, Position(), level).to_pylist():
        if row["level"] == level:
            spent[row["code"]] = spent.get(row["code"], 0) + (row["realisasi"] or 0)
    table, total = pagu_by_code(nation, Position(), YEAR, level)
    found = {row["code"]: row["pagu"] for row in table.to_pylist()}
    assert found == expected
    assert sum(found.values()) == total["pagu"] + (total["without_total"] or 0)
    rows = absorption_by_code(nation, Position(), YEAR, level).to_pylist()
    assert {row["code"]: row["realisasi"] or 0 for row in rows} == spent


def test_means_stand_by_satker_and_level_and_are_never_averaged(nation: Columns) -> None:
    rows, coverage = performance_by_satker(nation, Position(), YEAR)
    assert {row["level"] for row in rows} == {"iku", "program", "kegiatan"}
    assert len({row["satker"] for row in rows}) == coverage.satker == 25
    for row in rows:
        assert row["state"] == (
            "known"
            if row["reached"] == row["count"]
            else "partial"
            if row["reached"]
            else "unknown"
        )


def test_the_code_of_a_satker_is_the_one_that_speaks_first() -> None:
    book = Book()
    book.add_all([satker("a"), document("lkj", "LKJ"), document("dipa")])
    for code, name in (("000111", "lkj"), ("000222", "dipa"), ("000333", "dipa")):
        book.add(SatkerCodeStated("satker/a", 0, "a", code, name, None, Place(), None))
    assert [one.code for one in satkers(book.columns())] == ["000222"]
    book.void(4)
    assert [one.code for one in satkers(book.columns())] == ["000333"]
