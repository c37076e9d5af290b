"""Prints of a whole DIPA: FA Detail, MonSAKTI, SPAN rowset, ADK tables."""

from typing import Any

import pytest

from tests.e2e.layouts.conftest import Book, Row
from tests.files import adk, glp039, monsakti, span
from tests.files.facts import Facts, Leaf
from tests.files.model import budget

MODEL = budget()
OF = ("--satker", MODEL.satker, "--ta", str(MODEL.year))


def _code(leaf: Leaf, *, item: bool = True) -> str:
    levels = ["kegiatan", "kro", "ro", "komponen", "subkomponen", "akun"]
    parts = [leaf.code[level] for level in levels]
    return ".".join([*parts, leaf.code["item"]] if item and "item" in leaf.code else parts)


def _pagu(book: Book, *words: str) -> Any:
    return book.json("pagu", *OF, *words)["totals"]


def _places(known: Facts, measure: str) -> list[tuple[Any, str]]:
    return [(leaf.values[measure].value, leaf.values[measure].cell) for leaf in known.leaves]


def _said(rows: list[Row]) -> list[tuple[Any, str]]:
    return [(row["amount"], row["cell"]) for row in rows]


FA = [
    pytest.param("xlsx", {}, id="xlsx"),
    pytest.param("csv", {}, id="csv"),
    pytest.param("akun", {}, id="akun"),
    pytest.param("xlsx", {"leading": 3}, id="leading-rows"),
    pytest.param("csv", {"leading": 2}, id="csv-leading-rows"),
    pytest.param("akun", {"repeated": True}, id="repeated-names"),
]


@pytest.mark.parametrize(("kind", "form"), FA)
def test_fa_detail_is_read_to_its_last_line(book: Book, kind: str, form: dict[str, Any]) -> None:
    known = glp039.facts(MODEL, kind, form.get("leading", 0))
    name = "fa.csv" if kind == "csv" else "fa.xlsx"
    taken = book.take(glp039.make(MODEL, kind, **form), name)
    assert (taken.code, "Note:" in taken.err) == (0, False), taken.err
    assert "FA Detail" in taken.out
    lines = book.lines()
    assert _said(lines) == _places(known, "pagu")
    assert [line["code"] for line in lines] == [_code(leaf) for leaf in known.leaves]
    assert [line["name"] for line in lines] == [leaf.name for leaf in known.leaves]
    assert [line["program"] for line in lines] == [leaf.code["program"] for leaf in known.leaves]
    sheet = None if kind == "csv" else glp039.SHEET
    assert {line["place"]["sheet"] for line in lines} == {sheet}
    spent = book.events("realisation-recorded.v1")
    own = [(e["amount"], e["place"]["cell"]) for e in spent if e["dimension"] == "line"]
    assert own == _places(known, "sd")
    total = next(e for e in spent if e["dimension"] == "total")
    assert (total["amount"], total["place"]["cell"]) == (
        known.totals["sd"],
        known.stated["sd"].cell,
    )
    assert {(e["period_start"], e["period_end"]) for e in spent} == {("2025-01-01", "2025-07-31")}


@pytest.mark.parametrize("kind", glp039.KINDS)
def test_fa_detail_gives_the_totals_of_its_year(book: Book, kind: str) -> None:
    book.take(glp039.make(MODEL, kind), "fa.csv" if kind == "csv" else "fa.xlsx")
    known = glp039.facts(MODEL, kind)
    totals = _pagu(book)
    assert (totals["pagu"], totals["coverage"]) == (known.totals["pagu"], "full")
    absorbed = book.json("serapan", *OF)["totals"]
    assert (absorbed["pagu"], absorbed["realisasi"]) == (known.totals["pagu"], known.totals["sd"])
    assert absorbed["sisa"] == known.totals["sisa"]


