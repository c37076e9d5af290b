"""Rows through a mapping: every kind of cell, and every refusal with the cell it means."""

import io
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.intake.cells import Row, Sheet
from cli.intake.fields import MAX_TEXT_BYTES
from cli.intake.mapping import parse_mapping
from cli.intake.rows import Reading
from cli.intake.separated import csv_rows
from cli.intake.shapes import SHAPES
from ledger.errors import Origin, Refusal
from ledger.records import RECORDS, TypedRow

REVISION = """
[[statement]]
record = "revision"
columns = { revision = "revisi", dated = "tanggal", total = "pagu", reason = "alasan" }
fixed = { satker = "banjarbaru", fiscal_year = 2024, document = "dipa" }
"""
HEADER = "revisi,tanggal,pagu,alasan\n"


@dataclass
class Read:
    """A table that was read to its end."""

    rows: list[TypedRow]
    refusals: list[Refusal]
    row_count: int
    passed_over: int


def _read(text: str, mapping: str = REVISION, **options: Any) -> Read:
    rows = list(csv_rows(lambda: io.BytesIO(text.encode()), "utf-8", ","))
    return _read_table(rows, mapping, **options)


def _read_table(table: list[Row], mapping: str, **options: Any) -> Read:
    parsed = parse_mapping(mapping)
    straight = SHAPES["table"].straighten(Sheet(None, lambda: iter(table)), parsed.dialect)
    reading = Reading(straight, parsed, **options)
    rows = list(reading)
    return Read(rows, reading.refusals, reading.row_count, reading.passed_over)


def _cell(record: str, name: str, text: str, dialect: str = "", **options: Any) -> Any:
    """The value of one cell of column B of row 2, or its refusal; and the kept print."""
    required = {
        other: _sample(record, other)
        for other, spec in RECORDS[record].items()
        if spec.required and other != name
    }
    fixed = "".join(f"{other} = {value!r}\n" for other, value in required.items())
    mapping = (
        f"[file]\n{dialect}\n[[statement]]\nrecord = '{record}'\n"
        f"[statement.columns]\n{name} = 'nilai'\n[statement.fixed]\n{fixed}"
    )
    table = [Row(1, ("no", "nilai")), Row(2, ("x", text))]
    reading = _read_table(table, mapping, **options)
    if reading.refusals:
        (refusal,) = reading.refusals
        assert refusal.origin == Origin(None, 2, "B2")
        assert refusal.values == (("field", name),)
        assert reading.rows == []
        return refusal
    (row,) = reading.rows
    return row.values[name], row.raw.get(name)


def _sample(record: str, name: str) -> str:
    spec = RECORDS[record][name]
    samples = {"date": "2024-01-01", "integer": "1", "choice": (*spec.choices, "")[0]}
    return samples.get(spec.kind, "a1")


CELLS = [
    ("satker", "satker", " KPU-1 ", "kpu-1", None),
    ("satker", "name", "  Nama é\n😀 ", "Nama é\n😀", None),
    ("satker", "bagian_anggaran", "'005", "005", None),
    ("satker", "bagian_anggaran", "076", "076", None),
    ("revision", "fiscal_year", " 2024 ", 2024, None),
    ("revision", "revision", "000", 0, None),
    ("revision", "total", "1000", 1000, None),
    ("revision", "total", "Rp. 40.343.017.000,-", 40343017000, "Rp. 40.343.017.000,-"),
    ("revision", "total", "-", 0, "-"),
    ("revision", "total", "(5)", -5, "(5)"),
    ("revision", "dated", "2024-10-14", "2024-10-14", None),
    ("revision", "dated", "11 Nopember 2024", "2024-11-11", "11 Nopember 2024"),
    ("line", "volume", "1.234,50", "1234.5", "1.234,50"),
    ("line", "volume", "77.5", "77.5", None),
    ("line", "pn", "YA", True, None),
    ("line", "pn", "0", False, None),
    ("line", "dimension", " RO ", "ro", None),
    ("document", "kind", "lkj", "LKJ", None),
    ("target", "value", "77,5%", "77.5", "77,5%"),
    ("target", "value", "WTP", "WTP", None),
    ("indicator", "cap", "120", "120", None),
]


@pytest.mark.parametrize(("record", "name", "text", "value", "raw"), CELLS)
def test_a_cell_is_read_by_the_kind_of_its_field(
    record: str, name: str, text: str, value: Any, raw: str | None
) -> None:
    found = _cell(record, name, text)
    assert found == (value, raw)
    assert type(found[0]) is type(value)


