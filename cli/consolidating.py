"""The answers over all satker (`--satker all`): a row a satker and a grand total, or sums by code.

Every total says of how many satker it is; what is unknown is counted, never taken for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import click

from cli.answer import Answer
from cli.language import _

if TYPE_CHECKING:
    import pyarrow as pa

    from cli.asking import Asked

Row = dict[str, Any]


def answer_pagu(asked: Asked, level: str | None, pattern: str | None) -> Answer:
    """The pagu of each satker, or by code of a level over all."""
    from projections.consolidated import grand_total, pagu_by_code, pagu_by_satker

    year = _year(asked, level, pattern)
    if level is None:
        rows = pagu_by_satker(asked.columns, asked.position, year).to_pylist()
        total = grand_total(rows)
        return _by_satker(asked, "jejak.pagu-semua/1", rows, total, _pagu_columns())
    table, total = pagu_by_code(asked.columns, asked.position, year, level)
    return _by_code(asked, "jejak.pagu-semua-rincian/1", level, table, total, pattern)


def answer_absorption(asked: Asked, level: str | None, pattern: str | None) -> Answer:
    """What each satker spent of its pagu, or by code of a level over all."""
    from projections.consolidated import absorption_by_code, absorption_by_satker, grand_total

    year = _year(asked, level, pattern)
    rows = absorption_by_satker(asked.columns, asked.position, year).to_pylist()
    total = grand_total(rows)
    if level is None:
        return _by_satker(asked, "jejak.serapan-semua/1", rows, total, _absorption_columns())
    table = absorption_by_code(asked.columns, asked.position, year, level)
    return _by_code(asked, "jejak.serapan-semua-rincian/1", level, table, total, pattern)


def answer_performance(asked: Asked, level: str | None, formula: str | None) -> Answer:
    """How many results each satker has at each level of indicators, and their means."""
    from cli.render.table import Column
    from projections.consolidated import performance_by_satker

    year = _year(asked, None, None)
    every, coverage = performance_by_satker(asked.columns, asked.position, year, formula)
    rows = [row for row in every if level in (None, row["level"])]
    return Answer(
        schema="jejak.kinerja-semua/1",
        position=_placed(asked),
        rows=rows,
        totals={"count": sum(row["count"] for row in rows), **vars(coverage)},
        warnings=asked.warnings,
        columns=[
            Column("satker", _("Satker"), "code"),
            Column("level", _("Level"), "code"),
            Column("count", _("Results"), "count"),
            Column("mean_raw", _("Raw"), "percent", optional=1),
            Column("mean_capped", _("Capped"), "percent"),
            Column("mean_printed", _("Printed"), "percent", optional=2),
            Column("state", _("Known"), "text"),
            Column("name", _("Name"), "text", optional=3),
        ],
        table_rows=[{**row, "level": row["level"] or "-", "state": _word(row)} for row in rows],
        lines=[_coverage_words(vars(coverage))],
    )


def _year(asked: Asked, level: str | None, pattern: str | None) -> int:
    if pattern is not None and level is None:
        raise click.UsageError(_("Over all satker a code needs its --level."))
    if asked.fiscal_year is None:
        raise click.UsageError(_("The ledger holds no fiscal year yet."))
    return asked.fiscal_year


def _placed(asked: Asked) -> Mapping[str, Any]:
    """Each satker stands at a revision of its own, so the position names one only if asked to."""
    revision = asked.position.revision
    return asked.placed(revision if isinstance(revision, int) else None, None)


def _by_satker(
    asked: Asked, schema: str, rows: list[Row], total: Row, columns: list[Any]
) -> Answer:
    return Answer(
        schema=schema,
        position=_placed(asked),
        rows=rows,
        totals=total,
        warnings=asked.warnings,
        columns=columns,
        table_rows=[_shown(row) for row in rows],
        footer_rows=[{**total, "satker": _("Total"), "revision": "", "state": "", "name": ""}],
        lines=_words(total),
    )


def _by_code(
    asked: Asked, schema: str, level: str, table: pa.Table, total: Row, pattern: str | None
) -> Answer:
    from cli.render.table import Column

    rows = [{"level": level, **row} for row in table.to_pylist()]
    if pattern is not None:
        rows = [row for row in rows if fnmatchcase(row["code"] or "", pattern)]
    measures = [Column("pagu", _("Pagu (Rp)"), "money")]
    if "realisasi" in table.column_names:
        measures.append(Column("realisasi", _("Realisation (Rp)"), "money"))
        measures.append(Column("persen", _("Share"), "percent"))
    return Answer(
        schema=schema,
        position=_placed(asked),
        rows=rows,
        totals=total,
        warnings=asked.warnings,
        columns=[
            Column("code", _("Code"), "code"),
            Column("name", _("Name"), "text", optional=3),
            *measures,
            Column("satker", _("Satker"), "count", optional=1),
            Column("unknown", _("Unknown of"), "count", optional=2),
        ],
        table_rows=[_named(row) for row in rows],
        footer_rows=[{**total, "code": _("Total"), "name": ""}],
        lines=_words(total),
    )


def _pagu_columns() -> list[Any]:
    from cli.render.table import Column

    return [
        Column("satker", _("Satker"), "code"),
        Column("revision", _("Revision"), "code"),
        Column("pagu", _("Pagu (Rp)"), "money"),
        Column("delta", _("Difference"), "money", optional=2),
        Column("state", _("Known"), "text", optional=1),
        Column("name", _("Name"), "text", optional=3),
    ]


def _absorption_columns() -> list[Any]:
    from cli.render.table import Column

    return [
        Column("satker", _("Satker"), "code"),
        Column("revision", _("Revision"), "code", optional=3),
        Column("pagu", _("Pagu (Rp)"), "money"),
        Column("realisasi", _("Realisation (Rp)"), "money"),
        Column("sisa", _("Left (Rp)"), "money", optional=2),
        Column("persen", _("Share"), "percent"),
        Column("state", _("Known"), "text", optional=1),
        Column("name", _("Name"), "text", optional=4),
    ]


def _shown(row: Row) -> Row:
    from cli.render.numbers import signed_amount

    number = "-" if row["revision"] is None else row["revision"]
    shown = {**row, "revision": number, "state": _word(row)}
    if "delta" in row:
        shown["delta"] = "-" if row["delta"] is None else signed_amount(row["delta"])
    return shown


def _named(row: Row) -> Row:
    if row["code"] is None and row["name"] is None:
        return {**row, "code": "", "name": _("(not broken down)")}
    return {**row, "code": row["code"] or "", "name": row["name"] or ""}


def _word(row: Row) -> str:
    return {"known": _("yes"), "partial": _("in part"), "unknown": _("unknown")}[row["state"]]


def _words(total: Row) -> list[str]:
    from cli.render.numbers import rupiah

    words = [_coverage_words(total)]
    if total.get("without_total"):
        words.append(
            _("Lines of satker whose total is unknown, not in the total: {amount}").format(
                amount=rupiah(total["without_total"])
            )
        )
    if total.get("persen") is not None:
        text = _("The share is of {count} satker of which pagu and realisation are known")
        words.append(text.format(count=total["persen_satker"]))
    return words


def _coverage_words(total: Mapping[str, Any]) -> str:
    return _("{satker} satker: {known} known, {partial} in part, {unknown} unknown").format(
        **{name: total[name] for name in ("satker", "known", "partial", "unknown")}
    )
