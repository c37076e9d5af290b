"""`jejak history CODE`: every event that touched a code, an indicator or the total."""

import sys
from typing import Any

from cli.answer import Answer, give
from cli.asking import ask, position_options
from cli.language import N_, _
from cli.options import argument, command, option
from cli.session import take_session
from cli.shared import output_options, shared_options

SCHEMA = "jejak.history/1"
_PORCELAIN = ("event", "line", "kind", "recorded_at", "effective_on", "revision", "field", "before",
              "after", "actor", "document")  # fmt: skip


@command(
    "history",
    help=N_(
        "Show every entry that stated, corrected or voided a value of a code, an indicator or "
        "`total`: who, when, why, on which document, from which sheet and cell."
    ),
    examples=[
        "jejak history 6709.QGE.001",
        "jejak history total --porcelain",
        "jejak history IKP-1 --json",
    ],
)
@argument("subject", metavar=N_("SUBJECT"))
@option(
    "--porcelain",
    "--mesin",
    "porcelain",
    is_flag=True,
    help=N_("Stable tab-separated lines for scripts."),
)
@position_options
@output_options
@shared_options
def run(subject: str, porcelain: bool, **options: Any) -> None:
    from events_store.log import LeafLog
    from projections.history import history

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        asked = ask(log, options, voided_imports=True)
    rows = history(asked.columns, subject).to_pylist()
    if porcelain:
        for row in rows:
            sys.stdout.write("\t".join(_porcelain(row[name]) for name in _PORCELAIN) + "\n")
        return
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=asked.placed(None, None),
            rows=[_row(row) for row in rows],
            totals={"count": len(rows)},
            warnings=asked.warnings,
            columns=_columns(),
            table_rows=[_shown(row) for row in rows],
            lines=[_("{count} entries").format(count=len(rows))]
            if rows
            else [_("Nothing was recorded of {subject}.").format(subject=subject)],
        ),
    )


_PLACE = ("sheet", "page", "row", "cell")


def _row(row: dict[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in row.items() if name not in _PLACE}
    return {**own, "event": _name(row), "place": {name: row[name] for name in _PLACE}}


def _name(row: dict[str, Any]) -> str:
    """A stated line by its ordinal; a correction or void is an entry of its own."""
    plain = row["line"] is None or row["kind"] != "stated"
    return f"#{row['event']}" if plain else f"#{row['event']}/{row['line']}"


def _columns() -> list[Any]:
    from cli.render.table import Column

    return [
        Column("event", _("Entry"), "code"),
        Column("effective_on", _("Effective"), "date", optional=3),
        Column("revision", _("Revision"), "code"),
        Column("field", _("Field"), "text"),
        Column("before", _("Before"), "money"),
        Column("after", _("After"), "money"),
        Column("actor", _("By"), "text", optional=4),
        Column("document", _("Document"), "code", optional=1),
        Column("place", _("Place"), "text", optional=2),
    ]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    voided = row["kind"] == "voided"
    place = " ".join(str(row[name]) for name in ("sheet", "cell", "raw") if row[name] is not None)
    return {
        **row,
        "event": _name(row),
        "revision": "-" if row["revision"] is None else row["revision"],
        "before": figure(row["before"]),
        "after": _("void") if voided else figure(row["after"]),
        "document": row["document"] or "-",
        "place": place or (row["reason"] or ""),
    }


def figure(text: str | None) -> str:
    """An amount grouped, any other text as it is."""
    from cli.render.numbers import amount

    if text is None:
        return "-"
    digits = text.removeprefix("-")
    return amount(int(text)) if digits.isascii() and digits.isdigit() and len(digits) < 17 else text


def _porcelain(value: object) -> str:
    from cli.render.safe import safe

    return "" if value is None else safe(str(value))
