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
from ledger.records import BASES, PERIOD_TOTAL, TOTAL
from projections.columns import Columns
from projections.corrections import settled, settled_documents
from projections.levels import derivable_from, level_codes
from projections.precedence import Precedence

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
    TOTAL,
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
    complete: bool = True
    of_which: int = 0
    names: set[str] = field(default_factory=set)

    @property
    def name(self) -> str | None:
        return next(iter(self.names)) if len(self.names) == 1 else None

    def add(self, amount: int, extent: str) -> None:
        self.amount = amount + (self.amount or 0)
        self.extent = extent if self.extent in (None, extent) else "mixed"

    def join(self, other: "Realised") -> None:
        """Take in the figure of a part."""
        if other.amount is not None and other.extent is not None:
            self.add(other.amount, other.extent)
        self.complete = self.complete and other.complete
        self.of_which += other.of_which


Figures = dict[str | None, Realised]
Totals = dict[str | None, list[dict[str, Any]]]
Span = tuple[str | None, str, str]


def realised(columns: Columns, ends: Mapping[Dipa, str], level: str) -> dict[Dipa, Figures]:
    """Realisation by code at a level (or `total`), up to each satker-year's day.

    Period totals are weighed where they are stated and then rolled up: the totals of two RO of one
    kegiatan are both part of it.
    """
    standing = _standing(columns)
    documents = Precedence(settled_documents(columns))
    completed = _completed(columns)
    found: dict[Dipa, Figures] = {dipa: {} for dipa in ends}
    for grain, dipas in _grains(standing, ends, level).items():
        table = _keyed(standing, grain, level)
        own_ends = {dipa: ends[dipa] for dipa in dipas}
        at_grain = _at_grain(table, own_ends, grain, documents, completed)
        found.update(at_grain if grain == level else _rolled_up(at_grain, table))
    return found


def _standing(columns: Columns) -> pa.Table:
    table = settled(columns, RealisationRecorded)
    nulls = pa.nulls(len(table), pa.string())
    for name in _TREE:
        table = table.append_column(name, nulls)
    return table.filter(pc.is_null(table["voided_by"]))


def _grains(table: pa.Table, ends: Mapping[Dipa, str], level: str) -> dict[str, list[Dipa]]:
    """Where each satker-year's period totals stand: at the level, else the finest that gives it."""
    totals = table.filter(pc.equal(table["extent"], PERIOD_TOTAL))
    kinds = totals.group_by(["satker", "fiscal_year", "dimension"]).aggregate([])
    stated: dict[Dipa, set[str]] = defaultdict(set)
    for row in kinds.to_pylist():
        if row["dimension"] == level or derivable_from(level, row["dimension"]):
            stated[row["satker"], row["fiscal_year"]].add(row["dimension"])
    grains: dict[str, list[Dipa]] = defaultdict(list)
    for dipa in ends:
        dimensions = stated.get(dipa, set())
        own = level in dimensions or not dimensions
        grains[level if own else min(dimensions, key=_FINEST_FIRST.index)].append(dipa)
    return grains


def _keyed(table: pa.Table, grain: str, level: str) -> pa.Table:
    """The rows that give both: their code at the grain as `key`, at the level as `up`."""
    parts = []
    for dimension in _FINEST_FIRST:
        part = table.filter(pc.equal(table["dimension"], dimension))
        keys, ups = _codes(part, grain, dimension), _codes(part, level, dimension)
        if keys is not None and ups is not None:
            parts.append(part.append_column("key", keys).append_column("up", ups))
    if parts:
        return pa.concat_tables(parts)
    nulls = pa.nulls(len(table), pa.string())
    return table.append_column("key", nulls).append_column("up", nulls).slice(0, 0)


def _codes(part: pa.Table, level: str, dimension: str) -> pa.ChunkedArray | None:
    if level == dimension:
        return part["code"]
    return level_codes(part, level, dimension) if derivable_from(level, dimension) else None


def _at_grain(
    table: pa.Table,
    ends: Mapping[Dipa, str],
    grain: str,
    documents: Precedence,
    completed: Mapping[Dipa, set[Span]],
) -> dict[Dipa, Figures]:
    found: dict[Dipa, Figures] = {dipa: {} for dipa in ends}
    totals = _period_totals(table, ends, grain, documents)
    for dipa, codes in totals.items():
        for code, entries in codes.items():
            done = completed.get(dipa, set())
            found[dipa][code] = _beside_totals(entries, [], ends[dipa], done, code)
    _add_payments(found, _payments(table, ends), totals, ends, completed)
    return found


def _rolled_up(at_grain: Mapping[Dipa, Figures], table: pa.Table) -> dict[Dipa, Figures]:
    pairs = table.group_by(["satker", "fiscal_year", "key", "up"]).aggregate([]).to_pylist()
    ups = {(row["satker"], row["fiscal_year"], row["key"]): row["up"] for row in pairs}
    found: dict[Dipa, Figures] = {dipa: {} for dipa in at_grain}
    for dipa, figures in at_grain.items():
        for code, figure in figures.items():
            found[dipa].setdefault(ups.get((*dipa, code)), Realised()).join(figure)
    return found


