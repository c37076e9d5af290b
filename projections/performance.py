"""Kinerja: each indicator with the target that holds, its result, and how far it was reached.

Raw, capped and printed achievement stand side by side. Where one document prints different targets,
none holds and nothing is computed from it; the candidates stay. A mean says on which rows it rests.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.events import (
    AchievementRecorded,
    Event,
    FigurePublished,
    IndicatorDefined,
    TargetSet,
)
from projections.achievement import achieved, capped, exact, formula_of, mean, shown
from projections.columns import Columns
from projections.corrections import Document, amendments, settle, settled_documents
from projections.position import Position
from projections.precedence import TARGETS, Precedence
from projections.scales import Scale, scale_of, scales
from projections.targets import InForce, Printed, in_force

LEVELS = ("iku", "program", "kegiatan")
CAPAIAN = "capaian"
_CANDIDATE = pa.struct(
    [
        ("value", pa.string()),
        ("printed", pa.string()),
        ("unit", pa.string()),
        ("document", pa.string()),
        ("sheet", pa.string()),
        ("event", pa.int64()),
    ]
)
SCHEMA = pa.schema(
    [
        ("satker", pa.string()),
        ("fiscal_year", pa.int64()),
        ("indicator", pa.string()),
        ("level", pa.string()),
        ("name", pa.string()),
        ("unit", pa.string()),
        ("direction", pa.string()),
        ("target", pa.string()),
        ("target_text", pa.string()),
        ("target_candidates", pa.list_(_CANDIDATE)),
        ("realisasi", pa.string()),
        ("realisasi_text", pa.string()),
        ("capaian_raw", pa.string()),
        ("capaian", pa.string()),
        ("capaian_printed", pa.string()),
        ("formula", pa.string()),
        ("category", pa.string()),
        ("documents", pa.list_(pa.string())),
        ("basis", pa.string()),
    ]
)
_STATEMENTS = {
    "iku": "rata-rata capaian iku",
    "program": "rata-rata capaian indikator program",
    "kegiatan": "rata-rata capaian indikator kegiatan",
}
Rows = list[dict[str, Any]]
Year = tuple[str, int]


def performance(
    columns: Columns,
    position: Position,
    *,
    include_all: bool = False,
    lower: str | None = None,
) -> pa.Table:
    """One row an indicator for every satker and year, by level and number.

    Indicators without target and result stay out unless `include_all`. `lower` (A or B) replaces
    the configured formula of indicators that are better the lower they are.
    """
    documents = settled_documents(columns)
    precedence = Precedence(documents, orders=TARGETS)
    known = scales(columns, precedence)
    defined = _by_indicator(columns, IndicatorDefined, precedence)
    targets = _by_indicator(columns, TargetSet, precedence)
    results = _by_indicator(columns, AchievementRecorded, precedence)
    printed = _by_indicator(columns, FigurePublished, precedence, measure=CAPAIAN)
    rows: Rows = []
    for year in sorted({*defined, *targets, *results}):
        scale = _scale(known, documents, [defined, targets, results], year)
        for indicator in sorted({*defined[year], *targets[year], *results[year]}, key=_natural):
            parts = [
                found[year].get(indicator, []) for found in (defined, targets, results, printed)
            ]
            if include_all or parts[1] or parts[2]:
                rows.append(_row(year, indicator, *parts, scale=scale, lower=lower))
    rows.sort(key=lambda row: (row["satker"], row["fiscal_year"], _rank(row["level"])))
    return pa.Table.from_pylist(rows, SCHEMA)


def claimed_performance(columns: Columns, satker: str, fiscal_year: int) -> pa.Table:
    """A year known only from a later report: what it prints of each indicator's achievement."""
    precedence = Precedence(settled_documents(columns), orders=TARGETS)
    table = settle(columns.of(FigurePublished), amendments(columns))
    mine = (
        (pc.field("satker") == satker)
        & (pc.field("fiscal_year") == fiscal_year)
        & (pc.field("measure") == CAPAIAN)
        & pc.field("voided_by").is_null()
    )
    rows = []
    for figure in table.filter(mine).to_pylist():
        rows.append(
            {
                "satker": satker,
                "fiscal_year": fiscal_year,
                "indicator": figure["indicator"],
                "level": _level_of(figure["indicator"]),
                "name": figure["text"] or figure["subject"],
                "capaian_printed": figure["value"],
                "documents": [figure["document"]],
                "target_candidates": [],
                "basis": "claimed",
                "_order": (precedence.ranking(figure["document"], None), figure["index"]),
            }
        )
    rows.sort(key=lambda row: row.pop("_order"))
    return pa.Table.from_pylist(rows, SCHEMA)


def summaries(
    columns: Columns, rows: Sequence[Mapping[str, Any]], satker: str, fiscal_year: int
) -> Rows:
    """Per level: how many indicators have a result, the means and the rows that they rest on.

    `category_computed` is that of the mean of the capped achievements; what a report prints of the
    mean and its category stands beside it.
    """
    documents = settled_documents(columns)
    precedence = Precedence(documents, orders=TARGETS)
    named = {name for row in rows for name in row["documents"] or ()}
    scale = scale_of(scales(columns, precedence), named, documents)
    stated = _published_statements(columns, satker, fiscal_year)
    found = []
    for level in LEVELS:
        mine = [
            row
            for row in rows
            if row["level"] == level
            and (row["realisasi_text"] is not None or row["realisasi"] is not None)
        ]
        if not mine:
            continue
        sums: dict[str, Any] = {"level": level, "count": len(mine)}
        exact_means = {}
        for name, column in (("raw", "capaian_raw"), ("capped", "capaian"),
                             ("printed", "capaian_printed")):  # fmt: skip
            resting = [row for row in mine if exact(row[column]) is not None]
            exact_means[name] = mean(_numbers(mine, column))
            sums[f"mean_{name}"] = shown(exact_means[name])
            sums[f"rests_on_{name}"] = [row["indicator"] for row in resting]
        sums["category_computed"] = scale.category(exact_means["capped"]) if scale else None
        sums["mean_published"] = stated.get(_STATEMENTS[level])
        sums["category_printed"] = stated.get(f"kategori {_STATEMENTS[level]}")
        found.append(sums)
    return found


