"""The position at which a question is asked: three axes and a cut by source.

1. revision, or effective date: what held then; 2. known-at or size: what the ledger knew then;
3. documents-until: what the papers up to that day said. Each narrows the columns before a
projection folds them, so that every projection answers at every position.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from ledger.events import (
    DocumentRegistered,
    EntryCorrected,
    EntryVoided,
    ImportReceived,
    ImportVoided,
)
from projections.columns import Columns
from projections.corrections import settled_documents

FIRST: Literal["awal"] = "awal"
LAST: Literal["akhir"] = "akhir"


@dataclass(frozen=True)
class Position:
    """What was asked. Without any of it: the last revision, everything known.

    `revision` and `as_of` exclude each other, as do `known_at` and `size`; `by` says whether a
    revision takes effect on its DIPA date or on its posting date.
    """

    revision: int | Literal["awal", "akhir"] | None = None
    as_of: date | None = None
    known_at: datetime | None = None
    size: int | None = None
    documents_until: date | None = None
    by: Literal["dipa", "posting"] = "dipa"


@dataclass(frozen=True)
class Visible:
    """The columns left at a position, and what could not be judged by date."""

    columns: Columns
    undated_documents: tuple[str, ...] = ()
    events_left_out: int = 0


def size_known_at(recorded: pa.Array, instant: datetime) -> int:
    """The size before the first event whose running maximum of `recorded_at` exceeds `instant`.

    The running maximum, because a clock that went back must not hide what was known before.
    """
    running = pc.cumulative_max(recorded.cast(pa.int64()))
    limit = int(pa.scalar(instant, pa.timestamp("us", "UTC")).cast(pa.int64()).as_py())
    return int(pc.sum(pc.less_equal(running, limit)).as_py() or 0)


def visible(columns: Columns, position: Position, *, voided_imports: bool = False) -> Visible:
    """Cut by what was known (size; a known-at is resolved by the caller) and by documents.

    What a voided import brought is left out, unless `voided_imports` keeps it to be seen.
    """
    if position.size is not None:
        columns = columns.known_at_size(position.size)
    if not voided_imports:
        columns = without_voided_imports(columns)
    if position.documents_until is None:
        return Visible(columns)
    return _until(columns, position.documents_until.isoformat())


def without_voided_imports(columns: Columns) -> Columns:
    """An import that was voided as a whole brought nothing."""
    voided = pc.unique(columns.of(ImportVoided)["import_id"])
    if len(voided) == 0:
        return columns
    return columns.replaced(
        {
            topic: table.filter(pc.invert(pc.is_in(table["import"], value_set=voided)))
            for topic, table in columns.tables.items()
            if topic != ImportReceived.TOPIC
        }
    )


def _until(columns: Columns, day: str) -> Visible:
    documents = settled_documents(columns)
    late = [name for name, known in documents.items() if (known.out_on or "") > day]
    undated = {name for name, known in documents.items() if known.out_on is None}
    tables: dict[str, pa.Table] = {}
    used: set[str] = set()
    left_out = 0
    for topic, table in columns.tables.items():
        in_hand = _document_in_hand(table)
        if in_hand is None:
            continue
        keep = pc.invert(pc.is_in(in_hand, value_set=pa.array(late, pa.string())))
        tables[topic] = table.filter(keep)
        left_out += len(table) - len(tables[topic])
        if topic != DocumentRegistered.TOPIC:
            used.update(name for name in pc.unique(in_hand).to_pylist() if name in undated)
    return Visible(columns.replaced(tables), tuple(sorted(used)), left_out)


def _document_in_hand(table: pa.Table) -> pa.ChunkedArray | None:
    """`read_from` where given, else the stating document; None for events without either."""
    if "document" not in table.column_names:
        return None
    if "read_from" not in table.column_names:
        return table["document"]
    return pc.coalesce(table["read_from"], table["document"])


def narrowed_to(columns: Columns, satker: str | None, fiscal_year: int | None) -> Columns:
    """Only the statements of one satker and year (of all, without); what amends them stays."""
    kept: Mapping[str, pa.Table] = {
        topic: _of_satker(table, satker, fiscal_year)
        for topic, table in columns.tables.items()
        if topic not in (DocumentRegistered.TOPIC, EntryCorrected.TOPIC, EntryVoided.TOPIC)
    }
    return columns.replaced(kept)


def _of_satker(table: pa.Table, satker: str | None, fiscal_year: int | None) -> pa.Table:
    if satker is not None and "satker" in table.column_names:
        table = table.filter(pc.equal(table["satker"], satker))
    if fiscal_year is not None and "fiscal_year" in table.column_names:
        table = table.filter(pc.equal(table["fiscal_year"], fiscal_year))
    return table
