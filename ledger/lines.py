"""Cutting a list of lines into parts that each fit a leaf.

Parts are filled in file order, greedily, to at most 61,440 bytes: deterministic, so that the
same file gives the same parts again. The size is counted with every column that the statement
uses; a part in which such a column is all null stores null and is smaller still.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from ledger.events import DipaLinesStated, Event, Place

MAX_PART_BYTES = 61_440
_ENVELOPE_BYTES = 2_048
Line = Sequence[Any]
"""The values of one line in the order of its columns, None where there is none."""
Statement = TypeVar("Statement", bound=Event)
COLUMNS = tuple(
    field.name for field in fields(DipaLinesStated) if field.name == "code" or field.default is None
)
PLAN_COLUMNS = ("code", "month", "amount", "row", "cell", "raw")
ALWAYS = frozenset({"code"})
PLAN_ALWAYS = frozenset({"code", "month", "amount"})
"""Columns that are never null as a whole."""


def split_lines(
    head: Statement,
    lines: Sequence[Line],
    columns: Sequence[str] = COLUMNS,
    always: Collection[str] = ALWAYS,
) -> list[Statement]:
    """The parts of one statement of a list: `head` gives what they share.

    An empty list gives one part without lines.
    """
    groups = list(_groups(lines, len(columns), _room(head))) or [[]]
    return [
        replace(head, part=number, parts=len(groups), **_columns(group, columns, always))  # type: ignore[call-arg]
        for number, group in enumerate(groups, 1)
    ]


def _room(head: Event) -> int:
    """What a part has for its lines; the names of a sheet and a page may be long."""
    place = getattr(head, "place", None) or Place()
    names = sum(_stored_bytes(name) for name in (place.sheet, place.page) if name)
    return MAX_PART_BYTES - _ENVELOPE_BYTES - names


def _groups(lines: Sequence[Line], width: int, full: int) -> Iterator[list[Line]]:
    used = [at for at in range(width) if any(line[at] is not None for line in lines)]
    group: list[Line] = []
    room = full
    for line in lines:
        size = sum(_stored_bytes(line[at]) for at in used) + len(used)
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
    for at, name in enumerate(columns):
        values = [line[at] for line in group]
        keep = name in always or any(value is not None for value in values)
        found[name] = values if keep else None
    return found


def _stored_bytes(value: object) -> int:
    """The length of a value as JSON in UTF-8."""
    if value is None:
        return 4
    if type(value) is str and value.isascii() and value.isprintable():
        return len(value) + 2 + value.count('"') + value.count("\\")
    return len(json.dumps(value, ensure_ascii=False).encode())
