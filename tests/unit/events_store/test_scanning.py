"""The pass over a log: its roots at every size, its tiles of two levels, what it tells."""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

import pytest

from events_store.findings import Findings
from events_store.identity import create_ledger_file
from events_store.log import LeafLog
from events_store.merkle import leaf_hash, root_hash
from events_store.recognition import Recogniser
from events_store.scanning import scan
from tests.unit.events_store.conftest import leaf_of, recorder_of, stored

SIZE = 600
LARGE = 256 * 256 + 300


def made(path: Path, size: int) -> Path:
    create_ledger_file(path)
    with recorder_of(path) as recorder:
        recorder.insert_events(stored(0, size))
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("small") / "jejak.db", SIZE)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log with a full tile of level 1; each test spoils it and puts it back."""
    return made(tmp_path_factory.mktemp("large") / "jejak.db", LARGE)


def scanned(
    path: Path, wanted: Collection[int] = (), told: list[int] | None = None
) -> tuple[int, dict[int, bytes], dict[str, int | None]]:
    """Size, roots and first index of each kind, but that these leaves are no leaves."""
    found = Findings()
    tell = (lambda index: None) if told is None else told.append
    with LeafLog(path) as log:
        tree, roots = scan(log, wanted, Recogniser({}, lambda leaf: None), found, tell)
    assert roots.get(tree.size, tree.root()) == tree.root()
    kinds = {item.kind: item.first_index for item in found.ordered() if item.kind != "leaf"}
    return tree.size, roots, kinds


def test_the_root_at_every_wanted_size_is_that_of_its_leaves(small: Path) -> None:
    hashes = [leaf_hash(leaf_of(index)) for index in range(SIZE)]
    size, roots, found = scanned(small, range(SIZE + 1))
    assert (size, found) == (SIZE, {})
    assert roots == {size: root_hash(hashes[:size]) for size in range(SIZE + 1)}


@pytest.mark.parametrize("wanted", [{255, 256, 257}, {1}, {599, 512}, {600, 601, -1, 2**40}])
def test_sizes_that_the_log_does_not_have_have_no_root(small: Path, wanted: set[int]) -> None:
    hashes = [leaf_hash(leaf_of(index)) for index in range(SIZE)]
    _, roots, _ = scanned(small, wanted)
    assert roots == {size: root_hash(hashes[:size]) for size in {0, *wanted} if 0 <= size <= SIZE}


def test_the_last_index_of_each_tile_is_told(small: Path) -> None:
    told: list[int] = []
    scanned(small, told=told)
    assert told == [255, 511, 599]


def test_a_large_log_follows_from_its_leaves_in_tiles_of_two_levels(large: Path) -> None:
    hashes = [leaf_hash(leaf_of(index)) for index in range(LARGE)]
    size, roots, found = scanned(large, {65_535, 65_536, 65_537, LARGE})
    assert (size, found) == (LARGE, {})
    assert roots.items() >= {65_536: root_hash(hashes[:65_536]), LARGE: root_hash(hashes)}.items()
    assert roots[65_537] == root_hash(hashes[:65_537])


@pytest.mark.parametrize(
    ("level", "idx", "first"), [(0, 0, 0), (0, 255, 65_280), (0, 256, 65_536), (1, 0, 0)]
)
def test_a_spoiled_tile_of_any_level_is_found(
    large: Path, level: int, idx: int, first: int
) -> None:
    with closing(sqlite3.connect(large, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        (trigger,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'tile_no_update'"
        ).fetchone()
        where, key = "WHERE level = ? AND idx = ?", (level, idx)
        (data,) = connection.execute(f"SELECT data FROM tile {where}", key).fetchone()
        connection.execute("DROP TRIGGER tile_no_update")
        spoiled = data[:-1] + bytes([data[-1] ^ 1])
        connection.execute(f"UPDATE tile SET data = ? {where}", (spoiled, *key))
        connection.execute("COMMIT")
        try:
            assert scanned(large)[2] == {"tile": first}
        finally:
            connection.execute(f"UPDATE tile SET data = ? {where}", (data, *key))
            connection.execute(trigger)
