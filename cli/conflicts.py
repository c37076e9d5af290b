"""Refusals of statements that differ from what stands: the standing entry by its number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from cli.language import _
from ledger.errors import Refusal


def with_entries(path: Path, refusals: Iterable[Refusal]) -> list[Refusal]:
    """The same refusals; a conflict names the entry that stands, or this very file."""
    from cli.entries import index_of
    from events_store.log import LeafLog

    named = []
    with LeafLog(path) as log:
        for refusal in refusals:
            if refusal.code != "statement-differs":
                named.append(refusal)
                continue
            values = dict(refusal.values)
            index = index_of(log, values["stream"], int(values["version"]))
            standing = _("this file") if index is None else f"#{index}"
            named.append(replace(refusal, values=(*refusal.values, ("standing", standing))))
    return named
