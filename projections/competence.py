"""What a revision moves, and which authority may decide it.

The kind follows from what is known to move; where a condition of a KPA update cannot be checked,
the answer is the KPA under that condition, and the next authority is named beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.records import LEVELS
from projections.conditions import (
    Condition,
    conditions,
    has_moved,
    missing_at,
    rows_at,
)
from projections.revision_rules import (
    AUTHORITIES,
    DEADLINES,
    GRANTS,
    AuthorityRule,
    Deadline,
    Kind,
    in_force,
)
from projections.sides import LINE, Side


@dataclass(frozen=True)
class Movement:
    """What moves at a level: `gained` and `lost` over the codes that are known to move."""

    level: str
    verdict: Literal["moves", "same", "unknown"]
    gained: int
    lost: int
    codes: tuple[str | None, ...]


@dataclass(frozen=True)
class Competence:
    """Who may decide: the rules of the `kind` (None where the totals are unknown).

    `open` are the keys of the conditions on which a KPA update still hangs; `otherwise` the rules
    that hold where one of them breaks. Of a `tetap` revision nothing is known to move.
    """

    kind: Kind | None
    rules: tuple[AuthorityRule, ...] = ()
    open: tuple[str, ...] = ()
    otherwise: tuple[AuthorityRule, ...] = ()


@dataclass(frozen=True)
class Term:
    """A deadline of the year, and whether the revision's own day keeps it."""

    deadline: Deadline
    until: str
    state: Literal["in-time", "late", "no-date"]


def movements(before: Side, after: Side) -> list[Movement]:
    """One for each level of the tree and each other dimension, and for the lines themselves."""
    return [_movement(before, after, level) for level in (*LEVELS, LINE)]


def _movement(before: Side, after: Side, level: str) -> Movement:
    rows = rows_at(before, after, level)
    moved = [row for row in rows if has_moved(row)]
    verdict: Literal["moves", "same", "unknown"] = "same"
    if moved:
        verdict = "moves"
    elif missing_at(before, after, level, rows):
        verdict = "unknown"
    return Movement(
        level,
        verdict,
        gained=sum(row["delta"] for row in moved if row["delta"] > 0),
        lost=sum(row["delta"] for row in moved if row["delta"] < 0),
        codes=tuple(row["code"] for row in moved),
    )


def competence(
    before: Side, after: Side, moved: Sequence[Movement], checked: Sequence[Condition]
) -> Competence:
    """The authority that follows from what moves and from the ten conditions."""
    day = day_of(after)
    if day is None or before.total is None or after.total is None:
        return Competence(None)
    if before.total != after.total:
        return Competence(kind := _kind_of_change(moved), _rules(kind, day))
    broken = [one.key for one in checked if one.verdict == "breaks"]
    is_moving = any(one.verdict == "moves" for one in moved)
    if broken == ["halaman-iii"] and not is_moving:
        return Competence("halaman-iii", _rules("halaman-iii", day))
    if broken:
        return Competence("pagu-tetap", _rules("pagu-tetap", day))
    if not is_moving and all(one.verdict == "same" for one in moved if one.level != LINE):
        return Competence("tetap", _rules("tetap", day))
    unchecked = tuple(one.key for one in checked if one.verdict == "not-checkable")
    otherwise = _rules("pagu-tetap", day) if unchecked else ()
    return Competence("kpa", _rules("kpa", day), unchecked, otherwise)


def terms(after: Side, authorities: Sequence[AuthorityRule]) -> list[Term]:
    """The deadlines of the authorities in the year, by the day that the revision itself states."""
    day = day_of(after)
    if after.held is None or day is None:
        return []
    names = [rule.authority for rule in authorities]
    found = [deadline for deadline in in_force(DEADLINES, day) if deadline.authority in names]
    return [_term(deadline, after.held["fiscal_year"], after.held["date"]) for deadline in found]


def day_of(side: Side) -> str | None:
    """The day whose rules hold: the revision's own, else the end of its year."""
    if side.held is None:
        return None
    return side.held["date"] or f"{side.held['fiscal_year']:04d}-12-31"


def _term(deadline: Deadline, year: int, stated: str | None) -> Term:
    until = date.fromisoformat(f"{year:04d}-{deadline.month_day}").isoformat()
    if stated is None:
        return Term(deadline, until, "no-date")
    return Term(deadline, until, "late" if stated > until else "in-time")


def _kind_of_change(moved: Sequence[Movement]) -> Kind:
    """A total that changes by direct grants alone is their ratification."""
    funds = next(one for one in moved if one.level == "sumber-dana")
    by_grants = funds.verdict == "moves" and {str(c).upper() for c in funds.codes} <= GRANTS
    return "hibah" if by_grants else "pagu-berubah"


def _rules(kind: Kind, day: str) -> tuple[AuthorityRule, ...]:
    return tuple(rule for rule in in_force(AUTHORITIES, day) if rule.kind == kind)


def examined(
    before: Side, after: Side
) -> tuple[list[Movement], list[Condition], Competence, list[Term]]:
    """All of it: what moves, the ten conditions, who may decide and until when."""
    moved, checked = movements(before, after), conditions(before, after)
    who = competence(before, after, moved, checked)
    return moved, checked, who, terms(after, [*who.rules, *who.otherwise])
