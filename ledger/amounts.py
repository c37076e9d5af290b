"""Amounts and decimals as people print them, read into exact integers and canonical text.

An amount is an integer in units of 10^-scale and fits the integers every JSON reader keeps exactly
(RFC 7493 section 2.2). The grammar decides on the text before any digit is converted,
so no float or exponent is ever seen. What may mean two things is refused with a suggestion.
"""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

MAX_AMOUNT = 2**53 - 1
MAX_LENGTH = 40

AmountCode: TypeAlias = Literal[
    "amount-empty",
    "amount-broken",
    "amount-mixed-separators",
    "amount-too-large",
    "amount-too-precise",
    "amount-ambiguous",
]


class AmountRefused(ValueError):
    """A text that is no amount, or that may be two.

    `problem` is an English sentence without interpolation, so that the edge can translate it.
    `suggestion` is the canonical text of the value probably meant: for an amount the integer in
    units of 10^-scale, for a decimal what `parse_decimal` would return; None where none is clear.
    """

    def __init__(
        self, code: AmountCode, text: str, problem: str, suggestion: str | None = None
    ) -> None:
        super().__init__(code, text, problem, suggestion)
        self.code: AmountCode = code
        self.text = text
        self.problem = problem
        self.suggestion = suggestion

    def __str__(self) -> str:
        return f"{self.text!r}: {self.problem}"


Confidence: TypeAlias = Literal["exact", "read", "suggested"]
EXACT: Confidence = "exact"
READ: Confidence = "read"
SUGGESTED: Confidence = "suggested"


@dataclass(frozen=True, slots=True)
class ParsedAmount:
    """An integer in units of 10^-scale, and how it came of its text.

    `exact` when the text was its canonical form already, `read` when the dialect gave it, and
    `suggested` when a broken print was taken for what it probably means.
    """

    value: int
    confidence: Confidence

    @property
    def exact(self) -> bool:
        return self.confidence == EXACT


def parse_amount(
    text: str,
    *,
    scale: int = 0,
    decimal: str = ",",
    thousands: str = ".",
    unit: int = 1,
    accept_suggestion: bool = False,
) -> ParsedAmount:
    """Read a printed amount into an integer in units of 10^-scale.

    `unit` is what one printed unit is worth (1000 for tables printed in thousands); decimals that
    the scale and the unit can hold exactly are kept, further ones must be zero. A dash alone is a
    printed zero. Raises AmountRefused; with `accept_suggestion` a suggested value is returned.
    """
    _check_options(decimal, thousands)
    if scale < 0 or unit < 1:
        raise ValueError("scale is at least 0 and unit at least 1")
    try:
        value = _amount(text, decimal, thousands, unit * 10**scale)
    except AmountRefused as refusal:
        if not accept_suggestion or refusal.suggestion is None:
            raise
        return ParsedAmount(int(refusal.suggestion), SUGGESTED)
    return ParsedAmount(value, EXACT if text == canonical_amount(value) else READ)


def format_amount(value: int, *, scale: int = 0) -> str:
    """Print an integer in units of 10^-scale as Indonesian text: `40.343.017.000`, `-1.234,50`."""
    whole, fraction = divmod(abs(value), 10**scale)
    sign = "-" if value < 0 else ""
    decimals = f",{fraction:0{scale}d}" if scale else ""
    return sign + f"{whole:,}".replace(",", ".") + decimals


def canonical_amount(value: int) -> str:
    """The one text of an amount in leaves and porcelain output: plain digits, `-` if negative."""
    return str(value)


