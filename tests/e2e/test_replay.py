"""The year again: a database at a position, and step by step."""

import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Jejak


def query(path: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def test_the_database_has_what_the_command_says_at_revision_9(jejak: Jejak, tmp_path: Path) -> None:
    assert jejak("replay", "--revision", "9", "-o", "r9.db").code == 0
    path = tmp_path / "r9.db"
    answer = jejak("pagu", "--revision", "9", "--json").json
    total = "SELECT pagu, coverage, semula, delta FROM pagu WHERE level = 'total'"
    names = ("pagu", "coverage", "semula", "delta")
    assert query(path, total) == [tuple(answer["totals"][name] for name in names)]
    assert query(path, "SELECT count(*) FROM pagu WHERE level <> 'total'") == [
        (len(answer["rows"]),)
    ]
    position = dict(query(path, "SELECT key, value FROM position"))
    assert position.keys() == answer["position"].keys()
    for key, value in answer["position"].items():
        assert position[key] == (None if value is None else str(value))
    assert query(path, "PRAGMA application_id") == [(0,)]


def test_the_lines_of_the_last_revision_are_those_of_the_command(
    jejak: Jejak, tmp_path: Path
) -> None:
    jejak("replay", "-o", "akhir.db")
    lines = jejak("serapan", "--level", "ro", "--json").json["rows"]
    statement = "SELECT code, pagu, realisasi, persen FROM absorption WHERE level = 'ro'"
    names = ("code", "pagu", "realisasi", "persen")
    assert query(tmp_path / "akhir.db", statement) == [
        tuple(line[name] for name in names) for line in lines
    ]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE pagu SET pagu = 1", "DROP TABLE pagu", "CREATE TABLE more (a)", "VACUUM"],
)
def test_the_database_refuses_writing_even_by_its_owner(
    jejak: Jejak, tmp_path: Path, statement: str
) -> None:
    jejak("replay", "--revision", "9", "-o", "r9.db")
    path = tmp_path / "r9.db"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    path.chmod(0o644)
    before = path.read_bytes()
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as connection,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        connection.execute(statement)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.glob("*r9.db*")] == ["r9.db"]


def test_the_same_position_gives_the_same_database(jejak: Jejak, tmp_path: Path) -> None:
    for name in ("satu.db", "dua.db"):
        assert jejak("replay", "--as-of", "2024-10-14", "-o", name).code == 0
    assert (tmp_path / "satu.db").read_bytes() == (tmp_path / "dua.db").read_bytes()


def test_the_database_is_written_over_nothing(jejak: Jejak, tmp_path: Path) -> None:
    (tmp_path / "ada.db").write_text("milik orang lain")
    assert jejak("replay", "-o", "ada.db").code == 2
    assert (tmp_path / "ada.db").read_text() == "milik orang lain"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ada.db", "contoh"]


def test_the_steps_are_the_revisions_with_what_was_spent(jejak: Jejak) -> None:
    steps = jejak("replay", "--json").json
    assert steps["schema"] == "jejak.replay/1"
    revisions = jejak("revisi", "--json").json["rows"]
    names = ("revision", "date", "pagu", "delta", "authority", "reason", "coverage", "event")
    assert [[row[name] for name in names] for row in steps["rows"]] == [
        [row[name] for name in names] for row in revisions
    ]
    totals = jejak("serapan", "--json").json["totals"]
    last = steps["rows"][-1]
    assert (last["realisasi"], last["persen"]) == (totals["realisasi"], totals["persen"])


@pytest.mark.parametrize("position", [["--revision", "9"], ["--as-of", "2024-10-14"]])
def test_the_steps_end_at_the_position(jejak: Jejak, position: list[str]) -> None:
    rows = jejak("replay", *position, "--json").json["rows"]
    assert [row["revision"] for row in rows] == list(range(10))
    assert rows[9]["pagu"] == 41_996_502_000
    assert rows[9]["delta"] == 10_308_000_000


def test_a_voided_revision_is_told_as_void(jejak: Jejak) -> None:
    event = jejak("revisi", "--json").json["rows"][5]["event"]
    jejak("void", f"#{event}", "--reason", "keliru")
    rows = jejak("replay", "--json").json["rows"]
    assert rows[5]["voided_by"] is not None
    assert rows[5]["realisasi"] is None
    assert f"void, see #{rows[5]['voided_by']}" in jejak("replay").out


def test_piped_it_tells_all_at_once(jejak: Jejak) -> None:
    out = jejak("replay").out
    assert out.count("\nRevision ") == 13
    assert "Rp41.996.502.000, difference +10.308.000.000" in out
    assert "breakdown not available in the source (total only)" in out


class Terminal:
    """A keyboard with these lines typed."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return self.lines.pop(0) if self.lines else ""


@pytest.mark.parametrize(
    ("typed", "told"), [(["\n", "\n", "q\n"], 3), (["q\n"], 1), ([], 1), (["\n"] * 20, 14)]
)
def test_at_a_terminal_enter_goes_on_and_q_stops(
    jejak: Jejak, monkeypatch: pytest.MonkeyPatch, typed: list[str], told: int
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(*typed))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    answer = jejak("replay")
    assert answer.code == 0
    assert ("\n" + answer.out).count("\nRevision ") == told
