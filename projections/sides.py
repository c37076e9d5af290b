"""One end of a comparison: what one position of one satker-year says at a level.

A side is read by itself, in the dimension that speaks there, so that two sides meet by code alone.
Level `line` is that of the lines themselves; any other is summed from what gives it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

import pyarrow as pa

from ledger.records import LEVELS
from projections.columns import Columns
from projections.corrections import settled_documents
from projections.levels import derivable_from, level_codes
from projections.pagu import default_level, held_rows, total_row
from projections.position import Position
from projections.statements import Candidate, Stated, lines_of, speaking, stated_lines

LINE = "line"
WITHIN = ("ro", "komponen", "subkomponen", "akun")
"""What tells lines of one code apart, where both sides give it."""

Key = tuple[str | None, str | None, str | None]
"""A code, what it stands within, and its name where it has no code."""
NOT_BROKEN_DOWN: Key = (None, None, None)


@dataclass
class Entry:
    """What a side says of one code: every amount is known, or none is.

    `volume` and `price` are decimal texts, None where the lines give none or not in one unit;
    `is_pn` (Prioritas Nasional) is None where a line does not say.
    """

    amounts: list[int | None] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    volumes: list[str | None] = field(default_factory=list)
    units: set[str | None] = field(default_factory=set)
    prices: set[str | None] = field(default_factory=set)
    flags: set[bool | None] = field(default_factory=set)

    def add(self, line: Mapping[str, Any], *, own: bool) -> None:
        """Take a line; its name, volume and price count only where it is stated at the level."""
        self.amounts.append(line["amount"])
        self.flags.add(line["pn"])
        if own:
            self.names |= {line["name"]} - {None}
            self.volumes.append(line["volume"])
            self.units.add(line["unit"])
            self.prices.add(line["price"])

    @property
    def amount(self) -> int | None:
        known = [amount for amount in self.amounts if amount is not None]
        return sum(known) if len(known) == len(self.amounts) else None

    @property
    def name(self) -> str | None:
        return next(iter(self.names)) if len(self.names) == 1 else None

    @property
    def unit(self) -> str | None:
        return next(iter(self.units)) if len(self.units) == 1 else None

    @property
    def volume(self) -> str | None:
        known = [Decimal(volume) for volume in self.volumes if volume is not None]
        if not known or len(known) < len(self.volumes) or len(self.units) > 1:
            return None
        return format(sum(known), "f")

    @property
    def price(self) -> str | None:
        return next(iter(self.prices)) if len(self.prices) == 1 else None

    @property
    def is_pn(self) -> bool | None:
        if True in self.flags:
            return True
        return None if None in self.flags or not self.flags else False


@dataclass(frozen=True)
class Side:
    """Columns of one satker and year as they are known there, and the position that is meant."""

    columns: Columns
    position: Position

    @cached_property
    def held(self) -> dict[str, Any] | None:
        """The row of the revision that the position means; None where nothing held."""
        return next(iter(held_rows(self.columns, self.position).values()), None)

    @property
    def candidates(self) -> Sequence[Candidate]:
        """Every statement of lines of the revision."""
        return [c for found in self._stated.candidates.values() for c in found]

    @cached_property
    def _stated(self) -> Stated:
        held = self.held or {"satker": "", "fiscal_year": 0, "revision": None}
        wanted = {(held["satker"], held["fiscal_year"], held["revision"])}
        return stated_lines(self.columns, settled_documents(self.columns), wanted)

    @property
    def total(self) -> int | None:
        """The total of the revision, stated or made up in full by its lines."""
        return self.at(default_level(self.candidates)).amount

    def gives(self, level: str) -> bool:
        """Whether any statement of the side has a code of the level."""
        lines = self._stated.lines
        return any(
            level_codes(lines_of(lines, one), level, one.dimension).null_count
            < len(lines_of(lines, one))
            for one in self.candidates
            if _gives(level, one.dimension)
        )

    def at(self, level: str | None) -> "Standing":
        """What the side says at a level; None asks for the total alone."""
        held = self.held
        usable = [c for c in self.candidates if level and _gives(level, c.dimension)]
        chosen = speaking(usable, held["pagu"], level) if held else None
        total = total_row({}, held, chosen) if held else {}
        if chosen is None or level is None:
            return Standing(level, total)
        mine = lines_of(self._stated.lines, chosen)
        names = self._names(level, [c for c in usable if c.dimension == level])
        return Standing(level, total, mine, chosen.dimension, names)

    def _names(self, level: str, own: Iterable[Candidate]) -> dict[str, str]:
        """What codes are called where lines are stated at the level itself."""
        found: dict[str, str] = {}
        for candidate in own:
            lines = lines_of(self._stated.lines, candidate)
            for code, name in zip(
                lines["code"].to_pylist(), lines["name"].to_pylist(), strict=True
            ):
                if code is not None and name is not None:
                    found.setdefault(code, name)
        return found


@dataclass(frozen=True)
class Standing:
    """The total of a side (a total row of `pagu`; empty where nothing held) and its lines."""

    level: str | None
    total: Mapping[str, Any]
    lines: pa.Table | None = None
    dimension: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def amount(self) -> int | None:
        return self.total.get("pagu")

    @property
    def coverage(self) -> str:
        """`full`, `partial`, `total-only`, or `nothing` where no revision held."""
        return str(self.total.get("coverage", "nothing"))

    @property
    def within(self) -> frozenset[str]:
        """What every one of its lines says it stands within."""
        if self.level != LINE or self.lines is None or not len(self.lines):
            return frozenset()
        return frozenset(name for name in WITHIN if not self.lines[name].null_count)

    def codes(self) -> list[str | None]:
        """The code of each line at the level."""
        if self.lines is None or self.level is None or self.dimension is None:
            return []
        codes: list[str | None] = level_codes(self.lines, self.level, self.dimension).to_pylist()
        return codes

    def entries(self, within: Sequence[str] = ()) -> dict[Key, Entry]:
        """By code (and what it stands within), what the lines of each come to."""
        if self.lines is None:
            return {}
        own = self.dimension == self.level
        found: dict[Key, Entry] = {}
        wanted = ("name", "amount", "volume", "unit", "price", "pn", *WITHIN)
        for code, line in zip(self.codes(), self.lines.select(wanted).to_pylist(), strict=True):
            place = ".".join(line[name] for name in within) or None
            unnamed = line["name"] if code is None and own else None
            found.setdefault((code, place, unnamed), Entry()).add(line, own=own)
        return found


def common_level(before: Side, after: Side) -> str | None:
    """The level of a comparison where none is asked for: the finest that both sides give.

    Where they share none, that of the side which has lines at all.
    """
    for level in (LINE, "ro", "komponen", "kro", "kegiatan", "program", "akun", "jenis-belanja",
                  "sumber-dana"):  # fmt: skip
        if before.gives(level) and after.gives(level):
            return level
    return default_level(before.candidates) or default_level(after.candidates)


def _gives(level: str, dimension: str) -> bool:
    return level == dimension or (level in LEVELS and derivable_from(level, dimension))
