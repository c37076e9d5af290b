"""How far a target was reached: formulas, cap, mean and rounding, all exact."""

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.achievement import (
    HIGHER,
    LOWER_A,
    LOWER_B,
    achieved,
    cap_of,
    capped,
    exact,
    formula_of,
    mean,
    shown,
)


@pytest.mark.parametrize(
    ("text", "number"), [("0.16", (4, 25)), ("-3", (-3, 1)), ("8082", (8082, 1))]
)
def test_a_canonical_decimal_is_read_exactly(text: str, number: tuple[int, int]) -> None:
    assert exact(text) == Fraction(*number)


@pytest.mark.parametrize(
    "text", [None, "", "WTP", "77,5", "1e9999999", "1/3", "1_000", "٣", " 5", "9" * 41, "nan"]
)
def test_any_other_text_is_no_number(text: str | None) -> None:
    assert exact(text) is None


@pytest.mark.parametrize(
    ("formula", "target", "realised", "raw"),
    [
        (HIGHER, "95", "100", "105.26"),
        (HIGHER, "77.5", "50", "64.52"),
        (HIGHER, "5", "0", "0.00"),
        (LOWER_A, "0.16", "0.15", "106.25"),
        (LOWER_A, "1", "3", "-100.00"),
        (LOWER_B, "0.16", "0.15", "106.67"),
    ],
)
def test_each_formula_gives_per_cent_of_the_target(
    formula: str, target: str, realised: str, raw: str
) -> None:
    assert shown(achieved(exact(target), exact(realised), formula)) == raw


@pytest.mark.parametrize("formula", [HIGHER, LOWER_A, LOWER_B])
def test_a_target_of_zero_gives_nothing(formula: str) -> None:
    assert achieved(Fraction(0), Fraction(1), formula) is None


def test_nothing_is_computed_from_what_is_unknown() -> None:
    assert achieved(None, Fraction(1), HIGHER) is None
    assert achieved(Fraction(1), None, HIGHER) is None
    assert achieved(Fraction(1), Fraction(1), None) is None
    assert achieved(Fraction(1), Fraction(1), "menurut pedoman") is None
    assert achieved(Fraction(1), Fraction(0), LOWER_B) is None


@pytest.mark.parametrize(
    ("direction", "stated", "lower", "formula"),
    [
        ("higher", None, None, HIGHER),
        ("higher", None, "B", HIGHER),
        ("lower", None, None, LOWER_A),
        ("lower", None, "B", LOWER_B),
        ("lower", "R/T", "B", HIGHER),
        ("higher", "(T - (R - T)) / T × 100%", None, LOWER_A),
        (None, "Realisasi/Target x 100", None, HIGHER),
        ("higher", " ", None, HIGHER),
        ("higher", "menurut pedoman", None, "menurut pedoman"),
        (None, None, None, None),
    ],
)
def test_a_stated_formula_wins_then_the_direction_decides(
    direction: str | None, stated: str | None, lower: str | None, formula: str | None
) -> None:
    assert formula_of(direction, stated, 2024, lower) == formula


def test_the_stated_cap_wins_and_nothing_is_lifted_from_below() -> None:
    assert (cap_of("120", 2024), cap_of(None, 2024), cap_of("tidak ada", 2024)) == (
        "120",
        "100",
        "100",
    )
    assert capped(Fraction(130), "120") == 120
    assert capped(Fraction(-5), "100") == -5
    assert capped(None, "100") is None


def test_the_mean_is_of_what_is_there() -> None:
    assert mean([Fraction(1), Fraction(2)]) == Fraction(3, 2)
    assert mean([]) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 200), "0.01"),
        (Fraction(-1, 200), "-0.01"),
        (Fraction(-1, 201), "0.00"),
        (Fraction(49999, 10_000_000), "0.00"),
        (None, None),
    ],
)
def test_a_tie_is_rounded_away_from_zero_once(value: Fraction | None, text: str | None) -> None:
    assert shown(value) == text


@given(st.integers(-(10**12), 10**12))
def test_a_figure_is_shown_as_decimal_rounds_it(thousandths: int) -> None:
    wide = Context(prec=40)
    expected = (Decimal(thousandths) / 1000).quantize(Decimal("0.01"), ROUND_HALF_UP, wide)
    assert shown(Fraction(thousandths, 1000)) == f"{expected + 0:.2f}"
