"""`jejak void '#412' --reason ...`: an entry no longer counts, and stays to be seen."""

from typing import Any

import click

from cli.failures import FileRefused
from cli.language import N_, _
from cli.options import argument, command, option
from cli.session import ask_passphrase, take_actor, take_session
from cli.shared import recording_options, shared_options


@command(
    "void",
    help=N_(
        "Let an entry (or one line of it) no longer count. It stays in the log, and what it "
        "stated may be stated anew."
    ),
    examples=[
        "jejak void '#34' --reason 'dokumen keliru'",
        "jejak void '#41/3' --reason 'baris ganda'",
    ],
)
@argument("name", metavar=N_("ENTRY"))
@option("--reason", "--alasan", "reason", required=True, help=N_("Why it is void."))
@option("--document", "--dokumen", "document", help=N_("The document that shows it."))
@recording_options
@shared_options
def run(
    name: str,
    reason: str,
    document: str | None,
    actor: str | None,
    dry_run: bool,
    passphrase_fd: int | None,
    **options: Any,
) -> None:
    from cli.events import find_entry
    from cli.recording import after_commit
    from cli.wiring import open_ledger
    from events_store.log import LeafLog
    from ledger.decisions import void
    from ledger.errors import InputRefused

    session = take_session(options)
    who = take_actor(session, actor)
    with LeafLog(session.ledger) as log:
        named = find_entry(log, name)
    with open_ledger(session.ledger) as ledger:
        state = ledger.state(named.leaf.stream)
        try:
            event = void(state, named.leaf.stream, named.target, reason=reason, document=document)
        except InputRefused as error:
            raise FileRefused(name, error.refusals) from error
        if dry_run:
            click.echo(_("Checked: {entry} can be voided.").format(entry=named.label))
            return
        (index,) = ledger.record([event], actor=who)
    click.echo(
        _("Recorded #{index}: {entry} no longer counts.").format(index=index, entry=named.label)
    )
    after_commit(session, ask_passphrase(passphrase_fd))
