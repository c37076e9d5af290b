"""Exported files: the same figures as the commands, bound to the log, the same bytes each time."""

import csv
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.e2e.conftest import Jejak


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def table_of(path: Path) -> Any:
    return pq.read_table(path, page_checksum_verification=True)


def test_both_forms_give_the_sums_of_the_command(jejak: Jejak, tmp_path: Path) -> None:
    done = jejak("export", "pagu", "-o", "keluar", "-f", "parquet", "-f", "csv")
    assert done.code == 0
    for level in ("ro", "jenis-belanja", "program"):
        lines = jejak("pagu", "--level", level, "--json").json["rows"]
        expected = {row["code"]: row["pagu"] for row in lines}
        table = table_of(tmp_path / "keluar" / "pagu.parquet")
        mine = table.filter(pc.equal(table["level"], level))
        assert dict(zip(*(mine[name].to_pylist() for name in ("code", "pagu")), strict=True)) == (
            expected
        )
        texts = [r for r in rows_of(tmp_path / "keluar" / "pagu.csv") if r["level"] == level]
        assert {row["code"] or None: int(row["pagu"]) for row in texts} == expected
    totals = jejak("pagu", "--json").json["totals"]
    (total,) = [r for r in rows_of(tmp_path / "keluar" / "pagu.csv") if r["level"] == "total"]
    assert int(total["pagu"]) == totals["pagu"]


def test_codes_are_text_and_keep_their_leading_zeros(jejak: Jejak, tmp_path: Path) -> None:
    jejak("export", "pagu", "-o", "keluar", "-f", "parquet", "-f", "csv")
    table = table_of(tmp_path / "keluar" / "pagu.parquet")
    assert table.schema.field("code").type == pa.string()
    assert table.schema.field("pagu").type == pa.int64()
    programs = table.filter(pc.equal(table["level"], "program"))["code"].to_pylist()
    assert any(code.startswith("076.01.") for code in programs if code)
    texts = {row["code"] for row in rows_of(tmp_path / "keluar" / "pagu.csv")}
    assert set(programs) - {None} <= texts


def test_a_file_says_of_which_position_and_log_it_is(jejak: Jejak, tmp_path: Path) -> None:
    jejak("export", "pagu", "log", "--revision", "9", "-o", "keluar")
    asked = jejak("pagu", "--revision", "9", "--json").json["position"]
    metadata = table_of(tmp_path / "keluar" / "pagu.parquet").schema.metadata
    assert json.loads(metadata[b"jejak.position"]) == asked
    assert metadata[b"jejak.size"] == str(asked["size"]).encode()
    assert metadata[b"jejak.root"] == asked["root"].encode()
    note = jejak("checkpoint", "show").out
    assert metadata[b"jejak.checkpoint"].decode() == note
    of_log = table_of(tmp_path / "keluar" / "log.parquet").schema.metadata
    assert json.loads(of_log[b"jejak.position"])["revision"] is None
    package = json.loads((tmp_path / "keluar" / "datapackage.json").read_text("utf-8"))
    assert package["jejak"]["position"] == asked
    assert package["jejak"]["checkpoint"] == note
    for file in package["resources"]:
        data = (tmp_path / "keluar" / file["path"]).read_bytes()
        assert f"sha256:{hashlib.sha256(data).hexdigest()}" == file["hash"]
        assert len(data) == file["bytes"]


def test_an_earlier_size_has_no_checkpoint_of_a_later_one(jejak: Jejak, tmp_path: Path) -> None:
    jejak("export", "pagu", "--at-size", "30", "-o", "keluar")
    metadata = table_of(tmp_path / "keluar" / "pagu.parquet").schema.metadata
    assert metadata[b"jejak.size"] == b"30"
    assert b"jejak.checkpoint" not in metadata


def test_the_same_position_gives_the_same_bytes(jejak: Jejak, tmp_path: Path) -> None:
    for name in ("satu", "dua"):
        assert jejak("export", "all", "-f", "csv", "-f", "parquet", "-o", name).code == 0
    one, other = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("satu", "dua")
    )
    assert one == other
    assert {
        "pagu.csv",
        "revisi.parquet",
        "serapan.csv",
        "log.csv",
        "datapackage.json",
    } <= one.keys()


