"""A disk whose power can be cut: what of a recording it may hold at any point.

A file holds all that was written before its last sync; each later write is kept, dropped, or torn
at sectors of 512 bytes. A name is safe once its folder was synced; of the later names of a folder
the first few stand, as on a disk with a journal. The sync of a file says nothing of its name.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.fault.recording import Event

SECTOR = 512
FATES = ("kept", "dropped", "torn")
Leaning = tuple[int, int, int]
"""How likely each fate is, throughout one image."""
ALL_KEPT: Leaning = (1, 0, 0)
ALL_DROPPED: Leaning = (0, 1, 0)
LEANINGS = (ALL_KEPT, ALL_DROPPED, *[(1, 1, 1), (2, 1, 1), (8, 1, 1)] * 2)


@dataclass
class Contents:
    """A file: its bytes on the disk, and what was written since, in order.

    A change is an offset and bytes, or a new size and None.
    """

    synced: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.pending:
            _apply(self.synced, *change)
        self.pending = []

    def after_cut(self, chance: random.Random, leaning: Leaning) -> tuple[bytes, int]:
        """What the disk may hold, and how many of the changes it does not hold in full."""
        content = bytearray(self.synced)
        spoiled = 0
        for offset, data in self.pending:
            (fate,) = chance.choices(FATES, leaning)
            spoiled += fate != "kept"
            if fate == "kept" or (fate == "torn" and data is None):
                _apply(content, offset, data)
            elif fate == "torn" and data is not None:
                for at, sector in _sectors(offset, data):
                    if chance.random() < 0.5:
                        _apply(content, at, sector)
        return bytes(content), spoiled


Names = dict[str, Contents | None]
"""The names of one folder; None is a folder in it."""


@dataclass
class Directory:
    """The names on the disk, and those changed since: each change takes some away, sets some."""

    synced: Names = field(default_factory=dict)
    pending: list[tuple[tuple[str, ...], Names]] = field(default_factory=list)

    def sync(self) -> None:
        self.synced = self.names(len(self.pending))
        self.pending = []

    def names(self, count: int | None = None) -> Names:
        """The names after the first `count` changes since the sync, or after all."""
        names = dict(self.synced)
        for gone, come in self.pending[:count]:
            for path in gone:
                names.pop(path, None)
            names |= come
        return names

    def after_cut(self, chance: random.Random, leaning: Leaning) -> Names:
        least = len(self.pending) if leaning == ALL_KEPT else 0
        most = 0 if leaning == ALL_DROPPED else len(self.pending)
        return self.names(chance.randint(least, most))


@dataclass(frozen=True)
class Image:
    """A folder as it may be found: files by their path in it, None for a folder.

    `at` counts the events before the cut, `spoiled` what was written and is not there in full.
    """

    at: int
    files: dict[str, bytes | None]
    spoiled: int = 0

    def write_to(self, folder: Path) -> None:
        for path, content in self.files.items():
            target = folder / path
            if content is None:
                target.mkdir(parents=True, exist_ok=True, mode=0o700)
                continue
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            target.touch(mode=0o600)
            target.write_bytes(content)


class Disk:
    """Follows a recording; an image can be taken after each event."""

    def __init__(self, folder: Path) -> None:
        """A folder that was empty when the recording began."""
        self.root = str(folder.resolve())
        self._folders = {self.root: Directory()}
        self._contents: dict[int, Contents] = {}
        self._count = 0

    def follow(self, event: Event) -> None:
        self._count += 1
        match event.kind:
            case "c":
                self._contents[event.inode] = Contents()
                self._rename((), {event.path: self._contents[event.inode]})
            case "m":
                self._rename((), {event.path: None})
            case "w":
                self._contents[event.inode].pending.append((event.offset, event.data))
            case "t":
                self._contents[event.inode].pending.append((event.offset, None))
            case "s":
                self._contents[event.inode].sync()
            case "d":
                self._folders[event.path].sync()
            case "u":
                self._rename((event.path,), {})
            case "l" | "r":
                gone = (event.path,) if event.kind == "r" else ()
                self._rename(gone, {event.data.decode(): self._named(event.path)})

    def cut(self, chance: random.Random, leaning: Leaning | None = None) -> Image:
        """An image as it may be found if the power failed now; one with a leaning of its own."""
        leaning = leaning or chance.choice(LEANINGS)
        files: dict[str, bytes | None] = {}
        left: dict[int, tuple[bytes, int]] = {}
        for path, contents in self._reachable(self.root, chance, leaning):
            name = path.removeprefix(self.root + "/")
            files[name] = None
            if contents is not None:
                if id(contents) not in left:
                    left[id(contents)] = contents.after_cut(chance, leaning)
                files[name] = left[id(contents)][0]
        return Image(self._count, files, sum(spoiled for _, spoiled in left.values()))

    def _reachable(
        self, folder: str, chance: random.Random, leaning: Leaning
    ) -> Iterator[tuple[str, Contents | None]]:
        for path, contents in self._folders[folder].after_cut(chance, leaning).items():
            yield path, contents
            if contents is None:
                yield from self._reachable(path, chance, leaning)

    def _rename(self, gone: tuple[str, ...], come: Names) -> None:
        """One change of one folder, so that no name is lost between two of them."""
        (parent,) = {path.rpartition("/")[0] for path in (*gone, *come)}
        self._folders[parent].pending.append((gone, come))
        for path, contents in come.items():
            if contents is None:
                self._folders[path] = Directory()

    def _named(self, path: str) -> Contents | None:
        return self._folders[path.rpartition("/")[0]].names()[path]


def images(
    disk: Disk, events: Iterable[Event], cuts: Iterable[int], chance: random.Random
) -> Iterator[Image]:
    """An image for each of the `cuts` (counts of events), in their order."""
    wanted = sorted(cuts)
    at = 0
    for count, event in enumerate(events, 1):
        disk.follow(event)
        while at < len(wanted) and wanted[at] == count:
            at += 1
            yield disk.cut(chance)


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    end = offset + len(data or b"")
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if data is None:
        del content[offset:]
    else:
        content[offset:end] = data


def _sectors(offset: int, data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        end = min(len(data), at + SECTOR - (offset + at) % SECTOR)
        yield offset + at, data[at:end]
        at = end
