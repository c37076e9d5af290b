"""JSON lines: one object a line; its keys are the columns, in the order in which they first come.

A number keeps its digits as written. The row's number is that of its line.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from cli.intake.cells import MAX_COLUMNS, Numeric, Row
from ledger.errors import InputRefused, Origin, Refusal

MAX_LINE_BYTES = 1 << 20
_FIRST_LINES = 1_000


def json_rows(opened: Callable[[], BinaryIO]) -> Iterator[Row]:
    """A header row (number 0) of the keys of the first 1,000 objects, then a row an object.

    Raises InputRefused at a line that is no flat object, or one with a key beyond those.
    """
    with opened() as stream:
        header: dict[str, int] = {}
        for number, record in _records(stream, _FIRST_LINES):
            for key in record:
                header.setdefault(key, len(header))
            if len(header) > MAX_COLUMNS:
                raise InputRefused([Refusal("row-too-wide", str(len(header)), Origin(row=number))])
        yield Row(0, tuple(header))
        stream.seek(0)
        for number, record in _records(stream):
            if beyond := [key for key in record if key not in header]:
                raise InputRefused([Refusal("column-new", beyond[0], Origin(row=number))])
            yield Row(number, tuple(_text(record.get(key), number) for key in header))


def _records(stream: BinaryIO, limit: int | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            raise InputRefused([Refusal("json-broken", "1 MiB", Origin(row=number))])
        if line.strip():
            yield number, _record(line, number)
        if number == limit:
            return


def _record(line: bytes, number: int) -> dict[str, Any]:
    try:
        value = READER.decode(line.decode("utf-8-sig").strip())
    except (ValueError, RecursionError) as error:
        raise InputRefused([Refusal("json-broken", str(error), Origin(row=number))]) from error
    if not isinstance(value, dict):
        raise InputRefused([Refusal("json-broken", type(value).__name__, Origin(row=number))])
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse(text: str) -> None:
    raise ValueError(f"{text} is no number")


READER = json.JSONDecoder(
    parse_float=Numeric, parse_int=Numeric, parse_constant=_refuse, object_pairs_hook=_unique
)


def _text(value: Any, number: int) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    raise InputRefused([Refusal("json-broken", json.dumps(value)[:80], Origin(row=number))])
