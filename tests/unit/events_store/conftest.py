"""Ledger files with rows that stand for leaves: the store never looks inside them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from eventsourcing.persistence import StoredEvent

from events_store.database import checkpoint_wal, open_engine
from events_store.identity import create_ledger_file
from events_store.recorder import LedgerRecorder

NOBODY = 65534


def leaf_of(index: int) -> bytes:
    return b"leaf %d" % index


def stored(start: int, count: int) -> list[StoredEvent]:
    """Rows start..start+count-1 of one stream."""
    return [
        StoredEvent("stream", index + 1, f"type-{index % 3}", leaf_of(index))
        for index in range(start, start + count)
    ]


@contextmanager
def recorder_of(path: Path, *, complete: bool = True) -> Iterator[LedgerRecorder]:
    """A recorder over a ledger file; a plain copy of it is complete afterwards, unless told not."""
    engine = open_engine(path)
    try:
        yield LedgerRecorder(engine)
        if complete:
            checkpoint_wal(engine)
    finally:
        engine.dispose()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An empty ledger."""
    path = tmp_path / "jejak.db"
    create_ledger_file(path)
    return path


@pytest.fixture
def foreign_folder() -> Iterator[Path]:
    """A folder below which nobody's rights hold: a test may take away the right to write."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """As a user who may read but not write in `folder`."""
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        assert not os.access(folder, os.W_OK, effective_ids=True)
        yield
    finally:
        if root:
            os.seteuid(0)
