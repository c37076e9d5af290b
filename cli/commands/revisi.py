"""`jejak revisi`: every revision of the DIPA, what it changed and who could decide it."""

from typing import Any

from cli.answer import Answer, give
from cli.asking import Asked, ask, position_options
from cli.language import N_, _
from cli.options import command
from cli.session import take_session
from cli.shared import output_options, shared_options

SCHEMA = "jejak.revisi/1"
_ROW = (
    "revision",
    "status_code",
    "date",
    "authority",
    "kinds",
    "authority_source",
    "pagu",
    "delta",
    "coverage",
    "reason",
    "document",
    "event",
    "effective_from",
    "effective_until",
    "corrected_by",
    "voided_by",
    "candidates",
)


@command(
    "revisi",
    help=N_("List the revisions of the DIPA with their differences and the day each took effect."),
    examples=[
        "jejak revisi",
        "jejak revisi --known-at 2025-01-15T09:00",
        "jejak revisi --satker all --json",
    ],
)
@position_options
@output_options
@shared_options
def run(**options: Any) -> None:
    from events_store.log import LeafLog
    from projections.revisions import revisions

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        asked = ask(log, options, consolidated=True)
    if asked.over_all:
        give(session, _over_all(asked))
        return
    rows = revisions(asked.columns, asked.position).to_pylist()
    changed = sum(row["delta"] not in (None, 0) for row in rows)
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=asked.placed_at_held,
            rows=[{name: row[name] for name in _ROW} for row in rows],
            totals={"count": len(rows), "changed_pagu": changed},
            warnings=[*asked.warnings, *_disagreements(rows)],
            columns=_columns(),
            table_rows=[_shown(row) for row in rows],
            lines=[
                _("{count} states, {changed} changed the total").format(
                    count=len(rows), changed=changed
                )
            ]
            if rows
            else [_("No revision is known at this position.")],
        ),
    )


def _over_all(asked: Asked) -> Answer:
    """The revisions of every satker, one after the other."""
    from cli.render.table import Column
    from projections.revisions import revisions
    from projections.shifts import shifts

    rows = revisions(asked.columns, asked.position).to_pylist()
    moved = shifts(asked.columns, asked.position).to_pylist()
    changed = sum(row["delta"] not in (None, 0) for row in rows)
    count = len({row["satker"] for row in rows})
    text = _("{count} states of {satker} satker, {changed} changed the total")
    return Answer(
        schema="jejak.revisi-semua/1",
        position=asked.placed(None, None),
        rows=[{"satker": row["satker"], **{name: row[name] for name in _ROW}} for row in rows],
        totals={"count": len(rows), "satker": count, "changed_pagu": changed, "shifts": moved},
        warnings=asked.warnings,
        columns=[Column("satker", _("Satker"), "code"), *_columns()],
        table_rows=[_shown(row) for row in rows],
        lines=[text.format(count=len(rows), satker=count, changed=changed), *_shifts(moved)],
    )


def _shifts(moved: list[dict[str, Any]]) -> list[str]:
    """A line for each shift between satker: its members, and what they come to."""
    from cli.render.numbers import signed_amount

    words = {"zero": _("comes to zero"), "differs": _("does not come to zero")}
    lines = []
    for row in moved:
        members = ", ".join(
            f"{one['satker']} " + ("?" if one["delta"] is None else signed_amount(one["delta"]))
            for one in row["members"]
        )
        verdict = words.get(row["verdict"], _("not known whether it comes to zero"))
        if row["basis"] == "alone":
            verdict = _("no counterpart in this ledger")
        if row["sum"]:
            verdict += f" ({signed_amount(row['sum'])})"
        text = _("Shift between satker, {reference}: {members}; {verdict} [{regulation}]")
        lines.append(
            text.format(
                reference=row["reference"],
                members=members,
                verdict=verdict,
                regulation=row["regulation"],
            )
        )
    return lines


def _columns() -> list[Any]:
    from cli.render.table import Column

    return [
        Column("revision", _("Revision"), "code"),
        Column("date", _("Date"), "date"),
        Column("pagu", _("Pagu (Rp)"), "money"),
        Column("delta", _("Difference"), "money"),
        Column("authority", _("Authority"), "text", optional=3),
        Column("coverage", _("Lines"), "code", optional=4),
        Column("event", _("Entry"), "code", optional=2),
        Column("reason", _("Reason as stated"), "text", optional=5),
    ]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    from cli.messages import authority_words
    from cli.render.numbers import signed_amount

    number = "-" if row["revision"] is None else str(row["revision"])
    marks = "" if row["voided_by"] is None else " " + _("(void)")
    return {
        **row,
        "revision": number + marks,
        "delta": "-" if row["delta"] is None else signed_amount(row["delta"]),
        "authority": authority_words(row["authority"]),
        "coverage": {"full": _("full"), "partial": _("partial"), "total-only": _("total only")}[
            row["coverage"]
        ],
        "event": f"#{row['event']}",
        "reason": row["reason"] or "",
    }


def _disagreements(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    text = _("Documents state revision {number} differently: {events}; {document} is followed.")
    return [
        {
            "code": "statements-differ",
            "text": text.format(
                number=_("unnumbered") if row["revision"] is None else row["revision"],
                events=", ".join(f"#{index}" for index in row["candidates"]),
                document=row["document"],
            ),
        }
        for row in rows
        if row["disagree"]
    ]
