"""DuckDB answers from the leaves in a bundle, by the program in it, what the program answered."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.foreign.conftest import Bundle, Demo, flipped

PAGU_9 = 41_996_502_000
HISTORY = "SELECT revision, known, against_before FROM line_history WHERE revision BETWEEN 3 AND 9"

Ask = Callable[[Bundle, str], list[dict[str, Any]]]


@pytest.fixture
def replayed(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Rows of a query after replay.sql ran in the bundle's folder, as its README says."""

    def call(bundle: Bundle, query: str) -> list[dict[str, Any]]:
        monkeypatch.chdir(bundle.folder)
        with duckdb.connect() as connection:
            connection.sql(Path("replay.sql").read_text("utf-8"))
            found: list[dict[str, Any]] = connection.sql(query).to_arrow_table().to_pylist()
        return found

    return call


def told(demo: Demo, capfd: pytest.CaptureFixture[str], *words: str) -> Any:
    capfd.readouterr()
    assert demo.run(*words, "--json") == 0
    return json.loads(capfd.readouterr().out)


def test_it_gives_the_pagu_at_a_revision(replayed: Ask, replay: Bundle) -> None:
    (total,) = replayed(replay, "FROM pagu_total")
    assert (total["revision"], total["pagu"]) == (9, PAGU_9)
    assert (total["basis"], total["coverage"]) == ("stated", "total-only")
    assert replayed(replay, "FROM pagu_lines") == []


@pytest.mark.parametrize("revision", [0, 9, 13])
def test_it_agrees_with_the_program(
    replayed: Ask, demo: Demo, capfd: pytest.CaptureFixture[str], revision: int
) -> None:
    bundle = demo.prove("total", "--revision", str(revision))
    own = told(demo, capfd, "pagu", "--revision", str(revision))
    (total,) = replayed(bundle, "FROM pagu_total")
    for name in ("pagu", "basis", "coverage", "lines_known", "unallocated"):
        assert total[name] == own["totals"][name], name
    query = "SELECT code, pagu, basis, name FROM pagu_lines WHERE level = 'ro'"
    lines = {(line["code"], line["pagu"], line["basis"]) for line in replayed(bundle, query)}
    assert lines == {(row["code"], row["pagu"], row["basis"]) for row in own["rows"]}
    assert (len(lines) > 0) == (revision != 9)


def test_the_claim_in_the_bundle_says_the_same(replayed: Ask, replay: Bundle) -> None:
    answer = json.loads(replay.files()["claim.json"])["answer"]
    (total,) = replayed(replay, "FROM pagu_total")
    assert answer["total"]["pagu"] == total["pagu"] == PAGU_9
    assert answer["total"]["coverage"] == total["coverage"]


def test_it_agrees_that_a_line_cannot_be_proved_untouched(replayed: Ask, demo: Demo) -> None:
    bundle = demo.prove("6709.QGE.001", "--between", "3..9")
    answer = json.loads(bundle.files()["claim.json"])["answer"]
    assert (answer["verdict"], answer["unknown"]) == ("not-provable", [[3, 9]])
    rows = replayed(bundle, HISTORY)
    assert [row["revision"] for row in rows] == list(range(3, 10))
    assert [row["known"] for row in rows] == [row["known"] for row in answer["revisions"]]
    assert {row["against_before"] for row in rows} == {"cannot be known"}


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_words_of_the_readme_work(demo: Demo, language: str) -> None:
    bundle = demo.prove("total", "--revision", "9", "--lang", language)
    text = (bundle.folder / "README.md").read_text("utf-8")
    command = re.search(r"`(duckdb\.sql\(.+\))`", text)
    assert command is not None
    program = f"import duckdb; {command[1]}; print(duckdb.sql('FROM pagu_total').fetchall()[0][:2])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=bundle.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == f"(9, {PAGU_9})", done.stderr


def test_a_line_left_out_does_not_pass_in_silence(
    replayed: Ask, replay: Bundle, tmp_path: Path
) -> None:
    bundle = replay.copy_to(tmp_path / "bundle")
    lines = bundle.files()["leaves.jsonl"].splitlines(keepends=True)
    bundle.put("leaves.jsonl", b"".join(lines[:30] + lines[31:]))
    (total,) = replayed(bundle, "FROM pagu_total")
    assert (total["pagu"], total["basis"]) == (None, "not computable here")


def test_other_leaves_give_another_answer(replayed: Ask, replay: Bundle, tmp_path: Path) -> None:
    """That the sum is made from the leaves and not told; verify.go is what refuses these."""
    bundle = replay.copy_to(tmp_path / "bundle")
    data = bundle.files()["leaves.jsonl"]
    place = data.index(str(PAGU_9).encode())
    bundle.put("leaves.jsonl", flipped(data, place * 8))
    (total,) = replayed(bundle, "FROM pagu_total")
    assert total["pagu"] == PAGU_9 + 10_000_000_000
