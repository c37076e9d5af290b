"""What a generated file says, taken from the model: values, and the cell where each one stands.

Cells are spreadsheet addresses ("Q123"), in a CSV too: records count from 1, the header included.
Amounts are whole rupiah unless the file kind says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Value = int | str | Decimal | date


@dataclass(frozen=True)
class Placed:
    """A value and its cell."""

    value: Value
    cell: str


@dataclass(frozen=True)
class Leaf:
    """A lowest line: its code parts by level, its name in full, its measures by name."""

    row: int
    code: Mapping[str, str]
    name: str
    values: Mapping[str, Placed]


@dataclass(frozen=True)
class Facts:
    """`stated` is what the file prints about itself; `totals` are sums over the model's leaves."""

    stated: Mapping[str, Placed]
    totals: Mapping[str, int]
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class Spoiled:
    """A twin wrong in one thing: `cells` are where it shows, none where no cell is to blame."""

    name: str
    data: bytes
    cells: tuple[str, ...]
    what: str
