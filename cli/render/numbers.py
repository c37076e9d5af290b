"""Numbers and dates as Indonesian budget offices write them: dot for thousands, decimal comma.

Pure and exact: integers and Decimal only, never a float. The notation is the same in both
languages of the interface; only the names of the months follow the language. Spelling out
(terbilang) follows KBBI: seribu, miliar, triliun, kuadriliun.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from cli.language import N_, _

_WORDS = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_GROUPS = ("", "ribu", "juta", "miliar", "triliun", "kuadriliun")
_TERBILANG_LIMIT = 1000 ** len(_GROUPS)
_MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


def rupiah(value: int, scale: int = 0) -> str:
    """`Rp40.343.017.000`, `-Rp1.000`; `value` is in units of 10^-scale rupiah."""
    sign = "-" if value < 0 else ""
    return f"{sign}Rp{amount(abs(value), scale)}"


def amount(value: int, scale: int = 0) -> str:
    """`40.343.017.000`; with scale 2, `4.034,50` for 403450."""
    sign = "-" if value < 0 else ""
    whole, fraction = divmod(abs(value), 10**scale)
    decimals = f",{fraction:0{scale}d}" if scale else ""
    return f"{sign}{_grouped(whole)}{decimals}"


def signed_amount(value: int, scale: int = 0) -> str:
    """A difference: `+10.308.000.000`, `-1.691.515.000`; zero has no sign."""
    return f"+{amount(value, scale)}" if value > 0 else amount(value, scale)


def percent(value: str | Decimal) -> str:
    """`99,19%` for 99.186: a figure already in per cent, two decimals, ties away from zero.

    ValueError if the value is not a finite decimal number.
    """
    try:
        exact = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"not a decimal number: {value!r}") from None
    if not exact.is_finite():
        raise ValueError(f"not a finite number: {value!r}")
    digits = max(exact.adjusted(), 0) + 6
    rounded = exact.quantize(Decimal("0.01"), ROUND_HALF_UP, Context(prec=digits))
    return f"{amount(int(rounded.scaleb(2, Context(prec=digits))), 2)}%"


def terbilang(value: int) -> str:
    """The number in Indonesian words; ValueError from 10^18 on, for which KBBI use is unsettled."""
    if abs(value) >= _TERBILANG_LIMIT:
        raise ValueError(f"too large to spell out: {value}")
    if value == 0:
        return "nol"
    words = ["minus"] if value < 0 else []
    for power in range(len(_GROUPS) - 1, -1, -1):
        group = abs(value) // 1000**power % 1000
        if power == 1 and group == 1:
            words.append("seribu")
        elif group:
            words += [*_below_thousand(group), _GROUPS[power]]
    return " ".join(word for word in words if word)


def long_date(value: date) -> str:
    """`11 November 2024`, the month named in the current language."""
    return f"{value.day} {_(_MONTHS[value.month - 1])} {value.year:04d}"


def _grouped(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _below_thousand(value: int) -> list[str]:
    hundreds, rest = divmod(value, 100)
    words = ["seratus"] if hundreds == 1 else [_WORDS[hundreds], "ratus"] if hundreds else []
    return words + _below_hundred(rest)


def _below_hundred(value: int) -> list[str]:
    tens, ones = divmod(value, 10)
    if value in (10, 11):
        return ["sepuluh" if value == 10 else "sebelas"]
    if tens == 1:
        return [_WORDS[ones], "belas"]
    return ([_WORDS[tens], "puluh"] if tens else []) + [_WORDS[ones]]
