"""Kinerja: each indicator with the target that holds, its result, and how far it was reached.

Raw, capped and printed achievement stand side by side. Where one document prints different targets,
none holds and nothing is computed from it; the candidates stay. On a day in the year only what was
agreed and reached by then counts.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.events import (
    AchievementRecorded,
    FigurePublished,
    IndicatorDefined,
    TargetSet,
)
from ledger.records import LEVELS_OF_INDICATORS
from projections.achievement import achieved, cap_of, capped, exact, formula_of, shown
from projections.claims import standing_claims
from projections.columns import Columns
from projections.corrections import Document, settled_documents
from projections.indicators import Rows, Year, agreed, by_indicator, scale_for, sheet_key
from projections.position import LAST, Position
from projections.precedence import TARGETS, Precedence
from projections.revisions import held_at, revision_rows
from projections.scales import Scale, scales
from projections.targets import InForce, Printed, in_force

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
        ("cap", pa.string()),
    ]
)
_REPORT = "LKJ"
_WHOLE_LOG = "9999-12-31"


def performance(
    columns: Columns,
    position: Position,
    *,
    include_all: bool = False,
    lower: str | None = None,
) -> pa.Table:
    """One row an indicator for every satker and year, by level and number.

    Indicators without target and result stay out unless `include_all`. `lower` (A or B) replaces
    the configured formula of indicators that are better the lower they are. At a revision or a day
    a target holds from the date of its document, one that only a report states from the end of the
    year, an undated one always; a result counts from the end of its period.
    """
    documents = settled_documents(columns)
    precedence = Precedence(documents, orders=TARGETS)
    known = scales(columns, precedence)
    defined = by_indicator(columns, IndicatorDefined, precedence)
    targets = by_indicator(columns, TargetSet, precedence)
    results = by_indicator(columns, AchievementRecorded, precedence)
    printed = by_indicator(columns, FigurePublished, precedence, measure=CAPAIAN)
    last_day = _last_day(columns, position)
    rows: Rows = []
    for year in sorted({*defined, *targets, *results}):
        scale = scale_for(known, documents, [defined, targets, results], year)
        day = last_day(year)
        if day is None:
            continue
        for indicator in sorted({*defined[year], *targets[year], *results[year]}, key=_natural):
            own, set_, reached, figures = (
                found[year].get(indicator, []) for found in (defined, targets, results, printed)
            )
            set_ = [row for row in set_ if _holding_from(row, documents) <= day]
            reached = _latest([row for row in reached if _period(row)[1] <= day])
            if include_all or set_ or reached:
                name = _name(own, documents)
                row = _row(year, indicator, own, set_, reached, figures, scale=scale, lower=lower)
                rows.append(row | {"name": name})
    rows.sort(key=lambda row: (row["satker"], row["fiscal_year"], _rank(row["level"])))
    return pa.Table.from_pylist(rows, SCHEMA)


def claimed_performance(columns: Columns, satker: str, fiscal_year: int) -> pa.Table:
    """A year known only from a later report: what it prints of each indicator's achievement."""
    precedence = Precedence(settled_documents(columns), orders=TARGETS)
    claims = standing_claims(columns, satker, fiscal_year)
    rows = []
    for figure in claims.filter(pc.field("measure") == CAPAIAN).to_pylist():
        rows.append(
            {
                "satker": satker,
                "fiscal_year": fiscal_year,
                "indicator": figure["indicator"],
                "level": _level_of(figure["indicator"]) or _known_level(figure["dimension"]),
                "name": figure["text"] or figure["subject"],
                "capaian_printed": figure["value"],
                "documents": [figure["document"]],
                "target_candidates": [],
                "basis": "claimed",
                "_order": (
                    precedence.ranking(figure["document"], figure["read_from"]),
                    figure["index"],
                ),
            }
        )
    rows.sort(key=lambda row: row.pop("_order"))
    return pa.Table.from_pylist(rows, SCHEMA)


def _last_day(columns: Columns, position: Position) -> Callable[[Year], str | None]:
    """The last day that counts at the position; None where its revision does not stand."""
    if position.as_of is not None:
        day = position.as_of.isoformat()
        return lambda _year: day
    if position.revision in (None, LAST):
        return lambda _year: _WHOLE_LOG
    held = {
        dipa: held_at(stated, position).row
        for dipa, stated in revision_rows(columns, position).items()
    }

    def end(year: Year) -> str | None:
        row = held.get(year)
        return None if row is None else row["effective_until"] or f"{year[1]:04d}-12-31"

    return end


def _holding_from(row: Mapping[str, Any], documents: Mapping[str, Document]) -> str:
    """The day from which a stated target holds; empty where the document has no date."""
    if _is_report(row["document"], documents):
        return f"{row['fiscal_year']:04d}-12-31"
    known = documents.get(row["document"])
    return (known.dated or known.published or "") if known else ""


def _period(row: Mapping[str, Any]) -> tuple[str, str]:
    """First and last day of a result; of the whole year where no period is stated."""
    year = f"{row['fiscal_year']:04d}"
    return row["period_start"] or f"{year}-01-01", row["period_end"] or f"{year}-12-31"


def _latest(results: Rows) -> Rows:
    """The results of the period that ends last; of several such, of the longest."""
    last = max((_period(row)[1] for row in results), default=None)
    ending = [row for row in results if _period(row)[1] == last]
    first = min((_period(row)[0] for row in ending), default=None)
    return [row for row in ending if _period(row)[0] == first]


def _is_report(document: str, documents: Mapping[str, Document]) -> bool:
    known = documents.get(document)
    return known is not None and known.kind.upper() == _REPORT


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
    cap = cap_of(_first(defined, "cap"), year[1])
    raw = achieved(exact(target.value), exact(result.value), formula)
    reached = capped(raw, cap)
    return {
        "satker": year[0],
        "fiscal_year": year[1],
        "indicator": indicator,
        "level": _first(defined, "level") or _level_of(indicator),
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
        "cap": cap,
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


def _name(defined: Rows, documents: Mapping[str, Document]) -> str | None:
    """The text as a performance report prints it, else of the document that speaks first."""
    reported = [row for row in defined if _is_report(row["document"], documents)]
    text: str | None = _first(reported or defined, "text")
    return text


def _printed_achievement(printed: Rows, result: InForce) -> str | None:
    """What the report prints beside the result: of the same document and sheet, if it agrees."""
    speaking = result.speaking
    if speaking is None:
        return None
    return agreed(
        row["value"]
        for row in printed
        if row["value"] is not None
        and row["document"] == speaking.document
        and sheet_key(row["place"]["sheet"]) == sheet_key(speaking.sheet)
    )


def _first(rows: Rows, name: str) -> Any:
    return next((row[name] for row in rows if row[name] is not None), None)


def _level_of(indicator: str | None) -> str | None:
    """The level that the usual prefixes of ids speak for."""
    prefixes = {"IKU": "iku", "IKP": "program", "IKK": "kegiatan"}
    return prefixes.get((indicator or "").split("-")[0].upper())


def _known_level(dimension: str | None) -> str | None:
    return dimension if dimension in LEVELS_OF_INDICATORS else None


def _rank(level: str | None) -> int:
    levels = LEVELS_OF_INDICATORS
    return levels.index(level) if level in levels else len(levels)


def _natural(indicator: str) -> tuple[tuple[int, int | str], ...]:
    """IKK-2 before IKK-10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", indicator)
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts)
