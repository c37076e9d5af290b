"""RFC 6962 trees: a literal reading of the RFC as oracle, exhaustive small sizes, vectors."""

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_store.errors import ProofRefused
from events_store.merkle import (
    EMPTY_ROOT,
    CompactRange,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_hash,
    verify_consistency,
    verify_inclusion,
)

EXHAUSTIVE = 64
LEAVES = [leaf_hash(bytes([number])) for number in range(EXHAUSTIVE)]
ROOTS = [root_hash(LEAVES[:size]) for size in range(EXHAUSTIVE + 1)]

sizes = st.integers(1, 1500)


def mth(data: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1 over raw leaves, word for word."""
    if not data:
        return hashlib.sha256().digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    split = 1
    while split * 2 < len(data):
        split *= 2
    return hashlib.sha256(b"\x01" + mth(data[:split]) + mth(data[split:])).digest()


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(size)]


def flipped(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


def forgeries(proof: list[bytes]) -> Iterator[list[bytes]]:
    """Proofs that differ from `proof` in length or in one hash."""
    yield [*proof, bytes(32)]
    yield [bytes(32), *proof]
    if proof:
        yield proof[:-1]
        yield proof[1:]
        yield [*proof, proof[-1]]
    for position, value in enumerate(proof):
        yield [*proof[:position], flipped(value), *proof[position + 1 :]]
        yield [*proof[:position], value[:-1], *proof[position + 1 :]]


def test_the_empty_root_is_the_hash_of_nothing() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_hash([]) == EMPTY_ROOT


def test_leaves_and_nodes_are_hashed_with_different_prefixes() -> None:
    assert leaf_hash(b"").hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    left, right = bytes(32), bytes(range(32))
    assert node_hash(left, right) != leaf_hash(left + right)
    assert node_hash(left, right) == hashlib.sha256(b"\x01" + left + right).digest()


def test_every_small_root_is_that_of_the_rfc() -> None:
    for size in range(EXHAUSTIVE + 1):
        assert ROOTS[size] == mth([bytes([number]) for number in range(size)])


def test_a_compact_range_has_the_root_of_every_prefix() -> None:
    growing = CompactRange()
    for size in range(EXHAUSTIVE):
        assert (growing.size, growing.root()) == (size, ROOTS[size])
        growing.append(LEAVES[size])
    assert growing.root() == ROOTS[EXHAUSTIVE]


def test_a_compact_range_keeps_one_hash_for_each_bit_of_its_size() -> None:
    growing = CompactRange()
    for value in leaves(3000):
        growing.append(value)
        assert len(growing._subtrees) == growing.size.bit_count()


@given(st.lists(st.integers(0, 5), max_size=40))
def test_a_compact_range_takes_whole_subtrees(heights: list[int]) -> None:
    growing, single = CompactRange(), CompactRange()
    for height in heights:
        if growing.size % (1 << height):
            with pytest.raises(ValueError, match=f"height {height} begins at {growing.size}"):
                growing.append(bytes(32), height)
            continue
        hashes = [leaf_hash(bytes(number)) for number in range(1 << height)]
        growing.append(root_hash(hashes), height)
        for value in hashes:
            single.append(value)
    assert (growing.size, growing.root()) == (single.size, single.root())


def test_a_copy_of_a_compact_range_grows_by_itself() -> None:
    growing = CompactRange()
    for value in LEAVES[:7]:
        growing.append(value)
    other = growing.copy()
    other.append(LEAVES[7])
    assert (growing.size, growing.root()) == (7, ROOTS[7])
    assert (other.size, other.root()) == (8, ROOTS[8])


def test_every_small_inclusion_proof_holds_for_its_leaf_alone() -> None:
    for size in range(1, EXHAUSTIVE + 1):
        for index in range(size):
            proof = inclusion_proof(index, LEAVES[:size])
            verify_inclusion(index, size, LEAVES[index], proof, ROOTS[size])
            for other in {(index + 1) % size, index ^ 1, size - 1 - index} - {index}:
                with pytest.raises(ProofRefused):
                    verify_inclusion(index, size, LEAVES[other], proof, ROOTS[size])
                with pytest.raises(ProofRefused):
                    verify_inclusion(other, size, LEAVES[index], proof, ROOTS[size])


def test_every_forged_small_inclusion_proof_is_refused() -> None:
    for size in range(1, EXHAUSTIVE + 1):
        for index in range(size):
            for forged in forgeries(inclusion_proof(index, LEAVES[:size])):
                with pytest.raises(ProofRefused):
                    verify_inclusion(index, size, LEAVES[index], forged, ROOTS[size])


def test_every_small_consistency_proof_holds_for_its_roots_alone() -> None:
    for size in range(1, EXHAUSTIVE + 1):
        for old_size in range(1, size + 1):
            proof = consistency_proof(old_size, LEAVES[:size])
            old_root, root = ROOTS[old_size], ROOTS[size]
            verify_consistency(old_size, size, proof, old_root, root)
            for false_old, false_new in ((flipped(old_root), root), (old_root, flipped(root))):
                with pytest.raises(ProofRefused):
                    verify_consistency(old_size, size, proof, false_old, false_new)


def test_every_forged_small_consistency_proof_is_refused() -> None:
    for size in range(1, EXHAUSTIVE + 1):
        for old_size in range(1, size + 1):
            for forged in forgeries(consistency_proof(old_size, LEAVES[:size])):
                with pytest.raises(ProofRefused):
                    verify_consistency(old_size, size, forged, ROOTS[old_size], ROOTS[size])


def test_the_root_of_a_taller_tree_does_not_pass_under_a_smaller_size() -> None:
    with pytest.raises(ProofRefused, match="too long"):
        verify_inclusion(0, 1, LEAVES[1], [LEAVES[0]], ROOTS[2])
    proof = [*consistency_proof(3, LEAVES[:4]), LEAVES[9]]
    old_root, root = node_hash(LEAVES[9], ROOTS[3]), node_hash(LEAVES[9], ROOTS[4])
    with pytest.raises(ProofRefused, match="too long"):
        verify_consistency(3, 4, proof, old_root, root)


def test_consistency_from_size_zero_is_refused() -> None:
    for size in (0, 1, 5):
        with pytest.raises(ProofRefused):
            verify_consistency(0, size, [], EMPTY_ROOT, ROOTS[size])
        with pytest.raises(ProofRefused):
            consistency_proof(0, LEAVES[:size])


@pytest.mark.parametrize("index", [-1, 5, 6])
def test_an_index_outside_the_tree_is_refused(index: int) -> None:
    with pytest.raises(ProofRefused):
        inclusion_proof(index, LEAVES[:5])
    with pytest.raises(ProofRefused):
        verify_inclusion(index, 5, LEAVES[0], inclusion_proof(0, LEAVES[:5]), ROOTS[5])


def test_a_shrunken_tree_is_refused() -> None:
    with pytest.raises(ProofRefused):
        consistency_proof(6, LEAVES[:5])
    with pytest.raises(ProofRefused):
        verify_consistency(6, 5, [LEAVES[0]], ROOTS[6], ROOTS[5])


@given(size=sizes)
def test_root_and_compact_range_are_those_of_the_rfc(size: int) -> None:
    growing = CompactRange()
    for value in leaves(size):
        growing.append(value)
    expected = mth([number.to_bytes(4, "big") for number in range(size)])
    assert growing.root() == root_hash(leaves(size)) == expected


@given(size=sizes, data=st.data())
def test_inclusion_proofs_hold_at_any_size(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    root = root_hash(hashes)
    proof = inclusion_proof(index, hashes)
    verify_inclusion(index, size, hashes[index], proof, root)
    with pytest.raises(ProofRefused):
        verify_inclusion(index, size, flipped(hashes[index]), proof, root)


@given(size=sizes, data=st.data())
def test_consistency_proofs_hold_at_any_size(size: int, data: st.DataObject) -> None:
    old_size = data.draw(st.integers(1, size))
    hashes = leaves(size)
    old_root, root = root_hash(hashes[:old_size]), root_hash(hashes)
    proof = consistency_proof(old_size, hashes)
    verify_consistency(old_size, size, proof, old_root, root)
    with pytest.raises(ProofRefused):
        verify_consistency(old_size, size, proof, flipped(old_root), root)


@given(
    numbers=st.tuples(st.integers(-2, 70), st.integers(-2, 70)),
    proof=st.lists(st.binary(max_size=40), max_size=9),
    hashes=st.tuples(st.binary(max_size=40), st.binary(max_size=40)),
)
def test_nonsense_is_refused_and_never_crashes(
    numbers: tuple[int, int], proof: list[bytes], hashes: tuple[bytes, bytes]
) -> None:
    if hashes[0] == hashes[1]:
        return
    with pytest.raises(ProofRefused):
        verify_inclusion(*numbers, hashes[0], proof, hashes[1])
    with pytest.raises(ProofRefused):
        verify_consistency(*numbers, proof, *hashes)


def published_vectors(kind: str) -> list[dict[str, Any]]:
    """The cases of transparency-dev/merkle, which lie beside the project and not in it."""
    folder = Path(__file__).resolve().parents[4] / "shared/vectors/merkle/testdata" / kind
    if not folder.is_dir():
        pytest.skip(f"the published vectors are not present: no {folder}")
    return [json.loads(path.read_text()) for path in sorted(folder.rglob("*.json"))]


def decoded(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_published_inclusion_vectors_are_judged_as_stated() -> None:
    cases = published_vectors("inclusion")
    accepted = 0
    for case in cases:
        arguments = (
            case["leafIdx"],
            case["treeSize"],
            decoded(case["leafHash"]),
            [decoded(value) for value in case["proof"] or []],
            decoded(case["root"]),
        )
        if case["wantErr"]:
            with pytest.raises(ProofRefused):
                verify_inclusion(*arguments)
        else:
            verify_inclusion(*arguments)
            accepted += 1
    assert (len(cases), accepted) == (98, 6)


def test_published_consistency_vectors_are_judged_as_stated() -> None:
    cases = published_vectors("consistency")
    accepted = 0
    for case in cases:
        arguments = (
            case["size1"],
            case["size2"],
            [decoded(value) for value in case["proof"] or []],
            decoded(case["root1"]),
            decoded(case["root2"]),
        )
        if case["wantErr"]:
            with pytest.raises(ProofRefused):
                verify_consistency(*arguments)
        else:
            verify_consistency(*arguments)
            accepted += 1
    assert (len(cases), accepted) == (98, 6)
