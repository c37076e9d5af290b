"""Whatever was recorded in whatever order: the tables follow from what was said.

JEJAK_EXAMPLES sets how many histories are tried.
"""

import os
from dataclasses import replace
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.events import Event
from projections.columns import decode
from projections.pagu import SCHEMA, pagu
from projections.position import Position, visible
from projections.revisions import revisions
from tests.book import Book
from tests.property.histories import (
    DOCUMENTS,
    LEVELS,
    STATEMENTS,
    amend,
    histories,
    positions,
    unique,
)
from tests.property.reference import reference_pagu

UNORDERED = ["event", "candidates", "corrected_by", "voided_by"]
COMPARED = [name for name in SCHEMA.names if name not in ("name", "stated", "derived")]

levels = st.sampled_from(LEVELS)
unhurried = settings(
    max_examples=int(os.environ.get("JEJAK_EXAMPLES", "80")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _tables(book: Book, position: Position, level: str) -> list[pa.Table]:
    columns = visible(book.columns(), position).columns
    return [revisions(columns, position), pagu(columns, position, level)]


@unhurried
@given(st.lists(STATEMENTS, max_size=8), positions, levels, st.data())
def test_any_order_of_statements_gives_the_same_tables(
    drawn: list[Event], position: Position, level: str, data: st.DataObject
) -> None:
    """All documents are registered, and no two rank alike: between equals the first speaks."""
    statements = unique([*DOCUMENTS, *drawn])
    book, other = Book(), Book()
    indexes = dict(zip(range(len(statements)), book.add_all(statements), strict=True))
    order = data.draw(st.permutations(range(len(statements))))
    moved = {at: other.add(statements[at]) for at in order}
    chosen = [at for at, event in enumerate(statements) if "dokumen" not in event.originator_id]
    for at in data.draw(st.lists(st.sampled_from(chosen), max_size=3)) if chosen else []:
        before = len(book.events)
        amend(book, data.draw, indexes[at])
        for amendment in book.events[before:]:
            version = other.events[moved[at]].originator_version
            other.add(_aimed(amendment, version))
    for mine, theirs in zip(
        _tables(book, position, level), _tables(other, position, level), strict=True
    ):
        kept = [name for name in mine.column_names if name not in UNORDERED]
        assert mine.select(kept).to_pylist() == theirs.select(kept).to_pylist()


def _aimed(amendment: Any, version: int) -> Event:
    return replace(amendment, target=replace(amendment.target, version=version))  # type: ignore[no-any-return]


@unhurried
@given(histories(), positions, levels, st.data())
def test_an_answer_at_a_size_never_changes(
    book: Book, position: Position, level: str, data: st.DataObject
) -> None:
    size = data.draw(st.integers(0, len(book.events)))
    then = decode(book.leaves()[:size], size)
    seen = visible(then, position)
    now = visible(book.columns(), replace(position, size=size))
    assert now.undated_documents == seen.undated_documents
    assert now.events_left_out == seen.events_left_out
    assert revisions(now.columns, position).equals(revisions(seen.columns, position))
    assert pagu(now.columns, position, level).equals(pagu(seen.columns, position, level))


@unhurried
@given(histories(), positions, levels, st.data())
def test_the_pagu_is_that_of_a_plain_reading_of_the_events(
    book: Book, position: Position, level: str, data: st.DataObject
) -> None:
    position = replace(position, size=data.draw(st.none() | st.integers(0, len(book.events))))
    columns = visible(book.columns(), position).columns
    found = pagu(columns, position, level)
    assert [dict(row) for row in found.select(COMPARED).to_pylist()] == [
        {name: row.get(name) for name in COMPARED}
        for row in reference_pagu(book.events, position, level)
    ]
