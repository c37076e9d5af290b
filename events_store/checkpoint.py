"""Signed tree heads: origin, size and root of the log in three lines.

C2SP tlog-checkpoint in a C2SP signed-note, without extension lines. The key is named after the
origin, so a note of one log never passes as that of another.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from events_store.errors import CheckpointRefused
from events_store.merkle import HASH_SIZE
from events_store.note import (
    Signer,
    VerifierKey,
    format_base64,
    open_note,
    parse_base64,
    sign_note,
)

MAX_SIZE = 2**63 - 1

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x1f]")


@dataclass(frozen=True)
class Checkpoint:
    """The log named `origin` had `size` leaves under `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """The text that is signed: three lines, each with its newline."""
    _require_valid(checkpoint)
    root = format_base64(checkpoint.root)
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Inverse of format_checkpoint; any other spelling raises CheckpointRefused."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise CheckpointRefused("not exactly the three lines origin, size and root")
    origin, size, encoded, _ = lines
    if not _SIZE.fullmatch(size):
        raise CheckpointRefused("the size is not a plain decimal number")
    root = parse_base64(encoded)
    if root is None:
        raise CheckpointRefused("the root is not canonical base64")
    checkpoint = Checkpoint(origin, int(size), root)
    _require_valid(checkpoint)
    return checkpoint


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> bytes:
    """The checkpoint as a signed note; old and new key both sign at a rotation.

    Every signer must be named after the origin. Whether the log may be signed at all (no fork,
    not shrunken) is for the caller to decide, who remembers the last head.
    """
    for signer in signers:
        if signer.name != checkpoint.origin:
            raise CheckpointRefused(f"key {signer.name} is not named after {checkpoint.origin}")
    return sign_note(format_checkpoint(checkpoint), signers)


def open_checkpoint(note: bytes, verifiers: Iterable[VerifierKey]) -> Checkpoint:
    """The checkpoint in a note that one of `verifiers`, named after its origin, has signed.

    NoteRefused or CheckpointRefused otherwise.
    """
    checkpoint, _ = open_checkpoint_signed(note, verifiers)
    return checkpoint


def open_checkpoint_signed(
    note: bytes, verifiers: Iterable[VerifierKey]
) -> tuple[Checkpoint, tuple[VerifierKey, ...]]:
    """As open_checkpoint, with those of `verifiers` that signed, witnesses among them."""
    opened = open_note(note, verifiers)
    checkpoint = parse_checkpoint(opened.text)
    if not any(key.signs_for(checkpoint.origin) for key in opened.verified):
        raise CheckpointRefused(f"no verified signature is by a key named {checkpoint.origin}")
    return checkpoint, opened.verified


def _require_valid(checkpoint: Checkpoint) -> None:
    if not checkpoint.origin or _CONTROL.search(checkpoint.origin):
        raise CheckpointRefused("the origin is empty or holds a control character")
    if not 0 <= checkpoint.size <= MAX_SIZE:
        raise CheckpointRefused("the size is not in 0 to 2**63 - 1")
    if len(checkpoint.root) != HASH_SIZE:
        raise CheckpointRefused(f"the root is not {HASH_SIZE} bytes long")
