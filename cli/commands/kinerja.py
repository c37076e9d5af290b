"""`jejak kinerja`: targets, results and how far they were reached, raw, capped and as printed."""

import fnmatch
from typing import TYPE_CHECKING, Any

import click

from cli.answer import Answer, give
from cli.asking import ask, position_options
from cli.language import N_, _
from cli.options import argument, command, option
from cli.session import take_session
from cli.shared import output_options, shared_options
from ledger.records import LEVELS_OF_INDICATORS

if TYPE_CHECKING:
    from projections.columns import Columns

SCHEMA = "jejak.kinerja/1"


@command(
    "kinerja",
    help=N_(
        "Show each indicator with the target that holds, its result and achievement: raw, capped "
        "and as printed. Where a document prints different targets, none holds and all are shown."
    ),
    examples=[
        "jejak kinerja",
        "jejak kinerja IKP-1 --json",
        "jejak kinerja --level iku --formula B",
        "jejak kinerja --ta 2023",
        "jejak kinerja --satker all",
    ],
)
@argument("indicator", required=False, metavar=N_("[INDICATOR]"))
@option(
    "--level",
    "--tingkat",
    "level",
    type=click.Choice(LEVELS_OF_INDICATORS),
    help=N_("Only this level."),
)
@option(
    "--formula",
    "--rumus",
    "formula",
    type=click.Choice(["A", "B"]),
    help=N_("For indicators that are better the lower: A (2T-R)/T, B T/R."),
)
@option(
    "--all",
    "--semua",
    "include_all",
    is_flag=True,
    help=N_("Also indicators that have neither target nor result."),
)
@position_options
@output_options
@shared_options
def run(
    indicator: str | None,
    level: str | None,
    formula: str | None,
    include_all: bool,
    **options: Any,
) -> None:
    from cli.consolidating import answer_performance
    from events_store.log import LeafLog
    from projections.averages import summaries
    from projections.performance import claimed_performance, performance

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        asked = ask(log, options, consolidated=indicator is None)
    if asked.over_all:
        give(session, answer_performance(asked, level, formula))
        return
    year = asked.fiscal_year
    table = performance(asked.columns, asked.position, include_all=include_all, lower=formula)
    claimed = year is not None and not _has_entries(asked.columns)
    if claimed and year is not None:
        table = claimed_performance(asked.columns, asked.satker, year)
    every = table.drop_columns(["satker", "fiscal_year"]).to_pylist()
    totals = [] if year is None else summaries(asked.columns, every, asked.satker, year)
    rows = [
        row
        for row in every
        if (level is None or row["level"] == level)
        and (indicator is None or _is_named(row["indicator"], indicator))
    ]
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=asked.placed_at_held,
            rows=rows,
            totals={row["level"]: {k: v for k, v in row.items() if k != "level"} for row in totals},
            warnings=[*asked.warnings, *_warnings(rows, claimed=claimed)],
            columns=_columns(),
            table_rows=[_shown(row) for row in rows],
            lines=_words(rows, totals, level),
        ),
    )


def _has_entries(columns: "Columns") -> bool:
    """Whether a target or result was recorded: only a year without any is answered by claims."""
    from ledger.events import AchievementRecorded, TargetSet

    return any(len(columns.of(event)) for event in (TargetSet, AchievementRecorded))


def _is_named(indicator: str | None, pattern: str) -> bool:
    """`IKP-1`, in either case, or a glob such as `IKP-*`."""
    name = (indicator or "").casefold()
    return name == pattern.casefold() or fnmatch.fnmatchcase(name, pattern.casefold())


def _columns() -> list[Any]:
    from cli.render.table import Column

    return [
        Column("indicator", _("Indicator"), "code"),
        Column("name", _("Name"), "text", optional=3),
        Column("unit", _("Unit"), "text", optional=5),
        Column("target", _("Target"), "text"),
        Column("realisasi", _("Result"), "code"),
        Column("capaian_raw", _("Raw"), "percent", optional=1),
        Column("capaian", _("Capped"), "percent"),
        Column("capaian_printed", _("Printed"), "percent"),
        Column("category", _("Category"), "text", optional=4),
    ]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    target = number(row["target"] or row["target_text"])
    values = [number(c["value"] or c["printed"]) for c in row["target_candidates"] or []]
    if row["target"] is None and row["target_text"] is None and any(values):
        known = dict.fromkeys(value for value in values if value != "-")
        target = _("in conflict: {values}").format(values="; ".join(known))
    return {
        **row,
        "indicator": row["indicator"] or "-",
        "name": row["name"] or "",
        "unit": row["unit"] or "",
        "target": target,
        "realisasi": number(row["realisasi"] or row["realisasi_text"]),
        "category": row["category"] or "",
    }


def number(text: str | None) -> str:
    """A canonical decimal with a comma, as it is printed here; any other text as it is."""
    if text is None:
        return "-"
    is_decimal = text.replace(".", "", 1).replace("-", "", 1).isdecimal()
    return text.replace(".", ",") if is_decimal else text


def _words(
    rows: list[dict[str, Any]], totals: list[dict[str, Any]], level: str | None
) -> list[str]:
    from cli.render.numbers import percent

    if not rows:
        return [_("No indicator at this position.")]

    def show(value: str | None) -> str:
        return "-" if value is None else percent(value)

    return [
        _(
            "{level}: {count} with a result; mean raw {raw} (of {raw_count}), capped {capped} (of "
            "{capped_count}), of the printed {printed} (of {printed_count}), as published "
            "{published}; category {computed}, as published {category}"
        ).format(
            level=row["level"],
            count=row["count"],
            raw=show(row["mean_raw"]),
            raw_count=len(row["rests_on_raw"]),
            capped=show(row["mean_capped"]),
            capped_count=len(row["rests_on_capped"]),
            printed=show(row["mean_printed"]),
            printed_count=len(row["rests_on_printed"]),
            published=show(row["mean_published"]),
            computed=row["category_computed"] or "-",
            category=row["category_printed"] or "-",
        )
        for row in totals
        if level in (None, row["level"])
    ]


def _warnings(rows: list[dict[str, Any]], *, claimed: bool) -> list[dict[str, str]]:
    found = []
    if claimed and rows:
        text = _("No entries for this year: these are claims of a later report.")
        found.append({"code": "claimed", "text": text})
    torn = [
        row["indicator"]
        for row in rows
        if row["target"] is None
        and row["target_text"] is None
        and any(c["value"] for c in row["target_candidates"] or [])
    ]
    if torn:
        text = _("One document prints different targets, so none holds: {indicators}")
        found.append(
            {"code": "targets-in-conflict", "text": text.format(indicators=", ".join(torn))}
        )
    return found
