"""One bit of the file is flipped, anywhere: verify finds it, or no stored content has changed."""

import os
import random
import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from events_store.errors import StoreError
from tests.conftest import Campaign
from tests.tamper.book import Signed, copy_of, found, verify

FLIPS = int(os.environ.get("JEJAK_FLIPS", "300"))
SEED = int(os.environ.get("JEJAK_SEED", "20250120"))
HEADER_BYTES = 100
INDEXES = {"event": "stream, version", "import": "leaf_index"}


def content(path: Path) -> Any:
    """All that a reader can get out of the file, read without this project; None when unreadable.

    Every row of every table, the same by the two indexes, and the schema.
    """
    uri = f"{path.as_uri()}?immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        connection.text_factory = bytes
        try:
            tables = {
                table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
                for table in ("event", "tile", "import", "checkpoint")
            }
            indexes = [
                connection.execute(f"SELECT {key} FROM {table} ORDER BY {key}").fetchall()
                for table, key in INDEXES.items()
            ]
            schema = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
            return tables, indexes, schema.fetchall()
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


def test_no_flipped_bit_is_missed(original: Signed, tmp_path: Path, campaign: Campaign) -> None:
    bits = original.path.stat().st_size * 8
    chosen = random.Random(SEED).sample(range(bits), FLIPS)
    outcomes = flip_each(original, tmp_path, chosen)
    missed = [outcome for outcome in outcomes if outcome.startswith("MISSED")]
    harmless = outcomes["content unchanged"]
    campaign("bit flips, database", tried=FLIPS, hit=FLIPS - harmless, missed=len(missed))
    assert missed == []
    assert outcomes["contradicted"] > FLIPS // 2


@pytest.mark.parametrize("name", [b"dokumen/dok-301", b"dokumen/dok-4", b"a" * 32])
def test_each_place_where_a_name_is_stored_counts(
    original: Signed, tmp_path: Path, name: bytes
) -> None:
    """In the column, in the leaf, and in an index, of which verify knows by SQLite's own check."""
    data = original.path.read_bytes()
    in_other_leaves = b'(?!")' if name.isalpha() else b"(?![0-9])"
    places = [match.start() for match in re.finditer(name + in_other_leaves, data)]
    outcomes = flip_each(original, tmp_path, [place * 8 for place in places])
    assert outcomes == {"contradicted": len(places)}
    kinds = set()
    for place in places:
        ledger = copy_of(original, tmp_path)
        spoiled = bytearray(data)
        spoiled[place] ^= 1
        ledger.path.write_bytes(spoiled)
        kinds.add(frozenset(found(ledger)))
    assert frozenset({"pages"}) in kinds
    assert len(kinds) > 1


@pytest.mark.parametrize("owner", [b"indexsqlite_autoindex_import_2import", b"tabletiletile"])
def test_each_byte_that_says_to_which_table_a_thing_belongs_counts(
    original: Signed, tmp_path: Path, owner: bytes
) -> None:
    """Found by a sweep: SQLite itself goes on with an index that names another table."""
    data = original.path.read_bytes()
    assert data.count(owner) == 1
    start = data.index(owner)
    bits = range(start * 8, (start + len(owner)) * 8)
    outcomes = flip_each(original, tmp_path, list(bits))
    assert [outcome for outcome in outcomes if outcome.startswith("MISSED")] == []


def test_no_flipped_bit_of_the_header_is_missed(
    original: Signed, tmp_path: Path, campaign: Campaign
) -> None:
    chosen = random.Random(SEED).sample(range(HEADER_BYTES * 8), min(FLIPS, HEADER_BYTES * 8))
    outcomes = flip_each(original, tmp_path, chosen)
    missed = [outcome for outcome in outcomes if outcome.startswith("MISSED")]
    hit = len(chosen) - outcomes["content unchanged"]
    campaign("bit flips, database", tried=len(chosen), hit=hit, missed=len(missed))
    assert missed == []
    assert outcomes["refused: not-a-ledger"] > 0
