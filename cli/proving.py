"""Proofs out of a ledger: which checkpoint covers an entry, its path, and how the log grew.

Proofs are read from the tiles, so that one of a million entries costs no more than one of a
hundred.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from cli.language import _

if TYPE_CHECKING:
    from events_store.consistency import Growth
    from events_store.log import LeafLog
    from events_store.proof import EntryProof
    from events_store.tiles import TileHashes


def newest_note(log: LeafLog, covering: int = 0) -> tuple[int, bytes]:
    """(size, note) of the newest checkpoint in the ledger; UsageError unless it covers so much."""
    notes = list(log.checkpoints())
    if not notes or notes[-1][0] < covering:
        raise click.UsageError(
            _("This is not signed yet; run `jejak checkpoint sign`, then ask again.")
        )
    return notes[-1]


def entry_proof(log: LeafLog, index: int, size: int, note: bytes) -> EntryProof:
    """The proof of one entry under a checkpoint of `size`, which the caller has opened."""
    from events_store.proof import EntryProof
    from events_store.tiles import inclusion_proof_at

    return EntryProof(index, tuple(inclusion_proof_at(index, size, _hashes(log, size))), note)


def growth_since(log: LeafLog, old_size: int, size: int, note: bytes) -> Growth:
    """That the first `old_size` entries are the beginning of what `note` signs."""
    from events_store.consistency import Growth
    from events_store.tiles import consistency_proof_at

    if old_size == 0:
        return Growth(0, (), note)
    path: Iterable[bytes] = consistency_proof_at(old_size, size, _hashes(log, size))
    return Growth(old_size, tuple(path), note)


def _hashes(log: LeafLog, size: int) -> TileHashes:
    from events_store.merkle import leaf_hashes
    from events_store.tiles import TileHashes

    def read(lo: int, hi: int) -> list[bytes]:
        return leaf_hashes(data for _index, _type, data in log.leaves(lo, hi))

    return TileHashes(size, log.tile, read)
