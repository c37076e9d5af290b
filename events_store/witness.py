"""A second party that watches a log grow: it cosigns what continues what it saw, nothing else.

The rules of C2SP tlog-witness without its transport. The witness keeps its own memory of the last
checkpoint by origin; whoever calls stores the new one before the cosignature leaves the house.
"""

from collections.abc import Callable
from dataclasses import dataclass

from events_store.checkpoint import Checkpoint
from events_store.consistency import parse_growth, verify_growth
from events_store.cosignature import cosigned_message, join_signature
from events_store.errors import WitnessRefused
from events_store.keys import SigningKey
from events_store.merkle import EMPTY_ROOT
from events_store.note import cosign_note
from events_store.policy import Policy

Recall = Callable[[str], Checkpoint | None]
"""origin -> the checkpoint that this witness cosigned last for it."""


@dataclass(frozen=True)
class Cosigner:
    """A witness's key at one moment, in POSIX seconds."""

    key: SigningKey
    time: int

    @property
    def name(self) -> str:
        return self.key.name

    @property
    def key_hash(self) -> bytes:
        return self.key.key_hash

    def sign(self, text: bytes) -> bytes:
        message = cosigned_message(text.decode(), self.time)
        return join_signature(self.time, self.key.sign(message))


def accept_request(data: bytes, policy: Policy, recall: Recall) -> Checkpoint:
    """The checkpoint that a request asks to cosign, once it continues what `recall` gives.

    WitnessRefused for a request that starts elsewhere, a shrunken log, another root at the same
    size; ProofRefused for a fork; NoteRefused or CheckpointRefused for a note that no trusted log
    signed.
    """
    growth = parse_growth(data)
    checkpoint = policy.open(growth.note)
    last = recall(checkpoint.origin)
    size, root = (last.size, last.root) if last else (0, EMPTY_ROOT)
    if checkpoint.size < size:
        raise WitnessRefused(f"the log shrank: {size} leaves were seen, {checkpoint.size} are sent")
    if checkpoint.size == size and checkpoint.root != root:
        raise WitnessRefused(f"another root at size {size} than was seen")
    if growth.old_size != size:
        raise WitnessRefused(f"size {size} was seen last, the request starts at {growth.old_size}")
    return verify_growth(growth, root, policy.open)


def cosigned(data: bytes, key: SigningKey, time: int) -> bytes:
    """The checkpoint of a request with this witness's line added; verifies nothing."""
    return cosign_note(parse_growth(data).note, [Cosigner(key, time)])
