"""What a checked file would change, line by line, before anything is recorded.

Each revision that the file states lines of is compared with what stands: the same revision where
the ledger has it, else the state before it, in the ledger or in the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cli.importing import Prepared
    from projections.columns import Columns

CHANGES = ("new", "changed", "same", "gone")
Dipa = tuple[str, int]


@dataclass(frozen=True)
class Preview:
    """One revision of a file beside what stands.

    `against` is the revision's row with which it is compared, None where nothing stands. `total`
    and `rows` are those of `projections.changes`.
    """

    dipa: Dipa
    revision: int | None
    against: dict[str, Any] | None
    total: dict[str, Any]
    rows: list[dict[str, Any]]

    @property
    def counts(self) -> dict[str, int]:
        """Lines that are new, changed, the same and gone."""
        found = Counter(self.kind(row) for row in self.rows)
        return {kind: found[kind] for kind in CHANGES}

    @property
    def changed(self) -> list[dict[str, Any]]:
        return [row for row in self.rows if self.kind(row) != "same"]

    def kind(self, row: dict[str, Any]) -> str:
        """What happens to a line: one of CHANGES."""
        if self.against is None:
            return "new"
        return str(row["change"]) if row["change"] in CHANGES else "changed"


def previews(ledger: Path, prepared: Prepared) -> Iterator[Preview]:
    """One for each revision of which the file would record lines, in order."""
    from cli.proposals import columns_of
    from cli.wiring import read_columns
    from events_store.log import LeafLog
    from ledger.events import DipaLinesStated, DipaRevised, DocumentRegistered
    from projections.position import Position, visible

    kinds = (DipaLinesStated, DipaRevised, DocumentRegistered)
    events = [event for event in prepared.events if isinstance(event, kinds)]
    stated = {
        (event.satker, event.fiscal_year, event.revision)
        for event in events
        if isinstance(event, DipaLinesStated)
    }
    if not stated:
        return
    with LeafLog(ledger) as log:
        standing = visible(read_columns(log), Position()).columns
    merged = _together(standing, columns_of(events, standing.size))
    for satker, year, revision in sorted(stated, key=_in_order):
        yield _preview(standing, merged, (satker, year), revision)


def _in_order(key: tuple[str, int, int | None]) -> tuple[str, int, float]:
    satker, year, revision = key
    return satker, year, float("inf") if revision is None else revision


def _together(standing: Columns, own: Columns) -> Columns:
    """The ledger's entries and, after them, those that the file would add."""
    import pyarrow as pa

    topics = standing.tables.keys() | own.tables.keys()
    tables = [standing.tables, own.tables]
    return standing.replaced(
        {topic: pa.concat_tables([t[topic] for t in tables if topic in t]) for topic in topics}
    )


def _preview(standing: Columns, merged: Columns, dipa: Dipa, revision: int | None) -> Preview:
    from projections.changes import changes
    from projections.position import Position, narrowed_to
    from projections.sides import LINE, Side, common_level

    known, with_file = narrowed_to(standing, *dipa), narrowed_to(merged, *dipa)
    after = Side(with_file, Position(revision=revision))
    before = Side(known, Position(revision=revision))
    if before.held is None and revision is not None:
        earlier = [number for number in _numbers(with_file) if number < revision]
        before = Side(with_file, Position(revision=max(earlier, default=-1)))
    held = before.held
    by_line = after.gives(LINE) and (held is None or before.gives(LINE))
    total, *rows = changes(
        before, after, LINE if by_line else common_level(before, after)
    ).to_pylist()
    return Preview(dipa, revision, None if held is None else held, total, rows)


def _numbers(columns: Columns) -> list[int]:
    from projections.position import Position
    from projections.revisions import revision_rows

    rows = next(iter(revision_rows(columns, Position()).values()), [])
    return [row["revision"] for row in rows if row["revision"] is not None]
