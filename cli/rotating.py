"""Another key signs from now on: an event names it, and one checkpoint carries both signatures.

Each step leaves a state from which the next run goes on: the new key lies ready as `.next`, then
the event is recorded, then the head is signed by both, then the files change their names, the
public one first. At no moment is there no key.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cli.home import Home, write_synced
from cli.signing import Signing, head_to_sign, origin_of, sign_with

if TYPE_CHECKING:
    from events_store.keys import SigningKey


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
    """Record the rotation unless it is recorded, sign by both keys, and put the new key in place.

    Raises SignerRefused where the log does not continue what was signed.
    """
    ledger_id, _, _ = head_to_sign(path, home)
    _record(path, old, new, actor=actor, reason=reason)
    ledger_id, head, _ = head_to_sign(path, home)
    signing = sign_with(path, home, ledger_id, head, [old, new])
    _replace_files(home, ledger_id, old, new)
    return signing


def _record(
    path: Path, old: SigningKey, new: SigningKey, *, actor: str, reason: str | None
) -> None:
    from cli.wiring import open_ledger, read_columns
    from events_store.log import LeafLog
    from ledger import streams
    from ledger.decisions import Batch
    from ledger.events import KeyRotated

    with LeafLog(path) as log:
        named = read_columns(log).of(KeyRotated)["new_key"].to_pylist()
    if new.verifier_key in named:
        return
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
    write_synced(_public(coming), f"{new.verifier_key}\n".encode())
    for path, following, kept in (
        (_public(now), _public(coming), _public(before)),
        (now, coming, before),
    ):
        if not kept.exists():
            os.link(path, kept)
        os.replace(following, path)


def _public(path: Path) -> Path:
    return path.with_name(f"{path.name}.pub")
