"""`jejak pagu`: the ceiling at a position, by level, with what is known and what is not."""

import fnmatch
from collections.abc import Sequence
from typing import Any

import click

from cli.answer import Answer, give
from cli.asking import Asked, ask, position_options
from cli.language import N_, _
from cli.options import argument, command, option
from cli.session import take_session
from cli.shared import output_options, shared_options
from ledger.records import LEVELS

SCHEMA = "jejak.pagu/1"
_ROW = ("level", "code", "name", "pagu", "basis", "stated", "derived", "document", "blocked",
        "effective")  # fmt: skip


@command(
    "pagu",
    help=N_(
        "Show the pagu at a position: the total, what it was before, and its lines where a "
        "document gives them."
    ),
    examples=[
        "jejak pagu --revision 9",
        "jejak pagu --as-of 2024-10-13",
        "jejak pagu --revision akhir --level ro",
        "jejak pagu --revision akhir '6709.*' --json",
        "jejak pagu --satker all --level jenis-belanja",
        "jejak pagu --level ro -o pagu.xlsx",
    ],
)
@argument("pattern", required=False, metavar=N_("[CODE]"))
@option(
    "--level",
    "--tingkat",
    "level",
    type=click.Choice(LEVELS),
    help=N_("Level of the lines; the finest that is stated by default."),
)
@position_options
@output_options
@shared_options
def run(pattern: str | None, level: str | None, **options: Any) -> None:
    from cli.consolidating import answer_pagu
    from events_store.log import LeafLog
    from projections.pagu import pagu

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        asked = ask(log, options, consolidated=True)
    if asked.over_all:
        give(session, answer_pagu(asked, level, pattern))
        return
    rows = pagu(asked.columns, asked.position, level).to_pylist()
    warnings = [*asked.warnings, *position_warnings(asked)]
    if not asked.revisions and asked.fiscal_year is not None:
        rows = _claimed(asked, asked.fiscal_year, level or "jenis-belanja")
        warnings = [*asked.warnings, _claimed_warning()] if rows else warnings
    total = next((row for row in rows if row["level"] == "total"), None)
    lines = [row for row in rows if row["level"] != "total"]
    if pattern is not None:
        lines = [row for row in lines if fnmatch.fnmatchcase(row["code"] or "", pattern)]
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=asked.placed_at_held,
            rows=[{name: line[name] for name in _ROW} for line in lines],
            totals=_totals(total),
            warnings=warnings,
            total_row={name: total.get(name) for name in _ROW} if total else None,
            columns=_columns(),
            table_rows=[_shown(line) for line in lines],
            footer_rows=_footer(total),
            lines=_words(total, lines, warnings),
        ),
    )


def _claimed(asked: Asked, fiscal_year: int, level: str) -> list[dict[str, Any]]:
    """A year known only from a later report."""
    from projections.absorption import claimed_absorption

    table = claimed_absorption(asked.columns, asked.satker, fiscal_year, level)
    rows: list[dict[str, Any]] = table.to_pylist()
    for row in rows:
        row |= {"stated": None, "derived": None, "document": None, "coverage": None}
        row |= {"semula": None, "delta": None, "unallocated": None}
        row |= {"blocked": None, "effective": None}
    return rows


def _claimed_warning() -> dict[str, str]:
    text = _("No entries for this year: these are claims of a later report.")
    return {"code": "claimed", "text": text}


def _totals(total: dict[str, Any] | None) -> dict[str, Any]:
    if total is None:
        return {
            "pagu": None, "basis": "unknown", "coverage": None, "lines_known": False,
            "unallocated": None, "semula": None, "delta": None, "blocked": None,
            "effective": None,
        }  # fmt: skip
    return {
        "pagu": total["pagu"],
        "basis": total["basis"],
        "coverage": total["coverage"],
        "lines_known": total["coverage"] == "full",
        "unallocated": total["unallocated"],
        "semula": total["semula"],
        "delta": total["delta"],
        "blocked": total["blocked"],
        "effective": total["effective"],
    }


