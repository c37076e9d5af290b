"""An exported log read back: its entries out of a folder of static files, each file checked.

The folder is that of tile_directory.py, C2SP tlog-tiles, and beside it older checkpoints as
`checkpoints/checkpoint-<size>`. The files that the entries make are made again and compared, so
that a folder which gives its entries gives every tile of its tree too. Signatures are not judged
here, and nothing is written.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from events_store.checkpoint import Checkpoint, parse_checkpoint
from events_store.errors import EvidenceRefused, LogRefused, NotALog, naming
from events_store.leaf import MAX_LEAF_BYTES
from events_store.note import MAX_NOTE_BYTES, unverified_text
from events_store.tile_directory import ENTRIES, entries_path, parse_entries, tile_files
from events_store.tiles import TILE_BYTES, TILE_WIDTH

CHECKPOINT = "checkpoint"
_OLDER = "checkpoints"
_NAME = re.compile(r"checkpoint-([0-9]{12,})")
_MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + MAX_LEAF_BYTES)

Note = tuple[Checkpoint, bytes]


def older_checkpoint_path(size: int) -> str:
    """Where an older checkpoint lies in the folder."""
    return f"{_OLDER}/checkpoint-{size:012d}"


def read_checkpoints(folder: Path) -> list[Note]:
    """Every checkpoint of the folder with its note, by size; the last is `checkpoint` itself.

    Raises NotALog where there is none, LogRefused for one that is malformed, stands under another
    size, or covers more than the last.
    """
    if not (folder / CHECKPOINT).is_file():
        raise NotALog(folder)
    last = _note(folder, CHECKPOINT)
    older = [_older(folder, name) for name in _older_names(folder)]
    for checkpoint, _bytes in older:
        if checkpoint.origin != last[0].origin or checkpoint.size >= last[0].size:
            where = older_checkpoint_path(checkpoint.size)
            raise LogRefused(f"{where} is no beginning of what {CHECKPOINT} covers")
    return [*sorted(older, key=lambda note: note[0].size), last]


def read_entries(folder: Path, size: int) -> Iterator[list[bytes]]:
    """The first `size` leaves in bundles of 256, in order, while the tiles over them are compared.

    Raises LogRefused for a file that is missing, cut off, or not what the entries make. A folder is
    sound only once all is read: the highest tiles come last.
    """
    taken: list[bytes] = []

    def leaves() -> Iterator[bytes]:
        for start in range(0, size, TILE_WIDTH):
            width = min(TILE_WIDTH, size - start)
            bundle = _bundle(folder, start // TILE_WIDTH, width)
            taken.extend(bundle)
            yield from bundle

    for name, data in tile_files(leaves()):
        if name.startswith(ENTRIES):
            yield taken.copy()
            taken.clear()
        elif _read(folder, name, TILE_BYTES) != data:
            raise LogRefused(f"{name} does not follow from the entries")


def _bundle(folder: Path, idx: int, width: int) -> list[bytes]:
    name = entries_path(idx, width)
    try:
        bundle = parse_entries(_read(folder, name, _MAX_BUNDLE_BYTES))
    except EvidenceRefused as error:
        raise LogRefused(f"{name}: {error.detail}") from error
    if len(bundle) != width:
        raise LogRefused(f"{name} holds {len(bundle)} entries, not {width}")
    return bundle


def _older_names(folder: Path) -> list[str]:
    if not (folder / _OLDER).is_dir():
        return []
    return sorted(name for name in os.listdir(folder / _OLDER) if not name.startswith("."))


def _older(folder: Path, name: str) -> Note:
    match = _NAME.fullmatch(name)
    if match is None:
        raise LogRefused(f"{_OLDER}/{name} has no name of a checkpoint")
    found = _note(folder, f"{_OLDER}/{name}")
    if older_checkpoint_path(found[0].size) != f"{_OLDER}/{name}":
        raise LogRefused(f"{_OLDER}/{name} is of size {found[0].size}")
    return found


def _note(folder: Path, name: str) -> Note:
    note = _read(folder, name, MAX_NOTE_BYTES)
    try:
        return parse_checkpoint(unverified_text(note)), note
    except EvidenceRefused as error:
        raise LogRefused(f"{name}: {error.detail}") from error


def _read(folder: Path, name: str, limit: int) -> bytes:
    path = folder / name
    try:
        with naming(path), path.open("rb") as file:
            data = file.read(limit + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise LogRefused(f"{name} is missing") from error
    if len(data) > limit:
        raise LogRefused(f"{name} is longer than {limit} bytes")
    return data
