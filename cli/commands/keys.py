"""`jejak keys`: the key that signs the heads of one ledger, outside the database's folder."""

import sys
from typing import Any

import click

from cli.language import N_, _
from cli.options import BilingualGroup, command, option
from cli.session import ask_passphrase, take_session
from cli.shared import passphrase_option, shared_options


@click.group(
    "keys",
    cls=BilingualGroup,
    help=N_("Make and show the key that signs."),
    aliases={"buat": "create", "tampilkan": "show"},
)
def run() -> None:
    pass


@command(
    "create",
    help=N_("Make the key of this ledger, locked by a passphrase."),
    examples=["jejak keys create", "jejak keys create --no-passphrase"],
)
@option(
    "--no-passphrase",
    "--tanpa-sandi",
    "no_passphrase",
    is_flag=True,
    help=N_("Leave the key unlocked; each verification says so."),
)
@passphrase_option
@shared_options
def create(no_passphrase: bool, passphrase_fd: int | None, **options: Any) -> None:
    from cli.signing import origin_of
    from cli.wiring import ledger_identity
    from events_store.durable import make_folder
    from events_store.keys import create_key, write_key
    from events_store.log import LeafLog

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        ledger_id = ledger_identity(log).ledger
    path = session.home.key_path(ledger_id)
    if path.exists():
        raise click.UsageError(_("The key {path} exists already.").format(path=path))
    passphrase = None if no_passphrase else _new_passphrase(passphrase_fd)
    make_folder(path.parent)
    key = create_key(origin_of(ledger_id))
    write_key(path, key, passphrase)
    session.note(_("Key made: {path}. Give the line below to those who verify.").format(path=path))
    click.echo(key.verifier_key)


@command(
    "show",
    help=N_("Print the public key, one line that others pin to verify."),
    examples=["jejak keys show"],
)
@shared_options
def show(**options: Any) -> None:
    from cli.wiring import ledger_identity
    from events_store.log import LeafLog

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        ledger_id = ledger_identity(log).ledger
    path = session.home.public_key_path(ledger_id)
    if not path.exists():
        raise click.UsageError(_("There is no key yet; make one with `jejak keys create`."))
    click.echo(path.read_text("ascii").strip())


def _new_passphrase(descriptor: int | None) -> bytes:
    if descriptor is not None:
        passphrase = ask_passphrase(descriptor)()
    elif sys.stdin.isatty():
        text: str = click.prompt(
            _("Passphrase of the key"), hide_input=True, confirmation_prompt=True, err=True
        )
        passphrase = text.encode()
    else:
        passphrase = None
    if not passphrase:
        raise click.UsageError(
            _("A passphrase is needed: at the terminal or by --passphrase-fd; or --no-passphrase.")
        )
    return passphrase


run.add_command(create)
run.add_command(show)
