"""Another key signs from now on: an event names it, and one checkpoint carries both signatures.

Each step leaves a state from which the next run goes on: the new key lies ready as `.next`, then
the event is recorded, then the head is signed by both, then the files change their names, the
public one first. At no moment is there no key.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cli.home import Home
from cli.signing import Signing, head_to_sign, origin_of, sign_with
from events_store.durable import sync_folder, write_durably

if TYPE_CHECKING:
    from events_store.keys import SigningKey
    from events_store.log import LeafLog


def next_key(home: Home, ledger_id: str, passphrase: bytes | None) -> SigningKey:
    """The key that will sign: the one that an interrupted rotation left, or a new one."""
    from events_store.keys import create_key, read_key, write_key

    path = home.next_key_path(ledger_id)
    if path.exists():
        return read_key(path, passphrase)
    key = create_key(origin_of(ledger_id))
    write_key(path, key, passphrase)
    return key


def rotate(
    path: Path, home: Home, old: SigningKey, new: SigningKey, *, actor: str, reason: str | None
) -> Signing:
    """Record the rotation, sign by both keys, and put the new key in place.

    What an interrupted run has done stays done: when both have signed, only the files are left.
    Raises SignerRefused where the log does not continue what was signed.
    """
    from cli.wiring import ledger_identity
    from events_store.log import LeafLog

    with LeafLog(path) as log:
        ledger_id = ledger_identity(log).ledger
        signed, note = max(log.checkpoints(), default=(0, b""))
        is_recorded = _is_recorded(log, new, signed)
    head, _ = head_to_sign(path, home, ledger_id)
    signing = Signing("current", head)
    if not _is_signed_by_both(note, old, new):
        if not is_recorded:
            _record(path, old, new, actor=actor, reason=reason)
        signing = sign_with(path, home, ledger_id, [old, new])
    _replace_files(home, ledger_id, old, new)
    return signing


def _is_recorded(log: LeafLog, new: SigningKey, signed: int) -> bool:
    """Whether the event stands and no checkpoint covers it yet: under one it is recorded anew."""
    from cli.wiring import own_entries
    from ledger.events import KeyRotated

    return any(
        event.new_key == new.verifier_key and index >= signed
        for index, event in own_entries(log, KeyRotated)
    )


def _is_signed_by_both(note: bytes, old: SigningKey, new: SigningKey) -> bool:
    from events_store.checkpoint import open_checkpoint_signed
    from events_store.errors import EvidenceRefused
    from events_store.note import parse_verifier_key

    keys = {parse_verifier_key(key.verifier_key) for key in (old, new)}
    try:
        _, signed_by = open_checkpoint_signed(note, keys)
    except EvidenceRefused:
        return False
    return set(signed_by) == keys


def _record(
    path: Path, old: SigningKey, new: SigningKey, *, actor: str, reason: str | None
) -> None:
    from cli.wiring import open_ledger
    from ledger import streams
    from ledger.decisions import Batch
    from ledger.events import KeyRotated

    with open_ledger(path) as ledger:
        batch = Batch(ledger.state)
        batch.append(KeyRotated(streams.LEDGER, 0, old.verifier_key, new.verifier_key, reason))
        ledger.record(batch.events, actor=actor)


def _replace_files(home: Home, ledger_id: str, old: SigningKey, new: SigningKey) -> None:
    """Keep the old key under the hash of its own, and give the new one its name.

    Each step may be done again: where it was done before, it changes nothing.
    """
    now, coming = home.key_path(ledger_id), home.next_key_path(ledger_id)
    before = now.with_name(f"{now.name}.before-{old.key_hash.hex()}")
    write_durably(_public(coming), f"{new.verifier_key}\n".encode())
    for path, following, kept in (
        (_public(now), _public(coming), _public(before)),
        (now, coming, before),
    ):
        if not kept.exists():
            os.link(path, kept)
        os.replace(following, path)
    sync_folder(now.parent)


def _public(path: Path) -> Path:
    return path.with_name(f"{path.name}.pub")
