"""XLSX: the rows of each sheet, read in a process of its own with limits of memory and time.

The archive is checked first (`archive.py`); what remains to go wrong goes wrong over there. Rows
come in batches, the next one asked for while this one is worked on.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Any

import orjson

from cli.intake.archive import check_archive
from cli.intake.cells import Numeric, Row, Sheet
from cli.intake.framing import read_message, write_message
from ledger.errors import InputRefused, Origin, Refusal

MAX_NAME = 255
_PROGRAM = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from cli.intake.workbook_process import serve
serve(sys.argv[2], sys.argv[3] == "1")
"""


class Workbook:
    """An open workbook; close it, or use it in `with`. Raises InputRefused for a broken one."""

    def __init__(self, path: Path) -> None:
        contents = check_archive(path)
        self.row_count = contents.row_count
        words = [_PROGRAM, json.dumps(sys.path), str(path), str(int(contents.has_formula))]
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter, a fixed program
            [sys.executable, "-I", "-c", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None  # noqa: S101 - both are pipes
        assert self._process.stdout is not None  # noqa: S101
        self._questions: IO[bytes] = self._process.stdin
        self._answers: IO[bytes] = self._process.stdout
        try:
            self._names: list[str] = self._receive()
            self._check_names()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the process, whatever it is doing."""
        self._process.kill()
        with suppress(OSError):
            self._questions.close()
        self._answers.close()
        self._process.wait()

    def sheets(self) -> list[Sheet]:
        return [Sheet(name, partial(self._rows, at, name)) for at, name in enumerate(self._names)]

    def _check_names(self) -> None:
        """A sheet's name goes into the place of every value."""
        for name in self._names:
            if len(name) > MAX_NAME or not name.isprintable():
                raise InputRefused([Refusal("workbook-broken", name[:MAX_NAME])])

    def _rows(self, sheet: int, name: str) -> Iterator[Row]:
        first = 0
        self._ask(sheet, first)
        while True:
            batch = self._receive()
            if not batch:
                return
            first += len(batch)
            self._ask(sheet, first)
            try:
                for number, cells in enumerate(batch, first - len(batch) + 1):
                    yield Row(number, tuple(map(_cell, cells)), name)
            except GeneratorExit:
                with suppress(InputRefused, ValueError):  # closed already, or nothing more comes
                    self._receive()
                raise

    def _ask(self, sheet: int, first: int) -> None:
        with suppress(OSError):  # a process that died is found by its missing answer
            write_message(self._questions, orjson.dumps([sheet, first]))

    def _receive(self) -> Any:
        try:
            answer = orjson.loads(read_message(self._answers))
        except EOFError as error:
            raise InputRefused([Refusal("workbook-too-large")]) from error
        if isinstance(answer, dict):
            raise InputRefused([_refusal(item) for item in answer["refused"]])
        return answer


def _cell(value: Any) -> str:
    """A text as it is; a number, sent as such or as its decimals in a list, as a Numeric."""
    if type(value) is str:
        return value
    return Numeric(value[0] if type(value) is list else value)


def _refusal(item: dict[str, Any]) -> Refusal:
    origin = Origin(item.get("sheet"), item.get("row"), item.get("cell"))
    return Refusal(item["code"], item.get("text"), origin)
