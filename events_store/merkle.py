"""The Merkle tree of the log: hashes, roots, proofs and their verification.

RFC 6962 section 2.1 and RFC 9162 section 2.1, with SHA-256. Pure functions over hashes of 32
bytes; `verify_*` return nothing or raise ProofRefused.
"""

import hashlib
from collections.abc import Iterable, Sequence

from events_store.errors import ProofRefused

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data): the prefix keeps a leaf from passing as an inner node."""
    return hashlib.sha256(b"\x00" + data).digest()


def leaf_hashes(leaves: Iterable[bytes]) -> list[bytes]:
    """`leaf_hash` of each; a batch saves a call a leaf."""
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + data).digest() for data in leaves]


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right) of two hashes of 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_hash(leaf_hashes: Sequence[bytes]) -> bytes:
    """Root of the tree over `leaf_hashes`; EMPTY_ROOT when there are none."""
    if not leaf_hashes:
        return EMPTY_ROOT
    row = leaf_hashes
    while len(row) > 1:
        row = _parents(row)
    return row[0]


def inclusion_proof(index: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """Audit path of leaf `index`, nearest the leaf first (RFC 9162 section 2.1.3.1)."""
    if not 0 <= index < len(leaf_hashes):
        raise ProofRefused(f"index {index} is not in a tree of size {len(leaf_hashes)}")
    proof = []
    row = leaf_hashes
    while len(row) > 1:
        sibling = index ^ 1
        if sibling < len(row):
            proof.append(row[sibling])
        row = _parents(row)
        index >>= 1
    return proof


def consistency_proof(old_size: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """Proof that the first `old_size` leaves are a prefix (RFC 9162 section 2.1.4.1).

    Empty when both sizes are equal. An old size of 0 is refused: it would prove nothing.
    """
    if not 0 < old_size <= len(leaf_hashes):
        raise ProofRefused(f"no consistency from size {old_size} to size {len(leaf_hashes)}")
    return _subproof(old_size, leaf_hashes, old_root_known=True)


def verify_inclusion(
    index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Refuse unless `leaf_hash` is leaf `index` of the tree (`size`, `root`).

    RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise ProofRefused(f"index {index} is not in a tree of size {size}")
    _require_hashes(leaf_hash, root, *proof)
    node, last, computed = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            raise ProofRefused("inclusion proof is too long")
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            node, last = _up_to_right_child(node, last)
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofRefused("inclusion proof is too short")
    if computed != root:
        raise ProofRefused("inclusion proof does not lead to the root")


def verify_consistency(
    old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> None:
    """Refuse unless the tree (`old_size`, `old_root`) is a prefix of (`size`, `root`).

    RFC 9162 section 2.1.4.2. An old size of 0 is refused: every tree begins with the empty one.
    """
    if not 0 < old_size <= size:
        raise ProofRefused(f"no consistency from size {old_size} to size {size}")
    if old_size == size:
        if proof:
            raise ProofRefused("consistency proof between equal sizes is not empty")
        if old_root != root:
            raise ProofRefused("two roots for one size")
        return
    if not proof:
        raise ProofRefused("consistency proof is empty")
    _require_hashes(old_root, root, *proof)
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    old_computed, computed = _fold_consistency(old_size, size, path)
    if old_computed != old_root:
        raise ProofRefused("consistency proof does not lead to the old root")
    if computed != root:
        raise ProofRefused("consistency proof does not lead to the new root")


class CompactRange:
    """The roots of the complete subtrees of a growing log, largest first.

    One hash for each bit set in `size`, so a log of any length is hashed in constant memory.
    """

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []

    def append(self, subtree: bytes, height: int = 0) -> None:
        """Take the root of the complete subtree of the next 2**height leaves, or a leaf hash.

        `size` must be a multiple of 2**height; ValueError otherwise.
        """
        position = self.size >> height
        if position << height != self.size:
            raise ValueError(f"no subtree of height {height} begins at {self.size}")
        while position & 1:
            subtree = node_hash(self._subtrees.pop(), subtree)
            position >>= 1
        self._subtrees.append(subtree)
        self.size += 1 << height

    @classmethod
    def of(cls, size: int, subtrees: Sequence[bytes]) -> "CompactRange":
        """The range of `size` leaves with these subtrees; ProofRefused for another number."""
        _require_hashes(*subtrees)
        if len(subtrees) != size.bit_count():
            raise ProofRefused(f"{len(subtrees)} subtrees are not those of {size} leaves")
        found = cls()
        found.size, found._subtrees = size, list(subtrees)
        return found

    @property
    def subtrees(self) -> tuple[bytes, ...]:
        """The roots of the complete subtrees, largest first."""
        return tuple(self._subtrees)

    def copy(self) -> "CompactRange":
        """Another one of the same leaves, which grows by itself."""
        other = CompactRange()
        other.size, other._subtrees = self.size, list(self._subtrees)
        return other

    def root(self) -> bytes:
        """Root of the tree over the leaves taken so far."""
        if not self._subtrees:
            return EMPTY_ROOT
        *larger, root = self._subtrees
        for subtree in reversed(larger):
            root = node_hash(subtree, root)
        return root


def _parents(row: Sequence[bytes]) -> list[bytes]:
    parents = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
    if len(row) % 2:
        parents.append(row[-1])
    return parents


def _subproof(old_size: int, leaf_hashes: Sequence[bytes], *, old_root_known: bool) -> list[bytes]:
    size = len(leaf_hashes)
    if old_size == size:
        return [] if old_root_known else [root_hash(leaf_hashes)]
    split = 1 << (size - 1).bit_length() - 1
    left, right = leaf_hashes[:split], leaf_hashes[split:]
    if old_size <= split:
        proof = _subproof(old_size, left, old_root_known=old_root_known)
        return [*proof, root_hash(right)]
    return [*_subproof(old_size - split, right, old_root_known=False), root_hash(left)]


def _fold_consistency(old_size: int, size: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_computed = computed = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofRefused("consistency proof is too long")
        if node & 1 or node == last:
            old_computed = node_hash(sibling, old_computed)
            computed = node_hash(sibling, computed)
            node, last = _up_to_right_child(node, last)
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofRefused("consistency proof is too short")
    return old_computed, computed


def _up_to_right_child(node: int, last: int) -> tuple[int, int]:
    """Skip the rows in which the node at the right edge has no sibling."""
    while node and not node & 1:
        node, last = node >> 1, last >> 1
    return node, last


def _require_hashes(*hashes: bytes) -> None:
    if any(len(value) != HASH_SIZE for value in hashes):
        raise ProofRefused(f"a hash is not {HASH_SIZE} bytes long")
