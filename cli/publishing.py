"""The log given away: entries that vouch for exported files, and the log as static files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cli.files import refuse_standing, require_room, write_new
from cli.language import _
from cli.session import Session

if TYPE_CHECKING:
    from cli.bound import Bound


def publish_files(
    session: Session, bound: Bound, folder: Path, names: Iterable[str], actor: str
) -> None:
    """Record an entry for each file of `folder`, in one transaction: of what, and its SHA-256."""
    from cli.wiring import open_ledger
    from ledger import streams
    from ledger.decisions import Batch
    from ledger.events import SnapshotPublished

    position = json.dumps(bound.position, ensure_ascii=False, sort_keys=True)
    root = str(bound.position["root"])
    with open_ledger(session.ledger) as ledger:
        batch = Batch(ledger.state)
        for name in names:
            with (folder / name).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            batch.append(
                SnapshotPublished(streams.LEDGER, 0, name, digest, bound.size, root, position)
            )
        indexes = ledger.record(batch.events, actor=actor)
    for index, name in zip(indexes, names, strict=True):
        session.say(_("Recorded #{index}: {name} is published.").format(index=index, name=name))


def write_tiles(session: Session, folder: Path) -> None:
    """Write the log as far as it is signed; the checkpoint last, that it never promises more.

    Older checkpoints lie beside it, so that a ledger can be made from the folder again.
    """
    from cli.proving import newest_note
    from cli.render.progress import progress_bar
    from events_store.log import LeafLog
    from events_store.log_folder import CHECKPOINT, older_checkpoint_path
    from events_store.tile_directory import tile_files

    refuse_standing(folder)
    with LeafLog(session.ledger) as log:
        size, note = newest_note(log)
        require_room(folder.absolute().parent, session.ledger.stat().st_size)
        with progress_bar(_("Exporting"), size, quiet=session.quiet) as done:
            leaves = log.leaves(0, size)
            for path, data in tile_files(_told(leaves, done)):
                _write(folder / path, data)
        for older, signed in log.checkpoints():
            if older < size:
                _write(folder / older_checkpoint_path(older), signed)
    write_new(folder / CHECKPOINT, note)
    session.say(
        _("{path}: {size} entries as tiles, with their checkpoint").format(path=folder, size=size)
    )


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    write_new(target, data)


def _told(
    leaves: Iterator[tuple[int, str, bytes]], progress: Callable[[int], None]
) -> Iterator[bytes]:
    for index, _type, data in leaves:
        progress(index)
        yield data
