"""Cutting lines into parts: nothing lost, no leaf too large, the same cut every time."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.events import DipaLinesStated, Place
from ledger.lines import COLUMNS, MAX_PART_BYTES, split_lines
from tests.book import leaf_of, stated

HEAD = replace(stated(13, "ro", []), originator_version=1)
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "amount": st.integers(-(2**53) + 1, 2**53 - 1),
    "blocked": st.integers(0, 2**53 - 1),
    "row": st.integers(1, 10**6),
    "pn": st.booleans(),
}
HEAVY = st.sampled_from(["a", "é", "😀", '"', "\\", "\n", "0"]).flatmap(
    lambda char: st.integers(0, 2000).map(lambda count: char * count)
)
LINE: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {}, optional={name: st.none() | KINDS.get(name, HEAVY) for name in COLUMNS}
)


def _split(head: DipaLinesStated, lines: list[dict[str, Any]]) -> list[DipaLinesStated]:
    return split_lines(head, [tuple(map(line.get, COLUMNS)) for line in lines])


@st.composite
def lists_of_lines(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to some hundred lines, repeated from a few: large enough for several parts."""
    few = draw(st.lists(LINE, min_size=1, max_size=6))
    return few * draw(st.integers(0, 40))


def _line_bytes(line: dict[str, Any], used: set[str]) -> int:
    """The size rule: each value of a used column as JSON in UTF-8, and a comma."""
    return sum(len(json.dumps(line.get(n), ensure_ascii=False).encode()) + 1 for n in used)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=40)
@given(lists_of_lines())
def test_parts_are_greedy_and_give_the_lines_back(lines: list[dict[str, Any]]) -> None:
    parts = _split(HEAD, lines)
    assert parts == _split(HEAD, lines)
    assert [part.part for part in parts] == list(range(1, len(parts) + 1))
    assert {part.parts for part in parts} == {len(parts)}
    back = [
        {name: (getattr(part, name) or [None] * len(part.code))[at] for name in COLUMNS}
        for part in parts
        for at in range(len(part.code))
    ]
    assert back == [{name: line.get(name) for name in COLUMNS} for line in lines]
    used = {name for name in COLUMNS if any(line.get(name) is not None for line in lines)}
    room = MAX_PART_BYTES - 2048
    first = 0
    for part in parts[:-1]:
        taken = [_line_bytes(line, used) for line in lines[first : first + len(part.code)]]
        first += len(part.code)
        assert sum(taken) + _line_bytes(lines[first], used) > room, "another line would have fitted"


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=40)
@given(lists_of_lines())
def test_every_leaf_of_more_than_one_line_is_within_the_size(lines: list[dict[str, Any]]) -> None:
    for part in _split(HEAD, lines):
        if len(part.code) > 1:
            assert len(leaf_of(replace(part, originator_version=2**31))) <= MAX_PART_BYTES


def _ordinary(count: int) -> list[dict[str, Any]]:
    return [
        {"code": f"6709.QGE.{n:03d}", "name": f"Rincian {n}", "amount": n * 1000, "row": n}
        for n in range(count)
    ]


def test_a_head_with_long_texts_still_fits() -> None:
    head = replace(HEAD, place=Place(sheet='"' * 8192, page="é" * 4096), read_from="x" * 40)
    parts = _split(head, _ordinary(3000))
    assert len(parts) > 1
    assert all(len(leaf_of(part)) <= MAX_PART_BYTES for part in parts)


def test_few_lines_are_one_part_and_a_part_is_nearly_full() -> None:
    assert len(_split(HEAD, _ordinary(100))) == 1
    parts = _split(HEAD, _ordinary(5000))
    assert len(parts) > 2
    assert all(len(leaf_of(part)) > MAX_PART_BYTES - 4096 for part in parts[:-1])


@pytest.mark.parametrize(("excess", "parts"), [(0, 1), (1, 2)])
def test_a_part_is_filled_to_the_last_byte_and_not_beyond(excess: int, parts: int) -> None:
    quotes_and_comma = 3
    first, room = 20_000, MAX_PART_BYTES - 2048
    second = room - first - 2 * quotes_and_comma + excess
    assert len(_split(HEAD, [{"code": "x" * first}, {"code": "x" * second}])) == parts


@pytest.mark.parametrize("count", [0, 1])
def test_no_line_and_one_line_are_one_part(count: int) -> None:
    (part,) = _split(HEAD, _ordinary(count))
    assert (part.part, part.parts, len(part.code)) == (1, 1, count)


def test_a_column_that_is_null_throughout_is_stored_as_null() -> None:
    (part,) = _split(HEAD, [{"code": None, "amount": None}, {"code": None, "name": "x"}])
    assert part.code == [None, None]
    assert part.amount is None
    assert part.name == [None, "x"]


def test_the_columns_are_those_of_the_event_in_order() -> None:
    assert COLUMNS[:2] == ("code", "name")
    assert COLUMNS[-3:] == ("row", "cell", "raw")
    assert len(COLUMNS) == 23
