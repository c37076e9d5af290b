"""Consistency files: one spelling, and only a log that continues the one that was seen."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_store.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from events_store.consistency import Growth, format_growth, parse_growth, verify_growth
from events_store.errors import EvidenceRefused, ProofRefused
from events_store.keys import SigningKey
from events_store.merkle import EMPTY_ROOT, consistency_proof, leaf_hashes, root_hash
from events_store.note import parse_verifier_key
from events_store.proof import MAX_HASHES, MAX_PROOF_BYTES

EXHAUSTIVE = 60
ORIGIN = "jejak.example/satker-019937"
KEY = SigningKey(ORIGIN, bytes(range(32)))
VERIFIER = parse_verifier_key(KEY.verifier_key)
HASHES = leaf_hashes(b"leaf %d" % number for number in range(300))
ROOTS = [root_hash(HASHES[:size]) for size in range(len(HASHES) + 1)]

EXAMPLE = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
""".encode()  # noqa: E501 - word for word as the specification has it

hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=MAX_HASHES).map(tuple)
NOTES = [sign_checkpoint(Checkpoint(ORIGIN, size, root), KEY) for size, root in enumerate(ROOTS)]


@cache
def opened(note: bytes) -> Checkpoint:
    return open_checkpoint(note, [VERIFIER])


def growth_of(old_size: int, size: int) -> Growth:
    path = consistency_proof(old_size, HASHES[:size]) if old_size else []
    return Growth(old_size, tuple(path), NOTES[size])


TEXT = format_growth(growth_of(5, 12)).decode()


def test_the_example_of_the_specification_is_read() -> None:
    growth = parse_growth(EXAMPLE)
    assert (growth.old_size, len(growth.path)) == (20852014, 4)
    assert growth.note.startswith(b"example.com/behind-the-sofa\n20852163\n")
    assert format_growth(growth) == EXAMPLE


@given(st.integers(0, 10**19 - 1), hashes, st.binary(max_size=200))
def test_format_and_parse_are_inverses(old_size: int, path: tuple[bytes, ...], note: bytes) -> None:
    growth = Growth(old_size, path, note)
    assert parse_growth(format_growth(growth)) == growth


@given(st.text(st.sampled_from("old 019\n=Aa+/"), max_size=120), st.binary(max_size=40))
def test_what_is_read_has_one_spelling(text: str, note: bytes) -> None:
    data = f"old {text}".encode() + note
    try:
        growth = parse_growth(data)
    except ProofRefused:
        return
    assert format_growth(growth) == data


def test_every_small_log_continues_each_beginning_of_it() -> None:
    for size in range(EXHAUSTIVE + 1):
        for old_size in range(size + 1):
            growth = parse_growth(format_growth(growth_of(old_size, size)))
            assert verify_growth(growth, ROOTS[old_size], opened).size == size


@pytest.mark.parametrize("size", [255, 256, 257, 300])
def test_larger_logs_continue_their_beginnings(size: int) -> None:
    for old_size in (1, 2, 127, 128, 129, 254, 255, size - 1, size):
        assert verify_growth(growth_of(old_size, size), ROOTS[old_size], opened).size == size


def test_another_beginning_is_refused() -> None:
    for size in range(1, 20):
        for old_size in range(1, size + 1):
            for other in (bytes(32), ROOTS[old_size - 1], ROOTS[old_size + 1]):
                with pytest.raises(ProofRefused):
                    verify_growth(growth_of(old_size, size), other, opened)


def test_a_shrunken_log_is_refused() -> None:
    for size in range(20):
        for old_size in range(size + 1, 22):
            growth = Growth(old_size, (), NOTES[size])
            with pytest.raises(ProofRefused):
                verify_growth(growth, ROOTS[old_size], opened)


def test_from_size_zero_nothing_need_be_shown_and_nothing_may_be() -> None:
    assert verify_growth(growth_of(0, 12), EMPTY_ROOT, opened).size == 12
    with pytest.raises(ProofRefused, match="not empty"):
        verify_growth(Growth(0, (bytes(32),), NOTES[12]), EMPTY_ROOT, opened)


def test_at_the_same_size_the_path_is_empty_and_the_root_the_same() -> None:
    assert verify_growth(growth_of(12, 12), ROOTS[12], opened).size == 12
    for growth, root in (
        (Growth(12, (), NOTES[12]), ROOTS[11]),
        (Growth(12, (ROOTS[12],), NOTES[12]), ROOTS[12]),
    ):
        with pytest.raises(ProofRefused):
            verify_growth(growth, root, opened)


def test_a_path_that_is_shorter_or_longer_is_refused() -> None:
    right = growth_of(5, 12)
    for path in (right.path[:-1], right.path[1:], (*right.path, bytes(32)), right.path[::-1]):
        with pytest.raises(ProofRefused):
            verify_growth(Growth(5, path, right.note), ROOTS[5], opened)


def test_a_note_that_is_not_trusted_continues_nothing() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 12, ROOTS[12]), SigningKey(ORIGIN, bytes(32)))
    for old_size in (0, 5, 12):
        growth = Growth(old_size, growth_of(old_size, 12).path, note)
        with pytest.raises(EvidenceRefused):
            verify_growth(growth, ROOTS[old_size], opened)


def replaced(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "old 5",
        replaced("old 5\n", ""),
        replaced("old 5", "5"),
        replaced("old 5", "old 05"),
        replaced("old 5", "old +5"),
        replaced("old 5", "old -5"),
        replaced("old 5", "old  5"),
        replaced("old 5", "old 5 "),
        replaced("old 5", "old 5\r"),
        replaced("old 5", "old "),
        replaced("old 5", "old 5e0"),
        replaced("old 5", "Old 5"),
        replaced("old 5", "\nold 5"),
        replaced("old 5", " old 5"),
        replaced("old 5", "old " + "9" * 20),
        replaced("old 5\n", "old 5\nold 5\n"),
        replaced("old 5\n", "old 5\n\n"),
        replaced("old 5\n", "old 5\nextra AAAA\n"),
        replaced("=\n", "\n"),
        replaced("=\n", "=\r\n"),
        replaced("=\n", "=\n=\n"),
        replaced("=\n\n", "=\n"),
        TEXT.split("\n\n")[0] + "\n",
    ],
)
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(EvidenceRefused):
        opened(parse_growth(text.encode()).note)


def test_at_most_63_hashes_are_read() -> None:
    full = Growth(5, (bytes(32),) * MAX_HASHES, NOTES[12])
    assert parse_growth(format_growth(full)) == full
    with pytest.raises(ProofRefused, match="63"):
        parse_growth(format_growth(Growth(5, (*full.path, bytes(32)), NOTES[12])))


def test_an_oversized_file_is_refused() -> None:
    with pytest.raises(ProofRefused, match="longer"):
        parse_growth(format_growth(Growth(5, (), bytes(MAX_PROOF_BYTES))))
