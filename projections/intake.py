"""What came in by which import, whether it still counts, and what it put in the place of other.

An import supersedes in two ways. A correction that it appended stands in the place of a value. And
a revision is superseded where another entry spoke for it just before the import's first entry and
one of the import's speaks for it after its last: also where the one before knew no total.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.events import (
    DipaRevised,
    DocumentRegistered,
    EntryCorrected,
    EntryVoided,
    ImportReceived,
    ImportVoided,
)
from projections.columns import Columns
from projections.position import Position, without_voided_imports
from projections.revisions import revision_rows

_COUNTS = pa.struct([(n, pa.int64()) for n in ("rows", "new", "same", "skipped", "corrected")])
_CORRECTION = pa.struct(
    [("event", pa.int64()), ("target", pa.int64()), ("line", pa.int64()), ("field", pa.string())]
)
_REVISION = pa.struct(
    [
        ("satker", pa.string()),
        ("fiscal_year", pa.int64()),
        ("revision", pa.int64()),
        ("before", pa.int64()),
        ("after", pa.int64()),
        ("pagu_before", pa.int64()),
        ("pagu_after", pa.int64()),
    ]
)
SCHEMA = pa.schema(
    [
        ("import", pa.string()),
        ("first", pa.int64()),
        ("last", pa.int64()),
        ("recorded_at", pa.string()),
        ("actor", pa.string()),
        ("file", pa.string()),
        ("sha256", pa.string()),
        ("mapping", pa.string()),
        ("counts", _COUNTS),
        ("voided_by", pa.int64()),
        ("corrections", pa.list_(_CORRECTION)),
        ("revisions", pa.list_(_REVISION)),
    ]
)
_SPEAKING = (DipaRevised, DocumentRegistered, EntryCorrected, EntryVoided, ImportVoided)


def intake(columns: Columns) -> pa.Table:
    """One row an import, in log order; `first` and `last` are the indexes of its entries.

    `columns` are those of a whole log, voided imports with it.
    """
    lasts = _lasts(columns)
    voids = dict(_pairs(columns.of(ImportVoided), "import_id", "index"))
    corrections = _corrections(columns)
    rows = []
    for row in columns.of(ImportReceived).sort_by("index").to_pylist():
        name, first, last = row["import_id"], row["index"], lasts[row["import_id"]]
        rows.append(
            {
                **{key: row[key] for key in ("recorded_at", "actor", "sha256", "mapping")},
                "import": name,
                "first": first,
                "last": last,
                "file": row["file_name"],
                "counts": row["counts"],
                "voided_by": voids.get(name),
                "corrections": corrections.get(name, []),
                "revisions": superseded_revisions(columns, name, first, last),
            }
        )
    return pa.Table.from_pylist(rows, SCHEMA)


def superseded_revisions(
    columns: Columns, import_id: str, first: int, last: int
) -> list[dict[str, Any]]:
    """The revisions that an import's entries speak for where other entries spoke before."""
    table = columns.of(DipaRevised)
    brought = table.filter(pc.equal(table["import"], import_id))
    if not len(brought):
        return []
    mine = table.filter(pc.is_in(table["satker"], value_set=pc.unique(brought["satker"])))
    kept = {event.TOPIC: columns.of(event) for event in _SPEAKING} | {DipaRevised.TOPIC: mine}
    only = Columns(columns.size, kept)
    before, after = _speaking(only, first), _speaking(only, last + 1)
    own = set(brought["index"].to_pylist())
    return [
        {
            **dict(zip(("satker", "fiscal_year", "revision"), key, strict=True)),
            "before": before[key]["event"],
            "after": row["event"],
            "pagu_before": before[key]["pagu"],
            "pagu_after": row["pagu"],
        }
        for key, row in after.items()
        if row["event"] in own and key in before
    ]


def _speaking(columns: Columns, size: int) -> dict[tuple[str, int, int | None], dict[str, Any]]:
    """The entry that speaks for each standing revision when the log has `size` entries."""
    then = without_voided_imports(columns.known_at_size(size))
    return {
        (*dipa, row["revision"]): row
        for dipa, rows in revision_rows(then, Position()).items()
        for row in rows
        if row["voided_by"] is None
    }


def _lasts(columns: Columns) -> dict[str, int]:
    """Import id -> the highest index among its entries."""
    found: dict[str, int] = {}
    for table in columns.tables.values():
        for row in table.group_by("import").aggregate([("index", "max")]).to_pylist():
            found[row["import"]] = max(row["index_max"], found.get(row["import"], -1))
    return found


def _corrections(columns: Columns) -> dict[str, list[dict[str, Any]]]:
    """Import id -> the corrections that it appended, with the index of what each aims at."""
    table = columns.of(EntryCorrected)
    table = table.filter(pc.is_valid(table["import"])).sort_by("index")
    at = _indexes(columns, pc.unique(table["stream"]))
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in table.to_pylist():
        target = row["target"]
        found[row["import"]].append(
            {
                "event": row["index"],
                "target": at.get((row["stream"], target["version"])),
                "line": target["line"],
                "field": row["field"],
            }
        )
    return found


def _indexes(columns: Columns, streams: pa.Array) -> Mapping[tuple[str, int], int]:
    """(stream, version) -> index of every entry of some streams."""
    found: dict[tuple[str, int], int] = {}
    for table in columns.tables.values() if len(streams) else ():
        mine = table.filter(pc.is_in(table["stream"], value_set=streams))
        for stream, version, index in zip(
            *(mine[name].to_pylist() for name in ("stream", "version", "index")), strict=True
        ):
            found[stream, version] = index
    return found


def _pairs(table: pa.Table, key: str, value: str) -> list[tuple[Any, Any]]:
    return list(zip(table[key].to_pylist(), table[value].to_pylist(), strict=True))
