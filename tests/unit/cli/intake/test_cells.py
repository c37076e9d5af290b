"""A file as cells: encodings, delimiters and quotes as spreadsheets here write them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.intake.cells import MAX_COLUMNS, Row, column_letters
from cli.intake.separated import csv_rows, encoding_of, guess_delimiter
from ledger.errors import InputRefused, Origin, Refusal


def _rows(data: bytes, delimiter: str | None = None) -> list[Row]:
    encoding = encoding_of(io.BytesIO(data))
    return list(csv_rows(lambda: io.BytesIO(data), encoding, delimiter))


def _cells(data: bytes, delimiter: str | None = None) -> list[tuple[str, ...]]:
    return [row.cells for row in _rows(data, delimiter)]


def _refusal(data: bytes, delimiter: str | None = None) -> Refusal:
    with pytest.raises(InputRefused) as refused:
        _rows(data, delimiter)
    (refusal,) = refused.value.refusals
    return refusal


@pytest.mark.parametrize(
    "data",
    [
        "kode,uraian\n1,Dukungan é – “x”\n".encode(),
        b"\xef\xbb\xbf" + "kode,uraian\n1,Dukungan é – “x”\n".encode(),
        "kode,uraian\n1,Dukungan é – “x”\n".encode("cp1252"),
    ],
)
def test_utf_8_with_and_without_a_mark_and_windows_1252_are_read(data: bytes) -> None:
    assert _cells(data) == [("kode", "uraian"), ("1", "Dukungan é – “x”")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_refused(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    refusal = _refusal(mark + "a,b\n".encode(encoding))
    assert (refusal.code, refusal.text) == ("encoding-unknown", "UTF-16")


@pytest.mark.parametrize(
    "data", [b"a,b\n\x00,c\n", "a,b\n".encode("utf-16-le"), b"PK\x03\x04\x00\x00", b"\x81\x8d\xff"]
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    assert _refusal(data).code == "file-not-text"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_delimiter_and_line_end_is_told_from_the_first_line(delimiter: str, end: str) -> None:
    lines = [delimiter.join(("kode", "uraian", "pagu")), delimiter.join(("1", "a", "2"))]
    data = (end.join(lines) + end).encode()
    assert _cells(data) == [("kode", "uraian", "pagu"), ("1", "a", "2")]


def test_a_delimiter_that_the_mapping_names_is_not_guessed() -> None:
    assert _cells(b"a,b,c;d\n", ";") == [("a,b,c", "d")]
    assert guess_delimiter("a,b;c;d\ne,f;g;h,i\n") == ";"
    assert guess_delimiter("one column\n") == ","


def test_quotes_keep_delimiters_line_ends_and_doubled_quotes() -> None:
    assert _cells(b'"a,b",c\n"x ""y"" z",\n"two\nlines",d\n') == [
        ("a,b", "c"),
        ('x "y" z', ""),
        ("two\nlines", "d"),
    ]


@pytest.mark.parametrize(
    ("data", "row"), [(b'a,b\n"x"y,c\n', 2), (b'a,b\n1,2\n"never closed,c\n', 3)]
)
def test_broken_quotes_are_refused_with_their_row(data: bytes, row: int) -> None:
    refusal = _refusal(data)
    assert (refusal.code, refusal.origin) == ("csv-broken", Origin(row=row))


def test_a_cell_beyond_what_the_reader_takes_is_refused() -> None:
    assert _refusal(b"a,b\n" + b"x" * 200_000 + b",c\n").code == "csv-broken"


def test_a_row_of_more_columns_than_any_layout_has_is_refused() -> None:
    most = b"a\n" + b"," * (MAX_COLUMNS - 1) + b"\n"
    assert len(_cells(most)[1]) == MAX_COLUMNS
    refusal = _refusal(b"a\n" + b"," * MAX_COLUMNS + b"\n")
    assert (refusal.code, refusal.text) == ("row-too-wide", str(MAX_COLUMNS + 1))
    assert refusal.origin == Origin(row=2)


def test_rows_are_numbered_from_one_and_empty_ones_count() -> None:
    rows = _rows(b"a,b\n\n1,2\n")
    assert [(row.number, row.cells) for row in rows] == [
        (1, ("a", "b")),
        (2, ()),
        (3, ("1", "2")),
    ]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_rows(data: bytes) -> None:
    assert _cells(data) == []


@pytest.mark.parametrize(
    ("column", "letters"),
    [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")],
)
def test_columns_are_named_as_spreadsheets_name_them(column: int, letters: str) -> None:
    assert column_letters(column) == letters


@given(st.integers(0, 10**6))
def test_no_two_columns_share_a_name(column: int) -> None:
    number = 0
    for letter in column_letters(column):
        number = number * 26 + ord(letter) - ord("A") + 1
    assert number - 1 == column


def test_a_place_is_a_cell_a_row_and_a_sheet() -> None:
    row = Row(5, ("x",))
    assert row.origin(2) == Origin(None, 5, "C5")
    assert row.origin() == Origin(None, 5, None)
    assert Row(5, ("x",), "Tabel 17").origin(0) == Origin("Tabel 17", 5, "A5")


def test_a_cell_that_a_shape_moved_keeps_its_place() -> None:
    row = Row(5, ("x", "y"), None, (7, None))
    assert [row.origin(at).cell for at in (0, 1)] == ["H5", None]


CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=5)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=4)
)


@given(TABLES, st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n"]))
def test_a_written_table_is_read_back(table: list[list[str]], delimiter: str, end: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(
        table
    )
    assert _cells(text.getvalue().encode(), delimiter) == [tuple(row) for row in table]


def test_text_is_decoded_or_refused_and_never_altered() -> None:
    for code in range(256):
        data = b"a" + bytes([code])
        try:
            encoding = encoding_of(io.BytesIO(data))
        except InputRefused:
            assert code in (0x00, 0x81, 0x8D, 0x8F, 0x90, 0x9D)
        else:
            assert encoding == ("utf-8-sig" if code < 0x80 else "cp1252")
            assert data.decode(encoding).encode(encoding.removesuffix("-sig")) == data