def test_every_kind_of_field_is_read_and_refused_here() -> None:
    kinds = {spec.kind for fields in RECORDS.values() for spec in fields.values()}
    assert {RECORDS[record][name].kind for record, name, *_ in CELLS} == kinds
    never = {"measured"}
    assert {RECORDS[record][name].kind for record, name, *_ in REFUSED} >= kinds - never


@pytest.mark.parametrize("text", ["", "   ", "\t", "\u00a0"])
def test_an_empty_cell_is_unknown_or_missing(text: str) -> None:
    assert _cell("revision", "total", text) == (None, None)
    assert _cell("line", "code", text) == (None, None)
    refusal = _cell("satker", "name", text)
    assert (refusal.code, refusal.text) == ("value-missing", text or None)


REFUSED: list[tuple[str, str, str, str, str | None]] = [
    ("satker", "satker", "KPU Kota", "key-broken", "kpu-kota"),
    ("satker", "satker", "x" * 41, "key-broken", "x" * 40),
    ("satker", "satker", "***", "key-broken", None),
    ("satker", "name", "é" * 4097, "text-too-long", None),
    ("satker", "name", "a\u200bb", "text-hidden-characters", "U+200B"),
    ("satker", "name", "a\tb", "text-hidden-characters", "U+0009"),
    ("satker", "name", "a\u202eb", "text-hidden-characters", "U+202E"),
    ("satker", "bagian_anggaran", "0\u00ad76", "text-hidden-characters", "U+00AD"),
    ("revision", "revision", "-1", "integer-broken", None),
    ("revision", "revision", "1.0", "integer-broken", None),
    ("revision", "revision", "١", "integer-broken", None),
    ("revision", "revision", "1234567890", "integer-broken", None),
    ("revision", "total", "x", "amount-broken", None),
    ("revision", "total", "95.766,000", "amount-mixed-separators", "95766000"),
    ("revision", "total", "9" * 17, "amount-too-large", None),
    ("revision", "total", "1,5", "amount-too-precise", None),
    ("revision", "total", "28,580", "amount-ambiguous", "28580"),
    ("revision", "dated", "besok", "date-broken", None),
    ("revision", "dated", "10/14/2024", "date-impossible", "2024-10-14"),
    ("revision", "dated", "2024-02-30", "date-impossible", None),
    ("revision", "dated", " " * 9000 + "2024-01-01", "text-too-long", None),
    ("line", "volume", "banyak", "amount-broken", None),
    ("line", "pn", "mungkin", "flag-broken", "ya, tidak"),
    ("line", "coverage", "semua", "choice-unknown", "full, partial"),
    ("target", "value", "a\u200bb", "text-hidden-characters", "U+200B"),
]


@pytest.mark.parametrize(("record", "name", "text", "code", "suggestion"), REFUSED)
def test_a_cell_that_cannot_be_read_is_refused_with_its_place(
    record: str, name: str, text: str, code: str, suggestion: str | None
) -> None:
    refusal = _cell(record, name, text)
    assert (refusal.code, refusal.text, refusal.suggestion) == (code, text, suggestion)


