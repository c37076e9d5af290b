"""Tables at a position as files: Parquet and CSV, bound to the log that they were made from.

The bytes follow from the entries, the position and the versions of the libraries alone: no clock,
no path. A file is written beside its name and then linked to it, so that it is whole or absent and
nothing that stands there is written over.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.answer import csv_cell
from cli.language import _

if TYPE_CHECKING:
    import pyarrow as pa

    from events_store.log import LeafLog

NAMES = {"pagu": "pagu", "revisi": "revisions", "serapan": "absorption", "kinerja": "performance"}
"""The noun that a user types and the table that it names in `cli.wiring.tables_by_name`."""
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
        cut = {name: self.position[name] if name in kept else None for name in self.position}
        return Bound(cut, self.checkpoint)


def checkpoint_at(log: LeafLog, size: int) -> str | None:
    """The newest signed note that covers no more than `size` leaves."""
    notes = [note for signed, note in log.checkpoints() if signed <= size]
    return notes[-1].decode("utf-8", "backslashreplace") if notes else None


def log_table(log: LeafLog, size: int) -> pa.Table:
    """Every leaf below `size` as it is stored, with its hash in hex and the envelope beside it."""
    import pyarrow as pa

    from events_store.leaf import decode_leaf
    from events_store.merkle import leaf_hash

    rows = []
    for index, type_, data in log.leaves(0, size):
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
    """A Parquet file with page checksums and the position in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(
        table.replace_schema_metadata(bound.metadata()),
        sink,
        compression="zstd",
        write_page_checksum=True,
    )
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


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write files, all of them or none, so that a failed export can be run again."""
    from events_store.copying import discard

    written: list[Path] = []
    try:
        for path, data in files.items():
            write_new(path, data)
            written.append(path)
    except BaseException:
        discard(*written)
        raise


def write_new(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file whole or not at all; click.UsageError where something stands at `path`."""
    from events_store.errors import naming

    with drafted(path) as draft:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with naming(draft), os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to; it becomes `path` at the end, unless that is taken."""
    from events_store.copying import discard, publish

    refuse_standing(path)
    draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}.new")
    try:
        yield draft
        publish(draft, path)
    except FileExistsError as error:
        raise _standing(path) from error
    finally:
        discard(draft)


def refuse_standing(*paths: Path) -> None:
    """Raise click.UsageError where one of the paths is taken."""
    for path in paths:
        if os.path.lexists(path):
            raise _standing(path)


def require_room(folder: Path, needed: int) -> None:
    """Raise OSError (ENOSPC) unless the disk of `folder` has `needed` bytes free."""
    import shutil

    free = shutil.disk_usage(folder).free
    if free < needed:
        text = _("Not enough room, {needed} bytes are needed and {free} are free")
        raise OSError(errno.ENOSPC, text.format(needed=needed, free=free), str(folder))


def _standing(path: Path) -> click.UsageError:
    return click.UsageError(
        _("{path} exists already; nothing was written over it.").format(path=path)
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
