"""549 generated satker: each projection equals a reference in plain Python at random positions.

JEJAK_POSITIONS sets how many positions are tried (10 by default, 100 in `make torture`).
"""

import os
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from ledger.events import (
    AchievementRecorded,
    DipaLinesStated,
    DipaRevised,
    EntryCorrected,
    EntryVoided,
    Event,
    IndicatorDefined,
    RealisationRecorded,
    TargetSet,
)
from projections.absorption import absorption
from projections.columns import Columns, decode
from projections.history import history
from projections.pagu import pagu
from projections.performance import performance
from projections.position import Position, visible
from projections.revisions import revisions
from tests.nation import PK_DATED, REVISIONS, YEAR, events, leaves

SATKERS = 549
PAYMENTS = 10
SUBJECTS = ("6002.QGE.005", "IKU-1", "IKK-1")
POSITIONS = int(os.environ.get("JEJAK_POSITIONS", "10"))


@dataclass
class Reference:
    """One satker-year folded event by event, up to a size of the log."""

    totals: dict[int, tuple[str, int]] = field(default_factory=dict)
    lines: dict[int, list[int | None]] = field(default_factory=dict)
    codes: dict[int, list[str]] = field(default_factory=dict)
    payments: list[tuple[str, str, int]] = field(default_factory=list)
    indicators: dict[str, IndicatorDefined] = field(default_factory=dict)
    targets: dict[int, TargetSet] = field(default_factory=dict)
    results: dict[int, list[str]] = field(default_factory=dict)

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
            case IndicatorDefined(satker=key):
                found[key].indicators[event.indicator] = event
            case TargetSet(satker=key):
                found[key].targets[at[1]] = event
            case AchievementRecorded(satker=key, value=str(value)):
                found[key].results[at[1]] = [event.indicator, value]
            case EntryCorrected() if at[0].startswith("kinerja/"):
                found[at[0].split("/")[1]].results[event.target.version][1] = str(event.value.text)
            case EntryVoided() if at[0].startswith("kinerja/"):
                del found[at[0].split("/")[1]].targets[event.target.version]
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
        _check_performance(performance(known, position).to_pylist(), reference, position)
        for subject in SUBJECTS:
            rows = history(known, subject).to_pylist()
            found = [(row["event"], row["line"] or 0, row["kind"], row["after"]) for row in rows]
            assert found == _touching(log[: position.size], subject)


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


def _check_performance(
    rows: Sequence[dict[str, Any]], reference: dict[str, Reference], position: Position
) -> None:
    found: dict[str, dict[str, tuple[str | None, ...]]] = defaultdict(dict)
    for row in rows:
        found[row["satker"]][row["indicator"]] = tuple(
            row[name] for name in ("target", "realisasi", "capaian_raw", "capaian")
        )
    for key, one in reference.items():
        wanted: dict[str, tuple[str | None, ...]] = {}
        held = one.held(position)
        day = position.as_of.isoformat() if position.as_of else held[1] if held else ""
        is_over = day >= f"{YEAR}-12-31"
        results = dict(one.results.values()) if is_over else {}
        for name, defined in one.indicators.items():
            mine = [
                target
                for target in one.targets.values()
                if target.indicator == name
                and (is_over if target.document.startswith("lkj-") else day >= PK_DATED)
            ]
            if not mine and name not in results:
                continue
            first = [target for target in mine if target.document.startswith("pk-")] or mine
            values = {target.value for target in first}
            target = values.pop() if len(values) == 1 else None
            wanted[name] = target, results.get(name), *_reached(defined, target, results.get(name))
        assert found.get(key, {}) == wanted


def _reached(
    defined: IndicatorDefined, target: str | None, result: str | None
) -> tuple[str | None, str | None]:
    if target is None or result is None:
        return None, None
    goal, real = Fraction(target), Fraction(result)
    raw = 100 * (real if defined.direction == "higher" else 2 * goal - real) / goal
    return _two_decimals(raw), _two_decimals(min(raw, Fraction(defined.cap or "100")))


def _two_decimals(value: Fraction) -> str:
    """Half away from zero; no result of the generator is below zero by less than a hundredth."""
    hundredths = int(abs(value) * 100 + Fraction(1, 2))
    return f"{'-' if value < 0 else ''}{hundredths // 100}.{hundredths % 100:02d}"


def _touching(log: Sequence[Event], subject: str) -> list[tuple[int, int, str, str | None]]:
    """(entry, line, what it does, value) of all that stated or amended something of a subject."""
    found: list[tuple[int, int, str, str | None]] = []
    mine: set[tuple[str, int, int]] = set()
    for index, event in enumerate(log):
        stated: dict[int, object] = {}
        match event:
            case DipaLinesStated():
                amounts = event.amount or []
                stated = {n: amounts[n] for n, code in enumerate(event.code) if code == subject}
            case RealisationRecorded() if event.code == subject:
                stated = {0: event.amount}
            case IndicatorDefined() if event.indicator == subject:
                stated = {0: event.text}
            case TargetSet() | AchievementRecorded() if event.indicator == subject:
                stated = {0: event.value}
            case EntryCorrected() | EntryVoided():
                target = event.target
                if (event.originator_id, target.version, target.line or 0) in mine:
                    new = event.value if isinstance(event, EntryCorrected) else None
                    set_to = None if new is None else new.text if new.amount is None else new.amount
                    kind = "voided" if new is None else "corrected"
                    found.append((index, target.line or 0, kind, _text(set_to)))
            case _:
                pass
        for line, value in stated.items():
            mine.add((event.originator_id, event.originator_version, line))
            found.append((index, line, "stated", _text(value)))
    return found


def _text(value: object) -> str | None:
    return None if value is None else str(value)
