"""A signed ledger of 600 leaves, and what an attacker with the file in hand can do to it.

The attacker may write any byte of the database, but holds no key and reaches nothing outside.
Salts, clock and key are fixed, so that every run sees the same bytes.
"""

import itertools
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli.signing import origin_of
from cli.wiring import PERSISTENCE_MODULE, LeafCodec, check_leaf, leaf_forms
from events_store import schema
from events_store.checkpoint import Checkpoint, sign_checkpoint
from events_store.database import append_checkpoint, checkpoint_wal
from events_store.identity import create_ledger_file
from events_store.keys import SigningKey
from events_store.log import LeafLog
from events_store.merkle import leaf_hash
from events_store.note import VerifierKey, parse_verifier_key
from events_store.persistence import LEDGER_FILE, Factory
from events_store.policy import policy_of_keys
from events_store.tiles import new_full_tiles
from events_store.verify import Head, Report, verify_log
from ledger import streams
from ledger.application import Ledger
from ledger.decisions import Batch
from ledger.events import Counts, Event, ImportReceived, LedgerOpened
from tests import book

LEDGER_ID = "uji-gangguan"
ORIGIN = origin_of(LEDGER_ID)
KEY = SigningKey(ORIGIN, bytes(range(32)))
OTHER_KEY = SigningKey(ORIGIN, bytes(range(1, 33)))
SIZE = 600
SIGNED = (300, SIZE)
IMPORTS = {"a" * 32: 2, "b" * 32: 150, "c" * 32: 420, "d" * 32: 560}
PLAIN = 400
"""From here to the third import the leaves belong to none."""
OPENED = LedgerOpened(streams.LEDGER, 1, LEDGER_ID, "Asia/Makassar", "IDR", 0)
NOW = datetime(2025, 1, 20, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Signed:
    """A ledger file, the key that its checkpoints are verified with, and these checkpoints."""

    path: Path
    verifier: VerifierKey
    notes: dict[int, bytes]

    def head(self, size: int, *, outside: bool = True) -> Head:
        return Head(f"checkpoint of {size}", self.notes[size], outside=outside)


def build(path: Path, seed: int = 0) -> Signed:
    """Record the ledger as the command line would; another seed gives other salts throughout."""
    numbers = itertools.count(seed * 1_000_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "token_hex", lambda _: f"{next(numbers):032x}")
        create_ledger_file(path)
        settings = {"PERSISTENCE_MODULE": PERSISTENCE_MODULE, LEDGER_FILE: str(path)}
        notes = {}
        with Ledger(settings, LeafCodec(), clock=lambda: NOW) as ledger:
            assert isinstance(ledger.factory, Factory)
            ledger.record([OPENED, replace(book.satker(), originator_version=1)], actor="uji")
            for start, stop, import_id in _parts():
                _record(ledger, start, stop, import_id)
                if stop in SIGNED:
                    notes[stop] = sign(path, stop)
                    append_checkpoint(ledger.factory.engine, stop, notes[stop])
            checkpoint_wal(ledger.factory.engine)
    return Signed(path, parse_verifier_key(KEY.verifier_key), notes)


def sign(path: Path, size: int, key: SigningKey = KEY) -> bytes:
    """The checkpoint of the log as it stands."""
    with LeafLog(path) as log:
        return sign_checkpoint(Checkpoint(ORIGIN, size, log.root(size)), key)


def verify(ledger: Signed, heads: Sequence[Head] = (), **options: Any) -> Report:
    with LeafLog(ledger.path) as log:
        return verify_log(
            log,
            policy=policy_of_keys([ledger.verifier]),
            heads=heads,
            check_leaf=check_leaf,
            forms=leaf_forms(),
            **options,
        )


def found(ledger: Signed, heads: Sequence[Head] = ()) -> dict[str, int | None]:
    """Kind -> first index of every contradiction."""
    report = verify(ledger, heads)
    assert report.holds is (not report.contradictions)
    return {item.kind: item.first_index for item in report.contradictions}


def copy_of(ledger: Signed, folder: Path) -> Signed:
    path = folder / "copy.db"
    shutil.copy(ledger.path, path)
    return Signed(path, ledger.verifier, ledger.notes)


def attack(ledger: Signed, *statements: str | tuple[str, Sequence[Any]]) -> None:
    """Run statements with the triggers out of the way, and put these back byte for byte."""
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as connection:
        triggers = [sql for (kind, _), sql in schema.expected_schema().items() if kind == "trigger"]
        for _, name in [key for key in schema.expected_schema() if key[0] == "trigger"]:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            text, values = (statement, ()) if isinstance(statement, str) else statement
            done = connection.execute(text, values)
            assert done.rowcount != 0, f"changed nothing: {text}"
        for sql in triggers:
            connection.execute(sql)


def value_of(ledger: Signed, table: str, column: str, where: str) -> Any:
    with closing(sqlite3.connect(ledger.path)) as connection:
        (row,) = connection.execute(f"SELECT {column} FROM {table} WHERE {where}").fetchall()
        return row[0]


def change(
    ledger: Signed, table: str, column: str, where: str, change_value: Callable[[Any], Any]
) -> None:
    """Replace one value of one row by what the function makes of it."""
    value = change_value(value_of(ledger, table, column, where))
    attack(ledger, (f"UPDATE {table} SET {column} = ? WHERE {where}", [value]))


def recompute_tiles(ledger: Signed) -> None:
    """Make the tile table what it would be for the leaves as they now stand."""
    with LeafLog(ledger.path) as log:
        hashes = [leaf_hash(data) for _, _, data in log.leaves()]
    made: dict[tuple[int, int], bytes] = {}
    for level, idx, data in new_full_tiles(0, hashes, [], lambda level, idx: made[level, idx]):
        made[level, idx] = data
    attack(
        ledger,
        "DELETE FROM tile",
        *(("INSERT INTO tile VALUES (?, ?, ?)", [*key, data]) for key, data in made.items()),
    )


def _parts() -> Iterable[tuple[int, int, str | None]]:
    """(start, stop, import id) of each transaction after the opening."""
    bounds: list[tuple[int, str | None]] = [(start, name) for name, start in IMPORTS.items()]
    bounds += [(PLAIN, None), (PLAIN + 10, None), (SIGNED[0], None)]
    bounds.sort()
    stops = [start for start, _ in bounds[1:]] + [SIZE]
    return [(start, stop, name) for (start, name), stop in zip(bounds, stops, strict=True)]


def _record(ledger: Ledger, start: int, stop: int, import_id: str | None) -> None:
    batch = Batch(ledger.state)
    if import_id is not None:
        batch.append(_received(import_id, stop - start - 1))
        start += 1
    for number in range(start, stop):
        batch.append(
            book.document(f"dok-{number}")
            if number % 3
            else book.revised(number, total=number, document=f"dok-{number - 1}")
        )
    ledger.record(batch.events, actor="uji", import_id=import_id)


def _received(import_id: str, rows: int) -> Event:
    counts = Counts(rows=rows, new=rows, same=0, skipped=0, corrected=0)
    return ImportReceived(
        streams.import_(import_id), 0, import_id, "berkas.csv", "0" * 64, "", "uji", counts
    )
