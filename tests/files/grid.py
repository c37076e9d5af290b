"""A sheet as a map from cells to values, and the three ways to write one: raw XLSX, XLSX, CSV.

Rows and columns count from 1. A grid is never changed: `replaced` and the like give a new one,
and so a spoiled twin is made. The raw writer knows only inline strings and numbers as Java prints
them, as the treasury's report server does.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

Scalar = int | float | str | date | Decimal
WHEN = (2025, 8, 1, 7, 0, 0)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True)
class Grid:
    """Cells by (row, column); `merges` are ranges such as "A1:AE1"."""

    name: str
    cells: Mapping[tuple[int, int], Scalar]
    merges: tuple[str, ...] = ()
    bounds: tuple[int, int] = field(init=False)

    def __post_init__(self) -> None:
        rows, columns = zip(*self.cells, strict=True) if self.cells else ((0,), (0,))
        object.__setattr__(self, "bounds", (max(rows), max(columns)))

    def replaced(self, changes: Mapping[str, Scalar]) -> Grid:
        """The same sheet with these cells changed; each of them must exist."""
        places = {position(cell): value for cell, value in changes.items()}
        assert places.keys() <= self.cells.keys(), sorted(changes)
        return replace(self, cells={**self.cells, **places})

    def without_column(self, column: int) -> Grid:
        """Everything right of the column moves one to the left; merges are dropped."""
        kept = {
            (row, at - (at > column)): value
            for (row, at), value in self.cells.items()
            if at != column
        }
        return Grid(self.name, kept)

    def without_row(self, gone: int) -> Grid:
        """Everything below the row moves up; merges are dropped."""
        kept = {
            (row - (row > gone), at): value
            for (row, at), value in self.cells.items()
            if row != gone
        }
        return Grid(self.name, kept)


def table(name: str, rows: Sequence[Sequence[Scalar]]) -> Grid:
    """A grid of records; an empty text leaves its cell out."""
    return Grid(
        name,
        {
            (r, c): value
            for r, row in enumerate(rows, 1)
            for c, value in enumerate(row, 1)
            if value != ""
        },
    )


def letters(column: int) -> str:
    """1 is A, 27 is AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def number_of(text: str) -> int:
    """A is 1, AA is 27."""
    column = 0
    for letter in text:
        column = column * 26 + ord(letter) - 64
    return column


def address(row: int, column: int) -> str:
    return f"{letters(column)}{row}"


def position(cell: str) -> tuple[int, int]:
    digits = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return int(digits), number_of(cell[: len(cell) - len(digits)])


def java_number(value: float) -> str:
    """A number as Java prints a double: 521211.0, 2.037392E10, 0.0."""
    if value == 0:
        return "0.0"
    if 1e-3 <= abs(value) < 1e7:
        return repr(float(value))
    sign, digits, _ = Decimal(repr(float(value))).normalize().as_tuple()
    exponent = Decimal(repr(float(value))).adjusted()
    rest = "".join(map(str, digits[1:])) or "0"
    return f"{'-' * sign}{digits[0]}.{rest}E{exponent}"


def indonesian_number(value: float) -> str:
    """1234567 is 1.234.567,00."""
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def sheet_xml(grid: Grid, number: Callable[[float], str] = java_number) -> str:
    """The worksheet part, texts inline."""
    rows: dict[int, list[str]] = {}
    for (row, column), value in sorted(grid.cells.items()):
        rows.setdefault(row, []).append(_cell_xml(address(row, column), value, number))
    body = "".join(f'<row r="{row}">{"".join(cells)}</row>' for row, cells in rows.items())
    merges = "".join(f'<mergeCell ref="{ref}"/>' for ref in grid.merges)
    if merges:
        merges = f'<mergeCells count="{len(grid.merges)}">{merges}</mergeCells>'

    sheet = f"<sheetData>{body}</sheetData>{merges}"
    return f'{DECLARATION}<worksheet xmlns="{MAIN}">{sheet}</worksheet>'


def _cell_xml(cell: str, value: Scalar, number: Callable[[float], str]) -> str:
    if isinstance(value, str):
        text = f'<t xml:space="preserve">{escape(value)}</t>'
        return f'<c r="{cell}" s="1" t="inlineStr"><is><r>{text}</r></is></c>'
    assert isinstance(value, int | float), value
    return f'<c r="{cell}" s="1"><v>{number(value)}</v></c>'


def workbook_parts(sheets: Mapping[str, str]) -> dict[str, str]:
    """All parts of a workbook by path, from the XML of its sheets by name; no shared strings."""
    numbered = list(enumerate(sheets.items(), 1))
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPES}.worksheet+xml"/>'
        for n, _ in numbered
    )
    entries = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, (name, _) in numbered
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in numbered
    )
    opening = f'<Relationships xmlns="{PACKAGE}/relationships">'
    return {
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{RELATIONS}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f"{DECLARATION}{opening}"
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<sheets>{entries}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"{DECLARATION}{opening}"
        f'{links}<Relationship Id="rId99" Type="{OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>",
        "xl/styles.xml": f'{DECLARATION}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts>'
        '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf/></cellXfs>'
        "</styleSheet>",
        **{f"xl/worksheets/sheet{n}.xml": xml for n, (_, xml) in numbered},
    }


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of these members, the same bytes at every run."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in parts.items():
            info = zipfile.ZipInfo(path, WHEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return stream.getvalue()


def raw_xlsx(grid: Grid, number: Callable[[float], str] = java_number) -> bytes:
    """A workbook written by hand: inline strings, no sharedStrings.xml."""
    return zipped(workbook_parts({grid.name: sheet_xml(grid, number)}))


def xlsx(grid: Grid) -> bytes:
    """A workbook as a spreadsheet program writes it: shared strings, real dates and numbers."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": datetime(*WHEN, tzinfo=UTC).replace(tzinfo=None)})
    sheet = book.add_worksheet(grid.name[:31])
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for ref in grid.merges:
        sheet.merge_range(ref, "")
    for (row, column), value in grid.cells.items():
        if isinstance(value, str):
            sheet.write_string(row - 1, column - 1, value)
        elif isinstance(value, date):
            sheet.write_datetime(row - 1, column - 1, value, day)
        else:
            sheet.write_number(row - 1, column - 1, value)
    book.close()
    return stream.getvalue()


def csv_bytes(
    grid: Grid,
    delimiter: str = ",",
    number: Callable[[float], str] = str,
    day: str = "%d/%m/%Y",
    end: str = "\r\n",
) -> bytes:
    """The grid as UTF-8 records of equal length; texts quoted only where they must be."""
    rows, columns = grid.bounds
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end)
    for row in range(1, rows + 1):
        writer.writerow(
            [
                _text(grid.cells.get((row, column), ""), number, day)
                for column in range(1, columns + 1)
            ]
        )
    return stream.getvalue().encode()


def _text(value: Scalar, number: Callable[[float], str], day: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.strftime(day)
    if isinstance(value, Decimal):
        return format(value, "f")
    return number(value)


def cut(data: bytes, share: float = 0.7) -> bytes:
    """A file whose transfer broke off, never at the end of a record."""
    end = int(len(data) * share)
    while b"\n" in data[end - 2 : end + 2]:
        end += 1
    return data[:end]
