"""Files that a command makes: whole or absent, and never written over what stands there.

A file is written beside its name, synced, and then linked to it.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import click

from cli.language import _

Content = bytes | Callable[[BinaryIO], None]
"""The bytes of a file, or a function that writes them."""


def give_bytes(target: Path | None, data: bytes) -> None:
    """Write to a new file, or to stdout as they are when there is none."""
    if target is not None:
        write_new(target, data)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write_all(files: Mapping[Path, Content]) -> None:
    """Write files in their order, all of them or none, so that a failed export can be run again.

    Folders that they need are made, and taken away again where nothing comes into them.
    """
    from events_store.durable import discard

    written: list[Path] = []
    made: list[Path] = []
    try:
        for path, content in files.items():
            made += _make_folders(path.parent)
            write_new(path, content)
            written.append(path)
    except BaseException:
        discard(*written)
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()
        raise


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it that are missing; returns them, the outermost first."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()][::-1]
    for one in missing:
        one.mkdir(exist_ok=True)
    return missing


def write_new(path: Path, content: Content, mode: int = 0o644) -> None:
    """Write a file whole or not at all; click.UsageError where something stands at `path`."""
    from events_store.errors import naming

    with drafted(path) as draft:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with naming(draft), os.fdopen(descriptor, "wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                content(file)
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to; it becomes `path` at the end, unless that is taken."""
    from events_store.copying import publish
    from events_store.durable import discard, draft_of

    refuse_standing(path)
    draft = draft_of(path)
    try:
        yield draft
        publish(draft, path)
    except FileExistsError as error:
        raise _standing(path) from error
    finally:
        discard(draft)


def refuse_standing(*paths: Path) -> None:
    """Raise click.UsageError where one of the paths is taken."""
    for path in paths:
        if os.path.lexists(path):
            raise _standing(path)


def require_room(folder: Path, needed: int) -> None:
    """Raise OSError (ENOSPC) unless the disk of `folder` has `needed` bytes free."""
    import shutil

    free = shutil.disk_usage(folder).free
    if free < needed:
        text = _("Not enough room, {needed} bytes are needed and {free} are free")
        raise OSError(errno.ENOSPC, text.format(needed=needed, free=free), str(folder))


def _standing(path: Path) -> click.UsageError:
    return click.UsageError(
        _("{path} exists already; nothing was written over it.").format(path=path)
    )
