"""`jejak correct '#412' --value ... --reason ...`: the right value beside the wrong one."""

from typing import Any

from cli.failures import FileRefused
from cli.language import N_, _
from cli.options import argument, command, option
from cli.session import ask_passphrase, take_actor, take_session
from cli.shared import recording_options, shared_options

_MAIN_FIELDS = ("amount", "total", "value", "dated", "name", "text")
"""What an entry is mainly about: the first of these that a correction may set."""


@command(
    "correct",
    help=N_("Append a correction: the original stays and is shown beside it."),
    examples=[
        "jejak correct '#41/6709.QGE.001' --value 918009000 --reason 'salah ketik'",
        "jejak correct '#34' --field reason --value 'Revisi DJA' --reason 'salah salin' --document"
        " lkj-2024",
    ],
)
@argument("name", metavar=N_("ENTRY"))
@option("--value", "--nilai", "value", required=True, help=N_("The right value; '-' for unknown."))
@option("--reason", "--alasan", "reason", required=True, help=N_("Why it is corrected."))
@option(
    "--field",
    "--kolom",
    "field",
    help=N_("Which field; by default the amount or value of the entry."),
)
@option("--document", "--dokumen", "document", help=N_("The document that shows it."))
@recording_options
@shared_options
def run(
    name: str,
    value: str,
    reason: str,
    field: str | None,
    document: str | None,
    actor: str | None,
    dry_run: bool,
    passphrase_fd: int | None,
    **options: Any,
) -> None:
    from cli.events import find_entry
    from cli.recording import after_commit
    from cli.wiring import ledger_identity, open_ledger
    from events_store.log import LeafLog
    from ledger import streams
    from ledger.decisions import correct
    from ledger.errors import InputRefused, Refusal

    session = take_session(options)
    who = take_actor(session, actor)
    with LeafLog(session.ledger) as log:
        named = find_entry(log, name)
        scale = ledger_identity(log).scale
    field = field or _main_field(named.leaf.type)
    with open_ledger(session.ledger) as ledger:
        try:
            state = ledger.state(named.leaf.stream)
            new = _new_value(named.leaf.type, field, value, scale)
            event = correct(
                state, named.leaf.stream, named.target, field, new, reason=reason, document=document
            )
            if document is not None and not ledger.state(streams.document(document)).stands:
                raise InputRefused([Refusal("document-unknown", document)])
        except InputRefused as error:
            raise FileRefused(name, error.refusals) from error
        if dry_run:
            session.say(
                _("Checked: {field} of {entry} can be corrected.").format(
                    field=field, entry=named.label
                )
            )
            return
        (index,) = ledger.record([event], actor=who)
    session.say(
        _("Recorded #{index}: {field} of {entry} is now {value}.").format(
            index=index, field=field, entry=named.label, value=value
        )
    )
    after_commit(session, ask_passphrase(passphrase_fd))


def _main_field(topic: str) -> str:
    from ledger.decisions import correctable_fields

    known = correctable_fields(topic)
    return next((name for name in _MAIN_FIELDS if name in known), "")


def _new_value(topic: str, field: str, text: str, scale: int) -> Any:
    """The typed value of a correction; raises InputRefused as an import would."""
    from ledger.amounts import AmountRefused, parse_amount, parse_decimal
    from ledger.dates import DateRefused, parse_date
    from ledger.decisions import correctable_fields, is_amount_field, new_value
    from ledger.errors import InputRefused, Refusal

    if text.strip() == "-" or field not in correctable_fields(topic):
        return new_value(topic, field, None)
    try:
        if is_amount_field(topic, field):
            return new_value(topic, field, parse_amount(text, scale=scale).value)
        if field in ("dated", "posted", "published"):
            return new_value(topic, field, parse_date(text).isoformat())
        if field in ("volume", "price"):
            return new_value(topic, field, parse_decimal(text))
        if field == "value":
            return new_value(topic, field, _measured(text))
    except (AmountRefused, DateRefused) as refused:
        raise InputRefused(
            [Refusal(refused.code, text, suggestion=refused.suggestion)]
        ) from refused
    return new_value(topic, field, text)


def _measured(text: str) -> str:
    """A number in canonical form, any other result (`WTP`, `A`) as it is."""
    from ledger.amounts import AmountRefused, parse_decimal

    try:
        return parse_decimal(text)
    except AmountRefused:
        return text
