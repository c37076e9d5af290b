"""An entry's proof as a text of its own: index, audit path and the signed checkpoint.

C2SP tlog-proof@v1. The parser is strict, so that one proof has one spelling; the extra line that
the format allows is refused, for nothing signs it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from events_store.checkpoint import Checkpoint
from events_store.errors import ProofRefused
from events_store.merkle import HASH_SIZE, leaf_hash, verify_inclusion
from events_store.note import MAX_NOTE_BYTES, format_base64, parse_base64

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63
MAX_PROOF_BYTES = MAX_NOTE_BYTES + 4096

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")

OpenCheckpoint = Callable[[bytes], Checkpoint]
"""Opens a signed note under keys that are trusted, or raises EvidenceRefused."""


@dataclass(frozen=True)
class EntryProof:
    """Leaf `index` and its path (nearest the leaf first) in the tree that `note` signs."""

    index: int
    path: tuple[bytes, ...]
    note: bytes


def format_proof(proof: EntryProof) -> bytes:
    """The text of a proof, with its checkpoint word for word at the end."""
    head = f"{HEADER}\nindex {proof.index}\n"
    return f"{head}{format_hashes(proof.path)}\n".encode() + proof.note


def parse_proof(data: bytes) -> EntryProof:
    """Inverse of format_proof; any other spelling raises ProofRefused. Verifies nothing."""
    if len(data) > MAX_PROOF_BYTES:
        raise ProofRefused(f"longer than {MAX_PROOF_BYTES} bytes")
    lines, note = split_lines(data)
    if len(lines) < 2 or lines[0] != HEADER or not lines[1].startswith("index "):
        raise ProofRefused(f"a proof begins with the lines {HEADER} and index")
    index = parse_number(lines[1].removeprefix("index "))
    return EntryProof(index, parse_hashes(lines[2:]), note)


def verify_proof(leaf: bytes, proof: EntryProof, open_note: OpenCheckpoint) -> Checkpoint:
    """The checkpoint under which `leaf` is entry `proof.index`; EvidenceRefused otherwise."""
    checkpoint = open_note(proof.note)
    verify_inclusion(
        proof.index, checkpoint.size, leaf_hash(leaf), list(proof.path), checkpoint.root
    )
    return checkpoint


def split_lines(data: bytes) -> tuple[list[str], bytes]:
    """The lines before the first empty one, and the signed note after it."""
    head, separator, note = data.partition(b"\n\n")
    if not separator:
        raise ProofRefused("no empty line before the checkpoint")
    try:
        return head.decode("ascii").split("\n"), note
    except UnicodeDecodeError:
        raise ProofRefused("not ASCII before the checkpoint") from None


def format_hashes(path: Sequence[bytes]) -> str:
    """One line of base64 for each hash."""
    return "".join(f"{format_base64(item)}\n" for item in path)


def parse_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Inverse of format_hashes, line by line; at most 63, each of 32 bytes."""
    if len(lines) > MAX_HASHES:
        raise ProofRefused(f"more than {MAX_HASHES} hashes")
    found = tuple(parse_base64(line) or b"" for line in lines)
    if any(len(item) != HASH_SIZE for item in found):
        raise ProofRefused(f"a line is not the canonical base64 of {HASH_SIZE} bytes")
    return found


def parse_number(text: str) -> int:
    """A plain decimal number without sign or leading zero, below 10**19."""
    if not _NUMBER.fullmatch(text):
        raise ProofRefused(f"{text!r} is no plain decimal number")
    return int(text)
