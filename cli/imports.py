"""Imports as people name them, what each brought, and which of them were voided as a whole.

An import is one transaction, so its entries stand side by side: `import-received` first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.failures import FileRefused
from ledger import streams
from ledger.errors import Refusal
from ledger.events import EntryCorrected, EntryVoided, ImportReceived, ImportVoided

if TYPE_CHECKING:
    from events_store.leaf import Leaf
    from events_store.log import LeafLog

_NUMBER = re.compile(r"#(\d{1,15})", re.ASCII)
_SHOWN = 8


@dataclass(frozen=True)
class Aimed:
    """What a void of an import touches, as leaf indexes.

    `stopping` are its entries that count until then; `later` the corrections and voids, by whoever
    came after, that aim at one of its entries; `skipping` each later import that passed over rows
    because the same stood already, with how many.
    """

    stopping: list[int]
    later: list[int]
    skipping: list[tuple[int, int]]


def void_imports(log: LeafLog, size: int | None = None) -> dict[str, int]:
    """Import id -> leaf index of the event that voids it as a whole."""
    return {
        stream.removeprefix(streams.import_("")): index
        for stream in log.streams(streams.import_(""))
        for index, topic, _leaf in log.stream(stream)
        if topic == ImportVoided.TOPIC and (size is None or index < size)
    }


def find_import(log: LeafLog, name: str) -> tuple[str, int]:
    """(import id, index of its first entry) of an id, the beginning of one, or `#N`.

    `#N` is any entry that the import brought. FileRefused where none or several fit.
    """
    number = _NUMBER.fullmatch(name.strip())
    if number is not None:
        return _import_of(log, int(number[1]), name)
    wanted = name.strip().lower()
    found = [row for row in log.imports() if wanted and row[0].startswith(wanted)]
    if len(found) > 1:
        listed = ", ".join(f"#{index} {import_id}" for import_id, index in found[:_SHOWN])
        raise FileRefused(name, [Refusal("import-ambiguous", name, values=(("found", listed),))])
    if not found:
        raise FileRefused(name, [Refusal("import-unknown", name)])
    return found[0]


def brought(log: LeafLog, import_id: str, first: int) -> Iterator[tuple[int, Leaf]]:
    """(leaf index, leaf) of each entry of an import, `import-received` with it."""
    from events_store.leaf import decode_leaf

    for index, _type, data in log.leaves(first):
        leaf = decode_leaf(data)
        if leaf.import_id != import_id:
            return
        yield index, leaf


def aimed_at(log: LeafLog, import_id: str, first: int) -> Aimed:
    """What voiding an import touches; the log is read from its first entry on."""
    from events_store.leaf import decode_leaf

    mine = list(brought(log, import_id, first))
    own = {(leaf.stream, leaf.version) for _, leaf in mine if leaf.type != ImportReceived.TOPIC}
    voided: set[tuple[str, int]] = set()
    later, skipping = [], []
    after = log.leaves(
        mine[-1][0] + 1, None, (EntryCorrected.TOPIC, EntryVoided.TOPIC, ImportReceived.TOPIC)
    )
    for index, type_, data in after:
        leaf = decode_leaf(data)
        if type_ == ImportReceived.TOPIC:
            if leaf.data["counts"]["same"]:
                skipping.append((index, leaf.data["counts"]["same"]))
            continue
        target = leaf.stream, leaf.data["target"]["version"]
        if target in own:
            later.append(index)
            if type_ == EntryVoided.TOPIC and leaf.data["target"]["line"] is None:
                voided.add(target)
    stopping = [index for index, leaf in mine if (leaf.stream, leaf.version) in own - voided]
    return Aimed(stopping, later, skipping)


def _import_of(log: LeafLog, index: int, name: str) -> tuple[str, int]:
    from events_store.leaf import decode_leaf

    data = log.leaf(index)
    if data is None:
        raise FileRefused(name, [Refusal("target-unknown", f"#{index}")])
    import_id = decode_leaf(data).import_id
    if import_id is None:
        raise FileRefused(name, [Refusal("import-none", f"#{index}")])
    return import_id, dict(log.imports())[import_id]