def _period_totals(
    table: pa.Table, ends: Mapping[Dipa, str], grain: str, documents: Precedence
) -> dict[Dipa, Totals]:
    stated = (pc.field("extent") == PERIOD_TOTAL) & (pc.field("dimension") == grain)
    found: dict[Dipa, Totals] = defaultdict(lambda: defaultdict(list))
    for row in table.filter(stated & pc.field("amount").is_valid()).to_pylist():
        dipa = row["satker"], row["fiscal_year"]
        if dipa in ends:
            row["ranking"] = documents.ranking(row["document"], row["read_from"])
            found[dipa][row["key"]].append(row)
    return found


def _disjoint(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Totals of periods that do not overlap: from the earliest, longest, best documented on."""
    chosen: list[dict[str, Any]] = []
    by_rank = sorted(entries, key=lambda row: (row["ranking"], row["index"]))
    longest_first = sorted(by_rank, key=_end, reverse=True)
    for row in sorted(longest_first, key=_start):
        if all(_apart(row, other) for other in chosen):
            chosen.append(row)
    return chosen


def _apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return _end(one) < _start(other) or _end(other) < _start(one)


def _payments(table: pa.Table, ends: Mapping[Dipa, str]) -> pa.Table:
    """Payments and refunds (negative) up to each day, of one dimension and basis a satker-year."""
    table = table.filter(pc.not_equal(table["extent"], PERIOD_TOTAL))
    limits = pa.table(
        {
            "satker": pa.array([satker for satker, _ in ends], pa.string()),
            "fiscal_year": pa.array([year for _, year in ends], pa.int64()),
            "end": pa.array(list(ends.values()), pa.string()),
        }
    )
    columns = ["satker", "fiscal_year", "dimension", "basis", "extent", "key", "amount",
               "period_end"]  # fmt: skip
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
        rank = _FINEST_FIRST.index(row["dimension"]), BASES.index(row["basis"])
        dipa = row["satker"], row["fiscal_year"]
        best[dipa] = min(rank, best.get(dipa, rank))
    if len(kinds) == len(best):
        return pa.chunked_array([pa.array([True] * len(table), pa.bool_())])
    wanted = pa.array(
        [
            f"{satker}|{year}|{_FINEST_FIRST[dimension]}|{BASES[basis]}"
            for (satker, year), (dimension, basis) in best.items()
        ]
    )
    keys = pc.binary_join_element_wise(
        table["satker"], table["fiscal_year"].cast(pa.string()), table["dimension"],
        table["basis"], "|",
    )  # fmt: skip
    return pc.is_in(keys, value_set=wanted)


def _completed(columns: Columns) -> dict[Dipa, set[Span]]:
    table = settled(columns, PaymentsCompleted)
    found: dict[Dipa, set[Span]] = defaultdict(set)
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
    completed: Mapping[Dipa, set[Span]],
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
    keys = ["satker", "fiscal_year", "key", *(["period_end"] if by_day else [])]
    grouped = payments.group_by(keys).aggregate([("signed", "sum")])
    return grouped.to_pylist()  # type: ignore[no-any-return]


def _take(found: dict[Dipa, Figures], row: Mapping[str, Any]) -> None:
    figure = found[row["satker"], row["fiscal_year"]].setdefault(row["key"], Realised())
    figure.add(row["signed_sum"] or 0, "payments")


def _beside_totals(
    entries: Sequence[dict[str, Any]],
    days: Sequence[dict[str, Any]],
    end: str,
    completed: set[Span],
    code: str | None,
) -> Realised:
    """Period totals that ended by the day, payments of their period inside, others beside."""
    figure = Realised()
    left = list(days)
    figure.names.update(row["name"] for row in entries if row["name"])
    for total in _disjoint([row for row in entries if _end(row) <= end]):
        inside = [row for row in left if _start(total) <= row["period_end"] <= _end(total)]
        left = [row for row in left if row not in inside]
        paid = sum(row["signed_sum"] or 0 for row in inside)
        if _span(total, code) in completed or (inside and paid == total["amount"]):
            figure.add(paid, "payments")
        else:
            figure.add(total["amount"], PERIOD_TOTAL)
            figure.of_which += paid
    for row in left:
        figure.add(row["signed_sum"] or 0, "payments")
    figure.complete = not any(
        _start(row) <= end < _end(row) and _span(row, code) not in completed for row in entries
    )
    return figure


def _start(row: Mapping[str, Any]) -> str:
    return row["period_start"] or ""


def _end(row: Mapping[str, Any]) -> str:
    return row["period_end"] or "9999"


def _span(row: Mapping[str, Any], code: str | None) -> Span:
    return code, row["period_start"], row["period_end"]