def _columns() -> list[Any]:
    from cli.render.table import Column

    return [
        Column("code", _("Code"), "code"),
        Column("name", _("Name"), "text"),
        Column("pagu", _("Pagu (Rp)"), "money"),
        Column("document", _("Document"), "code", optional=1),
    ]


def _shown(line: dict[str, Any]) -> dict[str, Any]:
    if line["code"] is None and line["name"] is None:
        return {**line, "code": "", "name": _("(not broken down)"), "document": ""}
    return {**line, "code": line["code"] or "", "name": line["name"] or ""}


def _footer(total: dict[str, Any] | None) -> list[dict[str, Any]]:
    if total is None:
        return []
    return [
        {
            "code": _("Total"),
            "name": "",
            "pagu": total["pagu"],
            "document": total["document"],
        }
    ]


def _words(
    total: dict[str, Any] | None, lines: Sequence[dict[str, Any]], warnings: Sequence[Any]
) -> list[str]:
    from cli.render.numbers import rupiah, signed_amount, terbilang

    if total is None:
        return [] if warnings else [_("Nothing held at this position.")]
    words = []
    if total["pagu"] is not None:
        spelled = _("({words} rupiah)").format(words=terbilang(total["pagu"]))
        words.append(f"{rupiah(total['pagu'])} {spelled}")
    if total["semula"] is not None:
        words.append(
            _("Before {before}, difference {delta}").format(
                before=rupiah(total["semula"]), delta=signed_amount(total["delta"])
            )
        )
    if total["blocked"]:
        words.append(
            _("Blocked {blocked}, effective {effective}").format(
                blocked=rupiah(total["blocked"]), effective=rupiah(total["effective"])
            )
        )
    if total["coverage"] == "total-only":
        words.append(_("breakdown not available in the source (total only)"))
    elif total["coverage"] == "partial" and total["unallocated"]:
        words.append(
            _("Of the total {amount} is not broken down").format(
                amount=rupiah(total["unallocated"])
            )
        )
    return words


def position_warnings(asked: Asked) -> list[dict[str, str]]:
    """What is to be said of the revision that a position means: void, none, or disputed."""
    held, voided_by = asked.held.row, asked.held.voided_by
    if voided_by is not None:
        text = _("Revision {number} is void, see #{event}.").format(
            number=asked.position.revision, event=voided_by
        )
        return [{"code": "revision-voided", "text": text}]
    if held is None:
        return [_nothing_held(asked)]
    if held["disagree"]:
        events = ", ".join(f"#{index}" for index in held["candidates"])
        text = _("Documents state this revision differently: {events}; {document} is followed.")
        return [
            {
                "code": "statements-differ",
                "text": text.format(events=events, document=held["document"]),
            }
        ]
    return []


def _nothing_held(asked: Asked) -> dict[str, str]:
    """Why there is no answer: no papers yet, no such revision, or no day on which one held."""
    if not asked.revisions and asked.visible.events_left_out:
        text = _("No document up to then: {count} entries rest on later ones.").format(
            count=asked.visible.events_left_out
        )
        return {"code": "nothing-documented", "text": text}
    if not asked.revisions:
        return {"code": "nothing-known", "text": _("The ledger knew no revision yet.")}
    if asked.position.as_of is not None:
        first = min(
            (row["effective_from"] for row in asked.revisions if row["effective_from"]), default="-"
        )
        text = _("No DIPA was in force on that day; the first took effect on {day}.").format(
            day=first
        )
        return {"code": "nothing-held", "text": text}
    known = ", ".join(
        _("unnumbered") if row["revision"] is None else str(row["revision"])
        for row in asked.revisions
    )
    text = _("No revision {number} is known; known: {known}.").format(
        number=asked.position.revision, known=known
    )
    return {"code": "revision-unknown", "text": text}
