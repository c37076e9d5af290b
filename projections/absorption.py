"""Serapan: pagu, realisation, what is left and the share, at a position and a level.

The stated total of the realisation stays the total; the sum over a level stands beside it, and
what the two differ by is a row of its own. Pagu 0 gives no percentage, not 0 %.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow as pa

from ledger.events import CommitmentRecorded
from ledger.records import LEVELS, TOTAL
from projections.claims import (
    PAGU_MEASURES,
    REALISATION_MEASURES,
    claimed_amounts,
    claimed_names,
)
from projections.columns import Columns
from projections.corrections import settled
from projections.pagu import pagu
from projections.position import Position
from projections.realisation import Figures, Realised, realised
from projections.revisions import Dipa, last_days

SCHEMA = pa.schema(
    [
        ("satker", pa.string()),
        ("fiscal_year", pa.int64()),
        ("revision", pa.int64()),
        ("level", pa.string()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("pagu", pa.int64()),
        ("realisasi", pa.int64()),
        ("sisa", pa.int64()),
        ("persen", pa.string()),
        ("extent", pa.string()),
        ("basis", pa.string()),
        ("complete", pa.bool_()),
        ("of_which", pa.int64()),
        ("contracted", pa.int64()),
        ("realisasi_stated", pa.int64()),
        ("realisasi_sum", pa.int64()),
        ("unallocated", pa.int64()),
    ]
)


_SUMMED_BY = "ro"


def absorption(columns: Columns, position: Position, level: str | None = None) -> pa.Table:
    """Rows of one level for every satker and year, each preceded by its `total` row.

    Realisation counts to the position's day, else to the last day on which the revision holds.
    `level` None takes the level at which the pagu is stated finest, and the total alone (summed by
    RO where no total is stated) where no line is. ValueError for an unknown one.
    """
    if level is not None and level not in LEVELS:
        raise ValueError(level)
    ceilings = _by_dipa(pagu(columns, position, level))
    ends = last_days(columns, position)
    summed = {dipa: level or summed_level(rows) for dipa, rows in ceilings.items()}
    totals = realised(columns, ends, TOTAL)
    by_level = {one: realised(columns, ends, one) for one in set(summed.values())}
    rows: list[dict[str, Any]] = []
    for dipa, ceiling in ceilings.items():
        figures = by_level[summed[dipa]].get(dipa, {})
        stated = totals.get(dipa, {}).get(None)
        rows += _dipa_rows(ceiling, figures, stated, level or _level(ceiling))
    contracts = contracted(columns, ends)
    for row in rows:
        sums = contracts.get((row["satker"], row["fiscal_year"], row["level"]), {})
        row["contracted"] = sums.get(row["code"])
    return pa.Table.from_pylist(rows, SCHEMA)


def summed_level(ceiling: Iterable[Mapping[str, Any]]) -> str:
    """The level that is summed where no total is stated: that of the pagu's rows, else the RO."""
    return _level(ceiling) or _SUMMED_BY


def contracted(
    columns: Columns, ends: Mapping[Dipa, str]
) -> dict[tuple[str, int, str], dict[str | None, int]]:
    """What contracts bind by (satker, year, level) and code, dated up to each day.

    Under the level `total` and no code stands the sum over all.
    """
    table = settled(columns, CommitmentRecorded)
    found: dict[tuple[str, int, str], dict[str | None, int]] = defaultdict(dict)
    for row in table.to_pylist():
        end = ends.get((row["satker"], row["fiscal_year"]))
        if row["voided_by"] is not None or end is None or (row["dated"] or "") > end:
            continue
        for level, code in ((row["dimension"], row["code"]), (TOTAL, None)):
            sums = found[row["satker"], row["fiscal_year"], level]
            sums[code] = sums.get(code, 0) + (row["amount"] or 0)
    return found


def claimed_absorption(
    columns: Columns, satker: str, fiscal_year: int, level: str = "jenis-belanja"
) -> pa.Table:
    """The same table for a year known only from a later report: claims, not entries."""
    head = {"satker": satker, "fiscal_year": fiscal_year, "revision": None}
    ceilings = claimed_amounts(columns, satker, fiscal_year, level, PAGU_MEASURES)
    spent = claimed_amounts(columns, satker, fiscal_year, level, REALISATION_MEASURES)
    names = claimed_names(columns, satker, fiscal_year)
    total = claimed_amounts(columns, satker, fiscal_year, TOTAL, PAGU_MEASURES)
    total_spent = claimed_amounts(columns, satker, fiscal_year, TOTAL, REALISATION_MEASURES)
    codes = sorted({*ceilings, *spent}, key=lambda code: code or "~")
    if not codes and not total and not total_spent:
        return SCHEMA.empty_table()
    known = [spent.get(code) for code in codes]
    sums = sum(amount for amount in known if amount is not None) if any(known) else None
    first = _row(head, TOTAL, None, None, total.get(None), total_spent.get(None), "claimed")
    first |= {
        "realisasi_stated": total_spent.get(None),
        "realisasi_sum": sums,
        "unallocated": _less(total_spent.get(None), sums),
    }
    lines = [
        _row(head, level, c, names.get(c or ""), ceilings.get(c), spent.get(c), "claimed")
        for c in codes
    ]
    return pa.Table.from_pylist([first, *lines], SCHEMA)


