"""The mean achievement of each level, computed and as published, and on which rows it rests.

A row without an achievement is left out of a mean and named by its absence: a mean of fewer rows
than there are results is another figure than the one a report prints.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pyarrow.compute as pc

from ledger.events import (
    AchievementRecorded,
    Event,
    IndicatorDefined,
    TargetSet,
)
from ledger.records import LEVELS_OF_INDICATORS
from projections.achievement import achieved, capped, exact, mean, shown
from projections.claims import standing_claims
from projections.columns import Columns, folded_once
from projections.corrections import settled_documents
from projections.indicators import ByYear, Rows, agreed, by_indicator, scale_for, sheet_key
from projections.precedence import TARGETS, Precedence
from projections.scales import Scale, scales

_STATEMENTS = {
    "iku": "rata-rata capaian iku",
    "program": "rata-rata capaian indikator program",
    "kegiatan": "rata-rata capaian indikator kegiatan",
}


def summaries(
    columns: Columns, rows: Sequence[Mapping[str, Any]], satker: str, fiscal_year: int
) -> Rows:
    """Per level: how many indicators have a result, the means and the rows that they rest on.

    `rows` are those of `performance`. Means are of the exact achievements, not of their rounded
    print; `category_computed` is that of the mean of the capped ones. What the report prints of the
    mean and its category on the sheets of the results stands beside it.
    """
    year = satker, fiscal_year
    every, sources = _sources(columns)
    scale = scale_for(every, settled_documents(columns), sources, year)
    stated = _published_statements(columns, satker, fiscal_year)
    found = []
    for level in LEVELS_OF_INDICATORS:
        mine = [
            row
            for row in rows
            if row["level"] == level
            and (row["realisasi_text"] is not None or row["realisasi"] is not None)
        ]
        if not mine:
            continue
        sums: dict[str, Any] = {"level": level, "count": len(mine)}
        means = {}
        for name, number in _NUMBERS.items():
            resting = {row["indicator"]: number(row) for row in mine}
            known = {key: value for key, value in resting.items() if value is not None}
            means[name] = mean(known.values())
            sums[f"mean_{name}"] = shown(means[name])
            sums[f"rests_on_{name}"] = list(known)
        sheets = {
            sheet_key(result["place"]["sheet"])
            for row in mine
            for result in sources[2][year].get(row["indicator"], ())
        }
        sums["category_computed"] = scale.category(means["capped"]) if scale else None
        for name, subject in (("mean_published", ""), ("category_printed", "kategori ")):
            on_sheets = (stated.get((sheet, subject + _STATEMENTS[level]), ()) for sheet in sheets)
            sums[name] = agreed(value for values in on_sheets for value in values)
        found.append(sums)
    return found


@folded_once
def _sources(columns: Columns) -> tuple[Sequence[Scale], list[ByYear]]:
    """Scales, and what stands of each indicator: the same for every satker and year."""
    precedence = Precedence(settled_documents(columns), orders=TARGETS)
    events: tuple[type[Event], ...] = (IndicatorDefined, TargetSet, AchievementRecorded)
    sources = [by_indicator(columns, event, precedence) for event in events]
    return scales(columns, precedence), sources


def _raw(row: Mapping[str, Any]) -> Fraction | None:
    return achieved(exact(row["target"]), exact(row["realisasi"]), row["formula"])


_NUMBERS: Mapping[str, Callable[[Mapping[str, Any]], Fraction | None]] = {
    "raw": _raw,
    "capped": lambda row: capped(_raw(row), row["cap"]),
    "printed": lambda row: exact(row["capaian_printed"]),
}


def _published_statements(
    columns: Columns, satker: str, fiscal_year: int
) -> dict[tuple[str, str], list[str]]:
    """What the claims of a year say, by sheet and subject."""
    claims = standing_claims(columns, satker, fiscal_year).filter(pc.field("value").is_valid())
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in claims.select(["subject", "value", "place"]).to_pylist():
        found[sheet_key(row["place"]["sheet"]), row["subject"].casefold()].append(row["value"])
    return found
