"""Leaves as the rows of `log` and `show`: who, what, on which document, corrected or voided by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger.events import EntryCorrected, EntryVoided

if TYPE_CHECKING:
    from events_store.leaf import Leaf
    from events_store.log import LeafLog

AMENDING = (EntryCorrected.TOPIC, EntryVoided.TOPIC)
Entry = tuple[str, int]


@dataclass(frozen=True)
class Amending:
    """What came after an entry: by (stream, version) what corrects or voids it, as leaf indexes.

    `voids` are those that void it whole; `imports` the void of each import, by its id.
    """

    corrections: Mapping[Entry, list[int]]
    voids: Mapping[Entry, int]
    imports: Mapping[str, int]

    def voided_by(self, leaf: Leaf) -> str | None:
        """The entry by which a leaf no longer counts: its own void, or that of its import."""
        index = self.voids.get((leaf.stream, leaf.version), self.imports.get(leaf.import_id or ""))
        return None if index is None else f"#{index}"


def amendments_of(log: LeafLog, size: int) -> Amending:
    """What the first `size` entries correct and void."""
    from cli.imports import void_imports
    from events_store.leaf import decode_leaf

    corrections: dict[Entry, list[int]] = defaultdict(list)
    voids: dict[Entry, int] = {}
    imports = void_imports(log, size)
    for index, type_, data in log.leaves(0, size, AMENDING):
        leaf = decode_leaf(data)
        target = leaf.data["target"]
        corrections[leaf.stream, target["version"]].append(index)
        if type_ == EntryVoided.TOPIC and target["line"] is None and leaf.import_id not in imports:
            voids.setdefault((leaf.stream, target["version"]), index)
    return Amending(corrections, voids, imports)


def entry_row(index: int, leaf: Leaf, amending: Amending) -> dict[str, Any]:
    """The JSON row of one entry."""
    corrected = amending.corrections.get((leaf.stream, leaf.version), ())
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
        "corrected_by": [f"#{other}" for other in corrected],
        "voided_by": amending.voided_by(leaf),
    }


def index_of(log: LeafLog, stream: str, version: int) -> int | None:
    """The leaf index of a version of a stream."""
    for position, (index, _, _) in enumerate(log.stream(stream), 1):
        if position == version:
            return index
    return None
