"""The library's contract of factories and of the recorders that need mutable tables.

The refusals of the real factory stand beside it: a ledger has one kind of recorder.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import TestCase
from uuid import uuid4

import eventsourcing.tests.persistence as cases
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent, Tracking
from eventsourcing.utils import Environment, get_topic

from events_store.errors import LedgerMissing, StoreUnsupported
from events_store.identity import create_ledger_file
from events_store.log import LeafLog
from events_store.persistence import LEDGER_FILE, Factory
from events_store.recorder import LedgerRecorder

from .mutable import (
    MutableAggregateRecorder,
    MutableFactory,
    MutableProcessRecorder,
    MutableTrackingRecorder,
    MutableTrackingRecorderOfATest,
)


def new_environment(case: TestCase) -> Environment:
    """An environment that names a file of its own."""
    folder = TemporaryDirectory()
    case.addCleanup(folder.cleanup)
    return Environment(
        env={
            "PERSISTENCE_MODULE": get_topic(MutableFactory),
            LEDGER_FILE: str(Path(folder.name) / "jejak.db"),
        }
    )


def new_factory(case: TestCase) -> MutableFactory:
    factory = MutableFactory(new_environment(case))
    case.addCleanup(factory.close)
    return factory


class TestFactory(cases.InfrastructureFactoryTestCase[MutableFactory]):
    def setUp(self) -> None:
        self.env = new_environment(self)
        super().setUp()

    def expected_factory_class(self) -> type[MutableFactory]:
        return MutableFactory

    def expected_aggregate_recorder_class(self) -> type[MutableAggregateRecorder]:
        return MutableAggregateRecorder

    def expected_application_recorder_class(self) -> type[LedgerRecorder]:
        return LedgerRecorder

    def expected_tracking_recorder_class(self) -> type[MutableTrackingRecorder]:
        return MutableTrackingRecorder

    def tracking_recorder_subclass(self) -> type[MutableTrackingRecorder]:
        return MutableTrackingRecorderOfATest

    def expected_process_recorder_class(self) -> type[MutableProcessRecorder]:
        return MutableProcessRecorder


class TestAggregateRecorder(cases.AggregateRecorderTestCase):
    def create_recorder(self) -> MutableAggregateRecorder:
        return new_factory(self).aggregate_recorder()

    def new_originator_id(self) -> str:
        return str(uuid4())


class TestTrackingRecorder(cases.TrackingRecorderTestCase):
    def create_recorder(self) -> MutableTrackingRecorder:
        return new_factory(self).tracking_recorder()


class TestProcessRecorder(cases.ProcessRecorderTestCase):
    def create_recorder(self) -> MutableProcessRecorder:
        return new_factory(self).process_recorder()

    def new_originator_id(self) -> str:
        return str(uuid4())

    def test_a_refused_tracking_row_takes_its_events_with_it(self) -> None:
        recorder = self.create_recorder()
        recorder.insert_events([], tracking=Tracking("upstream", 2))
        with self.assertRaises(IntegrityError):  # noqa: PT027
            recorder.insert_events(
                [StoredEvent("stream", 1, "topic", b"state")], tracking=Tracking("upstream", 1)
            )
        assert recorder.max_notification_id() is None


def test_the_real_factory_builds_one_kind_of_recorder(tmp_path: Path) -> None:
    path = tmp_path / "jejak.db"
    create_ledger_file(path)
    settings = {"PERSISTENCE_MODULE": "events_store.persistence", LEDGER_FILE: str(path)}
    factory = Factory.construct(Environment(env=settings))
    try:
        assert type(factory.application_recorder()) is LedgerRecorder
        with pytest.raises(StoreUnsupported, match="snapshots"):
            factory.aggregate_recorder("snapshots")
        with pytest.raises(StoreUnsupported, match="tracking"):
            factory.tracking_recorder()
        with pytest.raises(StoreUnsupported, match="process"):
            factory.process_recorder()
    finally:
        factory.close()
    with LeafLog(path) as log:
        assert {name for kind, name in log.schema() if kind == "table"} == {
            "checkpoint",
            "event",
            "import",
            "tile",
        }


def test_the_real_factory_needs_a_ledger_that_exists(tmp_path: Path) -> None:
    with pytest.raises(StoreUnsupported, match=LEDGER_FILE):
        Factory(Environment(env={}))
    with pytest.raises(LedgerMissing):
        Factory(Environment(env={LEDGER_FILE: str(tmp_path / "none.db")}))
    assert list(tmp_path.iterdir()) == []
