"""Tiles against the plain tree of merkle.py, at every small size and around 65,536."""

from collections.abc import Sequence

import pytest

from events_store import merkle
from events_store.errors import EvidenceRefused, ProofRefused
from events_store.tiles import (
    TILE_BYTES,
    TILE_WIDTH,
    TileHashes,
    consistency_proof_at,
    full_tile_count,
    inclusion_proof_at,
    new_full_tiles,
    root_at,
    tile_path,
    tile_root,
)

EXHAUSTIVE = 600
LARGE = (65535, 65536, 65537, 65792)
LEAVES = [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(max(LARGE) + 1)]


class Store:
    """A fake of the tile table: refuses what was never full, counts what is read."""

    def __init__(self) -> None:
        self.size = 0
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.reads: list[tuple[int, int]] = []

    def read_tile(self, level: int, idx: int) -> bytes:
        self.reads.append((level, idx))
        return self.tiles[level, idx]

    def read_leaf_hashes(self, lo: int, hi: int) -> Sequence[bytes]:
        assert self.size - self.size % TILE_WIDTH <= lo < hi <= self.size
        return LEAVES[lo:hi]

    def open_leaf_hashes(self) -> list[bytes]:
        return LEAVES[self.size - self.size % TILE_WIDTH : self.size]

    def grow(self, size: int) -> list[tuple[int, int]]:
        """Append up to `size`; the tiles that became full, in the order they came."""
        made = list(
            new_full_tiles(
                self.size, LEAVES[self.size : size], self.open_leaf_hashes(), self.read_tile
            )
        )
        self.tiles.update({(level, idx): data for level, idx, data in made})
        self.size = size
        return [(level, idx) for level, idx, _ in made]

    def hashes(self) -> TileHashes:
        return TileHashes(self.size, self.read_tile, self.read_leaf_hashes)


def grown(size: int) -> Store:
    store = Store()
    store.grow(size)
    return store


def full_tiles(size: int) -> dict[tuple[int, int], bytes]:
    """What must be stored at `size`, by the definition in the specification."""
    tiles = {}
    entries = LEAVES[:size]
    level = 0
    while len(entries) >= TILE_WIDTH:
        count = len(entries) // TILE_WIDTH
        groups = [entries[i * TILE_WIDTH : (i + 1) * TILE_WIDTH] for i in range(count)]
        tiles.update({(level, idx): b"".join(group) for idx, group in enumerate(groups)})
        entries = [merkle.root_hash(group) for group in groups]
        level += 1
    return tiles


def test_a_tree_of_70000_has_the_tiles_of_the_specification() -> None:
    assert [full_tile_count(level, 70_000) for level in range(4)] == [273, 1, 0, 0]
    assert [full_tile_count(level, 256) for level in range(2)] == [1, 0]
    assert full_tile_count(0, 255) == 0


@pytest.mark.parametrize(
    ("level", "idx", "width", "path"),
    [
        (0, 0, None, "tile/0/000"),
        (0, 1067, None, "tile/0/x001/067"),
        (3, 1234067, None, "tile/3/x001/x234/067"),
        (0, 999, 256, "tile/0/999"),
        (1, 1000, 255, "tile/1/x001/000.p/255"),
        (63, 7, 1, "tile/63/007.p/1"),
    ],
)
def test_tile_paths_follow_the_specification(
    level: int, idx: int, width: int | None, path: str
) -> None:
    assert tile_path(level, idx, width) == path


@pytest.mark.parametrize(
    ("level", "idx", "width"), [(-1, 0, None), (64, 0, None), (0, -1, None), (0, 0, 0), (0, 0, 257)]
)
def test_a_path_of_an_impossible_tile_is_refused(level: int, idx: int, width: int | None) -> None:
    with pytest.raises(EvidenceRefused):
        tile_path(level, idx, width)


def test_the_root_of_a_tile_is_that_of_its_hashes() -> None:
    assert tile_root(b"".join(LEAVES[:TILE_WIDTH])) == merkle.root_hash(LEAVES[:TILE_WIDTH])


@pytest.mark.parametrize("size", [0, 32, TILE_BYTES - 1, TILE_BYTES + 32])
def test_a_tile_of_the_wrong_length_is_refused(size: int) -> None:
    with pytest.raises(EvidenceRefused):
        tile_root(bytes(size))


def test_appending_one_by_one_makes_each_tile_once() -> None:
    store = Store()
    made = [key for size in range(1, EXHAUSTIVE + 1) for key in store.grow(size)]
    assert made == [(0, 0), (0, 1)]
    assert store.tiles == full_tiles(EXHAUSTIVE)


@pytest.mark.parametrize("first", [0, 1, 255, 256, 257, 512, 599])
def test_appending_in_two_batches_makes_the_same_tiles(first: int) -> None:
    for size in range(first, EXHAUSTIVE + 1):
        store = grown(first)
        store.grow(size)
        assert store.tiles == full_tiles(size)


@pytest.mark.parametrize("size", LARGE)
def test_a_level_one_tile_is_made_when_its_last_entry_is(size: int) -> None:
    assert grown(size).tiles == full_tiles(size)


def test_a_level_one_tile_is_made_from_tiles_stored_before() -> None:
    store = grown(65_535)
    assert store.grow(65_536) == [(0, 255), (1, 0)]
    assert store.tiles == full_tiles(65_536)
    assert store.reads == [(0, idx) for idx in range(255)]