def parse_decimal(text: str, *, decimal: str = ",", thousands: str = ".") -> str:
    """Read a quantity or rate into canonical text: `77.5`, `-0.16`, no exponent, never `-0`.

    A trailing per cent sign is dropped, the figure is not divided. The thousands separator counts
    as a decimal one where it cannot group (`0.16`, `99.50`), never where it can (`1.234` is 1234):
    canonical text is read back with decimal "." and thousands ",". Raises AmountRefused.
    """
    _check_options(decimal, thousands)
    shell = _take_apart(text)
    if shell is None or shell.has_currency or shell.has_cents_dash:
        raise AmountRefused("amount-broken", text, "This is not a number.")
    number = _strict(shell.number, decimal, thousands)
    swapped = _strict(shell.number, thousands, decimal)
    is_mixed = decimal in shell.number and thousands in shell.number
    if swapped is not None and swapped.fraction and _grouped(shell.number) is not None:
        swapped = None
    if number is None and swapped is not None and swapped.fraction and not is_mixed:
        number = swapped
    if number is None:
        meant = None if swapped is None else _decimal_text(swapped, shell.is_negative)
        raise _refused_separators(text, shell.number, decimal, meant)
    if shell.has_stray_dash:
        raise _refused_dash(text, _decimal_text(number, is_negative=False))
    return _decimal_text(number, shell.is_negative)


def format_decimal(canonical: str) -> str:
    """Print canonical decimal text as Indonesian text: `1234.5` becomes `1.234,5`."""
    whole, _, fraction = canonical.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return sign + format_amount(int(digits)) + (f",{fraction}" if fraction else "")


class _Shell(NamedTuple):
    """What stands around the digits of a printed figure, and the digits with their separators."""

    number: str
    is_negative: bool
    has_currency: bool
    has_percent: bool
    has_cents_dash: bool
    has_stray_dash: bool


class _Number(NamedTuple):
    """ASCII digits before and after the decimal separator."""

    whole: str
    fraction: str


_PLAIN_MARKS = str.maketrans(dict.fromkeys("\t\u00a0\u2007\u2009\u202f", " ") | {"\u2212": "-"})
_DASH_ALONE = re.compile(r"(?:rp\.?)? *[-\u2013\u2014]", re.ASCII | re.IGNORECASE)
_SHELL = re.compile(
    r"(?P<outer>[-(]?) *(?P<currency>rp\.?)? *(?P<inner>[-(]?) *"
    r"(?P<number>[0-9](?:[0-9., ]*[0-9])?) *(?P<percent>%?) *"
    r"(?:(?P<cents>[.,] ?[-\u2013\u2014])|(?P<stray>[-\u2013\u2014]))? *(?P<close>\)?)",
    re.ASCII | re.IGNORECASE,
)


def _check_options(decimal: str, thousands: str) -> None:
    if {decimal, thousands} != {",", "."}:
        raise ValueError("decimal and thousands are a comma and a point, in either order")


def _amount(text: str, decimal: str, thousands: str, factor: int) -> int:
    shell = _take_apart(text)
    if shell is None and _DASH_ALONE.fullmatch(_plain(text)):
        return 0
    if shell is None or shell.has_percent:
        raise AmountRefused("amount-broken", text, "This is not an amount.")
    sign = -1 if shell.is_negative else 1
    number = _strict(shell.number, decimal, thousands)
    if number is None or _is_doubtful(number, shell, factor):
        meant = _meant(shell.number, decimal, thousands, factor)
        suggestion = None if meant is None else canonical_amount(sign * meant)
        raise _refused_separators(text, shell.number, decimal, suggestion)
    value = _scaled(number, factor)
    if value is None:
        problem = "The amount has more decimals than the ledger keeps."
        raise AmountRefused("amount-too-precise", text, problem)
    if value > MAX_AMOUNT:
        raise _refused_size(text)
    if shell.has_stray_dash:
        raise _refused_dash(text, canonical_amount(value))
    return sign * value


def _take_apart(text: str) -> _Shell | None:
    """Split a print into its shell and its number; None where it has another shape."""
    if not text.strip():
        raise AmountRefused("amount-empty", text, "The value is empty.")
    if len(text) > MAX_LENGTH:
        raise _refused_size(text)
    match = _SHELL.fullmatch(_plain(text))
    if match is None:
        return None
    signs = match["outer"] + match["inner"]
    has_stray_dash = match["stray"] is not None
    if len(signs) > 1 or (signs == "(") != bool(match["close"]) or (signs and has_stray_dash):
        return None
    return _Shell(
        number=match["number"],
        is_negative=bool(signs),
        has_currency=match["currency"] is not None,
        has_percent=bool(match["percent"]),
        has_cents_dash=match["cents"] is not None,
        has_stray_dash=has_stray_dash,
    )


