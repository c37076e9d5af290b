"""Month by month: the pagu in force, what was spent, and the plan of Halaman III."""

from datetime import date
from typing import Any

from ledger import streams
from ledger.events import CommitmentRecorded, Place, WithdrawalPlanStated
from projections.absorption import absorption
from projections.months import absorption_by_month
from projections.pagu import pagu
from projections.position import Position
from tests.book import SATKER, YEAR, Book, document, revised, stated
from tests.unit.projections.test_realisation import spent

RO = "6709.QGE.001"


def plan(revision: int, months: dict[int, int]) -> WithdrawalPlanStated:
    return WithdrawalPlanStated(
        streams.dipa(SATKER, YEAR), 0, SATKER, YEAR, revision, "jenis-belanja", 1, 1, "full",
        f"dipa-r{revision}", None, Place(), ["52"] * len(months), list(months),
        list(months.values()),
    )  # fmt: skip


def book() -> Book:
    found = Book()
    found.add(document("dipa-r0", dated="2023-11-24"))
    found.add(document("dipa-r1", dated="2024-03-10"))
    found.add(revised(0, "2023-11-24", 1_000))
    found.add(revised(1, "2024-03-10", 2_000))
    found.add(plan(0, {1: 100, 2: 0, 3: 50}))
    found.add(plan(1, {3: 80, 4: 40}))
    found.add(spent(90, "2024-01-15"))
    found.add(spent(10, "2024-02-15"))
    found.add(spent(80, "2024-03-15"))
    return found


def months(found: Book, position: Position | None = None) -> list[dict[str, Any]]:
    table = absorption_by_month(found.columns(), position or Position(), YEAR)
    return table.to_pylist()  # type: ignore[no-any-return]


def test_each_month_has_the_pagu_in_force_and_what_was_spent() -> None:
    january, february, march, april, *_, december = months(book())
    assert (january["pagu"], january["realisasi"], january["persen"]) == (1_000, 90, "9.00")
    assert (february["realisasi"], february["cumulative"]) == (10, 100)
    assert (march["pagu"], march["revision"], march["cumulative"]) == (2_000, 1, 180)
    assert (april["realisasi"], december["cumulative"]) == (0, 180)


def test_the_plan_of_the_revision_in_force_is_compared() -> None:
    january, february, march, april, may, *_ = months(book())
    assert (january["plan"], january["deviation"]) == (100, "10.00")
    assert (february["plan"], february["deviation"]) == (0, "100.00")
    assert (march["plan"], march["deviation"]) == (80, "0.00")
    assert (april["plan"], april["deviation"]) == (40, "100.00")
    assert (may["plan"], may["deviation"]) == (None, None)


def test_a_corrected_plan_counts_as_corrected() -> None:
    found = book()
    found.correct(4, "amount", 90, line=0)
    assert months(found)[0]["plan"] == 90


def test_the_months_end_with_the_day_of_the_position() -> None:
    assert len(months(book(), Position(as_of=date(2024, 3, 31)))) == 3


def test_a_year_total_leaves_the_months_unknown() -> None:
    found = Book()
    found.add(revised(0, "2023-11-24", 1_000))
    found.add(spent(500, "2024-01-01", "2024-12-31"))
    *early, december = months(found)
    assert {(row["realisasi"], row["complete"]) for row in early} == {(None, False)}
    assert (december["cumulative"], december["realisasi"]) == (500, None)


def test_blocked_amounts_keep_the_pagu_and_lower_what_is_effective() -> None:
    found = Book()
    found.add(revised(0, "2023-11-24", 1_000, blocked=200))
    found.add(stated(0, "ro", [(RO, 700), ("6709.RAN.001", 300)], blocked=[200, None]))
    total, first, second = pagu(found.columns(), Position(), "ro").to_pylist()
    assert (total["pagu"], total["blocked"], total["effective"]) == (1_000, 200, 800)
    assert (first["pagu"], first["blocked"], first["effective"]) == (700, 200, 500)
    assert (second["blocked"], second["effective"]) == (None, None)


def test_contracts_stand_beside_what_was_spent() -> None:
    found = Book()
    found.add(revised(0, "2023-11-24", 1_000))
    found.add(stated(0, "ro", [(RO, 1_000)]))
    for number, (day, amount) in enumerate([("2024-02-01", 300), ("2024-12-30", 50)]):
        found.add(
            CommitmentRecorded(
                streams.realisation(SATKER, YEAR), 0, SATKER, YEAR, f"K-{number}", day, "ro", RO,
                amount, None, None, "dipa-r0", None, Place(), None,
            )
        )  # fmt: skip
    total, line = absorption(found.columns(), Position(), "ro").to_pylist()
    assert (total["contracted"], line["contracted"]) == (350, 350)
    _, early = absorption(found.columns(), Position(as_of=date(2024, 6, 30)), "ro").to_pylist()
    assert early["contracted"] == 300
