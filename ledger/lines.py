"""Cutting a list of lines into parts that each fit a leaf.

Parts are filled in file order, greedily, to at most 61,440 bytes: deterministic, so that the
same file gives the same parts again. The size is counted with every column that the statement
uses; a part in which such a column is all null stores null and is smaller still.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from ledger.events import DipaLinesStated, Event, Place

MAX_PART_BYTES = 61_440
_ENVELOPE_BYTES = 2_048
Line = Mapping[str, Any]
Statement = TypeVar("Statement", bound=Event)
COLUMNS = tuple(
    field.name for field in fields(DipaLinesStated) if field.name == "code" or field.default is None
)


def split_lines(head: DipaLinesStated, lines: Sequence[Line]) -> list[DipaLinesStated]:
    """The parts of one statement of lines: `head` gives what they share, `lines` a dict a line.

    A line's missing columns are null. An empty list gives one part without lines.
    """
    return split_columns(head, lines, COLUMNS, always=("code",))


def split_columns(
    head: Statement, lines: Sequence[Line], columns: Sequence[str], always: Collection[str]
) -> list[Statement]:
    """The parts of any statement of a list; `always` names the columns that are never null."""
    groups = list(_groups(lines, columns, _room(head))) or [[]]
    return [
        replace(head, part=number, parts=len(groups), **_columns(group, columns, always))  # type: ignore[call-arg]
        for number, group in enumerate(groups, 1)
    ]


def _room(head: Event) -> int:
    """What a part has for its lines; the names of a sheet and a page may be long."""
    place = getattr(head, "place", None) or Place()
    names = sum(_stored_bytes(name) for name in (place.sheet, place.page) if name)
    return MAX_PART_BYTES - _ENVELOPE_BYTES - names


def _groups(lines: Sequence[Line], columns: Sequence[str], full: int) -> Iterator[list[Line]]:
    used = [name for name in columns if any(line.get(name) is not None for line in lines)]
    group: list[Line] = []
    room = full
    for line in lines:
        size = sum(_stored_bytes(line.get(name)) + 1 for name in used)
        if group and size > room:
            yield group
            group, room = [], full
        group.append(line)
        room -= size
    if group:
        yield group


def _columns(
    group: Sequence[Line], columns: Sequence[str], always: Collection[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in columns:
        values = [line.get(name) for line in group]
        keep = name in always or any(value is not None for value in values)
        found[name] = values if keep else None
    return found


def _stored_bytes(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())
