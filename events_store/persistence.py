"""The `eventsourcing` persistence module: name it in PERSISTENCE_MODULE.

A ledger has one kind of recorder. Snapshots, tracking rows and process events would need tables
whose rows change, so the other constructors refuse.
"""

from pathlib import Path
from typing import Any, NoReturn

from eventsourcing.persistence import InfrastructureFactory, TrackingRecorder
from eventsourcing.utils import Environment, EnvType
from sqlalchemy import Engine

from events_store.database import open_engine
from events_store.errors import StoreUnsupported
from events_store.recorder import LedgerRecorder

LEDGER_FILE = "LEDGER_FILE"


class Factory(InfrastructureFactory[TrackingRecorder]):
    """Builds the recorder of the ledger file that the environment object names."""

    recorder_class: type[LedgerRecorder] = LedgerRecorder

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        path = self.env.get(LEDGER_FILE)
        if not path:
            raise StoreUnsupported(f"{LEDGER_FILE} names no ledger")
        self.engine = self.open_engine(Path(path))

    def open_engine(self, path: Path) -> Engine:
        return open_engine(path)

    def application_recorder(self) -> LedgerRecorder:
        return self.recorder_class(self.engine)

    def aggregate_recorder(self, purpose: str = "events") -> NoReturn:
        raise StoreUnsupported(f"a ledger keeps no {purpose} beside its events")

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> NoReturn:
        raise StoreUnsupported("a ledger keeps no tracking rows")

    def process_recorder(self) -> NoReturn:
        raise StoreUnsupported("a ledger records no process events")

    def close(self) -> None:
        self.engine.dispose()
