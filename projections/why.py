"""Why a number is what it is: the events that it rests on at a position, folded step by step.

Unlike the history, only what counts is shown, in the order in which it is folded; the last running
value is the number that the tables give.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc

from ledger.events import DipaLinesStated, DipaRevised, EntryCorrected, RealisationRecorded
from ledger.records import TOTAL
from projections.absorption import summed_level
from projections.columns import Columns
from projections.corrections import amendments, settled, settled_documents
from projections.history import history
from projections.levels import derivable_from, level_of
from projections.pagu import default_level, pagu
from projections.performance import performance
from projections.periods import PAYMENTS, Part
from projections.position import Position
from projections.realisation import realised_parts
from projections.revisions import held_at, last_days, revision_rows
from projections.statements import (
    coverage,
    lines_of,
    lines_of_code,
    speaking,
    stated_lines,
)


@dataclass(frozen=True)
class Step:
    """One event's part in a number: `effect` is states, corrects, counts or of-which."""

    effect: str
    event: int
    line: int | None
    amount: int | None
    running: int | None
    document: str | None
    read_from: str | None = None
    sheet: str | None = None
    row: int | None = None
    cell: str | None = None
    raw: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Reading:
    """One print of an indicator's target or result; `effect` is target, in-force, realisasi."""

    effect: str
    event: int
    value: str | None
    document: str | None
    read_from: str | None
    sheet: str | None
    row: int | None
    cell: str | None
    raw: str | None
    reason: str | None


def why_pagu(columns: Columns, position: Position, subject: str, level: str | None) -> list[Step]:
    """The fold of the pagu of one code (or `total`) of one satker and year.

    A total that is not stated, but that lines make up in full, is folded from these.
    """
    held = _held(columns, position)
    if held is None:
        return []
    if subject != TOTAL:
        return list(_fold_lines(columns, _lines_behind(columns, held, subject, level)))
    total = _why_total(columns, held)
    if held["pagu"] is not None:
        return total
    return [*total, *_fold_lines(columns, _lines_behind(columns, held, TOTAL, level))]


def why_realisation(
    columns: Columns, position: Position, subject: str, level: str | None
) -> list[Step]:
    """The entries behind a realisation: totals of periods, payments inside and beside them.

    A total that is not stated is folded from every code of the level whose sum stands for it.
    """
    ends = last_days(columns, position)
    if not ends:
        return []
    ((dipa, end), *_) = ends.items()
    if subject != TOTAL:
        parts = realised_parts(columns, dipa, end, level or level_of(subject)).get(subject, [])
        return list(_fold_parts(columns, parts))
    parts = realised_parts(columns, dipa, end, TOTAL).get(None, [])
    if not parts:
        level = level or summed_level(pagu(columns, position).to_pylist())
        by_code = realised_parts(columns, dipa, end, level)
        codes = sorted(by_code, key=lambda code: (code is None, code or ""))
        parts = [part for code in codes for part in by_code[code]]
    return list(_fold_parts(columns, parts))


def why_indicator(
    columns: Columns, position: Position, subject: str
) -> tuple[list[Reading], dict[str, Any]]:
    """What an indicator's achievement rests on: every print of its target and result, and the row.

    Empty for a subject that is no indicator. The target in force is marked; in a conflict none.
    """
    rows = performance(columns, position, include_all=True).to_pylist()
    row = next((one for one in rows if one["indicator"].casefold() == subject.casefold()), None)
    if row is None:
        return [], {}
    prints = history(columns, row["indicator"]).to_pylist()
    speaking = {c["event"]: c for c in row["target_candidates"] if c["value"] == row["target"]}
    chosen = next(iter(speaking), None) if row["target"] is not None else None
    found = [
        Reading(
            effect="in-force" if one["event"] == chosen else one["field"],
            event=one["event"],
            value=one["after"],
            document=one["document"],
            read_from=one["read_from"],
            sheet=one["sheet"],
            row=one["row"],
            cell=one["cell"],
            raw=one["raw"],
            reason=one["reason"],
        )
        for one in prints
        if one["field"] in ("target", "realisasi") or one["kind"] != "stated"
    ]
    names = ("target", "realisasi", "formula", "capaian_raw", "capaian", "capaian_printed")
    return found, {name: row[name] for name in names}


def _held(columns: Columns, position: Position) -> dict[str, Any] | None:
    for rows in revision_rows(columns, position).values():
        return held_at(rows, position).row
    return None


