"""Every event that stated, corrected or voided a value of one subject, in log order.

A subject is a code at any level, an indicator, or `total`. Nothing is filtered by what speaks: the
history shows rival documents and voided entries too. `before` is what the ledger said of the same
field until then.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.events import (
    AchievementRecorded,
    CommitmentRecorded,
    DipaLinesStated,
    DipaRevised,
    EntryCorrected,
    EntryVoided,
    Event,
    FigurePublished,
    ImportVoided,
    IndicatorDefined,
    RealisationRecorded,
    TargetSet,
    WithdrawalPlanStated,
)
from ledger.records import TOTAL
from projections.columns import Columns
from projections.corrections import settled_documents

SCHEMA = pa.schema(
    [
        ("event", pa.int64()),
        ("line", pa.int64()),
        ("kind", pa.string()),
        ("recorded_at", pa.string()),
        ("effective_on", pa.string()),
        ("revision", pa.int64()),
        ("field", pa.string()),
        ("before", pa.string()),
        ("after", pa.string()),
        ("actor", pa.string()),
        ("document", pa.string()),
        ("read_from", pa.string()),
        ("sheet", pa.string()),
        ("page", pa.string()),
        ("row", pa.int64()),
        ("cell", pa.string()),
        ("raw", pa.string()),
        ("reason", pa.string()),
    ]
)


@dataclass(frozen=True)
class _Source:
    """How one topic speaks of subjects: the columns that name them, and the value it states."""

    event: type[Event]
    subjects: tuple[str, ...]
    value: str
    field: str
    effective: str | None = None


_SOURCES = (
    _Source(DipaRevised, (), "total", "pagu", "dated"),
    _Source(RealisationRecorded, ("code", "ro", "program"), "amount", "realisasi", "period_end"),
    _Source(CommitmentRecorded, ("code",), "amount", "kontrak", "dated"),
    _Source(IndicatorDefined, ("indicator",), "text", "definisi"),
    _Source(TargetSet, ("indicator",), "value", "target"),
    _Source(AchievementRecorded, ("indicator",), "value", "realisasi", "period_end"),
    _Source(FigurePublished, ("code", "indicator"), "printed", "klaim"),
)
_LISTS = (
    (DipaLinesStated, "amount", "pagu"),
    (WithdrawalPlanStated, "amount", "rencana"),
)


def history(columns: Columns, subject: str) -> pa.Table:
    """The rows of one subject; empty when nothing speaks of it."""
    dates = _document_dates(columns)
    rows: list[dict[str, Any]] = []
    for source in _SOURCES:
        for row in _matching(columns.of(source.event), source, subject).to_pylist():
            rows.append(_stated(row, source, dates))
    for event, value, name in _LISTS:
        rows += _lines(columns.of(event), subject, value, name, dates)
    rows += _amended(columns, rows)
    rows += _voided_with_import(columns, rows)
    rows.sort(key=lambda row: (row["event"], row["line"] or 0))
    return pa.Table.from_pylist(_with_before(rows), SCHEMA)


def _matching(table: pa.Table, source: _Source, subject: str) -> pa.Table:
    if subject == TOTAL:
        if source.event is DipaRevised:
            return table
        if "dimension" in table.column_names:
            return table.filter(pc.field("dimension") == TOTAL)
        return table.slice(0, 0)
    if not source.subjects:
        return table.slice(0, 0)
    mask = pc.field(source.subjects[0]) == subject
    for name in source.subjects[1:]:
        mask = pc.or_kleene(mask, pc.field(name) == subject)
    return table.filter(mask)


def _stated(
    row: Mapping[str, Any], source: _Source, dates: Mapping[str, str | None]
) -> dict[str, Any]:
    effective = row.get(source.effective) if source.effective else None
    name = source.field
    if source.event is FigurePublished:
        name = f"{source.field}: {row['measure']}"
    return {
        **_common(row, dates),
        "line": None,
        "kind": "stated",
        "field": name,
        "effective_on": effective or dates.get(row["document"]),
        "after": _as_text(row[source.value]),
        "raw": _raw(row),
        **{key: row["place"][key] for key in ("sheet", "page", "row", "cell")},
        "_target": (row["stream"], row["version"], None),
    }


def _lines(
    table: pa.Table, subject: str, value: str, name: str, dates: Mapping[str, str | None]
) -> list[dict[str, Any]]:
    """Lines of lists whose code is the subject; the codes are searched before rows are made."""
    flat = pc.list_flatten(table["code"])
    parents = pc.list_parent_indices(table["code"].combine_chunks())
    hits = pc.unique(parents.filter(pc.fill_null(pc.equal(flat, subject), False)))
    found = []
    for row in table.take(hits).to_pylist():
        for line, code in enumerate(row["code"]):
            if code == subject:
                found.append(
                    {
                        **_common(row, dates),
                        "line": line,
                        "kind": "stated",
                        "field": name,
                        "after": _as_text(_cell(row, value, line)),
                        "raw": _cell(row, "raw", line),
                        "sheet": row["place"]["sheet"],
                        "page": row["place"]["page"],
                        "row": _cell(row, "row", line),
                        "cell": _cell(row, "cell", line),
                        "_target": (row["stream"], row["version"], line),
                    }
                )
    return found


def _common(row: Mapping[str, Any], dates: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        "event": row["index"],
        "recorded_at": row["recorded_at"],
        "effective_on": dates.get(row["document"]),
        "revision": row.get("revision"),
        "actor": row["actor"],
        "document": row["document"],
        "read_from": row["read_from"],
        "reason": row.get("reason"),
        "_import": row["import"],
    }


def _amended(columns: Columns, stated: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Corrections and voids of the entries found, of these corrections too."""
    targets = {row["_target"]: row for row in stated}
    by_entry: dict[tuple[str, int], list[Mapping[str, Any]]] = defaultdict(list)
    for (stream, version, _), row in targets.items():
        by_entry[stream, version].append(row)
    found: list[dict[str, Any]] = []
    corrections = [(row, "corrected") for row in columns.of(EntryCorrected).to_pylist()]
    voids = [(row, "voided") for row in columns.of(EntryVoided).to_pylist()]
    for row, kind in sorted([*corrections, *voids], key=lambda pair: pair[0]["index"]):
        line = row["target"]["line"]
        for entry in by_entry.get((row["stream"], row["target"]["version"]), []):
            if line is not None and entry["line"] is not None and line != entry["line"]:
                continue
            step = _amending(row, kind, entry)
            found.append(step)
            by_entry[row["stream"], row["version"]].append(step)
    return found


