"""Absorption month by month: the pagu in force at each month's end, what was spent, and the plan.

The plan is Halaman III, as the last revision in force at the month's end states it; its deviation
is |realisation - plan| / plan of the month. A month in which a period total is not known in its
middle is incomplete, not zero.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.events import WithdrawalPlanStated
from ledger.records import TOTAL
from projections.absorption import absorption, percentage
from projections.columns import Columns
from projections.corrections import amendments, flat_lines
from projections.position import Position
from projections.revisions import held_at, revision_rows

SCHEMA = pa.schema(
    [
        ("satker", pa.string()),
        ("fiscal_year", pa.int64()),
        ("month", pa.int64()),
        ("revision", pa.int64()),
        ("pagu", pa.int64()),
        ("realisasi", pa.int64()),
        ("cumulative", pa.int64()),
        ("persen", pa.string()),
        ("plan", pa.int64()),
        ("deviation", pa.string()),
        ("complete", pa.bool_()),
    ]
)


def absorption_by_month(columns: Columns, position: Position, fiscal_year: int) -> pa.Table:
    """Twelve rows for each satker of a year, or as many as end by the position's day."""
    last = position.as_of or date(fiscal_year, 12, 31)
    planned = flat_lines(columns.of(WithdrawalPlanStated), amendments(columns))
    before: dict[str, int | None] = {}
    rows: list[dict[str, Any]] = []
    for month in range(1, 13):
        end = date(fiscal_year, month, monthrange(fiscal_year, month)[1])
        if end > last:
            break
        at = replace(position, as_of=end, revision=None)
        plans = _plans(columns, at, planned.filter(pc.field("month") == month))
        for row in absorption(columns, at).to_pylist():
            if row["level"] != TOTAL or row["fiscal_year"] != fiscal_year:
                continue
            key = row["satker"]
            rows.append(_row(row, month, before.get(key, 0), plans.get(key)))
            before[key] = row["realisasi"] if row["complete"] else None
    rows.sort(key=lambda row: (row["satker"], row["month"]))
    return pa.Table.from_pylist(rows, SCHEMA)


def _row(
    total: Mapping[str, Any], month: int, before: int | None, plan: int | None
) -> dict[str, Any]:
    spent = total["realisasi"] if total["complete"] else None
    if spent is None and total["complete"]:
        spent = 0
    in_month = None if spent is None or before is None else spent - before
    return {
        "satker": total["satker"],
        "fiscal_year": total["fiscal_year"],
        "month": month,
        "revision": total["revision"],
        "pagu": total["pagu"],
        "realisasi": in_month,
        "cumulative": spent,
        "persen": percentage(spent, total["pagu"]),
        "plan": plan,
        "deviation": _deviation(in_month, plan),
        "complete": total["complete"],
    }


def _deviation(spent: int | None, plan: int | None) -> str | None:
    """Per cent of the plan by which the month missed it; 100 where none was planned."""
    if spent is None or plan is None:
        return None
    if plan == 0:
        return "0.00" if spent == 0 else "100.00"
    return percentage(abs(spent - plan), plan)


def _plans(columns: Columns, position: Position, planned: pa.Table) -> dict[str, int]:
    """The planned withdrawal of a month by satker, from the newest plan up to what is held."""
    stated: dict[tuple[str, int], dict[int, int]] = {}
    for row in planned.to_pylist():
        numbers = stated.setdefault((row["satker"], row["fiscal_year"]), {})
        number = -1 if row["revision"] is None else row["revision"]
        numbers[number] = numbers.get(number, 0) + (row["amount"] or 0)
    plans = {}
    for dipa, rows in revision_rows(columns, position).items():
        held = held_at(rows, position).row
        usable = [n for n in stated.get(dipa, ()) if held and n <= (held["revision"] or 0)]
        if usable:
            plans[dipa[0]] = stated[dipa][max(usable)]
    return plans
