"""Realisation up to a day: period totals, payments inside and beside them, refunds, bases."""

from collections.abc import Iterable
from typing import Any

import pytest

from ledger import streams
from ledger.events import Event, PaymentsCompleted, Place, RealisationRecorded
from ledger.records import TOTAL
from projections.realisation import Realised, realised
from tests.book import SATKER, YEAR, Book

DIPA = (SATKER, YEAR)
RO = "6709.QGE.001"
STREAM = streams.realisation(SATKER, YEAR)


def spent(amount: int | None, start: str, end: str | None = None, **fields: Any) -> Event:
    values: dict[str, Any] = {
        "satker": SATKER,
        "fiscal_year": YEAR,
        "dimension": "ro",
        "code": RO,
        "name": None,
        "program": None,
        "ro": None,
        "akun": None,
        "fund": None,
        "amount": amount,
        "period_start": start,
        "period_end": end or start,
        "extent": "payment" if end is None else "period-total",
        "basis": "sp2d" if end is None else "report",
        "paper_kind": None,
        "paper_number": None,
        "paper_line": None,
        "refunds": None,
        "document": "lkj-2024",
        "read_from": None,
        "place": Place(),
        "raw": None,
    }
    return RealisationRecorded(STREAM, 0, **{**values, **fields})


def completed(start: str, end: str) -> Event:
    return PaymentsCompleted(STREAM, 0, SATKER, YEAR, "ro", RO, start, end, "fa", None)


YEAR_TOTAL = spent(1_000, "2024-01-01", "2024-12-31")


def figures(
    events: Iterable[Event], end: str = "2024-12-31", level: str = "ro"
) -> dict[str | None, Realised]:
    book = Book()
    book.add_all(events)
    return realised(book.columns(), {DIPA: end}, level)[DIPA]


def test_payments_add_up_and_refunds_come_off() -> None:
    found = figures(
        [
            spent(300, "2024-03-01"),
            spent(200, "2024-04-01"),
            spent(50, "2024-05-01", extent="refund"),
        ]
    )[RO]
    assert (found.amount, found.extent, found.complete) == (450, "payments", True)


def test_what_was_paid_after_the_day_does_not_count() -> None:
    events = [spent(300, "2024-03-01"), spent(200, "2024-04-01")]
    assert figures(events, "2024-03-31")[RO].amount == 300
    assert figures(events, "2024-04-01")[RO].amount == 500


def test_one_payment_does_not_lower_a_known_year_total() -> None:
    found = figures([YEAR_TOTAL, spent(300, "2024-03-01")])[RO]
    assert (found.amount, found.extent, found.of_which) == (1_000, "period-total", 300)


def test_payments_declared_complete_replace_the_total_of_their_period() -> None:
    events = [YEAR_TOTAL, spent(300, "2024-03-01"), completed("2024-01-01", "2024-12-31")]
    found = figures(events)[RO]
    assert (found.amount, found.extent, found.of_which) == (300, "payments", 0)


def test_a_declaration_for_another_period_replaces_nothing() -> None:
    events = [YEAR_TOTAL, spent(300, "2024-03-01"), completed("2024-01-01", "2024-06-30")]
    assert figures(events)[RO].amount == 1_000


def test_payments_whose_sum_equals_the_total_take_its_place() -> None:
    found = figures([YEAR_TOTAL, spent(400, "2024-03-01"), spent(600, "2024-09-01")])[RO]
    assert (found.amount, found.extent, found.of_which) == (1_000, "payments", 0)


def test_in_the_middle_of_a_period_its_total_is_not_known() -> None:
    alone = figures([YEAR_TOTAL], "2024-06-30")[RO]
    assert (alone.amount, alone.complete) == (None, False)
    with_payment = figures([YEAR_TOTAL, spent(300, "2024-03-01")], "2024-06-30")[RO]
    assert (with_payment.amount, with_payment.complete) == (300, False)


def test_totals_of_periods_side_by_side_add_up_with_later_payments() -> None:
    found = figures(
        [
            spent(100, "2024-01-01", "2024-03-31"),
            spent(150, "2024-04-01", "2024-06-30"),
            spent(7, "2024-07-02"),
        ]
    )[RO]
    assert (found.amount, found.extent) == (257, "mixed")


def test_a_longer_total_stands_for_the_shorter_ones_inside_it() -> None:
    found = figures([spent(100, "2024-01-01", "2024-03-31"), YEAR_TOTAL])[RO]
    assert found.amount == 1_000


def test_dimensions_are_never_added() -> None:
    events = [
        YEAR_TOTAL,
        spent(1_000, "2024-01-01", "2024-12-31", dimension="jenis-belanja", code="52"),
        spent(1_000, "2024-01-01", "2024-12-31", dimension=TOTAL, code=None),
    ]
    assert {code: f.amount for code, f in figures(events).items()} == {RO: 1_000}
    by_kind = figures(events, level="jenis-belanja")
    assert {code: f.amount for code, f in by_kind.items()} == {"52": 1_000}
    assert figures(events, level=TOTAL)[None].amount == 1_000


def test_an_ro_gives_its_kegiatan_and_kro() -> None:
    events = [YEAR_TOTAL, spent(5, "2024-01-01", "2024-12-31", code="6709.RAN.001")]
    assert {c: f.amount for c, f in figures(events, level="kegiatan").items()} == {"6709": 1_005}
    assert set(figures(events, level="kro")) == {"6709.QGE", "6709.RAN"}


def test_account_lines_give_ro_and_jenis_belanja() -> None:
    line = {"dimension": "line", "code": "x", "ro": RO, "akun": "521211"}
    events = [spent(30, "2024-02-01", **line), spent(12, "2024-02-02", **line)]
    assert figures(events)[RO].amount == 42
    assert figures(events, level="jenis-belanja")["52"].amount == 42
    assert figures(events, level="akun")["521211"].amount == 42


def test_a_payment_on_two_bases_counts_once() -> None:
    events = [spent(300, "2024-03-01", basis="sp2d"), spent(300, "2024-03-01", basis="fa")]
    assert figures(events)[RO].amount == 300


def test_the_same_payments_by_line_and_by_ro_count_once() -> None:
    events = [
        spent(300, "2024-03-01"),
        spent(300, "2024-03-01", dimension="line", code="x", ro=RO, akun="521211"),
    ]
    assert figures(events)[RO].amount == 300


def test_a_void_payment_does_not_count_and_a_correction_does() -> None:
    book = Book()
    first = book.add(spent(300, "2024-03-01"))
    second = book.add(spent(200, "2024-03-02"))
    book.void(first)
    book.correct(second, "amount", 250)
    assert realised(book.columns(), {DIPA: "2024-12-31"}, "ro")[DIPA][RO].amount == 250


@pytest.mark.parametrize("level", ["ro", "kegiatan", "jenis-belanja", TOTAL])
def test_no_entries_give_no_figures(level: str) -> None:
    assert figures([], level=level) == {}
