"""Leaves as the rows of `log` and `show`: who, what, on which document, corrected by what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ledger.events import EntryCorrected, EntryVoided

if TYPE_CHECKING:
    from events_store.leaf import Leaf
    from events_store.log import LeafLog

AMENDING = (EntryCorrected.TOPIC, EntryVoided.TOPIC)


def amended_by(log: LeafLog, size: int) -> Mapping[tuple[str, int], list[int]]:
    """(stream, version) of each corrected or voided entry -> indexes of what amends it."""
    from events_store.leaf import decode_leaf

    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, _, data in log.leaves(0, size, AMENDING):
        leaf = decode_leaf(data)
        found[leaf.stream, leaf.data["target"]["version"]].append(index)
    return found


def entry_row(
    index: int, leaf: Leaf, amended: Mapping[tuple[str, int], Iterable[int]]
) -> dict[str, Any]:
    """The JSON row of one entry."""
    return {
        "event": f"#{index}",
        "index": index,
        "type": leaf.type,
        "stream": leaf.stream,
        "version": leaf.version,
        "recorded_at": leaf.recorded_at,
        "actor": leaf.actor,
        "import": leaf.import_id,
        "document": leaf.data.get("document"),
        "place": leaf.data.get("place"),
        "data": leaf.data,
        "corrected_by": [f"#{other}" for other in amended.get((leaf.stream, leaf.version), ())],
    }


def index_of(log: LeafLog, stream: str, version: int) -> int | None:
    """The leaf index of a version of a stream."""
    for position, (index, _, _) in enumerate(log.stream(stream), 1):
        if position == version:
            return index
    return None
