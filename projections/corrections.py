"""Corrections and voids applied: the columns as they stand, and what stood before.

A correction names its target by stream and version, and the line within a list. The last one
that is not itself voided wins; nothing is edited, the original leaf stays what it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.events import (
    DocumentRegistered,
    EntryCorrected,
    EntryVoided,
    Event,
)
from projections.columns import Columns, folded_once

Line = int | None
NewScalar = int | str | None


@dataclass(frozen=True)
class Amendments:
    """What corrections and voids come to, by stream and version of their target.

    `values`: (line, field) -> (new value, index of the correcting event);
    `voids`: line (None for the whole) -> index of the voiding event.
    """

    values: Mapping[tuple[str, int], Mapping[tuple[Line, str], tuple[NewScalar, int]]]
    voids: Mapping[tuple[str, int], Mapping[Line, int]]


@dataclass(frozen=True)
class Document:
    """What a document is, with corrections applied."""

    id: str
    kind: str
    number: str | None
    revision: int | None
    dated: str | None
    published: str | None
    replaces: str | None
    event: int

    @property
    def out_on(self) -> str | None:
        """The day from which it could be read: published, else dated."""
        return self.published or self.dated


@folded_once
def amendments(columns: Columns) -> Amendments:
    """Fold the corrections and voids of a log, in log order."""
    voids: dict[tuple[str, int], dict[Line, int]] = defaultdict(dict)
    for row in _targets(columns.of(EntryVoided)):
        voids[row["stream"], row["target"]["version"]][row["target"]["line"]] = row["index"]
    values: dict[tuple[str, int], dict[tuple[Line, str], tuple[NewScalar, int]]] = defaultdict(dict)
    for row in _targets(columns.of(EntryCorrected)):
        if None in voids.get((row["stream"], row["version"]), ()):
            continue
        new = row["value"]
        value = new["amount"] if new["amount"] is not None else new["text"]
        target = row["stream"], row["target"]["version"]
        values[target][row["target"]["line"], row["field"]] = value, row["index"]
    return Amendments(values, voids)


def _targets(table: pa.Table) -> Iterable[dict[str, Any]]:
    return table.sort_by("index").to_pylist()  # type: ignore[no-any-return]


@folded_once
def settled(columns: Columns, event: type[Event]) -> pa.Table:
    """The table of one topic as corrections and voids leave it; see `settle`."""
    return settle(columns.of(event), amendments(columns))


def settle(table: pa.Table, amended: Amendments) -> pa.Table:
    """A topic's table with corrected values, and two columns: `voided_by`, `corrected_by`.

    For topics of one value a row; lists go through `flat_lines`.
    """
    targets = amended.values.keys() | amended.voids.keys()
    rows = _rows_of(table, targets)
    voided: list[int | None] = [None] * len(table)
    corrected: list[int | None] = [None] * len(table)
    changes: dict[str, dict[int, NewScalar]] = defaultdict(dict)
    for target, row in rows.items():
        voided[row] = amended.voids.get(target, {}).get(None)
        for (line, name), (value, index) in amended.values.get(target, {}).items():
            if line is None:
                changes[name][row] = value
                corrected[row] = max(index, corrected[row] or 0)
    for name, cells in changes.items():
        table = _with_cells(table, name, cells)
    table = table.append_column("voided_by", pa.array(voided, pa.int64()))
    return table.append_column("corrected_by", pa.array(corrected, pa.int64()))


def _rows_of(table: pa.Table, targets: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Row numbers of the wanted (stream, version) pairs that a table holds."""
    wanted = set(targets)
    if not wanted:
        return {}
    streams = pa.array({stream for stream, _ in wanted}, pa.string())
    candidates = pc.indices_nonzero(pc.is_in(table["stream"], value_set=streams))
    part = table.select(["stream", "version"]).take(candidates)
    found = {}
    for row, stream, version in zip(
        candidates.to_pylist(), part["stream"].to_pylist(), part["version"].to_pylist(), strict=True
    ):
        if (stream, version) in wanted:
            found[stream, version] = row
    return found


