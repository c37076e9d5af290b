"""status names what wants attention, and sends nothing of foreign origin to the terminal raw."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.conftest import Jejak

HOSTILE = "A\x1b[31m\u202e[red]B"


def _codes(jejak: Jejak) -> list[str]:
    return [warning["code"] for warning in jejak("status", "--json").json["warnings"]]


def test_every_satker_year_with_entries_has_a_row_with_or_without_a_dipa(jejak: Jejak) -> None:
    jejak("record", "target", "indicator=x", "printed=90", "document=lkj-2024", "--ta", "2025")
    jejak("record", "satker", "satker=kedua", "name=Dua")
    rows = jejak("status", "--json").json["rows"]
    assert [(row["satker"], row["fiscal_year"], row["revision"]) for row in rows] == [
        ("banjarbaru", 2024, 13), ("banjarbaru", 2025, None), ("kedua", None, None),
    ]  # fmt: skip


def test_a_claim_about_another_year_makes_no_row(jejak: Jejak) -> None:
    assert jejak("serapan", "--ta", "2023", "--json").json["rows"]
    assert [row["fiscal_year"] for row in jejak("status", "--json").json["rows"]] == [2024]


def test_the_mode_of_the_key_is_told_and_a_key_that_others_read_is_refused_not_fatal(
    jejak: Jejak, folder: Path
) -> None:
    assert jejak("status", "--json").json["totals"]["key_mode"] == "0600"
    assert "key-refused" not in _codes(jejak)
    (folder / "rumah" / "keys" / "contoh-banjarbaru.key").chmod(0o640)
    answer = jejak("status", "--json")
    assert answer.code == 0
    assert answer.json["totals"]["key_mode"] == "0640"
    assert answer.json["totals"]["key_locked"] is None
    assert "key-refused" in _codes(jejak)
    assert "key: refused (0640)" in jejak("status").out


def test_a_key_that_is_no_key_is_refused_not_fatal(jejak: Jejak, folder: Path) -> None:
    key = folder / "rumah" / "keys" / "contoh-banjarbaru.key"
    key.write_bytes(b"bukan kunci")
    answer = jejak("status", "--json")
    assert answer.code == 0
    assert "key-refused" in _codes(jejak)


def test_a_ledger_shorter_than_what_was_signed_is_warned_of(
    jejak: Jejak, folder: Path, size: int
) -> None:
    memory = folder / "rumah" / "memory" / "contoh-banjarbaru.json"
    found = json.loads(memory.read_text("ascii"))
    assert found["size"] == size
    assert "ledger-shorter" not in _codes(jejak)
    memory.write_text(json.dumps({**found, "size": size + 1}), "ascii")
    answer = jejak("status")
    assert answer.code == 0
    assert f"{size + 1} entries were signed here, {size} are in the ledger" in answer.err
    assert f"The signer remembers: {size + 1}" in answer.out


def test_tables_of_an_earlier_size_are_stale(jejak: Jejak, folder: Path) -> None:
    assert jejak("status", "--json").json["totals"]["stale_tables"] == []
    with closing(sqlite3.connect(folder / "jejak.db")) as connection, connection:
        connection.execute("UPDATE materialised SET size = size - 1 WHERE name = 'pagu_current'")
    assert jejak("status", "--json").json["totals"]["stale_tables"] == ["pagu_current"]
    assert "tables-stale" in _codes(jejak)


def test_a_file_without_the_list_of_tables_is_answered_all_the_same(
    jejak: Jejak, folder: Path
) -> None:
    with closing(sqlite3.connect(folder / "jejak.db")) as connection, connection:
        connection.execute("DROP TABLE materialised")
    answer = jejak("status", "--json")
    assert answer.code == 0
    assert answer.json["totals"]["stale_tables"] == []


def test_pages_that_lie_in_the_wal_are_warned_of(jejak: Jejak, folder: Path) -> None:
    assert "wal-beside" not in _codes(jejak)
    with closing(sqlite3.connect(folder / "jejak.db")) as holder:
        holder.execute("BEGIN")
        holder.execute("SELECT count(*) FROM event").fetchone()
        jejak("record", "satker", "satker=kedua", "name=Dua")
        assert "wal-beside" in _codes(jejak)


def test_a_clock_that_went_back_is_named_by_its_entry(
    jejak: Jejak, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    import ledger.application

    class _Earlier(datetime):
        @classmethod
        def now(cls, tz: object = None) -> "_Earlier":
            return cls(2020, 1, 1, tzinfo=UTC)

    assert "clock-back" not in _codes(jejak)
    monkeypatch.setattr(ledger.application, "datetime", _Earlier)
    assert jejak("record", "satker", "satker=kedua", "name=Dua").code == 0
    answer = jejak("status")
    assert f"#{size}" in answer.err


def test_a_hostile_actor_is_shown_escaped(jejak: Jejak) -> None:
    assert jejak("record", "satker", "satker=kedua", "name=Dua", "--actor", HOSTILE).code == 0
    answer = jejak("status")
    assert "A\\u{001B}[31m\\u{202E}[red]B" in answer.out
    assert not {"\x1b", "\u202e"} & set(answer.out + answer.err)
    assert HOSTILE in jejak("status", "--json").json["totals"]["actors"]


def test_into_a_pipe_the_figures_are_whole_and_quiet_leaves_the_notes_away(jejak: Jejak) -> None:
    answer = jejak("status", "-q")
    assert "40.343.017.000" in answer.out
    assert answer.err == ""
    assert not set("│─╭") & set(answer.out)


@pytest.mark.parametrize("words", [("lebih",), ("--format", "pdf"), ("-o", "keadaan.odt")])
def test_a_wrong_word_is_a_matter_of_usage(jejak: Jejak, words: tuple[str, ...]) -> None:
    assert jejak("status", *words).code == 2


def test_without_a_ledger_there_is_no_status(jejak: Jejak) -> None:
    assert jejak("status", "-L", "tidak-ada.db").code == 4
