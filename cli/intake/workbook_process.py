"""The other side of `workbook.py`: a process that parses a workbook and gives its rows.

It may use so much memory and time, and no more. It answers each question with one message of
JSON: a list of rows, or what it refuses. Nothing that it sends is executed by the one who asks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import orjson

from cli.intake.cells import MAX_COLUMNS
from cli.intake.framing import read_message, write_message

BATCH = 2_000
MAX_CELL_CHARACTERS = 32_767
_BATCH_CHARACTERS = 16 << 20
MEMORY_BYTES = 3 << 30
CPU_SECONDS = 900
_EXACT = 2**53
_MAX_FORMULAS = 1_000


def serve(path: str, has_formula: bool) -> None:
    """Answer questions on stdin until it ends: first the names of the sheets, then rows."""
    _limit()
    try:
        for answer in _answers(path, has_formula):
            write_message(sys.stdout.buffer, orjson.dumps(answer))
    except (EOFError, BrokenPipeError):
        return
    except MemoryError:
        _refuse("workbook-too-large")
    except Exception as error:
        _refuse("workbook-broken", str(error)[:200])


def _refuse(code: str, text: str | None = None) -> None:
    refused = {"refused": [{"code": code, "text": text}]}
    write_message(sys.stdout.buffer, orjson.dumps(refused))


def _limit() -> None:
    """What the parser may use; where the system has no such limits, those of the archive hold."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (limit, limit))


def _answers(path: str, has_formula: bool) -> Iterator[Any]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    with CalamineWorkbook.from_path(path) as book:
        names = [m.name for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
        missing = _unanswered_formulas(path) if has_formula else []
        yield {"refused": missing} if missing else names
        readers: dict[int, _Reader] = {}
        while True:
            sheet, first = orjson.loads(read_message(sys.stdin.buffer))
            if sheet not in readers:
                readers[sheet] = _Reader(book.get_sheet_by_name(names[sheet]))
            yield readers[sheet].batch(first)


class _Reader:
    """The rows of one sheet, from the first row and column of the page: none is dropped."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._next = 0
        self._rows: Iterator[list[Any]] = iter(())

    def batch(self, first: int) -> Any:
        start, end = self._sheet.start, self._sheet.end
        if start is None:
            return []
        if end[1] >= MAX_COLUMNS:
            return {"refused": [{"code": "row-too-wide", "text": str(end[1] + 1)}]}
        if first != self._next or first == 0:
            self._rows = islice(self._sheet.iter_rows(), first, None)
        before = [""] * start[1]
        rows: list[list[Any]] = []
        size = 0
        for row in islice(self._rows, BATCH):
            longest = max((len(cell) for cell in row if type(cell) is str), default=0)
            if longest > MAX_CELL_CHARACTERS:
                place = {"sheet": self._sheet.name, "row": first + len(rows) + 1}
                return {"refused": [{"code": "text-too-long", "text": str(longest), **place}]}
            rows.append(before + [_plain(cell) for cell in row])
            size += longest * len(row)
            if size > _BATCH_CHARACTERS:
                break
        self._next = first + len(rows)
        return rows


def _plain(value: Any) -> Any:
    """Text as it is, a whole number as its digits, other numbers as their decimals in a list."""
    kind = type(value)
    if kind is str:
        return value
    if kind is float:
        if value.is_integer() and abs(value) <= _EXACT:
            return [str(int(value))]
        return [f"{Decimal(repr(value)):f}" if abs(value) <= _EXACT else repr(value)]
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return [str(value)]
    if kind is datetime and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _unanswered_formulas(path: str) -> list[dict[str, Any]]:
    """Cells without a value that a reader would take for empty: not computed, or an error."""
    import zipfile

    from defusedxml.ElementTree import iterparse

    found: list[dict[str, Any]] = []
    with zipfile.ZipFile(path) as archive:
        names = _sheet_names(archive)
        for member, name in names.items():
            with archive.open(member) as stream:
                for _event, element in iterparse(stream):
                    tag = element.tag.rpartition("}")[2]
                    if tag == "c" and (refused := _without_value(element)):
                        cell = element.get("r", "")
                        row = "".join(filter(str.isdigit, cell))
                        place = {"sheet": name, "row": int(row or 0), "cell": cell}
                        found.append({**refused, **place})
                    if tag == "row":
                        element.clear()
                    if len(found) >= _MAX_FORMULAS:
                        return found
    return found


def _without_value(cell: Any) -> dict[str, str] | None:
    parts = {child.tag.rpartition("}")[2]: child.text or "" for child in cell}
    if cell.get("t") == "e":
        return {"code": "cell-error", "text": parts.get("v", "")}
    if "f" in parts and not parts.get("v", "").strip() and cell.get("t") != "str":
        return {"code": "formula-without-value"}
    return None


def _sheet_names(archive: Any) -> dict[str, str]:
    """The member of each worksheet and what the workbook calls it."""
    from defusedxml.ElementTree import fromstring

    book = fromstring(archive.read("xl/workbook.xml"))
    links = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    members = {_folded(name): name for name in archive.namelist()}
    found = {}
    for element in book.iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        link = next((v for k, v in element.attrib.items() if k.endswith("}id")), None)
        target = targets.get(link, "")
        wanted = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        member = members.get(_folded(wanted))
        if member is None:
            raise ValueError("a sheet of the workbook has no part")
        found[member] = element.get("name", "")
    return found


def _folded(member: str) -> str:
    """A member's name as the parser finds it: in any case, with either slash."""
    return member.replace("\\", "/").casefold()
