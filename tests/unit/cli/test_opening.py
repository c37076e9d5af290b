"""A ledger is opened once; what an interrupted opening left is opened by the next."""

from pathlib import Path

import pytest

from cli.opening import Opening, create_ledger
from events_store.errors import LedgerExists
from events_store.identity import create_ledger_file
from events_store.log import LeafLog

OPENING = Opening("uji", "UTC", "IDR", 0, "satu", "Satu", None)


def test_an_opening_that_was_interrupted_before_its_first_leaf_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "jejak.db"
    create_ledger_file(path)
    create_ledger(path, OPENING, actor="uji")
    with LeafLog(path) as log:
        assert log.size == 2


def test_a_ledger_is_never_opened_twice(tmp_path: Path) -> None:
    path = tmp_path / "jejak.db"
    create_ledger(path, OPENING, actor="uji")
    with pytest.raises(LedgerExists):
        create_ledger(path, OPENING, actor="uji")


@pytest.mark.parametrize("content", [b"", b"lain", b"SQLite format 3\x00" + bytes(84)])
def test_what_is_no_ledger_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "jejak.db"
    path.write_bytes(content)
    with pytest.raises(LedgerExists):
        create_ledger(path, OPENING, actor="uji")
    assert path.read_bytes() == content
