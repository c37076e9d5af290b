"""What was realised by code up to a day, from payments, refunds and totals of periods.

A total of a period stays the figure of that period: payments inside it are part of it and shown as
such, until they are declared complete or their sum equals it. A period that reaches beyond the day
is not known in its middle: the figure is then incomplete and says so. Nothing is added across
dimensions.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.events import PaymentsCompleted, RealisationRecorded
from projections.columns import Columns
from projections.corrections import amendments, settle
from projections.levels import derivable_from, level_codes

PERIOD_TOTAL = "period-total"
GRAND_TOTAL = "total"
_BASES = ("fa", "sp2d", "report")
_FINEST_FIRST = (
    "line",
    "komponen",
    "akun",
    "ro",
    "kro",
    "kegiatan",
    "program",
    "jenis-belanja",
    "sumber-dana",
    GRAND_TOTAL,
)
_TREE = ("kegiatan", "kro", "komponen")

Dipa = tuple[str, int]


@dataclass
class Realised:
    """The figure of one code: `amount` None when nothing is known of it.

    `extent` is payments, period-total or mixed; `of_which` the payments inside a period total.
    """

    amount: int | None = None
    extent: str | None = None
    bases: set[str] = field(default_factory=set)
    complete: bool = True
    of_which: int = 0
    names: set[str] = field(default_factory=set)
    events: list[int] = field(default_factory=list)

    @property
    def name(self) -> str | None:
        return next(iter(self.names)) if len(self.names) == 1 else None

    def add(self, amount: int, extent: str, basis: str) -> None:
        self.amount = amount + (self.amount or 0)
        self.extent = extent if self.extent in (None, extent) else "mixed"
        self.bases.add(basis)


Figures = dict[str | None, Realised]
Totals = dict[str | None, list[dict[str, Any]]]


def realised(columns: Columns, ends: Mapping[Dipa, str], level: str) -> dict[Dipa, Figures]:
    """Realisation by code at a level (or `total`), up to each satker-year's day."""
    table = _with_codes(_standing(columns), level)
    found: dict[Dipa, Figures] = {dipa: {} for dipa in ends}
    totals = _period_totals(table, ends, level)
    payments = _payments(table, ends, level)
    for dipa, codes in totals.items():
        for code, entries in codes.items():
            found[dipa][code] = _of_totals(entries, ends[dipa])
    _add_payments(found, payments, totals, ends, _completed(columns))
    return found


def _standing(columns: Columns) -> pa.Table:
    table = settle(columns.of(RealisationRecorded), amendments(columns))
    return table.filter(pc.is_null(table["voided_by"]))


def _with_codes(table: pa.Table, level: str) -> pa.Table:
    """The rows whose dimension gives the level, with their code there as `key`."""
    nulls = pa.nulls(len(table), pa.string())
    for name in _TREE:
        table = table.append_column(name, nulls)
    parts = []
    for dimension in _FINEST_FIRST:
        if not (dimension == level or derivable_from(level, dimension)):
            continue
        part = table.filter(pc.equal(table["dimension"], dimension))
        if len(part):
            codes = part["code"] if dimension == level else level_codes(part, level, dimension)
            parts.append(part.append_column("key", codes))
    return pa.concat_tables(parts) if parts else table.append_column("key", nulls).slice(0, 0)


