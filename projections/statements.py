"""Statements of lines grouped into candidates, and which candidate speaks for a level.

A candidate is what one document states in one dimension of one revision. Of a kind in which each
unit states its own share (a performance agreement), the partial statements go together: a
kegiatan's budget is then what the agreements carry in sum.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.events import DipaLinesStated
from projections.columns import Columns
from projections.corrections import Amendments, Document, amendments, flat_lines
from projections.levels import fineness, level_codes
from projections.precedence import Precedence, Ranking

RevisionKey = tuple[str, int, int | None]
_SHARING_KINDS = frozenset({"PK"})


@dataclass(frozen=True)
class Candidate:
    """Statements that speak together.

    `events` are their leaf indexes; `allocated` is the sum of their amounts (None when none is
    known), `complete` says that no line's amount is unknown, and `whole` that the statement calls
    itself full and all of its parts stand.
    """

    dimension: str
    ranking: Ranking
    documents: tuple[str, ...]
    events: tuple[int, ...]
    allocated: int | None
    complete: bool
    whole: bool


@dataclass(frozen=True)
class Stated:
    """The candidates of each revision, and their lines as one flat, corrected table."""

    candidates: Mapping[RevisionKey, Sequence[Candidate]]
    lines: pa.Table


def stated_lines(
    columns: Columns,
    documents: Mapping[str, Document],
    only: Collection[RevisionKey] | None = None,
) -> Stated:
    """The statements of the wanted revisions (of all, without `only`)."""
    table = columns.of(DipaLinesStated)
    heads = table.select(
        ["index", "satker", "fiscal_year", "revision", "dimension", "document", "read_from",
         "coverage", "parts", "stream", "version"]
    ).to_pylist()  # fmt: skip
    amended = amendments(columns)
    heads = [head for head in heads if not _is_void(head, amended)]
    if only is not None:
        heads = [head for head in heads if _key(head) in only]
        wanted = pa.array([head["index"] for head in heads], pa.int64())
        table = table.filter(pc.is_in(table["index"], value_set=wanted))
    lines = flat_lines(table, amended)
    return Stated(_candidates(heads, _sums(lines), Precedence(documents)), lines)


def coverage(total: int | None, candidate: Candidate | None) -> str:
    """How much of a total its lines explain: `full`, `partial` or `total-only`."""
    if candidate is None or candidate.allocated is None:
        return "total-only"
    explained = candidate.whole if total is None else candidate.allocated == total
    return "full" if candidate.complete and explained else "partial"


def speaking(
    candidates: Iterable[Candidate], total: int | None, level: str | None
) -> Candidate | None:
    """The candidate that leaves least of the total; between equals precedence, stated, finer.

    Of an unknown total nothing is left, and precedence decides.
    """

    def key(candidate: Candidate) -> tuple[Any, ...]:
        left = 0 if total is None else abs(total - (candidate.allocated or 0))
        own = candidate.dimension != level
        finer = fineness(candidate.dimension)
        return (left, candidate.ranking, own, finer, candidate.events)

    return min(candidates, key=key, default=None)


def lines_of(lines: pa.Table, candidate: Candidate) -> pa.Table:
    """Those of the lines that a candidate states."""
    return lines.filter(pc.is_in(lines["index"], value_set=pa.array(candidate.events, pa.int64())))


def lines_of_code(lines: pa.Table, candidate: Candidate, code: str, level: str) -> pa.Table:
    """Those of a candidate's lines that belong to one code of a level."""
    mine = lines_of(lines, candidate)
    codes = level_codes(mine, level, candidate.dimension)
    return mine.filter(pc.fill_null(pc.equal(codes, code), False))


def _key(head: Mapping[str, Any]) -> RevisionKey:
    return head["satker"], head["fiscal_year"], head["revision"]


def _is_void(head: Mapping[str, Any], amended: Amendments) -> bool:
    return None in amended.voids.get((head["stream"], head["version"]), ())


def _sums(lines: pa.Table) -> dict[int, tuple[int, int, int]]:
    """Of each statement: sum of known amounts, how many are known, how many lines there are.

    A loop and not a `group_by`: loading the engine behind that costs a query more than the loop.
    """
    found: dict[int, tuple[int, int, int]] = {}
    for index, amount in zip(lines["index"].to_pylist(), lines["amount"].to_pylist(), strict=True):
        total, known, count = found.get(index, (0, 0, 0))
        found[index] = total + (amount or 0), known + (amount is not None), count + 1
    return found


def _candidates(
    heads: Iterable[Mapping[str, Any]],
    sums: Mapping[int, tuple[int, int, int]],
    precedence: Precedence,
) -> dict[RevisionKey, list[Candidate]]:
    groups: dict[tuple[RevisionKey, str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for head in heads:
        groups[_key(head), head["dimension"], _speaker(head, precedence.documents)].append(head)
    found: dict[RevisionKey, list[Candidate]] = defaultdict(list)
    for (key, dimension, _), members in groups.items():
        totals = [sums.get(head["index"], (0, 0, 0)) for head in members]
        known = sum(count for _, count, _ in totals)
        found[key].append(
            Candidate(
                dimension=dimension,
                ranking=min(precedence.ranking(m["document"], m["read_from"]) for m in members),
                documents=tuple(sorted({head["document"] for head in members})),
                events=tuple(sorted(head["index"] for head in members)),
                allocated=sum(amount for amount, _, _ in totals) if known else None,
                complete=known == sum(lines for _, _, lines in totals),
                whole=all(head["coverage"] == "full" for head in members)
                and len(members) == members[0]["parts"],
            )
        )
    return found


def _speaker(head: Mapping[str, Any], documents: Mapping[str, Document]) -> str:
    known = documents.get(head["document"])
    if known is not None and known.kind in _SHARING_KINDS and head["coverage"] == "partial":
        return f"kind {known.kind} in {head['read_from']}"
    return f"document {head['document']}"
