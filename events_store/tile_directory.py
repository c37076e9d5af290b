"""The log as a folder of static files that other people's clients read.

C2SP tlog-tiles: `checkpoint`, `tile/<level>/<index>[.p/<width>]` and the entries themselves in
bundles `tile/entries/<index>[.p/<width>]`, each entry behind its length in two bytes.
"""

from collections.abc import Iterator

from events_store.log import LeafLog
from events_store.merkle import HASH_SIZE, leaf_hashes
from events_store.tiles import TILE_HEIGHT, TILE_WIDTH, full_tile_count, tile_path, tile_root

ENTRIES = "entries"


def tile_files(log: LeafLog, size: int) -> Iterator[tuple[str, bytes]]:
    """(relative path, content) of every tile and bundle of entries of the first `size` leaves.

    Entries and lowest tiles come first, each level after the one below it. The checkpoint is for
    the caller to put beside them, last.
    """
    for start in range(0, size, TILE_WIDTH):
        stop = min(start + TILE_WIDTH, size)
        leaves = [data for _, _, data in log.leaves(start, stop)]
        yield _path(ENTRIES, start // TILE_WIDTH, len(leaves)), format_entries(leaves)
        yield _path("0", start // TILE_WIDTH, len(leaves)), b"".join(leaf_hashes(leaves))
    level = 1
    while size >> TILE_HEIGHT * level:
        yield from _level_files(log, level, size)
        level += 1


def format_entries(leaves: list[bytes]) -> bytes:
    """A bundle of entries: each with its length before it, two bytes, big-endian."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def parse_entries(data: bytes) -> list[bytes]:
    """Inverse of format_entries; ValueError for a bundle that ends within an entry."""
    leaves, position = [], 0
    while position < len(data):
        start = position + 2
        position = start + int.from_bytes(data[position:start], "big")
        if start > len(data) or position > len(data):
            raise ValueError("the bundle ends within an entry")
        leaves.append(data[start:position])
    return leaves


def _level_files(log: LeafLog, level: int, size: int) -> Iterator[tuple[str, bytes]]:
    for idx in range(full_tile_count(level, size)):
        yield _path(str(level), idx, TILE_WIDTH), log.tile(level, idx)
    below = full_tile_count(level - 1, size)
    first = full_tile_count(level, size) * TILE_WIDTH
    if below > first:
        roots = b"".join(tile_root(log.tile(level - 1, idx)) for idx in range(first, below))
        yield _path(str(level), first // TILE_WIDTH, len(roots) // HASH_SIZE), roots


def _path(level: str, idx: int, width: int) -> str:
    """As tile_path, for the entries too, which stand where a level's number would."""
    _, _, rest = tile_path(0, idx, width).partition("/0/")
    return f"tile/{level}/{rest}"
