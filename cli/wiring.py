"""The composition root: ledger and store meet here, and nowhere else.

Everything heavy is imported inside the functions that need it, so that a query does not pay for
the writing side and `--help` pays for neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import pyarrow as pa

    from events_store.leaf import Leaf, LeafFrame
    from events_store.log import LeafLog
    from events_store.recognition import Forms
    from ledger.application import Ledger
    from ledger.events import Event, LedgerOpened
    from projections.columns import Columns
    from projections.position import Position

E = TypeVar("E", bound="Event")
PERSISTENCE_MODULE = "events_store.persistence"
_ATTEMPTS = 3


class LeafCodec:
    """Joins events (ledger) to leaf bytes (store)."""

    def encode_data(self, data: dict[str, Any]) -> bytes:
        from events_store.canonical import encode

        return encode(data)

    def frame(self, *, recorded_at: str, actor: str, import_id: str | None) -> LeafFrame:
        from events_store.leaf import LeafFrame

        return LeafFrame(recorded_at=recorded_at, actor=actor, import_id=import_id)

    def decode_data(self, leaf: bytes) -> tuple[dict[str, Any], str | None]:
        from events_store.leaf import decode_leaf

        decoded = decode_leaf(leaf)
        return decoded.data, decoded.import_id


@contextmanager
def open_ledger(path: Path) -> Iterator[Ledger]:
    """The application over an existing ledger file; a plain copy of it is complete afterwards."""
    from events_store.database import checkpoint_wal
    from events_store.identity import check_identity
    from events_store.persistence import LEDGER_FILE, Factory
    from ledger.application import Ledger

    check_identity(path)
    settings = {"PERSISTENCE_MODULE": PERSISTENCE_MODULE, LEDGER_FILE: str(path)}
    with Ledger(settings, LeafCodec()) as application:
        yield application
        assert isinstance(application.factory, Factory)  # noqa: S101 - the settings name it
        checkpoint_wal(application.factory.engine)


def check_leaf(leaf: Leaf) -> None:
    """Raise LeafRefused unless a leaf's type and data are in the catalogue."""
    from events_store.errors import LeafRefused
    from ledger.errors import DataMismatch, UnknownEventType
    from ledger.events import check_data

    try:
        check_data(leaf.type, leaf.data)
    except (UnknownEventType, DataMismatch) as error:
        raise LeafRefused(str(error)) from error


def leaf_forms() -> dict[str, Forms]:
    """By topic, the forms of the data that `check_leaf` takes."""
    from ledger.events import CATALOGUE

    return {topic: _forms(cls) for topic, cls in CATALOGUE.items()}


def _forms(cls: type[Any]) -> Forms:
    from events_store.recognition import Form
    from ledger.shapes import data_shape

    return {
        name: Form(
            shape.scalars, shape.elements, None if shape.part is None else _forms(shape.part)
        )
        for name, shape in data_shape(cls).items()
    }


def read_columns(
    log: LeafLog, size: int | None = None, progress: Callable[[int], None] | None = None
) -> Columns:
    """The whole log, or its first `size` leaves, as columns; `progress` is told each index."""
    from projections.columns import decode

    size = log.size if size is None else min(size, log.size)
    leaves = log.leaves(0, size)
    return decode(leaves if progress is None else _told(leaves, progress), size)


def tables_by_name() -> Mapping[str, Callable[[Columns, Position], pa.Table]]:
    """The tables that are stored, exported and replayed: what each is made by."""
    from projections.absorption import absorption
    from projections.pagu import pagu
    from projections.performance import performance
    from projections.revisions import revisions
    from projections.stacked import every_level

    return {
        "pagu": partial(every_level, pagu),
        "absorption": partial(every_level, absorption),
        "performance": performance,
        "revisions": revisions,
    }


def exported_tables() -> Mapping[str, Callable[[Columns, Position], pa.Table]]:
    """The tables of `tables_by_name`, and those that are made for an export alone."""
    from projections.fact import fact
    from projections.phases import phases

    return {**tables_by_name(), "phases": phases, "fact": fact}


def current_tables(
    log: LeafLog, size: int | None = None, progress: Callable[[int], None] | None = None
) -> dict[str, pa.Table]:
    """What `<name>_current` holds after `size` leaves: everything known, over all satker."""
    from projections.position import Position, visible

    columns = visible(read_columns(log, size, progress), Position()).columns
    return {f"{name}_current": make(columns, Position()) for name, make in tables_by_name().items()}


def write_current_tables(path: Path, progress: Callable[[int], None] | None = None) -> int:
    """Write the current tables into the ledger; returns the size that they are of.

    What others append meanwhile is taken in too: whoever writes last looks whether the log has
    grown, so that no older state stays.
    """
    from events_store.log import LeafLog
    from events_store.tables import write_tables

    size = -1
    for _attempt in range(_ATTEMPTS):
        with LeafLog(path) as log:
            if log.size == size:
                break
            size, root = log.size, log.root()
            tables = current_tables(log, size, progress)
        write_tables(path, tables, size, root)
    return size


def _told(
    leaves: Iterator[tuple[int, str, bytes]], progress: Callable[[int], None]
) -> Iterator[tuple[int, str, bytes]]:
    for leaf in leaves:
        progress(leaf[0])
        yield leaf


def ledger_identity(log: LeafLog) -> LedgerOpened:
    """Leaf 0 of a ledger: its id, time zone, currency and scale.

    Raises LedgerUnreadable when the first leaf is not `ledger-opened`.
    """
    from events_store.errors import LeafRefused, LedgerUnreadable
    from events_store.leaf import decode_leaf
    from ledger.errors import LedgerError
    from ledger.events import LedgerOpened, event_of

    try:
        leaf = decode_leaf(log.leaf(0) or b"")
        opened = event_of(leaf.type, leaf.stream, leaf.version, leaf.data)
    except (LeafRefused, LedgerError) as error:
        raise LedgerUnreadable(log.path, f"leaf 0: {error}") from error
    if not isinstance(opened, LedgerOpened):
        raise LedgerUnreadable(log.path, f"leaf 0 is {leaf.type}")
    return opened


def own_entries(log: LeafLog, kind: type[E]) -> Iterator[tuple[int, E]]:
    """(leaf_index, event) of one kind in the ledger's own stream, found by its index alone.

    What cannot be read is left out: `verify` names it.
    """
    from events_store.errors import LeafRefused
    from events_store.leaf import decode_leaf
    from ledger import streams
    from ledger.errors import LedgerError
    from ledger.events import event_of

    for index, type_, data in log.stream(streams.LEDGER):
        if type_ != kind.TOPIC:
            continue
        with suppress(LeafRefused, LedgerError):
            leaf = decode_leaf(data)
            event = event_of(leaf.type, leaf.stream, leaf.version, leaf.data)
            if isinstance(event, kind):
                yield index, event
