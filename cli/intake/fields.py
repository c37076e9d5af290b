"""A cell as a value, by the kind of its field. What it means is the ledger's to decide.

Each parser takes a text and gives the value and with what confidence it was read: `exact` where
the text was its canonical form, `read` by the dialect, or `suggested` for a broken print. A
`Numeric` is read as the plain number that it is, whatever separators the file's texts use.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from cli.intake.cells import Numeric
from cli.intake.mapping import Dialect
from ledger import streams
from ledger.amounts import (
    EXACT,
    READ,
    SUGGESTED,
    AmountRefused,
    Confidence,
    parse_amount,
    parse_decimal,
)
from ledger.dates import DateRefused, parse_date
from ledger.records import Field, Scalar

__all__ = ["EXACT", "READ", "SUGGESTED", "CellRefused", "Parser", "Reader"]

MAX_TEXT_BYTES = 8_192
_KEPT_DIGITS = 15
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_REMEMBERED = 4_096
_FLAGS = {"1": True, "0": False, "ya": True, "tidak": False, "true": True, "false": False}
_PLAIN_AMOUNT = re.compile("[1-9][0-9]{0,14}", re.ASCII)
"""What needs no grammar: most amounts that a program exports."""
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")

Parsed = tuple[Scalar, Confidence]
Parser = Callable[[str], Parsed]


class CellRefused(Exception):
    """A text that the field cannot hold: a stable code, and what was probably meant."""

    def __init__(self, code: str, suggestion: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.suggestion = suggestion


@dataclass(frozen=True)
class Reader:
    """How the fields of one file are read: its dialect, and the scale of the ledger's amounts."""

    dialect: Dialect
    scale: int = 0
    accept: bool = False

    def parser(self, spec: Field) -> Parser:
        """The parser of a field; what it gives is None for an empty text. Raises CellRefused."""
        if spec.kind == "amount":
            texts, numbers = self._amounts(self.dialect, self.accept), self._amounts(_PLAIN, False)
        elif spec.kind == "decimal":
            texts, numbers = _decimals(self.dialect), _decimals(_PLAIN)
        elif spec.kind == "measured":
            texts, numbers = _measured(self.dialect), _measured(_PLAIN)
        elif spec.kind == "date":
            texts = numbers = _dates(self.dialect.dates)
        elif spec.kind == "choice":
            texts = numbers = _choices(spec.choices)
        else:
            texts = _TEXTS[spec.kind]
            numbers = _exactly(texts)
        return _guarded(spec, texts, numbers)

    def _amounts(self, dialect: Dialect, accept: bool) -> Parser:
        is_plain = self.scale == 0 and self.dialect.unit == 1

        def parse(text: str) -> Parsed:
            if (
                is_plain
                and text.isdecimal()
                and text.isascii()
                and len(text) < 16
                and text[0] != "0"
            ):
                return int(text), EXACT
            found = parse_amount(
                text,
                scale=self.scale,
                decimal=dialect.decimal,
                thousands=dialect.thousands,
                unit=self.dialect.unit,
                accept_suggestion=accept,
            )
            return found.value, found.confidence

        return parse


_PLAIN = Dialect(decimal=".", thousands=",")


def _guarded(spec: Field, texts: Parser, numbers: Parser) -> Parser:
    """What every field has: empty texts, a greatest length, and a memory of what came before."""
    seen: dict[str, Parsed] = {}

    def parse(text: str) -> Parsed:
        if type(text) is Numeric:
            return _parsed(spec, numbers, text)
        found = seen.get(text)
        if found is None:
            found = _parsed(spec, texts, text)
            if len(seen) < _REMEMBERED:
                seen[text] = found
        return found

    return parse


def _parsed(spec: Field, parser: Parser, text: str) -> Parsed:
    if not text.strip():
        if spec.required:
            raise CellRefused("value-missing")
        return None, EXACT
    length = len(text)
    if length > MAX_TEXT_BYTES // 4:
        length = len(text.encode("utf-8", "surrogatepass"))
    if length > MAX_TEXT_BYTES:
        raise CellRefused("text-too-long")
    try:
        return parser(text)
    except (AmountRefused, DateRefused) as refused:
        raise CellRefused(refused.code, refused.suggestion) from refused


def _exactly(texts: Parser) -> Parser:
    """A number in the place of a text: a spreadsheet keeps fifteen digits of it, and no more."""

    def parse(text: str) -> Parsed:
        is_plain = _PLAIN_NUMBER.fullmatch(text) is not None
        if not is_plain or sum(map(str.isdigit, text)) > _KEPT_DIGITS:
            raise CellRefused("number-imprecise")
        return texts(str(text))

    return parse


def _decimals(dialect: Dialect) -> Parser:
    def parse(text: str) -> Parsed:
        value = parse_decimal(text, decimal=dialect.decimal, thousands=dialect.thousands)
        return value, EXACT if value == text else READ

    return parse


def _measured(dialect: Dialect) -> Parser:
    decimals = _decimals(dialect)

    def parse(text: str) -> Parsed:
        try:
            return decimals(text)
        except AmountRefused:
            return _free_text(text)

    return parse


def _dates(order: str) -> Parser:
    def parse(text: str) -> Parsed:
        value = parse_date(_in_day_order(text, order)).isoformat()
        return value, EXACT if value == text else READ

    return parse


def _in_day_order(text: str, order: str) -> str:
    """A date of numbers with its day first, as this country writes it."""
    match = re.fullmatch(r"\s*'?([0-9]{1,4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,4})\s*", text)
    if match is None or order == "dmy":
        compact = re.fullmatch(r"\s*([0-9]{4})([0-9]{2})([0-9]{2})\s*", text)
        return "-".join(compact.groups()) if compact and order == "ymd" else text
    first, second, third = match.groups()
    if len(first) == 4 and order == "mdy":
        return text
    return f"{second}/{first}/{third}" if order == "mdy" else f"{third}/{second}/{first}"


def _choices(choices: tuple[str, ...]) -> Parser:
    known = {choice.lower(): choice for choice in choices}

    def parse(text: str) -> Parsed:
        found = known.get(text.strip().lower())
        if found is None:
            raise CellRefused("choice-unknown", ", ".join(choices))
        return found, EXACT

    return parse


def _integer(text: str) -> Parsed:
    stripped = text.strip()
    if not re.fullmatch(r"[0-9]{1,9}", stripped):
        raise CellRefused("integer-broken")
    return int(stripped), EXACT


def _flag(text: str) -> Parsed:
    value = _FLAGS.get(text.strip().lower())
    if value is None:
        raise CellRefused("flag-broken", "ya, tidak")
    return value, EXACT


def _key(text: str) -> Parsed:
    key = text.strip().removeprefix("'").lower()
    if not streams.is_key(key):
        suggestion = re.sub(r"[^a-z0-9-]+", "-", key).strip("-")[:40] or None
        raise CellRefused("key-broken", suggestion)
    return key, EXACT


def _code(text: str) -> Parsed:
    """A code is text: leading zeros stay; an apostrophe that only guards them goes."""
    return _plain_text(text.strip().removeprefix("'")), EXACT


def _free_text(text: str) -> Parsed:
    return _plain_text(text.strip()), EXACT


def _plain_text(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    for char in text:
        if char != "\n" and unicodedata.category(char) in _HIDDEN:
            raise CellRefused("text-hidden-characters", f"U+{ord(char):04X}")
    return text


_TEXTS: dict[str, Parser] = {
    "integer": _integer,
    "flag": _flag,
    "key": _key,
    "code": _code,
    "text": _free_text,
}
