"""One bit of the file is flipped, anywhere: verify finds it, or no stored content has changed."""

import os
import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from events_store.errors import StoreError
from tests.tamper.book import Signed, copy_of, verify

FLIPS = int(os.environ.get("JEJAK_FLIPS", "300"))
SEED = int(os.environ.get("JEJAK_SEED", "20250120"))
HEADER_BYTES = 100


def content(path: Path) -> Any:
    """Every row of every table and the schema, read without this project; None when unreadable."""
    uri = f"{path.as_uri()}?immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        connection.text_factory = bytes
        try:
            tables = {
                table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
                for table in ("event", "tile", "import", "checkpoint")
            }
            schema = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
            return tables, schema.fetchall()
        except sqlite3.Error:
            return None


def outcome_of(ledger: Signed, before: Any) -> str:
    try:
        if not verify(ledger).holds:
            return "contradicted"
    except StoreError as error:
        return f"refused: {error.code}"
    return "content unchanged" if content(ledger.path) == before else "MISSED"


def flip_each(original: Signed, folder: Path, bits: list[int]) -> Counter[str]:
    """Flip each bit in turn in a fresh copy; the outcomes counted, misses with their bit."""
    ledger = copy_of(original, folder)
    pristine, before = original.path.read_bytes(), content(original.path)
    assert before is not None
    outcomes: Counter[str] = Counter()
    for bit in bits:
        spoiled = bytearray(pristine)
        spoiled[bit // 8] ^= 1 << bit % 8
        for ending in ("-wal", "-shm"):
            ledger.path.with_name(ledger.path.name + ending).unlink(missing_ok=True)
        ledger.path.write_bytes(spoiled)
        outcome = outcome_of(ledger, before)
        outcomes[f"MISSED bit {bit}" if outcome == "MISSED" else outcome] += 1
    return outcomes


def test_no_flipped_bit_is_missed(original: Signed, tmp_path: Path) -> None:
    bits = original.path.stat().st_size * 8
    chosen = random.Random(SEED).sample(range(bits), FLIPS)
    outcomes = flip_each(original, tmp_path, chosen)
    print(f"\n{FLIPS} of {bits} bits: {dict(outcomes)}")  # noqa: T201
    assert [outcome for outcome in outcomes if outcome.startswith("MISSED")] == []
    assert outcomes["contradicted"] > FLIPS // 2


def test_no_flipped_bit_of_the_header_is_missed(original: Signed, tmp_path: Path) -> None:
    chosen = random.Random(SEED).sample(range(HEADER_BYTES * 8), min(FLIPS, HEADER_BYTES * 8))
    outcomes = flip_each(original, tmp_path, chosen)
    print(f"\nheader: {dict(outcomes)}")  # noqa: T201
    assert [outcome for outcome in outcomes if outcome.startswith("MISSED")] == []
    assert outcomes["refused: not-a-ledger"] > 0
