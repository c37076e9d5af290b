"""The category of an achievement on the scale that a report prints.

Bounds are inclusive as printed. Printed scales have gaps (90 to 91): unless the scale says to which
band such a value belongs, it has no category, and none is made up.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ledger.events import ScaleDefined
from projections.achievement import exact
from projections.columns import Columns
from projections.corrections import Document, settled
from projections.precedence import Precedence

_OF_ONE_SATKER = frozenset({"LKJ", "PK", "RKT", "RENAKSI"})


@dataclass(frozen=True)
class Band:
    """From `lower` to `upper`, both inclusive unless `lower_open`; None where there is no bound."""

    lower: Fraction | None
    upper: Fraction | None
    lower_open: bool
    category: str | None

    def holds(self, value: Fraction) -> bool:
        return not self.is_above(value) and not self.is_below(value)

    def is_above(self, value: Fraction) -> bool:
        """Whether the whole band lies above a value."""
        if self.lower is None:
            return False
        return value <= self.lower if self.lower_open else value < self.lower

    def is_below(self, value: Fraction) -> bool:
        """Whether the whole band lies below a value."""
        return self.upper is not None and value > self.upper


@dataclass(frozen=True)
class Scale:
    """Bands and the rule for a value between two of them (or on a bound of both)."""

    document: str
    read_from: str | None
    boundary: str
    bands: Sequence[Band]

    def category(self, value: Fraction | None) -> str | None:
        """The category of an exact value, not of its rounded print; None outside of all bands."""
        if value is None:
            return None
        holding = [band for band in self.bands if band.holds(value)]
        if len(holding) == 1:
            return holding[0].category
        around = holding or self._around(value)
        if len(around) < 2 or self.boundary not in ("lower", "upper"):
            return None
        ordered = sorted(around, key=_from)
        return (ordered[0] if self.boundary == "lower" else ordered[-1]).category

    def _around(self, value: Fraction) -> list[Band]:
        """The nearest band below and the nearest above a value that none holds."""
        below = [band for band in self.bands if band.is_below(value)]
        above = [band for band in self.bands if band.is_above(value)]
        return [max(below, key=_from), min(above, key=_from)] if below and above else []


def scales(columns: Columns, precedence: Precedence) -> list[Scale]:
    """Every scale that is not voided, the one whose document speaks first in front."""
    table = settled(columns, ScaleDefined)
    rows = [row for row in table.to_pylist() if row["voided_by"] is None]
    rows.sort(key=lambda r: (precedence.ranking(r["document"], r["read_from"]), r["index"]))
    return [Scale(row["document"], row["read_from"], row["boundary"], _bands(row)) for row in rows]


def scale_of(
    known: Sequence[Scale], named: Collection[str], documents: dict[str, Document]
) -> Scale | None:
    """The scale of a satker and year whose statements name the documents `named`.

    Scales differ by report: one of a named document comes first, then one of a document that is no
    satker's own. The scale in another satker's report says nothing here.
    """
    own = [scale for scale in known if scale.document in named]
    general = [scale for scale in known if _kind(scale, documents) not in _OF_ONE_SATKER]
    return next(iter([*own, *general]), None)


def _kind(scale: Scale, documents: dict[str, Document]) -> str:
    known = documents.get(scale.document)
    return known.kind.upper() if known else ""


def _bands(row: dict[str, Any]) -> list[Band]:
    columns = (row["lower"], row["upper"], row["lower_open"], row["category"])
    return [
        Band(exact(lower), exact(upper), bool(is_open), category)
        for lower, upper, is_open, category in zip(*columns, strict=True)
    ]


def _from(band: Band) -> tuple[bool, Fraction]:
    return band.lower is not None, band.lower or Fraction(0)
