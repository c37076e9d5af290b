"""Twins of each file, each wrong in one thing: refused at the cells that are wrong, or told.

A sum that does not add up is imported, told and recorded as a published figure: the ledger keeps
what a document says. KEPT has the twins that are no error of the file's form, each with the reason.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.e2e.layouts.conftest import Book
from tests.files import adk, glp039, ikpa, monsakti, omspan, rpd, sp2d, span
from tests.files.facts import Spoiled
from tests.files.model import budget, several
from tests.unit.files.reading import Cells, calamine_cells, csv_cells

MODEL = budget()
MANY = several()
YEAR = ("--ta", str(MODEL.year))
OF = ("--satker", MODEL.satker, *YEAR)

KEPT: dict[tuple[str, str], str] = {
    ("fa-akun", "leaf_missing"): "the branch then ends one level higher, and its sums still hold",
    ("omspan", "text_for_number"): "`Rp. -` is how these prints say nothing; the print is kept",
    ("omspan", "status_and_number_differ"): "both are recorded; which is meant is a finding",
    ("omspan", "another_year"): "a date out of order is a finding, not an error of the form",
    ("omspan", "hidden_character"): "a no-break space at the end of a code is white space",
    ("omspan", "row_twice"): "what is equal is the same statement, counted and not repeated",
    ("ikpa", "comma_for_point"): "a text with a decimal comma is the number that it says",
    ("ikpa", "final_differs"): "scores are claims of the list; recomputing them is another matter",
    ("ikpa", "above_the_scale"): "scores are claims of the list",
    ("ikpa", "missing_column"): "a list of the first months of 2024 has no deduction column",
    ("ikpa-old", "comma_for_point"): "a text with a decimal comma is the number that it says",
    ("ikpa-old", "final_differs"): "scores are claims of the list",
    ("ikpa-old", "above_the_scale"): "scores are claims of the list",
    ("rpd", "text_for_number"): "a text with dots is the number that it says",
    ("rpd", "hidden_character"): "names are not read from this print, its codes and months are",
    ("adk", "text_for_number"): "`-` is a print of nothing; it is kept, and volume x price told",
    **{
        (f"{which}-{kind}", name): reason
        for which in sp2d.TABLES
        for kind in sp2d.KINDS
        for name, reason in (
            ("hidden_character", "a no-break space at the end of a number is white space"),
            ("row_twice", "one paper may pay one account twice; a repeat is a finding"),
        )
    },
}
TOLD: dict[str, str] = {
    "sum_to_date_differs": "lalu-ini",
    "total_differs": "pagu-jumlah",
    "leaf_missing": "pagu-jumlah",
    "price_differs": "harga",
    "months_differ": "bulan",
    "not_in_thousands": "bulan",
    "negative": "harga",
}
"""By twin, the check that tells it. Which of the parts is wrong no reader can know."""
CODES: dict[str, set[str]] = {
    "mixed_separators": {"amount-mixed-separators", "amount-broken"},
    "text_for_number": {"amount-broken"},
    "letter_in_number": {"amount-broken"},
    "scientific": {"amount-broken"},
    "hidden_character": {"text-hidden-characters", "key-broken"},
    "another_year": {"fiscal-year-differs", "form-other"},
    "another_satker": {"satker-differs", "form-other"},
    "satker_as_number": {"form-other"},
    "satker_without_zero": {"form-other", "satker-differs"},
    "no_such_month": {"date-broken"},
    "no_such_day": {"date-impossible"},
    "month_first": {"date-impossible"},
    "row_twice": {"code-repeated"},
    "missing_row": {"rows-missing"},
    "missing_column": {"layout-unknown", "column-missing"},
    "missing_header": {"layout-unknown"},
    "short_account": {"form-other"},
    "short_coa": {"value-missing"},
    "short_stamp": {"form-other"},
    "stamp_as_number": {"number-imprecise"},
    "unknown_status": {"integer-broken", "key-broken"},
    "heading_counted": {"value-missing"},
    "truncated": {"workbook-broken", "row-width", "value-missing", "amount-broken"},
}
ELSEWHERE = {("monsakti", "heading_counted"): "S2"}
"""A heading that passes for an item lacks the item's code: that cell is named."""


@dataclass(frozen=True)
class Case:
    layout: str
    name: str
    options: tuple[str, ...]
    twin: Spoiled

    @property
    def id(self) -> str:
        return f"{self.layout}-{self.twin.name}"


def _cases() -> Iterator[Case]:
    for kind in glp039.KINDS:
        name = "fa.csv" if kind == "csv" else "fa.xlsx"
        yield from _of(f"fa-{kind}", name, OF, glp039.spoiled(MODEL, kind))
    yield from _of("fa-leading", "fa.xlsx", OF, glp039.spoiled(MODEL, "xlsx", 2))
    yield from _of("monsakti", "mentah.csv", OF, monsakti.spoiled(MODEL))
    yield from _of("span", "rowset.csv", OF, span.spoiled(MODEL))
    yield from _of("omspan", "dipa.xlsx", YEAR, omspan.spoiled(MANY))
    yield from _of("ikpa", "ikpa.xlsx", YEAR, ikpa.spoiled(MANY))
    old = ("--ta", "2022")
    yield from _of("ikpa-old", "ikpa.xlsx", old, ikpa.spoiled(several(5, 2022)))
    yield from _of("rpd", "pok.xlsx", OF, rpd.spoiled(MODEL))
    for which in sp2d.TABLES:
        for kind in sp2d.KINDS:
            twins = sp2d.spoiled(MODEL, which, kind)
            yield from _of(f"{which}-{kind}", f"daftar.{kind}", OF, twins)
    yield from _of("adk", "adk.csv", (*OF, "--set", "revision=3"), adk.spoiled(MODEL))


