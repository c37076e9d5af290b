"""Files that a command makes: whole or absent, and never written over what stands there.

A file is written beside its name, synced, and then linked to it.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from cli.language import _


def give_bytes(target: Path | None, data: bytes) -> None:
    """Write to a new file, or to stdout as they are when there is none."""
    if target is not None:
        write_new(target, data)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write files, all of them or none, so that a failed export can be run again."""
    from events_store.durable import discard

    written: list[Path] = []
    try:
        for path, data in files.items():
            write_new(path, data)
            written.append(path)
    except BaseException:
        discard(*written)
        raise


def write_new(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file whole or not at all; click.UsageError where something stands at `path`."""
    from events_store.errors import naming

    with drafted(path) as draft:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with naming(draft), os.fdopen(descriptor, "wb") as file:
            file.write(data)
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