def test_a_level_two_tile_follows_in_the_same_append() -> None:
    entry = b"".join(LEAVES[:TILE_WIDTH])
    reads: list[tuple[int, int]] = []

    def read_tile(level: int, idx: int) -> bytes:
        reads.append((level, idx))
        return entry

    old_size = 256**3 - 1
    made = list(new_full_tiles(old_size, LEAVES[255:256], LEAVES[:255], read_tile))
    assert [(level, idx) for level, idx, _ in made] == [(0, 65_535), (1, 255), (2, 0)]
    assert made[2][2] == tile_root(entry) * 255 + tile_root(made[1][2])
    assert made[1][2] == tile_root(entry) * 256
    assert reads == [(0, idx) for idx in range(65_280, 65_535)] + [(1, i) for i in range(255)]


def test_open_leaf_hashes_of_another_size_are_refused() -> None:
    with pytest.raises(EvidenceRefused):
        list(new_full_tiles(3, LEAVES[3:5], LEAVES[:2], Store().read_tile))
    with pytest.raises(EvidenceRefused):
        root_at(3, Store().read_tile, LEAVES[:4])


def test_the_root_is_that_of_the_plain_tree_at_every_small_size() -> None:
    store = Store()
    for size in range(EXHAUSTIVE + 1):
        store.grow(size)
        expected = merkle.root_hash(LEAVES[:size])
        assert root_at(size, store.read_tile, store.open_leaf_hashes()) == expected


@pytest.mark.parametrize(
    ("size", "reads"),
    [
        (65_535, [(0, idx) for idx in range(255)]),
        (65_536, [(1, 0)]),
        (65_537, [(1, 0)]),
        (65_792, [(0, 256), (1, 0)]),
    ],
)
def test_the_root_is_read_from_the_highest_full_tiles(
    size: int, reads: list[tuple[int, int]]
) -> None:
    store = grown(size)
    root = root_at(size, store.read_tile, store.open_leaf_hashes())
    assert root == merkle.root_hash(LEAVES[:size])
    assert store.reads == reads


def test_every_complete_subtree_is_readable_at_every_small_size() -> None:
    rows = {level: subtree_row(level) for level in range(10)}
    store = Store()
    for size in range(EXHAUSTIVE + 1):
        store.grow(size)
        hashes = store.hashes()
        for level, row in rows.items():
            count = size >> level
            assert [hashes(level, index) for index in range(count)] == row[:count]
            with pytest.raises(ProofRefused):
                hashes(level, count)


def subtree_row(level: int) -> list[bytes]:
    width = 1 << level
    return [
        merkle.root_hash(LEAVES[i * width : (i + 1) * width]) for i in range(EXHAUSTIVE // width)
    ]


@pytest.mark.parametrize("size", LARGE)
def test_complete_subtrees_are_readable_in_large_trees(size: int) -> None:
    hashes = grown(size).hashes()
    for level in range(17):
        for index in {0, (size >> level) // 2, (size >> level) - 1}:
            if 0 <= index < size >> level:
                lo, hi = index << level, (index + 1) << level
                assert hashes(level, index) == merkle.root_hash(LEAVES[lo:hi])


def test_negative_subtrees_are_refused() -> None:
    for level, index in ((-1, 0), (0, -1)):
        with pytest.raises(ProofRefused):
            grown(300).hashes()(level, index)


def test_a_stored_tile_of_the_wrong_length_is_refused() -> None:
    store = grown(300)
    store.tiles[0, 0] = store.tiles[0, 0][:-32]
    with pytest.raises(EvidenceRefused):
        store.hashes()(0, 0)
    with pytest.raises(EvidenceRefused):
        root_at(300, store.read_tile, store.open_leaf_hashes())


def test_inclusion_proofs_are_those_of_the_plain_tree() -> None:
    store = Store()
    for size in range(1, EXHAUSTIVE + 1):
        store.grow(size)
        step = 1 if size <= 40 or size in (256, 257, 511, 512, 513, 600) else 41
        for index in {*range(0, size, step), size - 1}:
            expected = merkle.inclusion_proof(index, LEAVES[:size])
            assert inclusion_proof_at(index, size, store.hashes()) == expected


def test_consistency_proofs_are_those_of_the_plain_tree() -> None:
    store = Store()
    for size in range(1, EXHAUSTIVE + 1):
        store.grow(size)
        step = 1 if size <= 40 or size in (256, 257, 511, 512, 513, 600) else 41
        for old_size in {*range(1, size + 1, step), size}:
            expected = merkle.consistency_proof(old_size, LEAVES[:size])
            assert consistency_proof_at(old_size, size, store.hashes()) == expected


@pytest.mark.parametrize("size", LARGE)
def test_proofs_of_large_trees_are_those_of_the_plain_tree(size: int) -> None:
    hashes = grown(size).hashes()
    for index in (0, 255, 256, 32_767, 65_280, size - 1):
        expected = merkle.inclusion_proof(index, LEAVES[:size])
        assert inclusion_proof_at(index, size, hashes) == expected
    for old_size in (1, 255, 256, 257, 32_768, 65_280, 65_535, size):
        expected = merkle.consistency_proof(old_size, LEAVES[:size])
        assert consistency_proof_at(old_size, size, hashes) == expected


def test_a_tree_of_one_size_is_read_again_after_it_grew() -> None:
    store = grown(EXHAUSTIVE)
    for size in (1, 200, 256, 300, 512):
        hashes = TileHashes(EXHAUSTIVE, store.read_tile, store.read_leaf_hashes)
        expected = merkle.inclusion_proof(size // 2, LEAVES[:size])
        assert inclusion_proof_at(size // 2, size, hashes) == expected


def test_proofs_outside_the_tree_are_refused() -> None:
    hashes = grown(5).hashes()
    for index in (-1, 5):
        with pytest.raises(ProofRefused):
            inclusion_proof_at(index, 5, hashes)
    for old_size in (-1, 0, 6):
        with pytest.raises(ProofRefused):
            consistency_proof_at(old_size, 5, hashes)
