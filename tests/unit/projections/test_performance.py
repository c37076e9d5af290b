"""Kinerja: the target that holds, the achievement computed, capped and printed, and the means."""

from typing import Any

import pytest

from ledger import streams
from ledger.events import (
    AchievementRecorded,
    Event,
    FigurePublished,
    IndicatorDefined,
    Place,
    ScaleDefined,
    TargetSet,
)
from projections.performance import claimed_performance, performance, summaries
from projections.position import Position
from tests.book import SATKER, YEAR, Book, document

STREAM = streams.performance(SATKER, YEAR)


def indicator(name: str = "IKU-1", **fields: Any) -> IndicatorDefined:
    values: dict[str, Any] = {
        "satker": SATKER, "fiscal_year": YEAR, "indicator": name, "level": "iku", "text": "teks",
        "tujuan": None, "sasaran": None, "program": None, "kegiatan": None, "ro": None,
        "unit": "%", "value_type": None, "direction": "higher", "formula": None, "cap": None,
        "method": None, "data_source": None, "unit_in_charge": None, "document": "pk",
        "read_from": None, "place": Place(sheet="Tabel 5"),
    }  # fmt: skip
    return IndicatorDefined(STREAM, 0, **{**values, **fields})


def target(value: str | None, document_: str = "pk", sheet: str = "Tabel 5", **f: Any) -> TargetSet:
    fields = {"indicator": "IKU-1", "read_from": None, **f}
    return TargetSet(
        STREAM, 0, SATKER, YEAR, fields["indicator"], value, value, "%", document_,
        fields["read_from"], Place(sheet=sheet),
    )  # fmt: skip


def result(value: str | None, name: str = "IKU-1") -> AchievementRecorded:
    return AchievementRecorded(
        STREAM, 0, SATKER, YEAR, name, value, value, "%", "2024-01-01", "2024-12-31", "lkj", None,
        Place(sheet="Tabel 10"),
    )  # fmt: skip


def figure(value: str, subject: str = "capaian", sheet: str = "Tabel 10", **f: Any) -> Event:
    fields = {"indicator": "IKU-1", "measure": "capaian", "year": YEAR, **f}
    return FigurePublished(
        streams.report("lkj"), 0, satker=SATKER, fiscal_year=fields["year"], subject=subject,
        dimension=None, code=None, indicator=fields["indicator"], text=None,
        measure=fields["measure"], value_type="per-cent", printed=value, amount=None, value=value,
        document="lkj", read_from=None, place=Place(sheet=sheet),
    )  # fmt: skip


SCALE = ScaleDefined(
    "ledger", 0, "skala", "unstated", "lkj", None, Place(), ["91 - 100", "71 - 90", "0 - 70"],
    ["91", "71", "0"], ["100", "90", "70"], [None, None, None],
    ["Berhasil", "Cukup", "Kurang"], [None, None, None],
)  # fmt: skip


def book(*events: Event) -> Book:
    found = Book()
    found.add_all(
        [
            document("pk", "PK", dated="2024-12-30"),
            document("rkt", "RKT"),
            document("lkj", "LKJ", published="2025-01-16"),
            SCALE,
            *events,
        ]
    )
    return found


def rows(found: Book, **options: Any) -> list[dict[str, Any]]:
    return performance(found.columns(), Position(), **options).to_pylist()  # type: ignore[no-any-return]


def test_raw_capped_and_printed_stand_side_by_side() -> None:
    (row,) = rows(book(indicator(), target("80"), result("90"), figure("95")))
    assert (row["target"], row["realisasi"]) == ("80", "90")
    assert (row["capaian_raw"], row["capaian"]) == ("112.50", "100.00")
    assert (row["capaian_printed"], row["category"]) == ("95", "Berhasil")


def test_the_agreement_speaks_before_the_plan_and_the_report() -> None:
    found = book(
        indicator(), target("3", "lkj"), target("2", "rkt"), target("1", "pk"), result("1")
    )
    (row,) = rows(found)
    assert row["target"] == "1"
    assert [c["document"] for c in row["target_candidates"]] == ["pk", "rkt", "lkj"]