def _numbers(rows: Iterable[Mapping[str, Any]], column: str) -> list[Fraction]:
    found = (exact(row[column]) for row in rows)
    return [number for number in found if number is not None]


def _by_indicator(
    columns: Columns, event: type[Event], precedence: Precedence, measure: str | None = None
) -> dict[Year, dict[str, Rows]]:
    """Standing rows by satker-year and indicator, those that speak first in front."""
    table = settle(columns.of(event), amendments(columns))
    mask = pc.field("voided_by").is_null() & pc.field("indicator").is_valid()
    if measure is not None:
        mask = mask & (pc.field("measure") == measure)
    found: dict[Year, dict[str, Rows]] = defaultdict(lambda: defaultdict(list))
    for row in table.filter(mask).to_pylist():
        row["ranking"] = precedence.ranking(row["document"], row["read_from"])
        found[row["satker"], row["fiscal_year"]][row["indicator"]].append(row)
    for indicators in found.values():
        for rows in indicators.values():
            rows.sort(key=lambda row: (row["ranking"], row["index"]))
    return found


def _scale(
    known: Sequence[Scale],
    documents: dict[str, Document],
    sources: Iterable[Mapping[Year, Mapping[str, Rows]]],
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


def _row(
    year: Year,
    indicator: str,
    defined: Rows,
    targets: Rows,
    results: Rows,
    printed: Rows,
    *,
    scale: Scale | None,
    lower: str | None,
) -> dict[str, Any]:
    target, result = in_force(map(_printed, targets)), in_force(map(_printed, results))
    direction = _first(defined, "direction")
    formula = formula_of(direction, _first(defined, "formula"), year[1], lower)
    raw = achieved(exact(target.value), exact(result.value), formula)
    reached = capped(raw, _first(defined, "cap"), year[1])
    return {
        "satker": year[0],
        "fiscal_year": year[1],
        "indicator": indicator,
        "level": _first(defined, "level") or _level_of(indicator),
        "name": _name(defined, result),
        "unit": target.unit or _first(defined, "unit"),
        "direction": direction,
        "target": target.value,
        "target_text": target.text,
        "target_candidates": [_candidate(one) for one in target.candidates],
        "realisasi": result.value,
        "realisasi_text": result.text,
        "capaian_raw": shown(raw),
        "capaian": shown(reached),
        "capaian_printed": _printed_achievement(printed, result),
        "formula": formula,
        "category": scale.category(reached) if scale else None,
        "documents": sorted({row["document"] for row in [*targets, *results]}),
        "basis": "recorded",
    }


def _printed(row: Mapping[str, Any]) -> Printed:
    return Printed(
        value=row["value"],
        printed=row["printed"],
        unit=row["unit"],
        document=row["document"],
        read_from=row["read_from"],
        sheet=row["place"]["sheet"],
        event=row["index"],
        ranking=row["ranking"],
    )


def _candidate(one: Printed) -> dict[str, Any]:
    return {
        "value": one.value,
        "printed": one.printed,
        "unit": one.unit,
        "document": one.document,
        "sheet": one.sheet,
        "event": one.event,
    }


def _name(defined: Rows, result: InForce) -> str | None:
    """The text of the report that gives the result, else of the document that speaks first."""
    source = result.speaking.document if result.speaking else None
    own = [row for row in defined if row["document"] == source]
    text: str | None = _first(own or defined, "text")
    return text


def _printed_achievement(printed: Rows, result: InForce) -> str | None:
    """What the report prints beside the result: of the same document and sheet."""
    speaking = result.speaking
    if speaking is None:
        return None
    beside = [
        row
        for row in printed
        if row["document"] == speaking.document and row["place"]["sheet"] == speaking.sheet
    ]
    value: str | None = _first(beside, "value")
    return value


def _first(rows: Rows, name: str) -> Any:
    return next((row[name] for row in rows if row[name] is not None), None)


def _published_statements(columns: Columns, satker: str, fiscal_year: int) -> dict[str, str]:
    table = settle(columns.of(FigurePublished), amendments(columns))
    mine = (
        (pc.field("satker") == satker)
        & (pc.field("fiscal_year") == fiscal_year)
        & pc.field("voided_by").is_null()
        & pc.field("value").is_valid()
    )
    found: dict[str, str] = {}
    for row in table.filter(mine).select(["subject", "value"]).to_pylist():
        found.setdefault(row["subject"].casefold(), row["value"])
    return found


def _level_of(indicator: str | None) -> str | None:
    """The level that the usual prefixes of ids speak for."""
    prefixes = {"IKU": "iku", "IKP": "program", "IKK": "kegiatan"}
    return prefixes.get((indicator or "").split("-")[0].upper())


def _rank(level: str | None) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def _natural(indicator: str) -> tuple[tuple[int, int | str], ...]:
    """IKK-2 before IKK-10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", indicator)
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts)
