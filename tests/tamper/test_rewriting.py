"""Rows are taken out, exchanged or rewritten, up to a whole new tree.

What an attacker can recompute without a key holds inside the file: only a head that someone else
kept finds it. Both halves are asserted, because the limits of verify are part of its promise.
"""

from pathlib import Path

import pytest

from events_store.checkpoint import Checkpoint, sign_checkpoint
from events_store.merkle import EMPTY_ROOT, leaf_hash
from events_store.verify import Head
from tests.tamper.book import (
    IMPORTS,
    ORIGIN,
    OTHER_KEY,
    SIGNED,
    SIZE,
    Signed,
    attack,
    build,
    found,
    recompute_tiles,
    sign,
    value_of,
    verify,
)

KEPT = 410
CUT = (0, 1, 299, 300, KEPT, 512, 599)
COLUMNS = "stream, version, type, leaf, hash"


def cut_tail(ledger: Signed, size: int) -> None:
    """Take out all leaves from `size` on, and all that depends on them."""
    attack(ledger, f"DELETE FROM event WHERE leaf_index >= {size}")
    for table, column in (("import", "leaf_index"), ("checkpoint", "size")):
        bound = size if table == "import" else size + 1
        if value_of(ledger, table, "count(*)", f"{column} >= {bound}"):
            attack(ledger, f"DELETE FROM {table} WHERE {column} >= {bound}")
    recompute_tiles(ledger)


def take_out(ledger: Signed, index: int) -> None:
    """Take out one leaf of a stream of its own and close the gap everywhere."""
    close = f"UPDATE import SET leaf_index = leaf_index - 1 WHERE leaf_index > {index}"
    later_imports = [close] if index < max(IMPORTS.values()) else []
    attack(
        ledger,
        f"DELETE FROM event WHERE leaf_index = {index}",
        f"UPDATE event SET leaf_index = -leaf_index WHERE leaf_index > {index}",
        "UPDATE event SET leaf_index = -leaf_index - 1 WHERE leaf_index < 0",
        *later_imports,
        f"DELETE FROM checkpoint WHERE size > {index}",
    )
    recompute_tiles(ledger)


@pytest.mark.parametrize("size", CUT)
def test_a_deleted_tail_holds_inside_and_is_found_from_outside(ledger: Signed, size: int) -> None:
    cut_tail(ledger, size)
    report = verify(ledger)
    assert report.holds
    assert not report.confirmed_outside
    assert report.size == size
    assert found(ledger, [ledger.head(SIZE)]) == {"tail-missing": size}
    assert found(ledger, [ledger.head(SIZE, outside=False)]) == {"tail-missing": size}
    assert [item.kind for item in verify(ledger, min_size=SIZE).contradictions] == ["tail-missing"]


def test_an_older_head_cannot_see_a_tail_cut_after_it(ledger: Signed) -> None:
    cut_tail(ledger, KEPT)
    report = verify(ledger, [ledger.head(SIGNED[0])])
    assert report.holds
    assert report.confirmed_outside


def test_an_empty_head_confirms_nothing(ledger: Signed) -> None:
    cut_tail(ledger, 0)
    note = sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT), OTHER_KEY)
    assert "head" in found(ledger, [Head("by another key", note)])
    assert not verify(ledger).confirmed_outside


@pytest.mark.parametrize("size", CUT)
def test_a_tail_deleted_carelessly_is_found_inside(ledger: Signed, size: int) -> None:
    attack(ledger, f"DELETE FROM event WHERE leaf_index >= {size}")
    kinds = found(ledger)
    assert kinds["tail-missing"] == size
    assert ("import" in kinds) is (size <= max(IMPORTS.values()))
    assert ("tile" in kinds) is (size < 512)


@pytest.mark.parametrize("index", [0, 1, 150, 301, 511, 598])
def test_a_deleted_row_leaves_a_gap_that_is_found(ledger: Signed, index: int) -> None:
    attack(ledger, f"DELETE FROM event WHERE leaf_index = {index}")
    kinds = found(ledger)
    assert kinds["index"] == kinds["tail-missing"] == index
    assert min(value for value in kinds.values() if value is not None) == index


@pytest.mark.parametrize("index", [4, 301, 598])
def test_a_leaf_taken_out_without_a_trace_is_found_from_outside(ledger: Signed, index: int) -> None:
    take_out(ledger, index)
    report = verify(ledger)
    assert report.holds
    assert not report.confirmed_outside
    assert report.size == SIZE - 1
    assert found(ledger, [ledger.head(SIZE)]) == {"tail-missing": SIZE - 1}
    if index < SIGNED[0]:
        assert found(ledger, [ledger.head(SIGNED[0])]) == {"history-rewritten": 0}


def test_a_version_taken_out_of_its_stream_is_found_inside(ledger: Signed) -> None:
    take_out(ledger, 303)
    assert found(ledger) == {"version": 305}


