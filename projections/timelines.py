"""What the ledger knew of each entry, and when: one row a state instead of one an entry.

An entry is known from the clock of its event until a correction or a void of it was recorded; a
correction that is voided gives the state before it back. Few entries are ever amended: the others
are passed through as columns.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.events import EntryCorrected, EntryVoided
from projections.columns import Columns, folded_once

ADDED = (("known_from", pa.string()), ("known_to", pa.string()), ("event", pa.int64()))

Entry = tuple[str, int]
"""Stream and version."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class _Steps:
    """Corrections by the entry that they amend, and voids likewise, in log order."""

    corrections: Mapping[Entry, Sequence[Row]]
    voids: Mapping[Entry, Sequence[Row]]


def states(table: pa.Table, columns: Columns) -> pa.Table:
    """The rows of a topic (flat, as recorded) with `known_from`, `known_to` and `event`.

    `known_to` is null while the state holds; the interval excludes it. `event` is the index of the
    event that the state comes from. A state that was replaced by its own transaction is left out.
    """
    steps = _steps(columns)
    touched = _touched(table, steps)
    plain = table.filter(pc.invert(touched))
    never = pa.nulls(len(plain), pa.string())
    plain = plain.append_column("known_from", plain["recorded_at"])
    plain = plain.append_column("known_to", never).append_column("event", plain["index"])
    rows = [state for row in table.filter(touched).to_pylist() for state in _states(row, steps)]
    return pa.concat_tables([plain, pa.Table.from_pylist(rows, plain.schema)])


@folded_once
def _steps(columns: Columns) -> _Steps:
    found: list[Mapping[Entry, list[Row]]] = []
    for event in (EntryCorrected, EntryVoided):
        by_entry: dict[Entry, list[Row]] = defaultdict(list)
        for row in columns.of(event).sort_by("index").to_pylist():
            by_entry[row["stream"], row["target"]["version"]].append(row)
        found.append(by_entry)
    return _Steps(*found)


def _touched(table: pa.Table, steps: _Steps) -> pa.ChunkedArray:
    """True for the rows of entries that something amends, be it another line of theirs."""
    entries = {f"{version} {stream}" for stream, version in (*steps.corrections, *steps.voids)}
    keys = pc.binary_join_element_wise(table["version"].cast(pa.string()), table["stream"], " ")
    return pc.is_in(keys, value_set=pa.array(sorted(entries), pa.string()))


def _states(row: Row, steps: _Steps) -> Iterator[dict[str, Any]]:
    """The states of one row, each closed by the next; a voided one opens no other."""
    changes = list(_changes(row, steps))
    for number, (since, state) in enumerate(changes):
        until = changes[number + 1][0] if number + 1 < len(changes) else None
        if state is not None and since != until:
            yield {**state, "known_from": since, "known_to": until}


def _changes(row: Row, steps: _Steps) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """(clock, state from then on), None once it is voided."""
    entry, line = (row["stream"], row["version"]), row.get("line")
    corrections = [c for c in steps.corrections.get(entry, ()) if c["target"]["line"] == line]
    voids = [v for v in steps.voids.get(entry, ()) if v["target"]["line"] in (None, line)]
    undone = {c["index"]: _undone(c, steps) for c in corrections}
    moments = [*corrections, *voids, *(v for v in undone.values() if v is not None)]
    last: dict[str, Any] | None = _state(row, ())
    yield row["recorded_at"], last
    for moment in sorted(moments, key=lambda one: one["index"]):
        index = moment["index"]
        held = [c for c in corrections if c["index"] <= index and not _before(undone, c, index)]
        state = None if any(v["index"] <= index for v in voids) else _state(row, held)
        if state != last:
            yield moment["recorded_at"], state
            last = state


def _undone(correction: Row, steps: _Steps) -> Row | None:
    """The void of a correction, if there is one."""
    found = steps.voids.get((correction["stream"], correction["version"]), ())
    return next((void for void in found if void["target"]["line"] is None), None)


def _before(undone: Mapping[int, Row | None], correction: Row, index: int) -> bool:
    void = undone[correction["index"]]
    return void is not None and void["index"] <= index


def _state(row: Row, held: Iterable[Row]) -> dict[str, Any]:
    """The row with the corrections that hold, and the event that it comes from."""
    state = {**row, "event": row["index"]}
    for correction in held:
        new = correction["value"]
        if correction["field"] in row:
            value = new["amount"] if new["amount"] is not None else new["text"]
            state |= {correction["field"]: value, "event": correction["index"]}
    return state
