"""One pass over the rows of a log, a tile at a time: what follows from each leaf, and the tree.

In memory that grows with streams and imports alone. Each node of the tree is hashed once, but in
tiles within which a root is wanted.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import Any

from events_store.errors import LeafRefused
from events_store.findings import Findings
from events_store.log import LeafLog
from events_store.merkle import CompactRange, leaf_hashes
from events_store.recognition import Entry, Recogniser
from events_store.tiles import TILE_HEIGHT, TILE_WIDTH, tile_root

Row = Sequence[Any]
"""Index, stream, version, type, leaf, hash."""


def scan(
    log: LeafLog,
    wanted: Collection[int],
    recogniser: Recogniser,
    found: Findings,
    progress: Callable[[int], None],
) -> tuple[CompactRange, dict[int, bytes]]:
    """The tree over all leaves, and its root at each wanted size that it has.

    What does not follow is added to `found`; the first gap of the index ends the pass.
    `progress` is told the last index of each tile.
    """
    tree = _Tree(log, wanted, found)
    entries = _Entries(log.imports(), recogniser, found)
    rows = iter(log.rows())
    while tile := list(islice(rows, TILE_WIDTH)):
        sound = _dense(tile, tree.size, found)
        tree.append(_hashes(sound, found))
        entries.check(sound)
        progress(tree.size - 1)
        if len(sound) < len(tile):
            break
    entries.finish()
    tree.finish()
    return tree.range, tree.roots


def _dense(rows: Sequence[Row], size: int, found: Findings) -> Sequence[Row]:
    """The rows up to the first that does not stand at its index."""
    for index, row in enumerate(rows, size):
        if row[0] != index:
            found.add("index", index, f"row {row[0]} stands where {index} must")
            return rows[: index - size]
    return rows


def _hashes(rows: Sequence[Row], found: Findings) -> list[bytes]:
    """The hashes of the leaves, each beside the stored one."""
    hashes = leaf_hashes(row[4] for row in rows)
    for row, digest in zip(rows, hashes, strict=True):
        if row[5] != digest:
            detail = "the entry does not have the hash that was stored with it"
            found.add("hash", row[0], detail)
            break
    return hashes


class _Entries:
    """Each leaf beside its columns, the version of its stream and the import table."""

    def __init__(
        self, imports: Iterator[tuple[str, int]], recogniser: Recogniser, found: Findings
    ) -> None:
        self._read = recogniser.read
        self._found = found
        self._versions: dict[str, int] = {}
        self._imports = imports
        self._seen: set[str] = set()

    def check(self, rows: Sequence[Row]) -> None:
        read, versions, seen = self._read, self._versions, self._seen
        for index, stream, version, type_, data, _ in rows:
            try:
                entry = read(type_, data)
            except LeafRefused as error:
                self._found.add("leaf", index, str(error))
                continue
            own_stream, own_version, own_type, import_id = entry
            if own_stream != stream or own_version != version or own_type != type_:
                self._check_columns(index, (stream, version, type_), entry)
            if own_version != versions.get(own_stream, 0) + 1:
                detail = f"{own_stream} has version {own_version} out of turn"
                self._found.add("version", index, detail)
            versions[own_stream] = own_version
            if import_id is not None and import_id not in seen:
                self._check_import(index, import_id)

    def _check_columns(self, index: int, columns: tuple[str, int, str], entry: Entry) -> None:
        names = ("stream", "version", "type")
        for name, column, value in zip(names, columns, entry[:3], strict=True):
            if column != value:
                detail = f"{name} is {column!r} beside the leaf's {value!r}"
                self._found.add("column", index, detail)

    def _check_import(self, index: int, import_id: str) -> None:
        """The first leaf of an import beside the next row; both are in index order."""
        self._seen.add(import_id)
        row = next(self._imports, None)
        if row != (import_id, index):
            self._found.add("import", index, f"import {import_id} has the row {row!r}")

    def finish(self) -> None:
        for import_id, index in self._imports:
            self._found.add("import", index, f"row {import_id!r} has no leaf")
            return


class _Tree:
    """The tree over the leaves taken, and each tile that fills beside the stored one."""

    def __init__(self, log: LeafLog, wanted: Collection[int], found: Findings) -> None:
        self.range = CompactRange()
        self.roots = {0: self.range.root()}
        self._log = log
        self._wanted = sorted(wanted)
        self._found = found
        self._open: list[list[bytes]] = []
        self._filled: list[int] = []

    @property
    def size(self) -> int:
        return self.range.size

    def append(self, hashes: Sequence[bytes]) -> None:
        """Take the leaves of one tile, the last of which need not be full."""
        self._note_roots(hashes)
        if len(hashes) == TILE_WIDTH:
            self.range.append(self._close(0, hashes), TILE_HEIGHT)
        else:
            for digest in hashes:
                self.range.append(digest)

    def _note_roots(self, hashes: Sequence[bytes]) -> None:
        start = self.size
        first, stop = (bisect_right(self._wanted, size) for size in (start, start + len(hashes)))
        growing = self.range.copy()
        for size in self._wanted[first:stop]:
            for digest in hashes[growing.size - start : size - start]:
                growing.append(digest)
            self.roots[size] = growing.root()

    def _close(self, level: int, hashes: Sequence[bytes]) -> bytes:
        """The root of a full tile, compared and taken by the tile above."""
        if level == len(self._open):
            self._open.append([])
            self._filled.append(0)
        data, idx = b"".join(hashes), self._filled[level]
        self._filled[level] += 1
        if self._log.find_tile(level, idx) != data:
            first = idx * TILE_WIDTH ** (level + 1)
            self._found.add("tile", first, f"tile {level}/{idx} does not follow from its leaves")
        root = tile_root(data)
        above = self._open[level]
        above.append(root)
        if len(above) == TILE_WIDTH:
            self._close(level + 1, above)
            above.clear()
        return root

    def finish(self) -> None:
        for level, idx in self._log.tile_keys():
            if not (0 <= level < len(self._filled) and 0 <= idx < self._filled[level]):
                self._found.add("tile", None, f"tile {level}/{idx} stands beyond the log")
                return
