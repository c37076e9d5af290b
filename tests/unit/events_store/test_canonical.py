"""Canonical JSON against the published vectors of RFC 8785 and against a reference encoder.

Of the six vectors two lie inside the profile (arrays, unicode). Refused are structures (56.0 is a
float, though its canonical form 56 is inside), values (floats), french and weird (keys that are
not ASCII).
"""

import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from events_store.canonical import MAX_INTEGER, Template, decode, encode
from events_store.errors import LeafRefused

VECTORS = Path(__file__).parents[4] / "shared" / "vectors" / "jcs" / "testdata"
INSIDE = ("arrays", "unicode")
REFUSED = {
    "structures": "a float: 56.0",
    "values": "a float: 333333333.3333333",
    "french": "not ASCII",
    "weird": "not ASCII",
}
INSIDE_WHEN_READ_BACK = ("arrays", "structures", "unicode")
DEEP = 100_000

needs_vectors = pytest.mark.skipif(
    not VECTORS.is_dir(), reason="the vectors of RFC 8785 do not lie beside the project"
)

KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def vector(name: str) -> tuple[Any, bytes]:
    """The input, read as JSON, and the published canonical bytes of a vector."""
    value = json.loads((VECTORS / "input" / f"{name}.json").read_text("utf-8"))
    return value, (VECTORS / "output" / f"{name}.json").read_bytes()


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@needs_vectors
@pytest.mark.parametrize("name", [*INSIDE, *REFUSED])
def test_the_oracle_gives_the_published_bytes(name: str) -> None:
    value, published = vector(name)
    assert rfc8785.dumps(value) == published


@needs_vectors
def test_every_published_vector_is_named_here() -> None:
    assert {path.stem for path in (VECTORS / "input").iterdir()} == {*INSIDE, *REFUSED}


@needs_vectors
@pytest.mark.parametrize("name", INSIDE)
def test_vectors_inside_the_profile_give_the_published_bytes(name: str) -> None:
    value, published = vector(name)
    assert encode(value) == published


@needs_vectors
@pytest.mark.parametrize("name", REFUSED)
def test_vectors_outside_the_profile_are_refused(name: str) -> None:
    value, _ = vector(name)
    with pytest.raises(LeafRefused, match=REFUSED[name]):
        encode(value)


@needs_vectors
@pytest.mark.parametrize("name", [*INSIDE, *REFUSED])
def test_published_bytes_are_read_back_where_the_profile_has_them(name: str) -> None:
    value, published = vector(name)
    if name in INSIDE_WHEN_READ_BACK:
        assert decode(published) == value
    else:
        with pytest.raises(LeafRefused):
            decode(published)


@given(VALUES)
def test_any_value_of_the_profile_has_the_bytes_of_the_oracle(value: Any) -> None:
    assert encode(value) == rfc8785.dumps(value)


@given(VALUES)
def test_decode_is_the_inverse_of_encode(value: Any) -> None:
    decoded = decode(encode(value))
    assert decoded == value
    assert repr(decoded) == repr(json.loads(encode(value)))


