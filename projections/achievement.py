"""How far a target was reached: the formulas, the cap, the mean, and how a figure is shown.

All of it is exact: decimals are read as fractions, because a third of a per cent has no decimal
form, and rounding happens once, when a figure is shown. Which formula and cap hold where the
indicator states none is dated configuration, by the last day of the fiscal year.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import TypeVar

T = TypeVar("T")

HIGHER = "R/T"
LOWER_A = "(2T-R)/T"
LOWER_B = "T/R"
LOWER: Mapping[str, str] = {"A": LOWER_A, "B": LOWER_B}

_LOWER_IN_FORCE = (("0001-01-01", "A"),)
_CAPS = (("0001-01-01", "100"),)
_SPELLINGS = {
    "R/T": HIGHER,
    "A": LOWER_A,
    "(2T-R)/T": LOWER_A,
    "(T-(R-T))/T": LOWER_A,
    "1+(1-R/T)": LOWER_A,
    "(1+(1-R/T))": LOWER_A,
    "B": LOWER_B,
    "T/R": LOWER_B,
}
_DECIMAL = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
_TIMES_100 = re.compile(r"[×X*·]100%?$")


def exact(text: str | None) -> Fraction | None:
    """The number of a canonical decimal text; None for any other text (`WTP`, `A`, a range)."""
    return Fraction(text) if text is not None and _DECIMAL.fullmatch(text) else None


def formula_of(
    direction: str | None, stated: str | None, fiscal_year: int, lower: str | None = None
) -> str | None:
    """The formula of an indicator: what it states, else by its direction; None where unknown.

    `lower` (A or B) replaces the configured formula of indicators that are better the lower they
    are. A stated formula that is none of ours is returned as stated, and then nothing is computed.
    """
    if stated is not None and stated.strip():
        return _recognised(stated) or stated
    if direction == "higher":
        return HIGHER
    if direction == "lower":
        return LOWER[lower or _valid(_LOWER_IN_FORCE, fiscal_year)]
    return None


def achieved(
    target: Fraction | None, realised: Fraction | None, formula: str | None
) -> Fraction | None:
    """Per cent of the target reached; None where a value or the formula is unknown, or T is 0.

    Formulas of domain practice: R/T; (2T-R)/T, which may be negative; T/R, undefined for R = 0.
    """
    compute = _COMPUTE.get(formula or "")
    if compute is None or target is None or realised is None or target == 0:
        return None
    share = compute(target, realised)
    return None if share is None else share * 100


def cap_of(stated: str | None, fiscal_year: int) -> str:
    """The indicator's cap in per cent where it states one, else the configured one."""
    if stated is not None and exact(stated) is not None:
        return stated
    return _valid(_CAPS, fiscal_year)


def capped(raw: Fraction | None, cap: str | None) -> Fraction | None:
    """At most the cap; nothing is lifted from below."""
    limit = exact(cap)
    return raw if raw is None or limit is None else min(raw, limit)


def mean(values: Iterable[Fraction]) -> Fraction | None:
    """The arithmetic mean; None of nothing."""
    found = list(values)
    return sum(found, Fraction(0)) / len(found) if found else None


def shown(value: Fraction | None) -> str | None:
    """Two decimals, ties away from zero: `106.25`, `-0.01`, never `-0.00`."""
    if value is None:
        return None
    hundredths = (abs(value.numerator) * 200 + value.denominator) // (value.denominator * 2)
    sign = "-" if value < 0 and hundredths else ""
    return f"{sign}{hundredths // 100}.{hundredths % 100:02d}"


def _recognised(stated: str) -> str | None:
    text = re.sub(r"\s+", "", stated).upper().replace("−", "-")
    text = text.replace("REALISASI", "R").replace("TARGET", "T")
    return _SPELLINGS.get(_TIMES_100.sub("", text))


def _inverse(target: Fraction, realised: Fraction) -> Fraction | None:
    return target / realised if realised else None


_COMPUTE: Mapping[str, Callable[[Fraction, Fraction], Fraction | None]] = {
    HIGHER: lambda target, realised: realised / target,
    LOWER_A: lambda target, realised: (2 * target - realised) / target,
    LOWER_B: _inverse,
}


def _valid(rules: tuple[tuple[str, T], ...], fiscal_year: int) -> T:
    return [rule for since, rule in rules if since <= f"{fiscal_year:04d}-12-31"][-1]