@pytest.mark.parametrize(("one", "other"), [(4, 5), (4, 301), (512, 599), (301, 598)])
def test_two_rows_exchanged_are_found(ledger: Signed, one: int, other: int) -> None:
    attack(
        ledger,
        f"UPDATE event SET leaf_index = -9 WHERE leaf_index = {one}",
        f"UPDATE event SET leaf_index = {one} WHERE leaf_index = {other}",
        f"UPDATE event SET leaf_index = {other} WHERE leaf_index = -9",
    )
    kinds = found(ledger)
    assert kinds["history-rewritten"] == (0 if one < SIGNED[0] else SIGNED[0])
    assert ("tile" in kinds) is (one < 512)


@pytest.mark.parametrize(("one", "other"), [(4, 301), (512, 599)])
def test_two_rows_exchanged_with_a_new_tree_are_found_by_the_checkpoints(
    ledger: Signed, one: int, other: int
) -> None:
    attack(
        ledger,
        f"UPDATE event SET leaf_index = -9 WHERE leaf_index = {one}",
        f"UPDATE event SET leaf_index = {one} WHERE leaf_index = {other}",
        f"UPDATE event SET leaf_index = {other} WHERE leaf_index = -9",
    )
    recompute_tiles(ledger)
    fits = 0 if one < SIGNED[0] else SIGNED[0]
    kinds = found(ledger)
    assert kinds.pop("import", None) in (None, one)
    assert kinds == {"history-rewritten": fits}


def test_a_row_twice_is_found(ledger: Signed) -> None:
    attack(
        ledger,
        f"INSERT INTO event SELECT 600, stream, 2, type, leaf, hash FROM event"
        f" WHERE leaf_index = {SIZE - 1}",
    )
    kinds = found(ledger)
    assert kinds["column"] == SIZE
    assert kinds["version"] == SIZE


def test_a_forged_leaf_at_the_end_is_an_unsigned_tail(ledger: Signed) -> None:
    leaf = value_of(ledger, "event", "leaf", "leaf_index = 4")
    forged = leaf.replace(b"dok-4", b"dok-x")
    stream = value_of(ledger, "event", "stream", "leaf_index = 4").replace("dok-4", "dok-x")
    forged = forged.replace(b'"import":"' + b"a" * 32 + b'"', b'"import":null')
    attack(
        ledger,
        (
            "INSERT INTO event VALUES (600, ?, 1, 'document-registered.v1', ?, ?)",
            [stream, forged, leaf_hash(forged)],
        ),
    )
    report = verify(ledger, [ledger.head(SIZE)])
    assert report.holds
    assert (report.size, report.unsigned_tail) == (SIZE + 1, 1)


def test_a_whole_new_history_holds_inside_and_is_found_from_outside(
    original: Signed, tmp_path: Path
) -> None:
    forged = build(tmp_path / "forged.db", seed=1)
    attack(forged, "DELETE FROM checkpoint")
    report = verify(forged)
    assert report.holds
    assert not report.confirmed_outside
    assert report.unsigned_tail == report.size == SIZE
    for size in SIGNED:
        assert found(forged, [original.head(size)]) == {"history-rewritten": 0}
        assert found(forged, [original.head(size, outside=False)]) == {"history-rewritten": 0}


def test_a_new_history_under_the_old_checkpoints_is_found_inside(
    original: Signed, tmp_path: Path
) -> None:
    forged = build(tmp_path / "forged.db", seed=1)
    attack(
        forged,
        *(
            ("UPDATE checkpoint SET note = ? WHERE size = ?", [note, size])
            for size, note in original.notes.items()
        ),
    )
    assert found(forged) == {"history-rewritten": 0}


def test_a_new_history_under_a_key_that_nobody_trusts_is_found(tmp_path: Path) -> None:
    forged = build(tmp_path / "forged.db", seed=1)
    for size in SIGNED:
        note = sign(forged.path, size, OTHER_KEY)
        attack(forged, ("UPDATE checkpoint SET note = ? WHERE size = ?", [note, size]))
    assert found(forged) == {"checkpoint": SIGNED[0]}


def test_checkpoints_exchanged_are_found(ledger: Signed) -> None:
    attack(
        ledger,
        f"UPDATE checkpoint SET size = 1 WHERE size = {SIGNED[0]}",
        f"UPDATE checkpoint SET size = {SIGNED[0]} WHERE size = {SIZE}",
        f"UPDATE checkpoint SET size = {SIZE} WHERE size = 1",
    )
    assert found(ledger) == {"checkpoint": SIGNED[0]}


def test_a_deleted_checkpoint_only_lengthens_the_unsigned_tail(ledger: Signed) -> None:
    attack(ledger, f"DELETE FROM checkpoint WHERE size = {SIZE}")
    report = verify(ledger)
    assert report.holds
    assert report.unsigned_tail == SIZE - SIGNED[0]
    assert verify(ledger, [ledger.head(SIZE)]).confirmed_outside
