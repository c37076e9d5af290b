"""The witness cosigns what continues that which it saw, and nothing else."""

import pytest

from events_store.checkpoint import Checkpoint, open_checkpoint_signed, sign_checkpoint
from events_store.consistency import Growth, format_growth
from events_store.cosignature import COSIGNATURE
from events_store.errors import (
    CheckpointRefused,
    EvidenceRefused,
    NoteRefused,
    ProofRefused,
    WitnessRefused,
)
from events_store.keys import SigningKey
from events_store.merkle import EMPTY_ROOT, consistency_proof, leaf_hashes, root_hash
from events_store.note import parse_verifier_key
from events_store.policy import Policy, policy_of_keys
from events_store.witness import accept_request, cosigned

EXHAUSTIVE = 40
ORIGIN = "jejak.example/satker-019937"
LOG = SigningKey(ORIGIN, bytes(range(32)))
OTHER = SigningKey("jejak.example/satker-2", bytes(range(1, 33)))
WITNESS = SigningKey("inspektorat.example", bytes(range(32, 64)), COSIGNATURE)
LOG_KEY, OTHER_KEY, WITNESS_KEY = (
    parse_verifier_key(key.verifier_key) for key in (LOG, OTHER, WITNESS)
)
POLICY = policy_of_keys([LOG_KEY])
HASHES = leaf_hashes(b"leaf %d" % number for number in range(300))
FORK = [*HASHES[:6], *leaf_hashes([b"another"]), *HASHES[7:]]
TIME = 1_737_360_000


class Memory:
    """What a witness remembers by origin; `cosign` does as the command does, in this order."""

    def __init__(self, *seen: Checkpoint) -> None:
        self.seen = {checkpoint.origin: checkpoint for checkpoint in seen}

    def cosign(self, request: bytes, policy: Policy = POLICY) -> Checkpoint:
        checkpoint = accept_request(request, policy, self.seen.get)
        self.seen[checkpoint.origin] = checkpoint
        return checkpoint


def checkpoint_of(size: int, hashes: list[bytes] = HASHES, origin: str = ORIGIN) -> Checkpoint:
    return Checkpoint(origin, size, root_hash(hashes[:size]))


def request(old_size: int, size: int, hashes: list[bytes] = HASHES, key: SigningKey = LOG) -> bytes:
    path = consistency_proof(old_size, hashes[:size]) if 0 < old_size <= size else []
    note = sign_checkpoint(checkpoint_of(size, hashes, key.name), key)
    return format_growth(Growth(old_size, tuple(path), note))


def test_every_growth_of_a_small_log_is_accepted() -> None:
    for size in range(EXHAUSTIVE + 1):
        assert Memory().cosign(request(0, size)) == checkpoint_of(size)
        for old_size in range(size + 1):
            memory = Memory(checkpoint_of(old_size))
            assert memory.cosign(request(old_size, size)) == checkpoint_of(size)


def test_a_log_is_followed_from_its_first_leaf_on() -> None:
    memory = Memory()
    sizes = [0, 1, 1, 2, 40, 255, 256, 257, 300]
    for old_size, size in zip([0, *sizes], sizes, strict=False):
        memory.cosign(request(old_size, size))
    assert memory.seen == {ORIGIN: checkpoint_of(300)}


def test_a_fork_is_refused_at_every_size() -> None:
    """The fork changes leaf 6, which the witness has seen."""
    for old_size in range(7, 30):
        for size in range(old_size + 1, 31):
            with pytest.raises(ProofRefused):
                Memory(checkpoint_of(old_size)).cosign(request(old_size, size, FORK))


def test_before_the_fork_both_sides_are_continuations_and_the_first_one_binds() -> None:
    memory = Memory(checkpoint_of(6))
    memory.cosign(request(6, 20, FORK))
    with pytest.raises(WitnessRefused):
        memory.cosign(request(6, 20))
    with pytest.raises(ProofRefused):
        memory.cosign(request(20, 25))


