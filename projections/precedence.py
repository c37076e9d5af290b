"""Which document speaks when several state the same: dated configuration, not code.

DIPA before POK before PK before LKj; a document read from another one ranks as the one in hand.
Between equals a replaced document yields, then the younger one speaks, then the first recorded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from projections.corrections import Document

_ORDERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("0001-01-01", ("DIPA", "POK", "RKT", "PK", "RENAKSI", "LKJ")),
)
_LAST = 99

Ranking = tuple[int, int, int]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Precedence:
    """Ranks documents as of a day; lower sorts first."""

    documents: Mapping[str, Document]
    day: str = "9999-12-31"

    def ranking(self, document: str, read_from: str | None) -> Ranking:
        """(rank of the kind in hand, 1 when replaced, the complement of its date)."""
        in_hand = self.documents.get(read_from or document)
        kind = in_hand.kind.upper() if in_hand else ""
        order = self._order()
        rank = order.index(kind) if kind in order else _LAST
        day = (in_hand.out_on if in_hand else None) or ""
        return rank, int((read_from or document) in self._replaced), _complement(day)

    @cached_property
    def _replaced(self) -> frozenset[str]:
        return frozenset(known.replaces for known in self.documents.values() if known.replaces)

    def _order(self) -> tuple[str, ...]:
        valid = [order for since, order in _ORDERS if since <= self.day]
        return valid[-1]


def _complement(day: str) -> int:
    """A number that sorts younger days first and an unknown day last."""
    return -int(day.replace("-", "")) if day else 0


def first_by(items: Iterable[tuple[Ranking, int, Item]]) -> Item:
    """The item that speaks: by ranking, then by the index at which it was recorded."""
    return min(items, key=lambda item: item[:2])[2]