def _why_total(columns: Columns, held: Mapping[str, Any]) -> list[Step]:
    table = columns.of(DipaRevised)
    (row,) = table.filter(pc.field("index") == held["event"]).to_pylist()
    place, raw = row["place"], row["raw"] or {}
    first = Step(
        "states", row["index"], None, row["total"], row["total"], row["document"],
        row["read_from"], place["sheet"], place["row"], place["cell"], raw.get("total"),
        row["reason"],
    )  # fmt: skip
    return [first, *_corrections(columns, row["stream"], row["version"], None, "total")]


def _lines_behind(
    columns: Columns, held: Mapping[str, Any], subject: str, level: str | None
) -> list[dict[str, Any]]:
    """The lines that speak for a code; for the total all of them, where they make it up in full."""
    key = held["satker"], held["fiscal_year"], held["revision"]
    stated = stated_lines(columns, settled_documents(columns), {key})
    candidates = stated.candidates.get(key, ())
    level = level or (default_level(candidates) if subject == TOTAL else level_of(subject))
    usable = [c for c in candidates if level and derivable_from(level, c.dimension)]
    chosen = speaking(usable, held["pagu"], level)
    if chosen is None or level is None:
        return []
    if subject != TOTAL:
        mine = lines_of_code(stated.lines, chosen, subject, level)
    elif coverage(None, chosen) == "full":
        mine = lines_of(stated.lines, chosen)
    else:
        return []
    return mine.to_pylist()  # type: ignore[no-any-return]


def _fold_lines(columns: Columns, lines: Iterable[Mapping[str, Any]]) -> Iterable[Step]:
    before: int | None = None
    for line in lines:
        original = _original(columns, line["index"], line["line"])
        first = Step(
            "states", line["index"], line["line"], original, _plus(before, original),
            line["document"], line["read_from"], line["place"]["sheet"], line["row"],
            line["cell"], line["raw"],
        )  # fmt: skip
        corrections = _corrections(
            columns, line["stream"], line["version"], line["line"], "amount", before
        )
        yield first
        yield from corrections
        before = [first, *corrections][-1].running


def _plus(before: int | None, amount: int | None) -> int | None:
    """A sum of what is known; unknown as long as nothing is."""
    return before if amount is None else amount + (before or 0)


def _original(columns: Columns, index: int, line: int) -> int | None:
    table = columns.of(DipaLinesStated)
    (row,) = table.filter(pc.field("index") == index).select(["amount"]).to_pylist()
    amount = row["amount"]
    return None if amount is None else amount[line]


def _corrections(
    columns: Columns,
    stream: str,
    version: int,
    line: int | None,
    name: str,
    before: int | None = None,
) -> list[Step]:
    """Corrections of one value that count, in log order; each replaces what was before."""
    table = columns.of(EntryCorrected)
    gone = {version for version, lines in _voided(columns, stream) if None in lines}
    rows = table.filter((pc.field("stream") == stream) & (pc.field("field") == name)).to_pylist()
    return [
        Step(
            "corrects", row["index"], None, row["value"]["amount"],
            _plus(before, row["value"]["amount"]),
            row["document"], reason=row["reason"],
        )
        for row in rows
        if row["target"] == {"version": version, "line": line} and row["version"] not in gone
    ]  # fmt: skip


def _voided(columns: Columns, stream: str) -> list[tuple[int, set[int | None]]]:
    voids = amendments(columns).voids
    return [(version, set(lines)) for (of, version), lines in voids.items() if of == stream]


def _fold_parts(columns: Columns, parts: Sequence[Part]) -> Iterable[Step]:
    """A total that payments replace counts no more: what stands here is their declaration."""
    entries = _entries(columns, [row["index"] for part in parts for row in part.payments])
    running = 0
    for part in parts:
        counts = part.extent == PAYMENTS
        if part.completed is not None:
            yield _step("states", part.completed, None, running)
        if part.total is not None and not counts:
            running += part.amount
            yield _step("counts", part.total, part.amount, running)
        for payment in part.payments:
            running += payment["signed"] or 0 if counts else 0
            effect = "counts" if counts else "of-which"
            yield _step(effect, entries[payment["index"]], payment["signed"], running)


def _entries(columns: Columns, indexes: list[int]) -> dict[int, dict[str, Any]]:
    table = settled(columns, RealisationRecorded)
    rows = table.filter(pc.field("index").isin(indexes)).to_pylist()
    return {row["index"]: row for row in rows}


def _step(effect: str, row: Mapping[str, Any], amount: int | None, running: int) -> Step:
    place = row.get("place") or {}
    return Step(
        effect, row["index"], None, amount, running, row["document"], row["read_from"],
        place.get("sheet"), place.get("row"), place.get("cell"), row.get("raw"),
    )  # fmt: skip
