"""One answer over all satker: a row a satker at its own position, or sums by code over them.

A satker of which a figure is unknown is counted as unknown and never as 0, so every sum says how
many satker it rests on: `known`, `partial` and `unknown` add up to all that are registered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from ledger.records import TOTAL
from projections.absorption import absorption, percentage
from projections.averages import summaries
from projections.columns import Columns
from projections.pagu import pagu
from projections.performance import performance
from projections.position import Position
from projections.satkers import satkers

State = Literal["known", "partial", "unknown"]
Row = dict[str, Any]
_PAGU = ("revision", "pagu", "basis", "coverage", "derived", "unallocated", "semula", "delta",
         "blocked", "effective", "document")  # fmt: skip
_ABSORPTION = ("revision", "pagu", "realisasi", "sisa", "persen", "extent", "basis", "complete",
               "contracted")  # fmt: skip
_HEAD = [("satker", pa.string()), ("satker_code", pa.string()), ("name", pa.string())]
_AMOUNTS = ("pagu", "derived", "unallocated", "semula", "delta", "blocked", "effective",
            "realisasi", "sisa", "contracted")  # fmt: skip


@dataclass(frozen=True)
class Coverage:
    """Of how many satker a figure is known, known in part, and not known."""

    satker: int
    known: int
    partial: int
    unknown: int


def coverage_of(states: Iterable[State]) -> Coverage:
    found = list(states)
    counts = [found.count(state) for state in ("known", "partial", "unknown")]
    return Coverage(len(found), *counts)


def pagu_by_satker(columns: Columns, position: Position, fiscal_year: int) -> pa.Table:
    """A row a satker: its total at its own revision, and `state`.

    Known is a total; partial are lines without a total, whose sum is `derived`; else unknown, as
    where no revision held.
    """
    totals = _totals(pagu(columns, position).to_pylist(), fiscal_year)
    rows = _a_satker(columns, totals, _PAGU)
    for row in rows:
        row["state"] = _state(row["pagu"] is not None, row["derived"] is not None)
    return _table(rows, _PAGU)


def pagu_by_code(
    columns: Columns, position: Position, fiscal_year: int, level: str
) -> tuple[pa.Table, Row]:
    """Sums over all satker by code of a level, and the grand total.

    A row's `satker` counts those whose amount is in it, `unknown` those that list the code without
    one. What no satker breaks down is the row without code and name. The rows add up to the total's
    `pagu` (of satker whose total is known) and its `without_total` (lines of the others). Its
    coverage is that of the lines: full, in part, or not.
    """
    own = _of_year(pagu(columns, position, level).to_pylist(), fiscal_year)
    totals = _totals(own, fiscal_year)
    sums = _sums([row for row in own if not _is_rest(row) and row["level"] != TOTAL], ("pagu",))
    left = [row["unallocated"] for row in totals.values() if row["unallocated"]]
    if left:
        sums.append({"code": None, "name": None, "pagu": sum(left), "satker": len(left),
                     "unknown": 0})  # fmt: skip
    states = [_lines_state(totals.get(one.key)) for one in satkers(columns)]
    nameless = [row["derived"] for row in totals.values() if row["pagu"] is None]
    total = {
        "pagu": _sum(row["pagu"] for row in totals.values()),
        "without_total": _sum(nameless),
        **vars(coverage_of(states)),
    }
    return pa.Table.from_pylist(sums, _code_schema(("pagu",))), total


def absorption_by_satker(columns: Columns, position: Position, fiscal_year: int) -> pa.Table:
    """A row a satker: pagu, realisation and share at its own position, and `state`.

    The state is that of the realisation: partial where it is known only as part of a longer period.
    """
    totals = _totals(absorption(columns, position).to_pylist(), fiscal_year)
    rows = _a_satker(columns, totals, _ABSORPTION)
    for row in rows:
        row["state"] = _state(
            row["realisasi"] is not None and bool(row["complete"]), row["realisasi"] is not None
        )
    return _table(rows, _ABSORPTION)


def absorption_by_code(
    columns: Columns, position: Position, fiscal_year: int, level: str
) -> pa.Table:
    """Sums of pagu and realisation over all satker by code; the share where both are known.

    `satker` counts those whose pagu is in the row, `unknown` those whose realisation is not.
    """
    own = _of_year(absorption(columns, position, level).to_pylist(), fiscal_year)
    sums = _sums([row for row in own if row["level"] != TOTAL], ("pagu", "realisasi"))
    return pa.Table.from_pylist(sums, _code_schema(("pagu", "realisasi")))


def grand_total(rows: Sequence[Mapping[str, Any]]) -> Row:
    """The sums over rows of satker, and of how many the figure is known.

    `pagu` adds up what is known. `realisasi` too, the parts of longer periods with it. `persen` is
    of the satker of which both are known, `persen_satker` says of how many.
    """
    both = [r for r in rows if r["pagu"] is not None and r.get("realisasi") is not None]
    found: Row = {"pagu": _sum(row["pagu"] for row in rows)}
    if rows and "realisasi" in rows[0]:
        share = percentage(_sum(r["realisasi"] for r in both), _sum(r["pagu"] for r in both))
        found |= {"realisasi": _sum(row["realisasi"] for row in rows), "persen": share}
        found |= {"persen_satker": len(both)}
    return {**found, **vars(coverage_of(row["state"] for row in rows))}


def performance_by_satker(
    columns: Columns, position: Position, fiscal_year: int, lower: str | None = None
) -> tuple[list[Row], Coverage]:
    """A row a satker and level of indicators: how many have a result, and their means.

    Known is a level of which every result has an achievement, partial one of which some have. There
    is no mean over satker: their indicators are not alike.
    """
    by_satker: dict[str, list[Row]] = {}
    for row in performance(columns, position, lower=lower).to_pylist():
        if row["fiscal_year"] == fiscal_year:
            by_satker.setdefault(row["satker"], []).append(row)
    rows: list[Row] = []
    states: list[State] = []
    for one in satkers(columns):
        head = {"satker": one.key, "satker_code": one.code, "name": one.name}
        levels = summaries(columns, by_satker.get(one.key, []), one.key, fiscal_year)
        mine = [{**head, **_means(level)} for level in levels] or [{**head, **_means({})}]
        rows += mine
        every = {row["state"] for row in mine}
        states.append(_state(every == {"known"}, every != {"unknown"}))
    return rows, coverage_of(states)


def _means(level: Mapping[str, Any]) -> Row:
    count, reached = level.get("count", 0), len(level.get("rests_on_capped", ()))
    names = ("level", "mean_raw", "mean_capped", "mean_printed", "category_computed")
    means = {name: level.get(name) for name in names}
    return {**means, "count": count, "reached": reached,
            "state": _state(0 < count == reached, reached > 0)}  # fmt: skip


def _state(known: bool, in_part: bool) -> State:
    return "known" if known else "partial" if in_part else "unknown"


def _lines_state(total: Mapping[str, Any] | None) -> State:
    covered = None if total is None else total["coverage"]
    return _state(covered == "full", covered == "partial")


def _of_year(rows: Iterable[Row], fiscal_year: int) -> list[Row]:
    return [row for row in rows if row["fiscal_year"] == fiscal_year]


def _totals(rows: Iterable[Row], fiscal_year: int) -> dict[str, Row]:
    return {row["satker"]: row for row in _of_year(rows, fiscal_year) if row["level"] == TOTAL}


def _a_satker(
    columns: Columns, totals: Mapping[str, Row], names: Iterable[str]
) -> list[dict[str, Any]]:
    nothing: Row = {}
    return [
        {
            "satker": one.key,
            "satker_code": one.code,
            "name": one.name,
            **{name: totals.get(one.key, nothing).get(name) for name in names},
        }
        for one in satkers(columns)
    ]


def _is_rest(row: Mapping[str, Any]) -> bool:
    return row["code"] is None and row["name"] is None


def _sums(rows: Iterable[Mapping[str, Any]], measures: Sequence[str]) -> list[Row]:
    """By code; lines without one are told apart by name. What is not broken down comes last."""
    groups: dict[tuple[str | None, str | None], list[Mapping[str, Any]]] = {}
    for row in rows:
        key = (row["code"], row["name"] if row["code"] is None else None)
        groups.setdefault(key, []).append(row)
    found = []
    for (code, unnamed), members in sorted(groups.items(), key=_by_code):
        names = {row["name"] for row in members if row["name"] is not None}
        sums = {name: _sum(row[name] for row in members) for name in measures}
        found.append(
            {
                "code": code,
                "name": names.pop() if len(names) == 1 else unnamed,
                **sums,
                **_share(members, measures),
                "satker": sum(row["pagu"] is not None for row in members),
                "unknown": sum(row[measures[-1]] is None for row in members),
            }
        )
    return found


def _share(members: Iterable[Mapping[str, Any]], measures: Sequence[str]) -> Row:
    if "realisasi" not in measures:
        return {}
    both = [m for m in members if m["pagu"] is not None and m["realisasi"] is not None]
    spent, ceiling = _sum(m["realisasi"] for m in both), _sum(m["pagu"] for m in both)
    named = any(not _is_rest(m) for m in both)
    return {"persen": percentage(spent, ceiling) if named else None}


def _by_code(item: tuple[tuple[str | None, str | None], Any]) -> tuple[bool, str, bool, str]:
    code, unnamed = item[0]
    return code is None, code or "", unnamed is None, unnamed or ""


def _sum(amounts: Iterable[int | None]) -> int | None:
    """The sum of what is known, None where nothing is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _table(rows: list[Row], names: Iterable[str]) -> pa.Table:
    kinds = {"revision": pa.int64(), "complete": pa.bool_()} | dict.fromkeys(_AMOUNTS, pa.int64())
    own = [(name, kinds.get(name, pa.string())) for name in names]
    return pa.Table.from_pylist(rows, pa.schema([*_HEAD, *own, ("state", pa.string())]))


def _code_schema(measures: Sequence[str]) -> pa.Schema:
    amounts = [(name, pa.int64()) for name in measures]
    share = [("persen", pa.string())] if "realisasi" in measures else []
    counts = [("satker", pa.int64()), ("unknown", pa.int64())]
    return pa.schema([("code", pa.string()), ("name", pa.string()), *amounts, *share, *counts])
