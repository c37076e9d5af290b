"""A copy gets its name when it is whole, on disks with and without links, over nothing."""

import os
from pathlib import Path

import pytest

from events_store.copying import copy_ledger, publish
from events_store.errors import LedgerExists, LedgerUnreadable, NotALedger
from events_store.log import LeafLog
from tests.unit.events_store.conftest import recorder_of, stored


def refuse_link(draft: Path, target: Path) -> None:
    raise PermissionError(1, "Operation not permitted")


@pytest.fixture(params=["with links", "without"], autouse=True)
def disk(request: pytest.FixtureRequest, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger at `path` is made before links go away."""
    if request.param == "without":
        monkeypatch.setattr(os, "link", refuse_link)


def test_a_copy_is_the_ledger_and_alone(path: Path, tmp_path: Path) -> None:
    with recorder_of(path, complete=False) as recorder:
        recorder.insert_events(stored(0, 300))
        (tmp_path / "copies").mkdir()
        target = tmp_path / "copies" / "copy.db"
        size, root = copy_ledger(path, target)
    with LeafLog(path) as log, LeafLog(target) as copy:
        assert (size, root) == (log.size, log.root()) == (copy.size, copy.root())
        assert list(copy.rows()) == list(log.rows())
        assert copy.schema() == log.schema()
    assert [found.name for found in target.parent.iterdir()] == ["copy.db"]


def test_nothing_is_copied_over_what_stands_there(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("taken")
    with pytest.raises(LedgerExists):
        copy_ledger(path, target)
    assert target.read_text() == "taken"


def test_a_name_that_is_taken_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    draft, target = tmp_path / "draft", tmp_path / "target"
    draft.write_text("mine")
    target.write_text("taken")
    with pytest.raises(FileExistsError):
        publish(draft, target)
    assert target.read_text() == "taken"


def test_what_is_no_ledger_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(bytes(200))
    with pytest.raises(NotALedger):
        copy_ledger(tmp_path / "x.db", tmp_path / "copy.db")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["jejak.db", "x.db"]


def test_a_spoiled_ledger_is_named_and_not_its_draft(path: Path, tmp_path: Path) -> None:
    with recorder_of(path) as recorder:
        recorder.insert_events(stored(0, 300))
    data = path.read_bytes()
    path.write_bytes(data[:8192] + bytes(len(data) - 8192))
    with pytest.raises(LedgerUnreadable) as caught:
        copy_ledger(path, tmp_path / "copy.db")
    assert caught.value.path == str(path)
    assert [found.name for found in tmp_path.iterdir() if ".new" in found.name] == []
