"""549 generated satker: each projection equals a reference in plain Python at random positions.

JEJAK_POSITIONS sets how many positions are tried (10 by default, 100 in `make torture`).
"""

import os
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from ledger.events import (
    DipaLinesStated,
    DipaRevised,
    EntryCorrected,
    EntryVoided,
    Event,
    RealisationRecorded,
)
from projections.absorption import absorption
from projections.columns import Columns, decode
from projections.pagu import pagu
from projections.position import Position, visible
from projections.revisions import revisions
from tests.nation import REVISIONS, YEAR, events, leaves

SATKERS = 549
PAYMENTS = 10
POSITIONS = int(os.environ.get("JEJAK_POSITIONS", "10"))


@dataclass
class Reference:
    """One satker-year folded event by event, up to a size of the log."""

    totals: dict[int, tuple[str, int]] = field(default_factory=dict)
    lines: dict[int, list[int | None]] = field(default_factory=dict)
    codes: dict[int, list[str]] = field(default_factory=dict)
    payments: list[tuple[str, str, int]] = field(default_factory=list)

    def held(self, position: Position) -> tuple[int, str] | None:
        """(revision, last day on which it holds), or None."""
        day = position.as_of.isoformat() if position.as_of else None
        dates = sorted((dated, number) for number, (dated, _) in self.totals.items())
        if day is not None:
            holding = [(dated, number) for dated, number in dates if dated <= day]
            return (holding[-1][1], day) if holding and day <= f"{YEAR}-12-31" else None
        if not isinstance(position.revision, int) or position.revision not in self.totals:
            return None
        own = self.totals[position.revision][0]
        later = [dated for dated, _ in dates if dated > own]
        until = f"{YEAR}-12-31"
        if later:
            until = date.fromordinal(date.fromisoformat(later[0]).toordinal() - 1).isoformat()
        return position.revision, until


def fold(log: Sequence[Event]) -> dict[str, Reference]:
    found: dict[str, Reference] = defaultdict(Reference)
    stated: dict[tuple[str, int], tuple[str, int]] = {}
    for event in log:
        at = event.originator_id, event.originator_version
        match event:
            case DipaRevised(satker=key, revision=int(number), dated=str(dated), total=int(total)):
                found[key].totals[number] = dated, total
            case DipaLinesStated(satker=key, revision=int(number)):
                stated[at] = key, number
                found[key].lines[number] = list(event.amount or [])
                found[key].codes[number] = [code or "" for code in event.code]
            case RealisationRecorded(satker=key, code=str(code), period_end=str(day)):
                found[key].payments.append((code, day, event.amount or 0))
            case EntryCorrected():
                key, number = stated.get((at[0], event.target.version), ("", -1))
                if key and event.target.line is not None:
                    found[key].lines[number][event.target.line] = event.value.amount
            case EntryVoided():
                key, number = stated.get((at[0], event.target.version), ("", -1))
                if key and event.target.line is not None:
                    found[key].codes[number][event.target.line] = ""
            case _:
                pass
    return found


@pytest.fixture(scope="module")
def nation() -> tuple[list[Event], Columns]:
    rows = leaves(SATKERS, PAYMENTS)
    return list(events(SATKERS, PAYMENTS)), decode(rows, len(rows))


def positions(size: int) -> list[Position]:
    dice = random.Random(549)
    found = []
    for number in range(POSITIONS):
        known = size if number == 0 else dice.randrange(size // 2, size + 1)
        if number % 2:
            day = date(2024, dice.randrange(1, 13), dice.randrange(1, 29))
            found.append(Position(as_of=day, size=known))
        else:
            found.append(Position(revision=dice.randrange(REVISIONS), size=known))
    return found


@pytest.mark.slow
def test_each_projection_equals_the_reference_at_random_positions(
    nation: tuple[list[Event], Columns],
) -> None:
    log, columns = nation
    for position in positions(len(log)):
        known = visible(columns, position).columns
        reference = fold(log[: position.size])
        _check_pagu(pagu(known, position, "ro").to_pylist(), reference, position)
        _check_absorption(absorption(known, position, "ro").to_pylist(), reference, position)
        _check_revisions(revisions(known, position).to_pylist(), reference)


def _check_pagu(
    rows: Sequence[dict[str, Any]], reference: dict[str, Reference], position: Position
) -> None:
    totals = {row["satker"]: row for row in rows if row["level"] == "total"}
    lines: dict[str, dict[str, int | None]] = defaultdict(dict)
    for row in rows:
        if row["level"] == "ro" and row["code"] is not None:
            lines[row["satker"]][row["code"]] = row["pagu"]
    for key, one in reference.items():
        held = one.held(position)
        if held is None:
            assert key not in totals
            continue
        assert totals[key]["pagu"] == one.totals[held[0]][1]
        wanted = {
            code: amount
            for code, amount in zip(
                one.codes.get(held[0], []), one.lines.get(held[0], []), strict=True
            )
            if code
        }
        assert lines[key] == wanted
        left = totals[key]["pagu"] - sum(amount or 0 for amount in wanted.values())
        assert totals[key]["unallocated"] == left


def _check_absorption(
    rows: Sequence[dict[str, Any]], reference: dict[str, Reference], position: Position
) -> None:
    spent: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row["code"] is not None and row["realisasi"] is not None:
            spent[row["satker"]][row["code"]] = row["realisasi"]
    for key, one in reference.items():
        held = one.held(position)
        wanted: dict[str, int] = defaultdict(int)
        for code, day, amount in one.payments:
            if held is not None and day <= held[1]:
                wanted[code] += amount
        assert spent.get(key, {}) == wanted


def _check_revisions(rows: Sequence[dict[str, Any]], reference: dict[str, Reference]) -> None:
    found: dict[str, list[tuple[int, str, int, int | None]]] = defaultdict(list)
    for row in rows:
        found[row["satker"]].append((row["revision"], row["date"], row["pagu"], row["delta"]))
    for key, one in reference.items():
        before: int | None = None
        wanted = []
        for number, (dated, total) in sorted(one.totals.items()):
            wanted.append((number, dated, total, None if before is None else total - before))
            before = total
        assert found.get(key, []) == wanted
