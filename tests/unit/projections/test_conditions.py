"""The ten conditions of a KPA update: each holds, breaks, and cannot be checked."""

from typing import Any

import pytest

from ledger import streams
from ledger.events import Place, WithdrawalPlanStated
from projections.conditions import Condition, Line, conditions, total_moved
from projections.position import Position
from projections.sides import Side
from tests.book import SATKER, YEAR, Book, document, revised, stated

A, B, C = "6709.QGE.001", "6709.QGE.003", "6639.BDB.001"
KEYS = [
    "jenis-belanja",
    "volume-ro",
    "prioritas-nasional",
    "sumber-dana",
    "kro",
    "halaman-iv",
    "digital-stamp",
    "halaman-iii",
    "target-pnbp",
    "akun-baru",
]
Rows = list[tuple[str, str, str, int, bool | None]]
BASE: Rows = [
    (A, "521211", "A", 30, False),
    (A, "522111", "A", 10, False),
    (B, "521211", "A", 20, False),
    (C, "532111", "B", 40, True),
]


def _lines(revision: int, rows: Rows, **fields: Any) -> Any:
    """Full lines of (RO, akun, fund, amount, Prioritas Nasional)."""
    return stated(
        revision,
        "line",
        [(str(at), row[3]) for at, row in enumerate(rows)],
        ro=[row[0] for row in rows],
        akun=[row[1] for row in rows],
        fund=[row[2] for row in rows],
        pn=[row[4] for row in rows],
        **fields,
    )


def _plan(revision: int, amounts: list[int | None]) -> WithdrawalPlanStated:
    return WithdrawalPlanStated(
        streams.dipa(SATKER, YEAR), 0, SATKER, YEAR, revision, "jenis-belanja", 1, 1, "full",
        f"dipa-r{revision}", None, Place(), ["52"] * len(amounts),
        list(range(1, len(amounts) + 1)), amounts,
    )  # fmt: skip


def _ends(*drafts: Any) -> tuple[Side, Side]:
    book = Book()
    book.add_all(drafts)
    columns = book.columns()
    return Side(columns, Position(0)), Side(columns, Position(1))


def _moved(*changed: tuple[int, int], base: Rows = BASE) -> Rows:
    """The base with some amounts moved: (row, difference)."""
    moves = dict(changed)
    return [(*row[:3], row[3] + moves.get(at, 0), row[4]) for at, row in enumerate(base)]


def _found(key: str, *drafts: Any) -> Condition:
    found = conditions(
        *_ends(revised(0, "2024-01-01", 100), revised(1, "2024-02-01", 100), *drafts)
    )
    assert [one.key for one in found] == KEYS
    return next(one for one in found if one.key == key)


def _of_lines(key: str, after: Rows, before: Rows = BASE) -> Condition:
    return _found(key, _lines(0, before), _lines(1, after))


@pytest.mark.parametrize("key", ["jenis-belanja", "sumber-dana", "kro", "prioritas-nasional"])
def test_a_shift_within_one_ro_keeps_what_is_above_it(key: str) -> None:
    assert _of_lines(key, _moved((0, -5), (1, 5))) == Condition(key, "holds")


@pytest.mark.parametrize(
    ("key", "moves", "lines"),
    [
        ("jenis-belanja", ((0, -5), (3, 5)),
         [Line("jenis-belanja", "52", 60, 55), Line("jenis-belanja", "53", 40, 45)]),
        ("sumber-dana", ((0, -5), (3, 5)),
         [Line("sumber-dana", "A", 60, 55), Line("sumber-dana", "B", 40, 45)]),
        ("kro", ((2, -5), (3, 5)),
         [Line("kro", "6639.BDB", 40, 45), Line("kro", "6709.QGE", 60, 55)]),
        ("prioritas-nasional", ((2, -5), (3, 5)), [Line("ro", C, 40, 45)]),
    ],
)  # fmt: skip
def test_a_shift_across_breaks_and_names_what_moved(key: str, moves: Any, lines: Any) -> None:
    assert _of_lines(key, _moved(*moves)) == Condition(key, "breaks", tuple(lines))


def test_a_shift_between_ro_without_the_mark_holds() -> None:
    assert _of_lines("prioritas-nasional", _moved((0, -5), (2, 5))).verdict == "holds"


def test_a_shift_between_ro_whose_mark_is_not_stated_cannot_be_checked() -> None:
    unmarked: Rows = [(*row[:4], None) for row in BASE]
    found = _of_lines("prioritas-nasional", _moved((0, -5), (2, 5), base=unmarked), unmarked)
    assert found == Condition("prioritas-nasional", "not-checkable", missing=("pn",))
    still = _of_lines("prioritas-nasional", _moved((0, -5), (1, 5), base=unmarked), unmarked)
    assert still.verdict == "holds"


@pytest.mark.parametrize("key", ["jenis-belanja", "sumber-dana", "kro", "prioritas-nasional"])
def test_totals_alone_cannot_be_checked_and_say_which_side_lacks_what(key: str) -> None:
    level = "ro" if key == "prioritas-nasional" else key
    found = _found(key, _lines(1, BASE))
    assert found == Condition(key, "not-checkable", missing=(f"before:{level}",))
    neither = _found(key)
    assert neither.missing == (f"before:{level}", f"after:{level}")


@pytest.mark.parametrize("key", ["jenis-belanja", "sumber-dana", "kro"])
def test_a_total_that_changes_breaks_even_where_no_line_is_known(key: str) -> None:
    found = conditions(*_ends(revised(0, "2024-01-01", 100), revised(1, "2024-02-01", 90)))
    one = next(one for one in found if one.key == key)
    assert one == Condition(key, "breaks", (Line("total", None, 100, 90),))


