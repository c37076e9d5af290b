"""`jejak witness`: a second party cosigns the heads of a log that grows and never changes."""

import base64
import time
from functools import partial
from pathlib import Path
from typing import Any

import click

from cli.answer import Answer, give
from cli.files import give_bytes, refuse_standing
from cli.language import N_, _
from cli.options import BilingualGroup, argument, command, option
from cli.session import ask_passphrase, take_session
from cli.shared import (
    output_options,
    passphrase_option,
    shared_options,
    target_option,
    trust_options,
)

SCHEMA = "jejak.witness/1"


@click.group(
    "witness",
    cls=BilingualGroup,
    help=N_("Watch a log for somebody else and cosign its checkpoints, offline."),
    aliases={
        "buat": "create",
        "tampilkan": "show",
        "tandatangani": "cosign",
        "ingatan": "seen",
    },
)
def run() -> None:
    pass


@command(
    "create",
    help=N_("Make the key of this witness under a name of its own."),
    examples=["jejak witness create inspektorat.example/saksi-1"],
)
@argument("name", metavar=N_("NAME"))
@option(
    "--no-passphrase",
    "--tanpa-sandi",
    "no_passphrase",
    is_flag=True,
    help=N_("Leave the key unlocked; each verification says so."),
)
@passphrase_option
@shared_options
def create(name: str, no_passphrase: bool, passphrase_fd: int | None, **options: Any) -> None:
    from cli.new_keys import keep_new_key, refuse_standing_key
    from cli.witnessing import witness_folder
    from events_store.cosignature import COSIGNATURE
    from events_store.keys import create_key

    session = take_session(options)
    path = witness_folder(session.home).key_path
    refuse_standing_key(path)
    key = create_key(name, COSIGNATURE)
    keep_new_key(session, path, key, passphrase_fd, unlocked=no_passphrase)


@command(
    "show",
    help=N_("Print the public key of this witness, one line for the policies of others."),
    examples=["jejak witness show"],
)
@shared_options
def show(**options: Any) -> None:
    from cli.witnessing import witness_folder

    session = take_session(options)
    path = witness_folder(session.home).public_key_path
    if not path.exists():
        raise click.UsageError(_no_key())
    click.echo(path.read_text("utf-8").strip())


@command(
    "cosign",
    help=N_(
        "Cosign a checkpoint that continues what this witness saw. A fork, a log that shrank or "
        "another root at the same size is refused and changes nothing."
    ),
    examples=["jejak witness cosign permintaan --key 'jejak/...+...+...' -o bersaksi"],
)
@argument("request", metavar=N_("FILE"), type=click.Path(exists=True, dir_okay=False))
@trust_options
@target_option
@passphrase_option
@shared_options
def cosign(
    request: str,
    keys: tuple[str, ...],
    policy: str | None,
    target: Path | None,
    passphrase_fd: int | None,
    **options: Any,
) -> None:
    from cli.signing import unlocked
    from cli.verification import read_evidence, trusted_policy
    from cli.witnessing import witness_folder
    from events_store.witness import accept_request, cosigned

    session = take_session(options)
    trusted = trusted_policy(keys, policy)
    if trusted is None:
        raise click.UsageError(_("Whose log? Give its key with --key, or a --policy."))
    data = read_evidence(Path(request))
    folder = witness_folder(session.home)
    if not folder.key_path.exists():
        raise click.UsageError(_no_key())
    key = unlocked(folder.key_path, ask_passphrase(passphrase_fd))
    if key is None:
        raise click.UsageError(_("The key is locked; give its passphrase."))
    if target is not None:
        refuse_standing(target)
    accepted = folder.remember(partial(accept_request, data, trusted))
    give_bytes(target, cosigned(data, key, int(time.time())))
    session.note(
        _("Cosigned: {origin} at {size} entries.").format(
            origin=accepted.origin, size=accepted.size
        )
    )


@command(
    "seen",
    help=N_("List the last checkpoint of each log that this witness cosigned."),
    examples=["jejak witness seen"],
)
@output_options
@shared_options
def seen(**options: Any) -> None:
    from cli.render.table import Column
    from cli.witnessing import witness_folder

    session = take_session(options)
    rows = [
        {
            "origin": found.origin,
            "size": found.size,
            "root": base64.b64encode(found.root).decode(),
        }
        for found in witness_folder(session.home).seen()
    ]
    columns = [
        Column("origin", _("Log"), "code"),
        Column("size", _("Entries"), "count"),
        Column("root", _("Root"), "code"),
    ]
    lines = [] if rows else [_("This witness has cosigned nothing yet.")]
    give(session, Answer(SCHEMA, None, rows, columns, lines=lines))


def _no_key() -> str:
    return _("This witness has no key yet; make one with `jejak witness create`.")


for _part in (create, show, cosign, seen):
    run.add_command(_part)
