"""tlog-proof: one spelling, and only the leaf, the place and the tree that were meant."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_store.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from events_store.errors import EvidenceRefused, ProofRefused
from events_store.keys import SigningKey
from events_store.merkle import inclusion_proof, leaf_hashes, root_hash
from events_store.note import parse_verifier_key
from events_store.proof import (
    HEADER,
    MAX_HASHES,
    MAX_PROOF_BYTES,
    EntryProof,
    format_proof,
    parse_number,
    parse_proof,
    verify_proof,
)

EXHAUSTIVE = 80
ORIGIN = "jejak.example/satker-019937"
KEY = SigningKey(ORIGIN, bytes(range(32)))
VERIFIER = parse_verifier_key(KEY.verifier_key)
LEAVES = [b"leaf %d" % number for number in range(300)]
HASHES = leaf_hashes(LEAVES)

EXAMPLE = b"""c2sp.org/tlog-proof@v1
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

"""

hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=MAX_HASHES).map(tuple)


@cache
def note_of(size: int) -> bytes:
    return sign_checkpoint(Checkpoint(ORIGIN, size, root_hash(HASHES[:size])), KEY)


@cache
def opened(note: bytes) -> Checkpoint:
    return open_checkpoint(note, [VERIFIER])


def proof_of(index: int, size: int) -> EntryProof:
    return EntryProof(index, tuple(inclusion_proof(index, HASHES[:size])), note_of(size))


PROOF = proof_of(5, 12)
TEXT = format_proof(PROOF).decode()


def test_the_example_of_the_specification_is_read() -> None:
    proof = parse_proof(EXAMPLE)
    assert (proof.index, len(proof.path)) == (73894, 5)
    assert proof.note.startswith(b"example.com/fancylog\n109482\n")
    assert format_proof(proof) == EXAMPLE


@given(st.integers(0, 10**19 - 1), hashes, st.binary(max_size=200))
def test_format_and_parse_are_inverses(index: int, path: tuple[bytes, ...], note: bytes) -> None:
    proof = EntryProof(index, path, note)
    assert parse_proof(format_proof(proof)) == proof


@given(st.text(st.sampled_from("index 019\n=Aa+/"), max_size=120), st.binary(max_size=40))
def test_what_is_read_has_one_spelling(text: str, note: bytes) -> None:
    data = f"{HEADER}\nindex {text}".encode() + note
    try:
        proof = parse_proof(data)
    except ProofRefused:
        return
    assert format_proof(proof) == data


def test_each_entry_of_each_small_tree_is_proved() -> None:
    for size in range(1, EXHAUSTIVE + 1):
        for index in range(size):
            proof = parse_proof(format_proof(proof_of(index, size)))
            assert verify_proof(LEAVES[index], proof, opened).size == size


@pytest.mark.parametrize("size", [255, 256, 257, 300])
def test_entries_of_larger_trees_are_proved(size: int) -> None:
    for index in {0, 1, 127, 128, 254, size - 2, size - 1}:
        assert verify_proof(LEAVES[index], proof_of(index, size), opened).size == size


def test_no_other_place_and_no_other_leaf_is_proved() -> None:
    for size in range(1, 20):
        for index in range(size):
            right = proof_of(index, size)
            for other in (n for n in range(size + 2) if n != index):
                moved = EntryProof(other, right.path, right.note)
                with pytest.raises(ProofRefused):
                    verify_proof(LEAVES[index], moved, opened)
                with pytest.raises(ProofRefused):
                    verify_proof(LEAVES[other], right, opened)


def test_a_note_that_is_not_trusted_proves_nothing() -> None:
    other = SigningKey(ORIGIN, bytes(32))
    note = sign_checkpoint(Checkpoint(ORIGIN, 12, root_hash(HASHES[:12])), other)
    with pytest.raises(EvidenceRefused):
        verify_proof(LEAVES[5], EntryProof(5, PROOF.path, note), opened)


def test_the_path_is_that_of_the_tree_in_the_note() -> None:
    with pytest.raises(ProofRefused):
        verify_proof(LEAVES[5], EntryProof(5, PROOF.path, note_of(13)), opened)


def replaced(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEADER,
        f"{HEADER}\n\n",
        replaced(HEADER, "c2sp.org/tlog-proof@v2"),
        replaced(HEADER, HEADER + " "),
        replaced(HEADER, HEADER + "\r"),
        replaced(HEADER, "\n" + HEADER),
        replaced(HEADER, "\ufeff" + HEADER),
        replaced("index 5", "extra AAAA\nindex 5"),
        replaced("index 5", "extra \nindex 5"),
        replaced("index 5", "5"),
        replaced("index 5", "index 05"),
        replaced("index 5", "index +5"),
        replaced("index 5", "index -5"),
        replaced("index 5", "index  5"),
        replaced("index 5", "index 5 "),
        replaced("index 5", "index 5\r"),
        replaced("index 5", "index 5.0"),
        replaced("index 5", "index 5_0"),
        replaced("index 5", "index 0x5"),
        replaced("index 5", "index \u0665"),
        replaced("index 5", "index " + "9" * 20),
        replaced("index 5", "index "),
        replaced("index 5", "Index 5"),
        replaced("index 5\n", ""),
        replaced("index 5\n", "index 5\nindex 5\n"),
        replaced("index 5\n", "index 5\n\n"),
        replaced("=\n", "\n"),
        replaced("=\n", "==\n"),
        replaced("=\n", "= \n"),
        replaced("=\n", "=\r\n"),
        replaced("=\n", "=\nAAAA\n"),
        replaced("=\n\n", "=\n"),
        TEXT.split("\n\n")[0],
        TEXT.split("\n\n")[0] + "\n",
    ],
)
def test_another_spelling_is_refused(text: str) -> None:
    """Either at once, or because what follows the first empty line is then no checkpoint."""
    with pytest.raises(EvidenceRefused):
        opened(parse_proof(text.encode()).note)


def test_base64_with_spare_bits_set_is_refused() -> None:
    """The last letter before the padding holds two bits that no byte uses."""
    line = TEXT.split("\n")[2]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = letters.index(line[-2])
    for spare in {at ^ bits for bits in (1, 2, 3)}:
        altered = TEXT.replace(line, line[:-2] + letters[spare] + "=")
        with pytest.raises(ProofRefused):
            parse_proof(altered.encode())


@pytest.mark.parametrize("size", [1, 31, 33, 64])
def test_a_hash_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(ProofRefused):
        parse_proof(format_proof(EntryProof(5, (bytes(size),), PROOF.note)))


def test_at_most_63_hashes_are_read() -> None:
    full = EntryProof(5, (bytes(32),) * MAX_HASHES, PROOF.note)
    assert parse_proof(format_proof(full)) == full
    with pytest.raises(ProofRefused, match="63"):
        parse_proof(format_proof(EntryProof(5, (*full.path, bytes(32)), PROOF.note)))


def test_an_oversized_proof_is_refused() -> None:
    size = MAX_PROOF_BYTES - len(format_proof(EntryProof(5, (), b"")))
    assert parse_proof(format_proof(EntryProof(5, (), b"x" * size))).index == 5
    with pytest.raises(ProofRefused, match="longer"):
        parse_proof(format_proof(EntryProof(5, (), b"x" * (size + 1))))


def test_bytes_beyond_ascii_before_the_checkpoint_are_refused() -> None:
    with pytest.raises(ProofRefused, match="ASCII"):
        parse_proof(TEXT.encode().replace(b"index", b"ind\xc3\xa9x", 1))


def test_numbers_are_plain_up_to_nineteen_digits() -> None:
    for number in (*range(300), 10**18, 2**63 - 1, 10**19 - 1):
        assert parse_number(str(number)) == number
