"""What was realised by code up to a day, from payments, refunds and totals of periods.

Period totals are weighed where they are stated (`periods.py`) and then rolled up: the totals of two
RO of one kegiatan are both part of it. A period that reaches beyond the day is not known in its
middle: the figure is then incomplete and says so. Nothing is added across dimensions.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ledger.events import PaymentsCompleted, RealisationRecorded
from ledger.records import BASES, PERIOD_TOTAL, TOTAL
from projections.columns import Columns
from projections.corrections import settled, settled_documents
from projections.levels import derivable_from, level_codes
from projections.periods import Part, Row, Span, beside, is_complete, taken_apart
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

    def take(self, part: Part) -> None:
        self.amount = part.amount + (self.amount or 0)
        self.extent = part.extent if self.extent in (None, part.extent) else "mixed"
        self.of_which += part.of_which


class _Share(NamedTuple):
    """What one code of where the totals are stated gives to its `code` at the level."""

    dipa: Dipa
    code: str | None
    parts: Sequence[Part]
    complete: bool = True
    names: Iterable[str] = ()


Figures = dict[str | None, Realised]
_Keyed = Mapping[tuple[Dipa, str | None], Sequence[Row]]


def realised(columns: Columns, ends: Mapping[Dipa, str], level: str) -> dict[Dipa, Figures]:
    """Realisation by code at a level (or `total`), up to each satker-year's day."""
    found: dict[Dipa, Figures] = {dipa: {} for dipa in ends}
    for share in _shares(columns, ends, level, _summed):
        figure = found[share.dipa].setdefault(share.code, Realised())
        for part in share.parts:
            figure.take(part)
        figure.complete = figure.complete and share.complete
        figure.names.update(share.names)
    return found


def realised_parts(
    columns: Columns, dipa: Dipa, end: str, level: str
) -> dict[str | None, list[Part]]:
    """The parts that the same figures of one satker-year add up, by code, entry by entry.

    The total of a part, its declaration and each of its payments have the `index` of their event.
    """
    found: dict[str | None, list[Part]] = defaultdict(list)
    for share in _shares(columns, {dipa: end}, level, _one_by_one):
        found[share.code] += share.parts
    return found


def _shares(
    columns: Columns,
    ends: Mapping[Dipa, str],
    level: str,
    rows_of: Callable[[pa.Table, _Keyed], list[dict[str, Any]]],
) -> Iterator[_Share]:
    """Each code's parts; `rows_of` makes rows of payments, whose sums may do for the tables."""
    standing = _standing(columns)
    documents = Precedence(settled_documents(columns))
    completed = _completed(columns)
    for grain, dipas in _grains(standing, ends, level).items():
        table = _keyed(standing, grain, level)
        own_ends = {dipa: ends[dipa] for dipa in dipas}
        totals = _period_totals(table, own_ends, grain, documents)
        payments = _by_key(rows_of(_payments(table, own_ends), totals))
        ups = {} if grain == level else _ups(table)
        for at, entries in totals.items():
            (dipa, key), end = at, ends[at[0]]
            done = completed.get(dipa, {})
            yield _Share(
                dipa,
                ups.get(at, key),
                taken_apart(entries, payments.pop(at, ()), end, done, key),
                is_complete(entries, end, done, key),
                [row["name"] for row in entries if row["name"] and grain == level],
            )
        for at, rows in payments.items():
            yield _Share(at[0], ups.get(at, at[1]), [beside(rows)])


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


def _ups(table: pa.Table) -> dict[tuple[Dipa, str | None], str | None]:
    """The code at the level that each key goes to; of several a named one, the same each time."""
    pairs = table.group_by(["satker", "fiscal_year", "key", "up"]).aggregate([]).to_pylist()
    pairs.sort(key=lambda row: (row["up"] is not None, row["up"] or ""))
    return {((row["satker"], row["fiscal_year"]), row["key"]): row["up"] for row in pairs}


def _period_totals(
    table: pa.Table, ends: Mapping[Dipa, str], grain: str, documents: Precedence
) -> dict[tuple[Dipa, str | None], list[Row]]:
    stated = (pc.field("extent") == PERIOD_TOTAL) & (pc.field("dimension") == grain)
    rows = table.filter(stated & pc.field("amount").is_valid()).to_pylist()
    for row in rows:
        row["ranking"] = documents.ranking(row["document"], row["read_from"])
    return _by_key(row for row in rows if (row["satker"], row["fiscal_year"]) in ends)


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
               "period_end", "index"]  # fmt: skip
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


def _completed(columns: Columns) -> dict[Dipa, dict[Span, Row]]:
    table = settled(columns, PaymentsCompleted)
    found: dict[Dipa, dict[Span, Row]] = defaultdict(dict)
    for row in table.to_pylist():
        if row["voided_by"] is None:
            span = row["code"], row["period_start"], row["period_end"]
            found[row["satker"], row["fiscal_year"]].setdefault(span, row)
    return found


def _summed(payments: pa.Table, totals: _Keyed) -> list[dict[str, Any]]:
    """Days matter only where a period total stands; elsewhere one sum a code is enough."""
    names = pa.array(sorted({satker for (satker, _), _ in totals}), pa.string())
    dated = pc.is_in(payments["satker"], value_set=names)
    keys = ["satker", "fiscal_year", "key"]
    rows: list[dict[str, Any]] = []
    for mask, by in ((pc.invert(dated), keys), (dated, [*keys, "period_end"])):
        grouped = payments.filter(mask).group_by(by).aggregate([("signed", "sum")])
        rows += grouped.rename_columns({"signed_sum": "signed"}).to_pylist()
    return rows


def _one_by_one(payments: pa.Table, _: _Keyed) -> list[dict[str, Any]]:
    return payments.sort_by("index").to_pylist()  # type: ignore[no-any-return]


def _by_key(rows: Iterable[Row]) -> dict[tuple[Dipa, str | None], list[Row]]:
    found: dict[tuple[Dipa, str | None], list[Row]] = defaultdict(list)
    for row in rows:
        found[(row["satker"], row["fiscal_year"]), row["key"]].append(row)
    return found