def test_a_shrunken_log_is_refused() -> None:
    for size in range(12):
        with pytest.raises(WitnessRefused, match="shrank"):
            Memory(checkpoint_of(12)).cosign(request(min(size, 12), size))


def test_a_shrunken_log_is_refused_even_from_size_zero() -> None:
    with pytest.raises(WitnessRefused, match="shrank"):
        Memory(checkpoint_of(12)).cosign(request(0, 11))


@pytest.mark.parametrize("old_size", [0, 12])
def test_another_root_at_the_same_size_is_refused(old_size: int) -> None:
    with pytest.raises(WitnessRefused, match="another root"):
        Memory(checkpoint_of(12)).cosign(request(old_size, 12, FORK))


def test_an_empty_log_has_one_root() -> None:
    memory = Memory()
    note = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), LOG)
    with pytest.raises(WitnessRefused, match="another root"):
        memory.cosign(format_growth(Growth(0, (), note)))
    assert memory.cosign(request(0, 0)).root == EMPTY_ROOT


@pytest.mark.parametrize("old_size", [0, 1, 11, 13, 20, 21])
def test_a_request_that_starts_elsewhere_is_refused(old_size: int) -> None:
    with pytest.raises(WitnessRefused, match="size 12 was seen last"):
        Memory(checkpoint_of(12)).cosign(request(old_size, 20))


@pytest.mark.parametrize("old_size", [1, 5, 20])
def test_a_log_that_was_never_seen_starts_at_zero(old_size: int) -> None:
    with pytest.raises(WitnessRefused, match="size 0 was seen last"):
        Memory().cosign(request(old_size, 20))


def test_a_log_that_no_policy_names_is_refused() -> None:
    with pytest.raises(NoteRefused):
        Memory().cosign(request(0, 12, key=OTHER))


def test_a_trusted_key_speaks_for_its_own_origin_alone() -> None:
    both = policy_of_keys([LOG_KEY, OTHER_KEY])
    misnamed = SigningKey(OTHER.name, LOG.seed)
    with pytest.raises(NoteRefused):
        Memory().cosign(request(0, 12, key=misnamed), both)
    text = sign_checkpoint(checkpoint_of(12, origin=OTHER.name), OTHER).partition(b"\n\n")[0]
    line = LOG.key_hash + LOG.sign(text + b"\n")
    from events_store.note import format_base64

    note = text + f"\n\n— {LOG.name} {format_base64(line)}\n".encode()
    with pytest.raises(CheckpointRefused):
        Memory().cosign(format_growth(Growth(0, (), note)), both)


def test_two_logs_are_remembered_apart() -> None:
    both = policy_of_keys([LOG_KEY, OTHER_KEY])
    memory = Memory()
    memory.cosign(request(0, 12), both)
    memory.cosign(request(0, 5, FORK, OTHER), both)
    memory.cosign(request(12, 13), both)
    assert {name: seen.size for name, seen in memory.seen.items()} == {ORIGIN: 13, OTHER.name: 5}


def test_a_refused_request_is_not_remembered() -> None:
    memory = Memory(checkpoint_of(12))
    for data in (request(12, 20, FORK), request(0, 20), request(12, 11), b"", b"old 12\n\n"):
        with pytest.raises(EvidenceRefused):
            memory.cosign(data)
        assert memory.seen == {ORIGIN: checkpoint_of(12)}


def test_the_cosigned_note_is_that_of_the_log_with_one_line_more() -> None:
    note = cosigned(request(0, 12), WITNESS, TIME)
    assert note.startswith(sign_checkpoint(checkpoint_of(12), LOG))
    checkpoint, signed_by = open_checkpoint_signed(note, [LOG_KEY, WITNESS_KEY])
    assert (checkpoint, signed_by) == (checkpoint_of(12), (LOG_KEY, WITNESS_KEY))


def test_the_example_of_the_specification_has_the_form_of_a_request() -> None:
    """Its key is not known here: the note is refused, not the form."""
    from tests.unit.events_store.test_consistency import EXAMPLE

    with pytest.raises(NoteRefused, match="none of the given keys"):
        Memory().cosign(EXAMPLE)
