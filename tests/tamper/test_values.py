"""One value of one row is changed: every column of every table, in first, middle and last rows."""

from collections.abc import Callable
from typing import Any

import pytest

from events_store.merkle import leaf_hash
from tests.tamper.book import IMPORTS, SIGNED, SIZE, Signed, attack, change, found, value_of, verify

ROWS = (0, 1, 2, 255, 256, 299, 300, 405, 511, 512, 599)
"""First, last, and those beside the edges of tiles, imports and checkpoints."""


def flip_last(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


def flip_first(value: bytes) -> bytes:
    return bytes([value[0] ^ 1]) + value[1:]


def flip_middle(value: bytes) -> bytes:
    middle = len(value) // 2
    return value[:middle] + bytes([value[middle] ^ 1]) + value[middle + 1 :]


def other_text(text: str) -> str:
    return chr(ord(text[0]) ^ 1) + text[1:]


def other_second(leaf: bytes) -> bytes:
    """The same leaf, recorded a second later: well formed, and of the same length."""
    assert leaf.count(b"T08:00:00.000000Z") == 1
    return leaf.replace(b"T08:00:00.000000Z", b"T08:00:01.000000Z")


def behind(index: int) -> dict[str, int | None]:
    """What an altered leaf hash contradicts: its tile, and the first checkpoint over it."""
    start = index - index % 256
    tile = {"tile": start} if start + 256 <= SIZE else {}
    return {**tile, "history-rewritten": 0 if index < SIGNED[0] else SIGNED[0]}


def test_the_ledger_as_recorded_holds(original: Signed) -> None:
    report = verify(original)
    assert report.holds
    assert not report.confirmed_outside
    assert (report.size, report.unsigned_tail) == (SIZE, 0)
    assert report.checkpoint is not None
    assert report.checkpoint.size == SIZE
    for size in SIGNED:
        report = verify(original, [original.head(size)])
        assert report.holds
        assert report.confirmed_outside
        own = verify(original, [original.head(size, outside=False)])
        assert own.holds
        assert not own.confirmed_outside


@pytest.mark.parametrize("index", ROWS)
def test_a_leaf_with_another_second_is_found(ledger: Signed, index: int) -> None:
    change(ledger, "event", "leaf", f"leaf_index = {index}", other_second)
    assert found(ledger) == {"hash": index, **behind(index)}


@pytest.mark.parametrize("index", ROWS)
def test_a_leaf_with_another_second_and_its_new_hash_is_found(ledger: Signed, index: int) -> None:
    change(ledger, "event", "leaf", f"leaf_index = {index}", other_second)
    leaf = value_of(ledger, "event", "leaf", f"leaf_index = {index}")
    change(ledger, "event", "hash", f"leaf_index = {index}", lambda _: leaf_hash(leaf))
    assert found(ledger) == behind(index)


@pytest.mark.parametrize("index", ROWS)
@pytest.mark.parametrize("flip", [flip_first, flip_last])
def test_a_leaf_that_is_no_leaf_any_more_is_found(
    ledger: Signed, index: int, flip: Callable[[bytes], bytes]
) -> None:
    change(ledger, "event", "leaf", f"leaf_index = {index}", flip)
    kinds = found(ledger)
    assert kinds["leaf"] == kinds["hash"] == index
    assert kinds.items() >= behind(index).items()


@pytest.mark.parametrize("index", ROWS)
def test_a_leaf_of_a_type_that_does_not_exist_is_found(ledger: Signed, index: int) -> None:
    change(
        ledger,
        "event",
        "leaf",
        f"leaf_index = {index}",
        lambda leaf: leaf.replace(b'.v1","v":1', b'.v9","v":1'),
    )
    assert found(ledger)["leaf"] == index


@pytest.mark.parametrize("index", ROWS)
@pytest.mark.parametrize(
    ("column", "change_value"),
    [
        ("stream", other_text),
        ("stream", lambda _: ""),
        ("version", lambda version: version + 1000),
        ("version", lambda _: -1),
        ("type", other_text),
        ("type", str.upper),
    ],
)
def test_a_column_that_differs_from_its_leaf_is_found(
    ledger: Signed, index: int, column: str, change_value: Callable[[Any], Any]
) -> None:
    change(ledger, "event", column, f"leaf_index = {index}", change_value)
    assert found(ledger) == {"column": index}


@pytest.mark.parametrize("index", ROWS)
@pytest.mark.parametrize("change_value", [flip_first, flip_middle, flip_last, lambda _: b""])
def test_another_stored_hash_is_found(
    ledger: Signed, index: int, change_value: Callable[[bytes], bytes]
) -> None:
    change(ledger, "event", "hash", f"leaf_index = {index}", change_value)
    assert found(ledger) == {"hash": index}


@pytest.mark.parametrize("index", ROWS)
def test_another_index_is_found(ledger: Signed, index: int) -> None:
    change(ledger, "event", "leaf_index", f"leaf_index = {index}", lambda _: 9000)
    kinds = found(ledger)
    assert kinds["tail-missing" if index == SIZE - 1 else "index"] == index


def test_an_index_below_zero_is_found(ledger: Signed) -> None:
    change(ledger, "event", "leaf_index", "leaf_index = 599", lambda _: -1)
    assert found(ledger)["index"] == 0


@pytest.mark.parametrize("idx", [0, 1])
@pytest.mark.parametrize(
    ("column", "change_value"),
    [
        ("data", flip_first),
        ("data", flip_middle),
        ("data", flip_last),
        ("data", lambda data: data[:-32]),
        ("data", lambda data: data + data[-32:]),
        ("data", lambda _: b""),
        ("level", lambda level: level + 1),
        ("level", lambda _: -1),
        ("idx", lambda idx: idx + 2),
        ("idx", lambda _: -1),
    ],
)
def test_another_tile_is_found(
    ledger: Signed, idx: int, column: str, change_value: Callable[[Any], Any]
) -> None:
    change(ledger, "tile", column, f"level = 0 AND idx = {idx}", change_value)
    assert found(ledger) == {"tile": 256 * idx}


@pytest.mark.parametrize("key", [(0, 2), (0, 900), (1, 0), (63, 0), (0, -1)])
def test_a_tile_beyond_the_log_is_found(ledger: Signed, key: tuple[int, int]) -> None:
    attack(ledger, ("INSERT INTO tile VALUES (?, ?, ?)", [*key, bytes(8192)]))
    assert found(ledger) == {"tile": None}


@pytest.mark.parametrize("idx", [0, 1])
def test_a_missing_tile_is_found(ledger: Signed, idx: int) -> None:
    attack(ledger, f"DELETE FROM tile WHERE idx = {idx}")
    assert found(ledger) == {"tile": 256 * idx}


@pytest.mark.parametrize("index", IMPORTS.values())
@pytest.mark.parametrize(
    ("column", "change_value"),
    [
        ("import_id", other_text),
        ("import_id", lambda _: ""),
        ("leaf_index", lambda index: index + 1),
        ("leaf_index", lambda index: index - 1),
        ("leaf_index", lambda index: index + 5000),
    ],
)
def test_another_import_row_is_found(
    ledger: Signed, index: int, column: str, change_value: Callable[[Any], Any]
) -> None:
    change(ledger, "import", column, f"leaf_index = {index}", change_value)
    kinds = found(ledger)
    assert kinds == {"import": index}


@pytest.mark.parametrize("index", IMPORTS.values())
def test_a_missing_import_row_is_found(ledger: Signed, index: int) -> None:
    attack(ledger, f"DELETE FROM import WHERE leaf_index = {index}")
    assert found(ledger) == {"import": index}


def test_an_import_row_without_a_leaf_is_found(ledger: Signed) -> None:
    attack(ledger, f"INSERT INTO import VALUES ('{'e' * 32}', 599)")
    assert found(ledger) == {"import": 599}


@pytest.mark.parametrize("size", SIGNED)
@pytest.mark.parametrize(
    ("column", "change_value"),
    [
        ("note", flip_first),
        ("note", flip_middle),
        ("note", flip_last),
        ("note", lambda note: note + b"\n"),
        ("note", lambda note: note[:-1]),
        ("note", lambda _: b""),
        ("size", lambda size: size - 1),
        ("size", lambda size: size + 1),
        ("size", lambda _: 0),
    ],
)
def test_another_checkpoint_is_found(
    ledger: Signed, size: int, column: str, change_value: Callable[[Any], Any]
) -> None:
    change(ledger, "checkpoint", column, f"size = {size}", change_value)
    stored = size if column == "note" else change_value(size)
    assert found(ledger) == {"checkpoint": stored}


def test_each_byte_of_a_checkpoint_counts(ledger: Signed) -> None:
    note = ledger.notes[SIZE]
    for position in range(0, len(note), 5):
        spoiled = note[:position] + bytes([note[position] ^ 1]) + note[position + 1 :]
        attack(ledger, ("UPDATE checkpoint SET note = ? WHERE size = ?", [spoiled, SIZE]))
        assert found(ledger) == {"checkpoint": SIZE}, position
