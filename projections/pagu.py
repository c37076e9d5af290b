"""The pagu at a position and a level, from what the documents state there.

Unknown is a third value beside a number and zero: a revision of which only the total is known
has no lines, and none are made up. Where lines are known, what they leave of the total is a row
of its own, without code or name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from ledger.records import LEVELS, TOTAL
from projections.columns import Columns
from projections.corrections import settled_documents
from projections.levels import derivable_from, fineness, level_codes
from projections.position import Position
from projections.revisions import Dipa, held_at, revision_rows
from projections.statements import Candidate, coverage, lines_of, speaking, stated_lines

SCHEMA = pa.schema(
    [
        ("satker", pa.string()),
        ("fiscal_year", pa.int64()),
        ("revision", pa.int64()),
        ("level", pa.string()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("pagu", pa.int64()),
        ("basis", pa.string()),
        ("stated", pa.int64()),
        ("derived", pa.int64()),
        ("document", pa.string()),
        ("coverage", pa.string()),
        ("unallocated", pa.int64()),
        ("semula", pa.int64()),
        ("delta", pa.int64()),
        ("blocked", pa.int64()),
        ("effective", pa.int64()),
    ]
)
_DEFAULT_ORDER = (
    "ro",
    "line",
    "komponen",
    "kro",
    "kegiatan",
    "program",
    "akun",
    "jenis-belanja",
    "sumber-dana",
)

_Key = tuple[str | None, str | None]


def pagu(columns: Columns, position: Position, level: str | None = None) -> pa.Table:
    """Rows of one level for every satker and year, each preceded by its `total` row.

    The total row has `coverage` (full, partial, total-only), `unallocated`, and the state before
    (`semula`, `delta`). `blocked` is what may not be spent yet, where a document says so, and
    `effective` what is left of the pagu. `level` None takes the finest that a document states at
    the revision. Raises ValueError for an unknown level.
    """
    if level is not None and level not in LEVELS:
        raise ValueError(level)
    held = held_rows(columns, position)
    documents = settled_documents(columns)
    wanted = {(*dipa, row["revision"]) for dipa, row in held.items()}
    stated = stated_lines(columns, documents, wanted)
    rows: list[dict[str, Any]] = []
    for dipa, row in held.items():
        candidates = stated.candidates.get((*dipa, row["revision"]), ())
        rows += _dipa_rows(dipa, row, candidates, stated.lines, level or default_level(candidates))
    return pa.Table.from_pylist(rows, SCHEMA)


def default_level(candidates: Sequence[Candidate]) -> str | None:
    """The level of the rows where none is asked for; None where no document states lines."""
    dimensions = {candidate.dimension for candidate in candidates}
    first = next((dimension for dimension in _DEFAULT_ORDER if dimension in dimensions), None)
    return "ro" if first == "line" else first


def held_rows(columns: Columns, position: Position) -> dict[Dipa, dict[str, Any]]:
    """The revision row that the position means, by satker and year, where one held."""
    stated = revision_rows(columns, position)
    held = {dipa: held_at(rows, position).row for dipa, rows in stated.items()}
    return {dipa: row for dipa, row in held.items() if row is not None}


def _dipa_rows(
    dipa: Dipa,
    held: Mapping[str, Any],
    candidates: Sequence[Candidate],
    lines: pa.Table,
    level: str | None,
) -> list[dict[str, Any]]:
    head = {"satker": dipa[0], "fiscal_year": dipa[1], "revision": held["revision"]}
    usable = [c for c in candidates if level and derivable_from(level, c.dimension)]
    chosen = speaking(usable, held["pagu"], level)
    total = total_row(head, held, chosen)
    if chosen is None or level is None:
        return [total]
    rows = _level_rows(head, level, chosen, usable, lines)
    if total["unallocated"]:
        left = {"pagu": total["unallocated"], "derived": total["unallocated"]}
        rows.append({**head, "level": level, "basis": "derived", **left})
    return [total, *rows]


def total_row(
    head: Mapping[str, Any], held: Mapping[str, Any], chosen: Candidate | None
) -> dict[str, Any]:
    """The total of a revision and how much of it the lines of a candidate explain."""
    total, basis = held["pagu"], "stated"
    allocated = chosen.allocated if chosen else None
    if total is None:
        is_whole = coverage(None, chosen) == "full"
        total, basis = (allocated, "derived") if is_whole else (None, "unknown")
    delta = held["delta"]
    return {
        **head,
        "level": TOTAL,
        "pagu": total,
        "basis": basis,
        "stated": held["pagu"],
        "derived": allocated,
        "document": held["document"],
        "coverage": coverage(held["pagu"], chosen),
        "unallocated": None if total is None else total - (allocated or 0),
        "semula": None if delta is None else held["pagu"] - delta,
        "delta": delta,
        **_blocked(total, held["blocked"]),
    }


def _blocked(pagu_: int | None, blocked: int | None) -> dict[str, int | None]:
    """Blocking keeps the pagu and lowers what is effective; unknown where nothing is stated."""
    known = pagu_ is not None and blocked is not None
    return {"blocked": blocked, "effective": pagu_ - blocked if known else None}  # type: ignore[operator]


def _level_rows(
    head: Mapping[str, Any],
    level: str,
    chosen: Candidate,
    usable: Sequence[Candidate],
    lines: pa.Table,
) -> list[dict[str, Any]]:
    stated = _best([c for c in usable if c.dimension == level], chosen)
    derived = _best([c for c in usable if c.dimension != level], chosen)
    stated_sums, derived_sums = _sums(lines, stated, level), _sums(lines, derived, level)
    sums = stated_sums if chosen is stated else derived_sums
    basis = "stated" if chosen is stated else "derived"
    nothing = _Sum()
    return [
        {
            **head,
            "level": level,
            "code": code,
            "name": found.name or stated_sums.get((code, unnamed), nothing).name,
            "pagu": found.amount,
            "basis": "unknown" if found.amount is None else basis,
            "stated": stated_sums.get((code, unnamed), nothing).amount,
            "derived": derived_sums.get((code, unnamed), nothing).amount,
            "document": ", ".join(chosen.documents),
            **_blocked(found.amount, found.blocked),
        }
        for (code, unnamed), found in sorted(sums.items(), key=_by_code)
    ]


def _best(candidates: Sequence[Candidate], chosen: Candidate) -> Candidate | None:
    if chosen in candidates:
        return chosen
    return min(candidates, key=lambda c: (c.ranking, fineness(c.dimension), c.events), default=None)


def _sums(lines: pa.Table, candidate: Candidate | None, level: str) -> dict[_Key, "_Sum"]:
    """Amounts and names by code at a level; lines without a code are told apart by name."""
    if candidate is None:
        return {}
    mine = lines_of(lines, candidate)
    codes = level_codes(mine, level, candidate.dimension).to_pylist()
    own = candidate.dimension == level
    names = mine["name"].to_pylist() if own else [None] * len(codes)
    sums: dict[_Key, _Sum] = {}
    amounts, blocked = mine["amount"].to_pylist(), mine["blocked"].to_pylist()
    for code, name, amount, held in zip(codes, names, amounts, blocked, strict=True):
        key = (code, None if code is not None else name)
        sums.setdefault(key, _Sum()).add(name, amount, held)
    return sums


@dataclass
class _Sum:
    """The known amounts of a code (None when none is known) and what its lines call it."""

    amount: int | None = None
    blocked: int | None = None
    names: set[str] = field(default_factory=set)

    def add(self, name: str | None, amount: int | None, blocked: int | None) -> None:
        if name is not None:
            self.names.add(name)
        if amount is not None:
            self.amount = amount + (self.amount or 0)
        if blocked is not None:
            self.blocked = blocked + (self.blocked or 0)

    @property
    def name(self) -> str | None:
        """The name, where all lines of the code agree on it."""
        return next(iter(self.names)) if len(self.names) == 1 else None


def _by_code(item: tuple[_Key, _Sum]) -> tuple[bool, str, str]:
    code, unnamed = item[0]
    return code is None, code or "", unnamed or ""
