"""Files and folders that a power cut leaves whole: the bytes are synced, and then the name.

The sync of a file says nothing of its name (POSIX, fsync); that is the sync of its folder.
"""

import os
from contextlib import suppress
from pathlib import Path

from events_store.errors import naming

FOLDER_MODE = 0o700


def write_durably(path: Path, data: bytes) -> None:
    """Write a file whole or leave what stood there: it has its name only once it is on the disk.

    What a killed process leaves of it has a name that begins with a dot and is never read. No two
    have the same, so that others may write the same file meanwhile.
    """
    draft = draft_of(path)
    try:
        with naming(draft), draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        discard(draft)
        raise
    sync_folder(path.parent)


def draft_of(path: Path) -> Path:
    """A name beside `path` for what is yet to be finished; no two are the same."""
    return path.with_name(f".{path.name}.{os.urandom(8).hex()}.new")


def discard(*drafts: Path) -> None:
    """Take away what a draft left; a disk that refuses this too hides no other error."""
    for draft in drafts:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Make a folder for its owner alone, and those above it that are missing."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(exist_ok=True, mode=FOLDER_MODE)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable, where a folder can be opened (not on Windows)."""
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with naming(path):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
