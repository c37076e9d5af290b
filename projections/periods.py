"""Totals of periods and the payments of one code, taken apart: what counts once, and how.

A total of a period stays the figure of that period: payments inside it are part of it, until they
are declared complete or their sum equals it. Of totals that overlap one stands. Pure functions of
rows; a payment's row has its `signed` amount, negative for a refund.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ledger.records import PERIOD_TOTAL

PAYMENTS = "payments"

Row = Mapping[str, Any]
Span = tuple[str | None, str, str]


class Part(NamedTuple):
    """A total of a period with the payments inside it; without a total, the payments beside any.

    `extent` says which of the two `amount` is, `of_which` what is paid of a total that stands.
    `completed` is the declaration by which the payments replace the total.
    """

    amount: int
    extent: str
    of_which: int
    payments: Sequence[Row]
    total: Row | None = None
    completed: Row | None = None


def beside(payments: Sequence[Row]) -> Part:
    """The part of payments that no total of a period holds."""
    return Part(_paid(payments), PAYMENTS, 0, payments)


def taken_apart(
    totals: Iterable[Row],
    payments: Sequence[Row],
    end: str,
    completed: Mapping[Span, Row],
    code: str | None,
) -> list[Part]:
    """The parts of one code's figure up to a day, from the earliest; payments beside come last."""
    parts = []
    left = payments
    for total in _disjoint([row for row in totals if _end(row) <= end]):
        inside = [row for row in left if _holds(total, row)]
        left = [row for row in left if not _holds(total, row)]
        parts.append(_part(total, inside, completed.get(_span(total, code))))
    return [*parts, beside(left)] if left else parts


def is_complete(
    totals: Iterable[Row], end: str, completed: Mapping[Span, Row], code: str | None
) -> bool:
    """False where the day is in the middle of a period of which only the total is known."""
    return not any(
        _start(row) <= end < _end(row) and _span(row, code) not in completed for row in totals
    )


def _part(total: Row, inside: Sequence[Row], completed: Row | None) -> Part:
    paid = _paid(inside)
    if completed is not None or (inside and paid == total["amount"]):
        return Part(paid, PAYMENTS, 0, inside, total, completed)
    return Part(total["amount"], PERIOD_TOTAL, paid, inside, total)


def _paid(payments: Iterable[Row]) -> int:
    return sum([row["signed"] or 0 for row in payments])


def _holds(total: Row, payment: Row) -> bool:
    return bool(_start(total) <= payment["period_end"] <= _end(total))


def _disjoint(totals: Iterable[Row]) -> list[Row]:
    """Totals of periods that do not overlap: from the earliest, longest, best documented on."""
    chosen: list[Row] = []
    by_rank = sorted(totals, key=lambda row: (row["ranking"], row["index"]))
    longest_first = sorted(by_rank, key=_end, reverse=True)
    for row in sorted(longest_first, key=_start):
        if all(_apart(row, other) for other in chosen):
            chosen.append(row)
    return chosen


def _apart(one: Row, other: Row) -> bool:
    return _end(one) < _start(other) or _end(other) < _start(one)


def _start(row: Row) -> str:
    return row["period_start"] or ""


def _end(row: Row) -> str:
    return row["period_end"] or "9999"


def _span(row: Row, code: str | None) -> Span:
    return code, row["period_start"], row["period_end"]
