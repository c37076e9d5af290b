"""Exported files that others hold: bound by the entry that published them, or by their leaves."""

import base64
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from events_store.merkle import leaf_hash, root_hash
from tests.e2e.conftest import Jejak

PUBLISH = ("export", "pagu", "revisi", "--revision", "9", "--publish", "--actor", "Perencana")


@pytest.fixture
def published(jejak: Jejak, tmp_path: Path) -> Path:
    folder = tmp_path / "terbit"
    done = jejak(*PUBLISH, "-o", str(folder), "-f", "parquet", "-f", "csv")
    assert done.code == 0, done.err
    return folder


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def test_each_published_file_is_an_entry_that_vouches_for_it(
    jejak: Jejak, published: Path, size: int
) -> None:
    names = sorted(path.name for path in published.iterdir() if path.suffix in (".csv", ".parquet"))
    assert names == ["pagu.csv", "pagu.parquet", "revisi.csv", "revisi.parquet"]
    files = [word for name in names for word in ("--snapshot", str(published / name))]
    answer = jejak("verify", *files, "--json")
    assert answer.code == 0, answer.out
    assert {row["event"] for row in answer.json["rows"]} == set(range(size, size + 4))
    assert {row["size"] for row in answer.json["rows"]} == {size}
    rows = jejak("log", "--json").json["rows"][-4:]
    assert {row["type"] for row in rows} == {"snapshot-published.v1"}


@pytest.mark.parametrize("name", ["pagu.csv", "pagu.parquet"])
@pytest.mark.parametrize("place", [5, -1])
def test_a_changed_file_is_refused(jejak: Jejak, published: Path, name: str, place: int) -> None:
    flip(published / name, place)
    answer = jejak("verify", "--snapshot", str(published / name), "--json")
    assert answer.code == 5
    assert answer.json["rows"][0]["ok"] is False


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_file_that_nobody_published_is_refused(jejak: Jejak, tmp_path: Path, lang: str) -> None:
    assert jejak("export", "pagu", "-o", "keluar").code == 0
    answer = jejak("verify", "--snapshot", "keluar/pagu.parquet", lang=lang)
    assert answer.code == 5
    assert "Traceback" not in answer.out + answer.err


def test_a_publication_that_is_not_signed_yet_does_not_vouch(
    jejak: Jejak, folder: Path, tmp_path: Path
) -> None:
    key = folder / "rumah" / "keys" / "contoh-banjarbaru.key"
    key.rename(folder / "key-elsewhere")
    assert jejak(*PUBLISH, "-o", "terbit").code == 0
    words = ("verify", "--snapshot", "terbit/pagu.parquet")
    answer = jejak(*words, "--json")
    assert answer.code == 5
    assert "not signed yet" in answer.json["rows"][0]["detail"]
    (folder / "key-elsewhere").rename(key)
    assert jejak("checkpoint", "sign").code == 0
    assert jejak(*words).code == 0


def test_only_the_ledger_that_published_a_table_vouches_for_it(
    jejak: Jejak, published: Path, tmp_path: Path
) -> None:
    key = jejak("keys", "show").out.strip()
    words = ("verify", "--snapshot", str(published / "pagu.csv"), "--key", key)
    assert jejak(*words).code == 0
    assert jejak(*words, "-L", "tidak-ada.db").code == 5


@pytest.fixture
def log(jejak: Jejak, tmp_path: Path) -> Path:
    assert jejak("export", "log", "-o", str(tmp_path / "log")).code == 0
    return tmp_path / "log" / "log.parquet"


def test_an_export_of_the_log_needs_nothing_but_a_key(jejak: Jejak, log: Path, size: int) -> None:
    key = jejak("keys", "show").out.strip()
    answer = jejak("verify", "--snapshot", str(log), "--key", key, "-L", "tidak-ada.db", "--json")
    assert answer.code == 0, answer.out
    (row,) = answer.json["rows"]
    assert (row["size"], row["signed"], row["event"]) == (size, size, None)


def respelled(table: pa.Table, column: str, row: int, text: str) -> pa.Table:
    values = table[column].to_pylist()
    assert values[row] != text
    values[row] = text
    place = table.schema.get_field_index(column)
    field = table.schema.field(column)
    return table.set_column(place, field, pa.array(values, field.type))


@pytest.mark.parametrize("column", ["leaf", "type", "stream"])
def test_a_changed_cell_of_the_log_is_refused(jejak: Jejak, log: Path, column: str) -> None:
    table = pq.read_table(log)
    pq.write_table(respelled(table, column, 34, table[column].to_pylist()[0]), log)
    answer = jejak("verify", "--snapshot", str(log), "--json")
    assert answer.code == 5
    assert answer.json["rows"][0]["ok"] is False


def test_a_shortened_log_and_one_without_a_checkpoint_are_refused(jejak: Jejak, log: Path) -> None:
    table = pq.read_table(log)
    for changed in (
        table.slice(0, 1000),
        table.slice(1),
        table.replace_schema_metadata(None),
        table.replace_schema_metadata({**table.schema.metadata, b"jejak.size": b"7"}),
    ):
        pq.write_table(changed, log)
        assert jejak("verify", "--snapshot", str(log)).code == 5


def test_a_shorter_log_that_states_its_own_root_is_refused(jejak: Jejak, log: Path) -> None:
    """Without the ledger only the checkpoint in the file tells."""
    key = jejak("keys", "show").out.strip()
    table = pq.read_table(log).slice(0, 1000)
    root = root_hash([leaf_hash(leaf.encode()) for leaf in table["leaf"].to_pylist()])
    stated = {b"jejak.size": b"1000", b"jejak.root": base64.b64encode(root)}
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, **stated}), log)
    words = ("verify", "--snapshot", str(log), "--key", key, "-L", "tidak-ada.db", "--json")
    answer = jejak(*words)
    assert answer.code == 5
    assert "not those that its checkpoint signs" in answer.json["rows"][0]["detail"]


def test_wrong_inputs_are_told_apart(jejak: Jejak, log: Path, tmp_path: Path) -> None:
    (tmp_path / "sampah.parquet").write_bytes(b"PAR1 and then nothing of the kind PAR1")
    shutil.copy(log, tmp_path / "potong.parquet")
    flip(tmp_path / "potong.parquet", log.stat().st_size // 2)
    for words, code in (
        (("verify", "--snapshot", "sampah.parquet"), 5),
        (("verify", "--snapshot", "potong.parquet"), 5),
        (("verify", "--snapshot", "tidak-ada.parquet"), 2),
        (("verify", "--snapshot", str(tmp_path)), 2),
        (("verify", "--snapshot", str(log), "-L", "tidak-ada.db"), 2),
        (("export", "--publish", "--actor", "A"), 2),
        (("export", "pagu", "--publish", "-o", "x", "--home", "lain"), 2),
        (("export", "pagu", "--publish", "--actor", "A"), 2),
        (("export", "desa", "-o", "x"), 2),
        (("export", "--tiles", str(tmp_path)), 2),
    ):
        answer = jejak(*words)
        assert answer.code == code, (words, answer.out, answer.err)
        assert "Traceback" not in answer.out + answer.err