def percentage(part: int | None, whole: int | None) -> str | None:
    """Two decimals, rounded half up; None where either is unknown or the whole is zero."""
    if part is None or not whole:
        return None
    share = Decimal(part) * 100 / Decimal(whole)
    return str(share.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _by_dipa(table: pa.Table) -> dict[Dipa, list[dict[str, Any]]]:
    found: dict[Dipa, list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        found.setdefault((row["satker"], row["fiscal_year"]), []).append(row)
    return found


def _level(rows: Iterable[Mapping[str, Any]]) -> str | None:
    return next((row["level"] for row in rows if row["level"] != TOTAL), None)


def _dipa_rows(
    ceiling: list[dict[str, Any]], figures: Figures, stated: Realised | None, level: str | None
) -> list[dict[str, Any]]:
    total, *lines = ceiling
    head = {name: total[name] for name in ("satker", "fiscal_year", "revision")}
    known = [figure.amount for figure in figures.values() if figure.amount is not None]
    summed = sum(known) if known else None
    stated_amount = stated.amount if stated else None
    spent = stated_amount if stated_amount is not None else summed
    complete = all(f.complete for f in [*figures.values(), *([stated] if stated else [])])
    first = _row(head, TOTAL, None, None, total["pagu"], spent, total["basis"])
    first |= {
        "extent": _extent([stated] if stated_amount is not None and stated else figures.values()),
        "complete": complete,
        "of_which": sum(f.of_which for f in figures.values()),
        "realisasi_stated": stated_amount,
        "realisasi_sum": summed,
        "unallocated": _less(stated_amount, summed),
    }
    rows = [first]
    if level is None:
        return rows
    ceilings = {row["code"]: row for row in lines if row["code"] is not None}
    for code in sorted({*ceilings, *(c for c in figures if c is not None)}):
        line, figure = ceilings.get(code, {}), figures.get(code, Realised())
        row = _row(
            head,
            level,
            code,
            line.get("name") or figure.name,
            line.get("pagu"),
            figure.amount,
            line.get("basis") or "unknown",
        )
        row |= {"extent": figure.extent, "complete": figure.complete, "of_which": figure.of_which}
        rows.append(row)
    rows += _left_over(head, level, total, lines, figures, first["unallocated"])
    return rows


def _left_over(
    head: Mapping[str, Any],
    level: str,
    total: Mapping[str, Any],
    lines: list[dict[str, Any]],
    figures: Figures,
    unallocated: int | None,
) -> list[dict[str, Any]]:
    """Lines without a code, and what neither pagu nor realisation breaks down."""
    rows = [
        _row(head, level, None, row["name"], row["pagu"], None, row["basis"])
        for row in lines
        if row["code"] is None and row["name"] is not None
    ]
    nameless = figures.get(None)
    spent = None if nameless is None else nameless.amount
    rest = (unallocated or 0) + (spent or 0)
    if total["unallocated"] or rest:
        left = _row(head, level, None, None, total["unallocated"] or None, rest or None, "derived")
        rows.append({**left, "persen": None})
    return rows


def _row(
    head: Mapping[str, Any],
    level: str,
    code: str | None,
    name: str | None,
    ceiling: int | None,
    spent: int | None,
    basis: str,
) -> dict[str, Any]:
    return {
        **head,
        "level": level,
        "code": code,
        "name": name,
        "pagu": ceiling,
        "realisasi": spent,
        "sisa": _less(ceiling, spent),
        "persen": percentage(spent, ceiling),
        "basis": basis,
        "complete": True,
        "of_which": 0,
    }


def _less(whole: int | None, part: int | None) -> int | None:
    return None if whole is None or part is None else whole - part


def _extent(figures: Any) -> str | None:
    found = {figure.extent for figure in figures if figure.extent is not None}
    return None if not found else next(iter(found)) if len(found) == 1 else "mixed"
