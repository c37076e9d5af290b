"""A workbook as rows: nothing dropped, numbers in plain decimals, and a process that may die."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from cli.intake.cells import Numeric, Row
from cli.intake.workbook import Workbook
from cli.intake.workbook_process import BATCH, CPU_SECONDS, MEMORY_BYTES
from ledger.errors import InputRefused, Origin
from tests.files import hostile
from tests.files.grid import sheet_xml, table, workbook_parts, zipped


def _written(path: Path, sheets: dict[str, dict[tuple[int, int], Any]]) -> Path:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path / "buku.xlsx"))
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    time = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for name, cells in sheets.items():
        sheet = book.add_worksheet(name)
        for (row, column), value in cells.items():
            if isinstance(value, datetime):
                sheet.write_datetime(row, column, value, time)
            elif isinstance(value, date):
                sheet.write_datetime(row, column, value, day)
            else:
                sheet.write(row, column, value)
    book.close()
    return path / "buku.xlsx"


def _rows(path: Path, sheet: int = 0) -> list[Row]:
    with Workbook(path) as book:
        return list(book.sheets()[sheet].rows())


def test_leading_rows_and_columns_are_kept(tmp_path: Path) -> None:
    rows = _rows(_written(tmp_path, {"a": {(3, 2): "kode", (5, 3): "x"}}))
    assert [row.number for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.cells for row in rows[:3]] == [("", "", "", "")] * 3
    assert rows[3].cells == ("", "", "kode", "")
    assert rows[5].origin(3) == Origin("a", 6, "D6")


@pytest.mark.parametrize(
    ("value", "text", "is_number"),
    [
        (20_373_920_000, "20373920000", True),
        (2.037392e10, "20373920000", True),
        (0.1, "0.1", True),
        (1e-7, "0.0000001", True),
        (-3.5, "-3.5", True),
        (0, "0", True),
        (True, "true", False),
        ("'007130", "'007130", False),
        (date(2024, 10, 14), "2024-10-14", False),
        (datetime.fromisoformat("2024-10-14T08:06:00"), "2024-10-14T08:06:00", False),
    ],
)
def test_a_cell_is_a_text_or_a_plain_number(
    tmp_path: Path, value: Any, text: str, is_number: bool
) -> None:
    (row,) = _rows(_written(tmp_path, {"a": {(0, 0): value}}))
    assert row.cells[0] == text
    assert (type(row.cells[0]) is Numeric) is is_number


def test_several_sheets_are_read_in_any_order_and_again(tmp_path: Path) -> None:
    path = _written(tmp_path, {"a": {(0, 0): "1"}, "b ": {(0, 0): "2"}, "c": {}})
    with Workbook(path) as book:
        sheets = book.sheets()
        assert [sheet.name for sheet in sheets] == ["a", "b ", "c"]
        for at, wanted in ((1, ["2"]), (0, ["1"]), (2, []), (1, ["2"])):
            assert [row.cells[0] for row in sheets[at].rows()] == wanted


def test_batches_join_without_a_seam(tmp_path: Path) -> None:
    count = 2 * BATCH + 7
    path = _written(tmp_path, {"a": {(n, 0): n for n in range(count)}})
    with Workbook(path) as book:
        assert book.row_count == count
        rows = list(book.sheets()[0].rows())
    assert [row.number for row in rows] == list(range(1, count + 1))
    assert [row.cells[0] for row in rows] == [str(n) for n in range(count)]


def test_an_abandoned_reading_leaves_the_next_whole(tmp_path: Path) -> None:
    path = _written(tmp_path, {"a": {(n, 0): n for n in range(2 * BATCH)}})
    with Workbook(path) as book:
        sheet = book.sheets()[0]
        begun = sheet.rows()
        assert [row.cells[0] for row in islice(begun, 3)] == ["0", "1", "2"]
        begun.close()  # type: ignore[attr-defined]
        assert sum(1 for _ in sheet.rows()) == 2 * BATCH


@contextmanager
def _killed(path: Path) -> Iterator[Workbook]:
    with Workbook(path) as book:
        book._process.kill()
        book._process.wait()
        yield book


def test_a_process_that_dies_is_a_refusal(tmp_path: Path) -> None:
    path = _written(tmp_path, {"a": {(0, 0): 1}})
    with _killed(path) as book, pytest.raises(InputRefused) as refused:
        list(book.sheets()[0].rows())
    assert [r.code for r in refused.value.refusals] == ["workbook-too-large"]


def test_the_process_ends_with_its_workbook(tmp_path: Path) -> None:
    with Workbook(_written(tmp_path, {"a": {(0, 0): 1}})) as book:
        process = book._process
        assert process.poll() is None
    assert process.poll() is not None


@pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")
def test_the_process_limits_itself() -> None:
    script = (
        "import resource as r\n"
        "from cli.intake.workbook_process import _limit\n"
        "_limit()\n"
        "print(*(r.getrlimit(w)[0] for w in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_CORE)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(MEMORY_BYTES), str(CPU_SECONDS), "0"]


def test_every_formula_without_a_result_is_named(tmp_path: Path) -> None:
    cells = '<c r="A1"><f>1+1</f></c><c r="B1"><f>2</f><v>2</v></c><c r="C1"><f>3</f><v/></c>'
    cells += '<c r="D1" t="str"><f>""</f><v></v></c><c r="E1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    path = tmp_path / "rumus.xlsx"
    path.write_bytes(hostile.workbook(cells))
    with pytest.raises(InputRefused) as refused:
        Workbook(path)
    found = [(r.code, r.text, r.origin) for r in refused.value.refusals]
    assert found == [
        ("formula-without-value", None, Origin("data", 1, "A1")),
        ("formula-without-value", None, Origin("data", 1, "C1")),
        ("cell-error", "#DIV/0!", Origin("data", 1, "E1")),
    ]


def test_inline_texts_and_numbers_in_scientific_notation_are_read(tmp_path: Path) -> None:
    grid = table("a", [["kode", "'005"], [2.037392e10, 521211.0]])
    path = tmp_path / "mentah.xlsx"
    path.write_bytes(zipped(workbook_parts({"a": sheet_xml(grid)})))
    first, second = _rows(path)
    assert first.cells == ("kode", "'005")
    assert second.cells == ("20373920000", "521211")


def _moved(path: Path, member: str, formula: str) -> Path:
    """A workbook whose one sheet stands elsewhere in the archive, with a cell of this kind."""
    source = _written(path, {"a": {(0, 0): "kode", (1, 0): 5}})
    target = path / "pindah.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data, written = old.read(name), name
            if name == "xl/worksheets/sheet1.xml":
                written = member
                data = data.replace(b'<c r="A2"><v>5</v></c>', formula.encode())
                assert formula.encode() in data
            elif name.endswith((".rels", "[Content_Types].xml")):
                inside = member.removeprefix("xl/").encode()
                data = data.replace(b"worksheets/sheet1.xml", inside)
            new.writestr(written, data)
    return target


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/foo/sheet1.xml"])
@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ('<c r="A2"><f>1+1</f></c>', "formula-without-value"),
        ("<c r=\"A2\"><f\tca='1'>1+1</f></c>", "formula-without-value"),
        ('<c r="A2" t = "e"><v>#N/A</v></c>', "cell-error"),
    ],
)
def test_a_cell_without_a_value_is_found_wherever_its_sheet_stands(
    tmp_path: Path, member: str, formula: str, code: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        _rows(_moved(tmp_path, member, formula))
    (refusal,) = refused.value.refusals
    assert (refusal.code, refusal.origin.cell) == (code, "A2")


def test_a_text_longer_than_a_cell_may_be_is_refused(tmp_path: Path) -> None:
    book = {"a": {(0, 0): "kode", (1, 0): "x"}}
    source = _written(tmp_path, book)
    target = tmp_path / "panjang.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/sharedStrings.xml":
                data = data.replace(b"<t>x</t>", b"<t>" + b"x" * 40_000 + b"</t>")
            new.writestr(name, data)
    with pytest.raises(InputRefused) as refused:
        _rows(target)
    (refusal,) = refused.value.refusals
    assert (refusal.code, refusal.text, refusal.origin.row) == ("text-too-long", "40000", 2)


def test_a_sheet_with_a_hidden_character_in_its_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        _rows(_written(tmp_path, {"a\u202eb": {(0, 0): "kode"}}))
    assert [refusal.code for refusal in refused.value.refusals] == ["workbook-broken"]
