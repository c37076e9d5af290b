"""Checkpoints: format and parse as strict inverses, signed under the origin's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_store.checkpoint import (
    MAX_SIZE,
    Checkpoint,
    format_checkpoint,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from events_store.errors import CheckpointRefused, NoteRefused
from events_store.keys import SigningKey
from events_store.note import cosign_note, parse_verifier_key, sign_note

ORIGIN = "jejak.example/satker-019937"
OLD = SigningKey(ORIGIN, bytes(range(32)))
NEW = SigningKey(ORIGIN, bytes(range(32, 64)))
WITNESS = SigningKey("inspektorat.example", bytes(range(64, 96)))
OLD_KEY, NEW_KEY, WITNESS_KEY = (
    parse_verifier_key(key.verifier_key) for key in (OLD, NEW, WITNESS)
)
CHECKPOINT = Checkpoint(ORIGIN, 412, bytes(range(32)))
TEXT = f"{ORIGIN}\n412\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"

origins = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1)


def test_the_text_is_origin_size_and_root() -> None:
    assert format_checkpoint(CHECKPOINT) == TEXT
    assert parse_checkpoint(TEXT) == CHECKPOINT


def test_the_example_of_the_specification_is_read() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    checkpoint = parse_checkpoint(text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert format_checkpoint(checkpoint) == text


@given(origins, st.integers(0, MAX_SIZE), st.binary(min_size=32, max_size=32))
def test_format_and_parse_are_inverses(origin: str, size: int, root: bytes) -> None:
    checkpoint = Checkpoint(origin, size, root)
    assert parse_checkpoint(format_checkpoint(checkpoint)) == checkpoint


@given(st.text())
def test_what_is_read_has_one_spelling(text: str) -> None:
    try:
        checkpoint = parse_checkpoint(text)
    except CheckpointRefused:
        return
    assert format_checkpoint(checkpoint) == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("412", "0412"),
        ("412", "00"),
        ("412", "+412"),
        ("412", "-412"),
        ("412", " 412"),
        ("412", "4_12"),
        ("412", "\uff14"),
        ("412", "\u0664"),
        ("412", ""),
        ("412", str(2**63)),
        ("412", "9" * 19),
        ("412", "9" * 5000),
        (ORIGIN, ""),
        (ORIGIN, "jejak\texample"),
        (ORIGIN, "jejak\rexample"),
        ("Hh8=\n", "Hh8="),
        ("Hh8=\n", "Hh8=\n\n"),
        ("Hh8=\n", "Hh8=\nextension\n"),
        ("Hh8=\n", "Hh8=\nextension"),
        ("Hh8=\n", "Hh8\n"),
        ("Hh8=\n", "Hh9=\n"),
        ("Hh8=\n", "HgA==\n"),
        ("Hh8=\n", "Hg==\n"),
        ("\n412\n", "\n\n412\n"),
    ],
)
def test_any_other_spelling_is_refused(old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(CheckpointRefused):
        parse_checkpoint(TEXT.replace(old, new))


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("", 1, bytes(32)),
        Checkpoint("two\nlines", 1, bytes(32)),
        Checkpoint(ORIGIN, -1, bytes(32)),
        Checkpoint(ORIGIN, 2**63, bytes(32)),
        Checkpoint(ORIGIN, 1, bytes(31)),
        Checkpoint(ORIGIN, 1, bytes(33)),
    ],
)
def test_an_impossible_checkpoint_is_not_formatted(checkpoint: Checkpoint) -> None:
    with pytest.raises(CheckpointRefused):
        format_checkpoint(checkpoint)


def test_a_signed_checkpoint_opens_under_its_key() -> None:
    assert open_checkpoint(sign_checkpoint(CHECKPOINT, OLD), [OLD_KEY]) == CHECKPOINT


def test_a_rotation_is_signed_by_both_keys() -> None:
    note = sign_checkpoint(CHECKPOINT, OLD, NEW)
    for verifiers in ([OLD_KEY], [NEW_KEY], [OLD_KEY, NEW_KEY]):
        assert open_checkpoint(note, verifiers) == CHECKPOINT


def test_a_witness_may_cosign_but_not_replace_the_log() -> None:
    note = cosign_note(sign_checkpoint(CHECKPOINT, OLD), [WITNESS])
    assert open_checkpoint(note, [OLD_KEY, WITNESS_KEY]) == CHECKPOINT
    with pytest.raises(CheckpointRefused):
        open_checkpoint(note, [WITNESS_KEY])


def test_a_key_of_another_name_does_not_sign_for_the_origin() -> None:
    with pytest.raises(CheckpointRefused):
        sign_checkpoint(CHECKPOINT, WITNESS)
    with pytest.raises(CheckpointRefused):
        sign_checkpoint(CHECKPOINT, OLD, WITNESS)


def test_a_good_note_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(CheckpointRefused):
        open_checkpoint(sign_note("Bukan checkpoint.\n", [OLD]), [OLD_KEY])


def test_every_flipped_bit_is_refused() -> None:
    note = sign_checkpoint(CHECKPOINT, OLD)
    for position in range(len(note) * 8):
        altered = bytearray(note)
        altered[position // 8] ^= 1 << position % 8
        with pytest.raises((NoteRefused, CheckpointRefused)):
            open_checkpoint(bytes(altered), [OLD_KEY])
