"""Semula-menjadi on the command line, and a proposal tested before it is sent."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Jejak

MAPPING = """
[[document]]
document = "usulan"
kind = "POK"

[[statement]]
record = "line"
columns = { code = "kode", name = "uraian", amount = "jumlah" }

[statement.fixed]
satker = "banjarbaru"
fiscal_year = 2024
document = "usulan"
dimension = "ro"
coverage = "full"
stated_total = 40343017000
"""


@pytest.fixture
def proposal(jejak: Jejak, tmp_path: Path) -> Path:
    """The last revision by RO as a file, with a mapping beside it."""
    (tmp_path / "usulan.toml").write_text(MAPPING)
    return _written(jejak, tmp_path, {})


def _written(jejak: Jejak, folder: Path, moves: dict[str, int], name: str = "usulan.csv") -> Path:
    rows = jejak("pagu", "--level", "ro", "--json").json["rows"]
    lines = ["kode,uraian,jumlah"]
    for row in rows:
        if row["code"] is not None:
            lines.append(f"{row['code']},x,{row['pagu'] + moves.get(row['code'], 0)}")
    (folder / name).write_text("\n".join(lines) + "\n")
    return folder / name


def _tested(jejak: Jejak, *more: str) -> Any:
    return jejak("diff", "akhir..usulan.csv", "--mapping", "usulan.toml", *more)


def test_the_first_and_the_last_revision_differ_code_by_code(jejak: Jejak) -> None:
    answer = jejak("diff", "awal..akhir", "--json").json
    assert answer["schema"] == "jejak.diff/1"
    rows, totals = answer["rows"], answer["totals"]
    assert len(rows) == 17
    assert {row["level"] for row in rows} == {"ro"}
    honoraria = next(row for row in rows if row["code"] == "6867.QGE.002")
    assert (honoraria["before"], honoraria["after"]) == (12_105_616_000, 12_509_223_000)
    assert (honoraria["delta"], honoraria["change"]) == (403_607_000, "up")
    assert totals["before"] == totals["stated_before"] == 20_088_904_000
    assert totals["after"] == totals["stated_after"] == 40_343_017_000
    assert sum(row["delta"] for row in rows) == totals["delta"] == 20_254_113_000
    assert (totals["unallocated_before"], totals["unallocated_after"]) == (12_237_000, 3_000)
    assert answer["position"]["from"]["revision"] == 0
    assert answer["position"]["to"]["revision"] == answer["position"]["revision"] == 13


def test_what_stayed_the_same_is_shown_on_request_and_totals_always(jejak: Jejak) -> None:
    some = jejak("diff", "awal..akhir", "--json").json
    every = jejak("diff", "awal..akhir", "--all", "--json").json
    assert len(every["rows"]) == 20
    assert every["totals"] == some["totals"]
    assert some["totals"]["count"]["same"] == 3
    same = jejak("diff", "13..akhir", "--json").json
    assert same["rows"] == []
    assert same["totals"]["after"] == 40_343_017_000


def test_a_side_of_a_total_alone_says_so_and_nothing_is_filled_in(jejak: Jejak) -> None:
    answer = jejak("diff", "0..9", "--json").json
    assert {row["change"] for row in answer["rows"]} == {"unknown"}
    assert {row["reason"] for row in answer["rows"]} == {"after-total-only"}
    assert all(row["delta"] is None for row in answer["rows"])
    assert answer["totals"]["delta"] == answer["totals"]["untold"] == 21_907_598_000
    assert "total only" in jejak("diff", "0..9").out


def test_the_way_back_has_the_opposite_signs(jejak: Jejak) -> None:
    there = jejak("diff", "awal..akhir", "--json").json
    back = jejak("semula-menjadi", "akhir..awal", "--json").json
    assert [row["delta"] for row in back["rows"]] == [-row["delta"] for row in there["rows"]]
    assert back["totals"]["delta"] == -there["totals"]["delta"]


@pytest.mark.parametrize(
    ("words", "revisions"),
    [
        ("2024-10-13..14 Oktober 2024", (8, 9)),
        ("3..2024-10-14", (3, 9)),
        ("first..last", (0, 13)),
    ],
)
def test_an_end_is_a_number_a_word_or_a_day(
    jejak: Jejak, words: str, revisions: tuple[int, int]
) -> None:
    position = jejak("diff", words, "--json").json["position"]
    assert (position["from"]["revision"], position["to"]["revision"]) == revisions


def test_the_summary_stands_first_and_the_sum_line_last(jejak: Jejak) -> None:
    lines = jejak("diff", "awal..akhir").out.splitlines()
    assert lines[0].startswith("From revision 0 Rp20.088.904.000 to revision 13 Rp40.343.017.000")
    assert lines[-2].startswith("Total")
    assert lines[-1] == (
        "Up +20.787.959.000, down -533.846.000, not told by code 0: together +20.254.113.000."
    )


def test_both_languages_say_the_same_numbers(jejak: Jejak) -> None:
    english = jejak("diff", "awal..akhir", "--check", lang="en").out
    indonesian = jejak("diff", "awal..akhir", "--check", "--semua", lang="id").out
    assert "(not broken down)" in english
    assert "(tidak terinci)" in indonesian
    for figure in ("20.088.904.000", "+403.607.000", "-12.234.000", "Rp78.367.553"):
        assert figure in english
        assert figure in indonesian


@pytest.mark.parametrize("width", ["30", "60"])
def test_no_figure_is_cut_where_the_terminal_is_narrow(
    jejak: Jejak, width: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    monkeypatch.setattr("cli.render.table.is_interactive", lambda stream: True)
    out = jejak("diff", "awal..akhir", "--all").out
    for figure in ("20.254.113.000", "19.108.000.000", "40.343.017.000", "-533.846.000"):
        assert figure in out
    rows = re.sub(r"\x1b\[[0-9;]*m", "", out).splitlines()[:-1]
    assert max(map(len, rows)) <= int(width)


def test_csv_gives_the_total_first_and_codes_as_text(jejak: Jejak) -> None:
    lines = jejak("diff", "awal..akhir", "-f", "csv").out.splitlines()
    assert lines[0].startswith("level,code,name,before,after,delta,change,volume_before")
    assert lines[1].startswith("total,,,20088904000,40343017000,20254113000,up")
    assert lines[2].startswith("ro,3355.EBA.994,Layanan Perkantoran,2249406000,2611061000")


def test_the_exit_code_says_whether_something_differs(jejak: Jejak) -> None:
    assert jejak("diff", "awal..akhir").code == 0
    assert jejak("diff", "awal..akhir", "--exit-code").code == 1
    assert jejak("diff", "13..akhir", "--exit-code").code == 0
    assert jejak("diff", "3..akhir", "--exit-code", "--at-size", "0").code == 1
    assert jejak("diff", "3..44", "--kode-keluar").code == 1


def test_both_ends_are_as_they_were_known_then(jejak: Jejak) -> None:
    before = jejak("diff", "awal..akhir", "--json").json
    size = before["position"]["size"]
    event = next(row for row in jejak("revisi", "--json").json["rows"] if row["revision"] == 0)
    jejak("correct", f"#{event['event']}", "--value", "1", "--reason", "uji")
    assert jejak("diff", "awal..akhir", "--json").json["totals"]["before"] == 1
    again = jejak("diff", "awal..akhir", "--at-size", str(size), "--json").json
    assert again["totals"] == before["totals"]
    late = jejak("diff", "awal..akhir", "--documents-until", "2025-01-15", "--json").json
    assert late["totals"]["delta"] is None
    assert late["warnings"][-1]["code"] == "nothing-documented"


@pytest.mark.parametrize(
    "words",
    [
        "awal",
        "..",
        "awal..",
        "..akhir",
        "awal..sembilan",
        "awal..tidak-ada.csv",
        "31..31 Februari 2024",
    ],
)
def test_what_is_no_range_is_a_usage_error(jejak: Jejak, words: str) -> None:
    answer = jejak("diff", words)
    assert answer.code == 2
    assert answer.out == ""


def test_what_is_no_range_is_said_by_name(jejak: Jejak) -> None:
    assert "'sembilan'" in jejak("diff", "awal..sembilan").err
    assert "awal..akhir" in jejak("diff", "awal").err


@pytest.mark.parametrize("option", [("--level", "baris"), ("--satker", "lain")])
def test_options_that_cannot_be_are_usage_errors(jejak: Jejak, option: tuple[str, str]) -> None:
    assert jejak("diff", "awal..akhir", *option).code == 2


@pytest.mark.usefixtures("proposal")
def test_a_proposal_that_changes_nothing_differs_in_nothing(jejak: Jejak) -> None:
    answer = _tested(jejak, "--exit-code", "--check", "--json")
    assert answer.code == 0
    assert answer.json["rows"] == []
    assert answer.json["totals"]["count"]["same"] == 20
    assert answer.json["position"]["to"] == {
        "revision": None,
        "effective_on": None,
        "file": "usulan.csv",
    }
    assert answer.json["check"]["clarify"] is False


@pytest.mark.usefixtures("proposal")
def test_a_shift_within_one_kro_is_for_the_kpa_and_what_stays_is_named(
    jejak: Jejak, tmp_path: Path
) -> None:
    _written(jejak, tmp_path, {"6709.QGE.001": -1_000_000, "6709.QGE.003": 1_000_000})
    answer = _tested(jejak, "--check", "--json")
    assert answer.code == 0
    check = answer.json["check"]
    assert (check["kind"], check["authority"][0]["authority"]) == ("kpa", "kpa")
    assert len(check["conditions"]) == 10
    assert not [one for one in check["conditions"] if one["verdict"] == "breaks"]
    left = next(one for one in check["remaining"] if one["code"] == "6709.QGE.001")
    assert left["remaining"] == 918_009_000 - 1_000_000 - 871_255_162
    words = _tested(jejak, "--check").out
    assert "ro 6709.QGE.001: Rp45.753.838" in words
    assert "cannot be checked: missing" in words


@pytest.mark.usefixtures("proposal")
def test_a_shift_across_kro_breaks_and_a_line_below_its_realisation_is_minus(
    jejak: Jejak, tmp_path: Path
) -> None:
    _written(jejak, tmp_path, {"6709.QGE.001": -50_000_000, "6867.QGE.003": 50_000_000})
    answer = _tested(jejak, "--check", "--json")
    assert answer.code == 1
    check = answer.json["check"]
    broken = [one for one in check["conditions"] if one["verdict"] == "breaks"]
    assert [one["key"] for one in broken] == ["kro"]
    assert [line["code"] for line in broken[0]["lines"]] == ["6709.QGE", "6867.QGE"]
    assert check["kind"] == "pagu-tetap"
    below = [one for one in check["remaining"] if one["state"] == "below"]
    assert [(one["code"], one["remaining"]) for one in below] == [("6709.QGE.001", -3_246_162)]
    words = _tested(jejak, "--check").out
    assert "needs clarifying" in words
    assert "violat" not in words.lower()


@pytest.mark.usefixtures("proposal")
def test_a_proposal_is_recorded_nowhere(jejak: Jejak, folder: Path) -> None:
    with sqlite3.connect(folder / "jejak.db") as database:
        before = list(database.iterdump())
    assert _tested(jejak, "--check").code == 0
    with sqlite3.connect(folder / "jejak.db") as database:
        assert list(database.iterdump()) == before


@pytest.mark.usefixtures("proposal")
def test_a_file_that_was_imported_is_read_whole_all_the_same(jejak: Jejak) -> None:
    assert jejak("import", "usulan.csv", "--mapping", "usulan.toml").code in (0, 3)
    again = _tested(jejak, "--json")
    assert again.code == 0
    assert again.json["totals"]["count"]["same"] == 20


@pytest.mark.usefixtures("proposal")
def test_a_file_speaks_for_itself_beside_a_recorded_revision_of_its_number(
    jejak: Jejak, tmp_path: Path
) -> None:
    _written(jejak, tmp_path, {"6709.QGE.001": -7, "6709.QGE.003": 7})
    event = next(row for row in jejak("revisi", "--json").json["rows"] if row["revision"] == 13)
    jejak("correct", f"#{event['event']}", "--value", "40343017001", "--reason", "uji")
    answer = _tested(jejak, "--set", "revision=13", "--set", "document=dipa-2024-r13", "--json")
    assert [row["delta"] for row in answer.json["rows"] if row["code"]] == [-7, 7]
    assert answer.json["totals"]["before"] == 40_343_017_001
    assert answer.json["totals"]["after"] == 40_343_017_000


@pytest.mark.usefixtures("proposal")
def test_what_was_voided_or_corrected_in_the_ledger_leaves_the_file_as_it_is(jejak: Jejak) -> None:
    """The file's entries would have the numbers of recorded ones, were they not kept apart."""
    before = _tested(jejak, "--level", "ro", "--json").json["totals"]
    for row in jejak("log", "--json").json["rows"]:
        if row["stream"] == "dipa/banjarbaru/2024" and row["version"] <= 2:
            assert jejak("void", row["event"], "--reason", "uji").code == 0
    assert _tested(jejak, "--level", "ro", "--json").json["totals"] == before


