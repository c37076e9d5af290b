"""Questions whose answer goes into a bundle, and the answer: the same here and when it is checked.

An answer is plain JSON made from columns alone. Whoever holds all entries makes it again and
compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from projections.columns import Columns

SCHEMA = "jejak.claim/1"


@dataclass(frozen=True)
class Question:
    """What is asked of one satker and year.

    Without `since`: the pagu at `revision`, of one code or of all at `level` (None: the finest).
    With `since`: whether `code` was left as it was from revision `since` to `revision`.
    """

    satker: str
    fiscal_year: int
    revision: int
    since: int | None = None
    code: str | None = None
    level: str | None = None


def claim(columns: Columns, question: Question) -> dict[str, Any]:
    """The question and its answer; `columns` are those of all entries up to a checkpoint."""
    from dataclasses import asdict

    from projections.position import Position, narrowed_to, visible

    left = visible(columns, Position()).columns
    mine = narrowed_to(left, question.satker, question.fiscal_year)
    answer = _pagu(mine, question) if question.since is None else _untouched(mine, question)
    return {"schema": SCHEMA, "question": asdict(question), "answer": answer}


def _pagu(columns: Columns, question: Question) -> dict[str, Any]:
    from ledger.records import TOTAL
    from projections.pagu import pagu
    from projections.position import Position

    table = pagu(columns, Position(revision=question.revision), question.level)
    rows = table.to_pylist()
    total = next((row for row in rows if row["level"] == TOTAL), None)
    lines = [row for row in rows if row["level"] != TOTAL]
    if question.code is not None:
        lines = [row for row in lines if row["code"] == question.code]
    shown = ("level", "code", "name", "pagu", "basis", "document")
    return {
        "total": total and {name: total[name] for name in (*shown, "coverage", "unallocated")},
        "rows": [{name: row[name] for name in shown} for row in lines],
    }


def _untouched(columns: Columns, question: Question) -> dict[str, Any]:
    from projections.levels import level_of
    from projections.untouched import readings, unknown_spans, verdict_of

    code = question.code or ""
    found = readings(
        columns,
        (question.satker, question.fiscal_year),
        code,
        question.level or level_of(code),
        question.since or 0,
        question.revision,
    )
    return {
        "verdict": verdict_of(found),
        "unknown": [list(span) for span in unknown_spans(found)],
        "revisions": [
            {
                "revision": reading.revision,
                "events": list(reading.events),
                "coverage": reading.coverage,
                "pagu": reading.pagu,
                "known": reading.content is not None,
            }
            for reading in found
        ],
    }
