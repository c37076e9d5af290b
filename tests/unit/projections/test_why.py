"""Which entries a realisation rests on, in which order, and what each does to the number."""

from collections.abc import Iterable
from datetime import date

from ledger.events import Event
from ledger.records import TOTAL
from projections.position import Position
from projections.why import Step, why_pagu, why_realisation
from tests.book import Book, document, revised, stated
from tests.unit.projections.test_realisation import RO, YEAR_TOTAL, completed, spent

OTHER = "6709.RAN.001"


def book_of(events: Iterable[Event]) -> Book:
    book = Book()
    book.add(document("dipa-r0", dated="2024-01-02"))
    book.add(revised(0, "2024-01-02", 5_000))
    book.add_all(events)
    return book


def steps(
    events: Iterable[Event],
    subject: str = RO,
    level: str | None = None,
    position: Position | None = None,
) -> list[tuple[str, int, int | None, int | None]]:
    """(effect, how many events after the first two, amount, running) of each step."""
    columns = book_of(events).columns()
    found = why_realisation(columns, position or Position(), subject, level)
    return [(step.effect, step.event - 2, step.amount, step.running) for step in found]


def test_payments_inside_a_standing_total_are_shown_as_part_of_it() -> None:
    events = [spent(300, "2024-03-01"), YEAR_TOTAL, spent(50, "2024-04-01", extent="refund")]
    assert steps(events) == [
        ("counts", 1, 1_000, 1_000),
        ("of-which", 0, 300, 1_000),
        ("of-which", 2, -50, 1_000),
    ]


def test_a_declaration_stands_where_the_total_stood_and_the_payments_count() -> None:
    events = [YEAR_TOTAL, spent(300, "2024-03-01"), completed("2024-01-01", "2024-12-31")]
    assert steps(events) == [("states", 2, None, 0), ("counts", 1, 300, 300)]
    assert steps(events, "6709", "kegiatan") == steps(events)


def test_a_declaration_that_nothing_was_paid_leaves_nothing() -> None:
    assert steps([YEAR_TOTAL, completed("2024-01-01", "2024-12-31")]) == [("states", 1, None, 0)]


def test_payments_that_equal_their_total_count_in_its_place() -> None:
    events = [YEAR_TOTAL, spent(400, "2024-03-01"), spent(600, "2024-09-01")]
    assert steps(events) == [("counts", 1, 400, 400), ("counts", 2, 600, 1_000)]


def test_of_overlapping_totals_one_counts_and_what_was_paid_beside_is_added() -> None:
    half = spent(700, "2024-01-01", "2024-06-30")
    events = [spent(100, "2024-01-01", "2024-03-31"), half, spent(7, "2024-07-02")]
    assert steps(events) == [("counts", 1, 700, 700), ("counts", 2, 7, 707)]


def test_of_two_bases_and_two_dimensions_one_counts() -> None:
    line = spent(300, "2024-03-01", dimension="line", code="x", ro=RO, akun="521211")
    events = [spent(300, "2024-03-01", basis="fa"), spent(300, "2024-03-01"), line]
    assert steps(events) == [("counts", 2, 300, 300)]
    assert steps(events[:2]) == [("counts", 0, 300, 300)]


def test_a_total_that_nothing_states_is_folded_from_its_codes() -> None:
    events = [spent(5, "2024-03-01", code=OTHER), YEAR_TOTAL, spent(None, "2024-05-01")]
    folded = [
        ("counts", 1, 1_000, 1_000),
        ("of-which", 2, None, 1_000),
        ("counts", 0, 5, 1_005),
    ]
    assert steps(events, TOTAL) == folded
    stated_total = spent(990, "2024-01-01", "2024-12-31", dimension=TOTAL, code=None)
    assert steps([*events, stated_total], TOTAL) == [("counts", 3, 990, 990)]


def test_nothing_counts_where_no_revision_held() -> None:
    events = [spent(300, "2024-03-01")]
    assert steps(events, position=Position(revision=7)) == []
    assert steps(events, position=Position(as_of=date(2023, 12, 31))) == []


def test_a_step_leads_to_document_and_print() -> None:
    book = book_of([spent(300, "2024-03-01", read_from="dipa-r0", raw="300,00")])
    (step,) = why_realisation(book.columns(), Position(), RO, None)
    assert (step.document, step.read_from, step.raw) == ("lkj-2024", "dipa-r0", "300,00")


def test_a_pagu_total_that_nothing_states_is_folded_from_its_lines() -> None:
    book = Book()
    book.add(document("dipa-r0", dated="2024-01-02"))
    book.add(revised(0, "2024-01-02", None))
    lines = book.add(stated(0, "ro", [(RO, 700), (OTHER, 40)]))
    found = why_pagu(book.columns(), Position(), TOTAL, None)
    assert [(step.event, step.line, step.running) for step in found] == [
        (lines - 1, None, None),
        (lines, 0, 700),
        (lines, 1, 740),
    ]


def test_a_pagu_corrected_to_unknown_is_unknown() -> None:
    book = Book()
    book.add(document("dipa-r0", dated="2024-01-02"))
    book.add(revised(0, "2024-01-02", 1_000))
    lines = book.add(stated(0, "ro", [(RO, 700), (OTHER, 40)]))
    book.correct(lines, "amount", None, line=0)

    def running(subject: str, level: str) -> list[int | None]:
        found: list[Step] = why_pagu(book.columns(), Position(), subject, level)
        return [step.running for step in found]

    assert running(RO, "ro") == [700, None]
    assert running("6709", "kegiatan") == [700, None, 40]
