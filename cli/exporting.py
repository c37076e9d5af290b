"""Tables at a position as files: Parquet and CSV, bound to the log that they were made from.

The bytes follow from the entries, the position and the versions of the libraries alone: no clock,
no path.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cli.answer import csv_cell

if TYPE_CHECKING:
    import pyarrow as pa

    from events_store.log import LeafLog

NAMES = {"pagu": "pagu", "revisi": "revisions", "serapan": "absorption", "kinerja": "performance"}
"""The noun that a user types and the table that it names in `cli.wiring.tables_by_name`."""
POSITION = (
    "satker",
    "fiscal_year",
    "revision",
    "effective_on",
    "by",
    "known_at",
    "documents_until",
    "size",
    "root",
)
LOG = "log"
FORMS = ("parquet", "csv")
SIDECAR = "position.json"


@dataclass(frozen=True)
class Bound:
    """What every file says of itself; `checkpoint` is a signed note of this size or smaller."""

    position: Mapping[str, Any]
    checkpoint: str | None

    @property
    def size(self) -> int:
        return int(self.position["size"])

    def metadata(self) -> dict[str, str]:
        """The metadata keys of a Parquet file."""
        found = {
            "jejak.position": _json(self.position),
            "jejak.size": str(self.size),
            "jejak.root": str(self.position["root"]),
        }
        return found if self.checkpoint is None else {**found, "jejak.checkpoint": self.checkpoint}

    def of_log(self) -> Bound:
        """The log is cut by what was known alone, never by revision, satker or document."""
        kept = ("by", "known_at", "size", "root")
        cut = {name: self.position[name] if name in kept else None for name in POSITION}
        return Bound(cut, self.checkpoint)


def checkpoint_at(log: LeafLog, size: int) -> str | None:
    """The newest signed note that covers no more than `size` leaves."""
    notes = [note for signed, note in log.checkpoints() if signed <= size]
    return notes[-1].decode("utf-8", "backslashreplace") if notes else None


def log_table(log: LeafLog, size: int) -> pa.Table:
    """Every leaf below `size` as it is stored, with its hash in hex and the envelope beside it."""
    return log_table_of(log.leaves(0, size))


def log_table_of(leaves: Iterable[tuple[int, str, bytes]]) -> pa.Table:
    """The same of (leaf_index, type, bytes) rows."""
    import pyarrow as pa

    from events_store.leaf import decode_leaf
    from events_store.merkle import leaf_hash

    rows = []
    for index, type_, data in leaves:
        leaf = decode_leaf(data)
        envelope = (leaf.stream, leaf.version, leaf.recorded_at, leaf.actor, leaf.import_id)
        rows.append((index, type_, *envelope, leaf_hash(data).hex(), data.decode("utf-8")))
    names = ("index", "type", "stream", "version", "recorded_at", "actor", "import", "hash", "leaf")
    kinds = {"index": pa.int64(), "version": pa.int64()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in names])
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)]
    return pa.table(arrays, schema=schema)


def parquet_bytes(table: pa.Table, bound: Bound) -> bytes:
    """A Parquet file with page checksums and the position in its metadata, there alone.

    With the Arrow schema beside it the metadata would stand twice, and readers differ in which
    they show.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    plain = table.replace_schema_metadata(None)
    with pq.ParquetWriter(
        sink, plain.schema, compression="zstd", write_page_checksum=True, store_schema=False
    ) as writer:
        writer.write_table(plain)
        writer.add_key_value_metadata(bound.metadata())
    return bytes(sink.getvalue().to_pybytes())


def csv_bytes(table: pa.Table) -> bytes:
    """UTF-8, comma, LF; null is empty, a list is JSON, what would run as a formula is marked."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.column_names)
    for batch in table.to_batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            writer.writerow([csv_cell(value) for value in row])
    return text.getvalue().encode("utf-8", "backslashreplace")


def sidecar_bytes(bound: Bound, files: Mapping[str, tuple[int, bytes]]) -> bytes:
    """position.json: the position, and the rows and digest of each file by name."""
    content = {
        "schema": "jejak.export/1",
        "position": bound.position,
        "checkpoint": bound.checkpoint,
        "files": [
            {"name": name, "rows": rows, "sha256": hashlib.sha256(data).hexdigest()}
            for name, (rows, data) in sorted(files.items())
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
