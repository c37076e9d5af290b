"""The log as a table: every leaf as it is stored, with its hash and the envelope beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from events_store.log import LeafLog

NAMES = ("index", "type", "stream", "version", "recorded_at", "actor", "import", "hash", "leaf")
BATCH = 16_384
"""Leaves that are in memory at once: about 20 MB of them."""

Leaves = Iterable[tuple[int, str, bytes]]


def log_schema() -> pa.Schema:
    """The columns of the table: text, but for the two numbers."""
    import pyarrow as pa

    kinds = {"index": pa.int64(), "version": pa.int64()}
    return pa.schema([(name, kinds.get(name, pa.string())) for name in NAMES])


def log_batches(leaves: Leaves) -> Iterator[pa.RecordBatch]:
    """The table of (leaf_index, type, bytes) rows, BATCH leaves at a time."""
    remaining = iter(leaves)
    while some := list(islice(remaining, BATCH)):
        yield _batch(some)


def log_table(log: LeafLog, size: int) -> pa.Table:
    """The table of every leaf below `size`."""
    return log_table_of(log.leaves(0, size))


def log_table_of(leaves: Leaves) -> pa.Table:
    """The table of (leaf_index, type, bytes) rows, whole."""
    import pyarrow as pa

    return pa.Table.from_batches(log_batches(leaves), log_schema())


def _batch(leaves: Leaves) -> pa.RecordBatch:
    import pyarrow as pa

    from events_store.leaf import decode_leaf
    from events_store.merkle import leaf_hash

    rows = []
    for index, type_, data in leaves:
        leaf = decode_leaf(data)
        envelope = (leaf.stream, leaf.version, leaf.recorded_at, leaf.actor, leaf.import_id)
        rows.append((index, type_, *envelope, leaf_hash(data).hex(), data.decode("utf-8")))
    schema = log_schema()
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)]
    return pa.record_batch(arrays, schema=schema)
