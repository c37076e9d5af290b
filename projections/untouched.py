"""Was a code left as it was between two revisions? Proved, disproved, or not to be known.

A proof that nothing happened needs every revision between: where one is known by its total alone,
an unchanged line at both ends says nothing of what stood between. So each revision is read by
itself, and one that cannot be read makes the answer unknown, never yes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from projections.columns import Columns
from projections.corrections import settled_documents
from projections.levels import derivable_from
from projections.position import Position
from projections.revisions import revision_rows
from projections.statements import Stated, coverage, lines_of_code, speaking, stated_lines

CONTENT = ("code", "amount", "volume", "unit", "price", "fund", "withdrawal", "register", "blocked")
"""What makes a line the same line with the same money; its name and place may be printed anew."""

Verdict = Literal["untouched", "touched", "not-provable"]
Line = tuple[Any, ...]


@dataclass(frozen=True)
class Reading:
    """What one revision says of a code.

    `events` are the leaf indexes it rests on (the revision's own and its statement's). `coverage`
    is that of the revision's lines at the level, None where the revision is not recorded or void.
    `content` are the lines of the code as stated in `dimension`: None where the revision does not
    say; empty where it says that there is no such line.
    """

    revision: int
    events: tuple[int, ...] = ()
    coverage: str | None = None
    dimension: str | None = None
    pagu: int | None = None
    content: tuple[Line, ...] | None = None


def readings(
    columns: Columns, dipa: tuple[str, int], code: str, level: str, first: int, last: int
) -> list[Reading]:
    """One reading for each number from `first` to `last`, whether it is recorded or not.

    `dipa` is (satker, fiscal year). Raises ValueError when `last` lies before `first`.
    """
    if last < first:
        raise ValueError((first, last))
    rows = revision_rows(columns, Position()).get(dipa, [])
    standing = {row["revision"]: row for row in rows if row["voided_by"] is None}
    wanted = {(*dipa, number) for number in range(first, last + 1)}
    stated = stated_lines(columns, settled_documents(columns), wanted)
    return [
        _reading(number, standing.get(number), stated, (*dipa, number), code, level)
        for number in range(first, last + 1)
    ]


def verdict_of(found: Sequence[Reading]) -> Verdict:
    """Touched as soon as two revisions differ; untouched only when each one says the same.

    The amounts of all are compared, and line by line those that are stated in one dimension.
    """
    known = [reading for reading in found if reading.content is not None]
    first_of: dict[str | None, Reading] = {}
    for reading in known:
        alike = first_of.setdefault(reading.dimension, reading)
        if reading.content != alike.content or reading.pagu != known[0].pagu:
            return "touched"
    return "untouched" if len(known) == len(found) else "not-provable"


def unknown_spans(found: Sequence[Reading]) -> Iterator[tuple[int, int]]:
    """(first, last) of each run of revisions that do not say."""
    start: int | None = None
    for reading in found:
        if reading.content is None and start is None:
            start = reading.revision
        if reading.content is not None and start is not None:
            yield start, reading.revision - 1
            start = None
    if start is not None:
        yield start, found[-1].revision


def _reading(
    number: int,
    row: Mapping[str, Any] | None,
    stated: Stated,
    key: tuple[str, int, int],
    code: str,
    level: str,
) -> Reading:
    if row is None:
        return Reading(number)
    usable = [c for c in stated.candidates.get(key, ()) if derivable_from(level, c.dimension)]
    chosen = speaking(usable, row["pagu"], level)
    covered = coverage(row["pagu"], chosen)
    if chosen is None:
        return Reading(number, (row["event"],), covered)
    lines = lines_of_code(stated.lines, chosen, code, level)
    amounts = lines["amount"].to_pylist()
    events = tuple(sorted({row["event"], *chosen.events}))
    if None in amounts or (not amounts and covered != "full"):
        return Reading(number, events, covered, chosen.dimension)
    content = sorted(zip(*(lines[name].to_pylist() for name in CONTENT), strict=True), key=repr)
    pagu = sum(amounts) if amounts else None
    return Reading(number, events, covered, chosen.dimension, pagu, tuple(content))