def _plain(text: str) -> str:
    return text.strip().removeprefix("'").translate(_PLAIN_MARKS).strip(" ")


def _strict(number: str, decimal: str, thousands: str) -> _Number | None:
    """Read digits grouped by the thousands separator, by single spaces or not at all.

    Leading zeros belong to codes, not to numbers.
    """
    groups = f"(?: [0-9]{{3}})+|(?:{re.escape(thousands)}[0-9]{{3}})+"
    whole = f"0|[1-9][0-9]*|[1-9][0-9]{{0,2}}(?:{groups})"
    match = re.fullmatch(f"({whole})(?:{re.escape(decimal)}([0-9]+))?", number)
    if match is None:
        return None
    return _Number(re.sub("[^0-9]", "", match[1]), match[2] or "")


def _grouped(number: str) -> str | None:
    """The digits, if every separator of any kind can be one of thousands."""
    if re.fullmatch("[1-9][0-9]{0,2}(?:[., ][0-9]{3})+", number) is None:
        return None
    return re.sub("[., ]", "", number)


def _is_doubtful(number: _Number, shell: _Shell, factor: int) -> bool:
    """Decimals before a dash that already says "no decimals", or thousands in their disguise."""
    if not number.fraction:
        return False
    return shell.has_cents_dash or (factor % 1000 != 0 and _grouped(shell.number) is not None)


def _meant(text: str, decimal: str, thousands: str, factor: int) -> int | None:
    """The value of the only reading left when the separators are forgiven; None if none or two.

    Three last digits are decimals only where `factor` can hold three. A space beside another
    separator may stand between two columns, so nothing is suggested for it.
    """
    if " " in text:
        return None
    grouped = _grouped(text)
    if text.isdigit():
        readings = [_Number(text, "")]
    elif grouped is not None and factor % 1000 != 0:
        readings = [_Number(grouped, "")]
    else:
        either = (_strict(text, decimal, thousands), _strict(text, thousands, decimal))
        readings = [number for number in either if number is not None]
        readings += [] if grouped is None else [_Number(grouped, "")]
    values = {_scaled(number, factor) for number in readings}
    value = values.pop() if len(values) == 1 else None
    return value if value is not None and value <= MAX_AMOUNT else None


def _scaled(number: _Number, factor: int) -> int | None:
    """The integer `number` times `factor`; None where that leaves a remainder."""
    value, rest = divmod(int(number.whole + number.fraction) * factor, 10 ** len(number.fraction))
    return None if rest else value


def _decimal_text(number: _Number, is_negative: bool) -> str:
    fraction = number.fraction.rstrip("0")
    digits = f"{number.whole}.{fraction}" if fraction else number.whole
    return f"-{digits}" if is_negative and digits != "0" else digits


def _refused_separators(
    text: str, number: str, decimal: str, suggestion: str | None
) -> AmountRefused:
    code: AmountCode = "amount-broken"
    problem = "The digits are not grouped in threes by the separator in use here."
    if "," in number and "." in number:
        code = "amount-mixed-separators"
        problem = "Points and commas are mixed: thousands and decimals cannot be told apart."
    elif number.isdigit():
        problem = "Leading zeros belong to a code, not to a number."
    elif re.fullmatch(f"[0-9]{{1,3}}{re.escape(decimal)}[0-9]{{3}}", number):
        code = "amount-ambiguous"
        problem = "The last three digits may be decimals or thousands."
    return AmountRefused(code, text, problem, suggestion)


def _refused_dash(text: str, suggestion: str) -> AmountRefused:
    problem = 'The dash at the end may be a minus or what is left of ",-".'
    return AmountRefused("amount-ambiguous", text, problem, suggestion)


def _refused_size(text: str) -> AmountRefused:
    return AmountRefused("amount-too-large", text, "The number is too large or too long.")
