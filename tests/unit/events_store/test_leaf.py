"""The envelope of a leaf: one form, every key, the right types, a bounded size."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from events_store import canonical
from events_store.errors import LeafRefused
from events_store.leaf import MAX_LEAF_BYTES, Leaf, LeafFrame, decode_leaf, encode_leaf

LEAF = Leaf(
    type="note-taken.v1",
    stream="note/1",
    version=1,
    recorded_at="2025-01-20T08:00:00.000000Z",
    actor="uji",
    import_id="0123456789abcdef" * 2,
    data={"text": "Selamat pagi ☀", "lines": [1, None, True]},
    salt="00112233445566778899aabbccddeeff",
)
ENVELOPE: dict[str, Any] = {
    "v": 1,
    "type": LEAF.type,
    "stream": LEAF.stream,
    "version": LEAF.version,
    "recorded_at": LEAF.recorded_at,
    "actor": LEAF.actor,
    "import": LEAF.import_id,
    "data": LEAF.data,
    "salt": LEAF.salt,
}
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)


def padded(size: int) -> Leaf:
    """A leaf whose stored form is `size` bytes long."""
    empty = replace(LEAF, data={"text": ""})
    return replace(LEAF, data={"text": "x" * (size - len(encode_leaf(empty)))})


LEAVES = st.builds(
    Leaf,
    type=TEXTS,
    stream=TEXTS,
    version=st.integers(1, 2**53 - 1),
    recorded_at=st.datetimes().map(lambda at: at.isoformat(timespec="microseconds") + "Z"),
    actor=TEXTS,
    import_id=st.none() | st.binary(min_size=16, max_size=16).map(bytes.hex),
    data=st.dictionaries(st.text("abc", max_size=3), TEXTS | st.none(), max_size=3),
    salt=st.binary(min_size=16, max_size=16).map(bytes.hex),
)


@given(LEAVES)
def test_a_leaf_comes_back_as_it_was(leaf: Leaf) -> None:
    assert decode_leaf(encode_leaf(leaf)) == leaf


def test_the_stored_bytes_are_the_canonical_form_of_the_envelope() -> None:
    assert encode_leaf(LEAF) == rfc8785.dumps(ENVELOPE)


def test_a_leaf_of_the_greatest_size_is_taken() -> None:
    data = encode_leaf(padded(MAX_LEAF_BYTES))
    assert len(data) == MAX_LEAF_BYTES
    assert decode_leaf(data) == padded(MAX_LEAF_BYTES)


def test_a_leaf_one_byte_larger_is_refused() -> None:
    with pytest.raises(LeafRefused, match="65536 bytes"):
        encode_leaf(padded(MAX_LEAF_BYTES + 1))
    larger = rfc8785.dumps({**ENVELOPE, "data": padded(MAX_LEAF_BYTES + 1).data})
    with pytest.raises(LeafRefused, match="65536 bytes"):
        decode_leaf(larger)


@pytest.mark.parametrize("key", ENVELOPE)
def test_a_missing_key_is_refused(key: str) -> None:
    with pytest.raises(LeafRefused, match="other keys"):
        decode_leaf(rfc8785.dumps({name: ENVELOPE[name] for name in ENVELOPE if name != key}))


@pytest.mark.parametrize("key", ["note", "V", "", "zzz"])
def test_a_key_too_many_is_refused(key: str) -> None:
    with pytest.raises(LeafRefused, match="other keys"):
        decode_leaf(rfc8785.dumps({**ENVELOPE, key: None}))


WRONG: dict[str, Sequence[Any]] = {
    "type": (None, 1, True, ["a"]),
    "stream": (None, 1, True, ["a"]),
    "actor": (None, 1, True, ["a"]),
    "v": (0, 2, None, "1", True),
    "version": ("1", None, True, 0, -1),
    "import": (1, False, "", "0123", "G" * 32, "A" * 32, "0" * 33),
    "data": (None, [], "a", 1),
    "salt": (None, "", "00" * 15, "00" * 17, "g" * 32, "AB" * 16),
    "recorded_at": (
        None,
        "",
        "2025-01-20",
        "2025-01-20T08:00:00Z",
        "2025-01-20T08:00:00.000000",
        "2025-01-20T08:00:00.000000+00:00",
        "2025-01-20 08:00:00.000000Z",
        "2025-13-20T08:00:00.000000Z",
        "2025-01-20T24:00:01.000000Z",
        "٢٠٢٥-01-20T08:00:00.000000Z",
        "2025-01-20T08:00:00.000000Z\n",
    ),
}


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, values in WRONG.items() for value in values]
)
def test_a_field_of_another_form_is_refused(key: str, value: Any) -> None:
    with pytest.raises(LeafRefused):
        decode_leaf(rfc8785.dumps({**ENVELOPE, key: value}))


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"version": True},
        {"salt": "00"},
        {"import_id": "abc"},
        {"recorded_at": "yesterday"},
        {"data": []},
        {"type": None},
    ],
    ids=str,
)
def test_what_could_not_be_read_back_is_never_written(change: dict[str, Any]) -> None:
    with pytest.raises(LeafRefused):
        encode_leaf(replace(LEAF, **change))


@pytest.mark.parametrize("data", [b"[]", b"null", b'"a"', b"1", b"{}", b"", b"\x00"])
def test_what_is_no_envelope_is_refused(data: bytes) -> None:
    with pytest.raises(LeafRefused):
        decode_leaf(data)


@given(st.integers(0, len(encode_leaf(LEAF)) * 8 - 1))
def test_a_flipped_bit_is_refused_or_another_leaf(position: int) -> None:
    data = bytearray(encode_leaf(LEAF))
    data[position // 8] ^= 1 << position % 8
    try:
        leaf = decode_leaf(bytes(data))
    except LeafRefused:
        return
    assert leaf != LEAF
    assert encode_leaf(leaf) == bytes(data)


def framed(leaf: Leaf) -> bytes:
    """The same leaf by way of a frame."""
    frame = LeafFrame(recorded_at=leaf.recorded_at, actor=leaf.actor, import_id=leaf.import_id)
    data = canonical.encode(leaf.data)
    rest: dict[str, Any] = {
        "stream": leaf.stream,
        "version": leaf.version,
        "data": data,
        "salt": leaf.salt,
    }
    first = frame.leaf(type_=leaf.type, **rest)
    assert frame.leaf(type_=leaf.type, **rest) == first
    return first


@given(LEAVES)
def test_a_frame_gives_the_bytes_of_the_leaf(leaf: Leaf) -> None:
    assert framed(leaf) == encode_leaf(leaf)


def test_a_frame_refuses_what_a_leaf_may_not_be() -> None:
    assert len(framed(padded(MAX_LEAF_BYTES))) == MAX_LEAF_BYTES
    larger = {**LEAF.data, "text": "x" * MAX_LEAF_BYTES}
    for fields in (
        {"data": larger},
        {"version": 0},
        {"version": True},
        {"salt": "00"},
        {"salt": "zz" * 16},
        {"import_id": "00"},
        {"recorded_at": "2025-01-20T08:00:00Z"},
    ):
        with pytest.raises(LeafRefused):
            framed(replace(LEAF, **fields))
