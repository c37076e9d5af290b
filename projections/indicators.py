"""What the ledger holds of each indicator: standing entries by satker, year and id.

Shared by the table of performance and its means, so that both read the same entries, the same
scale and the same places.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow.compute as pc

from ledger.events import Event
from projections.columns import Columns
from projections.corrections import Document, settled
from projections.precedence import Precedence
from projections.scales import Scale, scale_of
from projections.targets import same_number

Rows = list[dict[str, Any]]
Year = tuple[str, int]
ByYear = dict[Year, dict[str, Rows]]


def by_indicator(
    columns: Columns, event: type[Event], precedence: Precedence, measure: str | None = None
) -> ByYear:
    """Standing rows by satker-year and indicator, those that speak first in front."""
    table = settled(columns, event)
    mask = pc.field("voided_by").is_null() & pc.field("indicator").is_valid()
    if measure is not None:
        mask = mask & (pc.field("measure") == measure)
    found: ByYear = defaultdict(lambda: defaultdict(list))
    for row in table.filter(mask).to_pylist():
        row["ranking"] = precedence.ranking(row["document"], row["read_from"])
        found[row["satker"], row["fiscal_year"]][row["indicator"]].append(row)
    for indicators in found.values():
        for rows in indicators.values():
            rows.sort(key=lambda row: (row["ranking"], row["index"]))
    return found


def scale_for(
    known: Sequence[Scale],
    documents: dict[str, Document],
    sources: Iterable[ByYear],
    year: Year,
) -> Scale | None:
    named = {
        name
        for source in sources
        for rows in source.get(year, {}).values()
        for row in rows
        for name in (row["document"], row["read_from"])
        if name
    }
    return scale_of(known, named, documents)


def sheet_key(name: str | None) -> str:
    """`Tabel 10` and `tabel-10` are one place."""
    return re.sub(r"[\s_-]+", "-", name or "").casefold()


def agreed(values: Iterable[str]) -> str | None:
    """The one value that all prints give; where they differ, none is taken."""
    found = {same_number(value): value for value in values}
    return next(iter(found.values())) if len(found) == 1 else None
