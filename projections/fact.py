"""Every stated value in one long table: what it is of, when it held, when the ledger knew it.

Nothing is chosen and nothing summed: rival documents, corrected and voided values all stand here,
told apart by document, `known_from` and `known_to`. Entries have their value in `value` (amounts)
or `text` (targets and results); a claim of a report has it in `claimed` and `claimed_text`, so that
no sum ever mixes the two.
"""

import calendar
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.events import (
    AchievementRecorded,
    CommitmentRecorded,
    DipaLinesStated,
    DipaRevised,
    FigurePublished,
    RealisationRecorded,
    TargetSet,
    WithdrawalPlanStated,
)
from ledger.records import TOTAL
from projections.columns import Columns
from projections.corrections import Amendments, flat_lines, settled_documents
from projections.position import Position
from projections.revisions import revision_rows
from projections.timelines import states

PLACE = pa.struct(
    [("sheet", pa.string()), ("page", pa.string()), ("row", pa.int64()), ("cell", pa.string())]
)
SCHEMA = pa.schema(
    [
        ("satker", pa.string()),
        ("year", pa.int64()),
        ("revision", pa.int64()),
        ("dimension", pa.string()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("measure", pa.string()),
        ("value", pa.int64()),
        ("text", pa.string()),
        ("claimed", pa.int64()),
        ("claimed_text", pa.string()),
        ("valid_from", pa.string()),
        ("valid_to", pa.string()),
        ("known_from", pa.string()),
        ("known_to", pa.string()),
        ("basis", pa.string()),
        ("document", pa.string()),
        ("place", PLACE),
        ("event", pa.int64()),
    ]
)
INDICATOR = "indicator"
_ORDER = ("satker", "year", "dimension", "code", "measure", "valid_from", "known_from", "event")
_AS_RECORDED = Amendments({}, {})


def fact(columns: Columns, position: Position) -> pa.Table:
    """The facts of all satker and years, by satker, year, dimension, code and measure.

    The revision is a column, so a position cuts by what was known and by document alone. `by` says
    which date puts a revision into effect.
    """
    parts = [make(columns, position) for make in _PARTS]
    return pa.concat_tables(parts).sort_by([(name, "ascending") for name in _ORDER])


def _totals(columns: Columns, position: Position) -> pa.Table:
    table = states(_with_spans(columns.of(DipaRevised), columns, position), columns)
    return _facts(table, dimension=TOTAL, measure="pagu", value=table["total"], basis="stated")


def _blocked(columns: Columns, position: Position) -> pa.Table:
    table = states(_with_spans(columns.of(DipaRevised), columns, position), columns)
    table = table.filter(pc.field("blocked").is_valid())
    return _facts(table, dimension=TOTAL, measure="blokir", value=table["blocked"], basis="stated")


def _lines(columns: Columns, position: Position) -> pa.Table:
    stated = _with_spans(columns.of(DipaLinesStated), columns, position)
    table = states(flat_lines(stated, _AS_RECORDED), columns)
    place = _place_of_line(table)
    return _facts(table, measure="pagu", value=table["amount"], basis="stated", place=place)


def _plans(columns: Columns, _position: Position) -> pa.Table:
    table = states(flat_lines(columns.of(WithdrawalPlanStated), _AS_RECORDED), columns)
    months = zip(table["fiscal_year"].to_pylist(), table["month"].to_pylist(), strict=True)
    spans = [_month(year, month) for year, month in months]
    return _facts(
        table,
        measure="rencana",
        value=table["amount"],
        basis="stated",
        place=_place_of_line(table),
        valid_from=pa.array([first for first, _ in spans], pa.string()),
        valid_to=pa.array([last for _, last in spans], pa.string()),
    )


def _realisation(columns: Columns, _position: Position) -> pa.Table:
    """Payments, refunds and totals of periods are three measures: no sum counts one twice."""
    table = states(columns.of(RealisationRecorded), columns)
    return _facts(
        table,
        measure=pc.binary_join_element_wise("realisasi", table["extent"], ":"),
        value=table["amount"],
        valid_from=table["period_start"],
        valid_to=table["period_end"],
    )


def _commitments(columns: Columns, _position: Position) -> pa.Table:
    table = states(columns.of(CommitmentRecorded), columns)
    return _facts(
        table,
        name=table["contract"],
        measure="kontrak",
        value=table["amount"],
        basis="stated",
        valid_from=table["dated"],
        valid_to=table["term_end"],
    )


def _targets(columns: Columns, _position: Position) -> pa.Table:
    """A target holds from the date of its document, as far as that has one."""
    table = states(columns.of(TargetSet), columns)
    days = {
        name: known.dated or known.published for name, known in settled_documents(columns).items()
    }
    since = [days.get(name) for name in table["document"].to_pylist()]
    return _facts(
        table,
        dimension=INDICATOR,
        code=table["indicator"],
        measure="target",
        text=pc.coalesce(table["value"], table["printed"]),
        basis="stated",
        valid_from=pa.array(since, pa.string()),
        value=None,
    )


def _results(columns: Columns, _position: Position) -> pa.Table:
    table = states(columns.of(AchievementRecorded), columns)
    return _facts(
        table,
        dimension=INDICATOR,
        code=table["indicator"],
        measure="hasil",
        text=pc.coalesce(table["value"], table["printed"]),
        basis="stated",
        valid_from=table["period_start"],
        valid_to=table["period_end"],
        value=None,
    )


def _claims(columns: Columns, _position: Position) -> pa.Table:
    table = states(columns.of(FigurePublished), columns)
    return _facts(
        table,
        code=pc.coalesce(table["code"], table["indicator"]),
        name=pc.coalesce(table["text"], table["subject"]),
        claimed=table["amount"],
        claimed_text=pc.coalesce(table["value"], table["printed"]),
        basis="claimed",
        text=None,
        value=None,
    )


_PARTS: tuple[Callable[[Columns, Position], pa.Table], ...] = (
    _totals,
    _blocked,
    _lines,
    _plans,
    _realisation,
    _commitments,
    _targets,
    _results,
    _claims,
)


def _facts(table: pa.Table, **given: Any) -> pa.Table:
    """Columns of SCHEMA: what is given, else the table's own of that name, else null."""
    own = {"year": table["fiscal_year"]}
    arrays = []
    for field in SCHEMA:
        there = field.name in table.column_names
        value = given.get(field.name, own.get(field.name, table[field.name] if there else None))
        if value is None or isinstance(value, str):
            value = pa.repeat(pa.scalar(value, field.type), len(table))
        arrays.append(value)
    return pa.table(arrays, schema=SCHEMA)


def _with_spans(table: pa.Table, columns: Columns, position: Position) -> pa.Table:
    """The days on which the revision of each row takes effect and ends, where they are known."""
    spans = {
        (*dipa, row["revision"]): (row["effective_from"], row["effective_until"])
        for dipa, rows in revision_rows(columns, position).items()
        for row in rows
    }
    names = ("satker", "fiscal_year", "revision")
    keys = zip(*(table[name].to_pylist() for name in names), strict=True)
    found = [spans.get(key, (None, None)) for key in keys]
    for place, name in enumerate(("valid_from", "valid_to")):
        table = table.append_column(name, pa.array([span[place] for span in found], pa.string()))
    return table


def _place_of_line(table: pa.Table) -> pa.Array:
    """Sheet and page of the statement, row and cell of the line."""
    whole = table["place"].combine_chunks()
    parts = [whole.field(0), whole.field(1)]
    lines = [table[name].combine_chunks() for name in ("row", "cell")]
    return pa.StructArray.from_arrays([*parts, *lines], fields=list(PLACE))


def _month(year: int, month: int | None) -> tuple[str | None, str | None]:
    """First and last day of a month; nulls where there is none such."""
    if month is None or not 1 <= month <= 12:
        return None, None
    last = calendar.monthrange(year, month)[1]
    return f"{year:04d}-{month:02d}-01", f"{year:04d}-{month:02d}-{last:02d}"
