"""The long table: every stated value once, entries and claims in columns of their own."""

from ledger import streams
from ledger.events import FigurePublished, Place, RealisationRecorded, WithdrawalPlanStated
from projections.columns import decode
from projections.fact import SCHEMA, fact
from projections.pagu import pagu
from projections.position import Position
from tests import nation
from tests.book import SATKER, YEAR, Book, document, revised, stated

CONTRACT = (
    *("satker", "year", "revision", "dimension", "code", "measure", "value", "valid_from"),
    *("valid_to", "known_from", "known_to", "basis", "document", "place", "event"),
)


def test_the_columns_of_the_contract_are_there_in_its_order() -> None:
    assert [name for name in SCHEMA.names if name in CONTRACT] == list(CONTRACT)


def test_rival_documents_both_stand_and_each_says_its_place_and_days() -> None:
    book = Book()
    book.add(document("dipa-r0"))
    book.add(revised(0, "2024-01-01", 100, document="dipa-r0"))
    book.add(revised(1, "2024-03-01", 120, document="dipa-r0"))
    book.add(revised(1, "2024-03-01", 130, document="dipa-r0", read_from="lkj"))
    rows = fact(book.columns(), Position()).to_pylist()
    assert [
        (row["revision"], row["value"], row["valid_from"], row["valid_to"]) for row in rows
    ] == [
        (0, 100, "2024-01-01", "2024-02-29"),
        (1, 120, "2024-03-01", "2024-12-31"),
        (1, 130, "2024-03-01", "2024-12-31"),
    ]
    assert {row["measure"] for row in rows} == {"pagu"}
    assert {row["dimension"] for row in rows} == {"total"}


def test_a_claim_is_in_no_column_of_the_entries() -> None:
    book = Book()
    book.add(
        FigurePublished(
            streams.report("lkj"), 0, SATKER, 2023, "Total", "total", None, None, "Total",
            "realisasi", "amount", "5", 5, None, "lkj", None, Place(),
        )
    )  # fmt: skip
    (row,) = fact(book.columns(), Position()).to_pylist()
    assert (row["value"], row["text"]) == (None, None)
    assert (row["claimed"], row["claimed_text"], row["basis"]) == (5, "5", "claimed")


def test_payments_refunds_and_totals_of_periods_are_told_apart() -> None:
    book = Book()
    for extent, amount in (("payment", 7), ("refund", 2), ("period-total", 5)):
        book.add(
            RealisationRecorded(
                streams.realisation(SATKER, YEAR), 0, SATKER, YEAR, "ro", "A", None, None, None,
                None, None, amount, "2024-01-01", "2024-01-31", extent, "sp2d", None, None, None,
                None, "sp2d", None, Place(), None,
            )
        )  # fmt: skip
    rows = fact(book.columns(), Position()).to_pylist()
    assert {(row["measure"], row["value"], row["basis"]) for row in rows} == {
        ("realisasi:payment", 7, "sp2d"),
        ("realisasi:refund", 2, "sp2d"),
        ("realisasi:period-total", 5, "sp2d"),
    }
    assert {(row["valid_from"], row["valid_to"]) for row in rows} == {("2024-01-01", "2024-01-31")}


def test_a_plan_is_of_its_months() -> None:
    book = Book()
    book.add(
        WithdrawalPlanStated(
            streams.dipa(SATKER, YEAR), 0, SATKER, YEAR, 0, "jenis-belanja", 1, 1, "full", "d",
            None, Place("III"), code=["51", "51"], month=[2, 12], amount=[10, 20], row=[4, 5],
        )
    )  # fmt: skip
    rows = fact(book.columns(), Position()).to_pylist()
    assert [(row["value"], row["valid_from"], row["valid_to"]) for row in rows] == [
        (10, "2024-02-01", "2024-02-29"),
        (20, "2024-12-01", "2024-12-31"),
    ]
    assert rows[0]["place"] == {"sheet": "III", "page": None, "row": 4, "cell": None}
    assert rows[0]["measure"] == "rencana"


def test_a_line_says_its_row_and_cell_and_its_event() -> None:
    book = Book()
    index = book.add(stated(0, "ro", [("A", 1)], document="dipa-r0"))
    (row,) = fact(book.columns(), Position()).to_pylist()
    assert (row["dimension"], row["code"], row["event"]) == ("ro", "A", index)


def test_what_stands_of_the_last_revision_sums_to_its_pagu_in_a_nation() -> None:
    leaves = nation.leaves(30, 5)
    columns = decode(leaves, len(leaves))
    table = fact(columns, Position())
    keys = list(
        zip(*(table[name].to_pylist() for name in ("satker", "year", "dimension")), strict=True)
    )
    assert [key[:2] for key in keys] == sorted(key[:2] for key in keys)
    expected = {
        (row["satker"], row["code"]): row["pagu"]
        for row in pagu(columns, Position(), "ro").to_pylist()
        if row["code"]
    }
    found = {
        (row["satker"], row["code"]): row["value"]
        for row in table.to_pylist()
        if (row["measure"], row["dimension"], row["revision"]) == ("pagu", "ro", 13)
        and row["known_to"] is None
    }
    assert found == expected