def _period_totals(table: pa.Table, ends: Mapping[Dipa, str], level: str) -> dict[Dipa, Totals]:
    rows = table.filter(pc.equal(table["extent"], PERIOD_TOTAL)).to_pylist()
    by_dimension: dict[Dipa, dict[str, list[dict[str, Any]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in rows:
        dipa = row["satker"], row["fiscal_year"]
        if dipa in ends and row["amount"] is not None:
            by_dimension[dipa][row["dimension"]].append(row)
    found: dict[Dipa, Totals] = defaultdict(lambda: defaultdict(list))
    for dipa, dimensions in by_dimension.items():
        chosen = level if level in dimensions else _first(dimensions)
        for row in dimensions[chosen]:
            found[dipa][row["key"]].append(row)
    return found


def _first(dimensions: Iterable[str]) -> str:
    return min(dimensions, key=_FINEST_FIRST.index)


def _of_totals(entries: Sequence[dict[str, Any]], end: str) -> Realised:
    """Totals of periods that do not overlap, the longest first."""
    figure = Realised()
    for row in _disjoint(entries):
        figure.names.update(name for name in (row["name"],) if name)
        figure.events.append(row["index"])
        if (row["period_end"] or "9999") > end:
            figure.complete = False
        else:
            figure.add(row["amount"], PERIOD_TOTAL, row["basis"])
    return figure


def _disjoint(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    chosen: list[dict[str, Any]] = []
    for row in sorted(
        entries, key=lambda row: (row["period_start"] or "", _back(row), row["index"])
    ):
        if all(_apart(row, other) for other in chosen):
            chosen.append(row)
    return chosen


def _back(row: Mapping[str, Any]) -> tuple[int, ...]:
    """Sorts later ends first."""
    return tuple(-ord(char) for char in row["period_end"] or "9999")


def _apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    first = one["period_end"] is not None and one["period_end"] < (other["period_start"] or "")
    return bool(
        first
        or (other["period_end"] is not None and other["period_end"] < (one["period_start"] or ""))
    )


def _payments(table: pa.Table, ends: Mapping[Dipa, str], level: str) -> pa.Table:
    """Payments and refunds (negative) up to each day, of one dimension and basis a satker-year."""
    table = table.filter(pc.not_equal(table["extent"], PERIOD_TOTAL))
    limits = pa.table(
        {
            "satker": pa.array([satker for satker, _ in ends], pa.string()),
            "fiscal_year": pa.array([year for _, year in ends], pa.int64()),
            "end": pa.array(list(ends.values()), pa.string()),
        }
    )
    columns = ["index", "satker", "fiscal_year", "dimension", "basis", "extent", "key", "name",
               "amount", "period_end"]  # fmt: skip
    joined = table.select(columns).join(limits, ["satker", "fiscal_year"], join_type="inner")
    joined = joined.filter(pc.less_equal(joined["period_end"], joined["end"]))
    joined = joined.filter(_is_speaking(joined))
    refund = pc.equal(joined["extent"], "refund")
    signed = pc.if_else(refund, pc.negate(joined["amount"]), joined["amount"])
    return joined.append_column("signed", signed)


def _is_speaking(table: pa.Table) -> pa.ChunkedArray:
    """Only the finest dimension and the first basis of each satker-year: none is counted twice."""
    kinds = table.group_by(["satker", "fiscal_year", "dimension", "basis"]).aggregate([])
    best: dict[Dipa, tuple[int, int]] = {}
    for row in kinds.to_pylist():
        rank = _FINEST_FIRST.index(row["dimension"]), _BASES.index(row["basis"])
        dipa = row["satker"], row["fiscal_year"]
        best[dipa] = min(rank, best.get(dipa, rank))
    if len(kinds) == len(best):
        return pa.chunked_array([pa.array([True] * len(table))])
    wanted = pa.array(
        [
            f"{satker}|{year}|{_FINEST_FIRST[dimension]}|{_BASES[basis]}"
            for (satker, year), (dimension, basis) in best.items()
        ]
    )
    keys = pc.binary_join_element_wise(
        table["satker"], table["fiscal_year"].cast(pa.string()), table["dimension"],
        table["basis"], "|",
    )  # fmt: skip
    return pc.is_in(keys, value_set=wanted)


def _completed(columns: Columns) -> dict[Dipa, set[tuple[str | None, str, str]]]:
    table = settle(columns.of(PaymentsCompleted), amendments(columns))
    found: dict[Dipa, set[tuple[str | None, str, str]]] = defaultdict(set)
    for row in table.to_pylist():
        if row["voided_by"] is None:
            span = row["code"], row["period_start"], row["period_end"]
            found[row["satker"], row["fiscal_year"]].add(span)
    return found


def _add_payments(
    found: dict[Dipa, Figures],
    payments: pa.Table,
    totals: Mapping[Dipa, Totals],
    ends: Mapping[Dipa, str],
    completed: Mapping[Dipa, set[tuple[str | None, str, str]]],
) -> None:
    """Days matter only where a period total stands; elsewhere one sum a code is enough."""
    with_totals = {dipa for dipa, codes in totals.items() if codes}
    names = pa.array(sorted({satker for satker, _ in with_totals}), pa.string())
    dated = pc.is_in(payments["satker"], value_set=names)
    for row in _summed(payments.filter(pc.invert(dated)), by_day=False):
        _take(found, row)
    spans: dict[tuple[Dipa, str | None], list[dict[str, Any]]] = defaultdict(list)
    for row in _summed(payments.filter(dated), by_day=True):
        dipa = row["satker"], row["fiscal_year"]
        if row["key"] in totals.get(dipa, {}):
            spans[dipa, row["key"]].append(row)
        else:
            _take(found, row)
    for (dipa, code), days in spans.items():
        entries = totals[dipa][code]
        done = completed.get(dipa, set())
        found[dipa][code] = _beside_totals(entries, days, ends[dipa], done, code)


def _summed(payments: pa.Table, *, by_day: bool) -> list[dict[str, Any]]:
    keys = ["satker", "fiscal_year", "key", "basis", *(["period_end"] if by_day else [])]
    grouped = payments.group_by(keys).aggregate([("signed", "sum"), ("index", "max")])
    return grouped.to_pylist()  # type: ignore[no-any-return]


def _take(found: dict[Dipa, Figures], row: Mapping[str, Any]) -> None:
    figure = found[row["satker"], row["fiscal_year"]].setdefault(row["key"], Realised())
    figure.add(row["signed_sum"] or 0, "payments", row["basis"])
    figure.events.append(row["index_max"])


def _beside_totals(
    entries: Sequence[dict[str, Any]],
    days: Sequence[dict[str, Any]],
    end: str,
    completed: set[tuple[str | None, str, str]],
    code: str | None,
) -> Realised:
    """Period totals with the payments of their period inside them, other payments beside."""
    figure = Realised()
    left = list(days)
    for total in _disjoint(entries):
        start, stop = total["period_start"] or "", total["period_end"] or "9999"
        inside = [row for row in left if start <= row["period_end"] <= stop]
        left = [row for row in left if row not in inside]
        paid = sum(row["signed_sum"] or 0 for row in inside)
        figure.names.update(name for name in (total["name"],) if name)
        figure.events.append(total["index"])
        replaced = (code, total["period_start"], total["period_end"]) in completed
        if replaced or (inside and stop <= end and paid == total["amount"]):
            figure.add(paid, "payments", inside[0]["basis"] if inside else total["basis"])
        elif stop <= end:
            figure.add(total["amount"], PERIOD_TOTAL, total["basis"])
            figure.of_which += paid
        else:
            figure.complete = False
            if inside:
                figure.add(paid, "payments", inside[0]["basis"])
    for row in left:
        figure.add(row["signed_sum"] or 0, "payments", row["basis"])
    return figure
