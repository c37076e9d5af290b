"""Kinerja: the target that holds, the achievement computed, capped and printed, and the means."""

from dataclasses import replace
from datetime import date
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
from projections.averages import summaries
from projections.performance import claimed_performance, performance
from projections.position import Position
from tests.book import SATKER, YEAR, Book, document, revised

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


def result(
    value: str | None,
    name: str = "IKU-1",
    start: str | None = "2024-01-01",
    end: str | None = "2024-12-31",
) -> AchievementRecorded:
    return AchievementRecorded(
        STREAM, 0, SATKER, YEAR, name, value, value, "%", start, end, "lkj", None,
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


def rows(found: Book, position: Position | None = None, **options: Any) -> list[dict[str, Any]]:
    table = performance(found.columns(), position or Position(), **options)
    return table.to_pylist()  # type: ignore[no-any-return]


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


def test_the_name_is_the_text_of_the_report_else_of_the_document_that_speaks() -> None:
    found = book(
        indicator(text="menurut RKT", document="rkt"), indicator(text="menurut PK"), target("1")
    )
    assert rows(found)[0]["name"] == "menurut PK"
    found.add(indicator(text="menurut LKj", document="lkj"))
    assert rows(found)[0]["name"] == "menurut LKj"


def test_on_a_day_only_what_was_agreed_and_reached_by_then_counts() -> None:
    found = book(
        document("pk-awal", "PK", dated="2024-01-05"),
        indicator(),
        target("70", "pk-awal"),
        target("80"),
        target("90", "lkj"),
        result("40", start="2024-01-01", end="2024-06-30"),
        result("60"),
    )
    assert [_held_on(found, day) for day in ("2024-01-04", "2024-01-05", "2024-06-30")] == [
        None,
        ("70", None, ["pk-awal"]),
        ("70", "40", ["pk-awal"]),
    ]
    assert _held_on(found, "2024-12-30") == ("80", "40", ["pk", "pk-awal"])
    assert _held_on(found, "2024-12-31") == ("80", "60", ["pk", "pk-awal", "lkj"])
    assert rows(found)[0]["target"] == "80"


def _held_on(found: Book, day: str) -> tuple[str | None, str | None, list[str]] | None:
    held = rows(found, Position(as_of=date.fromisoformat(day)))
    if not held:
        return None
    (row,) = held
    documents = [candidate["document"] for candidate in row["target_candidates"]]
    return row["target"], row["realisasi"], documents


def test_at_a_revision_its_last_day_counts_and_a_void_one_shows_nothing() -> None:
    found = book(indicator(), target("70", "rkt"), target("80"), result("60"))
    first = found.add(revised(0, "2023-11-24", 1))
    found.add(revised(1, "2024-07-01", 2))
    (row,) = rows(found, Position(revision=0))
    assert (row["target"], row["realisasi"]) == ("70", None), "the undated plan holds, the PK not"
    (row,) = rows(found, Position(revision=1))
    assert (row["target"], row["realisasi"]) == ("80", "60")
    found.void(first)
    assert rows(found, Position(revision=0)) == []


def test_of_several_periods_the_latest_and_longest_counts_and_none_conflict() -> None:
    found = book(
        indicator(),
        target("100"),
        result("20", start="2024-01-01", end="2024-03-31"),
        result("25", start="2024-10-01", end="2024-12-31"),
        result("90"),
    )
    assert rows(found)[0]["realisasi"] == "90"


def test_a_result_without_a_period_counts_for_the_whole_year() -> None:
    found = book(indicator(), target("100"), result("90", start=None, end=None))
    assert rows(found)[0]["realisasi"] == "90"
    assert rows(found, Position(as_of=date(2024, 12, 30)))[0]["realisasi"] is None


def test_the_printed_achievement_is_of_the_sheet_of_the_result_and_must_agree() -> None:
    found = book(indicator(), target("100"), result("50"), figure("77", sheet="Tabel 16"))
    assert rows(found)[0]["capaian_printed"] is None
    found.add(figure("85"))
    assert rows(found)[0]["capaian_printed"] == "85"
    found.add(figure("86"))
    assert rows(found)[0]["capaian_printed"] is None


def test_what_is_published_of_a_mean_is_read_on_the_sheet_of_the_results() -> None:
    statement = {"indicator": None, "measure": "nilai"}
    subject = "rata-rata capaian IKU"
    found = book(indicator(), target("1"), result("1"), figure("70", subject, "bab-4", **statement))
    assert _sums(found)["mean_published"] is None
    found.add(figure("90.5", subject, "tabel-10", **statement))
    assert _sums(found)["mean_published"] == "90.5"
    found.add(figure("91", subject, "tabel-10", **statement))
    assert _sums(found)["mean_published"] is None


def _sums(found: Book) -> dict[str, Any]:
    (sums,) = summaries(found.columns(), rows(found), SATKER, YEAR)
    return sums


def test_a_mean_is_of_the_exact_achievements_not_of_their_print() -> None:
    third = [event for n in (1, 2) for event in _measured(f"IKU-{n}", "3", "2.99988")]
    sums = _sums(book(*third, *_measured("IKU-3", "3", "2.99958")))
    assert sums["mean_raw"] == "99.99", (
        "(2 x 99.996 + 99.986) / 3 is 99.99266..., of prints 99.9967"
    )


def test_a_mean_is_capped_by_the_exact_cap() -> None:
    sums = _sums(book(*_measured("IKU-1", "100000", "100004")))
    assert (sums["mean_raw"], sums["mean_capped"]) == ("100.00", "100.00")
    assert sums["category_computed"] == "Berhasil"


def _measured(name: str, goal: str, reached: str) -> list[Event]:
    return [indicator(name), target(goal, indicator=name), result(reached, name)]


def test_each_satker_and_year_stands_by_itself() -> None:
    found = book(indicator(), target("100"), result("50"))
    for other in (target("10"), result("10"), indicator()):
        found.add(_replaced(other, "satker", "kabupaten"))
        found.add(_replaced(other, "fiscal_year", 2025))
    assert [(r["satker"], r["fiscal_year"], r["capaian_raw"]) for r in rows(found)] == [
        (SATKER, 2024, "50.00"),
        (SATKER, 2025, "100.00"),
        ("kabupaten", 2024, "100.00"),
    ]


def _replaced(event: Event, field: str, value: Any) -> Event:
    changed: Event = replace(event, **{field: value})
    key, year = (getattr(changed, name) for name in ("satker", "fiscal_year"))
    return replace(changed, originator_id=streams.performance(key, year))


def test_a_target_without_a_definition_is_shown_all_the_same() -> None:
    (row,) = rows(book(target("5"), result("5")))
    assert (row["name"], row["direction"], row["capaian_raw"]) == (None, None, None)
    assert (row["level"], row["target"], row["realisasi"]) == ("iku", "5", "5")
