"""Who revised and what kind of revision it was, read from the stated reason.

A source that has no field for them still says it in words. The rule is dated and its answer is
marked `authority_source: reason`; nothing of it is stored. Source of the words: revision lists in
performance reports; of the kinds: PMK 62/2023 as summarised in the field notes.
"""

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Reading:
    """Authorities and kinds found in a reason, in the order of the rule."""

    authority: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class _Rule:
    since: str
    authority: tuple[tuple[str, re.Pattern[str]], ...]
    kinds: tuple[tuple[str, re.Pattern[str]], ...]


def _patterns(*pairs: tuple[str, str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in pairs)


_RULES = (
    _Rule(
        since="0001-01-01",
        authority=_patterns(
            ("dja", r"\bDJA\b"),
            ("kanwil-djpb", r"\bkanwil\b"),
            ("direktorat-pa", r"\bdirektorat\s+PA\b"),
            ("kpa", r"\bPOK\b|\bKPA\b"),
        ),
        kinds=_patterns(
            ("hibah", r"\bhibah\b"),
            ("pagu-berubah", r"\b(penambahan|pengurangan|tambahan)\s+(pagu|anggaran)"),
            ("halaman-iii", r"\bhalaman\s+(III|3)\b"),
            ("pok", r"\bPOK\b"),
            ("pergeseran", r"\bpergeseran\b"),
            ("administrasi", r"\b(ralat|administrasi)\b"),
        ),
    ),
)


@cache
def read_reason(reason: str | None, dated: str | None) -> Reading:
    """What a reason says by the rule valid on the revision's day; empty where it says nothing."""
    if not reason:
        return Reading((), ())
    rule = [rule for rule in _RULES if rule.since <= (dated or "9999-12-31")][-1]
    return Reading(
        tuple(name for name, pattern in rule.authority if pattern.search(reason)),
        tuple(name for name, pattern in rule.kinds if pattern.search(reason)),
    )
