"""A key that is made: never over one that stands there, locked unless its owner says otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.language import _
from cli.session import Session, new_passphrase

if TYPE_CHECKING:
    from events_store.keys import SigningKey


def refuse_standing_key(path: Path) -> None:
    """Raise click.UsageError where a key lies already."""
    if path.exists():
        raise click.UsageError(_("The key {path} exists already.").format(path=path))


def keep_new_key(
    session: Session, path: Path, key: SigningKey, passphrase_fd: int | None, *, unlocked: bool
) -> None:
    """Write a new key under its passphrase and give the public one, alone on stdout."""
    from events_store.durable import make_folder
    from events_store.keys import write_key

    passphrase = new_passphrase(passphrase_fd, none=unlocked)
    make_folder(path.parent)
    write_key(path, key, passphrase)
    session.note(_("Key made: {path}. Give the line below to those who verify.").format(path=path))
    click.echo(key.verifier_key)
