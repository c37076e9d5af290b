"""The Merkle tree in tiles of 256 hashes: which become full, roots and proofs read from them.

C2SP tlog-tiles over the hashes of merkle.py. Only full tiles are ever stored; an open tile is
hashed again from the leaves or full tiles below it. Knows no database: tiles come by callables.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from events_store.errors import EvidenceRefused, ProofRefused
from events_store.merkle import EMPTY_ROOT, HASH_SIZE, node_hash, root_hash

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
TILE_BYTES = TILE_WIDTH * HASH_SIZE
MAX_LEVEL = 63

ReadTile = Callable[[int, int], bytes]
"""(tile level, tile index) -> the 8,192 bytes of a full tile."""
ReadLeafHashes = Callable[[int, int], Sequence[bytes]]
"""(lo, hi) -> the leaf hashes lo <= index < hi."""
ReadHash = Callable[[int, int], bytes]
"""(tree level, index) -> root of the complete subtree number `index` of 2**level leaves."""


def full_tile_count(level: int, size: int) -> int:
    """How many tiles of `level` are full in a tree of `size` leaves."""
    return size >> TILE_HEIGHT * (level + 1)


def tile_path(level: int, idx: int, width: int | None = None) -> str:
    """Relative path of a tile, as in `tile/0/x001/067`; a partial one ends in `.p/<width>`."""
    if not 0 <= level <= MAX_LEVEL or idx < 0:
        raise EvidenceRefused(f"no tile has level {level} and index {idx}")
    if width is not None and not 1 <= width <= TILE_WIDTH:
        raise EvidenceRefused(f"no tile is {width} hashes wide")
    groups = [f"{idx % 1000:03d}"]
    while idx := idx // 1000:
        groups.insert(0, f"x{idx % 1000:03d}")
    suffix = "" if width in (None, TILE_WIDTH) else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{suffix}"


def tile_root(data: bytes) -> bytes:
    """Root of the 256 hashes in a full tile: one entry of the tile above."""
    _require_full(data)
    return _fold(data)


def new_full_tiles(
    old_size: int,
    new_leaf_hashes: Iterable[bytes],
    open_leaf_hashes: Sequence[bytes],
    read_tile: ReadTile,
) -> Iterator[tuple[int, int, bytes]]:
    """Yield (level, idx, data) of each tile that appending makes full, lower tiles first.

    `open_leaf_hashes` are the last old_size % 256 leaf hashes; `read_tile` need only know the
    tiles that were full at `old_size`.
    """
    _require_open(old_size, open_leaf_hashes)
    made: dict[tuple[int, int], bytes] = {}
    idx = full_tile_count(0, old_size)
    entries = list(open_leaf_hashes)
    for leaf_hash in new_leaf_hashes:
        entries.append(leaf_hash)
        if len(entries) == TILE_WIDTH:
            yield from _close_tile(idx, b"".join(entries), made, read_tile)
            idx += 1
            entries.clear()


def root_at(size: int, read_tile: ReadTile, open_leaf_hashes: Sequence[bytes]) -> bytes:
    """Root of the first `size` leaves, from full tiles and the size % 256 leaf hashes after them.

    Each leaf is covered by the highest full tile that holds it, so at most 255 tiles are read
    for each level.
    """
    _require_open(size, open_leaf_hashes)
    entries = list(open_leaf_hashes)
    root: bytes | None = None
    level = 0
    while True:
        if root is not None:
            entries.append(root)
        if entries:
            root = root_hash(entries)
        stop = full_tile_count(level, size)
        if stop == 0:
            return EMPTY_ROOT if root is None else root
        start = stop - stop % TILE_WIDTH
        entries = [tile_root(read_tile(level, idx)) for idx in range(start, stop)]
        level += 1


class TileHashes:
    """Reads subtree roots of a tree of `size` leaves out of its full tiles.

    Callable as a ReadHash. Leaf hashes are asked for only where the level-0 tile is open.
    """

    def __init__(self, size: int, read_tile: ReadTile, read_leaf_hashes: ReadLeafHashes) -> None:
        self.size = size
        self._read_tile = read_tile
        self._read_leaf_hashes = read_leaf_hashes
        self._roots: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        if level < 0 or index < 0 or (index + 1) << level > self.size:
            raise ProofRefused(
                f"subtree {index} of level {level} is not complete at size {self.size}"
            )
        tile_level, height = divmod(level, TILE_HEIGHT)
        start, count = index << height, 1 << height
        idx, offset = divmod(start, TILE_WIDTH)
        if idx < full_tile_count(tile_level, self.size):
            tile = self._read_tile(tile_level, idx)
            _require_full(tile)
            return _fold(tile[offset * HASH_SIZE : (offset + count) * HASH_SIZE])
        if tile_level == 0:
            return root_hash(self._read_leaf_hashes(start, start + count))
        return root_hash([self._tile_root(tile_level - 1, start + i) for i in range(count)])

    def _tile_root(self, level: int, idx: int) -> bytes:
        if (level, idx) not in self._roots:
            self._roots[level, idx] = tile_root(self._read_tile(level, idx))
        return self._roots[level, idx]


def inclusion_proof_at(index: int, size: int, hash_reader: ReadHash) -> list[bytes]:
    """As merkle.inclusion_proof, reading O(log size) subtrees instead of every leaf."""
    if not 0 <= index < size:
        raise ProofRefused(f"index {index} is not in a tree of size {size}")
    proof = []
    start, stop = 0, size
    while stop - start > 1:
        split = _split(start, stop)
        if index < split:
            proof.append(_range_root(split, stop, hash_reader))
            stop = split
        else:
            proof.append(_range_root(start, split, hash_reader))
            start = split
    return proof[::-1]


def consistency_proof_at(old_size: int, size: int, hash_reader: ReadHash) -> list[bytes]:
    """As merkle.consistency_proof, reading O(log size) subtrees instead of every leaf."""
    if not 0 < old_size <= size:
        raise ProofRefused(f"no consistency from size {old_size} to size {size}")
    proof = []
    start, stop = 0, size
    while stop != old_size:
        split = _split(start, stop)
        if old_size <= split:
            proof.append(_range_root(split, stop, hash_reader))
            stop = split
        else:
            proof.append(_range_root(start, split, hash_reader))
            start = split
    if start > 0:
        proof.append(_range_root(start, stop, hash_reader))
    return proof[::-1]


def _fold(hashes: bytes) -> bytes:
    """Root over 2**k concatenated hashes; the join keeps a full tile at 255 hash calls."""
    sha256 = hashlib.sha256
    pair = 2 * HASH_SIZE
    while len(hashes) > HASH_SIZE:
        hashes = b"".join(
            [sha256(b"\x01" + hashes[i : i + pair]).digest() for i in range(0, len(hashes), pair)]
        )
    return hashes


def _close_tile(
    idx: int, data: bytes, made: dict[tuple[int, int], bytes], read_tile: ReadTile
) -> Iterator[tuple[int, int, bytes]]:
    """Yield a full level-0 tile and each tile above that it completes.

    `made` holds the tiles of this append until the tile above has taken their roots, which are
    computed only then: most appends complete none.
    """
    level = 0
    yield level, idx, data
    made[level, idx] = data
    while idx % TILE_WIDTH == TILE_WIDTH - 1:
        below = range(idx - TILE_WIDTH + 1, idx + 1)
        tiles = (made.pop((level, i), b"") or read_tile(level, i) for i in below)
        data = b"".join(map(tile_root, tiles))
        level, idx = level + 1, idx // TILE_WIDTH
        yield level, idx, data
        made[level, idx] = data


def _split(start: int, stop: int) -> int:
    """Where RFC 6962 divides a tree: after the largest power of two below its size."""
    return start + (1 << (stop - start - 1).bit_length() - 1)


def _range_root(start: int, stop: int, hash_reader: ReadHash) -> bytes:
    """Root of the leaves start <= index < stop, which _split has cut off."""
    subtrees = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        subtrees.append(hash_reader(level, start >> level))
        start += 1 << level
    root = subtrees.pop()
    while subtrees:
        root = node_hash(subtrees.pop(), root)
    return root


def _require_open(size: int, open_leaf_hashes: Sequence[bytes]) -> None:
    if len(open_leaf_hashes) != size % TILE_WIDTH:
        raise EvidenceRefused(
            f"the open tile at size {size} has {size % TILE_WIDTH} leaf hashes, "
            f"not {len(open_leaf_hashes)}"
        )


def _require_full(tile: bytes) -> None:
    if len(tile) != TILE_BYTES:
        raise EvidenceRefused(f"a full tile has {TILE_BYTES} bytes, not {len(tile)}")
