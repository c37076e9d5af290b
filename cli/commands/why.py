"""`jejak why`: the events behind one number, folded step by step."""

from typing import Any

import click

from cli.answer import Answer, give
from cli.asking import Asked, ask, position_options
from cli.language import N_, _
from cli.options import argument, command, option
from cli.session import take_session
from cli.shared import output_options, shared_options
from ledger.records import LEVELS

SCHEMA = "jejak.why/1"
_MEASURES = ("pagu", "realisasi", "persen")


@command(
    "why",
    help=N_(
        "Fold a number step by step from the entries that it rests on, back to document, sheet, "
        "row and cell. The last running value is the number that the tables give."
    ),
    examples=[
        "jejak why total --revision 9",
        "jejak why 6709.QGE.001",
        "jejak why 6709 --measure persen --json",
        "jejak why IKP-1",
    ],
)
@argument("subject", metavar=N_("SUBJECT"))
@option(
    "--measure",
    "--ukuran",
    "measure",
    type=click.Choice(_MEASURES),
    default="pagu",
    show_default=True,
    help=N_("Which number of the subject."),
)
@option(
    "--level",
    "--tingkat",
    "level",
    type=click.Choice(LEVELS),
    help=N_("Level of the code; by its shape without it."),
)
@position_options
@output_options
@shared_options
def run(subject: str, measure: str, level: str | None, **options: Any) -> None:
    from events_store.log import LeafLog
    from projections.absorption import percentage
    from projections.why import why_indicator, why_pagu, why_realisation

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        asked = ask(log, options)
    readings, reached = why_indicator(asked.columns, asked.position, subject)
    if reached:
        give(session, _of_indicator(asked, subject, readings, reached))
        return
    wanted = ("pagu", "realisasi") if measure == "persen" else (measure,)
    folds = {"pagu": why_pagu, "realisasi": why_realisation}
    rows, totals = [], dict[str, Any]()
    for name in wanted:
        steps = folds[name](asked.columns, asked.position, subject, level)
        rows += [{"measure": name, **vars_of(step)} for step in steps]
        totals[name] = steps[-1].running if steps else None
    if measure == "persen":
        totals["persen"] = percentage(totals["realisasi"], totals["pagu"])
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=asked.placed_at_held,
            rows=rows,
            totals=totals,
            warnings=asked.warnings,
            columns=_columns(),
            table_rows=[_shown(row) for row in rows],
            lines=_words(subject, totals)
            if rows
            else [_("Nothing is known of {subject} at this position.").format(subject=subject)],
        ),
    )


def _of_indicator(
    asked: Asked, subject: str, readings: list[Any], reached: dict[str, Any]
) -> Answer:
    """An indicator: every print of target and result, and the achievement that they give."""
    from dataclasses import asdict

    from cli.commands.kinerja import number
    from cli.render.table import Column

    words = {
        "in-force": _("target in force"),
        "target": _("target"),
        "realisasi": _("result"),
    }
    rows = [{**asdict(one), "event": f"#{one.event}"} for one in readings]
    shown = [
        {
            **row,
            "effect": words.get(row["effect"], row["effect"]),
            "value": number(row["value"]),
            "document": (row["document"] or "-")
            + (f" < {row['read_from']}" if row["read_from"] else ""),
            "place": ", ".join(
                str(row[name]) for name in ("sheet", "cell", "raw", "reason") if row[name]
            ),
        }
        for row in rows
    ]
    summary = _("{subject}: {formula}, raw {raw}, capped {capped}, printed {printed}").format(
        subject=subject,
        formula=reached["formula"] or "-",
        raw=number(reached["capaian_raw"]),
        capped=number(reached["capaian"]),
        printed=number(reached["capaian_printed"]),
    )
    return Answer(
        schema=SCHEMA,
        position=asked.placed(None, None),
        rows=rows,
        totals=reached,
        warnings=asked.warnings,
        columns=[
            Column("event", _("Entry"), "code"),
            Column("effect", _("Effect"), "text"),
            Column("value", _("Value"), "code"),
            Column("document", _("Document"), "code", optional=1),
            Column("place", _("Place"), "text", optional=2),
        ],
        table_rows=shown,
        lines=[summary],
    )


def vars_of(step: Any) -> dict[str, Any]:
    from dataclasses import asdict

    row = asdict(step)
    line = row.pop("line")
    event = row.pop("event")
    return {"event": f"#{event}" if line is None else f"#{event}/{line}", **row}


def _columns() -> list[Any]:
    from cli.render.table import Column

    return [
        Column("event", _("Entry"), "code"),
        Column("effect", _("Effect"), "text"),
        Column("amount", _("Amount (Rp)"), "money"),
        Column("running", _("Running (Rp)"), "money"),
        Column("document", _("Document"), "code", optional=1),
        Column("place", _("Place"), "text", optional=2),
    ]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    effects = {
        "states": _("states"),
        "corrects": _("corrects"),
        "counts": _("counts"),
        "of-which": _("of which"),
    }
    read_from = f" < {row['read_from']}" if row["read_from"] else ""
    place = [str(row[name]) for name in ("sheet", "cell", "raw", "reason") if row[name]]
    return {
        **row,
        "effect": f"{row['measure']}: {effects[row['effect']]}",
        "document": (row["document"] or "-") + read_from,
        "place": ", ".join(place),
    }


def _words(subject: str, totals: dict[str, Any]) -> list[str]:
    from cli.render.numbers import percent, rupiah

    words = []
    for name, value in totals.items():
        if value is None:
            shown = _("unknown")
        else:
            shown = percent(value) if name == "persen" else rupiah(value)
        words.append(f"{subject}, {name}: {shown}")
    return words