def _amending(row: Mapping[str, Any], kind: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    new = row.get("value") or {}
    name = row.get("field")
    main = name in (None, "amount", "total", "value", "text", "printed")
    return {
        **{key: entry[key] for key in ("line", "effective_on", "revision", "read_from")},
        "event": row["index"],
        "kind": kind,
        "recorded_at": row["recorded_at"],
        "field": entry["field"] if main else name,
        "after": _as_text(new.get("amount") if new.get("amount") is not None else new.get("text")),
        "actor": row["actor"],
        "document": row["document"],
        "reason": row["reason"],
        "_import": row["import"],
    }


def _voided_with_import(
    columns: Columns, rows: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """One step for each entry found whose import was voided as a whole."""
    voids = {row["import_id"]: row for row in columns.of(ImportVoided).to_pylist()}
    return [
        _amending(voids[row["_import"]], "voided", row) for row in rows if row["_import"] in voids
    ]


def _with_before(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    last: dict[str, str | None] = {}
    for row in rows:
        row["before"] = last.get(row["field"])
        last[row["field"]] = row["after"]
        row.pop("_target", None)
        row.pop("_import", None)
    return rows


def _document_dates(columns: Columns) -> dict[str, str | None]:
    """The day of each document: of a DIPA its date, of others when they were out."""
    return {
        name: known.dated or known.published for name, known in settled_documents(columns).items()
    }


def _raw(row: Mapping[str, Any]) -> str | None:
    raw = row.get("raw") or row.get("printed")
    return raw.get("total") if isinstance(raw, dict) else raw


def _cell(row: Mapping[str, Any], name: str, line: int) -> Any:
    column = row.get(name)
    return None if column is None else column[line]


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)