@pytest.mark.usefixtures("proposal")
def test_two_files_and_a_file_in_another_folder_are_ends_too(
    jejak: Jejak, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _written(jejak, tmp_path, {"6709.QGE.001": -7, "6709.QGE.003": 7}, "lain.csv")
    two = jejak("diff", "usulan.csv..lain.csv", "--mapping", "usulan.toml", "--json").json
    assert [row["delta"] for row in two["rows"]] == [-7, 7]
    (tmp_path / "dalam").mkdir()
    monkeypatch.chdir(tmp_path / "dalam")
    for words, deltas in (("akhir..../lain.csv", [-7, 7]), ("../lain.csv..akhir", [7, -7])):
        up = jejak("diff", words, "--mapping", "../usulan.toml", "--json").json
        assert [row["delta"] for row in up["rows"]] == deltas


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kode,uraian,jumlah\n6709.QGE.001,x,12e5\n", "amount-broken"),
        ("kode,jumlah\n6709.QGE.001,12\n", "column-missing"),
        ("kode,uraian,jumlah\nA,x,1\nA,x,2\n", "code-repeated"),
        ("kode,uraian,jumlah\n", "proposal-empty"),
    ],
)
@pytest.mark.usefixtures("proposal")
def test_a_broken_proposal_is_refused_with_its_cells(
    jejak: Jejak, tmp_path: Path, text: str, code: str
) -> None:
    (tmp_path / "usulan.csv").write_text(text)
    answer = _tested(jejak, "--check")
    assert answer.code == 3
    assert answer.out == ""
    assert f"[{code}]" in answer.err
    assert answer.err.splitlines()[1].startswith("usulan.csv")


