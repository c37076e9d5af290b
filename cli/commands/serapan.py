"""`jejak serapan`: what was spent of the pagu, at a position and a level."""

import fnmatch
from typing import Any

import click

from cli.answer import Answer, give
from cli.asking import Asked, ask, position_options
from cli.language import N_, _
from cli.options import argument, command, option
from cli.session import take_session
from cli.shared import output_options, shared_options
from ledger.records import LEVELS

SCHEMA = "jejak.serapan/1"
_ROW = (
    "level",
    "code",
    "name",
    "pagu",
    "realisasi",
    "sisa",
    "persen",
    "extent",
    "basis",
    "complete",
    "of_which",
    "contracted",
)
_TOTALS = (*_ROW[3:], "realisasi_stated", "realisasi_sum", "unallocated")


@command(
    "serapan",
    help=N_(
        "Show pagu, realisation, what is left and the share spent. Realisation counts to the day "
        "of the position, else to the last day on which the revision holds."
    ),
    examples=[
        "jejak serapan --level jenis-belanja",
        "jejak serapan --level ro --revision akhir",
        "jejak serapan --by-month",
        "jejak serapan --ta 2023 --json",
        "jejak serapan --satker all",
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
@option(
    "--by-month",
    "--per-bulan",
    "by_month",
    is_flag=True,
    help=N_("Month by month, beside the plan of Halaman III."),
)
@position_options
@output_options
@shared_options
def run(pattern: str | None, level: str | None, by_month: bool, **options: Any) -> None:
    from cli.consolidating import answer_absorption
    from events_store.log import LeafLog
    from projections.absorption import absorption, claimed_absorption

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        asked = ask(log, options, consolidated=not by_month)
    if asked.over_all:
        give(session, answer_absorption(asked, level, pattern))
        return
    if by_month:
        give(session, _by_month(asked))
        return
    rows = absorption(asked.columns, asked.position, level).to_pylist()
    claimed = not rows and asked.fiscal_year is not None
    if claimed and asked.fiscal_year is not None:
        rows = claimed_absorption(
            asked.columns, asked.satker, asked.fiscal_year, level or "jenis-belanja"
        ).to_pylist()
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
            totals={name: total[name] if total else None for name in _TOTALS},
            warnings=[*asked.warnings, *_warnings(total, claimed=claimed)],
            total_row={name: total[name] for name in _ROW} if total else None,
            columns=_columns(),
            table_rows=[_shown(line) for line in lines],
            footer_rows=[{**total, "code": _("Total"), "name": ""}] if total else [],
            lines=_words(total),
        ),
    )


def _by_month(asked: Asked) -> Answer:
    from cli.render.table import Column
    from projections.months import absorption_by_month

    rows: list[dict[str, Any]] = []
    if asked.fiscal_year is not None:
        table = absorption_by_month(asked.columns, asked.position, asked.fiscal_year)
        rows = table.drop_columns(["satker", "fiscal_year"]).to_pylist()
    unknown = sum(not row["complete"] for row in rows)
    lines = [_("{count} months").format(count=len(rows))]
    if unknown:
        lines.append(
            _("Of {count} months the realisation is known only as part of a longer period").format(
                count=unknown
            )
        )
    return Answer(
        schema="jejak.serapan-bulan/1",
        position=asked.placed(None, None),
        rows=rows,
        totals={"months": len(rows), "incomplete": unknown},
        warnings=asked.warnings,
        columns=[
            Column("month", _("Month"), "code"),
            Column("revision", _("Revision"), "code", optional=2),
            Column("pagu", _("Pagu (Rp)"), "money"),
            Column("realisasi", _("In the month (Rp)"), "money"),
            Column("cumulative", _("Cumulative (Rp)"), "money"),
            Column("persen", _("Share"), "percent"),
            Column("plan", _("Plan (Rp)"), "money", optional=1),
            Column("deviation", _("Deviation"), "percent", optional=1),
        ],
        lines=lines,
    )


def _columns() -> list[Any]:
    from cli.render.table import Column

    return [
        Column("code", _("Code"), "code"),
        Column("name", _("Name"), "text", optional=2),
        Column("pagu", _("Pagu (Rp)"), "money"),
        Column("realisasi", _("Realisation (Rp)"), "money"),
        Column("sisa", _("Left (Rp)"), "money", optional=1),
        Column("persen", _("Share"), "percent"),
    ]


def _shown(line: dict[str, Any]) -> dict[str, Any]:
    if line["code"] is None and line["name"] is None:
        return {**line, "code": "", "name": _("(not broken down)")}
    mark = "" if line["complete"] else " " + _("(incomplete)")
    return {**line, "code": line["code"] or "", "name": (line["name"] or "") + mark}


def _words(total: dict[str, Any] | None) -> list[str]:
    from cli.render.numbers import rupiah

    if total is None:
        return [_("Nothing held at this position.")]
    words = []
    if total["unallocated"]:
        words.append(
            _("Stated total {stated}, sum of the lines {summed}, difference {left}").format(
                stated=rupiah(total["realisasi_stated"]),
                summed=rupiah(total["realisasi_sum"]),
                left=rupiah(total["unallocated"]),
            )
        )
    if total["of_which"]:
        words.append(
            _("Of period totals {amount} is known payment by payment").format(
                amount=rupiah(total["of_which"])
            )
        )
    return words


def _warnings(total: dict[str, Any] | None, *, claimed: bool) -> list[dict[str, str]]:
    if total is None:
        return [{"code": "nothing-held", "text": _("Nothing held at this position.")}]
    if claimed:
        text = _("No entries for this year: these are claims of a later report.")
        return [{"code": "claimed", "text": text}]
    if not total["complete"]:
        text = _("Part is known only as a total of a period that goes beyond this day.")
        return [{"code": "realisation-incomplete", "text": text}]
    return []
