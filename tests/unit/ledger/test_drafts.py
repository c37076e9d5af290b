"""Typed rows come to draft events, statement by statement, in the order of mapping and file."""

from collections.abc import Sequence
from typing import Any

import pytest

from ledger.drafts import Draft, drafts
from ledger.errors import Origin, Refusal
from ledger.events import (
    DipaLinesStated,
    DipaRevised,
    DocumentRegistered,
    Place,
    RevisionRaw,
    SatkerRegistered,
)
from ledger.lines import COLUMNS
from ledger.records import RECORDS, TypedRow

LINE: dict[str, Any] = {
    "satker": "banjarbaru",
    "fiscal_year": 2024,
    "revision": 13,
    "document": "dipa-r13",
    "dimension": "ro",
    "coverage": "full",
}


def _drafts(rows: Sequence[TypedRow], scale: int = 0) -> tuple[list[Draft], list[Refusal]]:
    refusals: list[Refusal] = []
    return list(drafts(rows, refusals, scale=scale)), refusals


def _line(row: int, statement: int = 1, raw: dict[str, str] | None = None, **v: Any) -> TypedRow:
    origin = Origin(row=row, cell=f"F{row}")
    return TypedRow("line", statement, {**LINE, **v}, raw or {}, origin)


def _only(rows: list[TypedRow]) -> Draft:
    found, refusals = _drafts(rows)
    assert refusals == []
    (draft,) = found
    return draft


def test_a_satker_row_registers_a_satker() -> None:
    row = TypedRow("satker", 1, {"satker": "bjb", "name": "KPU", "bagian_anggaran": "076"})
    assert _only([row]).events == [SatkerRegistered("satker/bjb", 0, "bjb", "KPU", "076")]
    bare = TypedRow("satker", 1, {"satker": "bjb", "name": "KPU"})
    assert _only([bare]).events == [SatkerRegistered("satker/bjb", 0, "bjb", "KPU", None)]


def test_a_document_row_registers_a_document() -> None:
    values: dict[str, Any] = {
        "document": "lkj",
        "kind": "LKJ",
        "number": "1",
        "revision": 0,
        "dated": "2025-01-16",
        "published": "2025-01-17",
        "sha256": "ab",
        "replaces": "old",
    }
    (event,) = _only([TypedRow("document", 0, values)]).events
    assert event == DocumentRegistered("dokumen/lkj", 0, *values.values())


def test_a_revision_row_states_a_revision_with_its_place_and_prints() -> None:
    row = TypedRow(
        "revision",
        1,
        {
            "satker": "bjb",
            "fiscal_year": 2024,
            "revision": 0,
            "document": "d",
            "sheet": "Tabel 17",
            "dated": "2023-11-24",
            "total": 0,
            "authority": "dja; kpa",
        },
        {"dated": "24 Nopember 2023", "sheet": "no print is kept of this"},
        Origin(None, 2, "C2"),
    )
    (event,) = _only([row]).events
    assert isinstance(event, DipaRevised)
    assert (event.originator_id, event.originator_version) == ("dipa/bjb/2024", 0)
    assert (event.revision, event.total, event.blocked) == (0, 0, None)
    assert event.authority == ["dja", "kpa"]
    assert event.kinds is None
    assert event.place == Place("Tabel 17", None, 2, "C2")
    assert event.raw == RevisionRaw(dated="24 Nopember 2023")


def test_a_revision_without_prints_or_number_keeps_null() -> None:
    values: dict[str, Any] = {"satker": "bjb", "fiscal_year": 2024, "document": "d"}
    (event,) = _only([TypedRow("revision", 1, values)]).events
    assert isinstance(event, DipaRevised)
    assert event.raw is None
    assert event.revision is None


def test_lines_of_one_head_are_one_statement_in_file_order() -> None:
    draft = _only([_line(2, code="b", amount=1), _line(3, code="a", amount=None)])
    (event,) = draft.events
    assert isinstance(event, DipaLinesStated)
    assert event.code == ["b", "a"]
    assert event.amount == [1, None]
    assert (event.row, event.cell) == ([2, 3], ["F2", "F3"])
    assert (draft.rows, draft.origin) == (2, Origin(row=2, cell="F2"))


def test_the_print_of_an_amount_stands_beside_it_and_no_other_print() -> None:
    rows = [_line(2, code="a", amount=1, raw={"amount": "1,-", "volume": "1,0"})]
    (event,) = _only(rows).events
    assert isinstance(event, DipaLinesStated)
    assert event.raw == ["1,-"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("satker", "lain"),
        ("fiscal_year", 2023),
        ("revision", None),
        ("document", "lkj"),
        ("read_from", "lkj"),
        ("sheet", "2"),
        ("page", "2"),
        ("dimension", "akun"),
        ("coverage", "partial"),
        ("stated_total", 5),
    ],
)
def test_lines_of_another_head_are_another_statement(name: str, value: Any) -> None:
    rows = [_line(2, code="a"), _line(3, code="a", **{name: value}), _line(4, code="b")]
    found, refusals = _drafts(rows)
    assert refusals == []
    assert [draft.rows for draft in found] == [2, 1]


def test_statements_of_the_mapping_stay_apart_and_in_order() -> None:
    rows = [
        TypedRow("document", 0, {"document": "d", "kind": "LKJ"}),
        TypedRow("document", 1, {"document": "e", "kind": "LKJ"}),
        _line(2, statement=2, code="a"),
        _line(2, statement=3, code="a"),
        TypedRow("satker", 4, {"satker": "s", "name": "S"}),
    ]
    found, refusals = _drafts(rows)
    assert refusals == []
    kinds = [type(draft.events[0]).__name__ for draft in found]
    assert kinds == [
        "DocumentRegistered",
        "DocumentRegistered",
        "DipaLinesStated",
        "DipaLinesStated",
        "SatkerRegistered",
    ]


def test_a_code_twice_in_a_full_list_is_refused_with_both_cells() -> None:
    rows = [_line(2, code="a"), _line(3, code="b"), _line(4, code="a"), _line(5, code="a")]
    _, refusals = _drafts(rows)
    assert [(r.code, r.text, r.origin.cell, r.values) for r in refusals] == [
        ("code-repeated", "a", "F4", (("at", "F2"),)),
        ("code-repeated", "a", "F5", (("at", "F2"),)),
    ]


@pytest.mark.parametrize("fields", [{"coverage": "partial"}, {"dimension": "line"}])
def test_a_partial_list_and_lines_of_detail_may_repeat_a_code(fields: dict[str, Any]) -> None:
    assert _drafts([_line(2, code="a", **fields), _line(3, code="a", **fields)])[1] == []


def test_lines_without_a_code_do_not_repeat_one() -> None:
    assert _drafts([_line(2, code=None, name="x"), _line(3, code=None, name="y")])[1] == []


def test_a_long_list_is_one_draft_of_several_parts() -> None:
    rows = [_line(n, code=f"6709.QGE.{n:05d}", name="x" * 80) for n in range(2, 2002)]
    draft = _only(rows)
    assert len(draft.events) > 1
    assert draft.rows == 2000


def test_a_line_record_has_a_field_for_each_column_but_its_place() -> None:
    assert set(COLUMNS) - RECORDS["line"].keys() == {"row", "cell", "raw"}
    for name, spec in RECORDS["line"].items():
        assert (name in LINE and name != "revision") == spec.required


def test_rows_of_nothing_come_to_nothing() -> None:
    assert _drafts([]) == ([], [])
