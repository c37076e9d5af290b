"""Rebuilt = live after any history, on a real ledger file; and a level foots where it is full."""

import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.tables import compare_tables
from cli.wiring import open_ledger, write_current_tables
from events_store.identity import create_ledger_file
from events_store.log import LeafLog
from ledger.events import LedgerOpened
from ledger.records import LEVELS, TOTAL
from projections.pagu import pagu
from projections.position import Position
from tests.book import Book
from tests.property.histories import histories

EXAMPLES = int(os.environ.get("JEJAK_EXAMPLES", "80"))
slowly = settings(max_examples=max(10, EXAMPLES // 8), suppress_health_check=[HealthCheck.too_slow])
OPENED = LedgerOpened("ledger", 1, "uji", "Asia/Jakarta", "IDR", 0)


@slowly
@given(histories(), st.data())
def test_the_stored_tables_are_those_that_the_leaves_give(book: Book, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(book.events)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "buku.db"
        create_ledger_file(path)
        for events in ([OPENED, *book.events[:cut]], book.events[cut:]):
            if events:
                with open_ledger(path) as ledger:
                    ledger.record(events, actor="uji")
            write_current_tables(path)
            with LeafLog(path) as log:
                compared = compare_tables(log)
            assert compared
            assert [found.name for found in compared if not found.same or found.stale] == []


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(histories(), st.sampled_from(LEVELS))
def test_rows_and_what_is_not_broken_down_foot_to_the_total(book: Book, level: str) -> None:
    rows = pagu(book.columns(), Position(), level).to_pylist()
    for total in (row for row in rows if row["level"] == TOTAL):
        mine = [
            row["pagu"]
            for row in rows
            if row["level"] == level
            and (row["satker"], row["fiscal_year"]) == (total["satker"], total["fiscal_year"])
        ]
        if total["pagu"] is not None and mine:
            assert sum(amount or 0 for amount in mine) == total["pagu"]
        if total["coverage"] == "full" and total["pagu"] is not None:
            assert total["unallocated"] == 0