def test_the_log_has_every_leaf_as_it_is_stored(jejak: Jejak, folder: Path, tmp_path: Path) -> None:
    from events_store.log import LeafLog
    from events_store.merkle import leaf_hash

    jejak("export", "log", "-o", "keluar", "-f", "csv", "-f", "parquet")
    with LeafLog(folder / "jejak.db") as log:
        leaves = [data for _index, _type, data in log.leaves()]
    table = table_of(tmp_path / "keluar" / "log.parquet")
    assert [text.encode() for text in table["leaf"].to_pylist()] == leaves
    texts = [row["leaf"].encode() for row in rows_of(tmp_path / "keluar" / "log.csv")]
    assert texts == leaves
    assert table["hash"].to_pylist() == [leaf_hash(data).hex() for data in leaves]


def test_a_text_that_a_spreadsheet_would_run_is_marked(jejak: Jejak, tmp_path: Path) -> None:
    rows = jejak("revisi", "--json").json["rows"]
    jejak("correct", f"#{rows[9]['event']}", "--field", "reason", "--value", "=1+1",
          "--reason", "uji")  # fmt: skip
    jejak("export", "revisi", "-o", "keluar", "-f", "csv", "-f", "parquet")
    found = [row["reason"] for row in rows_of(tmp_path / "keluar" / "revisi.csv")]
    assert found[9] == "'=1+1"
    assert table_of(tmp_path / "keluar" / "revisi.parquet")["reason"].to_pylist()[9] == "=1+1"


@pytest.mark.parametrize("taken", ["pagu.parquet", "datapackage.json"])
def test_nothing_is_written_over_and_nothing_beside_it(
    jejak: Jejak, tmp_path: Path, taken: str
) -> None:
    (tmp_path / "keluar").mkdir()
    (tmp_path / "keluar" / taken).write_text("milik orang lain")
    done = jejak("export", "pagu", "-o", "keluar")
    assert done.code == 2
    assert taken in done.err
    assert [path.name for path in (tmp_path / "keluar").iterdir()] == [taken]
    assert (tmp_path / "keluar" / taken).read_text() == "milik orang lain"


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_full_disk_is_told_before_anything_is_written(
    jejak: Jejak, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1000, 999, 1))
    for words in (["pagu", "-o", "keluar"], ["--ledger-copy", "salinan.db"]):
        done = jejak("export", *words)
        assert done.code == 4
        assert "Not enough room" in done.err
    assert not (tmp_path / "salinan.db").exists()
    assert list((tmp_path / "keluar").iterdir()) == []


def test_a_copy_of_the_ledger_is_complete_in_itself(
    jejak: Jejak, folder: Path, tmp_path: Path
) -> None:
    size = jejak("verify", "--json").json["totals"]["size"]
    assert jejak("export", "--ledger-copy", "untuk-auditor.db").code == 0
    (tmp_path / "lain").mkdir()
    copy = (tmp_path / "untuk-auditor.db").rename(tmp_path / "lain" / "buku.db")
    answer = jejak("verify", "-L", str(copy), "--json")
    assert answer.code == 6
    assert answer.json["totals"]["size"] == size
    assert answer.json["totals"]["checkpoint"] == size
    assert [path.name for path in (tmp_path / "lain").iterdir()] == ["buku.db"]
    again = jejak("export", "--ledger-copy", str(copy))
    assert again.code == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["contoh", "lain"]


def test_a_copy_has_what_only_the_wal_holds(jejak: Jejak, folder: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(folder / "jejak.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM event").fetchone()
        from events_store.database import open_engine
        from events_store.recorder import LedgerRecorder
        from tests.unit.events_store.conftest import stored

        engine = open_engine(folder / "jejak.db")
        LedgerRecorder(engine).insert_events(stored(0, 1))
        assert jejak("export", "--ledger-copy", "salinan.db").code == 0
        engine.dispose()
    with closing(sqlite3.connect(tmp_path / "salinan.db")) as copy:
        assert copy.execute("SELECT count(*) FROM event WHERE stream = 'stream'").fetchone() == (1,)


@pytest.mark.parametrize(
    "words", [[], ["pagu"], ["-o", "keluar"], ["tidak-ada", "-o", "keluar"]], ids=str
)
def test_an_export_of_nothing_or_to_nowhere_is_a_usage_error(
    jejak: Jejak, words: list[str], tmp_path: Path
) -> None:
    assert jejak("export", *words).code == 2
    assert not (tmp_path / "keluar").exists()
