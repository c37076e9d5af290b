"""Tabel 10 to 12 from the ledger, and Tabel 14 to 16 as claims."""

from collections.abc import Collection
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tests.e2e.conftest import Jejak

CENT = Fraction(1, 100)


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


def test_the_means_are_those_that_one_computes_by_hand(jejak: Jejak) -> None:
    answer = jejak("kinerja", "--json").json
    assert answer["totals"]["iku"]["mean_raw"] == "82.61"
    assert answer["totals"]["iku"]["category_computed"] == "Cukup Berhasil"
    for level, sums in answer["totals"].items():
        shares = {
            row["indicator"]: _share(row)
            for row in answer["rows"]
            if row["level"] == level and row["target"] and row["realisasi"]
        }
        capped = [min(share, Fraction(100)) for share in shares.values()]
        assert sums["rests_on_raw"] == sums["rests_on_capped"] == list(shares)
        assert abs(_mean(shares.values()) - Fraction(sums["mean_raw"])) <= CENT / 2
        assert abs(_mean(capped) - Fraction(sums["mean_capped"])) <= CENT / 2


def _mean(shares: Collection[Fraction]) -> Fraction:
    return sum(shares, Fraction(0)) / len(shares)


def _share(row: dict[str, str]) -> Fraction:
    goal, reached = Fraction(row["target"]), Fraction(row["realisasi"])
    return (2 * goal - reached if row["direction"] == "lower" else reached) / goal * 100


def test_indicators_stand_by_level_and_number_and_definitions_only_when_asked_for(
    jejak: Jejak,
) -> None:
    names = [row["indicator"] for row in jejak("kinerja", "--json").json["rows"]]
    assert names == [
        *(f"IKU-{n}" for n in range(1, 7)),
        *(f"IKP-{n}" for n in range(1, 19)),
        *(f"IKK-{n}" for n in range(1, 34)),
    ]
    every = [row["indicator"] for row in jejak("kinerja", "--all", "--json").json["rows"]]
    assert len(every) == len(names) + 8
    assert {name[:3] for name in set(every) - set(names)} == {"DEF"}


def test_on_a_day_in_the_year_the_agreement_of_december_does_not_hold_yet(jejak: Jejak) -> None:
    answer = jejak("kinerja", "IKU-1", "--revision", "9", "--json").json
    assert answer["position"]["revision"] == 9
    (row,) = answer["rows"]
    assert row["realisasi"] is None
    assert {c["document"] for c in row["target_candidates"]} == {
        "rkt-kpu-r13",
        "rkt-keg",
        "rkt-kpu",
    }


def test_a_position_that_leaves_no_indicator_is_not_answered_by_claims(jejak: Jejak) -> None:
    answer = jejak("kinerja", "--revision", "99", "--json").json
    assert answer["rows"] == []
    assert answer["warnings"] == []


def test_a_glob_names_several_indicators(jejak: Jejak) -> None:
    rows = jejak("kinerja", "ikp-1?", "--json").json["rows"]
    assert [row["indicator"] for row in rows] == [f"IKP-{n}" for n in range(10, 19)]


def test_a_target_corrected_at_one_of_its_places_is_a_conflict_from_then_on(jejak: Jejak) -> None:
    (row,) = jejak("kinerja", "IKU-2", "--json").json["rows"]
    size = jejak("kinerja", "--json").json["position"]["size"]
    first, second, *_ = row["target_candidates"]
    assert first["document"] == second["document"] == "pk-kpu-r13"
    words = ("correct", f"#{first['event']}", "--field", "value", "--value", "50")
    assert jejak(*words, "--reason", "uji").code == 0
    (now,) = jejak("kinerja", "IKU-2", "--json").json["rows"]
    (then,) = jejak("kinerja", "IKU-2", "--at-size", str(size), "--json").json["rows"]
    assert then == row
    assert now["target_candidates"][0]["value"] == "50"
    assert (now["target"], now["capaian_raw"]) == (None, None)
