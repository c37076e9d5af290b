"""The rows of Tabel 17 with their differences."""

from pathlib import Path

from tests.e2e.conftest import Jejak

TABEL_17 = [
    (0, "2023-11-24", 20_088_904_000, None),
    (1, "2024-02-13", 22_502_131_000, 2_413_227_000),
    (2, "2024-04-01", 22_649_131_000, 147_000_000),
    (3, "2024-04-17", 22_649_131_000, 0),
    (4, "2024-05-02", 31_449_131_000, 8_800_000_000),
    (5, "2024-07-12", 31_449_131_000, 0),
    (6, "2024-07-15", 31_449_131_000, 0),
    (7, "2024-08-05", 31_449_131_000, 0),
    (8, "2024-09-19", 31_688_502_000, 239_371_000),
    (9, "2024-10-14", 41_996_502_000, 10_308_000_000),
    (10, "2024-11-11", 40_304_987_000, -1_691_515_000),
    (11, "2024-12-17", 40_343_017_000, 38_030_000),
    (12, "2024-12-26", 40_343_017_000, 0),
    (13, "2024-12-30", 40_343_017_000, 0),
]


def test_the_14_rows_of_tabel_17_stand_with_their_differences(jejak: Jejak) -> None:
    rows = jejak("revisi", "--json").json["rows"]
    assert [(r["revision"], r["date"], r["pagu"], r["delta"]) for r in rows] == TABEL_17
    assert [r["coverage"] for r in rows] == ["partial", *["total-only"] * 12, "full"]
    assert rows[9]["effective_until"] == "2024-11-10"
    assert rows[13]["effective_until"] == "2024-12-31"


def test_printed_dates_are_kept_beside_the_parsed_ones(jejak: Jejak) -> None:
    rows = jejak("revisi", "--json").json["rows"]
    data = jejak("show", f"#{rows[10]['event']}", "--json").json["rows"][0]["data"]
    assert data["dated"] == "2024-11-11"
    assert data["raw"]["dated"] == "11 Nopember 2024"


def test_another_document_that_states_a_revision_otherwise_stands_beside_it(
    jejak: Jejak, tmp_path: Path
) -> None:
    (tmp_path / "lain.csv").write_text("revisi,pagu\n13,40343017001\n")
    (tmp_path / "lain.toml").write_text(
        """
[[document]]
document = "dipa-asli-r13"
kind = "DIPA"
dated = "2024-12-30"

[[statement]]
record = "revision"
columns = { revision = "revisi", total = "pagu" }
[statement.fixed]
satker = "banjarbaru"
fiscal_year = 2024
document = "dipa-asli-r13"
dated = "2024-12-30"
"""
    )
    assert jejak("import", "lain.csv", "--mapping", "lain.toml").code == 0
    answer = jejak("revisi", "--json").json
    last = answer["rows"][13]
    assert last["pagu"] == 40_343_017_001, "a DIPA speaks before a report"
    assert len(last["candidates"]) == 2
    assert [w["code"] for w in answer["warnings"]] == ["statements-differ"]


def test_a_void_revision_says_so_and_the_dates_fall_back(jejak: Jejak) -> None:
    rows = jejak("revisi", "--json").json["rows"]
    voided = jejak("void", f"#{rows[9]['event']}", "--reason", "uji batal")
    assert voided.code == 0
    number = jejak("log", "--type", "entry-voided.v1", "--json").json["rows"][0]["index"]
    gone = jejak("pagu", "--revision", "9", "--json").json
    assert gone["totals"]["pagu"] is None
    assert [w["code"] for w in gone["warnings"]] == ["revision-voided"]
    on_the_day = jejak("pagu", "--as-of", "2024-10-20", "--json").json
    assert on_the_day["position"]["revision"] == 8
    listed = jejak("revisi", "--json").json["rows"]
    assert listed[9]["voided_by"] == number
    assert listed[10]["delta"] == 40_304_987_000 - 31_688_502_000
