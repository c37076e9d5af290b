"""The states of each DIPA: one row a revision, with what held when and what it changed.

Several documents may state one revision; by precedence one speaks, the others are named as
candidates. A voided revision keeps its row and says so; the dates go to the one before.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from ledger.events import DipaRevised
from projections.authority import read_reason
from projections.columns import Columns, folded_once
from projections.corrections import settled, settled_documents
from projections.position import FIRST, LAST, Position
from projections.precedence import Precedence, first_by
from projections.statements import coverage, speaking, stated_lines

SCHEMA = pa.schema(
    [
        ("satker", pa.string()),
        ("fiscal_year", pa.int64()),
        ("revision", pa.int64()),
        ("status_code", pa.string()),
        ("date", pa.string()),
        ("posted", pa.string()),
        ("authority", pa.list_(pa.string())),
        ("kinds", pa.list_(pa.string())),
        ("authority_source", pa.string()),
        ("pagu", pa.int64()),
        ("delta", pa.int64()),
        ("blocked", pa.int64()),
        ("coverage", pa.string()),
        ("reason", pa.string()),
        ("document", pa.string()),
        ("event", pa.int64()),
        ("corrected_by", pa.int64()),
        ("voided_by", pa.int64()),
        ("effective_from", pa.string()),
        ("effective_until", pa.string()),
        ("candidates", pa.list_(pa.int64())),
        ("disagree", pa.bool_()),
    ]
)
_UNNUMBERED = 1 << 40

Dipa = tuple[str, int]


@dataclass(frozen=True)
class Held:
    """Which revision a position means for one satker and year.

    `row` is a row of the revisions table, or None where nothing held; `voided_by` is set where
    the revision asked for was voided.
    """

    row: dict[str, Any] | None
    voided_by: int | None = None


def revisions(columns: Columns, position: Position) -> pa.Table:
    """All revisions known at the position, by satker, year and number (the unnumbered last)."""
    stated = stated_lines(columns, settled_documents(columns)).candidates
    rows = []
    for dipa, dipa_rows in revision_rows(columns, position).items():
        for row in dipa_rows:
            candidates = stated.get((*dipa, row["revision"]), ())
            best = speaking(candidates, row["pagu"], None)
            rows.append({**row, "coverage": coverage(row["pagu"], best)})
    return pa.Table.from_pylist(rows, SCHEMA)


def revision_rows(columns: Columns, position: Position) -> dict[Dipa, list[dict[str, Any]]]:
    """The revisions of each satker and year by number, without their coverage."""
    return _rows_by(columns, "posted" if position.by == "posting" else "date")


@folded_once
def _rows_by(columns: Columns, start_field: str) -> dict[Dipa, list[dict[str, Any]]]:
    table = settled(columns, DipaRevised)
    precedence = Precedence(settled_documents(columns))
    dipas: dict[Dipa, list[dict[str, Any]]] = defaultdict(list)
    for row in table.to_pylist():
        dipas[row["satker"], row["fiscal_year"]].append(row)
    return {
        dipa: _with_spans(_with_deltas(_one_a_number(stated, precedence)), start_field)
        for dipa, stated in sorted(dipas.items())
    }


def held_at(rows: Sequence[dict[str, Any]], position: Position) -> Held:
    """The revision of one satker and year that the position means, from its revision rows."""
    standing = [row for row in rows if row["voided_by"] is None]
    if position.as_of is not None:
        return Held(_held_on(standing, position.as_of.isoformat()))
    if position.revision in (None, LAST):
        return Held(standing[-1] if standing else None)
    if position.revision == FIRST:
        return Held(standing[0] if standing else None)
    for row in rows:
        if row["revision"] == position.revision:
            return Held(row if row["voided_by"] is None else None, row["voided_by"])
    return Held(None)


def last_days(columns: Columns, position: Position) -> dict[Dipa, str]:
    """The last day that counts, where a revision held: the day asked for, else its own last."""
    ends = {}
    for dipa, rows in revision_rows(columns, position).items():
        held = held_at(rows, position).row
        if held is not None:
            until = held["effective_until"] or f"{dipa[1]}-12-31"
            ends[dipa] = position.as_of.isoformat() if position.as_of else until
    return ends


def _held_on(standing: Iterable[dict[str, Any]], day: str) -> dict[str, Any] | None:
    """On the date axis the dates decide; of two revisions on one day the higher number."""
    holding = [
        row
        for row in standing
        if row["effective_from"] is not None
        and row["effective_from"] <= day <= row["effective_until"]
    ]
    return max(holding, key=lambda row: (row["effective_from"], _number(row)), default=None)


def _number(row: dict[str, Any]) -> int:
    return _UNNUMBERED if row["revision"] is None else int(row["revision"])


def _one_a_number(stated: Iterable[dict[str, Any]], precedence: Precedence) -> list[dict[str, Any]]:
    numbers: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in stated:
        numbers[_number(row)].append(row)
    return [_speaking(candidates, precedence) for _, candidates in sorted(numbers.items())]


def _speaking(candidates: Sequence[dict[str, Any]], precedence: Precedence) -> dict[str, Any]:
    standing = [row for row in candidates if row["voided_by"] is None] or candidates
    chosen = first_by(
        (precedence.ranking(row["document"], row["read_from"]), row["index"], row)
        for row in standing
    )
    reading = read_reason(chosen["reason"], chosen["dated"])
    has_field = chosen["authority"] is not None or chosen["kinds"] is not None
    return {
        **chosen,
        "date": chosen["dated"],
        "pagu": chosen["total"],
        "event": chosen["index"],
        "authority": chosen["authority"] if has_field else list(reading.authority),
        "kinds": chosen["kinds"] if has_field else list(reading.kinds),
        "authority_source": "field" if has_field else "reason" if chosen["reason"] else None,
        "candidates": [row["index"] for row in standing],
        "disagree": len({(row["total"], row["dated"]) for row in standing}) > 1,
    }


def _with_deltas(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    before: int | None = None
    for row in rows:
        known = row["pagu"] is not None and before is not None
        row["delta"] = row["pagu"] - before if known and row["voided_by"] is None else None
        if row["voided_by"] is None:
            before = row["pagu"]
    return rows


def _with_spans(rows: list[dict[str, Any]], start_field: str) -> list[dict[str, Any]]:
    """Each standing revision holds to the day before the next takes effect, the last to 31 Dec."""
    starts = sorted(
        row[start_field]
        for row in rows
        if row[start_field] is not None and row["voided_by"] is None
    )
    for row in rows:
        start = row[start_field] if row["voided_by"] is None else None
        row["effective_from"] = start
        row["effective_until"] = None
        if start is not None:
            later = next((other for other in starts if other > start), None)
            year_end = f"{row['fiscal_year']}-12-31"
            row["effective_until"] = _day_before(later) if later else max(year_end, start)
    return rows


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
