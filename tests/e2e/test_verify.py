"""verify as users meet it: exit codes, what it says, and what it needs from outside."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.e2e.conftest import Jejak


def _rows(path: Path, statement: str, *values: object) -> None:
    """Change a ledger as someone with the file in hand would."""
    connection = sqlite3.connect(path)
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger'")
    kept = triggers.fetchall()
    for name, _ in kept:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statement, values)
    for _, sql in kept:
        connection.execute(sql)
    connection.commit()
    connection.close()


def _size(jejak: Jejak) -> int:
    return int(jejak("verify", "--json").json["totals"]["size"])


def _without_tables(path: Path) -> None:
    """Drop the materialised tables, which would tell of the entries that are gone."""
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM materialised").fetchall():
        connection.execute(f"DROP TABLE {name}")
    connection.execute("DROP TABLE materialised")
    connection.commit()
    connection.close()


def test_a_fresh_ledger_is_sound_and_confirmed_by_nobody(jejak: Jejak, size: int) -> None:
    answer = jejak("verify", "--json")
    assert answer.code == 6
    totals = answer.json["totals"]
    assert totals["ok"] is True
    assert totals["confirmed_outside"] is False
    assert totals["checkpoint"] == totals["size"] == size
    assert "nothing outside confirms it" in jejak("verify").out


def test_a_checkpoint_that_someone_else_holds_confirms(jejak: Jejak, folder: Path) -> None:
    held = next((folder / "rumah" / "anchors" / "contoh-banjarbaru").iterdir())
    outside = folder.parent / "auditor"
    shutil.copy(held, outside)
    answer = jejak("verify", "--checkpoint", str(outside), "--json")
    assert answer.code == 0
    assert answer.json["totals"]["confirmed_outside"] is True


@pytest.mark.parametrize("column", ["leaf", "hash", "stream", "type", "version"])
def test_a_changed_byte_of_any_column_is_found_at_its_entry(
    jejak: Jejak, folder: Path, column: str
) -> None:
    new = {
        "leaf": "CAST(replace(CAST(leaf AS TEXT), '41996502000', '41996502001') AS BLOB)",
        "stream": "stream || 'x'",
        "type": "'dipa-revised.v2'",
        "version": "version + 1000",
        "hash": "zeroblob(32)",
    }[column]
    _rows(folder / "jejak.db", f"UPDATE event SET {column} = {new} WHERE leaf_index = 34")
    answer = jejak("verify", "--json")
    assert answer.code == 5
    assert 34 in [row["first_index"] for row in answer.json["rows"]]
    assert answer.json["totals"]["ok"] is False


def test_a_deleted_tail_shows_only_against_a_checkpoint_held_outside(
    jejak: Jejak, folder: Path, size: int
) -> None:
    held = next((folder / "rumah" / "anchors" / "contoh-banjarbaru").iterdir())
    outside = folder.parent / "auditor"
    shutil.copy(held, outside)
    key = jejak("keys", "show").out.strip()
    _rows(folder / "jejak.db", "DELETE FROM event WHERE leaf_index >= ?", _size(jejak) - 4)
    _rows(folder / "jejak.db", "DELETE FROM checkpoint")
    careless = jejak("verify", "--home", "elsewhere", "--json")
    assert [row["kind"] for row in careless.json["rows"]] == ["table"]
    assert jejak("rebuild").code == 0
    alone = jejak("verify", "--home", "elsewhere", "--json")
    assert alone.code == 6
    found = jejak("verify", "--home", "elsewhere", "--key", key, "--checkpoint", str(outside))
    assert found.code == 5
    assert "tail-missing" in found.out
    by_own_anchor = jejak("verify", "--json")
    assert by_own_anchor.code == 5


def test_the_signer_refuses_a_log_that_contradicts_what_it_signed(
    jejak: Jejak, folder: Path, size: int
) -> None:
    _rows(folder / "jejak.db", "DELETE FROM event WHERE leaf_index >= ?", size - 3)
    refused = jejak("checkpoint", "sign")
    assert refused.code == 5
    assert "contradict" in refused.err


def test_verify_works_on_a_plain_copy_of_the_file(jejak: Jejak, folder: Path) -> None:
    copy = folder.parent / "salinan.db"
    shutil.copy(folder / "jejak.db", copy)
    assert jejak("verify", "-L", str(copy)).code == 6


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", 4), (b"not a database at all", 4), (b"SQLite format 3\x00" + bytes(200), 4)],
)
def test_what_is_no_ledger_is_not_available(
    jejak: Jejak, tmp_path: Path, content: bytes, code: int
) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    assert jejak("verify", "-L", str(path)).code == code
    assert jejak("pagu", "-L", str(path)).code == code


def test_a_missing_ledger_says_how_to_make_one(jejak: Jejak) -> None:
    answer = jejak("pagu", "-L", "tidak-ada.db")
    assert answer.code == 4
    assert "jejak init" in answer.err


def test_a_ledger_cut_short_is_evidence_contradicted(jejak: Jejak, folder: Path) -> None:
    data = (folder / "jejak.db").read_bytes()
    (folder / "jejak.db").write_bytes(data[: len(data) // 2])
    assert jejak("verify").code == 5


def test_keys_show_prints_the_verifier_key_alone(jejak: Jejak) -> None:
    answer = jejak("keys", "show")
    assert answer.out.startswith("jejak/contoh-banjarbaru+")
    assert len(answer.out.splitlines()) == 1


def test_checkpoint_show_prints_the_note_as_it_was_signed(jejak: Jejak, size: int) -> None:
    lines = jejak("checkpoint", "show").out.splitlines()
    assert lines[0] == "jejak/contoh-banjarbaru"
    assert lines[1] == str(size)
    assert lines[4].startswith("\N{EM DASH} jejak/contoh-banjarbaru ")