def _with_cells(table: pa.Table, name: str, cells: Mapping[int, NewScalar]) -> pa.Table:
    column = table.column(name)
    rows = sorted(cells)
    mask = pc.is_in(pa.array(range(len(table)), pa.int64()), value_set=pa.array(rows, pa.int64()))
    new = pa.array([cells[row] for row in rows], column.type)
    fixed = pc.replace_with_mask(column.combine_chunks(), mask, new)
    return table.set_column(table.column_names.index(name), name, fixed)


def flat_lines(statements: pa.Table, amended: Amendments) -> pa.Table:
    """One row a line of a table of lists (lines, a plan), corrected, without voided ones.

    Columns: `index`, `stream`, `version`, `line` (ordinal), `corrected_by`, the statement's own
    fields, and the line's.
    """
    lists = [f.name for f in statements.schema if pa.types.is_list(f.type)]
    own = [name for name in statements.column_names if name not in lists]
    counts = pc.list_value_length(statements["code"]).to_pylist()
    parent = pc.list_parent_indices(statements["code"].combine_chunks())
    arrays: dict[str, Any] = {name: statements[name].take(parent) for name in own}
    starts = [0]
    for count in counts:
        starts.append(starts[-1] + count)
    arrays["line"] = pa.array([line for count in counts for line in range(count)], pa.int64())
    for name in lists:
        arrays[name] = _flattened(statements[name], counts)
    table = pa.table(arrays)
    return _settle_lines(table, statements, starts, amended)


def _flattened(column: pa.ChunkedArray, counts: list[int]) -> pa.Array:
    """The elements of a list column, nulls where a whole list is null."""
    array = column.combine_chunks()
    if array.null_count == 0:
        return array.flatten()
    if array.null_count == len(array):
        return pa.nulls(sum(counts), array.type.value_type)
    chunks = []
    for row, count in enumerate(counts):
        scalar = array[row]
        chunks.append(scalar.values if scalar.is_valid else pa.nulls(count, array.type.value_type))
    return pa.concat_arrays(chunks)


def _settle_lines(
    table: pa.Table, statements: pa.Table, starts: list[int], amended: Amendments
) -> pa.Table:
    targets = amended.values.keys() | amended.voids.keys()
    gone: set[int] = set()
    changes: dict[str, dict[int, NewScalar]] = defaultdict(dict)
    corrected: dict[int, int] = {}
    for target, row in _rows_of(statements, targets).items():
        first, last = starts[row], starts[row + 1]
        for line in amended.voids.get(target, {}):
            gone.update(range(first, last) if line is None else (first + line,))
        for (line, name), (value, index) in amended.values.get(target, {}).items():
            if line is not None:
                changes[name][first + line] = value
                corrected[first + line] = max(index, corrected.get(first + line, 0))
    table = table.append_column("corrected_by", pa.nulls(len(table), pa.int64()))
    for name, cells in changes.items():
        table = _with_cells(table, name, cells)
    if corrected:
        table = _with_cells(table, "corrected_by", corrected)
    if gone:
        rows = pa.array(range(len(table)), pa.int64())
        table = table.filter(
            pc.invert(pc.is_in(rows, value_set=pa.array(sorted(gone), pa.int64())))
        )
    return table


@folded_once
def settled_documents(columns: Columns) -> dict[str, Document]:
    """Every registered document that is not voided, by id."""
    return {
        row["document"]: Document(
            id=row["document"],
            kind=row["kind"],
            number=row["number"],
            revision=row["revision"],
            dated=row["dated"],
            published=row["published"],
            replaces=row["replaces"],
            event=row["index"],
        )
        for row in settled(columns, DocumentRegistered).to_pylist()
        if row["voided_by"] is None
    }
