"""Signing the head of a ledger: after the commit, then the anchor, then the signer's memory.

The signer remembers the last head that it signed and refuses a log that is shorter or that
rewrote what it signed. A log longer than its checkpoint is normal: the tail is signed next time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cli.home import Head, Home, write_synced
from events_store.checkpoint import Checkpoint, sign_checkpoint

if TYPE_CHECKING:
    from events_store.keys import SigningKey

ORIGIN_PREFIX = "jejak/"
AskPassphrase = Callable[[], bytes | None]


@dataclass(frozen=True)
class Signing:
    """What came of it: a checkpoint and where it was anchored, or why there is none."""

    state: Literal["signed", "current", "no-key", "locked", "empty"]
    checkpoint: Checkpoint | None = None
    anchor: Path | None = None


def origin_of(ledger_id: str) -> str:
    """The name under which a ledger's key signs, and the first line of its checkpoints."""
    return ORIGIN_PREFIX + ledger_id


def sign_head(path: Path, home: Home, ask_passphrase: AskPassphrase) -> Signing:
    """Sign the head of a ledger if a key is at hand and the head is new.

    Raises SignerRefused for a log that is shorter than, or another one than, what was signed.
    """
    ledger_id, head, is_new = head_to_sign(path, home)
    if head.size == 0:
        return Signing("empty")
    if not is_new:
        return Signing("current", Checkpoint(origin_of(ledger_id), head.size, head.root))
    key_path = home.key_path(ledger_id)
    if not key_path.exists():
        return Signing("no-key")
    key = unlocked(key_path, ask_passphrase)
    if key is None:
        return Signing("locked")
    return sign_with(path, home, ledger_id, head, [key])


def head_to_sign(path: Path, home: Home) -> tuple[str, Head, bool]:
    """Ledger id, head, and whether it is another one than was signed last.

    Raises SignerRefused where it does not continue that one.
    """
    from cli.wiring import ledger_identity
    from events_store.log import LeafLog

    with LeafLog(path) as log:
        if log.size == 0:
            return "", Head(0, log.root()), False
        ledger_id = ledger_identity(log).ledger
        head = Head(log.size, log.root())
        before = home.last_head(ledger_id)
        if before is not None:
            refuse_contradiction(before, head, log.root)
    return ledger_id, head, before != head


def sign_with(
    path: Path, home: Home, ledger_id: str, head: Head, keys: Sequence[SigningKey]
) -> Signing:
    """Sign a head with each of `keys`; first into the ledger, then the anchor, then the memory."""
    checkpoint = Checkpoint(origin_of(ledger_id), head.size, head.root)
    note = sign_checkpoint(checkpoint, *keys)
    _store(path, head.size, note)
    anchor = _anchor(home.anchors(ledger_id), head.size, note)
    home.remember_head(ledger_id, head)
    return Signing("signed", checkpoint, anchor)


def refuse_contradiction(before: Head, now: Head, root_at: Callable[[int], bytes]) -> None:
    """Raise SignerRefused unless the log at `now` continues the one that was signed `before`."""
    from events_store.errors import SignerRefused

    if now.size < before.size:
        raise SignerRefused(f"{before.size} leaves were signed, {now.size} are here")
    if root_at(before.size) != before.root:
        raise SignerRefused(f"the first {before.size} leaves are not those that were signed")


def unlocked(path: Path, ask_passphrase: AskPassphrase) -> SigningKey | None:
    """The key in a file; None where its passphrase was not given."""
    from events_store.keys import key_is_encrypted, read_key

    if not key_is_encrypted(path):
        return read_key(path, None)
    passphrase = ask_passphrase()
    return None if passphrase is None else read_key(path, passphrase)


def _store(path: Path, size: int, note: bytes) -> None:
    from events_store.database import append_checkpoint, open_engine

    engine = open_engine(path)
    try:
        append_checkpoint(engine, size, note)
    finally:
        engine.dispose()


def _anchor(folder: Path, size: int, note: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"checkpoint-{size:012d}"
    write_synced(path, note)
    return path
