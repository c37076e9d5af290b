"""Who may decide a revision, and until when: dated configuration, not code.

Each rule names its regulation and whether its text was read; what was not is marked so and gives
a point to clarify, never a refusal. Deadlines change by year. `effective_from` is the year of the
regulation where its day was not read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

Kind = Literal["pagu-berubah", "hibah", "pagu-tetap", "halaman-iii", "kpa", "tetap"]
Dated = TypeVar("Dated", "AuthorityRule", "Deadline")


@dataclass(frozen=True)
class AuthorityRule:
    """The authority of one kind of revision, and where that stands."""

    kind: Kind
    authority: str
    regulation: str
    reference: str
    effective_from: str
    verified: bool


@dataclass(frozen=True)
class Deadline:
    """The last day (month and day) on which an authority takes a revision of the year."""

    authority: str
    month_day: str
    regulation: str
    effective_from: str
    verified: bool


_PMK_62 = "PMK 62/2023"
AUTHORITIES = (
    AuthorityRule("pagu-berubah", "dja", _PMK_62, "Pasal 124-126", "2023-01-01", True),
    AuthorityRule("pagu-berubah", "direktorat-pa", _PMK_62, "h. 154", "2023-01-01", True),
    AuthorityRule("hibah", "kanwil-djpb", _PMK_62, "Pasal 124-126", "2023-01-01", False),
    AuthorityRule("pagu-tetap", "kanwil-djpb", _PMK_62, "h. 154", "2023-01-01", True),
    AuthorityRule("halaman-iii", "kanwil-djpb", _PMK_62, "h. 154", "2023-01-01", False),
    AuthorityRule("kpa", "kpa", _PMK_62, "Lampiran h. 670 no. 5", "2023-01-01", True),
    AuthorityRule("tetap", "kanwil-djpb", "PMK 107/2024", "Pasal 167", "2024-01-01", False),
)
"""The first of a kind is the usual one; a change of one satker's pagu that others balance within
an eselon I goes to the Direktorat PA, which one satker alone does not show."""

DEADLINES = (
    Deadline("kpa", "12-27", _PMK_62, "2023-01-01", True),
    Deadline("dja", "10-31", _PMK_62, "2023-01-01", False),
    Deadline("kanwil-djpb", "11-30", _PMK_62, "2023-01-01", False),
    Deadline("direktorat-pa", "11-30", _PMK_62, "2023-01-01", False),
)

GRANTS = frozenset({"J", "HLD", "HLDN", "K", "HLL", "HLLN"})
"""Sumber dana of direct grants in money (hibah langsung)."""

LOANS_AND_GRANTS = frozenset(
    {"B", "PLN", "E", "PDN", "H", "HDN", "I", "HLN", "P", "Q", "SBSN", "PHLN", "PHDN"}
)
"""Sumber dana on which a KPA opens no new akun: SBSN, PHLN, PHDN."""

FUNDS = (
    LOANS_AND_GRANTS
    | GRANTS
    | frozenset(
        {"A", "RM", "C", "RMP", "D", "PNBP", "F", "BLU", "G", "STM", "L", "M", "N", "O", "R", "S"}
    )
)
"""Sumber dana whose meaning is known; of any other text nothing is concluded."""


def in_force(rules: Iterable[Dated], day: str) -> list[Dated]:
    """The rules that hold on a day (ISO), in their order."""
    return [rule for rule in rules if rule.effective_from <= day]
