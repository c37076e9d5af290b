"""A witness's own folder: its key, and its memory of the last checkpoint that it cosigned by log.

The memory is a small database, so that two requests at once cannot take it back: the check and the
new checkpoint are one transaction, on the disk before the cosignature leaves the house.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cli.home import Home
from events_store.durable import make_folder

if TYPE_CHECKING:
    from events_store.checkpoint import Checkpoint
    from events_store.witness import Recall

_SEEN = """CREATE TABLE IF NOT EXISTS seen (
  origin TEXT NOT NULL PRIMARY KEY,
  size INTEGER NOT NULL,
  root BLOB NOT NULL
) STRICT, WITHOUT ROWID"""
WAIT_SECONDS = 30.0


@dataclass(frozen=True)
class WitnessFolder:
    """Where a witness keeps what is its own; nothing is created before it is needed."""

    folder: Path

    @property
    def key_path(self) -> Path:
        return self.folder / "witness.key"

    @property
    def public_key_path(self) -> Path:
        return self.folder / "witness.key.pub"

    @property
    def memory_path(self) -> Path:
        return self.folder / "seen.db"

    def seen(self) -> list[Checkpoint]:
        """The last checkpoint of each log, by origin."""
        from events_store.checkpoint import Checkpoint

        if not self.memory_path.exists():
            return []
        with _opened(self.memory_path) as connection:
            rows = connection.execute("SELECT origin, size, root FROM seen ORDER BY origin")
            return [Checkpoint(*row) for row in rows]

    def remember(self, accept: Callable[[Recall], Checkpoint]) -> Checkpoint:
        """Keep what `accept` makes of the last checkpoint of a log, or nothing when it raises."""
        make_folder(self.folder)
        with _opened(self.memory_path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            accepted = accept(partial(_recall, connection))
            connection.execute(
                "INSERT OR REPLACE INTO seen (origin, size, root) VALUES (?, ?, ?)",
                (accepted.origin, accepted.size, accepted.root),
            )
            connection.execute("COMMIT")
        return accepted


def witness_folder(home: Home) -> WitnessFolder:
    """The witness's part of a user's folder."""
    return WitnessFolder(home.folder / "witness")


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection whose commits are on the disk; what is not committed is taken back."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=WAIT_SECONDS)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(_SEEN)
        yield connection


def _recall(connection: sqlite3.Connection, origin: str) -> Checkpoint | None:
    from events_store.checkpoint import Checkpoint

    rows = connection.execute("SELECT origin, size, root FROM seen WHERE origin = ?", (origin,))
    return next((Checkpoint(*row) for row in rows), None)
