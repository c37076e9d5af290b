"""`jejak record`: one row by hand, along the same path as a row of a file."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from cli.answer import Answer, give
from cli.failures import FileRefused
from cli.language import N_, _
from cli.options import argument, command, option
from cli.render.safe import safe
from cli.session import ask_passphrase, take_actor, take_session
from cli.shared import conflict_options, output_options, recording_options, shared_options

if TYPE_CHECKING:
    from ledger.errors import Refusal

SCHEMA = "jejak.record/1"
_OF_SATKER = ("satker", "fiscal_year")
_PERIOD = ("period_start", "period_end")
_UNKNOWN = ("document-unknown", "satker-unknown")


@command(
    "record",
    help=N_(
        "Record one row by hand: a payment, a contract, a document, a target... It is read, "
        "checked "
        "and weighed like a row of a file. `date=` sets both ends of a period."
    ),
    examples=[
        "jejak record --list",
        "jejak record document document=lhr-2024 kind=LAIN dated=2024-11-01",
        "jejak record realisation dimension=ro code=6709.QGE.001 amount=1.000.000 extent=payment "
        "basis=sp2d paper_kind=SP2D paper_number=240451 paper_line=1 date=2024-03-01 "
        "document=lkj-2024",
    ],
)
@argument("name", required=False, metavar=N_("[RECORD]"))
@argument("fields", nargs=-1, metavar=N_("[FIELD=VALUE]..."))
@option(
    "--list", "--daftar", "listing", is_flag=True, help=N_("List the records and their fields.")
)
@option("--document", "--dokumen", "document", help=N_("The document that states it."))
@option("--satker", "satker", help=N_("Key of the satker."))
@option("--fiscal-year", "--ta", "fiscal_year", type=int, help=N_("Fiscal year."))
@conflict_options
@recording_options
@output_options
@shared_options
def run(
    name: str | None,
    fields: tuple[str, ...],
    listing: bool,
    document: str | None,
    satker: str | None,
    fiscal_year: int | None,
    dry_run: bool,
    conflicts: Any,
    reason: str | None,
    actor: str | None,
    passphrase_fd: int | None,
    **options: Any,
) -> None:
    from cli.conflicts import with_entries
    from cli.intake.rows import read_fields
    from cli.recording import after_commit
    from cli.weighing import weigh
    from cli.wiring import open_ledger
    from ledger.errors import InputRefused, Refusal
    from ledger.records import RECORDS

    session = take_session(options)
    if listing:
        give(session, _records())
        return
    if name is None:
        raise click.UsageError(_("Record what? `jejak record --list` shows what there is."))
    title = f"record {name}"
    if name not in RECORDS:
        refusal = Refusal("record-unknown", name, suggestion=", ".join(RECORDS))
        raise FileRefused(title, [refusal])
    who = take_actor(session, actor)
    options_given = {"document": document, "satker": satker, "fiscal_year": fiscal_year}
    values = _values(name, fields, options_given)
    scale = _complete(session, name, values)
    with open_ledger(session.ledger) as ledger:
        try:
            rows, refusals = read_fields(name, values, scale=scale)
            batch, counts = weigh(
                ledger, rows, refusals, conflicts=conflicts, reason=reason, scale=scale
            )
        except InputRefused as error:
            named = [_with_field(refusal, values) for refusal in error.refusals]
            raise FileRefused(title, with_entries(session.ledger, named)) from error
        if not len(batch.events):
            same = _("recorded already, nothing added") if counts.same else _("nothing added")
            click.echo(f"{title}: {same}.")
            return
        if dry_run:
            click.echo(_("Checked: {record} can be recorded.").format(record=name))
            return
        indexes = ledger.record(batch.events, actor=who)
    numbers = ", ".join(f"#{index}" for index in indexes)
    click.echo(_("Recorded {numbers}: {record}.").format(numbers=numbers, record=name))
    after_commit(session, ask_passphrase(passphrase_fd))


def _values(name: str, fields: tuple[str, ...], given: dict[str, Any]) -> dict[str, str]:
    """The fields as typed, those given as options among them; each may be given once."""
    from ledger.records import RECORDS

    found = {option: str(value) for option, value in given.items() if value is not None}
    for text in fields:
        field, equals, value = text.partition("=")
        if not equals or not field:
            raise click.UsageError(_("{text!r} is not FIELD=VALUE.").format(text=text))
        if field.strip() in found:
            raise click.UsageError(_("{field} is given twice.").format(field=safe(field.strip())))
        found[field.strip()] = value.strip()
    if "date" in found and "period_end" in RECORDS[name]:
        if not found.keys().isdisjoint(_PERIOD):
            raise click.UsageError(_("Give either date or period_start and period_end, not both."))
        found |= dict.fromkeys(_PERIOD, found.pop("date"))
    return found


def _with_field(refusal: "Refusal", values: dict[str, str]) -> "Refusal":
    """A refusal of a name that the ledger does not know, with the field that holds the name."""
    from ledger.errors import Origin

    if refusal.origin.cell is not None or refusal.code not in _UNKNOWN:
        return refusal
    fields = [name for name, value in values.items() if value.strip().lower() == refusal.text]
    return replace(refusal, origin=Origin(cell=", ".join(fields) or None))


def _complete(session: Any, name: str, values: dict[str, str]) -> int:
    """Fill in the satker and year that the ledger alone can mean; returns the ledger's scale.

    A satker that is typed is left as it is, and the key of a new one is never filled in.
    """
    from cli.asking import only_satker, only_year
    from cli.wiring import ledger_identity, read_columns
    from events_store.log import LeafLog
    from ledger.records import RECORDS

    with LeafLog(session.ledger) as log:
        scale = ledger_identity(log).scale
        missing = [n for n in _OF_SATKER if n in RECORDS[name] and n not in values]
        if missing and name != "satker":
            columns = read_columns(log)
            if "satker" in missing:
                values["satker"] = only_satker(columns, None)
            if "fiscal_year" in missing:
                year = only_year(columns, values["satker"].strip().lower(), None)
                values |= {} if year is None else {"fiscal_year": str(year)}
    return scale


def _records() -> Answer:
    from cli.render.table import Column
    from ledger.records import RECORDS

    rows = [
        {
            "record": record,
            "field": field,
            "kind": spec.kind,
            "required": spec.required,
            "choices": list(spec.choices),
        }
        for record, fields in RECORDS.items()
        for field, spec in fields.items()
    ]
    return Answer(
        schema=SCHEMA,
        position=None,
        rows=rows,
        totals={"records": len(RECORDS)},
        columns=[
            Column("record", _("Record"), "code"),
            Column("field", _("Field"), "code"),
            Column("kind", _("Read as"), "code"),
            Column("required", _("Required"), "code", optional=1),
            Column("choices", _("Choices"), "text"),
        ],
        table_rows=[
            {
                **row,
                "required": _("yes") if row["required"] else "",
                "choices": ", ".join(map(str, row["choices"])),  # type: ignore[call-overload]
            }
            for row in rows
        ],
    )
