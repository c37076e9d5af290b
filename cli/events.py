"""Entries as people name them: `#412`, `#412/3` (ordinal from 0), `#412/6709.QGE.001` (code)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from cli.failures import FileRefused
from cli.language import _
from ledger.errors import Refusal
from ledger.events import DipaLinesStated, Event, Target, event_of

if TYPE_CHECKING:
    from events_store.leaf import Leaf
    from events_store.log import LeafLog

_NAME = re.compile(r"#?(\d{1,15})(?:/(.+))?", re.ASCII)


@dataclass(frozen=True)
class Named:
    """The entry that a name means: its leaf, its event, and the line where one was named."""

    index: int
    leaf: Leaf
    event: Event
    line: int | None

    @property
    def target(self) -> Target:
        return Target(self.event.originator_version, self.line)

    @property
    def label(self) -> str:
        return f"#{self.index}" if self.line is None else f"#{self.index}/{self.line}"


def find_entry(log: LeafLog, name: str) -> Named:
    """Raises click.UsageError for a malformed name, FileRefused for one that fits no entry."""
    from events_store.leaf import decode_leaf

    match = _NAME.fullmatch(name.strip())
    if match is None:
        raise click.UsageError(
            _("{name!r} names no entry; write '#412', '#412/3' or '#412/6709.QGE.001'.").format(
                name=name
            )
        )
    index = int(match[1])
    data = log.leaf(index)
    if data is None:
        raise FileRefused(name, [Refusal("target-unknown", f"#{index}")])
    leaf = decode_leaf(data)
    event = event_of(leaf.type, leaf.stream, leaf.version, leaf.data)
    return Named(index, leaf, event, _line(name, event, match[2]))


def _line(name: str, event: Event, part: str | None) -> int | None:
    if part is None:
        return None
    if not isinstance(event, DipaLinesStated):
        raise FileRefused(name, [Refusal("target-has-no-lines", event.TOPIC)])
    ordinals = [line for line, code in enumerate(event.code) if code == part]
    is_ordinal = part.isascii() and part.isdigit() and len(part) < 10
    if is_ordinal and int(part) < len(event.code):
        ordinals = sorted({*ordinals, int(part)})
    if len(ordinals) > 1:
        listed = ", ".join(map(str, ordinals))
        raise FileRefused(name, [Refusal("line-ambiguous", part, values=(("ordinals", listed),))])
    if not ordinals:
        count = str(len(event.code))
        raise FileRefused(name, [Refusal("line-unknown", part, values=(("count", count),))])
    return ordinals[0]