@pytest.mark.usefixtures("proposal")
def test_a_proposal_of_another_year_or_of_an_unknown_satker_is_refused(jejak: Jejak) -> None:
    other = _tested(jejak, "--set", "fiscal_year=2023")
    assert (other.code, "[fiscal-year-differs]" in other.err) == (3, True)
    unknown = _tested(jejak, "--set", "satker=lain")
    assert (unknown.code, "[satker-differs]" in unknown.err) == (3, True)


def test_a_file_without_a_layout_asks_for_a_mapping(jejak: Jejak, proposal: Path) -> None:
    answer = jejak("diff", f"akhir..{proposal}")
    assert (answer.code, "[layout-unknown]" in answer.err) == (3, True)


@pytest.mark.usefixtures("proposal")
def test_a_file_of_several_revisions_is_taken_at_its_last(jejak: Jejak, tmp_path: Path) -> None:
    (tmp_path / "usulan.toml").write_text(
        MAPPING.replace("{ code", '{ revision = "ke", code').replace(
            "stated_total = 40343017000", ""
        )
    )
    (tmp_path / "usulan.csv").write_text("ke,kode,uraian,jumlah\n14,A,x,1\n15,A,x,2\n")
    answer = _tested(jejak, "--json").json
    assert answer["position"]["to"]["revision"] == 15
    assert answer["totals"]["after"] == 2
    assert "proposal-of-several" in [one["code"] for one in answer["warnings"]]
