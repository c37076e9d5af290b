"""What counts as a ledger, and that a new one is made whole, once, and over nothing."""

import sqlite3
import threading
from pathlib import Path

import pytest

from events_store import schema
from events_store.errors import (
    LedgerExists,
    LedgerMissing,
    LedgerTooNew,
    LedgerUnreadable,
    NotALedger,
    StoreError,
)
from events_store.identity import check_identity, create_ledger_file
from events_store.log import LeafLog
from tests.unit.events_store.conftest import recorder_of, stored


def database(path: Path, *statements: str) -> Path:
    """A SQLite file that the statements have made."""
    connection = sqlite3.connect(path)
    for statement in ("CREATE TABLE other (x)", *statements):
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


def test_a_new_ledger_is_one_and_holds_the_expected_schema(path: Path) -> None:
    check_identity(path)
    with LeafLog(path) as log:
        assert log.schema() == schema.expected_schema()
        assert log.size == 0


def test_a_missing_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(LedgerMissing):
        check_identity(tmp_path / "none.db")


@pytest.mark.parametrize(
    "content", [b"", b"x" * 99, b"text" * 100, b"SQLite format 3\x00", b"\x00" * 4096]
)
def test_a_file_of_another_kind_is_no_ledger(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(NotALedger):
        check_identity(path)


def test_a_database_of_another_application_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(NotALedger):
        check_identity(database(tmp_path / "other.db"))
    with pytest.raises(NotALedger):
        check_identity(database(tmp_path / "third.db", "PRAGMA application_id = 7"))


def test_a_newer_schema_is_named_with_both_versions(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(LedgerTooNew) as caught:
        check_identity(path)
    assert (caught.value.found, caught.value.supported) == (2, 1)


def test_a_version_that_never_was_is_unreadable(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    with pytest.raises(LedgerUnreadable, match="version 0"):
        check_identity(path)


def test_creation_leaves_one_file(path: Path) -> None:
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("kind", ["file", "empty file", "folder", "dangling link", "ledger"])
def test_creation_never_takes_a_place(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "jejak.db"
    if kind == "folder":
        path.mkdir()
    elif kind == "dangling link":
        path.symlink_to(tmp_path / "elsewhere.db")
    elif kind == "ledger":
        create_ledger_file(path)
        with recorder_of(path) as recorder:
            recorder.insert_events(stored(0, 3))
    else:
        path.write_bytes(b"content" if kind == "file" else b"")
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(LedgerExists):
        create_ledger_file(path)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_creation_refuses_what_an_earlier_ledger_left_beside(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "jejak.db"
    left = tmp_path / f"jejak.db{ending}"
    left.write_bytes(b"rows of an earlier ledger")
    with pytest.raises(LedgerExists, match=ending):
        create_ledger_file(path)
    assert list(tmp_path.iterdir()) == [left]


def test_an_empty_wal_left_beside_is_no_hindrance(tmp_path: Path) -> None:
    tmp_path.joinpath("jejak.db-wal").touch()
    create_ledger_file(tmp_path / "jejak.db")
    with LeafLog(tmp_path / "jejak.db") as log:
        assert log.size == 0


def test_creation_that_fails_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = {**schema.expected_schema(), ("table", "broken"): "CREATE TABLE broken ("}
    monkeypatch.setattr(schema, "expected_schema", lambda: broken)
    with pytest.raises(LedgerMissing):
        create_ledger_file(tmp_path / "jejak.db")
    assert list(tmp_path.iterdir()) == []


def test_creation_in_a_missing_folder_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(LedgerMissing):
        create_ledger_file(tmp_path / "none" / "jejak.db")
    assert list(tmp_path.iterdir()) == []


def test_of_many_who_create_one_wins_and_the_others_hear_of_it(tmp_path: Path) -> None:
    path = tmp_path / "jejak.db"
    outcomes: list[StoreError | None] = []

    def create() -> None:
        try:
            create_ledger_file(path)
            outcomes.append(None)
        except StoreError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(None) == 1
    assert all(isinstance(error, LedgerExists) for error in outcomes if error is not None)
    assert list(tmp_path.iterdir()) == [path]
    with LeafLog(path) as log:
        assert log.schema() == schema.expected_schema()
