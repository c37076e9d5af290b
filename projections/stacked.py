"""One table with every level of a projection that answers level by level.

A reader of a stored table cannot ask for a level: it filters the column `level`. The total stands
once, as the finest level gives it, so that a sum over one level never counts it.
"""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from ledger.records import LEVELS, TOTAL
from projections.columns import Columns
from projections.position import Position

ByLevel = Callable[[Columns, Position, str | None], pa.Table]


def every_level(project: ByLevel, columns: Columns, position: Position) -> pa.Table:
    """The total rows, then the rows of each level in the order of LEVELS."""
    totals = project(columns, position, None)
    parts = [totals.filter(pc.equal(totals["level"], TOTAL))]
    for level in LEVELS:
        table = project(columns, position, level)
        parts.append(table.filter(pc.not_equal(table["level"], TOTAL)))
    return pa.concat_tables(parts).combine_chunks()
