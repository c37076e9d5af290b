"""The library's own contract of application recorders, held by the ledger's recorder.

The abstract cases are reached through their module, so that pytest does not collect them here.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import TestCase
from uuid import uuid4

import eventsourcing.tests.persistence as cases

from events_store.database import open_engine
from events_store.identity import create_ledger_file
from events_store.recorder import LedgerRecorder


def new_recorder(case: TestCase) -> LedgerRecorder:
    """A recorder over an empty ledger file that goes when the case ends."""
    folder = TemporaryDirectory()
    case.addCleanup(folder.cleanup)
    path = Path(folder.name) / "jejak.db"
    create_ledger_file(path)
    engine = open_engine(path)
    case.addCleanup(engine.dispose)
    return LedgerRecorder(engine)


class TestApplicationRecorder(cases.ApplicationRecorderTestCase[LedgerRecorder]):
    def create_recorder(self) -> LedgerRecorder:
        return new_recorder(self)

    def new_originator_id(self) -> str:
        return str(uuid4())

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestNonInterleavingNotificationIds(cases.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> LedgerRecorder:
        return new_recorder(self)

    def new_originator_id(self) -> str:
        return str(uuid4())
