"""`jejak void '#412' --reason ...`: an entry, or a whole import, no longer counts, and stays."""

from typing import Any

import click

from cli.failures import FileRefused
from cli.language import N_, _
from cli.options import argument, command, option
from cli.session import Session, ask_passphrase, take_actor, take_session
from cli.shared import recording_options, shared_options


@command(
    "void",
    help=N_(
        "Let an entry (or one line of it), or all that an import brought, no longer count. It "
        "stays in the log, and what it stated may be stated anew."
    ),
    examples=[
        "jejak void '#34' --reason 'dokumen keliru'",
        "jejak void '#41/3' --reason 'baris ganda'",
        "jejak void --import '#4' --reason 'berkas satker lain' --dry-run",
    ],
)
@argument("name", required=False, metavar=N_("[ENTRY]"))
@option(
    "--import",
    "--impor",
    "import_name",
    metavar=N_("ID|#N"),
    help=N_("Void a whole import: its id, the beginning of it, or any entry that it brought."),
)
@option("--reason", "--alasan", "reason", required=True, help=N_("Why it is void."))
@option("--document", "--dokumen", "document", help=N_("The document that shows it."))
@recording_options
@shared_options
def run(
    name: str | None,
    import_name: str | None,
    reason: str,
    document: str | None,
    actor: str | None,
    dry_run: bool,
    passphrase_fd: int | None,
    **options: Any,
) -> None:
    from cli.recording import after_commit

    session = take_session(options)
    if (name is None) == (import_name is None):
        raise click.UsageError(_("What is void? Give an entry, or an import with --import."))
    who = take_actor(session, actor)
    make = _void_entry if import_name is None else _void_import
    recorded = make(session, import_name or name or "", reason, document, who, dry_run=dry_run)
    if recorded:
        after_commit(session, ask_passphrase(passphrase_fd))


def _void_entry(
    session: Session, name: str, reason: str, document: str | None, who: str, *, dry_run: bool
) -> bool:
    from cli.events import find_entry
    from cli.wiring import open_ledger
    from events_store.log import LeafLog
    from ledger.decisions import void
    from ledger.errors import InputRefused

    with LeafLog(session.ledger) as log:
        named = find_entry(log, name)
    with open_ledger(session.ledger) as ledger:
        state = ledger.state(named.leaf.stream)
        try:
            event = void(state, named.leaf.stream, named.target, reason=reason, document=document)
        except InputRefused as error:
            raise FileRefused(name, error.refusals) from error
        if dry_run:
            session.say(_("Checked: {entry} can be voided.").format(entry=named.label))
            return False
        (index,) = ledger.record([event], actor=who)
    session.say(
        _("Recorded #{index}: {entry} no longer counts.").format(index=index, entry=named.label)
    )
    return True


def _void_import(
    session: Session, name: str, reason: str, document: str | None, who: str, *, dry_run: bool
) -> bool:
    from cli.imports import aimed_at, find_import
    from cli.wiring import open_ledger
    from events_store.log import LeafLog
    from ledger import streams
    from ledger.decisions import void_import
    from ledger.errors import InputRefused, Refusal

    with LeafLog(session.ledger) as log:
        import_id, first = find_import(log, name)
        aimed = aimed_at(log, import_id, first)
    values: dict[str, Any] = {"import_id": import_id, "first": first, "count": len(aimed.stopping)}
    with open_ledger(session.ledger) as ledger:
        try:
            state = ledger.state(streams.import_(import_id))
            event = void_import(state, import_id, reason=reason, document=document)
            if document is not None and not ledger.state(streams.document(document)).stands:
                raise InputRefused([Refusal("document-unknown", document)])
        except InputRefused as error:
            raise FileRefused(name, error.refusals) from error
        if not dry_run:
            (values["index"],) = ledger.record([event], actor=who)
    done = _("Recorded #{index}: {count} entries of import #{first} ({import_id}) no longer count.")
    checked = _(
        "Checked: import #{first} ({import_id}) can be voided; {count} entries stop counting."
    )
    session.say((checked if dry_run else done).format(**values))
    for line in _touched(aimed):
        session.say(line)
    return not dry_run


def _touched(aimed: Any) -> list[str]:
    lines = []
    if aimed.later:
        lines.append(
            _("Later corrections and voids that aim at them: {events}").format(
                events=", ".join(f"#{index}" for index in aimed.later)
            )
        )
    if aimed.skipping:
        text = _(
            "Later imports passed over rows because the same stood already: {imports}. Where they "
            "stated what is now void, void them too and import their files again."
        )
        listed = ", ".join(f"#{index} ({count})" for index, count in aimed.skipping)
        lines.append(text.format(imports=listed))
    return lines
