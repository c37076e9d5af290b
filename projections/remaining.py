"""What stays of a pagu after realisation and contracts, code by code.

A revision may not leave a line below what is spent and bound. A contract counts with its whole
amount: what was paid of it stands in the realisation too, so that a line below both together is a
point to clarify, and one below the realisation, or below the contracts, alone is certain.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ledger.events import CommitmentRecorded
from ledger.records import LEVELS
from projections.absorption import absorption
from projections.corrections import settled
from projections.sides import Side

State = Literal["covered", "below", "perhaps-below", "unknown"]


@dataclass(frozen=True)
class Remaining:
    """One code: `remaining` is pagu - realised - contracted, None where one is unknown.

    No contract on record counts as none. `below` is certain; of `perhaps-below` only the sum of
    both exceeds the pagu. `complete` is False where a realisation reaches beyond the day.
    """

    level: str
    code: str
    name: str | None
    pagu: int | None
    realised: int | None
    contracted: int | None
    remaining: int | None
    state: State
    complete: bool


def remaining(side: Side, level: str) -> list[Remaining]:
    """Every code of a level (`ro` for lines), then those of other levels that contracts name."""
    wanted = dict.fromkeys([level if level in LEVELS else "ro", *_levels_of_contracts(side)])
    return [found for one in wanted for found in _at(side, one)]


def _levels_of_contracts(side: Side) -> Iterable[str]:
    dimensions = sorted(set(settled(side.columns, CommitmentRecorded)["dimension"].to_pylist()))
    return (one for one in dimensions if one in LEVELS and side.gives(one))


def _at(side: Side, level: str) -> list[Remaining]:
    rows = absorption(side.columns, side.position, level).to_pylist()
    return [_of(row) for row in rows if row["level"] == level and row["code"] is not None]


def _of(row: Mapping[str, Any]) -> Remaining:
    pagu, spent, bound = row["pagu"], row["realisasi"], row["contracted"]
    is_known = pagu is not None and spent is not None
    return Remaining(
        row["level"], row["code"], row["name"], pagu, spent, bound,
        remaining=pagu - spent - (bound or 0) if is_known else None,
        state=_state(pagu, spent, bound),
        complete=row["complete"],
    )  # fmt: skip


def _state(pagu: int | None, spent: int | None, bound: int | None) -> State:
    if pagu is None:
        return "unknown"
    if max(spent or 0, bound or 0) > pagu:
        return "below"
    if (spent or 0) + (bound or 0) > pagu:
        return "perhaps-below"
    return "unknown" if spent is None else "covered"
