"""A folder whose files all fit is still refused where its leaves make no ledger."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from cli.wiring import check_leaf, leaf_forms
from events_store.checkpoint import Checkpoint, sign_checkpoint
from events_store.errors import LogRefused
from events_store.keys import SigningKey
from events_store.leaf import Leaf, encode_leaf
from events_store.log import LeafLog
from events_store.merkle import leaf_hashes, root_hash
from events_store.policy import Policy
from events_store.restoring import restore_ledger
from events_store.tile_directory import tile_files
from events_store.verify import Report, verify_log

KEY = SigningKey("jejak/uji", bytes(range(32)))
SATKER = {"satker": "s", "name": "S", "bagian_anggaran": None}


def _leaf(stream: str, version: int = 1, import_id: str | None = None, **data: object) -> bytes:
    topic = "satker-registered.v1"
    return encode_leaf(
        Leaf(topic, stream, version, "2025-01-20T08:00:00.000000Z", "uji", import_id,
             {**SATKER, **data}, "00" * 16)
    )  # fmt: skip


def _written(folder: Path, leaves: Sequence[bytes]) -> Path:
    for name, data in tile_files(leaves):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    head = Checkpoint(KEY.name, len(leaves), root_hash(leaf_hashes(leaves)))
    (folder / "checkpoint").write_bytes(sign_checkpoint(head, KEY))
    return folder


def _judge(log: LeafLog) -> Report:
    return verify_log(log, policy=Policy(()), check_leaf=check_leaf, forms=leaf_forms())


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "log").mkdir()
    return tmp_path / "log"


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 600])
def test_a_log_of_any_size_comes_back_with_its_imports(log: Path, size: int) -> None:
    names = [None, "ab" * 16, "ab" * 16, None, "cd" * 16]
    leaves = [_leaf(f"satker/s{n}", 1, names[min(n, 4)]) for n in range(size)]
    target = log.parent / "baru.db"
    found = restore_ledger(_written(log, leaves), target, _judge)
    assert found == (size, root_hash(leaf_hashes(leaves)))
    with LeafLog(target) as made:
        assert [data for _, _, data in made.leaves()] == leaves
        expected = [("ab" * 16, 1), ("cd" * 16, 4)]
        assert list(made.imports()) == [row for row in expected if row[1] < size]
        assert _judge(made).holds


@pytest.mark.parametrize(
    ("leaves", "words"),
    [
        ([_leaf("satker/a"), _leaf("satker/a")], "twice"),
        ([_leaf("satker/a", 2)], "out of turn"),
        ([_leaf("a", 1, "ab" * 16), _leaf("b"), _leaf("c", 1, "ab" * 16)], "twice"),
        ([_leaf("satker/a", umur=3)], "leaf"),
        ([b"{}"], "entry 0"),
        ([_leaf("satker/a").replace(b'"version":1', b'"version": 1')], "entry 0"),
    ],
    ids=["version twice", "version missing", "import torn", "other data", "no leaf", "spelling"],
)
def test_leaves_that_make_no_ledger_are_refused_and_leave_nothing(
    log: Path, leaves: list[bytes], words: str
) -> None:
    with pytest.raises(LogRefused, match=words):
        restore_ledger(_written(log, leaves), log.parent / "baru.db", _judge)
    assert [path.name for path in log.parent.iterdir()] == ["log"]
