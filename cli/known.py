"""What a ledger knows that a file may name: satker with their codes, and fiscal years."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ledger import streams

if TYPE_CHECKING:
    from events_store.log import LeafLog

_CODE = re.compile("[0-9]{6}")
_OF_YEARS = ("dipa/", "realisasi/", "kinerja/")


@dataclass(frozen=True)
class Known:
    """`keys` of satker, the key of each stated code in `codes`, and the years with entries.

    A code that is no key stands in `codes` as the key made of it, too.
    """

    keys: frozenset[str] = frozenset()
    codes: Mapping[str, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def satker_of(self, asked: str | None = None) -> Callable[[str], str | None]:
        """The key that a code or key in one file means; None for one that nobody stated.

        The satker asked for answers to the first code that nobody knows as long as its own is not
        known; a key that is itself a code answers to no other.
        """
        is_open = asked is not None and not _CODE.fullmatch(asked)
        is_open = is_open and asked not in self.codes.values()
        answered: list[str] = []

        def meant(text: str) -> str | None:
            key = text.lower()
            if key in self.keys or text in self.codes:
                return key if key in self.keys else self.codes[text]
            if is_open and not answered:
                answered.append(text)
            return asked if text in answered else None

        return meant

    @property
    def only_key(self) -> str | None:
        return next(iter(self.keys)) if len(self.keys) == 1 else None

    @property
    def only_year(self) -> int | None:
        return next(iter(self.years)) if len(self.years) == 1 else None


def known_in(log: LeafLog) -> Known:
    """Read from the streams of satker and from the names of the others.

    What a voided import brought is not known.
    """
    from cli.imports import void_imports
    from cli.intake.filters import key_of
    from events_store.leaf import decode_leaf
    from ledger.events import SatkerCodeStated

    void = void_imports(log)
    keys: set[str] = set()
    codes: dict[str, str] = {}
    for stream in log.streams(streams.satker("")):
        for _, topic, data in log.stream(stream):
            leaf = decode_leaf(data)
            if leaf.import_id in void:
                continue
            keys.add(stream.partition("/")[2])
            if topic == SatkerCodeStated.TOPIC:
                stated = str(leaf.data["code"])
                codes |= dict.fromkeys((stated, key_of(stated)), stream.partition("/")[2])
    years = {
        int(stream.rpartition("/")[2]) for family in _OF_YEARS for stream in log.streams(family)
    }
    return Known(frozenset(keys), codes, frozenset(years))
