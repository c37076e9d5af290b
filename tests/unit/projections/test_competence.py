"""Who may decide a revision by what it moves, until when, and what stays of each line."""

from typing import Any

import pytest

from ledger import streams
from ledger.events import CommitmentRecorded, Place, RealisationRecorded
from projections.competence import examined
from projections.position import Position
from projections.remaining import Remaining, remaining
from projections.sides import Side
from tests.book import SATKER, YEAR, Book, revised, stated
from tests.unit.projections.test_conditions import BASE, A, B, Rows, _lines, _moved, _plan


def _ends(*drafts: Any, dated: str | None = "2024-02-01", total: int = 100) -> tuple[Side, Side]:
    book = Book()
    book.add_all([revised(0, "2024-01-01", 100), revised(1, dated, total), *drafts])
    columns = book.columns()
    return Side(columns, Position(0)), Side(columns, Position(1))


def _who(after: Rows, before: Rows = BASE, *, total: int = 100, more: Any = ()) -> tuple[Any, ...]:
    _, _, who, _ = examined(*_ends(_lines(0, before), _lines(1, after), *more, total=total))
    return who.kind, [rule.authority for rule in who.rules]


def test_a_total_that_changes_is_for_the_dja_or_the_direktorat() -> None:
    assert _who(_moved((0, 5)), total=105) == ("pagu-berubah", ["dja", "direktorat-pa"])


def test_a_total_that_grows_by_a_direct_grant_alone_is_for_the_kanwil() -> None:
    grant: Rows = [*BASE, (A, "521211", "J", 5, False)]
    assert _who(grant, total=105) == ("hibah", ["kanwil-djpb"])
    mixed: Rows = [*_moved((0, 1)), (A, "521211", "J", 4, False)]
    assert _who(mixed, total=105)[0] == "pagu-berubah"


def test_a_shift_across_kro_with_the_total_kept_is_for_the_kanwil() -> None:
    assert _who(_moved((2, -5), (3, 5))) == ("pagu-tetap", ["kanwil-djpb"])


def test_a_shift_within_an_ro_is_for_the_kpa_on_what_cannot_be_checked() -> None:
    _, checked, who, _ = examined(*_ends(_lines(0, BASE), _lines(1, _moved((0, -5), (1, 5)))))
    assert (who.kind, [rule.authority for rule in who.rules]) == ("kpa", ["kpa"])
    assert set(who.open) == {one.key for one in checked if one.verdict == "not-checkable"}
    assert [rule.authority for rule in who.otherwise] == ["kanwil-djpb"]


def test_a_plan_that_alone_changes_is_for_the_kanwil() -> None:
    plans = [_plan(0, [5, 6]), _plan(1, [4, 7])]
    assert _who(BASE, more=plans) == ("halaman-iii", ["kanwil-djpb"])
    assert _who(_moved((0, -5), (1, 5)), more=plans)[0] == "pagu-tetap"


def test_totals_alone_leave_the_kpa_open_and_an_unknown_total_everything() -> None:
    _, _, who, _ = examined(*_ends())
    assert (who.kind, bool(who.open)) == ("kpa", True)
    book = Book()
    book.add_all([revised(0, "2024-01-01", 100), revised(1, "2024-02-01", None)])
    ends = [Side(book.columns(), Position(number)) for number in (0, 1)]
    moved, _, who, due = examined(ends[0], ends[1])
    assert (who.kind, who.rules, due) == (None, (), [])
    assert {one.verdict for one in moved} == {"unknown"}


def test_before_the_first_rule_no_authority_is_named() -> None:
    _, _, who, due = examined(*_ends(dated="2021-02-01", total=90))
    assert (who.kind, who.rules, due) == ("pagu-berubah", (), [])


@pytest.mark.parametrize(
    ("dated", "state"),
    [("2024-12-27", "in-time"), ("2024-12-28", "late"), (None, "no-date")],
)
def test_a_deadline_is_kept_to_its_last_day(dated: str | None, state: str) -> None:
    lines = _lines(0, BASE), _lines(1, _moved((0, -5), (1, 5)))
    _, _, _, due = examined(*_ends(*lines, dated=dated))
    found = {one.deadline.authority: (one.until, one.state, one.deadline.verified) for one in due}
    assert found["kpa"] == ("2024-12-27", state, True)
    assert found["kanwil-djpb"][2] is False


def test_what_moves_is_told_level_by_level() -> None:
    moved, *_ = examined(*_ends(_lines(0, BASE), _lines(1, _moved((0, -5), (2, 5)))))
    found = {one.level: (one.verdict, one.gained, one.lost, one.codes) for one in moved}
    assert found["ro"] == ("moves", 5, -5, (A, B))
    assert found["kro"] == ("same", 0, 0, ())
    assert found["line"][0] == "moves"
    assert found["program"] == ("unknown", 0, 0, ())


def _paid(code: str, amount: int) -> RealisationRecorded:
    return RealisationRecorded(
        streams.realisation(SATKER, YEAR), 0, SATKER, YEAR, "ro", code, None, None, None, None,
        None, amount, "2024-03-01", "2024-03-01", "payment", "sp2d", "SP2D", f"{code}{amount}", 1,
        None, "sp2d", None, Place(), None,
    )  # fmt: skip


def _bound(code: str, amount: int, dimension: str = "ro") -> CommitmentRecorded:
    return CommitmentRecorded(
        streams.realisation(SATKER, YEAR), 0, SATKER, YEAR, f"k-{code}-{amount}", "2024-03-01",
        dimension, code, amount, None, None, "kontrak", None, Place(), None,
    )  # fmt: skip


def _left(*drafts: Any) -> dict[str, tuple[int | None, str]]:
    ros = stated(1, "ro", [(A, 60), (B, 40)])
    found: list[Remaining] = remaining(_ends(ros, *drafts)[1], "ro")
    return {one.code: (one.remaining, one.state) for one in found}


def test_what_stays_is_the_pagu_less_what_is_spent_and_bound() -> None:
    assert _left(_paid(A, 30), _bound(A, 20), _paid(B, 40)) == {
        A: (10, "covered"),
        B: (0, "covered"),
    }


def test_a_line_below_its_realisation_or_its_contracts_is_below() -> None:
    assert _left(_paid(A, 61), _bound(B, 41)) == {A: (-1, "below"), B: (None, "below")}


def test_a_line_below_the_sum_alone_may_have_paid_its_contract_already() -> None:
    assert _left(_paid(A, 40), _bound(A, 40)) == {
        A: (-20, "perhaps-below"),
        B: (None, "unknown"),
    }


def test_contracts_of_another_level_are_weighed_there() -> None:
    lines = _lines(1, BASE)
    found = remaining(_ends(lines, _bound("532111", 41, "akun"))[1], "line")
    assert [(one.level, one.code) for one in found if one.state == "below"] == [("akun", "532111")]
    assert {one.level for one in found} == {"ro", "akun"}
