"""`jejak replay`: the year revision by revision, or its tables at a position as a database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from cli.answer import Answer, give, position_line
from cli.asking import Asked, ask, position_options
from cli.language import N_, _
from cli.options import command, option
from cli.session import Session, take_session
from cli.shared import TEXT_FORMATS, shared_options

SCHEMA = "jejak.replay/1"


@command(
    "replay",
    help=N_(
        "Step through the year, revision by revision; Enter goes on, q stops. With -o the tables "
        "at the position become an SQLite database of their own, for reading only."
    ),
    examples=[
        "jejak replay",
        "jejak replay --revision 9 --json",
        "jejak replay --revision 9 -o revisi-9.db",
    ],
)
@option(
    "-o",
    "--output",
    "--keluaran",
    "database",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("Write the tables at the position to this database."),
)
@option(
    "-f",
    "--format",
    "--bentuk",
    "format_",
    type=click.Choice(TEXT_FORMATS),
    help=N_("Form of the answer; table by default."),
)
@option("--json", "as_json", is_flag=True, help=N_("Same as -f json."))
@position_options
@shared_options
def run(database: Path | None, **options: Any) -> None:
    from cli.replaying import steps
    from events_store.log import LeafLog

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        asked = ask(log, options)
    if database is not None:
        _write(session, asked, database)
    elif session.format == "table":
        _tell(session, asked, steps(asked))
    else:
        _give(session, asked, list(steps(asked)))


def _write(session: Session, asked: Asked, path: Path) -> None:
    import base64

    from cli.replaying import write_database
    from cli.wiring import tables_by_name

    position = asked.placed_at_held
    tables = {name: make(asked.columns, asked.position) for name, make in tables_by_name().items()}
    write_database(path, tables, position, base64.b64decode(position["root"]))
    session.say(_("{path}: {tables}").format(path=path, tables=", ".join(tables)))
    session.note(position_line(position))


def _give(session: Session, asked: Asked, rows: list[dict[str, Any]]) -> None:
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=asked.placed_at_held,
            rows=rows,
            totals={"count": len(rows)},
            columns=_columns(),
            warnings=asked.warnings,
        ),
    )


def _columns() -> list[Any]:
    from cli.render.table import Column

    return [
        Column("revision", _("Revision"), "code"),
        Column("date", _("Date"), "date"),
        Column("pagu", _("Pagu (Rp)"), "money"),
        Column("delta", _("Difference"), "money"),
        Column("realisasi", _("Realisation (Rp)"), "money"),
        Column("persen", _("Share"), "percent"),
        Column("reason", _("Reason as stated"), "text"),
    ]


def _tell(session: Session, asked: Asked, rows: Iterator[dict[str, Any]]) -> None:
    """A block a revision; at a terminal the reader says when to go on."""
    from cli.render.safe import safe

    waits = sys.stdin.isatty() and sys.stdout.isatty()
    told = False
    for row in rows:
        if told and waits and not _go_on():
            break
        for line in _block(row):
            click.echo(safe(line))
        click.echo()
        told = True
    if not told:
        click.echo(_("No revision is known at this position."))
    for warning in asked.warnings:
        session.note(_("Note: {text}").format(text=warning["text"]))
    session.note(position_line(asked.placed_at_held))


def _go_on() -> bool:
    """Whether the reader wants the next one: Enter does, q and the end of input do not."""
    click.echo(_("Enter: next revision, q: stop "), nl=False, err=True)
    answer = sys.stdin.readline()
    return bool(answer) and not answer.strip().lower().startswith("q")


def _block(row: dict[str, Any]) -> list[str]:
    from cli.messages import authority_words

    number = _("unnumbered") if row["revision"] is None else str(row["revision"])
    heading = _("Revision {number}, {day}").format(number=number, day=_day(row["date"]))
    if row["voided_by"] is not None:
        return [heading, "  " + _("void, see #{event}").format(event=row["voided_by"])]
    facts = [
        (_("Pagu"), _pagu_words(row)),
        (_("Authority"), authority_words(row["authority"]) or "-"),
        (_("Reason"), row["reason"] or "-"),
        (_("Lines"), _coverage_words(row["coverage"])),
        (_("Realisation"), _spent_words(row)),
        (_("Document"), f"{row['document']} (#{row['event']})"),
    ]
    width = max(len(name) for name, _text in facts)
    return [heading, *(f"  {name:<{width}}  {text}" for name, text in facts)]


def _pagu_words(row: dict[str, Any]) -> str:
    from cli.render.numbers import rupiah, signed_amount

    if row["pagu"] is None:
        return _("unknown")
    if row["delta"] is None:
        return rupiah(row["pagu"])
    return _("{amount}, difference {delta}").format(
        amount=rupiah(row["pagu"]), delta=signed_amount(row["delta"])
    )


def _coverage_words(coverage: str | None) -> str:
    return {
        "full": _("full"),
        "partial": _("partial"),
        "total-only": _("breakdown not available in the source (total only)"),
    }.get(coverage or "", "-")


def _spent_words(row: dict[str, Any]) -> str:
    from cli.render.numbers import percent, rupiah

    if row["realisasi"] is None:
        known = _("unknown")
    else:
        known = rupiah(row["realisasi"])
        known += "" if row["persen"] is None else f" ({percent(row['persen'])})"
    words = _("up to {day}: {amount}").format(day=_day(row["effective_until"]), amount=known)
    return words if row["complete"] else f"{words} {_('(incomplete)')}"


def _day(text: str | None) -> str:
    from datetime import date

    from cli.language import language
    from ledger.dates import format_date

    if text is None:
        return _("undated")
    return format_date(date.fromisoformat(text), "en" if language() == "en" else "id")
