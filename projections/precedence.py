"""Which document speaks when several state the same: dated configuration, not code.

Money: DIPA before POK before PK before LKj. Targets: PK before RKT before Renaksi before LKj. What
counts first is the document in hand, then the one that it reports. Between equals a replaced
document yields, then the younger one speaks, then the first recorded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from projections.corrections import Document

Orders = tuple[tuple[str, tuple[str, ...]], ...]
"""Kinds of document from the first to the last to speak, each order with the day it holds from."""

MONEY: Orders = (("0001-01-01", ("DIPA", "POK", "PK", "LKJ")),)
TARGETS: Orders = (("0001-01-01", ("PK", "RKT", "RENAKSI", "LKJ")),)
_LAST = 99

Ranking = tuple[int, int, int, int, int]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Precedence:
    """Ranks documents as of a day by the order of kinds of a subject; lower sorts first."""

    documents: Mapping[str, Document]
    day: str = "9999-12-31"
    orders: Orders = MONEY

    def ranking(self, document: str, read_from: str | None) -> Ranking:
        """(kind in hand, kind of the stating document, 1 when one is replaced, dates of both).

        A date is its complement, so that the younger sorts first: of the stating document, then
        of the one in hand, which tells two reports of one document apart.
        """
        in_hand = read_from or document
        return (
            self._rank(in_hand),
            self._rank(document),
            int(in_hand in self._replaced or document in self._replaced),
            self._youth(document),
            self._youth(in_hand),
        )

    @cached_property
    def _replaced(self) -> frozenset[str]:
        return frozenset(known.replaces for known in self.documents.values() if known.replaces)

    def _rank(self, document: str) -> int:
        known = self.documents.get(document)
        kind = known.kind.upper() if known else ""
        return self._order.index(kind) if kind in self._order else _LAST

    def _youth(self, document: str) -> int:
        """A number that sorts younger days first and an unknown day last."""
        known = self.documents.get(document)
        day = known.out_on if known else None
        return -int(day.replace("-", "")) if day else 0

    @cached_property
    def _order(self) -> tuple[str, ...]:
        return [order for since, order in self.orders if since <= self.day][-1]


def first_by(items: Iterable[tuple[Ranking, int, Item]]) -> Item:
    """The item that speaks: by ranking, then by the index at which it was recorded."""
    return min(items, key=lambda item: item[:2])[2]