@given(st.binary(max_size=40) | TEXTS.map(str.encode))
def test_what_decode_takes_is_the_only_form_of_its_value(data: bytes) -> None:
    try:
        value = decode(data)
    except LeafRefused:
        return
    assert encode(value) == data


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'{"a":1,"a":1}', id="a key twice"),
        pytest.param(b'{"a":1,"a":2}', id="a key twice with two values"),
        pytest.param(b'{"b":1,"a":2}', id="keys in another order"),
        pytest.param(b'{"a": 1}', id="a blank"),
        pytest.param(b"[1]\n", id="a newline at the end"),
        pytest.param(b" [1]", id="a blank at the start"),
        pytest.param(b"\xef\xbb\xbf[1]", id="a byte order mark"),
        pytest.param(b"NaN", id="not a number"),
        pytest.param(b"Infinity", id="infinity"),
        pytest.param(b"1.0", id="a decimal point"),
        pytest.param(b"1e2", id="an exponent"),
        pytest.param(b"1E400", id="an exponent beyond doubles"),
        pytest.param(b"-0", id="minus zero"),
        pytest.param(b"01", id="a leading zero"),
        pytest.param(b"+1", id="a plus"),
        pytest.param(b'"\\u0041"', id="an escape that need not be"),
        pytest.param(b'"\\/"', id="an escaped slash"),
        pytest.param(b'"\\u000A"', id="an escape in long form"),
        pytest.param(b'"\\u001F"', id="an escape in capitals"),
        pytest.param(b'"\\ud800"', id="a lone surrogate, escaped"),
        pytest.param(b'"\xed\xa0\x80"', id="a lone surrogate, raw"),
        pytest.param(b'"\xff"', id="not UTF-8"),
        pytest.param(b"9007199254740992", id="an integer beyond 2^53-1"),
        pytest.param(b"-9007199254740992", id="an integer below -(2^53-1)"),
        pytest.param(b"18446744073709551616", id="an integer beyond 64 bits"),
        pytest.param('{"é":1}'.encode(), id="a key that is not ASCII"),
        pytest.param(b"[1] [2]", id="two values"),
        pytest.param(b"[1", id="cut off"),
        pytest.param(b"", id="nothing"),
        pytest.param(nested(300), id="nested 300 deep"),
        pytest.param(nested(DEEP), id="nested 100,000 deep"),
    ],
)
def test_decode_refuses(data: bytes) -> None:
    with pytest.raises(LeafRefused):
        decode(data)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(1.5, id="a float"),
        pytest.param(1.0, id="a float that is whole"),
        pytest.param(float("nan"), id="not a number"),
        pytest.param(float("-inf"), id="infinity"),
        pytest.param(MAX_INTEGER + 1, id="an integer beyond 2^53-1"),
        pytest.param(-MAX_INTEGER - 1, id="an integer below -(2^53-1)"),
        pytest.param(2**64, id="an integer beyond 64 bits"),
        pytest.param("\ud800", id="a lone surrogate"),
        pytest.param({"é": 1}, id="a key that is not ASCII"),
        pytest.param({1: 1}, id="a key that is not text"),
        pytest.param((1,), id="a tuple"),
        pytest.param(b"a", id="bytes"),
        pytest.param({"a": [object()]}, id="an object inside"),
        pytest.param(type("Text", (str,), {})("a"), id="a kind of text"),
        pytest.param(type("Number", (int,), {})(1), id="a kind of integer"),
    ],
)
def test_encode_refuses(value: Any) -> None:
    with pytest.raises(LeafRefused):
        encode(value)


@pytest.mark.parametrize("value", [MAX_INTEGER, -MAX_INTEGER, 0, True, None, ""])
def test_the_edges_of_the_profile_are_inside(value: Any) -> None:
    assert decode(encode(value)) == value


@pytest.mark.parametrize("depth", [300, 5_000])
def test_encode_refuses_what_is_too_deep(depth: int) -> None:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    with pytest.raises(LeafRefused):
        encode(value)


def test_encode_refuses_what_contains_itself() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(LeafRefused):
        encode(value)


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    """Found by hostile input: the reader of JSON has an error of its own for it."""
    for digits in (20, 4300, 4301, 60_000):
        with pytest.raises(LeafRefused):
            decode(b'{"v":' + b"1" * digits + b"}")


INNER = st.dictionaries(st.sampled_from(["row", "cell", "a"]), SCALARS, min_size=1, max_size=3)
OUTER = st.dictionaries(
    st.sampled_from(["v", "name", "place", "b", "Z"]), SCALARS | INNER, min_size=1, max_size=5
)


@given(OUTER)
def test_a_template_writes_the_bytes_of_the_whole(value: dict[str, Any]) -> None:
    paths = [
        (f"{key}.{inner}" if isinstance(item, dict) else key)
        for key, item in value.items()
        for inner in (item if isinstance(item, dict) else [""])
    ]
    template = Template(paths)
    found = [
        value[key][inner] if inner else value[key]
        for key, _, inner in (path.partition(".") for path in template.keys)
    ]
    for _ in range(2):  # the second time texts are remembered
        assert template.encode(found) == encode(value)


@pytest.mark.parametrize("value", [1.5, 2**53, "\ud800", {1: 2}, b"x"])
def test_a_template_refuses_what_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(LeafRefused):
        Template(["a"]).encode([value])


def test_a_template_tells_true_from_one() -> None:
    template = Template(["a", "b"])
    assert template.encode([1, True]) == b'{"a":1,"b":true}'
    assert template.encode([True, 1]) == b'{"a":true,"b":1}'
