"""That an older head is the beginning of a newer one, as a text of its own.

The body of C2SP tlog-witness add-checkpoint: the old size, the consistency proof, an empty line,
the newer checkpoint. A witness takes it as it is.
"""

from dataclasses import dataclass

from events_store.checkpoint import Checkpoint
from events_store.errors import ProofRefused
from events_store.merkle import verify_consistency
from events_store.proof import (
    MAX_PROOF_BYTES,
    OpenCheckpoint,
    format_hashes,
    parse_hashes,
    parse_number,
    split_lines,
)


@dataclass(frozen=True)
class Growth:
    """From `old_size` leaves to the tree that `note` signs; `path` as RFC 9162 2.1.4 has it."""

    old_size: int
    path: tuple[bytes, ...]
    note: bytes


def format_growth(growth: Growth) -> bytes:
    """The text: `old <size>`, the hashes, an empty line, the checkpoint."""
    return f"old {growth.old_size}\n{format_hashes(growth.path)}\n".encode() + growth.note


def parse_growth(data: bytes) -> Growth:
    """Inverse of format_growth; any other spelling raises ProofRefused. Verifies nothing."""
    if len(data) > MAX_PROOF_BYTES:
        raise ProofRefused(f"longer than {MAX_PROOF_BYTES} bytes")
    lines, note = split_lines(data)
    if not lines[0].startswith("old "):
        raise ProofRefused("a consistency file begins with the line old")
    return Growth(parse_number(lines[0].removeprefix("old ")), parse_hashes(lines[1:]), note)


def verify_growth(growth: Growth, old_root: bytes, open_note: OpenCheckpoint) -> Checkpoint:
    """The newer checkpoint, of which (`old_size`, `old_root`) is the beginning.

    From size 0 nothing need be shown, and the path must be empty. EvidenceRefused otherwise.
    """
    checkpoint = open_note(growth.note)
    if growth.old_size == 0:
        if growth.path:
            raise ProofRefused("a consistency proof from size 0 is not empty")
        return checkpoint
    verify_consistency(
        growth.old_size, checkpoint.size, list(growth.path), old_root, checkpoint.root
    )
    return checkpoint