def test_a_text_of_exactly_the_greatest_size_is_read() -> None:
    text = "é" * (MAX_TEXT_BYTES // 2)
    assert _cell("satker", "name", text) == (text, None)


@pytest.mark.parametrize(
    ("dialect", "text", "value"),
    [
        ("decimal = '.'\nthousands = ','", "1,234,567", 1234567),
        ("unit = 1000", "1.234", 1234000),
        ("unit = 1000", "1.234,5", 1234500),
        ("accept_suggestions = true", "95.766,000", 95766000),
    ],
)
def test_the_dialect_of_the_file_decides(dialect: str, text: str, value: int) -> None:
    assert _cell("revision", "total", text, dialect) == (value, text)


def test_the_scale_of_the_ledger_decides_and_a_suggestion_may_be_taken() -> None:
    assert _cell("revision", "total", "1,5", scale=2) == (150, "1,5")
    assert _cell("revision", "total", "28,580", accept_suggestions=True) == (28580, "28,580")
    assert _cell("revision", "total", "x", accept_suggestions=True).code == "amount-broken"


def test_a_row_knows_its_statement_values_prints_and_place() -> None:
    reading = _read(HEADER + "\n9,14 Oktober 2024,41996502000,Revisi Kanwil\n")
    (row,) = reading.rows
    assert (row.record, row.statement, row.origin) == ("revision", 1, Origin(None, 3, "C3"))
    assert row.values == {
        **dict.fromkeys(RECORDS["revision"]),
        "satker": "banjarbaru",
        "fiscal_year": 2024,
        "document": "dipa",
        "revision": 9,
        "dated": "2024-10-14",
        "total": 41996502000,
        "reason": "Revisi Kanwil",
    }
    assert row.raw == {"dated": "14 Oktober 2024"}
    assert reading.row_count == 1


def test_all_refusals_come_at_once_each_with_its_cell() -> None:
    reading = _read(
        HEADER + "x,2024-01-01,1,a\n1,32/01/2024,1.00,a\n2,2024-01-01,5,b\n3,2024-01-01,28,c\n"
    )
    assert [(r.code, r.origin.cell or r.origin.row) for r in reading.refusals] == [
        ("integer-broken", "A2"),
        ("date-impossible", "B3"),
        ("amount-broken", "C3"),
    ]
    assert [row.values["revision"] for row in reading.rows] == [2, 3]


def test_rows_of_another_width_than_the_header_are_refused() -> None:
    reading = _read(HEADER + "1,2024-01-01,5\n2,2024-01-01,5,b,c\n\n3,2024-01-01,5,b\n")
    widths = [r for r in reading.refusals if r.code == "row-width"]
    assert [(r.text, r.origin, r.values) for r in widths] == [
        ("3", Origin(row=2), (("width", "4"),)),
        ("5", Origin(row=3), (("width", "4"),)),
    ]


def test_columns_are_found_by_name_in_any_order_case_and_margin() -> None:
    reading = _read("PAGU, Revisi ,lain,Alasan,tanggal\n5,9,x,a,2024-01-01\n")
    (row,) = reading.rows
    assert (row.values["total"], row.values["revision"]) == (5, 9)
    assert row.origin.cell == "A2"


def test_each_missing_column_is_named_once_with_the_header_that_is_there() -> None:
    mapping = REVISION + (
        "templates = { number = '{nomor} {revisi}' }\n"
        "where = { jenis = 'A' }\nunless_empty = ['sisa']\n"
    ).replace("number", "status_code")
    reading = _read("revisi,tanggal\n1,2024-01-01\n", mapping)
    assert [(r.code, r.text, r.suggestion) for r in reading.refusals] == [
        ("column-missing", name, "revisi, tanggal")
        for name in ("pagu", "alasan", "jenis", "sisa", "nomor")
    ]
    assert {r.origin for r in reading.refusals} == {Origin(row=1)}
    assert reading.rows == []


def test_a_file_without_a_header_lacks_every_column() -> None:
    codes = {refusal.code for refusal in _read("").refusals}
    assert codes == {"column-missing"}


def test_the_header_may_stand_lower() -> None:
    text = "LAPORAN,,,\nTA 2024,,,\n" + HEADER + "1,2024-01-01,5,a\n"
    reading = _read(text, "[file]\nheader_row = 3\n" + REVISION)
    assert reading.refusals == []
    assert [row.origin.cell for row in reading.rows] == ["C4"]


def test_filters_pick_the_rows_of_a_statement() -> None:
    where = REVISION + "where = { alasan = ['a', 'b'], revisi = 1 }\n"
    text = HEADER + "1,2024-01-01,5,a\n2,2024-01-01,5,a\n1,2024-01-01,5,c\n1,,6,b\n"
    assert [row.origin.row for row in _read(text, where).rows] == [2, 5]
    unless = REVISION + "unless_empty = ['tanggal']\n"
    assert [row.origin.row for row in _read(text, unless).rows] == [2, 3, 4]


def test_a_row_that_a_filter_leaves_out_is_not_judged() -> None:
    where = REVISION + "where = { alasan = 'a' }\n"
    assert _read(HEADER + "x,y,z,JUMLAH\n1,,5,a\n", where).refusals == []


def test_a_template_is_filled_from_the_row_and_refused_with_its_cell() -> None:
    mapping = REVISION.replace(', document = "dipa"', "") + (
        "templates = { document = 'dipa-r{revisi}' }\n"
    )
    (row,) = _read(HEADER + " 7 ,,5,a\n", mapping).rows
    assert row.values["document"] == "dipa-r7"
    broken = mapping.replace("dipa-r{revisi}", "dipa {alasan}")
    (refusal,) = _read(HEADER + "7,,5,a b\n", broken).refusals
    assert (refusal.code, refusal.text, refusal.suggestion, refusal.origin) == (
        "key-broken",
        "a b",
        None,
        Origin(row=2, cell="D2"),
    )


def test_a_value_written_in_the_mapping_is_refused_like_a_cell() -> None:
    mapping = REVISION.replace("fiscal_year = 2024", "fiscal_year = 'x'")
    (refusal,) = _read(HEADER + "1,,5,a\n", mapping).refusals
    assert (refusal.code, refusal.text, refusal.values) == (
        "integer-broken",
        "x",
        (("field", "fiscal_year"),),
    )


def test_documents_of_the_mapping_come_first_and_are_judged() -> None:
    documents = (
        '[[document]]\ndocument = "lkj"\nkind = "lkj"\ndated = 2025-01-16\nrevision = 1\n'
        '[[document]]\ndocument = "b c"\nkind = "x"\n'
    )
    reading = _read(HEADER, documents + REVISION)
    assert [(r.code, r.text) for r in reading.refusals] == [
        ("key-broken", "document = b c"),
        ("choice-unknown", "kind = x"),
    ]
    first = reading.rows[0]
    assert (first.record, first.statement, first.origin) == ("document", 0, Origin())
    assert {n: v for n, v in first.values.items() if v is not None} == {
        "document": "lkj",
        "kind": "LKJ",
        "dated": "2025-01-16",
        "revision": 1,
    }


def test_two_statements_read_every_row_one_after_the_other() -> None:
    satker = '[[statement]]\nrecord = "satker"\ncolumns = { satker = "alasan", name = "alasan" }\n'
    reading = _read(HEADER + "1,,5,a\n2,,6,b\n", REVISION + satker)
    assert [(row.statement, row.record) for row in reading.rows] == [
        (1, "revision"),
        (1, "revision"),
        (2, "satker"),
        (2, "satker"),
    ]
    assert reading.rows[2].origin == Origin(row=2)


@given(st.lists(st.lists(st.text(max_size=6), max_size=5).map(tuple), max_size=5))
def test_any_table_is_read_or_refused_and_never_breaks(table: list[tuple[str, ...]]) -> None:
    rows = [Row(1, ("revisi", "tanggal", "pagu", "alasan"))]
    rows += [Row(number, cells) for number, cells in enumerate(table, 2)]
    reading = _read_table(rows, REVISION)
    assert all(isinstance(refusal, Refusal) for refusal in reading.refusals)
    assert len(reading.rows) <= reading.row_count


def test_a_header_that_names_a_column_twice_is_refused() -> None:
    mapping = '[[statement]]\nrecord = "satker"\ncolumns = { satker = "kunci", name = "nama" }\n'
    refusals = _read("kunci,nama,Nama\na,b,c\n", mapping).refusals
    assert [(r.code, r.origin.cell) for r in refusals] == [("column-repeated", "C1")]


def test_a_paper_with_a_blank_behind_it_is_the_same_paper() -> None:
    mapping = (
        '[[statement]]\nrecord = "realisation"\ncolumns = { paper_number = "no" }\n'
        "templates = { paper_line = '{#no}' }\nfixed = { satker = 's', fiscal_year = 2024, "
        "document = 'd', dimension = 'total', extent = 'payment', basis = 'sp2d' }\n"
    )
    rows = _read("no,x\nSP1,\nSP1 ,\n", mapping).rows
    assert [row.values["paper_line"] for row in rows] == [1, 2]


def test_a_date_that_begins_with_its_year_is_read_in_any_order() -> None:
    for order in ("dmy", "mdy", "ymd"):
        assert _cell("revision", "dated", "2024-05-06", f"dates = '{order}'") == (
            "2024-05-06",
            None,
        )


def test_a_value_that_no_column_may_give_is_refused_once() -> None:
    mapping = (
        '[[statement]]\nrecord = "plan"\nfixed = { satker = "s", fiscal_year = 2024, document = '
        '"d", dimension = "ro", coverage = "partial" }\n[statement.each]\nfield = "amount"\n'
        'into = "month"\ncolumns = { jan = "jan" }\n'
    )
    read = _read("jan,x\n5,\n6,\n", mapping)
    assert ([r.code for r in read.refusals], read.rows) == (["integer-broken"], [])