def _of(layout: str, name: str, options: tuple[str, ...], twins: list[Spoiled]) -> Iterator[Case]:
    for twin in twins:
        yield Case(layout, name, options, twin)


CASES = list(_cases())
KEPT_CASES = [case for case in CASES if (case.layout, case.twin.name) in KEPT]
TOLD_CASES = [
    case
    for case in CASES
    if case not in KEPT_CASES
    and (case.twin.name in TOLD or (case.layout, case.twin.name) == ("fa-csv", "truncated"))
]
CUT_CASES = [case for case in CASES if (case.layout, case.twin.name) == ("span", "truncated")]
REFUSED = [case for case in CASES if case not in [*KEPT_CASES, *TOLD_CASES, *CUT_CASES]]
_LINE = re.compile(
    r"^(?P<file>\S+)(?: > (?:(?P<sheet>.*?)!)?(?P<cell>[A-Z]+[0-9]+|row [0-9]+))?"
    r"(?: \"(?P<value>.*)\")?  .* \[(?P<code>[a-z-]+)\]",
    re.DOTALL,
)


@dataclass(frozen=True)
class Told:
    cell: str | None
    value: str | None
    code: str


def _refusals(err: str, name: str) -> list[Told]:
    lines = [line for line in err.splitlines() if line.startswith(name)]
    found = [_LINE.match(line) for line in lines]
    assert lines
    assert None not in found, err
    return [Told(m["cell"], m["value"], m["code"]) for m in found if m is not None]


def _cells(case: Case) -> Cells:
    if case.name.endswith("xlsx"):
        return calamine_cells(case.twin.data)
    return csv_cells(case.twin.data, ";" if b";" in case.twin.data[:200] else ",")


def _is_as_typed(shown: str, typed: object) -> bool:
    """A number of a workbook is shown in full, a title by the part that is wrong."""
    if isinstance(typed, float):
        return float(shown) == typed
    return shown in str(typed) or "u{" in shown


@pytest.mark.parametrize("case", REFUSED, ids=[case.id for case in REFUSED])
def test_a_spoiled_file_is_refused_at_its_cells(book: Book, case: Case) -> None:
    before = book.size
    taken = book.take(case.twin.data, case.name, *case.options)
    assert taken.code == 3, taken.out + taken.err
    assert book.size == before
    told = _refusals(taken.err, case.name)
    assert {one.code for one in told} <= CODES.get(case.twin.name, {"form-other"}), taken.err
    if case.twin.name == "truncated":
        row = {re.sub("[^0-9]", "", cell) for cell in case.twin.cells}
        assert {re.sub("[^0-9]", "", one.cell or "") or "" for one in told} <= row | {""}
    elif case.twin.cells:
        wanted = {ELSEWHERE.get((case.layout, case.twin.name), cell) for cell in case.twin.cells}
        assert {one.cell for one in told} == wanted, taken.err
        cells = _cells(case)
        for one in told:
            if one.code == "code-repeated":
                continue  # the code is shown, the cell is that of the amount
            assert one.value is None or _is_as_typed(one.value, cells[str(one.cell)]), taken.err


@pytest.mark.parametrize("case", TOLD_CASES, ids=[case.id for case in TOLD_CASES])
def test_what_does_not_add_up_is_told_and_recorded_as_published(book: Book, case: Case) -> None:
    check = TOLD.get(case.twin.name, "pagu-jumlah")
    taken = book.take(case.twin.data, case.name, *case.options)
    assert taken.code == 0, taken.err
    notes = [line for line in taken.err.splitlines() if f"[{check}]" in line]
    assert len(notes) == 1, taken.err
    place = re.search(r"Note: (?:.*!)?([A-Z]+)([0-9]+) prints", notes[0])
    assert place is not None, notes
    rows = {re.sub("[^0-9]", "", cell) for cell in case.twin.cells}
    assert not rows or place[2] in rows
    figures = book.events("figure-published.v1")
    own = [e for e in figures if e["place"]["cell"] == place[1] + place[2]]
    assert len(own) == 1, figures
    assert own[0]["amount"] is not None


@pytest.mark.parametrize("case", KEPT_CASES, ids=[case.id for case in KEPT_CASES])
def test_what_is_no_error_of_the_form_is_recorded_as_it_says(book: Book, case: Case) -> None:
    taken = book.take(case.twin.data, case.name, *case.options)
    assert (taken.code, "recorded as" in taken.out) == (0, True), taken.err


@pytest.mark.parametrize("case", CUT_CASES, ids=[case.id for case in CUT_CASES])
def test_a_file_cut_within_its_last_amount_is_told(book: Book, case: Case) -> None:
    """A row that has all its columns and no end: no reader can know how long the amount was."""
    taken = book.take(case.twin.data, case.name, *case.options)
    assert taken.code == 0
    assert "the last line has no end" in taken.err


def test_every_kept_twin_is_there() -> None:
    assert {(case.layout, case.twin.name) for case in KEPT_CASES} == set(KEPT)
    assert len(REFUSED) > 90
