"""DuckDB, Polars and pyarrow read the exports of the demo and of many satker: the same sums."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars
import pyarrow.dataset as ds
import pytest

from tests.e2e.conftest import Jejak
from tests.e2e.test_export_parts import jejak_many, many

__all__ = ["jejak_many", "many"]

Sums = dict[str | None, int]
SERAPAN = ("pagu", "realisasi")


def by_duckdb(path: str, level: str, column: str) -> Sums:
    query = f"SELECT code, sum({column})::BIGINT FROM '{path}' WHERE level = ? GROUP BY code"
    return dict(duckdb.execute(query, [level]).fetchall())


def by_polars(path: str, level: str, column: str) -> Sums:
    lazy = polars.scan_csv(path) if path.endswith("csv") else polars.scan_parquet(path)
    grouped = lazy.filter(polars.col("level") == level).group_by("code")
    return dict(grouped.agg(polars.col(column).sum()).collect().rows())


def by_pyarrow(path: str, level: str, column: str) -> Sums:
    form = "csv" if path.endswith("csv") else "parquet"
    if path.endswith("**/*.parquet"):
        path, form = path.removesuffix("/**/*.parquet"), "parquet"
    table = ds.dataset(path, format=form, partitioning="hive").to_table(
        filter=ds.field("level") == level
    )
    sums: Sums = {}
    for code, value in zip(table["code"].to_pylist(), table[column].to_pylist(), strict=True):
        sums[code or None] = sums.get(code or None, 0) + (value or 0)
    return sums


READERS: tuple[Callable[[str, str, str], Sums], ...] = (by_duckdb, by_polars, by_pyarrow)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize("form", ["parquet", "csv", "dataset"])
def test_sums_of_the_demo_are_those_of_the_commands(
    jejak: Jejak, tmp_path: Path, reader: Callable[[str, str, str], Sums], form: str
) -> None:
    words = ["--dataset"] if form == "dataset" else ["-f", form]
    assert jejak("export", "pagu", "serapan", *words, "-o", "keluar").code == 0
    ending = "/**/*.parquet" if form == "dataset" else f".{form}"
    for level in ("ro", "program", "jenis-belanja"):
        for noun, columns in (("pagu", ("pagu",)), ("serapan", SERAPAN)):
            rows = jejak(noun, "--level", level, "--json").json["rows"]
            for column in columns:
                found = reader(f"{tmp_path}/keluar/{noun}{ending}", level, column)
                assert _known(found) == _known({row["code"]: row[column] for row in rows})


def _known(sums: Any) -> dict[str, int]:
    """Without nulls: one reader gives null, another 0, for the sum of nothing."""
    return {code: value for code, value in sums.items() if value}


def test_a_dataset_of_many_satker_is_one_table(jejak_many: Jejak, tmp_path: Path) -> None:
    assert jejak_many("export", "pagu", "--dataset", "-o", "banyak").code == 0
    assert jejak_many("export", "pagu", "-o", "satu").code == 0
    parts, whole = f"{tmp_path}/banyak/pagu/**/*.parquet", f"{tmp_path}/satu/pagu.parquet"
    for reader in READERS:
        assert reader(parts, "ro", "pagu") == by_duckdb(whole, "ro", "pagu")
    query = f"SELECT satker, fiscal_year, sum(pagu)::BIGINT FROM '{parts}' WHERE level = 'total' "
    found = duckdb.execute(query + "GROUP BY ALL ORDER BY ALL").fetchall()
    assert len(found) == 60
    for satker, year, total in found[::20]:
        answer = jejak_many("pagu", "--satker", satker, "--ta", str(year), "--json").json
        assert total == answer["totals"]["pagu"]


def test_the_phases_sum_to_the_totals_of_the_commands(jejak: Jejak, tmp_path: Path) -> None:
    assert jejak("export", "fiskal", "-f", "csv", "-o", "keluar").code == 0
    columns = "sum(approved), sum(adjusted), sum(executed)"
    (found,) = duckdb.execute(f"SELECT {columns} FROM '{tmp_path}/keluar/fiskal.csv'").fetchall()
    first = jejak("pagu", "--revision", "0", "--json").json["totals"]["pagu"]
    last = jejak("serapan", "--json").json["totals"]
    assert tuple(map(int, found)) == (first, last["pagu"], last["realisasi"])


def test_codes_stay_texts_in_every_reader_of_parquet(jejak: Jejak, tmp_path: Path) -> None:
    assert jejak("export", "pagu", "fact", "-o", "keluar").code == 0
    for noun in ("pagu", "fact"):
        path = f"{tmp_path}/keluar/{noun}.parquet"
        types = dict(
            duckdb.execute(f"SELECT column_name, column_type FROM (DESCRIBE '{path}')").fetchall()
        )
        assert types["code"] == "VARCHAR"
        assert polars.read_parquet(path).schema["code"] == polars.String
    places = duckdb.execute(f"SELECT place.sheet FROM '{tmp_path}/keluar/fact.parquet'").fetchall()
    assert ("Tabel 20",) in places


def test_the_workbook_is_read_by_polars_as_numbers_and_texts(jejak: Jejak, tmp_path: Path) -> None:
    assert jejak("export", "serapan", "-f", "xlsx", "-o", "keluar").code == 0
    frame = polars.read_excel(f"{tmp_path}/keluar/serapan.xlsx", sheet_name="serapan")
    rows = jejak("serapan", "--level", "ro", "--json").json["rows"]
    mine = frame.filter(polars.col("level") == "ro")
    assert int(mine["realisasi"].sum()) == sum(row["realisasi"] or 0 for row in rows)
    assert mine.schema["code"] == polars.String
    assert mine.schema["persen"] == polars.Float64
