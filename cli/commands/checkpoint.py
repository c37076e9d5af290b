"""`jejak checkpoint`: sign the head of the ledger, or show what was signed."""

from typing import Any

import click

from cli.language import N_, _
from cli.options import BilingualGroup, command
from cli.session import ask_passphrase, take_session
from cli.shared import passphrase_option, shared_options


@click.group(
    "checkpoint",
    cls=BilingualGroup,
    help=N_("Sign the head of the ledger, or show what was signed."),
    aliases={"tandatangani": "sign", "tampilkan": "show"},
)
def run() -> None:
    pass


@command(
    "sign",
    help=N_("Sign the head of the ledger and keep the checkpoint outside the database."),
    examples=["jejak checkpoint sign"],
)
@passphrase_option
@shared_options
def sign(passphrase_fd: int | None, **options: Any) -> None:
    from cli.recording import signing_words
    from cli.signing import sign_head

    session = take_session(options)
    signing = sign_head(session.ledger, session.home, ask_passphrase(passphrase_fd))
    if signing.state not in ("signed", "current"):
        raise click.UsageError(signing_words(signing))
    click.echo(signing_words(signing))


@command(
    "show",
    help=N_("Print the newest checkpoint as it was signed (C2SP tlog-checkpoint)."),
    examples=["jejak checkpoint show"],
)
@shared_options
def show(**options: Any) -> None:
    from events_store.log import LeafLog

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        notes = list(log.checkpoints())
        size = log.size
    if not notes:
        raise click.UsageError(_("Nothing is signed yet."))
    signed, note = notes[-1]
    click.echo(note.decode("utf-8", "backslashreplace"), nl=False)
    if signed < size:
        session.note(_("{count} entries are not signed yet.").format(count=size - signed))


run.add_command(sign)
run.add_command(show)
