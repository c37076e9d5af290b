"""The log as a folder of static files that other people's clients read.

C2SP tlog-tiles: `checkpoint`, `tile/<level>/<index>[.p/<width>]` and the entries themselves in
bundles `tile/entries/<index>[.p/<width>]`, each entry behind its length in two bytes. Pure: a log
of any length passes through in the memory of its open tiles.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from events_store.errors import EvidenceRefused
from events_store.merkle import leaf_hashes
from events_store.tiles import TILE_WIDTH, tile_path, tile_root

ENTRIES = "tile/entries/"


def tile_files(leaves: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """(relative path, content) of every tile and bundle of entries over the leaves of a log.

    The checkpoint is for the caller to put beside them, last.
    """
    levels = [_Level(0)]
    remaining = iter(leaves)
    idx = 0
    while bundle := list(islice(remaining, TILE_WIDTH)):
        yield entries_path(idx, len(bundle)), format_entries(bundle)
        idx += 1
        for digest in leaf_hashes(bundle):
            yield from _take(levels, digest)
    for level in levels:
        if level.hashes:
            yield level.path(), b"".join(level.hashes)


def format_entries(leaves: Iterable[bytes]) -> bytes:
    """A bundle of entries: each with its length before it, two bytes, big-endian."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def parse_entries(data: bytes) -> list[bytes]:
    """Inverse of format_entries; EvidenceRefused for a bundle that ends within an entry."""
    leaves, position = [], 0
    while position < len(data):
        start = position + 2
        position = start + int.from_bytes(data[position:start], "big")
        if start > len(data) or position > len(data):
            raise EvidenceRefused("the bundle ends within an entry")
        leaves.append(data[start:position])
    return leaves


class _Level:
    """The open tile of one level, and how many before it are full."""

    def __init__(self, level: int) -> None:
        self.level = level
        self.full = 0
        self.hashes: list[bytes] = []

    def path(self) -> str:
        return tile_path(self.level, self.full, len(self.hashes))


def _take(levels: list[_Level], digest: bytes) -> Iterator[tuple[str, bytes]]:
    """Take a hash into the lowest level; yield the tiles that it makes full, and their roots'."""
    for level in levels:
        level.hashes.append(digest)
        if len(level.hashes) < TILE_WIDTH:
            return
        data = b"".join(level.hashes)
        yield level.path(), data
        level.full += 1
        level.hashes.clear()
        digest = tile_root(data)
    levels.append(_Level(len(levels)))
    levels[-1].hashes.append(digest)


def entries_path(idx: int, width: int) -> str:
    """Relative path of a bundle, as tile_path: the entries stand where a level's number would."""
    return ENTRIES + tile_path(0, idx, width).removeprefix("tile/0/")