def test_monsakti_is_a_history_of_revisions(book: Book) -> None:
    known = monsakti.facts(MODEL)
    taken = book.take(monsakti.make(MODEL), "mentah.csv", "--ta", str(MODEL.year))
    assert (taken.code, "adds up" in taken.err) == (0, False), taken.err
    for revision in MODEL.revisions:
        totals = _pagu(book, "--revision", str(revision.number))
        assert totals["pagu"] == known.totals[revision.status], revision.status
    lines = {line["cell"]: line for line in book.lines()}
    assert len(lines) == len(known.leaves)
    for leaf in known.leaves:
        line = lines[leaf.values["pagu"].cell]
        assert line["amount"] == leaf.values["pagu"].value
        item = leaf.code["item"].rpartition(".")[
            2
        ]  # as FA Detail prints it: the akun stands before
        assert line["code"] == f"{_code(leaf, item=False)}.{item}"
        assert line["name"] == leaf.name
        assert line["blocked"] == leaf.values["blokir"].value
        assert (line["revision"], line["fiscal_year"]) == (int(leaf.code["status"][1:]), MODEL.year)
        assert line["register"] == (leaf.code["register"] or None)
    states = book.events("dipa-revised.v1")
    assert [e["status_code"] for e in states] == [r.status for r in MODEL.revisions]


def test_monsakti_gives_the_withdrawal_plan_of_each_revision(book: Book) -> None:
    book.take(monsakti.make(MODEL), "mentah.csv", "--ta", str(MODEL.year))
    plan = {line["cell"]: line for line in book.lines("withdrawal-plan-stated.v1")}
    for leaf in monsakti.facts(MODEL).leaves:
        for month, column in enumerate(monsakti.MONTH_COLUMNS, 1):
            placed = leaf.values[column]
            line = plan[placed.cell]
            assert (line["amount"], line["month"]) == (placed.value, month)
            assert line["revision"] == int(leaf.code["status"][1:])
    assert len(plan) == 12 * len(monsakti.facts(MODEL).leaves)


def test_span_gives_the_pagu_of_each_account(book: Book) -> None:
    known = span.facts(MODEL)
    taken = book.take(span.make(MODEL), "rowset.csv")
    assert taken.code == 0, taken.err
    lines = book.lines()
    assert _said(lines) == _places(known, "pagu")
    assert {line["satker"] for line in lines} == {"007130"}
    for line, leaf in zip(lines, known.leaves, strict=True):
        code = (leaf.code["kegiatan"], leaf.code["output"], leaf.code["akun"])
        assert line["code"] == ".".join([*code, leaf.code["sumber_dana"]])
        assert line["register"] == leaf.code["kdregister"]
    assert _pagu(book)["pagu"] == known.totals["pagu"]


def test_span_with_days_is_what_was_booked(book: Book) -> None:
    known = span.facts(MODEL, dated=True)
    taken = book.take(span.make(MODEL, dated=True), "rowset.csv")
    assert taken.code == 0, taken.err
    spent = book.events("realisation-recorded.v1")
    assert [(e["amount"], e["place"]["cell"]) for e in spent] == _places(known, "pagu")
    assert {e["period_end"] for e in spent} == {MODEL.last.posted.isoformat()}
    assert book.take(span.make(MODEL), "pagu.csv").code == 0
    assert book.json("serapan", *OF)["totals"]["realisasi"] == known.totals["pagu"]


@pytest.mark.parametrize("which", adk.TABLES)
def test_adk_tables_are_read_to_the_item(book: Book, which: str) -> None:
    known = adk.facts(MODEL, which)
    taken = book.take(adk.make(MODEL, which), "adk.csv", "--set", "revision=3")
    assert (taken.code, taken.err.count("Note: ")) == (0, 0), taken.err
    lines = book.lines()
    assert _said(lines) == _places(known, "pagu")
    codes = [f"{_code(leaf, item=False)}.{leaf.code['item'].zfill(6)}" for leaf in known.leaves]
    assert [line["code"] for line in lines] == codes  # as the other layouts print an item
    assert [line["item"] for line in lines] == [leaf.code["item"] for leaf in known.leaves]
    assert [line["name"] for line in lines] == [leaf.name for leaf in known.leaves]
    prices = [str(leaf.values["harga"].value) for leaf in known.leaves]
    assert [line["price"] for line in lines] == prices
    assert _pagu(book, "--revision", "3")["pagu"] == known.totals["pagu"]
