"""Is a snapshot file bound to the log: by its own leaves, or by the entry that published it?

An export of the log carries every leaf, or those since a size with the subtrees before them: hashed
again they give the root that a checkpoint signs, and each column must be the leaf's. Any other file
is bound by a `snapshot-published` entry that holds its SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from events_store.log import LeafLog
    from events_store.merkle import CompactRange
    from events_store.policy import Policy

LEAF = "leaf"
MAGIC = b"PAR1"


@dataclass(frozen=True)
class SnapshotChecked:
    """What binds a snapshot: an export of `size` leaves of which `signed` stand under a checkpoint.

    Or, for a file that an entry published: the number of that entry in `event`.
    """

    size: int
    signed: int
    event: int | None = None


def check_snapshot(path: Path, policy: Policy, log: LeafLog | None) -> SnapshotChecked:
    """What binds the file; SnapshotRefused for one that nothing binds or that contradicts itself.

    `log` is the ledger that may have published it, None where there is none.
    """
    from events_store.errors import SnapshotRefused

    table = _log_export(path)
    if table is not None:
        return _check_leaves(table, policy, log)
    if log is None:
        raise SnapshotRefused("only the ledger that published it (-L) can vouch for it")
    return _check_published(path, policy, log)


def _log_export(path: Path) -> pa.Table | None:
    """The table of a Parquet file with leaves; None for any other file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from events_store.errors import SnapshotRefused

    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return None
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            if LEAF not in file.schema_arrow.names:
                return None
            return file.read().replace_schema_metadata(file.metadata.metadata)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise SnapshotRefused(f"it cannot be read: {error}") from error


def _check_leaves(table: pa.Table, policy: Policy, log: LeafLog | None) -> SnapshotChecked:
    import pyarrow as pa

    from cli.log_rows import log_schema, log_table_of
    from cli.wiring import check_leaf
    from events_store.errors import LeafRefused, SnapshotRefused
    from events_store.leaf import decode_leaf
    from events_store.merkle import leaf_hash

    metadata = table.schema.metadata or {}
    table = table.replace_schema_metadata(None)
    if table.schema != log_schema():
        raise SnapshotRefused("it has not the columns of an export of the log")
    note = metadata.get(b"jejak.checkpoint")
    if note is None:
        raise SnapshotRefused("no checkpoint is in it: sign the ledger and export again")
    checkpoint = policy.open(note)
    tree, leaves = _tree_before(metadata), []
    before = tree.subtrees
    signed = tree.root() if checkpoint.size == tree.size else None
    for data in table[LEAF].cast(pa.binary()).fill_null(b"").to_pylist():
        tree.append(leaf_hash(data))
        if tree.size == checkpoint.size:
            signed = tree.root()
        try:
            decoded = decode_leaf(data)
            check_leaf(decoded)
        except LeafRefused as error:
            raise SnapshotRefused(f"row {tree.size - 1}: {error}") from error
        leaves.append((tree.size - 1, decoded.type, data))
    if signed != checkpoint.root:
        raise SnapshotRefused("its entries are not those that its checkpoint signs")
    if not table.equals(log_table_of(leaves)):
        raise SnapshotRefused("a column differs from the entry beside it")
    _check_stated(metadata, tree, before)
    _check_against(log, tree.size, tree.root())
    return SnapshotChecked(tree.size, checkpoint.size)


def _tree_before(metadata: Mapping[bytes, bytes]) -> CompactRange:
    """The tree as it was before the first entry: empty, but for an export of what is new."""
    from cli.bound import SINCE
    from events_store.errors import ProofRefused, SnapshotRefused
    from events_store.merkle import HASH_SIZE, CompactRange

    try:
        since = json.loads(metadata[b"jejak.position"]).get(SINCE, 0)
        if type(since) is not int or since < 0:
            raise ValueError(since)
        joined = base64.b64decode(metadata.get(b"jejak.before", b""), validate=True)
        pieces = range(0, len(joined), HASH_SIZE)
        return CompactRange.of(since, [joined[at : at + HASH_SIZE] for at in pieces])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SnapshotRefused(f"it states no position: {error}") from error
    except ProofRefused as error:
        raise SnapshotRefused(f"it does not say what came before it: {error}") from error


def _check_stated(
    metadata: Mapping[bytes, bytes], tree: CompactRange, before: Sequence[bytes]
) -> None:
    """The metadata are those of an export at this size and root, in the one form, and no more.

    Of how the exporter came to this size (`by`, `known_at`) they are but his word.
    """
    from cli.bound import Bound
    from events_store.errors import SnapshotRefused

    try:
        text = {key.decode(): value.decode() for key, value in metadata.items()}
        position = json.loads(text["jejak.position"])
        root = base64.b64encode(tree.root()).decode()
        stated = {**position, "size": tree.size, "root": root}
        expected = Bound(stated, text["jejak.checkpoint"], before).of_log().metadata()
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise SnapshotRefused(f"it states no position: {error}") from error
    if text != expected:
        raise SnapshotRefused("its size and root are not those that it states")


def _check_against(log: LeafLog | None, size: int, root: bytes) -> None:
    from events_store.errors import SnapshotRefused

    if log is not None and (log.size < size or log.root(size) != root):
        raise SnapshotRefused("its entries are not those of this ledger")


def _check_published(path: Path, policy: Policy, log: LeafLog) -> SnapshotChecked:
    """The entry that published the bytes, itself proved under a checkpoint that is trusted."""
    from cli.proving import entry_proof
    from cli.wiring import own_entries
    from events_store.errors import SnapshotRefused
    from events_store.proof import verify_proof
    from ledger.events import SnapshotPublished

    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    published = own_entries(log, SnapshotPublished)
    index, event = next(
        ((index, event) for index, event in published if event.sha256 == digest), (0, None)
    )
    if event is None:
        raise SnapshotRefused("no entry of this ledger published these bytes")
    size = event.size
    if size > log.size or base64.b64encode(log.root(size)).decode() != event.root:
        raise SnapshotRefused(f"entry #{index} names another root than the entries give")
    head = next((head for head in log.checkpoints() if head[0] > index), None)
    if head is None:
        raise SnapshotRefused(f"entry #{index} is not signed yet")
    proof = entry_proof(log, index, *head)
    verify_proof(log.leaf(index) or b"", proof, policy.open)
    return SnapshotChecked(size, size, event=index)
