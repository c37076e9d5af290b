"""Signed notes: a published vector, one spelling only, no flipped bit accepted."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_store.errors import KeyRefused, NoteRefused
from events_store.keys import SigningKey
from events_store.note import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    VerifierKey,
    cosign_note,
    format_base64,
    open_note,
    parse_base64,
    parse_verifier_key,
    sign_note,
    verifier_key,
)

PUBLISHED_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
PUBLISHED_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXs"
    "YjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()

ALPHA = SigningKey("jejak.example/alpha", bytes(range(32)))
BETA = SigningKey("jejak.example/beta", bytes(range(32, 64)))
ALPHA_KEY = parse_verifier_key(ALPHA.verifier_key)
BETA_KEY = parse_verifier_key(BETA.verifier_key)
TEXT = "Serapan belum dinyatakan.\n\nRevisi ke-9 — tidak terinci.\n"


def test_the_published_note_opens_under_its_key() -> None:
    key = parse_verifier_key(PUBLISHED_KEY)
    opened = open_note(PUBLISHED_NOTE, [key])
    assert opened.text == "This is an example message.\n"
    assert opened.verified == (key,)
    assert opened.unverified == ()


def test_a_signed_note_opens_with_its_text_and_keys() -> None:
    opened = open_note(sign_note(TEXT, [ALPHA, BETA]), [BETA_KEY, ALPHA_KEY])
    assert opened.text == TEXT
    assert opened.verified == (ALPHA_KEY, BETA_KEY)


def test_a_line_of_another_key_is_handed_back_unverified() -> None:
    opened = open_note(sign_note(TEXT, [ALPHA, BETA]), [BETA_KEY])
    assert opened.verified == (BETA_KEY,)
    assert [(line.name, line.key_hash) for line in opened.unverified] == [
        (ALPHA.name, ALPHA_KEY.key_hash)
    ]


def test_a_cosigned_note_is_the_note_signed_by_both() -> None:
    assert cosign_note(sign_note(TEXT, [ALPHA]), [BETA]) == sign_note(TEXT, [ALPHA, BETA])


def test_a_key_signs_a_note_once() -> None:
    with pytest.raises(NoteRefused):
        sign_note(TEXT, [ALPHA, ALPHA])
    with pytest.raises(NoteRefused):
        cosign_note(sign_note(TEXT, [ALPHA]), [ALPHA])


def test_every_flipped_bit_is_refused() -> None:
    note = sign_note(TEXT, [ALPHA])
    for position in range(len(note) * 8):
        altered = bytearray(note)
        altered[position // 8] ^= 1 << position % 8
        with pytest.raises(NoteRefused):
            open_note(bytes(altered), [ALPHA_KEY])


def test_every_truncated_or_lengthened_note_is_refused() -> None:
    note = sign_note(TEXT, [ALPHA])
    for size in range(len(note)):
        with pytest.raises(NoteRefused):
            open_note(note[:size], [ALPHA_KEY])
    for extra in (b"\n", b" ", b"x", b"\x00", b"\n\n"):
        with pytest.raises(NoteRefused):
            open_note(note + extra, [ALPHA_KEY])
        with pytest.raises(NoteRefused):
            open_note(extra + note, [ALPHA_KEY])


def test_a_note_signed_by_none_of_the_keys_is_refused() -> None:
    for verifiers in ([], [BETA_KEY]):
        with pytest.raises(NoteRefused):
            open_note(sign_note(TEXT, [ALPHA]), verifiers)


def test_a_false_signature_of_a_given_key_is_refused_beside_a_good_one() -> None:
    false = signature_line(BETA.name, BETA_KEY.key_hash + bytes(64))
    with pytest.raises(NoteRefused, match="false"):
        open_note(sign_note(TEXT, [ALPHA]) + false, [ALPHA_KEY, BETA_KEY])


def test_a_repeated_signature_of_a_given_key_is_refused() -> None:
    note = sign_note(TEXT, [ALPHA])
    line = note[note.rindex(b"\n\n") + 2 :]
    with pytest.raises(NoteRefused, match="two signatures"):
        open_note(note + line, [ALPHA_KEY])


def test_a_key_known_under_another_name_does_not_verify() -> None:
    renamed = parse_verifier_key(verifier_key("jejak.example/gamma", ALPHA.public_key))
    with pytest.raises(NoteRefused):
        open_note(sign_note(TEXT, [ALPHA]), [renamed])


def test_two_given_keys_of_one_id_are_refused() -> None:
    twin = VerifierKey(ALPHA_KEY.name, ALPHA_KEY.key_hash, BETA.public_key)
    with pytest.raises(NoteRefused, match="two different keys"):
        open_note(sign_note(TEXT, [ALPHA]), [ALPHA_KEY, twin])


def test_the_same_key_given_twice_verifies_once() -> None:
    assert open_note(sign_note(TEXT, [ALPHA]), [ALPHA_KEY, ALPHA_KEY]).verified == (ALPHA_KEY,)


def signature_line(name: str, content: bytes) -> bytes:
    return f"— {name} {format_base64(content)}\n".encode()


GOOD_LINE = sign_note(TEXT, [ALPHA])[len(TEXT.encode()) + 1 :]


@pytest.mark.parametrize(
    "line",
    [
        GOOD_LINE.replace("—".encode(), b"-"),
        GOOD_LINE.replace("— ".encode(), "—".encode()),
        GOOD_LINE.replace(b"alpha ", b"alpha  "),
        GOOD_LINE.replace(b"alpha ", b"alpha\xc2\xa0"),
        GOOD_LINE.replace(b"\n", b" \n"),
        GOOD_LINE.replace(b"\n", b"\r\n"),
        GOOD_LINE.replace(b"=", b""),
        GOOD_LINE.replace(b"=", b"=="),
        GOOD_LINE.replace(b"\n", b""),
        "— jejak.example/alpha\n".encode(),
        "— jejak.example/alpha \n".encode(),
        "—  AAAAAAA=\n".encode(),
        signature_line("a+b", bytes(68)),
        signature_line("a\u2003b", bytes(68)),
        signature_line("a", bytes(4)),
        b"",
        b"\n",
    ],
)
def test_a_malformed_signature_line_is_refused_even_after_a_good_one(line: bytes) -> None:
    start = TEXT.encode() + b"\n"
    open_note(start + GOOD_LINE, [ALPHA_KEY])
    with pytest.raises(NoteRefused):
        open_note(start + line, [ALPHA_KEY])
    if line:
        with pytest.raises(NoteRefused):
            open_note(start + GOOD_LINE + line, [ALPHA_KEY])


def test_base64_with_stray_bits_is_refused() -> None:
    """PUBLISHED_NOTE ends in QM=; QN=, QO= and QP= decode to the same bytes."""
    for last in (b"N", b"O", b"P"):
        strayed = PUBLISHED_NOTE.replace(b"QM=\n", b"Q" + last + b"=\n")
        assert strayed != PUBLISHED_NOTE
        with pytest.raises(NoteRefused, match="canonical"):
            open_note(strayed, [parse_verifier_key(PUBLISHED_KEY)])


@pytest.mark.parametrize("text", ["A=AA", "AAA", "AA==\n", " AAAA", "AA-_", "é", "AAAA====", "="])
def test_only_canonical_base64_is_read(text: str) -> None:
    assert parse_base64(text) is None


@given(st.binary(max_size=100))
def test_base64_is_written_and_read_as_inverses(data: bytes) -> None:
    assert parse_base64(format_base64(data)) == data


def test_at_most_a_hundred_signatures_are_read() -> None:
    note = sign_note(TEXT, [ALPHA])
    strangers = [signature_line(f"stranger-{i}", bytes(68)) for i in range(MAX_SIGNATURES)]
    opened = open_note(note + b"".join(strangers[:-1]), [ALPHA_KEY])
    assert len(opened.unverified) == MAX_SIGNATURES - 1
    with pytest.raises(NoteRefused, match="more than"):
        open_note(note + b"".join(strangers), [ALPHA_KEY])


def test_a_note_above_the_size_limit_is_refused() -> None:
    rest = len(sign_note("\n", [ALPHA])) - 1
    longest = "x" * (MAX_NOTE_BYTES - rest - 1) + "\n"
    assert open_note(sign_note(longest, [ALPHA]), [ALPHA_KEY]).text == longest
    with pytest.raises(NoteRefused, match="longer"):
        sign_note("x" + longest, [ALPHA])


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "nul\x00\n", "cr\r\n", "\ud800\n"])
def test_a_text_that_no_note_may_hold_is_not_signed(text: str) -> None:
    with pytest.raises(NoteRefused):
        sign_note(text, [ALPHA])


def test_a_note_without_signers_is_not_made() -> None:
    with pytest.raises(NoteRefused):
        sign_note(TEXT, [])


def test_a_control_character_in_the_text_is_refused_though_signed() -> None:
    text = "kolom\tkolom\n"
    line = signature_line(ALPHA.name, ALPHA_KEY.key_hash + ALPHA.sign(text.encode()))
    with pytest.raises(NoteRefused, match="control"):
        open_note(text.encode() + b"\n" + line, [ALPHA_KEY])


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_and_never_crash(note: bytes) -> None:
    with pytest.raises(NoteRefused):
        open_note(note, [ALPHA_KEY])


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs"])), max_size=6))
def test_any_printable_text_survives_signing(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    assert open_note(sign_note(text, [ALPHA]), [ALPHA_KEY]).text == text


def test_verifier_keys_are_written_and_read_as_inverses() -> None:
    key = parse_verifier_key(PUBLISHED_KEY)
    assert verifier_key(key.name, key.public_key) == PUBLISHED_KEY
    assert (key.name, key.key_hash.hex()) == ("example.com/foo", "530d903a")


def changed(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    "change",
    [
        changed("530d903a", "530d903b"),
        changed("530d903a", "530D903A"),
        changed("530d903a", "530d903"),
        changed("foo", "bar"),
        changed("foo", "f o"),
        changed("example.com/foo", ""),
        changed("+Ae", "+Be"),
        changed("U2k", "U2"),
        changed("U2k", "U2k="),
        changed("U2k", "U2k\n"),
        changed("U2k", "U2l"),
        changed("+", " "),
    ],
)
def test_a_verifier_key_spelt_otherwise_is_refused(change: Callable[[str], str]) -> None:
    assert change(PUBLISHED_KEY) != PUBLISHED_KEY
    with pytest.raises(KeyRefused):
        parse_verifier_key(change(PUBLISHED_KEY))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\x01", "\udc80"])
def test_a_name_that_would_break_a_line_is_refused(name: str) -> None:
    with pytest.raises(KeyRefused):
        verifier_key(name, bytes(32))


def test_a_public_key_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(KeyRefused):
        verifier_key("jejak.example", bytes(31))
