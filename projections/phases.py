"""The three phases of a budget line side by side: approved, adjusted, executed.

Approved is the first DIPA (revision 0), adjusted the DIPA at the position, executed what was
realised by then; the words are those of the Fiscal Data Package. One level a satker-year, the
finest that a document states, and what it leaves of a total is a row of its own: so a sum over the
rows of a satker-year is its total, and nothing counts twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa

from ledger.records import TOTAL
from projections.absorption import absorption
from projections.columns import Columns
from projections.pagu import pagu
from projections.position import Position

SCHEMA = pa.schema(
    [
        ("satker", pa.string()),
        ("fiscal_year", pa.int64()),
        ("revision", pa.int64()),
        ("level", pa.string()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("approved", pa.int64()),
        ("adjusted", pa.int64()),
        ("executed", pa.int64()),
    ]
)
_FIRST_DIPA = 0
_REST = (None, None)

Row = dict[str, Any]
_Dipa = tuple[str, int]
_Key = tuple[str | None, str | None]
_Approved = Mapping[_Dipa, Mapping[_Key, Row]]


def phases(columns: Columns, position: Position) -> pa.Table:
    """One row a code for every satker and year; a null is a phase that is not known of the code."""
    spent = _by_dipa(absorption(columns, position).to_pylist())
    first = replace(position, revision=_FIRST_DIPA, as_of=None)
    by_level: dict[str, _Approved] = {}
    rows: list[Row] = []
    for dipa, now in spent.items():
        level = next((row["level"] for row in now if row["level"] != TOTAL), TOTAL)
        if level not in by_level:
            by_level[level] = _approved(columns, first, level)
        rows += _dipa_rows(level, now, by_level[level].get(dipa, {}))
    return pa.Table.from_pylist(rows, SCHEMA)


def _approved(columns: Columns, first: Position, level: str) -> _Approved:
    """By satker-year and key, the rows of the first DIPA at a level."""
    table = pagu(columns, first, None if level == TOTAL else level)
    return {dipa: _by_key(level, rows) for dipa, rows in _by_dipa(table.to_pylist()).items()}


def _by_key(level: str, rows: list[Row]) -> dict[_Key, Row]:
    """Rows by code and name; the total stands for what no row breaks down."""
    lines = [row for row in rows if row["level"] != TOTAL]
    if level == TOTAL or not lines:
        return {_REST: rows[0]}
    return {_key(row): row for row in lines}


def _dipa_rows(level: str, now: list[Row], approved: Mapping[_Key, Row]) -> list[Row]:
    current = _by_key(level, now)
    keys = sorted({*current, *approved}, key=_order)
    head = {name: now[0][name] for name in ("satker", "fiscal_year", "revision")}
    return [
        {**head, "level": level, "code": key[0]} | _figures(current.get(key), approved.get(key))
        for key in keys
    ]


def _figures(current: Row | None, approved: Row | None) -> Row:
    there, before = current or {}, approved or {}
    return {
        "name": there.get("name") or before.get("name"),
        "approved": before.get("pagu"),
        "adjusted": there.get("pagu"),
        "executed": there.get("realisasi"),
    }


def _by_dipa(rows: Iterable[Row]) -> dict[_Dipa, list[Row]]:
    found: dict[_Dipa, list[Row]] = {}
    for row in rows:
        found.setdefault((row["satker"], row["fiscal_year"]), []).append(row)
    return found


def _key(row: Row) -> _Key:
    """Lines without a code are told apart by their name."""
    return row["code"], None if row["code"] is not None else row["name"]


def _order(key: _Key) -> tuple[bool, str, bool, str]:
    return key[0] is None, key[0] or "", key[1] is None, key[1] or ""
