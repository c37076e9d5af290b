"""Cosignatures: the time is signed, and a witness never passes for the log."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_store.checkpoint import (
    Checkpoint,
    format_checkpoint,
    open_checkpoint,
    open_checkpoint_signed,
    parse_checkpoint,
    sign_checkpoint,
)
from events_store.cosignature import (
    COSIGNATURE,
    MAX_TIME,
    cosigned_message,
    join_signature,
    split_signature,
)
from events_store.errors import CheckpointRefused, KeyRefused, NoteRefused
from events_store.keys import SigningKey, create_key, read_key, write_key
from events_store.note import (
    ED25519,
    VerifierKey,
    cosign_note,
    format_base64,
    key_hash_of,
    open_note,
    parse_base64,
    parse_verifier_key,
    sign_note,
    verifier_key,
)
from events_store.witness import Cosigner

ORIGIN = "jejak.example/satker-019937"
LOG = SigningKey(ORIGIN, bytes(range(32)))
WITNESS = SigningKey("inspektorat.example", bytes(range(32, 64)), COSIGNATURE)
LOG_KEY, WITNESS_KEY = (parse_verifier_key(key.verifier_key) for key in (LOG, WITNESS))
CHECKPOINT = Checkpoint(ORIGIN, 412, bytes(range(32)))
SIGNED = sign_checkpoint(CHECKPOINT, LOG)
TIME = 1_737_360_000
COSIGNED = cosign_note(SIGNED, [Cosigner(WITNESS, TIME)])

times = st.integers(0, MAX_TIME)
signatures = st.binary(min_size=64, max_size=64)
key_names = st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"], exclude_characters="+"))


def with_time(note: bytes, time: int) -> bytes:
    """The note with another time in its last signature line, the signature itself as it was."""
    head, _, encoded = note[:-1].rpartition(b" ")
    data = parse_base64(encoded.decode()) or b""
    changed = data[:4] + time.to_bytes(8, "big") + data[12:]
    return head + b" " + format_base64(changed).encode() + b"\n"


def test_the_message_is_that_of_the_specification() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    parse_checkpoint(text)
    assert cosigned_message(text, 1679315147).decode() == (
        "cosignature/v1\n"
        "time 1679315147\n"
        "example.com/behind-the-sofa\n"
        "20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )


def test_the_key_id_is_that_of_the_specification() -> None:
    content = WITNESS.name.encode() + b"\n\x04" + WITNESS.public_key
    assert WITNESS.key_hash == hashlib.sha256(content).digest()[:4]
    assert WITNESS.key_hash != key_hash_of(WITNESS.name, WITNESS.public_key, ED25519)


@given(times, signatures)
def test_a_signature_with_its_time_is_split_as_it_was_joined(time: int, signature: bytes) -> None:
    assert split_signature(join_signature(time, signature)) == (time, signature)


@given(st.binary(min_size=60, max_size=80) | st.binary(min_size=72, max_size=72))
def test_what_is_split_has_one_form(data: bytes) -> None:
    try:
        time, signature = split_signature(data)
    except NoteRefused:
        assert len(data) != 72 or data[0] > 0x7F
        return
    assert join_signature(time, signature) == data


@pytest.mark.parametrize("size", [0, 8, 64, 71, 73])
def test_a_cosignature_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(NoteRefused):
        split_signature(bytes(size))


@pytest.mark.parametrize("time", [-1, MAX_TIME + 1, 2**64])
def test_a_time_that_could_not_be_read_is_not_written(time: int) -> None:
    with pytest.raises(NoteRefused, match="no time"):
        join_signature(time, bytes(64))


@given(key_names, signatures.map(lambda data: data[:32]), st.sampled_from([ED25519, COSIGNATURE]))
def test_a_verifier_key_is_read_as_it_was_written(name: str, key: bytes, kind: bytes) -> None:
    if not name or any(character.isspace() for character in name):
        return
    text = verifier_key(name, key, kind)
    assert parse_verifier_key(text) == VerifierKey(name, key_hash_of(name, key, kind), key, kind)


@pytest.mark.parametrize("kind", [b"\x00", b"\x02", b"\x03", b"\x05", b"\x06", b"\xff"])
def test_a_verifier_key_of_another_type_is_refused(kind: bytes) -> None:
    with pytest.raises(KeyRefused):
        parse_verifier_key(verifier_key(WITNESS.name, WITNESS.public_key, kind))


def test_a_log_key_does_not_read_as_that_of_a_witness() -> None:
    log_form = verifier_key(WITNESS.name, WITNESS.public_key, ED25519)
    assert parse_verifier_key(log_form) != WITNESS_KEY
    swapped = WITNESS.verifier_key.split("+")[:2] + log_form.split("+")[2:]
    with pytest.raises(KeyRefused):
        parse_verifier_key("+".join(swapped))


@pytest.mark.parametrize("passphrase", [None, b"kunci saksi"])
def test_a_key_file_keeps_what_the_key_signs_for(tmp_path: Path, passphrase: bytes | None) -> None:
    path = tmp_path / "saksi.key"
    write_key(path, WITNESS, passphrase, n=2**14)
    assert read_key(path, passphrase) == WITNESS
    assert (tmp_path / "saksi.key.pub").read_text() == WITNESS.verifier_key + "\n"
    assert create_key("saksi", COSIGNATURE).verifier_key.split("+")[2].startswith("B")


def test_a_cosigned_checkpoint_names_both_keys() -> None:
    checkpoint, signed_by = open_checkpoint_signed(COSIGNED, [LOG_KEY, WITNESS_KEY])
    assert (checkpoint, signed_by) == (CHECKPOINT, (LOG_KEY, WITNESS_KEY))


def test_a_cosignature_leaves_the_log_s_note_word_for_word() -> None:
    assert COSIGNED.startswith(SIGNED)
    assert open_checkpoint(COSIGNED, [LOG_KEY]) == CHECKPOINT


@given(times)
def test_any_time_is_signed_and_verified(time: int) -> None:
    note = cosign_note(SIGNED, [Cosigner(WITNESS, time)])
    assert open_note(note, [WITNESS_KEY]).verified == (WITNESS_KEY,)
    assert with_time(note, time) == note


@pytest.mark.parametrize("time", [0, TIME - 1, TIME + 1, TIME + 2**32, MAX_TIME, 2**64 - 1])
def test_a_cosignature_with_another_time_is_refused(time: int) -> None:
    with pytest.raises(NoteRefused):
        open_checkpoint(with_time(COSIGNED, time), [LOG_KEY, WITNESS_KEY])


def test_a_note_that_only_a_witness_signed_is_no_checkpoint() -> None:
    note = sign_note(format_checkpoint(CHECKPOINT), [Cosigner(WITNESS, TIME)])
    assert open_note(note, [WITNESS_KEY]).verified == (WITNESS_KEY,)
    with pytest.raises(CheckpointRefused):
        open_checkpoint(note, [LOG_KEY, WITNESS_KEY])


def test_a_witness_named_as_the_origin_is_not_the_log() -> None:
    namesake = SigningKey(ORIGIN, WITNESS.seed, COSIGNATURE)
    note = sign_note(format_checkpoint(CHECKPOINT), [Cosigner(namesake, TIME)])
    with pytest.raises(CheckpointRefused):
        open_checkpoint(note, [parse_verifier_key(namesake.verifier_key)])


def test_a_log_s_signature_is_no_cosignature_nor_the_reverse() -> None:
    """The same seed under both types: the signed messages differ, and so do the lengths."""
    twin = SigningKey(WITNESS.name, WITNESS.seed)
    text = format_checkpoint(CHECKPOINT)
    as_log = sign_note(text, [twin])
    as_witness = sign_note(text, [Cosigner(WITNESS, TIME)])
    for note, key in ((as_log, WITNESS_KEY), (as_witness, parse_verifier_key(twin.verifier_key))):
        with pytest.raises(NoteRefused):
            open_note(note, [key])
    relabelled = as_log.replace(
        format_base64(twin.key_hash + twin.sign(text.encode())).encode(),
        format_base64(WITNESS.key_hash + bytes(8) + twin.sign(text.encode())).encode(),
    )
    with pytest.raises(NoteRefused, match="false"):
        open_note(relabelled, [WITNESS_KEY])


def test_a_witness_cosigns_a_note_once() -> None:
    with pytest.raises(NoteRefused):
        cosign_note(COSIGNED, [Cosigner(WITNESS, TIME + 1)])
