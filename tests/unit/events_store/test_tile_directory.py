"""Tiles as files: those that the tree has, and those that the recorder stores."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_store.errors import EvidenceRefused
from events_store.leaf import MAX_LEAF_BYTES
from events_store.log import LeafLog
from events_store.merkle import leaf_hashes, root_hash
from events_store.tile_directory import ENTRIES, format_entries, parse_entries, tile_files
from events_store.tiles import TILE_WIDTH, full_tile_count, tile_path, tile_root
from tests.unit.events_store.conftest import leaf_of, recorder_of, stored

EXHAUSTIVE = 600
LARGE = (65_535, 65_536, 65_537, 65_792, 66_100)
LEAVES = [leaf_of(index) for index in range(max(LARGE))]
HASHES = leaf_hashes(LEAVES)
ROWS = [HASHES]
"""Level -> the hashes that its tiles hold, of all leaves."""
while len(ROWS[-1]) >= TILE_WIDTH:
    row = ROWS[-1]
    ROWS.append(
        [root_hash(row[at : at + TILE_WIDTH]) for at in range(0, len(row) - 255, TILE_WIDTH)]
    )


def expected_tiles(size: int) -> dict[str, bytes]:
    """Every tile of a tree, as C2SP tlog-tiles defines them by size alone."""
    found = {}
    for level, row in enumerate(ROWS):
        count = size >> 8 * level
        for start in range(0, count, TILE_WIDTH):
            hashes = row[start : min(start + TILE_WIDTH, count)]
            found[tile_path(level, start // TILE_WIDTH, len(hashes))] = b"".join(hashes)
    return found


def expected_entries(size: int) -> dict[str, bytes]:
    found = {}
    for start in range(0, size, TILE_WIDTH):
        leaves = LEAVES[start : min(start + TILE_WIDTH, size)]
        name = f"{start // TILE_WIDTH:03d}"
        suffix = "" if len(leaves) == TILE_WIDTH else f".p/{len(leaves)}"
        data = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)
        found[f"tile/entries/{name}{suffix}"] = data
    return found


def test_the_files_are_those_of_the_tree_at_every_small_size() -> None:
    for size in range(EXHAUSTIVE + 1):
        found = dict(tile_files(LEAVES[:size]))
        assert found == {**expected_tiles(size), **expected_entries(size)}


@pytest.mark.parametrize("size", LARGE)
def test_the_files_are_those_of_the_tree_at_large_sizes(size: int) -> None:
    found = dict(tile_files(LEAVES[:size]))
    assert found == {**expected_tiles(size), **expected_entries(size)}
    assert len(list(tile_files(LEAVES[:size]))) == len(found)


def test_a_second_and_a_third_level_begin_when_the_one_below_is_full() -> None:
    paths = {size: {path for path, _ in tile_files(LEAVES[:size])} for size in (255, 256, 65_536)}
    assert paths[255] == {"tile/entries/000.p/255", "tile/0/000.p/255"}
    assert paths[256] == {"tile/entries/000", "tile/0/000", "tile/1/000.p/1"}
    assert {path for path in paths[65_536] if path[:6] in ("tile/1", "tile/2")} == {
        "tile/1/000",
        "tile/2/000.p/1",
    }


def test_an_empty_log_has_no_files() -> None:
    assert list(tile_files([])) == []


def test_the_paths_of_the_specification_are_used_past_a_thousand_tiles() -> None:
    paths = [path for path, _ in tile_files(b"" for _ in range(1001 * 256)) if "x" in path]
    assert paths == ["tile/entries/x001/000", "tile/0/x001/000"]


@pytest.mark.parametrize("size", [1, 255, 256, 257, EXHAUSTIVE])
def test_full_tiles_are_those_that_the_recorder_stores(path: Path, size: int) -> None:
    with recorder_of(path) as recorder:
        recorder.insert_events(stored(0, size))
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT level, idx, data FROM tile").fetchall()
    with LeafLog(path) as log:
        files = dict(tile_files(data for _, _, data in log.leaves()))
        root = log.root(size)
    full = {name: data for name, data in files.items() if ".p/" not in name}
    entries = {name for name in full if name.startswith(ENTRIES)}
    assert {tile_path(level, idx): data for level, idx, data in rows} == {
        name: data for name, data in full.items() if name not in entries
    }
    assert len(entries) == full_tile_count(0, size)
    assert root == root_hash(HASHES[:size])


def test_a_full_tile_is_one_hash_of_the_tile_above() -> None:
    files = dict(tile_files(LEAVES[:65_792]))
    above = files["tile/1/000"]
    for idx in range(TILE_WIDTH):
        assert tile_root(files[f"tile/0/{idx:03d}"]) == above[32 * idx : 32 * idx + 32]
    assert files["tile/2/000.p/1"] == tile_root(above)


def test_leaves_are_taken_as_they_come_and_files_given_as_they_close() -> None:
    """A log of any length passes through: after 256 leaves the first two files are out."""
    taken = []

    def leaves() -> Iterator[bytes]:
        for leaf in LEAVES:
            taken.append(leaf)
            yield leaf

    files = tile_files(leaves())
    assert [path for path, _ in islice(files, 2)] == ["tile/entries/000", "tile/0/000"]
    assert len(taken) == TILE_WIDTH


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_entries_are_read_as_they_were_written(leaves: list[bytes]) -> None:
    assert parse_entries(format_entries(leaves)) == leaves


@given(st.binary(max_size=100))
def test_entries_have_one_form(data: bytes) -> None:
    try:
        leaves = parse_entries(data)
    except EvidenceRefused:
        return
    assert format_entries(leaves) == data


def test_the_longest_leaf_has_room() -> None:
    leaf = random.Random(0).randbytes(MAX_LEAF_BYTES)
    assert parse_entries(format_entries([leaf, b"", leaf])) == [leaf, b"", leaf]


def test_a_bundle_that_ends_within_an_entry_is_refused() -> None:
    data = format_entries([b"abc", b"defg"])
    ends = {0, 5, 11}
    for size in range(len(data)):
        if size in ends:
            assert len(parse_entries(data[:size])) == sorted(ends).index(size)
            continue
        with pytest.raises(EvidenceRefused, match="within an entry"):
            parse_entries(data[:size])
