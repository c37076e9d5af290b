"""XLSX: the rows of each sheet, read in a process of its own with limits of memory and time.

The archive is checked first (`archive.py`); what remains to go wrong goes wrong over there. Rows
come in batches, the next one asked for while this one is worked on.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from cli.intake.archive import check_archive
from cli.intake.cells import Numeric, Row, Sheet
from cli.intake.workbook_process import BATCH, serve
from ledger.errors import InputRefused, Origin, Refusal

_STOP_SECONDS = 5


class Workbook:
    """An open workbook; close it, or use it in `with`. Raises InputRefused for a broken one."""

    def __init__(self, path: Path) -> None:
        contents = check_archive(path)
        self.row_count = contents.row_count
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs, str(path), contents.has_formula), daemon=True
        )
        self._process.start()
        theirs.close()
        self._names: list[str] = self._receive()

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()
        self._process.join(_STOP_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()

    def sheets(self) -> list[Sheet]:
        return [Sheet(name, partial(self._rows, at, name)) for at, name in enumerate(self._names)]

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
                self._receive()
                raise

    def _ask(self, sheet: int, first: int) -> None:
        self._connection.send_bytes(orjson.dumps([sheet, first]))

    def _receive(self) -> Any:
        try:
            answer = orjson.loads(self._connection.recv_bytes())
        except (EOFError, OSError) as error:
            raise InputRefused([Refusal("workbook-too-large", f"{BATCH}")]) from error
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
