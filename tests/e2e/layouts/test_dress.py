"""Files that are something else are refused with what they are."""

import pytest

from tests.e2e.layouts.conftest import Book
from tests.files import hostile

KINDS = {
    "encrypted": "[workbook-locked]",
    "old_workbook": "Excel 97-2003 (.xls)",
    "old_named_new": "Excel 97-2003 (.xls)",
    "html_named_xlsx": '"HTML"',
    "html_named_xls": '"HTML"',
    "pdf_named_csv": '"PDF"',
    "utf16_csv": '"UTF-16"',
    "nul_csv": "[file-not-text]",
    "empty": "[layout-unknown]",
    "endless_field": "[csv-broken]",
    "open_quote": "[csv-broken]",
}
TAKEN = {
    "latin1_csv": "Windows-1252 is read: spreadsheets here write it",
    "csv_named_xlsx": "the kind is told by the first bytes, never by the name",
    "marked_csv": "a byte order mark is no data",
    "return_csv": "a lone return ends a record",
}
MAPPING = """
[[document]]
document = "d"
kind = "LAIN"
[[statement]]
record = "satker"
introduce = true
columns = { satker = "KDSATKER", name = "KDSATKER" }
"""
FILES = {file.name: file for file in hostile.wrong_dress()}


@pytest.mark.parametrize("name", KINDS)
def test_another_kind_of_file_is_refused_with_what_it_is(book: Book, name: str) -> None:
    before = book.size
    (book.folder / "m.toml").write_text(MAPPING)
    mapping = [] if name == "empty" else ["--mapping", str(book.folder / "m.toml")]
    taken = book.take(FILES[name].data, FILES[name].filename, *mapping)
    assert taken.code == 3
    assert KINDS[name] in taken.err
    assert book.size == before


@pytest.mark.parametrize("name", TAKEN)
def test_a_table_in_an_odd_dress_is_read(book: Book, name: str) -> None:
    (book.folder / "m.toml").write_text(MAPPING)
    taken = book.take(
        FILES[name].data, FILES[name].filename, "--mapping", str(book.folder / "m.toml")
    )
    if name == "latin1_csv":
        assert "[key-broken]" in taken.err  # the word was read, and is no key
        assert "caf\xe9" in taken.err
        return
    assert taken.code == 0, taken.err
    assert [e["satker"] for e in book.events("satker-registered.v1")] == ["induk", "007130"]


def test_every_dress_is_tried() -> None:
    assert KINDS.keys() | TAKEN.keys() == FILES.keys()
