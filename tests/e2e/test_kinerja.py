"""Tabel 10 to 12 from the ledger, and Tabel 14 to 16 as claims."""

from decimal import ROUND_HALF_UP, Decimal

from tests.e2e.conftest import Jejak


def test_tabel_10_to_12_stand_with_their_rows(jejak: Jejak) -> None:
    answer = jejak("kinerja", "--json").json
    counts = {level: sums["count"] for level, sums in answer["totals"].items()}
    assert counts == {"iku": 6, "program": 17, "kegiatan": 29}
    rows = {row["indicator"]: row for row in answer["rows"]}
    assert (rows["IKU-1"]["target"], rows["IKU-1"]["realisasi"]) == ("0.16", "0.15")
    assert (rows["IKU-1"]["capaian_raw"], rows["IKU-1"]["capaian"]) == ("106.25", "100.00")
    assert rows["IKU-1"]["capaian_printed"] == "95"
    assert (rows["IKK-20"]["capaian_raw"], rows["IKK-20"]["capaian"]) == ("105.26", "100.00")
    assert (rows["IKP-7"]["capaian_raw"], rows["IKP-7"]["capaian_printed"]) == ("100.00", "50")


def test_each_target_of_ikp_1_is_shown_with_its_place_and_none_holds(jejak: Jejak) -> None:
    answer = jejak("kinerja", "IKP-1", "--json").json
    (row,) = answer["rows"]
    assert (row["target"], row["target_text"], row["capaian_raw"]) == (None, None, None)
    assert [(c["value"], c["document"], c["sheet"]) for c in row["target_candidates"]] == [
        ("1", "pk-sek-r13", "Tabel 6"),
        ("2", "pk-sek-r13", "Tabel 7"),
        ("4", "pk-sek-r13", "Lampiran 4"),
        ("1", "rkt-sek-r13", "Tabel 3"),
        ("1", "rkt-sek-r13", "Lampiran 2"),
        ("1", "ra-sek-r13", "Lampiran 3"),
        ("3", "lkj-2024", "Tabel 11"),
    ]
    assert [w["code"] for w in answer["warnings"]] == ["targets-in-conflict"]
    assert "in conflict: 1; 2; 4; 3" in jejak("kinerja", "IKP-1").out


def test_the_means_of_the_printed_achievements_are_those_of_the_rows(jejak: Jejak) -> None:
    answer = jejak("kinerja", "--json").json
    for level, sums in answer["totals"].items():
        printed = [
            Decimal(row["capaian_printed"])
            for row in answer["rows"]
            if row["level"] == level and row["capaian_printed"] is not None
        ]
        mean = (sum(printed, Decimal(0)) / len(printed)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert sums["mean_printed"] == str(mean)
    assert answer["totals"]["iku"]["mean_published"] == "90.5"
    assert answer["totals"]["program"]["mean_published"] == "95.17"
    assert answer["totals"]["iku"]["category_printed"] == "Berhasil"
    assert "IKP-1" not in answer["totals"]["program"]["rests_on_raw"]
    assert "IKP-1" in answer["totals"]["program"]["rests_on_printed"]


def test_the_year_before_is_answered_from_claims(jejak: Jejak) -> None:
    answer = jejak("kinerja", "--ta", "2023", "--json").json
    assert {row["basis"] for row in answer["rows"]} == {"claimed"}
    assert len(answer["rows"]) == 12 + 13 + 38
    first = answer["rows"][0]
    assert (first["capaian_printed"], first["target"]) == ("82.3", None)
    assert [w["code"] for w in answer["warnings"]] == ["claimed"]


def test_level_and_formula_narrow_and_change_the_answer(jejak: Jejak) -> None:
    rows = jejak("kinerja", "--level", "iku", "--formula", "B", "--json").json["rows"]
    assert len(rows) == 6
    assert rows[0]["capaian_raw"] == "106.67"


def test_documents_until_the_day_before_the_report_leave_no_result(jejak: Jejak) -> None:
    rows = jejak("kinerja", "--documents-until", "2025-01-15", "--json").json["rows"]
    assert [row for row in rows if row["realisasi"] is not None] == []
