"""Semula-menjadi: what differs between any two positions of one satker-year, code by code.

What one side does not break down is unknown there and is never filled in from the other. Gains,
losses and what cannot be told by code add up to the difference of the totals: the zero-sum line.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa

from ledger.records import DIMENSIONS, TOTAL
from projections.sides import NOT_BROKEN_DOWN, WITHIN, Entry, Key, Side, Standing

SCHEMA = pa.schema(
    [
        ("level", pa.string()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("within", pa.string()),
        ("before", pa.int64()),
        ("after", pa.int64()),
        ("delta", pa.int64()),
        ("change", pa.string()),
        ("volume_before", pa.string()),
        ("volume_after", pa.string()),
        ("unit", pa.string()),
        ("price_before", pa.string()),
        ("price_after", pa.string()),
        ("reason", pa.string()),
        ("stated_before", pa.int64()),
        ("stated_after", pa.int64()),
        ("unallocated_before", pa.int64()),
        ("unallocated_after", pa.int64()),
        ("coverage_before", pa.string()),
        ("coverage_after", pa.string()),
        ("gained", pa.int64()),
        ("lost", pa.int64()),
        ("untold", pa.int64()),
    ]
)
Change = Literal["new", "gone", "up", "down", "same", "unknown"]
Row = dict[str, Any]
AMOUNT_UNKNOWN = "amount-unknown"
_SILENCE = ("full", "partial", "total-only", "nothing")
"""Coverages from the one that tells most to the one that tells nothing."""


def changes(before: Side, after: Side, level: str | None) -> pa.Table:
    """The `total` row, then a row a code of the level; None gives the total alone.

    A code that a side's full list lacks is `new` or `gone`, with null there and its whole amount
    as `delta`. Where a side does not say, the change is `unknown`, the delta null and `reason` one
    of `before-total-only`, `before-partial`, `before-nothing`, `amount-unknown` and the same of
    `after`. What neither breaks down is the last row, without code and name. The total row adds
    `gained`, `lost` and `untold`, which sum up to its delta. ValueError for an unknown level.
    """
    if level is not None and level not in DIMENSIONS:
        raise ValueError(level)
    first, second = before.at(level), after.at(level)
    within = [name for name in WITHIN if name in first.within & second.within]
    sides = first.entries(within), second.entries(within)
    rows = list(_rows(first, second, *sides))
    is_told = None not in (first.lines, second.lines)
    is_told = is_told and all(row["change"] != "unknown" for row in rows)
    rows += _left_over(first, second, *sides, is_told=is_told)
    return pa.Table.from_pylist([_total(first, second, rows), *rows], SCHEMA)


def differs(row: Mapping[str, Any]) -> bool:
    """Whether a row is known to differ: in money, or in a volume that both sides give."""
    volumes = row["volume_before"], row["volume_after"]
    return row["change"] not in ("same", "unknown") or (
        None not in volumes and len(set(volumes)) > 1
    )


def _rows(
    first: Standing, second: Standing, before: Mapping[Key, Entry], after: Mapping[Key, Entry]
) -> Iterator[Row]:
    keys = {*before, *after} - {NOT_BROKEN_DOWN}
    for key in sorted(keys, key=lambda key: (key[0] is None, *(part or "" for part in key))):
        old, new = before.get(key), after.get(key)
        reason = _reason(old, first, before, "before") or _reason(new, second, after, "after")
        yield {
            "level": first.level,
            "code": key[0],
            "within": key[1],
            "name": key[2] or _name(key[0], (second, new), (first, old)),
            **_money(old, new, reason),
            "volume_before": old.volume if old else None,
            "volume_after": new.volume if new else None,
            "unit": (new and new.unit) or (old and old.unit) or None,
            "price_before": old.price if old else None,
            "price_after": new.price if new else None,
        }


def _reason(
    entry: Entry | None, standing: Standing, entries: Mapping[Key, Entry], side: str
) -> str | None:
    """Why a side cannot say what a code has there; None where it says, or says that it has none."""
    if entry is not None:
        return f"{side}-{AMOUNT_UNKNOWN}" if entry.amount is None else None
    if standing.coverage == "full" and NOT_BROKEN_DOWN not in entries:
        return None
    return f"{side}-{'partial' if standing.coverage == 'full' else standing.coverage}"


def _money(old: Entry | None, new: Entry | None, reason: str | None) -> Row:
    before, after = old.amount if old else None, new.amount if new else None
    row: Row = {"before": before, "after": after}
    if reason is not None:
        return {**row, "change": "unknown", "reason": reason}
    row["delta"] = (after or 0) - (before or 0)
    if old is None:
        return {**row, "change": "new"}
    return {**row, "change": "gone" if new is None else _direction(row["delta"])}


def _direction(delta: int) -> Change:
    return "up" if delta > 0 else "down" if delta < 0 else "same"


def _name(code: str | None, *sides: tuple[Standing, Entry | None]) -> str | None:
    names = [entry.name if entry and entry.name else s.names.get(code or "") for s, entry in sides]
    return next((name for name in names if name), None)


def _left_over(
    first: Standing,
    second: Standing,
    before: Mapping[Key, Entry],
    after: Mapping[Key, Entry],
    *,
    is_told: bool,
) -> list[Row]:
    """What the lines leave of each total; it moved for certain only where every code is told."""
    rest = _rest(first, before), _rest(second, after)
    if (first.lines is None and second.lines is None) or (not rest[0] and not rest[1]):
        return []
    row: Row = {"level": first.level, "before": rest[0], "after": rest[1]}
    if is_told and rest[0] is not None and rest[1] is not None:
        delta = rest[1] - rest[0]
        return [{**row, "delta": delta, "change": _direction(delta)}]
    sides = {"before": first, "after": second}
    side = max(sides, key=lambda name: _SILENCE.index(sides[name].coverage))
    return [{**row, "change": "unknown", "reason": f"{side}-{sides[side].coverage}"}]


def _rest(standing: Standing, entries: Mapping[Key, Entry]) -> int | None:
    left = standing.total.get("unallocated")
    nameless = entries.get(NOT_BROKEN_DOWN, Entry()).amount
    return None if left is None or nameless is None else left + nameless


def _total(first: Standing, second: Standing, rows: Sequence[Row]) -> Row:
    known = first.amount is not None and second.amount is not None
    delta = second.amount - first.amount if known else None  # type: ignore[operator]
    deltas = [row["delta"] for row in rows if row.get("delta") is not None]
    gained, lost = sum(d for d in deltas if d > 0), sum(d for d in deltas if d < 0)
    missing = next(
        (s for s, one in (("before", first), ("after", second)) if one.amount is None), ""
    )
    return {
        "level": TOTAL,
        "before": first.amount,
        "after": second.amount,
        "delta": delta,
        "change": "unknown" if delta is None else _direction(delta),
        "reason": f"{missing}-{AMOUNT_UNKNOWN}" if missing else None,
        **{f"{n}_before": first.total.get(n) for n in ("stated", "unallocated", "coverage")},
        **{f"{n}_after": second.total.get(n) for n in ("stated", "unallocated", "coverage")},
        "gained": gained,
        "lost": lost,
        "untold": None if delta is None else delta - gained - lost,
    }
