"""A year known only from a later report: its figures are claims, not entries.

Published figures never change a table. For a year without entries they answer, and say so
(`basis: claimed`); where the report prints one figure twice with different values, none is taken.
"""

from collections import defaultdict

import pyarrow as pa
import pyarrow.compute as pc

from ledger.events import FigurePublished
from projections.columns import Columns
from projections.corrections import settled

PAGU_MEASURES = ("pagu", "anggaran")
REALISATION_MEASURES = ("realisasi",)


def standing_claims(columns: Columns, satker: str, fiscal_year: int) -> pa.Table:
    """The figures that reports print of one satker and year, without voided ones."""
    return settled(columns, FigurePublished).filter(
        (pc.field("satker") == satker)
        & (pc.field("fiscal_year") == fiscal_year)
        & pc.field("voided_by").is_null()
    )


def claimed_amounts(
    columns: Columns, satker: str, fiscal_year: int, dimension: str, measures: tuple[str, ...]
) -> dict[str | None, int | None]:
    """Published amounts by code in one dimension; None where two prints of one differ."""
    mine = standing_claims(columns, satker, fiscal_year).filter(
        (pc.field("dimension") == dimension)
        & pc.field("measure").isin(measures)
        & pc.field("amount").is_valid()
    )
    printed: dict[str | None, set[int]] = defaultdict(set)
    for row in mine.to_pylist():
        printed[row["code"]].add(row["amount"])
    return {code: next(iter(v)) if len(v) == 1 else None for code, v in printed.items()}


def claimed_names(columns: Columns, satker: str, fiscal_year: int) -> dict[str, str]:
    """What the claims of a year call each code."""
    named = standing_claims(columns, satker, fiscal_year).filter(
        pc.field("code").is_valid() & pc.field("text").is_valid()
    )
    return dict(zip(named["code"].to_pylist(), named["text"].to_pylist(), strict=True))
