"""Several satker in one ledger: one of them by key or code, or all together with their coverage."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Answered, Jejak

HEAD = "satker,revisi,tanggal,pagu\n"
MAPPING = """
[[document]]
document = "dipa-lain"
kind = "DIPA"

[[statement]]
record = "satker"
columns = { satker = "satker" }
fixed = { name = "Satker lain" }

[[statement]]
record = "revision"
columns = { satker = "satker", revision = "revisi", dated = "tanggal", total = "pagu" }
fixed = { fiscal_year = 2024, document = "dipa-lain" }
"""


@pytest.fixture
def several(jejak: Jejak, tmp_path: Path) -> Jejak:
    """Beside the demo's satker one with a total, one without, and one that states nothing."""
    (tmp_path / "m.toml").write_text(MAPPING)
    (tmp_path / "a.csv").write_text(HEAD + "kedua,0,2023-12-01,1000\nketiga,0,2023-12-01,\n")
    assert jejak("import", "a.csv", "--mapping", "m.toml").code == 0
    assert jejak("record", "satker", "satker=keempat", "name=Empat").code == 0
    for key, code in (("kedua", "005412"), ("ketiga", "656553")):
        words = (f"satker={key}", f"code={code}", "document=dipa-lain")
        assert jejak("record", "satker-code", *words).code == 0
    return jejak


def _known(answer: Answered) -> list[int]:
    totals = answer.json["totals"]
    return [totals[name] for name in ("satker", "known", "partial", "unknown")]


def test_one_satker_is_named_by_key_or_six_digit_code(several: Jejak) -> None:
    by_code = several("pagu", "--satker", "005412", "--json").json
    assert by_code["totals"]["pagu"] == 1000
    assert by_code["position"]["satker"] == "kedua"
    assert several("pagu", "--satker", "5412").code == 2
    several("record", "satker-code", "satker=keempat", "code=005412", "document=dipa-lain")
    twice = several("pagu", "--satker", "005412")
    assert twice.code == 2
    assert "kedua, keempat" in twice.err


def test_the_pagu_of_all_has_a_row_a_satker_and_says_how_many_it_rests_on(several: Jejak) -> None:
    answer = several("pagu", "--satker", "all", "--json")
    assert answer.json["schema"] == "jejak.pagu-semua/1"
    assert answer.json["position"]["satker"] is None
    assert answer.json["totals"]["pagu"] == 40_343_018_000
    assert _known(answer) == [4, 2, 0, 2]
    rows = {row["satker"]: row for row in answer.json["rows"]}
    assert (rows["banjarbaru"]["revision"], rows["kedua"]["revision"]) == (13, 0)
    assert (rows["ketiga"]["pagu"], rows["keempat"]["pagu"]) == (None, None)
    table = several("pagu", "--satker", "all").out
    assert "4 satker: 2 known, 0 in part, 2 unknown" in table
    indonesian = several("pagu", "--satker", "semua", lang="id")
    assert indonesian.code == 0
    assert "40.343.018.000" in indonesian.out


def test_the_pagu_of_all_by_level_foots(several: Jejak) -> None:
    answer = several("pagu", "--satker", "all", "--level", "jenis-belanja", "--json").json
    assert answer["schema"] == "jejak.pagu-semua-rincian/1"
    alone = several("pagu", "--satker", "banjarbaru", "--level", "jenis-belanja", "--json").json
    one = {row["code"]: row["pagu"] for row in alone["rows"]}
    every = {row["code"]: row["pagu"] for row in answer["rows"]}
    assert every[None] == one.pop(None, 0) + 1000
    assert {code: every[code] for code in one} == one
    assert sum(every.values()) == answer["totals"]["pagu"]
    assert "not broken down" in several("pagu", "--satker", "all", "--level", "ro").out
    few = several("pagu", "6709.*", "--satker", "all", "--level", "ro", "--json").json["rows"]
    assert few
    assert all(row["code"].startswith("6709.") for row in few)
    assert several("pagu", "6709.*", "--satker", "all").code == 2


def test_each_satker_stands_at_its_own_position(several: Jejak) -> None:
    answer = several("pagu", "--satker", "all", "--revision", "9", "--json")
    assert answer.json["position"]["revision"] == 9
    assert answer.json["totals"]["pagu"] == 41_996_502_000
    assert _known(answer) == [4, 1, 0, 3]
    early = several("pagu", "--satker", "all", "--as-of", "2023-12-15", "--json")
    assert early.json["totals"]["pagu"] == 20_088_905_000


