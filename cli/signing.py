"""Signing the head of a ledger: after the commit, then the anchor, then the signer's memory.

The signer remembers the last head that it signed and refuses a log that is shorter or that
rewrote what it signed. A log longer than its checkpoint is normal: the tail is signed next time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cli.home import Head, Home
from events_store.checkpoint import Checkpoint, sign_checkpoint
from events_store.durable import make_folder, write_durably

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
    from cli.wiring import ledger_identity
    from events_store.log import LeafLog

    with LeafLog(path) as log:
        if log.size == 0:
            return Signing("empty")
        ledger_id = ledger_identity(log).ledger
    head, is_new = head_to_sign(path, home, ledger_id)
    if not is_new:
        return Signing("current", head)
    key_path = home.key_path(ledger_id)
    if not key_path.exists():
        return Signing("no-key")
    key = unlocked(key_path, ask_passphrase)
    if key is None:
        return Signing("locked")
    return sign_with(path, home, ledger_id, [key])


def sign_with(path: Path, home: Home, ledger_id: str, keys: Sequence[SigningKey]) -> Signing:
    """Sign the head with each of `keys`: into the ledger, then the anchor, then the memory."""
    with home.only_signer(ledger_id):
        head, is_new = head_to_sign(path, home, ledger_id)
        if not is_new:
            return Signing("current", head)
        note = sign_checkpoint(head, *keys)
        _store(path, head.size, note)
        anchor = _anchor(home.anchors(ledger_id), head.size, note)
        home.remember_head(ledger_id, Head(head.size, head.root))
    return Signing("signed", head, anchor)


def refuse_contradiction(before: Head, now: Head, root_at: Callable[[int], bytes]) -> None:
    """Raise SignerRefused unless the log at `now` continues the one that was signed `before`."""
    from events_store.errors import SignerRefused

    if now.size < before.size:
        raise SignerRefused(f"{before.size} leaves were signed, {now.size} are here")
    if root_at(before.size) != before.root:
        raise SignerRefused(f"the first {before.size} leaves are not those that were signed")


def head_to_sign(path: Path, home: Home, ledger_id: str) -> tuple[Checkpoint, bool]:
    """The head of the log, and whether it is yet to be signed.

    The memory is read before the log, so that what others append and sign meanwhile is in both.
    """
    from events_store.log import LeafLog

    before = home.last_head(ledger_id)
    with LeafLog(path) as log:
        head = Head(log.size, log.root())
        if before is not None:
            refuse_contradiction(before, head, log.root)
    return Checkpoint(origin_of(ledger_id), head.size, head.root), before != head


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
    make_folder(folder)
    path = folder / f"checkpoint-{size:012d}"
    write_durably(path, note)
    return path
