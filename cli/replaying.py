"""The year again: its tables at a position as a database of their own, or revision by revision.

The database is a plain SQLite file that no program writes to: the header says a write version of 3,
which SQLite (file format, 1.3.3) opens for reading only, whoever asks; its mode says so too.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from cli.asking import Asked

_WRITE_VERSION_AT = 18
_READ_ONLY = b"\x03"


def write_database(
    path: Path, tables: Mapping[str, pa.Table], position: Mapping[str, Any], root: bytes
) -> None:
    """Write the tables and a table `position(key, value)` to a new file of mode 0444.

    click.UsageError where something stands at `path`.
    """
    from cli.files import drafted
    from events_store.tables import write_tables

    with drafted(path) as draft:
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            every = {**tables, "position": _position_table(position)}
            write_tables(connection, every, position["size"], root)
        with draft.open("rb+") as file:
            file.seek(_WRITE_VERSION_AT)
            file.write(_READ_ONLY)
            file.flush()
            os.fsync(file.fileno())
    path.chmod(0o444)


def steps(asked: Asked) -> Iterator[dict[str, Any]]:
    """Each revision in order, up to the one that the position means, with what was spent by then.

    Realisation counts to the last day on which the revision held; a voided revision has none.
    """
    from projections.revisions import held_at, revisions

    rows = revisions(asked.columns, asked.position).to_pylist()
    last = held_at(rows, asked.position).row
    for row in rows:
        yield {name: row[name] for name in _FROM_REVISION} | _spent(asked, row)
        if last is not None and row["event"] == last["event"]:
            return


_FROM_REVISION = (
    "revision",
    "date",
    "effective_from",
    "effective_until",
    "pagu",
    "delta",
    "authority",
    "kinds",
    "reason",
    "coverage",
    "document",
    "event",
    "voided_by",
)
_FROM_ABSORPTION = ("realisasi", "persen", "complete")


def _spent(asked: Asked, row: Mapping[str, Any]) -> dict[str, Any]:
    from projections.absorption import absorption
    from projections.position import LAST

    if row["voided_by"] is not None:
        return dict.fromkeys(_FROM_ABSORPTION)
    revision = LAST if row["revision"] is None else row["revision"]
    there = replace(asked.position, revision=revision, as_of=None)
    total = absorption(asked.columns, there).slice(0, 1).to_pylist()
    return {name: total[0][name] if total else None for name in _FROM_ABSORPTION}


def _position_table(position: Mapping[str, Any]) -> pa.Table:
    import pyarrow as pa

    values = [
        value if value is None or isinstance(value, str) else json.dumps(value)
        for value in position.values()
    ]
    schema = pa.schema([("key", pa.string()), ("value", pa.string())])
    return pa.table([pa.array(list(position)), pa.array(values, pa.string())], schema=schema)
