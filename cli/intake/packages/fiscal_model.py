"""What the columns of a Fiscal Data Package mean, in one form for both versions of the standard.

Version 1 says it with a `columnType` a field (`fiscal_columns.py`), version 0.3 with a `model` of
measures and dimensions (`fiscal_dimensions.py`). Only what a ledger of a budget records is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cli.intake.packages.descriptor import Table, broken, table, text, unread
from ledger.dates import DateRefused, parse_date

PHASES = ("approved", "adjusted", "executed")
SPENDING = "expenditure"
ADMINISTRATIVE, FUNCTIONAL, ECONOMIC, ACTIVITY = (
    "administrative",
    "functional",
    "economic",
    "activity",
)
CLASSIFICATIONS = (ADMINISTRATIVE, FUNCTIONAL, ECONOMIC, ACTIVITY)
_DAYS_OF_A_YEAR = 366


@dataclass(frozen=True)
class Term:
    """What a row says of something: the text of a column, or the same for every row."""

    column: str | None = None
    constant: str | None = None


@dataclass(frozen=True)
class Classification:
    """One of `CLASSIFICATIONS`: the terms of its code, from the broadest, and its label."""

    kind: str
    codes: tuple[Term, ...]
    label: Term | None = None


@dataclass(frozen=True)
class Measure:
    """A column of amounts. `phase` and the others are None where nothing is said of them."""

    column: str
    phase: Term | None = None
    year: Term | None = None
    direction: Term | None = None
    currency: Term | None = None
    unit: int = 1
    decimal: str = "."
    thousands: str = ","


@dataclass(frozen=True)
class FiscalModel:
    """The meaning of one resource: its measures and what classifies them.

    `line` is the id of a budget line, `transaction` that of a payment; `date` is the day of one.
    """

    resource: str
    measures: tuple[Measure, ...]
    classifications: tuple[Classification, ...] = ()
    year: Term | None = None
    date: Term | None = None
    date_order: str = "ymd"
    line: Term | None = None
    transaction: Term | None = None
    missing: tuple[str, ...] = ()

    def of_kind(self, kind: str) -> Classification | None:
        return next((c for c in self.classifications if c.kind == kind), None)


@dataclass(frozen=True)
class Period:
    """The fiscal period of a package, ISO dates; `year` where it lies in one calendar year."""

    start: str
    end: str
    year: int | None = field(default=None)


def period_of(descriptor: Table) -> Period | None:
    """`fiscalPeriod`, where it is a year or less; None where nothing is said."""
    said = table(descriptor, "fiscalPeriod", "")
    words = [text(said, name, "fiscalPeriod") for name in ("start", "end")]
    if words[0] is None or words[1] is None:
        return None
    try:
        start, end = (parse_date(word or "") for word in words)
    except DateRefused as error:
        raise broken("fiscalPeriod", words) from error
    if end < start:
        raise broken("fiscalPeriod", words)
    if (end - start).days > _DAYS_OF_A_YEAR:
        return None
    return Period(
        start.isoformat(), end.isoformat(), start.year if start.year == end.year else None
    )


def is_by_date(descriptor: Table) -> bool:
    """Whether rows are single payments (`granularity`), not sums over the fiscal period."""
    return (text(descriptor, "granularity", "") or "").lower().startswith("transaction")


def marks_of(own: Table, where: str) -> tuple[str, str]:
    """(decimal, thousands) of a number field (Table Schema, `decimalChar`, `groupChar`)."""
    decimal = text(own, "decimalChar", where) or "."
    other = {".": ",", ",": "."}.get(decimal)
    group = text(own, "groupChar", where) or other
    if other is None:
        raise unread(f"{where}.decimalChar", decimal)
    if group != other:
        raise unread(f"{where}.groupChar", group)
    return decimal, other


def order_of_date(own: Table, where: str) -> str:
    """`ymd`, `dmy` or `mdy` by the format of a date field (Table Schema)."""
    said = text(own, "format", where) or "default"
    order = "".join(re.findall(r"%([a-zA-Z])", said)).lower()
    if said in ("default", "any"):
        return "ymd"
    if order not in ("ymd", "dmy", "mdy"):
        raise unread(f"{where}.format", said)
    return order


def unit_of(own: Table, where: str) -> int:
    """By how much amounts are multiplied (`factor`); a whole number."""
    said = text(own, "factor", where) or "1"
    if not re.fullmatch(r"1[0-9]{0,9}|[2-9][0-9]{0,9}", said):
        raise unread(f"{where}.factor", said)
    return int(said)


def keyed_codes(codes: Sequence[Term], keys: Iterable[str]) -> tuple[Term, ...]:
    """Those levels of a code that are part of the table's key, else only the most detailed."""
    wanted = set(keys)
    return tuple(code for code in codes if code.column in wanted) or tuple(codes[-1:])
