"""A ledger made again from an exported log: the same leaves, tiles, imports and checkpoints.

It is written under a name of its own, judged, and gets its name last: whatever does not fit leaves
nothing behind.
"""

import os
from collections.abc import Callable, Iterator
from itertools import groupby, islice
from pathlib import Path

from eventsourcing.persistence import IntegrityError, StoredEvent
from sqlalchemy import Engine

from events_store.copying import publish
from events_store.database import append_checkpoint, checkpoint_wal, open_engine
from events_store.durable import discard, draft_of
from events_store.errors import LeafRefused, LedgerExists, LogRefused, naming
from events_store.identity import create_ledger_file
from events_store.leaf import Leaf, decode_leaf
from events_store.log import LeafLog
from events_store.log_folder import Note, read_checkpoints, read_entries
from events_store.recorder import LedgerRecorder
from events_store.verify import Report

_BATCH = 4096
Read = tuple[Leaf, bytes]


def restore_ledger(
    folder: Path,
    target: Path,
    judge: Callable[[LeafLog], Report],
    progress: Callable[[int], None] = lambda index: None,
) -> tuple[int, bytes]:
    """Make the ledger that the exported log in `folder` is of; returns its size and root.

    `judge` verifies the finished file, and says what contradicts it. `progress` is told the index
    of the last leaf read. Raises LedgerExists where something stands at `target`, NotALog or
    LogRefused for a folder that gives no sound log, OSError where it cannot be read or written.
    """
    if os.path.lexists(target):
        raise LedgerExists(target)
    notes = read_checkpoints(folder)
    draft = draft_of(target)
    try:
        create_ledger_file(draft)
        _fill(draft, read_entries(folder, notes[-1][0].size), notes, progress)
        root = _judged(draft, notes, judge)
        with naming(draft), draft.open("rb+") as file:
            os.fsync(file.fileno())
        publish(draft, target)
    except FileExistsError as error:
        raise LedgerExists(target) from error
    finally:
        discard(*(draft.with_name(draft.name + end) for end in ("", "-wal", "-shm", "-journal")))
    return notes[-1][0].size, root


def _fill(
    path: Path,
    bundles: Iterator[list[bytes]],
    notes: list[Note],
    progress: Callable[[int], None],
) -> None:
    engine = open_engine(path)
    try:
        _append(engine, _decoded(bundles, progress))
        for checkpoint, note in notes:
            append_checkpoint(engine, checkpoint.size, note)
        checkpoint_wal(engine)
    except IntegrityError as error:
        raise LogRefused(f"a version of a stream or an import stands twice: {error}") from error
    finally:
        engine.dispose()


def _append(engine: Engine, read: Iterator[Read]) -> None:
    """Each import as one run of entries, so that its row names the first of them."""
    recorder = LedgerRecorder(engine)
    for import_id, run in groupby(read, key=lambda one: one[0].import_id):
        row = import_id
        while batch := list(islice(run, _BATCH)):
            stored = [StoredEvent(leaf.stream, leaf.version, leaf.type, d) for leaf, d in batch]
            recorder.insert_events(stored, import_id=row)
            row = None


def _decoded(bundles: Iterator[list[bytes]], progress: Callable[[int], None]) -> Iterator[Read]:
    index = 0
    for bundle in bundles:
        for data in bundle:
            try:
                yield decode_leaf(data), data
            except LeafRefused as error:
                raise LogRefused(f"entry {index}: {error.detail}") from error
            index += 1
        progress(index - 1)


def _judged(path: Path, notes: list[Note], judge: Callable[[LeafLog], Report]) -> bytes:
    with LeafLog(path) as log:
        for checkpoint, _note in notes:
            if checkpoint.size > log.size or log.root(checkpoint.size) != checkpoint.root:
                raise LogRefused(f"the first {checkpoint.size} entries have another root")
        for found in judge(log).contradictions:
            raise LogRefused(f"{found.kind}: {found.detail}")
        return log.root()
