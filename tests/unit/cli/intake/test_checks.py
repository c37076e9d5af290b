"""Does a file add up to its own totals: across a row, down its rows, at a price."""

from typing import Any

import pytest

from cli.intake.cells import Row
from cli.intake.checks import Mismatch, check_rows
from cli.intake.mapping import parse_mapping
from cli.intake.tables import Table
from ledger.errors import Refusal

HEADER = ("tingkat", "ro", "lalu", "ini", "sd")
COLUMNS = {name: at for at, name in enumerate(HEADER)}
STATEMENT = '\n[[statement]]\nrecord = "satker"\n'
ACROSS = '[[check]]\nname = "a"\nadd = ["lalu", "ini"]\ngives = "sd"\n'
PRICE = '[[check]]\nname = "p"\nmultiply = ["lalu", "ini"]\ngives = "sd"\n'
DOWN = (
    '[[check]]\nname = "d"\nsum = "sd"\nover = { tingkat = "daun" }\n'
    'gives = { tingkat = "jumlah" }\nby = ["ro"]\n'
)


def _checked(
    check: str, *rows: str, dialect: str = "", **options: Any
) -> tuple[list[Mismatch], list[Refusal]]:
    mapping = parse_mapping(dialect + check + STATEMENT)
    table = Table(
        Row(1, HEADER),
        lambda: (Row(n, tuple(row.split("|"))) for n, row in enumerate(rows, 2)),
    )
    refused: list[Refusal] = []
    options = {"accept": False, **options}
    found = check_rows(table, mapping, COLUMNS, 0, refuse=refused.append, **options)
    return list(found), refused


@pytest.mark.parametrize(
    "row", ["||1|2|3", "|||3|3", "||1|2|", "||||", "||-1|2|1", "||1.000|-|1.000"]
)
def test_a_row_that_adds_up_or_says_nothing_is_no_mismatch(row: str) -> None:
    assert _checked(ACROSS, row) == ([], [])


def test_a_row_that_does_not_add_up_is_told_at_its_sum() -> None:
    (found,), _ = _checked(ACROSS, "||1|2|3", "||1|2|1.004")
    assert (found.check, found.row, found.origin.cell) == ("a", 3, "E3")
    assert (found.printed, found.stated, found.computed) == ("1.004", 1_004, 3)


def test_a_part_that_cannot_be_read_is_refused() -> None:
    found, refused = _checked(ACROSS, "||1|dua|3")
    assert [(r.code, r.origin.cell) for r in refused] == [("amount-broken", "D2")]
    assert [m.computed for m in found] == [1]
    _, refused = _checked(ACROSS, "||1|2|95.766,000")
    assert [(r.code, r.suggestion) for r in refused] == [("amount-mixed-separators", "95766")] or [
        r.origin.cell for r in refused
    ] == ["E2"]
    assert _checked(ACROSS, "||1|2|95.766,000", accept=True)[1] == []


def test_a_product_is_judged_only_by_whole_factors() -> None:
    (found,), _ = _checked(PRICE, "||4|5|20", "||4|5|21", "||2,5|5|12", "|||5|7", "||x|5|7")
    assert (found.row, found.stated, found.computed) == (3, 21, 20)


def test_leaves_are_added_up_by_what_both_share() -> None:
    rows = ["jumlah|a|||5", "daun|a|||2", "daun|a|||3", "daun|b|||9", "jumlah|b|||8"]
    (found,), _ = _checked(DOWN, *rows)
    assert (found.check, found.row, found.stated, found.computed) == ("d", 6, 8, 9)


def test_a_total_without_any_leaf_is_not_judged() -> None:
    assert _checked(DOWN, "jumlah|a|||5", "daun|b|||1") == ([], [])


def test_the_unit_of_the_file_is_on_both_sides() -> None:
    (found,), _ = _checked(ACROSS, "||1|2|4", dialect="[file]\nunit = 1000\n")
    assert (found.stated, found.computed) == (4_000, 3_000)
