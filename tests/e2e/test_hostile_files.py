"""Files that are made to harm the reader are refused, in bounded memory and without a trace."""

import io
import resource
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pytest

from events_store.log import LeafLog
from tests.files import hostile

LIMIT_BYTES = 900 << 20
BOMB_BYTES = 2 << 30
ISOLATED = ["-I"] if sys.flags.isolated else []
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory as Linux has them")
MAPPING = """
[[document]]
document = "d"
kind = "LAIN"
[[statement]]
record = "figure"
columns = { printed = "NILAI", code = "KODE" }
[statement.fixed]
satker = "banjarbaru"
fiscal_year = 2024
document = "d"
subject = "s"
measure = "m"
value_type = "amount"
"""
REFUSED = {
    "zip_bomb": "workbook-too-large",
    "nested_zip": "file-kind",
    "many_members": "workbook-too-large",
    "lying_size": "workbook-broken",
    "same_name_twice": "workbook-broken",
    "doctype": "workbook-dtd",
    "entity": "workbook-dtd",
    "billion_laughs": "workbook-dtd",
    "external_entity": "workbook-dtd",
    "external_dtd": "workbook-dtd",
    "formula_without_value": "formula-without-value",
    "formula_error": "cell-error",
    "cell_outside": "row-too-wide",
    "cell_far_away": "row-too-wide",
    "no_such_string": "workbook-broken",
    "no_sheets": "sheet-missing",
    "sheet_part_missing": "workbook-broken",
    "xml_breaks_off": "workbook-broken",
}
TAKEN = {"path_outside", "sixteen_digits", "not_a_number", "infinite"}
"""Workbooks whose parts are in order; what their one cell says is judged as any cell is."""


@cache
def _files() -> dict[str, hostile.Hostile]:
    found = (*hostile.bombs(), *hostile.entities(), *hostile.odd_sheets())
    return {file.name: file for file in found}


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))


def _import(folder: Path, path: Path) -> "subprocess.CompletedProcess[str]":
    program = "from cli.main import main; main()"
    words = ["-L", str(folder / "jejak.db"), "--home", str(folder / "rumah"), "--lang", "en"]
    mapping = path.with_name("m.toml")
    mapping.write_text(MAPPING)
    mapped = ["--mapping", str(mapping)]
    return subprocess.run(
        [sys.executable, *ISOLATED, "-c", program, *words, "import", str(path), *mapped],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_limit,
    )


def _refused(folder: Path, path: Path) -> str:
    """What is said of a file that is refused, and has then added nothing."""
    with LeafLog(folder / "jejak.db") as log:
        before = log.size
    done = _import(folder, path)
    assert (done.returncode, "Traceback" in done.stderr) == (3, False), done.stderr
    with LeafLog(folder / "jejak.db") as log:
        assert log.size == before
    return done.stderr


def _bomb(name: str) -> bytes:
    """A workbook of 2 MB whose one sheet is 2 GiB long."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open(name, "w", force_zip64=True) as member:
            for _ in range(BOMB_BYTES >> 24):
                member.write(bytes(1 << 24))
    return sink.getvalue()


XML = """<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY x SYSTEM "SECRET"><!ENTITY y "&x;&x;&x;&x;">]>
<a>&y;</a>
"""


@LINUX
def test_a_zip_bomb_is_refused_before_it_is_unpacked(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsx"
    path.write_bytes(_bomb("xl/worksheets/sheet1.xml"))
    assert "[workbook-too-large]" in _refused(folder, path)


@LINUX
@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_workbook_is_refused_with_its_code(
    name: str, folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / _files()[name].filename
    path.write_bytes(_files()[name].data)
    assert f"[{REFUSED[name]}]" in _refused(folder, path)


@LINUX
@pytest.mark.parametrize("name", sorted(TAKEN))
def test_an_odd_cell_never_becomes_a_value(name: str, folder: Path, tmp_path: Path) -> None:
    """Each has one cell and so no header: the columns are missing."""
    path = tmp_path / _files()[name].filename
    path.write_bytes(_files()[name].data)
    assert "[column-missing]" in _refused(folder, path)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("1.2345678901234567E15", "number-imprecise"),
        ("1234567890123456", "number-imprecise"),
        ("NaN", "number-imprecise"),
        ("1E999", "number-imprecise"),
    ],
)
def test_a_number_that_a_float_cannot_hold_is_no_code(
    number: str, code: str, folder: Path, tmp_path: Path
) -> None:
    head = "".join(
        f'<c r="{cell}1" t="inlineStr"><is><t>{text}</t></is></c>'
        for cell, text in (("A", "KODE"), ("B", "NILAI"))
    )
    row = f'{head}</row><row r="2"><c r="A2"><v>{number}</v></c><c r="B2"><v>1</v></c>'
    path = tmp_path / "angka.xlsx"
    path.write_bytes(hostile.workbook(row))
    said = _refused(folder, path)
    assert f"[{code}]" in said
    assert "data!A2" in said


@LINUX
def test_a_sparse_sheet_takes_no_more_than_the_reader_may(folder: Path, tmp_path: Path) -> None:
    """Two cells, two hundred million apart: the process that reads them dies alone."""
    cells = '<c r="A1"><v>1</v></c></row><row r="1000000"><c r="GR1000000"><v>1</v></c>'
    path = tmp_path / "jarang.xlsx"
    path.write_bytes(hostile.workbook(cells))
    assert "[workbook-too-large]" in _refused(folder, path)


@LINUX
def test_an_xml_file_is_no_table_and_its_entities_are_not_followed(
    folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "entitas.xml"
    secret = tmp_path / "rahasia.txt"
    secret.write_text("isi yang rahasia")
    path.write_text(XML.replace("SECRET", secret.as_uri()))
    assert secret.read_text() not in _refused(folder, path)


def test_every_hostile_workbook_is_tried() -> None:
    assert REFUSED.keys() | TAKEN == _files().keys()
