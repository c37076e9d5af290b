"""The main question: what was the pagu, at a revision, on a day, as known then."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Jejak


def test_revision_9_has_its_total_the_difference_and_no_breakdown(jejak: Jejak) -> None:
    answer = jejak("pagu", "--revision", "9", "--json").json
    assert answer["schema"] == "jejak.pagu/1"
    assert answer["totals"] == {
        "pagu": 41_996_502_000,
        "basis": "stated",
        "coverage": "total-only",
        "lines_known": False,
        "unallocated": 41_996_502_000,
        "semula": 31_688_502_000,
        "delta": 10_308_000_000,
        "blocked": None,
        "effective": None,
    }
    assert answer["rows"] == []
    assert answer["position"]["revision"] == 9
    assert answer["position"]["effective_on"] == "2024-10-14"
    words = jejak("pagu", "--revision", "9", lang="id").out
    assert "41.996.502.000" in words
    assert "31.688.502.000" in words
    assert "+10.308.000.000" in words
    assert "rincian tidak tersedia dalam sumber (hanya total)" in words


@pytest.mark.parametrize(
    ("day", "revision"), [("2024-10-13", 8), ("2024-10-14", 9), ("14 Oktober 2024", 9)]
)
def test_a_day_is_answered_by_the_revision_in_force(jejak: Jejak, day: str, revision: int) -> None:
    assert jejak("pagu", "--as-of", day, "--json").json["position"]["revision"] == revision


def test_before_the_first_dipa_nothing_is_held_yet(jejak: Jejak) -> None:
    answer = jejak("pagu", "--as-of", "2023-11-01", "--json").json
    assert answer["totals"]["pagu"] is None
    assert [w["code"] for w in answer["warnings"]] == ["nothing-held"]


def test_the_last_revision_by_ro_leaves_3000_unallocated(jejak: Jejak) -> None:
    answer = jejak("pagu", "--revision", "akhir", "--level", "ro", "--json").json
    rows = answer["rows"]
    assert answer["totals"]["coverage"] == "partial"
    assert answer["totals"]["unallocated"] == 3_000
    assert len(rows) == 20
    assert rows[-1]["code"] is None
    assert rows[-1]["pagu"] == 3_000
    assert sum(row["pagu"] for row in rows) == answer["totals"]["pagu"] == 40_343_017_000
    honoraria = next(row for row in rows if row["code"] == "6867.QGE.002")
    assert honoraria["pagu"] == 12_509_223_000
    assert honoraria["basis"] == "stated"


def test_programmes_come_from_the_agreements_and_foot(jejak: Jejak) -> None:
    answer = jejak("pagu", "--level", "program", "--json").json
    assert {row["code"]: row["pagu"] for row in answer["rows"]} == {
        "076.01.CQ": 37_588_559_000,
        "076.01.WA": 2_754_458_000,
    }
    assert answer["totals"]["coverage"] == "full"


def test_a_pattern_narrows_the_lines_and_leaves_the_total(jejak: Jejak) -> None:
    answer = jejak("pagu", "6709.*", "--level", "ro", "--json").json
    assert [row["code"] for row in answer["rows"]] == [
        "6709.QGE.001",
        "6709.QGE.003",
        "6709.QGE.004",
        "6709.RAN.001",
        "6709.RAN.002",
    ]
    assert answer["totals"]["pagu"] == 40_343_017_000


def test_documents_until_the_day_before_the_report_leave_nothing(jejak: Jejak) -> None:
    before = jejak("pagu", "--documents-until", "2025-01-15", "--json").json
    assert before["totals"]["pagu"] is None
    assert [w["code"] for w in before["warnings"]] == ["nothing-documented"]
    after = jejak("pagu", "--documents-until", "2025-01-16", "--json").json
    assert after["totals"]["pagu"] == 40_343_017_000


def test_known_at_before_the_ledger_was_filled_knows_nothing(jejak: Jejak) -> None:
    answer = jejak("pagu", "--known-at", "2025-01-15T09:00", "--json").json
    assert answer["totals"]["pagu"] is None
    assert answer["position"]["size"] == 0


def test_a_position_by_size_answers_the_same_after_more_was_recorded(jejak: Jejak) -> None:
    before = jejak("pagu", "--json").json
    size = before["position"]["size"]
    event = next(row for row in jejak("revisi", "--json").json["rows"] if row["revision"] == 13)
    jejak("correct", f"#{event['event']}", "--value", "1", "--reason", "uji")
    again = jejak("pagu", "--at-size", str(size), "--json").json
    assert again["totals"] == before["totals"]
    assert again["rows"] == before["rows"]
    assert again["position"]["root"] == before["position"]["root"]
    assert jejak("pagu", "--json").json["totals"]["pagu"] == 1


def test_the_answer_goes_to_a_file_and_never_over_one(jejak: Jejak, tmp_path: Path) -> None:
    target = tmp_path / "pagu.csv"
    assert jejak("pagu", "--level", "ro", "-o", str(target)).code == 0
    lines = target.read_text("utf-8").splitlines()
    assert lines[0].startswith("level,code,name,pagu,basis")
    assert lines[1].startswith("total,,,40343017000,stated")
    assert lines[2].startswith("ro,3355.EBA.994,Layanan Perkantoran,2611061000,stated")
    again = jejak("pagu", "-o", str(target))
    assert again.code == 2
    assert "exists already" in again.err


@pytest.mark.parametrize(
    "words",
    [
        ("--revision", "9", "--as-of", "2024-10-14"),
        ("--known-at", "2025-01-15", "--at-size", "3"),
        ("--as-of", "31 Februari 2024"),
        ("--revision", "sembilan"),
        ("--at-size", "5000"),
        ("--satker", "tidak-ada"),
        ("--known-at", "kemarin"),
    ],
)
def test_a_position_that_cannot_be_is_a_usage_error(jejak: Jejak, words: tuple[str, ...]) -> None:
    answer = jejak("pagu", *words)
    assert answer.code == 2
    assert answer.out == ""


def test_an_unknown_revision_says_which_are_known(jejak: Jejak) -> None:
    answer = jejak("pagu", "--revision", "44", "--json").json
    assert answer["totals"]["pagu"] is None
    (warning,) = answer["warnings"]
    assert warning["code"] == "revision-unknown"
    assert "13" in warning["text"]
