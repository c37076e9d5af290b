"""Gathering what a verification rests on: trusted keys and signed heads from outside the file.

Keys and heads come from the command line or from the user's own folder, never from the ledger.
Heads of the user's own folder can contradict the ledger; only heads that someone else holds, given
on the command line, confirm it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.home import Home

if TYPE_CHECKING:
    from events_store.note import VerifierKey
    from events_store.verify import Head

MAX_HEAD_BYTES = 1 << 20


@dataclass(frozen=True)
class Trust:
    """What a verification trusts: keys, heads, and whether the signing key lies unlocked."""

    verifiers: Sequence[VerifierKey]
    heads: Sequence[Head]
    key_unlocked: bool


def gather(ledger_id: str, home: Home, keys: Sequence[str], checkpoints: Sequence[Path]) -> Trust:
    """Raises KeyRefused for a malformed key, OSError for a file that cannot be read."""
    from events_store.keys import key_is_encrypted
    from events_store.note import parse_verifier_key
    from events_store.verify import Head

    texts = [_key_text(key) for key in keys]
    own_key = home.public_key_path(ledger_id)
    if not texts and own_key.exists():
        texts.append(own_key.read_text("ascii").strip())
    heads = [Head(str(path), _head_bytes(path)) for given in checkpoints for path in _files(given)]
    heads += [
        Head(str(path), _head_bytes(path), outside=False)
        for path in _files(home.anchors(ledger_id))
    ]
    secret = home.key_path(ledger_id)
    return Trust(
        [parse_verifier_key(text) for text in texts],
        heads if texts else [],
        key_unlocked=secret.exists() and not key_is_encrypted(secret),
    )


def _key_text(key: str) -> str:
    """A verifier key as given, or the one line of a file that holds it."""
    path = Path(key)
    return path.read_text("ascii").strip() if path.is_file() else key


def _files(path: Path) -> list[Path]:
    """The file, or those of a folder; a name that begins with a dot is a draft of one."""
    if path.is_dir():
        found = (item for item in path.iterdir() if not item.name.startswith("."))
        return sorted(item for item in found if item.is_file())
    return [path] if path.exists() else []


def _head_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_HEAD_BYTES + 1)
