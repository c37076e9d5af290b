"""Why a number is what it is: the events that it rests on at a position, folded step by step.

Unlike the history, only what counts is shown, in the order in which it is folded; the last running
value is the number that the tables give.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc

from ledger.events import DipaLinesStated, DipaRevised, EntryCorrected, RealisationRecorded
from ledger.records import PERIOD_TOTAL, TOTAL
from projections.columns import Columns
from projections.corrections import amendments, settled, settled_documents
from projections.history import history
from projections.levels import derivable_from, level_codes, level_of
from projections.performance import performance
from projections.position import Position
from projections.revisions import held_at, revision_rows
from projections.statements import speaking, stated_lines


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
    """The fold of the pagu of one code (or `total`) of one satker and year."""
    held = _held(columns, position)
    if held is None:
        return []
    if subject == TOTAL:
        return _why_total(columns, held)
    documents = settled_documents(columns)
    key = held["satker"], held["fiscal_year"], held["revision"]
    stated = stated_lines(columns, documents, {key})
    level = level or level_of(subject)
    usable = [c for c in stated.candidates.get(key, ()) if derivable_from(level, c.dimension)]
    chosen = speaking(usable, held["pagu"], level)
    if chosen is None:
        return []
    mine = stated.lines.filter(pc.field("index").isin(list(chosen.events)))
    codes = level_codes(mine, level, chosen.dimension)
    lines = mine.filter(pc.fill_null(pc.equal(codes, subject), False)).to_pylist()
    return list(_fold_lines(columns, lines))


def why_realisation(
    columns: Columns, position: Position, subject: str, level: str | None
) -> list[Step]:
    """The entries behind a realisation: totals of periods, payments inside and beside them."""
    held = _held(columns, position) or {}
    end = position.as_of.isoformat() if position.as_of else held.get("effective_until")
    level = TOTAL if subject == TOTAL else level or level_of(subject)
    table = settled(columns, RealisationRecorded)
    rows = [
        row
        for row in table.to_pylist()
        if row["voided_by"] is None
        and (row["period_end"] or "") <= (end or "9999")
        and _is_about(row, subject, level)
    ]
    return list(_fold_realisation(rows))


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
    return [first, *_corrections(columns, row["stream"], row["version"], None, "total", first)]


def _fold_lines(columns: Columns, lines: Iterable[Mapping[str, Any]]) -> Iterable[Step]:
    running = 0
    for line in lines:
        original = _original(columns, line["index"], line["line"])
        before = running
        running += original or 0
        first = Step(
            "states", line["index"], line["line"], original, running, line["document"],
            line["read_from"], line["place"]["sheet"], line["row"], line["cell"], line["raw"],
        )  # fmt: skip
        yield first
        steps = _corrections(
            columns, line["stream"], line["version"], line["line"], "amount", first, before
        )
        yield from steps
        running = steps[-1].running if steps and steps[-1].running is not None else running


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
    first: Step,
    base: int = 0,
) -> list[Step]:
    """Corrections of one value that count, in log order; each replaces what was before."""
    table = columns.of(EntryCorrected)
    gone = {version for version, lines in _voided(columns, stream) if None in lines}
    rows = table.filter((pc.field("stream") == stream) & (pc.field("field") == name)).to_pylist()
    return [
        Step(
            "corrects", row["index"], None, row["value"]["amount"],
            None if row["value"]["amount"] is None else base + row["value"]["amount"],
            row["document"], reason=row["reason"],
        )
        for row in rows
        if row["target"] == {"version": version, "line": line} and row["version"] not in gone
    ]  # fmt: skip


def _voided(columns: Columns, stream: str) -> list[tuple[int, set[int | None]]]:
    voids = amendments(columns).voids
    return [(version, set(lines)) for (of, version), lines in voids.items() if of == stream]


def _is_about(row: Mapping[str, Any], subject: str, level: str) -> bool:
    if subject == TOTAL:
        return bool(row["dimension"] == TOTAL)
    if row["dimension"] == level:
        return bool(row["code"] == subject)
    source = row["ro"] if row["dimension"] == "line" else row["code"]
    by_tree = level in ("kegiatan", "kro", "ro") and derivable_from(level, row["dimension"])
    if by_tree:
        return bool((source or "").startswith(subject))
    if level == "jenis-belanja" and derivable_from(level, row["dimension"]):
        return bool((row["akun"] or "").startswith(subject))
    return bool(level == "program" and row["program"] == subject)


def _fold_realisation(rows: Iterable[Mapping[str, Any]]) -> Iterable[Step]:
    running = 0
    totals = [row for row in rows if row["extent"] == PERIOD_TOTAL]
    for row in [*totals, *(row for row in rows if row["extent"] != PERIOD_TOTAL)]:
        amount = row["amount"] or 0
        signed = -amount if row["extent"] == "refund" else amount
        inside = row["extent"] != PERIOD_TOTAL and any(
            (t["period_start"] or "") <= row["period_end"] <= (t["period_end"] or "9999")
            and t["code"] == row["code"]
            for t in totals
        )
        running += 0 if inside else signed
        yield Step(
            "of-which" if inside else "counts", row["index"], None, signed, running,
            row["document"], row["read_from"], row["place"]["sheet"], row["place"]["row"],
            row["place"]["cell"], row["raw"],
        )  # fmt: skip
