"""Reads files back by means of the standard library and calamine, not by the project."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from xml.etree import ElementTree

from tests.files.facts import Facts, Placed
from tests.files.grid import address

SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Cells = dict[str, object]


def raw_cells(data: bytes, sheet: int = 1) -> Cells:
    """Address to float or text, from the XML of a sheet whose texts are inline."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{sheet}.xml"))
    cells: Cells = {}
    for cell in root.iter(f"{SPREADSHEET}c"):
        inline = cell.get("t") == "inlineStr"
        text = "".join(cell.itertext())
        cells[cell.attrib["r"]] = text if inline else float(text)
    return cells


def calamine_cells(data: bytes) -> Cells:
    """Address to value of the first sheet."""
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    return _addressed(sheet.to_python(skip_empty_area=False))


def csv_cells(data: bytes, delimiter: str = ",") -> Cells:
    """Address to text; the record's number is the row."""
    return _addressed(list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter)))


def indonesian(text: object) -> float:
    """1.234,56 as a number."""
    return float(str(text).replace(".", "").replace(",", "."))


def placed(known: Facts) -> list[Placed]:
    """Everything that has a cell."""
    return [*known.stated.values(), *(v for leaf in known.leaves for v in leaf.values.values())]


def sums(known: Facts) -> dict[str, int]:
    """The measures of all leaves added up, for those that have a total."""
    return {
        measure: sum(int(str(leaf.values[measure].value)) for leaf in known.leaves)
        for measure in known.totals
    }


def _addressed(rows: Iterable[Iterable[object]]) -> Cells:
    return {
        address(r, c): value
        for r, row in enumerate(rows, 1)
        for c, value in enumerate(row, 1)
        if value != ""
    }
