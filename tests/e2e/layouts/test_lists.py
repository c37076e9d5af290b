"""Lists: DIPA and IKPA of many satker, payments and refunds, the month plan of a POK."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.e2e.layouts.conftest import Book
from tests.files import ikpa, monsakti, omspan, rpd, sp2d
from tests.files.model import budget, several

MODEL = budget()
YEAR = ("--ta", str(MODEL.year))


def _day(value: Any) -> str:
    assert isinstance(value, date)
    return value.isoformat()


def test_a_dipa_list_gives_each_satker_its_last_revision(book: Book) -> None:
    models = several(6)
    known = omspan.facts(models)
    taken = book.take(omspan.make(models), "dipa.xlsx")
    assert taken.code == 0, taken.err
    found = {e["satker"]: e for e in book.events("dipa-revised.v1")}
    assert len(found) == len(known.leaves)
    for leaf in known.leaves:
        event, values = found[leaf.code["satker"]], leaf.values
        assert (event["total"], event["place"]["cell"]) == (
            values["pagu"].value,
            values["pagu"].cell,
        )
        assert event["status_code"] == leaf.code["status"]
        assert event["revision"] == values["revision"].value
        assert (event["dated"], event["posted"]) == (
            _day(values["dated"].value),
            _day(values["posted"].value),
        )
    assert {e["status_code"][0] for e in found.values()} == {"C", "F", "G"}
    figures = book.events("figure-published.v1")
    stamps = {e["place"]["cell"]: e["printed"] for e in figures if e["measure"] == "digital stamp"}
    assert stamps == {
        leaf.values["stamp"].cell: leaf.values["stamp"].value for leaf in known.leaves
    }
    codes = {e["satker"]: e["code"] for e in book.events("satker-code-stated.v1")}
    assert codes == {leaf.code["satker"]: leaf.code["satker"] for leaf in known.leaves}
    for model in models:
        totals = book.json("pagu", "--satker", model.satker, "--ta", str(model.year))["totals"]
        assert (totals["pagu"], totals["coverage"]) == (model.last.total, "total-only")


IKPA = [(2022, -1), (2022, 0), (2022, 1), (2023, -1), (2023, 1), (2025, 1)]


@pytest.mark.parametrize(("year", "offset"), IKPA)
def test_an_ikpa_list_gives_each_score_under_its_own_name(
    book: Book, year: int, offset: int
) -> None:
    models = several(5, year)
    taken = book.take(ikpa.make(models, offset), "ikpa.xlsx")
    assert taken.code == 0, taken.err
    figures = {e["place"]["cell"]: e for e in book.events("figure-published.v1")}
    names = {"sum": "Nilai Total", "conversion": "Konversi Bobot"}
    names["final"] = "Nilai Akhir (Nilai Total/Konversi Bobot)"
    if year <= 2023 and offset < 0:
        names["Dispensasi SPM"] = "kolom M"  # the header moved left stands over it: it has no name
    for leaf in ikpa.facts(models, offset).leaves:
        for name, placed in leaf.values.items():
            figure = figures[placed.cell]
            assert figure["text"] == names.get(name, name)
            assert figure["satker"] == leaf.code["satker"]
            assert Decimal(figure["value"]) == Decimal(str(placed.value))
            assert figure["fiscal_year"] == year
            assert figure["measure"] == "nilai"
    weights = [e for e in figures.values() if e["measure"] == "bobot"]
    assert {e["value"] for e in weights if e["text"] == "Capaian Output"} == {"25"}
    assert len(weights) == len(models) * len(ikpa.weights_of(year))


def test_a_pok_print_gives_the_month_plan_in_rupiah(book: Book) -> None:
    known = rpd.facts(MODEL)
    taken = book.take(rpd.make(MODEL), "pok.xlsx", *YEAR)
    assert (taken.code, "adds up" in taken.err) == (0, False), taken.err
    plan = {line["cell"]: line for line in book.lines("withdrawal-plan-stated.v1")}
    for leaf in known.leaves:
        levels = ["kegiatan", "kro", "ro", "komponen", "subkomponen", "akun"]
        for month in range(1, 13):
            placed = leaf.values[str(month)]
            if placed.value == 0:
                assert placed.cell not in plan
                continue
            line = plan.pop(placed.cell)
            assert (line["amount"], line["month"]) == (placed.value, month)
            code = [leaf.code[level] for level in levels]
            code[4] = code[4][-1]  # the print has subkomponen A, not 0A
            assert line["code"] == ".".join(code)
            assert line["place"]["sheet"] == rpd.SHEET
            assert Decimal(line["raw"]) * 1000 == line["amount"]
    assert plan == {}
    assert sum(known.totals[str(month)] for month in range(1, 13)) == known.totals["pagu"]


LISTS = [(which, kind) for which in sp2d.TABLES for kind in sp2d.KINDS]


@pytest.mark.parametrize(("which", "kind"), LISTS)
def test_payments_and_refunds_are_read_one_by_one(book: Book, which: str, kind: str) -> None:
    known = sp2d.facts(MODEL, which, kind)
    taken = book.take(sp2d.make(MODEL, which, kind), f"daftar.{kind}", *YEAR)
    assert (taken.code, "adds up" in taken.err) == (0, False), taken.err
    found = book.events("realisation-recorded.v1")
    for event, leaf in zip(found, known.leaves, strict=True):
        amount, day = leaf.values["amount"], leaf.values["day"]
        assert (event["amount"], event["place"]["cell"]) == (amount.value, amount.cell)
        assert event["place"]["sheet"] == (which if kind == "xlsx" else None)
        assert event["period_start"] == event["period_end"] == _day(day.value)
        assert event["paper_number"] == leaf.code["number"]
        assert event["akun"] == leaf.code["akun"]
        coa = leaf.code["coa"].split(".")
        kro, tail = f"{coa[4][:4]}.{coa[4][4:]}", [coa[12], coa[13], coa[14], coa[2], coa[15]]
        assert event["code"] == ".".join([kro, *tail])
        assert event["satker"] == MODEL.satker
    assert sum(e["amount"] for e in found) == known.totals["amount"]


def test_payments_less_refunds_are_what_was_absorbed(book: Book) -> None:
    assert book.take(monsakti.make(MODEL), "mentah.csv", *YEAR).code == 0
    for which in sp2d.TABLES:
        assert book.take(sp2d.make(MODEL, which), f"{which}.csv", *YEAR).code == 0
    totals = book.json("serapan", "--satker", MODEL.satker, *YEAR)["totals"]
    paid, back = (sp2d.facts(MODEL, which).totals["amount"] for which in sp2d.TABLES)
    assert totals["realisasi"] == paid - back
    assert totals["pagu"] == MODEL.last.total


def test_a_code_is_stated_again_after_its_import_was_voided(book: Book) -> None:
    data = sp2d.make(MODEL, "sp2d", "csv")
    for turn in (1, 2):
        taken = book.take(data, "sp2d.csv")
        assert taken.code == 0, taken.err
        assert len(book.events("satker-code-stated.v1")) == turn
        last = book.json("log", "--imports")["rows"][-1]["import"]
        words = ("void", "--import", last, "--reason", "salah", "--actor", "uji")
        assert book.run(*words).code == 0
