"""`jejak keys`: the key that signs the heads of one ledger, outside the database's folder."""

from typing import Any

import click

from cli.language import N_, _
from cli.options import BilingualGroup, command, option
from cli.session import ask_passphrase, new_passphrase, take_actor, take_session
from cli.shared import passphrase_option, shared_options


@click.group(
    "keys",
    cls=BilingualGroup,
    help=N_("Make, show and change the key that signs."),
    aliases={"buat": "create", "tampilkan": "show", "ganti": "rotate"},
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
    from cli.new_keys import keep_new_key, refuse_standing_key
    from cli.signing import origin_of
    from cli.wiring import ledger_identity
    from events_store.keys import create_key
    from events_store.log import LeafLog

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        ledger_id = ledger_identity(log).ledger
    path = session.home.key_path(ledger_id)
    refuse_standing_key(path)
    key = create_key(origin_of(ledger_id))
    keep_new_key(session, path, key, passphrase_fd, unlocked=no_passphrase)


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


@command(
    "rotate",
    help=N_(
        "Let another key sign from now on: recorded as an entry, and one checkpoint is signed by "
        "both. The old key stays, to judge what it signed."
    ),
    examples=["jejak keys rotate --reason 'pergantian pejabat' --no-passphrase"],
)
@option("--reason", "--alasan", "reason", help=N_("Why the key changes."))
@option(
    "--no-passphrase",
    "--tanpa-sandi",
    "no_passphrase",
    is_flag=True,
    help=N_("Leave the new key unlocked; each verification says so."),
)
@option(
    "--new-passphrase-fd",
    "--fd-sandi-baru",
    "new_passphrase_fd",
    type=int,
    help=N_("Read the passphrase of the new key from this descriptor."),
)
@option("--actor", "--pencatat", "actor", help=N_("Who records; else JEJAK_ACTOR."))
@passphrase_option
@shared_options
def rotate(
    reason: str | None,
    no_passphrase: bool,
    new_passphrase_fd: int | None,
    actor: str | None,
    passphrase_fd: int | None,
    **options: Any,
) -> None:
    from cli.recording import renew_tables, signing_words
    from cli.rotating import next_key
    from cli.rotating import rotate as rotate_key
    from cli.signing import unlocked
    from cli.wiring import ledger_identity
    from events_store.log import LeafLog

    session = take_session(options)
    who = take_actor(session, actor)
    with LeafLog(session.ledger) as log:
        ledger_id = ledger_identity(log).ledger
    path = session.home.key_path(ledger_id)
    if not path.exists():
        raise click.UsageError(_("There is no key yet; make one with `jejak keys create`."))
    old = unlocked(path, ask_passphrase(passphrase_fd))
    if old is None:
        raise click.UsageError(_("The key is locked; give its passphrase."))
    passphrase = new_passphrase(new_passphrase_fd, none=no_passphrase)
    new = next_key(session.home, ledger_id, passphrase)
    signing = rotate_key(session.ledger, session.home, old, new, actor=who, reason=reason)
    renew_tables(session)
    session.note(signing_words(signing))
    session.note(
        _("The new key signs now. Those who verify need the line below beside the older key.")
    )
    click.echo(new.verifier_key)


run.add_command(create)
run.add_command(show)
run.add_command(rotate)
