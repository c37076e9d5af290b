"""Tabel 18, 19 and 20 from the ledger: two dimensions of one amount, never added."""

from tests.e2e.conftest import Jejak


def test_jenis_belanja_gives_tabel_19(jejak: Jejak) -> None:
    answer = jejak("serapan", "--level", "jenis-belanja", "--json").json
    assert [
        (r["code"], r["pagu"], r["realisasi"], r["persen"], r["extent"]) for r in answer["rows"]
    ] == [
        ("51", 2_611_061_000, 2_532_693_447, "97.00", "period-total"),
        ("52", 37_011_956_000, 36_770_757_663, "99.35", "period-total"),
        ("53", 720_000_000, 714_178_948, "99.19", "period-total"),
    ]
    totals = answer["totals"]
    assert (totals["pagu"], totals["realisasi"]) == (40_343_017_000, 40_017_630_058)
    assert (totals["persen"], totals["unallocated"], totals["complete"]) == ("99.19", 0, True)


def test_ro_at_the_last_revision_gives_tabel_18_with_the_stated_total(jejak: Jejak) -> None:
    answer = jejak("serapan", "--level", "ro", "--revision", "akhir", "--json").json
    rows = {row["code"]: row for row in answer["rows"]}
    assert len(rows) == 20
    assert rows["6709.QGE.001"]["realisasi"] == 871_255_162
    assert rows["6709.QGE.001"]["persen"] == "94.91"
    assert rows["6709.RAN.002"]["realisasi"] == 0
    totals = answer["totals"]
    assert totals["realisasi"] == totals["realisasi_stated"] == 40_017_630_058
    assert totals["realisasi_sum"] == 40_017_630_458
    assert totals["unallocated"] == -400


def test_no_answer_ever_adds_two_dimensions(jejak: Jejak) -> None:
    for level in ("program", "kegiatan", "kro", "ro", "jenis-belanja", "sumber-dana", "akun"):
        totals = jejak("serapan", "--level", level, "--json").json["totals"]
        assert totals["realisasi"] == 40_017_630_058, level
        assert (totals["realisasi_sum"] or 0) < 40_100_000_000, level


def test_a_year_known_only_from_the_report_is_answered_by_claims(jejak: Jejak) -> None:
    answer = jejak("serapan", "--ta", "2023", "--json").json
    assert [(r["code"], r["pagu"], r["realisasi"], r["basis"]) for r in answer["rows"]] == [
        ("51", 2_261_440_000, 2_247_221_130, "claimed"),
        ("52", 9_870_970_000, 9_400_604_608, "claimed"),
        ("53", 200_258_000, 185_085_600, "claimed"),
    ]
    assert answer["totals"]["realisasi"] == 11_832_911_338
    assert [w["code"] for w in answer["warnings"]] == ["claimed"]
    pagu = jejak("pagu", "--ta", "2023", "--json").json
    assert (pagu["totals"]["pagu"], pagu["totals"]["basis"]) == (12_332_668_000, "claimed")


def test_in_the_middle_of_the_year_the_realisation_is_incomplete(jejak: Jejak) -> None:
    answer = jejak("serapan", "--as-of", "2024-06-30", "--level", "ro", "--json").json
    assert answer["totals"]["complete"] is False
    assert answer["totals"]["realisasi"] is None
    assert [w["code"] for w in answer["warnings"]] == ["realisation-incomplete"]


def test_a_revision_counts_realisation_to_its_last_day(jejak: Jejak) -> None:
    answer = jejak("serapan", "--revision", "9", "--json").json
    assert answer["totals"]["pagu"] == 41_996_502_000
    assert answer["totals"]["complete"] is False
