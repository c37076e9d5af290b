"""Cutting a list of lines into parts that each fit a leaf.

Parts are filled in file order, greedily, to at most 61,440 bytes: deterministic, so that the
same file gives the same parts again. The size is counted with every column that the statement
uses; a part in which such a column is all null stores null and is smaller still.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from ledger.events import DipaLinesStated

MAX_PART_BYTES = 61_440
_ENVELOPE_BYTES = 2_048
COLUMNS = tuple(
    field.name for field in fields(DipaLinesStated) if field.name == "code" or field.default is None
)


def split_lines(head: DipaLinesStated, lines: Sequence[dict[str, Any]]) -> list[DipaLinesStated]:
    """The parts of one statement: `head` gives what they share, `lines` a dict a line.

    A line's missing columns are null. An empty list gives one part without lines.
    """
    groups = list(_groups(lines)) or [[]]
    return [
        replace(head, part=number, parts=len(groups), **_columns(group))
        for number, group in enumerate(groups, 1)
    ]


def _groups(lines: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    used = [name for name in COLUMNS if any(line.get(name) is not None for line in lines)]
    group: list[dict[str, Any]] = []
    room = MAX_PART_BYTES - _ENVELOPE_BYTES
    for line in lines:
        size = sum(_stored_bytes(line.get(name)) + 1 for name in used)
        if group and size > room:
            yield group
            group, room = [], MAX_PART_BYTES - _ENVELOPE_BYTES
        group.append(line)
        room -= size
    if group:
        yield group


def _columns(group: Sequence[dict[str, Any]]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        values = [line.get(name) for line in group]
        keep = name == "code" or any(value is not None for value in values)
        columns[name] = values if keep else None
    return columns


def _stored_bytes(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())