def test_one_document_with_two_values_leaves_no_target_and_every_candidate() -> None:
    found = book(
        indicator(), target("1"), target("2", sheet="Lampiran 4"), target("3", "lkj"), result("3")
    )
    (row,) = rows(found)
    assert (row["target"], row["target_text"], row["capaian_raw"]) == (None, None, None)
    assert [(c["value"], c["sheet"]) for c in row["target_candidates"]] == [
        ("1", "Tabel 5"),
        ("2", "Lampiran 4"),
        ("3", "Tabel 5"),
    ]


def test_a_place_without_a_print_is_no_conflict() -> None:
    (row,) = rows(book(indicator(), target(None, sheet="Lampiran 3"), target("5"), result("5")))
    assert (row["target"], row["capaian_raw"]) == ("5", "100.00")


@pytest.mark.parametrize(("lower", "raw"), [(None, "106.25"), ("A", "106.25"), ("B", "106.67")])
def test_an_indicator_that_is_better_the_lower_has_two_formulas(
    lower: str | None, raw: str
) -> None:
    found = book(indicator(direction="lower"), target("0.16"), result("0.15"))
    assert rows(found, lower=lower)[0]["capaian_raw"] == raw


def test_a_stated_cap_and_formula_win() -> None:
    found = book(indicator(cap="120", formula="T/R"), target("100"), result("50"))
    (row,) = rows(found)
    assert (row["formula"], row["capaian_raw"], row["capaian"]) == ("T/R", "200.00", "120.00")


@pytest.mark.parametrize(("goal", "reached"), [("0", "5"), ("WTP", "WTP"), ("5", None)])
def test_what_cannot_be_computed_is_null(goal: str, reached: str | None) -> None:
    (row,) = rows(book(indicator(), target(goal), result(reached)))
    assert (row["capaian_raw"], row["capaian"], row["category"]) == (None, None, None)


def test_a_value_in_a_gap_of_the_scale_has_no_category() -> None:
    (row,) = rows(book(indicator(), target("200"), result("181")))
    assert (row["capaian"], row["category"]) == ("90.50", None)


def test_indicators_come_by_level_and_natural_number() -> None:
    names = ["IKK-10", "IKU-1", "IKK-2", "IKP-1"]
    levels = {"IKU": "iku", "IKP": "program", "IKK": "kegiatan"}
    found = book(
        *[
            event
            for name in names
            for event in (indicator(name, level=levels[name[:3]]), target("1", indicator=name))
        ]
    )
    assert [row["indicator"] for row in rows(found)] == ["IKU-1", "IKP-1", "IKK-2", "IKK-10"]


def test_a_mere_definition_is_shown_only_when_asked_for() -> None:
    found = book(indicator())
    assert rows(found) == []
    assert len(rows(found, include_all=True)) == 1


def test_corrections_and_voids_apply() -> None:
    found = book(indicator(), target("80"), result("90"))
    found.correct(5, "value", "90")
    assert rows(found)[0]["capaian_raw"] == "100.00"
    found.void(6)
    assert rows(found)[0]["realisasi"] is None


def test_means_say_on_which_rows_they_rest() -> None:
    found = book(
        indicator(), target("100"), result("50"), figure("85"),
        indicator("IKU-2"), target("1", indicator="IKU-2"),
        target("2", sheet="Lampiran 4", indicator="IKU-2"), result("1", "IKU-2"),
        figure("100", indicator="IKU-2"),
        figure("90.5", "rata-rata capaian IKU", "tabel-10", indicator=None, measure="nilai"),
        figure("Berhasil", "kategori rata-rata capaian IKU", "tabel-10", indicator=None,
               measure="nilai"),
    )  # fmt: skip
    (sums,) = summaries(found.columns(), rows(found), SATKER, YEAR)
    assert (sums["count"], sums["mean_raw"], sums["rests_on_raw"]) == (2, "50.00", ["IKU-1"])
    assert (sums["mean_printed"], sums["rests_on_printed"]) == ("92.50", ["IKU-1", "IKU-2"])
    assert (sums["category_computed"], sums["category_printed"]) == ("Kurang", "Berhasil")
    assert sums["mean_published"] == "90.5"


def test_a_year_without_entries_is_answered_by_claims() -> None:
    found = book(figure("82.3", year=2023, indicator=None))
    assert rows(found) == []
    (row,) = claimed_performance(found.columns(), SATKER, 2023).to_pylist()
    assert (row["capaian_printed"], row["basis"], row["name"]) == ("82.3", "claimed", "capaian")
