"""A ledger that another process holds, or a full disk, is told in a line and exit code 4."""

import sqlite3
from pathlib import Path

import pytest

import events_store.database
from tests.e2e.conftest import Jejak


def test_a_ledger_locked_by_another_writer_is_told(
    jejak: Jejak, folder: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_store.database, "BUSY_TIMEOUT_MS", 100)
    holder = sqlite3.connect(folder / "jejak.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    refused = jejak("correct", "#34", "--value", "1", "--reason", "uji")
    holder.execute("ROLLBACK")
    holder.close()
    assert refused.code == 4
    assert "cannot be written now" in refused.err
    assert "Traceback" not in refused.err
    assert jejak("log", "--json").json["totals"]["count"] == size


def test_reading_goes_on_while_another_writes(jejak: Jejak, folder: Path) -> None:
    holder = sqlite3.connect(folder / "jejak.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    answer = jejak("pagu", "--revision", "9", "--json")
    holder.execute("ROLLBACK")
    holder.close()
    assert answer.json["totals"]["pagu"] == 41_996_502_000
