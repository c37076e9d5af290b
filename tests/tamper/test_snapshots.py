"""Exports of the log made anew: a column, a type or the metadata are not as stated."""

import base64
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from cli.bound import POSITION, Bound
from cli.export_forms.parquet import parquet_bytes
from cli.log_rows import log_table, log_table_of
from cli.snapshot_checks import SnapshotChecked, check_snapshot
from events_store.errors import SnapshotRefused
from events_store.log import LeafLog
from events_store.merkle import leaf_hashes, root_hash
from events_store.policy import policy_of_keys
from tests.tamper.book import SIZE, Signed


@pytest.fixture(scope="module")
def table(original: Signed) -> pa.Table:
    with LeafLog(original.path) as log:
        return log_table(log, SIZE)


@pytest.fixture
def bound(original: Signed) -> Bound:
    with LeafLog(original.path) as log:
        root = base64.b64encode(log.root(SIZE)).decode()
    position = {**dict.fromkeys(POSITION), "root": root, "size": SIZE}
    return Bound(position, original.notes[SIZE].decode())


def check(original: Signed, folder: Path, data: bytes) -> SnapshotChecked:
    path = folder / "log.parquet"
    path.write_bytes(data)
    return check_snapshot(path, policy_of_keys([original.verifier]), None)


def written(table: pa.Table, metadata: dict[Any, Any]) -> bytes:
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, table.schema, store_schema=False) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(metadata)
    return bytes(sink.getvalue().to_pybytes())


def with_column(table: pa.Table, name: str, column: Any) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)


def test_an_export_of_the_whole_log_holds(
    original: Signed, tmp_path: Path, table: pa.Table, bound: Bound
) -> None:
    found = check(original, tmp_path, parquet_bytes(table, bound))
    assert found == SnapshotChecked(SIZE, SIZE)


def test_the_metadata_stand_in_one_place_and_every_reader_sees_the_same(
    tmp_path: Path, table: pa.Table, bound: Bound
) -> None:
    """Found by a sweep: with the Arrow schema they stood twice, and readers chose differently."""
    path = tmp_path / "log.parquet"
    path.write_bytes(parquet_bytes(table, bound))
    raw = pq.read_metadata(path).metadata
    assert raw == {key.encode(): value.encode() for key, value in bound.metadata().items()}
    assert pq.read_table(path).schema.metadata == raw == pq.read_schema(path).metadata


def test_an_export_with_the_metadata_twice_is_refused(
    original: Signed, tmp_path: Path, table: pa.Table, bound: Bound
) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(bound.metadata()), sink)
    with pytest.raises(SnapshotRefused):
        check(original, tmp_path, bytes(sink.getvalue().to_pybytes()))


@pytest.mark.parametrize("name", ["index", "version"])
def test_a_changed_number_is_refused(
    original: Signed, tmp_path: Path, table: pa.Table, bound: Bound, name: str
) -> None:
    spoiled = with_column(table, name, pc.add(table[name], 1))
    with pytest.raises(SnapshotRefused, match="column"):
        check(original, tmp_path, parquet_bytes(spoiled, bound))


@pytest.mark.parametrize("name", ["type", "stream", "recorded_at", "actor", "import", "hash"])
def test_a_changed_text_is_refused(
    original: Signed, tmp_path: Path, table: pa.Table, bound: Bound, name: str
) -> None:
    spoiled = with_column(table, name, pc.fill_null(pc.utf8_reverse(table[name]), "A"))
    with pytest.raises(SnapshotRefused, match="column"):
        check(original, tmp_path, parquet_bytes(spoiled, bound))


def test_an_export_of_other_entries_that_agrees_with_itself_is_refused(
    original: Signed, tmp_path: Path, table: pa.Table, bound: Bound
) -> None:
    """Columns, size and root are those of the changed leaf; only the checkpoint is not."""
    leaves = [text.encode() for text in table["leaf"].to_pylist()]
    leaves[301] = leaves[301].replace(b'"actor":"uji"', b'"actor":"ujj"')
    rows = zip(range(SIZE), table["type"].to_pylist(), leaves, strict=True)
    root = base64.b64encode(root_hash(leaf_hashes(leaves))).decode()
    forged = Bound({**bound.position, "root": root}, bound.checkpoint)
    with pytest.raises(SnapshotRefused, match="checkpoint signs"):
        check(original, tmp_path, parquet_bytes(log_table_of(rows), forged))


def test_leaves_of_another_type_or_none_are_refused(
    original: Signed, tmp_path: Path, table: pa.Table, bound: Bound
) -> None:
    count = len(table)
    for column in (
        table["leaf"].cast(pa.binary()),
        pa.nulls(count, pa.string()),
        pa.array(range(count)),
        pa.array([[1]] * count),
    ):
        with pytest.raises(SnapshotRefused):
            check(original, tmp_path, parquet_bytes(with_column(table, "leaf", column), bound))


def test_leaves_that_are_not_utf_8_are_refused(
    original: Signed, tmp_path: Path, table: pa.Table, bound: Bound
) -> None:
    broken = pa.array([b"\xff\xfe"] * len(table), pa.binary()).view(pa.string())
    with pytest.raises(SnapshotRefused):
        check(original, tmp_path, parquet_bytes(with_column(table, "leaf", broken), bound))


def test_other_columns_are_refused(
    original: Signed, tmp_path: Path, table: pa.Table, bound: Bound
) -> None:
    for spoiled in (
        table.append_column("note", table["actor"]),
        table.append_column("leaf", table["leaf"]),
        table.drop_columns(["actor"]),
        table.select(table.column_names[::-1]),
    ):
        with pytest.raises(SnapshotRefused):
            check(original, tmp_path, parquet_bytes(spoiled, bound))


@pytest.mark.parametrize(
    "change",
    [
        {"jejak.size": "599"},
        {"jejak.root": "AAAA"},
        {"jejak.position": "{}"},
        {"jejak.position": "[]"},
        {"jejak.position": "[" * 5000},
        {"jejak.position": "1" * 5000},
        {"jejak.position": None},
        {"jejak.checkpoint": None},
        {"jejak.size": None},
        {"jejak.more": "1"},
        {b"\xff\xfe": b"\xff"},
        {"jejak.position": b"\xff"},
    ],
)
def test_metadata_that_are_not_those_of_the_export_are_refused(
    original: Signed, tmp_path: Path, table: pa.Table, bound: Bound, change: dict[Any, Any]
) -> None:
    metadata = {**bound.metadata(), **change}
    metadata = {key: value for key, value in metadata.items() if value is not None}
    with pytest.raises(SnapshotRefused):
        check(original, tmp_path, written(table, metadata))


@pytest.mark.parametrize("spacing", [(", ", ": "), (",", ": ")])
def test_a_position_has_one_spelling(
    original: Signed, tmp_path: Path, table: pa.Table, bound: Bound, spacing: tuple[str, str]
) -> None:
    """And its size and root are those of the entries, whatever the other keys say."""
    plain = json.dumps(bound.position, sort_keys=True, separators=(",", ":"))
    assert bound.metadata()["jejak.position"] == plain
    for text in (
        json.dumps(bound.position, sort_keys=True, separators=spacing),
        plain.replace("600", "599"),
        plain.replace('"by"', '"bx"'),
        plain.replace('"revision":null', '"revision":9'),
        plain.replace('"by":null,', ""),
        plain.replace('"root":"', '"root":"A'),
    ):
        with pytest.raises(SnapshotRefused):
            check(original, tmp_path, written(table, bound.metadata() | {"jejak.position": text}))