def test_what_is_not_broken_down_is_no_code_that_moved() -> None:
    lines = [_lines(number, BASE) for number in (0, 1)]
    ends = _ends(revised(0, "2024-01-01", 110), revised(1, "2024-02-01", 105), *lines)
    found = next(one for one in conditions(*ends) if one.key == "kro")
    assert found.lines == (Line("total", None, 110, 105),)


def test_what_is_not_broken_down_cannot_be_told_to_have_stayed() -> None:
    part = [row for row in BASE if row[0] != C]
    found = _of_lines("kro", part, part)
    assert found == Condition("kro", "not-checkable", missing=("before:kro", "after:kro"))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["12", "1"], ["12", "1"], Condition("volume-ro", "holds")),
        (["12", "1"], ["10", "1"],
         Condition("volume-ro", "breaks", (Line("ro", A, "12", "10"),))),
        (["12", "1"], None, Condition("volume-ro", "not-checkable", missing=("after:volume",))),
        (["12", None], ["12", "1"],
         Condition("volume-ro", "not-checkable", missing=("before:volume",))),
        (["12", None], ["9", "1"],
         Condition("volume-ro", "breaks", (Line("ro", A, "12", "9"),), ("before:volume",))),
    ],
)  # fmt: skip
def test_the_volume_of_an_ro_holds_breaks_or_is_missing(
    before: Any, after: Any, expected: Condition
) -> None:
    amounts = [(A, 60), (B, 40)]
    found = _found(
        "volume-ro", stated(0, "ro", amounts, volume=before), stated(1, "ro", amounts, volume=after)
    )
    assert (found.verdict, found.lines) == (expected.verdict, expected.lines)
    if expected.verdict == "not-checkable":
        assert found.missing == expected.missing


def test_halaman_iii_holds_breaks_or_is_missing() -> None:
    assert _found("halaman-iii", _plan(0, [5, 6]), _plan(1, [5, 6])).verdict == "holds"
    assert _found("halaman-iii", _plan(0, [5, 6]), _plan(1, [4, 7])) == Condition(
        "halaman-iii",
        "breaks",
        (Line("halaman-iii", "52 01", 5, 4), Line("halaman-iii", "52 02", 6, 7)),
    )
    assert _found("halaman-iii", _plan(0, [5, 6])).missing == ("after:halaman-iii",)


def test_halaman_iii_is_that_of_the_document_which_speaks() -> None:
    other = WithdrawalPlanStated(
        streams.dipa(SATKER, YEAR), 0, SATKER, YEAR, 1, "jenis-belanja", 1, 1, "full",
        "lain", None, Place(), ["52"], [1], [99],
    )  # fmt: skip
    known = [document("dipa-r1"), document("dipa-r0")]
    assert _found("halaman-iii", _plan(0, [5]), _plan(1, [5]), other, *known).verdict == "holds"


def test_halaman_iv_breaks_by_its_blocked_amount_and_is_else_not_recorded() -> None:
    def found(first: int | None, second: int | None) -> Condition:
        ends = _ends(
            revised(0, "2024-01-01", 100, blocked=first),
            revised(1, "2024-02-01", 100, blocked=second),
        )
        return next(one for one in conditions(*ends) if one.key == "halaman-iv")

    assert found(5, 7).lines == (Line("total", "blokir", 5, 7),)
    assert found(5, 5) == Condition("halaman-iv", "not-checkable", missing=("halaman-iv",))
    assert found(None, 5).verdict == "not-checkable"


@pytest.mark.parametrize("key", ["digital-stamp", "target-pnbp"])
def test_what_no_source_holds_is_never_said_to_hold(key: str) -> None:
    assert _of_lines(key, BASE) == Condition(key, "not-checkable", missing=(key,))


def test_a_new_akun_on_a_loan_breaks_and_elsewhere_it_does_not() -> None:
    on_loan = [*_moved((3, -5)), (C, "536111", "b", 5, True)]
    found = _of_lines("akun-baru", on_loan)
    assert found == Condition("akun-baru", "breaks", (Line("akun", "536111", None, "B"),))
    on_rm = [*_moved((0, -5)), (A, "524111", "RM", 5, False)]
    assert _of_lines("akun-baru", on_rm).verdict == "holds"


def test_without_a_loan_or_grant_no_akun_is_asked_for() -> None:
    funds = [stated(n, "sumber-dana", [("RM", 60), ("PNBP", 40)]) for n in (0, 1)]
    assert _found("akun-baru", *funds).verdict == "holds"
    loans = [stated(n, "sumber-dana", [("RM", 60), ("PLN", 40)]) for n in (0, 1)]
    assert _found("akun-baru", *loans).missing == ("before:akun", "after:akun")
    odd = [stated(n, "sumber-dana", [("07", 100)]) for n in (0, 1)]
    assert _found("akun-baru", *odd).missing == ("before:sumber-dana", "after:sumber-dana")


def test_a_first_loan_brings_a_new_akun() -> None:
    plain: Rows = [(A, "521211", "A", 100, False)]
    loan: Rows = [(A, "521211", "A", 60, False), (A, "521211", "PLN", 40, False)]
    assert _of_lines("akun-baru", loan, plain).lines == (Line("akun", "521211", None, "PLN"),)


def test_the_total_of_full_lines_counts_where_none_is_stated() -> None:
    ends = _ends(
        revised(0, "2024-01-01", 100), revised(1, "2024-02-01", None), _lines(1, _moved((0, 1)))
    )
    assert total_moved(*ends) == Line("total", None, 100, 101)