def test_what_all_spent_counts_the_unknown_and_shares_what_is_known(several: Jejak) -> None:
    answer = several("serapan", "--satker", "all", "--json")
    assert answer.json["schema"] == "jejak.serapan-semua/1"
    alone = several("serapan", "--satker", "banjarbaru", "--json").json["totals"]
    totals = answer.json["totals"]
    assert totals["realisasi"] == alone["realisasi"]
    assert (totals["persen"], totals["persen_satker"]) == (alone["persen"], 1)
    assert _known(answer) == [4, 1, 0, 3]
    by_level = several("serapan", "--satker", "all", "--level", "jenis-belanja", "--json").json
    assert by_level["totals"] == totals
    assert sum(row["pagu"] or 0 for row in by_level["rows"]) == totals["pagu"]
    assert several("serapan", "--satker", "all", "--by-month").code == 2


def test_results_and_revisions_of_all_stand_by_satker(several: Jejak) -> None:
    results = several("kinerja", "--satker", "all", "--json")
    assert _known(results)[0] == 4
    assert [row["level"] for row in results.json["rows"] if row["satker"] == "keempat"] == [None]
    alone = several("kinerja", "--satker", "banjarbaru", "--json").json["totals"]
    mine = [row for row in results.json["rows"] if row["satker"] == "banjarbaru"]
    assert {row["level"]: row["mean_raw"] for row in mine} == {
        level: row["mean_raw"] for level, row in alone.items()
    }
    assert several("kinerja", "IKU-1", "--satker", "all").code == 2
    revisions = several("revisi", "--satker", "all", "--json").json
    assert revisions["totals"]["count"] == 16
    assert [row["satker"] for row in revisions["rows"]][-2:] == ["kedua", "ketiga"]


def test_a_command_for_one_satker_says_so_and_a_key_of_that_name_is_a_satker(
    several: Jejak,
) -> None:
    for words in (["history", "total"], ["why", "total"]):
        refused = several(*words, "--satker", "all")
        assert refused.code == 2
        assert "one satker at a time" in refused.err
    several("record", "satker", "satker=all", "name=Bernama all")
    assert several("history", "total", "--satker", "all").code == 0
    assert several("pagu", "--satker", "all", "--json").json["position"]["satker"] == "all"
    assert several("pagu", "--satker", "semua", "--json").json["position"]["satker"] is None


def test_status_lists_every_satker_with_code_and_name(several: Jejak) -> None:
    rows = several("status", "--json").json["rows"]
    assert [(row["satker"], row["code"], row["name"]) for row in rows] == [
        ("banjarbaru", None, rows[0]["name"]),
        ("kedua", "005412", "Satker lain"),
        ("ketiga", "656553", "Satker lain"),
        ("keempat", None, "Empat"),
    ]


@pytest.mark.parametrize("form", ["csv", "ndjson", "md"])
@pytest.mark.parametrize("noun", ["pagu", "serapan", "kinerja", "revisi"])
def test_the_same_rows_stand_in_each_form(several: Jejak, noun: str, form: str) -> None:
    answer = several(noun, "--satker", "all", "-f", form)
    assert answer.code == 0
    assert "kedua" in answer.out


SHIFTED = """
[[document]]
document = "dipa-lain"
kind = "DIPA"

[[statement]]
record = "revision"
columns = { satker = "s", revision = "r", dated = "t", total = "p", reason = "a" }
fixed = { fiscal_year = 2024, document = "dipa-lain" }
"""


def test_shifts_between_satker_must_come_to_zero(several: Jejak, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(SHIFTED)
    letter = "pergeseran antar satker, surat nomor S-{n}/PB/2024"
    (tmp_path / "s.csv").write_text(
        "s,r,t,p,a\n"
        + f'keempat,0,2023-12-01,500,\nkedua,1,2024-03-01,900,"{letter.format(n=1)}"\n'
        + f'keempat,1,2024-03-01,600,"{letter.format(n=1)}"\n'
        + f'kedua,2,2024-04-01,800,"{letter.format(n=2)}"\n'
        + f'keempat,2,2024-04-02,750,"{letter.format(n=2)}"\n'
        + f'ketiga,1,2024-05-01,5,"{letter.format(n=3)}"\n'
    )
    assert several("import", "s.csv", "--mapping", "s.toml").code == 0
    answer = several("revisi", "--satker", "all", "--json").json
    found = [(row["reference"], row["sum"], row["verdict"]) for row in answer["totals"]["shifts"]]
    assert found == [
        ("dipa-lain", None, "unknown"),
        ("S-1/PB/2024", 0, "zero"),
        ("S-2/PB/2024", 50, "differs"),
    ]
    shown = several("revisi", "--satker", "all").out
    assert "S-1/PB/2024: kedua -100, keempat +100; comes to zero [PMK 62/2023, p. 154]" in shown
    assert "does not come to zero (+50)" in shown
    assert "no counterpart in this ledger" in shown
    indonesian = several("revisi", "--satker", "semua", lang="id")
    assert "S-2/PB/2024: kedua -100, keempat +150" in indonesian.out
    earlier = several("revisi", "--satker", "all", "--at-size", "1060", "--json").json
    assert earlier["totals"]["shifts"] == []
