"""A large table as many Parquet files that are read as one: by year, and by bucket of satker.

`<noun>/fiscal_year=2024/bucket-07.parquet`: the year is in the folder's name (Hive's form), as
DuckDB, Polars, pyarrow and Spark read it. 32 buckets and never a folder a satker: for 20,000 satker
that takes 100 times as long to read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from cli.export_forms.rows import Rows, rows_of

if TYPE_CHECKING:
    import pyarrow as pa

    from cli.bound import Bound

BUCKETS = 32
_YEARS = ("fiscal_year", "year")


def bucket_of(satker: str) -> int:
    """The first byte of the SHA-256 of the key, modulo 32: the same in every export."""
    return hashlib.sha256(satker.encode("utf-8")).digest()[0] % BUCKETS


def has_buckets(schema: pa.Schema) -> bool:
    """Whether the rows are of a satker and a year: the log's are of neither."""
    return "satker" in schema.names and any(name in schema.names for name in _YEARS)


def parts(noun: str, table: pa.Table, bound: Bound, sorted_by: tuple[str, ...]) -> Iterator[Rows]:
    """The rows of each year and bucket that has any, named by its path without the ending.

    The column of the year is the folder's, and not in the file.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    column = next(name for name in _YEARS if name in table.column_names)
    keys = pc.unique(table["satker"]).to_pylist()
    numbers = pa.array([bucket_of(key) for key in keys], pa.int64())
    buckets = pc.take(numbers, pc.index_in(table["satker"], value_set=pa.array(keys, pa.string())))
    for year in sorted(pc.unique(table[column]).to_pylist()):
        of_year = pc.equal(table[column], year)
        for number in sorted(set(pc.unique(buckets.filter(of_year)).to_pylist())):
            mine = table.filter(pc.and_(of_year, pc.equal(buckets, number)))
            order = tuple(name for name in sorted_by if name != column)
            rows = rows_of(noun, mine.drop_columns([column]), bound, order)
            yield replace(rows, path=f"{noun}/{column}={year}/bucket-{number:02d}")
