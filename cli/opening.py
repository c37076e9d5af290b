"""Opening a ledger: leaf 0 says what every later leaf relies on, leaf 1 names the satker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cli.failures import FileRefused
from ledger import streams
from ledger.errors import Refusal
from ledger.events import LedgerOpened, SatkerRegistered


@dataclass(frozen=True)
class Opening:
    """What a ledger is opened with; nothing of it can be changed later."""

    ledger_id: str
    time_zone: str
    currency: str
    scale: int
    satker: str
    name: str
    bagian_anggaran: str | None


def create_ledger(path: Path, opening: Opening, *, actor: str) -> None:
    """Make the file and record its first leaves; raises FileRefused, LedgerExists.

    A ledger without any leaf is what an interrupted opening left: it is opened now.
    """
    from cli.wiring import open_ledger
    from events_store.errors import LedgerExists
    from events_store.identity import create_ledger_file

    keys = (opening.ledger_id, opening.satker)
    refusals = [Refusal("key-broken", key) for key in keys if not streams.is_key(key)]
    if refusals:
        raise FileRefused("init", refusals)
    try:
        create_ledger_file(path)
    except LedgerExists:
        if not _is_empty(path):
            raise
    with open_ledger(path) as ledger:
        ledger.record(
            [
                LedgerOpened(
                    streams.LEDGER,
                    1,
                    ledger=opening.ledger_id,
                    time_zone=opening.time_zone,
                    currency=opening.currency,
                    scale=opening.scale,
                ),
                SatkerRegistered(
                    streams.satker(opening.satker),
                    1,
                    satker=opening.satker,
                    name=opening.name,
                    bagian_anggaran=opening.bagian_anggaran,
                ),
            ],
            actor=actor,
        )


def _is_empty(path: Path) -> bool:
    from events_store.errors import StoreError
    from events_store.log import LeafLog

    try:
        with LeafLog(path) as log:
            return log.size == 0
    except StoreError:
        return False
