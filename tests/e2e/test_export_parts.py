"""Parts of a large ledger: datasets by year and bucket, and what is new of the log."""

import base64
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.export_forms.dataset import BUCKETS, bucket_of
from cli.main import run
from cli.wiring import open_ledger
from events_store.log import LeafLog
from tests import nation
from tests.e2e.conftest import Jejak

SATKERS = 60
YEAR = nation.YEAR


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ledger of many generated satker."""
    folder = tmp_path_factory.mktemp("banyak")
    ledger = folder / "banyak.db"
    words = ["init", "--id", "banyak", "--satker", "pusat", "--name", "KPU", "--actor", "uji"]
    paths = ["-L", str(ledger), "--home", str(folder / "rumah")]
    assert run([*words, *paths]) == 0
    with open_ledger(ledger) as application:
        application.record(list(nation.events(SATKERS, 5)), actor="uji")
    return folder


@pytest.fixture
def jejak_many(jejak: Jejak, many: Path) -> Jejak:
    def call(*words: str, **more: Any) -> Any:
        return jejak(*words, "-L", str(many / "banyak.db"), "--home", str(many / "rumah"), **more)

    return call


def test_a_dataset_is_by_year_and_bucket_and_never_a_folder_a_satker(
    jejak_many: Jejak, tmp_path: Path
) -> None:
    assert jejak_many("export", "pagu", "fact", "--dataset", "-o", "keluar").code == 0
    for noun, column in (("pagu", "fiscal_year"), ("fact", "year")):
        folder = tmp_path / "keluar" / noun
        assert [path.name for path in folder.iterdir()] == [f"{column}={YEAR}"]
        files = sorted((folder / f"{column}={YEAR}").iterdir())
        assert 20 < len(files) <= BUCKETS
        for path in files:
            table = pq.read_table(path, partitioning=None)
            satkers = table["satker"].to_pylist()
            assert satkers == sorted(satkers)
            assert {f"bucket-{bucket_of(key):02d}.parquet" for key in satkers} == {path.name}
            assert column not in table.column_names


def test_a_dataset_has_the_rows_of_the_one_file(jejak_many: Jejak, tmp_path: Path) -> None:
    assert jejak_many("export", "serapan", "--dataset", "-o", "banyak").code == 0
    assert jejak_many("export", "serapan", "-o", "satu").code == 0
    whole = pq.read_table(tmp_path / "satu" / "serapan.parquet").replace_schema_metadata(None)
    assert len(set(whole["satker"].to_pylist())) == SATKERS
    parts = pq.read_table(tmp_path / "banyak" / "serapan").replace_schema_metadata(None)
    types = {**{f.name: f.type for f in parts.schema}, "fiscal_year": pa.int64()}
    parts = parts.cast(pa.schema(list(types.items()))).select(whole.column_names)
    order = [(name, "ascending") for name in ("satker", "level", "code", "name")]
    assert parts.sort_by(order).to_pylist() == whole.sort_by(order).to_pylist()


def test_the_package_of_a_dataset_lists_each_part(jejak_many: Jejak, tmp_path: Path) -> None:
    assert jejak_many("export", "pagu", "--dataset", "-o", "keluar").code == 0
    package = json.loads((tmp_path / "keluar" / "datapackage.json").read_text("utf-8"))
    (resource,) = package["resources"]
    there = sorted(
        path.relative_to(tmp_path / "keluar").as_posix()
        for path in (tmp_path / "keluar" / "pagu").rglob("*.parquet")
    )
    assert sorted(resource["path"]) == there == sorted(part["path"] for part in resource["parts"])
    assert resource["rows"] == sum(part["rows"] for part in resource["parts"])


def test_without_satker_the_position_names_none_and_with_it_one(
    jejak_many: Jejak, tmp_path: Path
) -> None:
    assert jejak_many("export", "pagu", "--revision", "9", "-o", "semua").code == 0
    assert jejak_many("export", "pagu", "--satker", "s00007", "-o", "satu").code == 0
    said = {}
    for name in ("semua", "satu"):
        package = json.loads((tmp_path / name / "datapackage.json").read_text("utf-8"))
        said[name] = package["jejak"]["position"]
    assert (said["semua"]["satker"], said["semua"]["revision"]) == (None, 9)
    assert (said["satu"]["satker"], said["satu"]["revision"]) == ("s00007", 13)
    table = pq.read_table(tmp_path / "satu" / "pagu.parquet")
    assert set(table["satker"].to_pylist()) == {"s00007"}
    assert jejak_many("export", "pagu", "--satker", "tidak-ada", "-o", "x").code == 2


def test_nothing_is_written_over_a_dataset(jejak_many: Jejak, tmp_path: Path) -> None:
    (tmp_path / "keluar" / "pagu").mkdir(parents=True)
    done = jejak_many("export", "pagu", "--dataset", "-o", "keluar")
    assert done.code == 2
    assert list((tmp_path / "keluar").rglob("*")) == [tmp_path / "keluar" / "pagu"]


def test_a_dataset_that_fails_midway_leaves_no_file_and_no_folder(
    jejak_many: Jejak, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.e2e.test_failing_disk import failing_at

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", failing_at(9))
        assert jejak_many("export", "pagu", "--dataset", "-o", "keluar").code == 4
    assert list((tmp_path / "keluar").rglob("*")) == []
    assert jejak_many("export", "pagu", "--dataset", "-o", "keluar").code == 0


@pytest.mark.parametrize("since", [0, 1, 255, 256, 700])
def test_what_is_new_of_the_log_says_both_sizes_and_is_verified_alone(
    jejak: Jejak, folder: Path, tmp_path: Path, size: int, since: int
) -> None:
    assert jejak("export", "log", "--since", str(since), "-o", "baru").code == 0
    table = pq.read_table(tmp_path / "baru" / "log.parquet")
    assert table["index"].to_pylist() == list(range(since, size))
    position = json.loads(table.schema.metadata[b"jejak.position"])
    assert (position["since"], position["size"]) == (since, size)
    key = jejak("keys", "show").out.strip()
    words = ("verify", "--snapshot", "baru/log.parquet", "--key", key, "--json")
    answer = jejak(*words, "-L", "tidak-ada.db")
    assert answer.code == 0, answer.out
    assert jejak(*words).code == 0


def test_the_parts_together_are_the_log(jejak: Jejak, tmp_path: Path, size: int) -> None:
    assert jejak("export", "log", "--at-size", "700", "-o", "dulu").code == 0
    assert jejak("export", "log", "--since", "700", "-o", "baru").code == 0
    assert jejak("export", "log", "-o", "semua").code == 0
    parts = [pq.read_table(tmp_path / name / "log.parquet") for name in ("dulu", "baru")]
    whole = pq.read_table(tmp_path / "semua" / "log.parquet")
    plain = [part.replace_schema_metadata(None) for part in parts]
    assert pa.concat_tables(plain).equals(whole.replace_schema_metadata(None))


def test_nothing_new_is_a_table_without_rows(jejak: Jejak, tmp_path: Path, size: int) -> None:
    for form in ("parquet", "csv", "xlsx", "json"):
        words = ("--since", str(size), "-f", form, "-o", form)
        assert jejak("export", "log", *words).code == 0
    assert len(pq.read_table(tmp_path / "parquet" / "log.parquet")) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"since": 699},
        {"since": 701},
        {"since": True},
        {"since": -1},
        {"since": 0},
        {"since": 1 << 200},
        {"since": None},
        {},
    ],
    ids=str,
)
def test_a_part_that_states_another_beginning_is_refused(
    jejak: Jejak, tmp_path: Path, change: dict[str, Any]
) -> None:
    assert jejak("export", "log", "--since", "700", "-o", "baru").code == 0
    path = tmp_path / "baru" / "log.parquet"
    table = pq.read_table(path).replace_schema_metadata(None)
    metadata = dict(pq.read_metadata(path).metadata)
    position = json.loads(metadata[b"jejak.position"])
    for name, value in change.items():
        position[name] = value
    if not change:
        del position["since"]
    text = json.dumps(position, sort_keys=True, separators=(",", ":"))
    metadata[b"jejak.position"] = text.encode()
    _rewrite(path, table, metadata)
    answer = jejak("verify", "--snapshot", str(path), "--json")
    assert answer.code == 5
    assert answer.json["rows"][0]["ok"] is False


def test_a_part_with_another_hash_before_it_is_refused(
    jejak: Jejak, folder: Path, tmp_path: Path
) -> None:
    assert jejak("export", "log", "--since", "700", "-o", "baru").code == 0
    path = tmp_path / "baru" / "log.parquet"
    table = pq.read_table(path).replace_schema_metadata(None)
    metadata = dict(pq.read_metadata(path).metadata)
    before = base64.b64decode(metadata[b"jejak.before"])
    with LeafLog(folder / "jejak.db") as log:
        assert before == b"".join(log.compact_range(700).subtrees)
    for spoiled in (bytes([before[0] ^ 1]) + before[1:], before[:-1], before[32:], b""):
        _rewrite(path, table, {**metadata, b"jejak.before": base64.b64encode(spoiled)})
        assert jejak("verify", "--snapshot", str(path)).code == 5
    _rewrite(path, table, metadata)
    assert jejak("verify", "--snapshot", str(path)).code == 0


def _rewrite(path: Path, table: pa.Table, metadata: dict[bytes, bytes]) -> None:
    with pq.ParquetWriter(path, table.schema, store_schema=False) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(metadata)
