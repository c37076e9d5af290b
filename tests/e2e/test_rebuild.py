"""The current tables follow the entries, and whoever changes a cell of them is found."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Jejak

TABLES = ["absorption_current", "pagu_current", "revisions_current"]
LINE = "6709.QGE.001"


def query(path: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(statement).fetchall()


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert connection.execute(statement).rowcount == 1


def compared(jejak: Jejak) -> dict[str, Any]:
    return {row["name"]: row for row in jejak("rebuild", "--check", "--json").json["rows"]}


def line_statement(jejak: Jejak) -> str:
    rows = jejak("log", "--type", "dipa-lines-stated.v1", "--json").json["rows"]
    found = (
        row["event"]
        for row in rows
        if row["data"]["revision"] == 13 and LINE in (row["data"]["code"] or [])
    )
    return str(next(found))


def test_rebuilt_is_live_after_imports_corrections_and_voids(jejak: Jejak, folder: Path) -> None:
    ledger = folder / "jejak.db"
    value = f"SELECT pagu FROM pagu_current WHERE level = 'ro' AND code = '{LINE}'"
    answer = jejak("rebuild", "--check", "--json")
    assert answer.code == 0
    assert set(TABLES) <= {row["name"] for row in answer.json["rows"]}
    assert query(ledger, value) == [(918_009_000,)]
    entry = line_statement(jejak)
    jejak("correct", f"{entry}/{LINE}", "--value", "918009500", "--reason", "salah salin")
    assert query(ledger, value) == [(918_009_500,)]
    assert jejak("rebuild", "--check").code == 0
    last = jejak("log", "--last", "1", "--json").json["rows"][0]["event"]
    jejak("void", last, "--reason", "keliru")
    assert query(ledger, value) == [(918_009_000,)]
    assert jejak("rebuild", "--check").code == 0
    assert jejak("verify").code == 6


def test_an_import_that_was_voided_as_a_whole_leaves_the_tables(jejak: Jejak, folder: Path) -> None:
    from cli.wiring import open_ledger
    from ledger.events import ImportVoided

    ledger = folder / "jejak.db"
    rows = jejak("log", "--type", "import-received.v1", "--json").json["rows"]
    assert query(ledger, "SELECT count(*) FROM revisions_current") != [(0,)]
    with open_ledger(ledger) as application:
        application.record(
            [
                ImportVoided(row["stream"], 2, row["data"]["import_id"], "salah berkas", None)
                for row in rows
            ],
            actor="uji",
        )
    assert jejak("rebuild").code == 0
    for table in ("pagu", "absorption", "revisions"):
        assert query(ledger, f"SELECT count(*) FROM {table}_current") == [(0,)]


def test_a_plain_reader_sees_of_which_size_the_tables_are(jejak: Jejak, folder: Path) -> None:
    size = jejak("verify", "--json").json["totals"]["size"]
    listed = query(folder / "jejak.db", "SELECT name, size FROM materialised ORDER BY name")
    assert set(TABLES) <= {name for name, _size in listed}
    assert {found for _name, found in listed} == {size}


def test_the_stored_total_is_that_of_the_command(jejak: Jejak, folder: Path) -> None:
    statement = "SELECT pagu, coverage FROM pagu_current WHERE level = 'total'"
    totals = jejak("pagu", "--json").json["totals"]
    assert query(folder / "jejak.db", statement) == [(totals["pagu"], totals["coverage"])]


def test_one_changed_cell_is_found_and_named(jejak: Jejak, folder: Path) -> None:
    change(
        folder / "jejak.db",
        f"UPDATE pagu_current SET pagu = 918009001 WHERE level = 'ro' AND code = '{LINE}'",
    )
    answer = jejak("rebuild", "--check", "--json")
    assert answer.code == 1
    rows = {row["name"]: row for row in answer.json["rows"]}
    assert [name for name in rows if not rows[name]["same"]] == ["pagu_current"]
    found = rows["pagu_current"]
    assert found["stored"] != found["rebuilt"] == found["listed"]
    assert found["difference"]["column"] == "pagu"
    assert found["difference"]["stored"] == 918_009_001
    assert found["difference"]["rebuilt"] == 918_009_000
    words = jejak("rebuild", "--check").out
    assert f"row {found['difference']['row']}, pagu is 918009001" in words
    verified = jejak("verify", "--json")
    assert verified.code == 5
    assert [(row["kind"], row["detail"][:12]) for row in verified.json["rows"]] == [
        ("table", "pagu_current")
    ]
    assert jejak("rebuild").code == 0
    assert jejak("verify").code == 6


def test_a_table_written_consistently_but_wrong_is_found_by_verify(
    jejak: Jejak, folder: Path
) -> None:
    from events_store.log import LeafLog
    from events_store.tables import stored_digest

    ledger = folder / "jejak.db"
    change(ledger, "UPDATE pagu_current SET pagu = 1 WHERE level = 'total'")
    with LeafLog(ledger) as log:
        digest = stored_digest(log, "pagu_current")
    change(
        ledger,
        f"UPDATE materialised SET digest = x'{digest.hex()}' WHERE name = 'pagu_current'",
    )
    verified = jejak("verify", "--json")
    assert verified.code == 5
    (row,) = verified.json["rows"]
    assert row["kind"] == "table"
    assert "pagu_current: row 1, pagu is 1; the entries give 40343017000" in row["detail"]


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("DELETE FROM revisions_current WHERE revision = 13", 14),
        ("INSERT INTO revisions_current (satker, revision) VALUES ('lain', 14)", 15),
    ],
)
def test_a_row_too_few_or_too_many_is_named(
    jejak: Jejak, folder: Path, statement: str, row: int
) -> None:
    change(folder / "jejak.db", statement)
    difference = compared(jejak)["revisions_current"]["difference"]
    assert difference == {"row": row, "column": None, "stored": None, "rebuilt": None}
    assert jejak("verify").code == 5


def test_a_table_that_no_projection_makes_is_found(jejak: Jejak, folder: Path) -> None:
    import pyarrow as pa

    from cli.wiring import current_tables
    from events_store.log import LeafLog
    from events_store.tables import write_tables

    ledger = folder / "jejak.db"
    with LeafLog(ledger) as log:
        tables = {**current_tables(log), "temuan_current": pa.table({"a": ["x"]})}
        size, root = log.size, log.root()
    write_tables(ledger, tables, size, root)
    verified = jejak("verify", "--json")
    assert verified.code == 5
    assert "temuan_current" in verified.json["rows"][0]["detail"]
    assert jejak("rebuild").code == 0
    assert query(ledger, "SELECT name FROM sqlite_master WHERE name = 'temuan_current'") == []


def test_a_stale_table_is_told_and_contradicts_nothing(
    jejak: Jejak, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.recording.TABLES_LIMIT", 10)
    done = jejak("correct", "#1", "--field", "name", "--value", "KPU", "--reason", "x")
    assert "jejak rebuild" in done.err
    answer = jejak("rebuild", "--check", "--json")
    assert answer.code == 1
    assert all(row["same"] and row["stale"] for row in answer.json["rows"])
    assert answer.json["totals"]["ok"] is False
    assert jejak("verify").code == 6
    assert "stale" in jejak("rebuild", "--check").out
    assert jejak("rebuild").code == 0
    assert jejak("rebuild", "--check").code == 0


def test_missing_tables_are_told_and_made(jejak: Jejak, folder: Path) -> None:
    from events_store.log import LeafLog
    from events_store.tables import write_tables

    with LeafLog(folder / "jejak.db") as log:
        size, root = log.size, log.root()
    write_tables(folder / "jejak.db", {}, size, root)
    assert jejak("verify").code == 6
    answer = jejak("rebuild", "--check")
    assert answer.code == 1
    assert "pagu_current: not there" in answer.out
    made = jejak("rebuild", "--json")
    assert made.json["schema"] == "jejak.rebuild/1"
    assert set(TABLES) <= {row["name"] for row in made.json["rows"]}
    assert made.code == 0


def test_a_recording_goes_through_when_the_tables_cannot_be_written(
    jejak: Jejak, monkeypatch: pytest.MonkeyPatch
) -> None:
    from events_store.errors import LedgerLocked

    def refuse(path: Path) -> int:
        raise LedgerLocked(path)

    monkeypatch.setattr("cli.wiring.write_current_tables", refuse)
    done = jejak("correct", "#1", "--field", "name", "--value", "KPU", "--reason", "x")
    assert done.code == 0
    assert "not renewed" in done.err
    monkeypatch.undo()


def test_what_was_recorded_meanwhile_is_taken_in(
    jejak: Jejak, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older state never stays: whoever writes last looks whether the log has grown."""
    from cli import wiring
    from events_store import tables

    original = tables.write_tables
    sizes: list[int] = []

    def write_and_record(path: Path, made: Any, size: int, root: bytes) -> None:
        original(path, made, size, root)
        sizes.append(size)
        if len(sizes) == 1:
            monkeypatch.setattr("cli.recording.TABLES_LIMIT", 0)
            jejak("correct", "#1", "--field", "name", "--value", "KPU", "--reason", "x")

    monkeypatch.setattr(tables, "write_tables", write_and_record)
    size = wiring.write_current_tables(folder / "jejak.db")
    assert sizes == [size - 1, size]
    assert jejak("rebuild", "--check").code == 0
