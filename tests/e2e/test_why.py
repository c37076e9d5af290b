"""Each number that serapan shows is the last running value of why, at every level and position."""

from functools import partial
from pathlib import Path

import pytest

from cli.wiring import open_ledger
from events_store.identity import create_ledger_file
from ledger.events import Event, LedgerOpened
from ledger.records import LEVELS
from tests.book import Book, document, revised, satker, stated
from tests.e2e.conftest import Jejak
from tests.unit.projections.test_realisation import RO, completed, spent

NUMBERS = ("pagu", "realisasi", "persen")
QGE, RAN, BDB = RO, "6709.RAN.003", "6639.BDB.001"
HALF = ("2024-01-01", "2024-06-30")
YEAR = ("2024-01-01", "2024-12-31")
paid = partial(spent, basis="fa")


def check(jejak: Jejak, level: str | None, *position: str) -> int:
    """Ask why of every number of one serapan; how many were known. Claims rest on no entry."""
    asked = (*position, *(() if level is None else ("--level", level)))
    answer = jejak("serapan", *asked, "--json").json
    numbers = {row["code"]: row for row in answer["rows"] if row["code"] is not None}
    shown = next((row["level"] for row in answer["rows"]), level)
    known, claimed = 0, answer["totals"]["basis"] == "claimed"
    for code, row in [("total", answer["totals"]), *numbers.items()]:
        where = asked if code == "total" or shown is None else (*position, "--level", shown)
        why = jejak("why", code, "--measure", "persen", *where, "--json").json
        found = [why["totals"][name] for name in NUMBERS]
        expected = [None if claimed else row[name] for name in NUMBERS]
        assert found == expected, (code, asked)
        known += any(row[name] is not None for name in NUMBERS)
    return known


@pytest.mark.parametrize("level", [None, *LEVELS])
def test_the_demo_ledger_agrees_with_itself(jejak: Jejak, level: str | None) -> None:
    assert check(jejak, level)


@pytest.mark.parametrize(
    "position",
    [
        ("--revision", "9"),
        ("--revision", "99"),
        ("--as-of", "2024-12-31"),
        ("--as-of", "2024-06-30"),
        ("--documents-until", "2025-01-15"),
        ("--at-size", "42"),
    ],
    ids=" ".join,
)
def test_the_demo_ledger_agrees_with_itself_at_a_position(
    jejak: Jejak, position: tuple[str, ...]
) -> None:
    check(jejak, "kegiatan", *position)


def everything() -> tuple[Book, dict[str, int]]:
    """All that a realisation can be, and the size of the log after each kind of entry."""
    book, sizes = Book(), dict[str, int]()
    programs = ["076.01.CQ", "076.01.CQ", "076.01.WA"]
    lines = [(QGE, 500_000), (RAN, 0), (BDB, 400_000)]

    def then(name: str, *events: Event) -> list[int]:
        indexes = book.add_all(events)
        sizes[name] = len(book.events)
        return indexes

    *_, last_lines = then(
        "pagu",
        LedgerOpened("ledger", 0, "uji", "Asia/Jakarta", "IDR", 0),
        satker(),
        document("dipa-r0", dated="2024-01-02"),
        document("dipa-r1", dated="2024-08-01"),
        document("lkj-2024", "LKJ", published="2025-01-16"),
        revised(0, "2024-01-02", 1_000_000),
        revised(1, "2024-08-01", None),
        stated(0, "ro", lines, program=programs),
        stated(1, "ro", lines, program=programs),
    )
    *_, misprinted = then(
        "payments",
        paid(100_000, "2024-02-01"),
        paid(200_000, "2024-06-30"),
        paid(30_000, "2024-05-02", code=BDB),
        paid(30_000, "2024-05-02", code=BDB, basis="sp2d"),
        paid(5_000, "2024-09-02", code=BDB, extent="refund"),
        paid(9_000, "2024-11-02"),
    )
    then(
        "totals",
        spent(410_000, *HALF),
        spent(50_000, "2024-01-01", "2024-03-31", code=RAN),
        spent(120_000, *HALF, code=RAN),
    )
    then("completed", completed(*HALF))
    book.correct(misprinted, "amount", 8_000)
    book.correct(last_lines, "amount", 1_000, line=1)
    (void,) = then("amended", paid(20_000, "2024-04-04", code=RAN))
    book.void(void)
    then(
        "all",
        spent(440_000, *YEAR, dimension="jenis-belanja", code="52"),
        spent(450_000, *YEAR, dimension="total", code=None),
    )
    return book, sizes


@pytest.fixture
def sizes(jejak: Jejak, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """That ledger on disk."""
    path = folder / "baru.db"
    book, sizes = everything()
    create_ledger_file(path)
    with open_ledger(path) as ledger:
        ledger.record(book.events, actor="uji")
    monkeypatch.setenv("JEJAK_LEDGER", str(path))
    return sizes


def test_a_number_and_its_fold_agree_whatever_was_recorded(
    jejak: Jejak, sizes: dict[str, int]
) -> None:
    for size in sizes.values():
        for level in (None, "ro", "kegiatan"):
            assert check(jejak, level, "--at-size", str(size))


@pytest.mark.parametrize(
    "position",
    [
        (),
        ("--revision", "0"),
        ("--as-of", "2024-03-31"),
        ("--as-of", "2024-12-31"),
        ("--as-of", "2023-12-31"),
        ("--documents-until", "2025-01-01"),
    ],
    ids=" ".join,
)
def test_a_number_and_its_fold_agree_at_every_position(
    jejak: Jejak, sizes: dict[str, int], position: tuple[str, ...]
) -> None:
    for level in LEVELS:
        check(jejak, level, *position)


def test_what_counts_is_what_the_entries_say(jejak: Jejak, sizes: dict[str, int]) -> None:
    def at(name: str) -> tuple[int | None, int | None]:
        asked = ("--measure", "persen", "--at-size", str(sizes[name]))
        totals = jejak("why", "total", *asked, "--json").json["totals"]
        return totals["pagu"], totals["realisasi"]

    assert at("pagu") == (900_000, None)
    assert at("payments") == (900_000, 100_000 + 200_000 + 30_000 - 5_000 + 9_000)
    assert at("totals") == (900_000, 410_000 + 120_000 + 30_000 - 5_000 + 9_000)
    assert at("completed") == (900_000, 300_000 + 120_000 + 30_000 - 5_000 + 9_000)
    assert at("amended") == (901_000, 300_000 + 120_000 + 30_000 - 5_000 + 8_000)
    assert at("all") == (901_000, 450_000)


def test_a_total_that_payments_replaced_counts_no_more(jejak: Jejak, sizes: dict[str, int]) -> None:
    answer = jejak("why", QGE, "--measure", "realisasi", "--revision", "0", "--json").json
    effects = [(row["effect"], row["amount"], row["running"]) for row in answer["rows"]]
    assert effects == [
        ("states", None, 0),
        ("counts", 100_000, 100_000),
        ("counts", 200_000, 300_000),
    ]
    assert answer["rows"][0]["event"] == f"#{sizes['completed'] - 1}"
