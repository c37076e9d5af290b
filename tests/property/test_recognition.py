"""What is recognised at a glance is what the strict reader and the catalogue take, never more.

Leaves of every topic are spoiled in their bytes and in their tokens: keys twice or exchanged,
floats in every place, other lengths, other spellings.
"""

import json
import os
import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.wiring import check_leaf, leaf_forms
from events_store.errors import LeafRefused
from events_store.leaf import MAX_LEAF_BYTES, decode_leaf
from events_store.recognition import Entry, Recogniser
from ledger.events import CATALOGUE, DipaLinesStated, Event, event_data
from tests import nation
from tests.golden.examples import EXAMPLES
from tests.leaves import leaf_bytes
from tests.strategies import events

EXAMPLES_TRIED = int(os.environ.get("JEJAK_EXAMPLES", "200"))
RECORDED_AT = "2025-01-20T08:06:18.123456Z"
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^"\[\]{}:,]+')
OTHERS = (
    b"1.5", b"1.0", b"-1.5", b"1e5", b"-0", b"0.0", b"01", b"NaN", b"0", b"-7", b"1",
    b"999999999999999", b"9007199254740991", b"9007199254740992", b"18446744073709551616",
    b"null", b"true", b"false", b'""', b'"x"', b'"\xc3\xa9"', b'"\xff"', b'"\xed\xa0\x80"',
    b'"\\u0041"', b'"\\/"', b'"\\n"', b'"\n"', b'"\x1f"', b'"\\u001f"', b'"\x7f"', b'"\\ud800"',
    b'"000102030405060708090A0B0C0D0E0F"', b'"000102030405060708090a0b0c0d0e0f\n"',
    b"[]", b"[1]", b"[1,1]", b"[1.5]", b'["x",null]', b"[null]", b"[[]]", b"{}", b'{"a":1}',
    b" ", b"\n", b"\xef\xbb\xbf", b"\x00", b",", b":", b"{", b"}", b"[", b"]", b'"',
    b'"2025-02-30T08:06:18.123456Z"', '"٢٠٢٥-01-20T08:06:18.123456Z"'.encode(),
)  # fmt: skip

tokens = st.sampled_from(OTHERS)


def encoded(event: Event, recorded_at: str = RECORDED_AT, import_id: str | None = None) -> bytes:
    return leaf_bytes(
        type_=event.TOPIC,
        stream=event.originator_id,
        version=event.originator_version,
        recorded_at=recorded_at,
        actor="uji",
        import_id=import_id,
        data=event_data(event),
        salt="000102030405060708090a0b0c0d0e0f",
    )


def strictly(data: bytes) -> Entry | str:
    """What the strict reader and the catalogue say: the entry, or why there is none."""
    try:
        leaf = decode_leaf(data)
        check_leaf(leaf)
    except LeafRefused as error:
        return str(error)
    return leaf.stream, leaf.version, leaf.type, leaf.import_id


def agree(topic: str, data: bytes) -> bool:
    """Whether a leaf is recognised; fails where that, or reading, is not what is strictly so."""
    recogniser = Recogniser(leaf_forms(), check_leaf)
    strict = strictly(data)
    recognised = recogniser.recognised(topic, data)
    if recognised is not None:
        assert recognised == strict
        assert recognised[2] == topic
        assert type(recognised[1]) is int
    if isinstance(strict, str):
        with pytest.raises(LeafRefused, match=f"^{re.escape(strict)}$"):
            recogniser.read(topic, data)
    else:
        assert recogniser.read(topic, data) == strict
    return recognised is not None


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, bytes]:
    """The topic and the bytes of a leaf of which one to three tokens are other ones."""
    event = draw(events() | st.sampled_from(list(EXAMPLES.values())))
    parts = TOKEN.findall(encoded(event, import_id=draw(st.sampled_from([None, "0f" * 16]))))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(parts) - 1))
        stop = place + draw(st.sampled_from([0, 1, 1, 1, 2, 4]))
        kept = parts[place:stop]
        part = draw(st.sampled_from(parts))
        parts[place:stop] = draw(
            st.one_of(
                tokens.map(lambda token: [token]),
                st.just([part]),
                st.just([]),
                st.just([*kept, *kept]),
                st.just(kept[::-1]),
            )
        )
    return event.TOPIC, b"".join(parts)


@settings(max_examples=EXAMPLES_TRIED)
@given(spoiled())
def test_a_spoiled_leaf_is_judged_as_the_strict_reader_judges(spoilt: tuple[str, bytes]) -> None:
    agree(*spoilt)


@settings(max_examples=EXAMPLES_TRIED)
@given(events(), st.data())
def test_a_spoiled_byte_is_judged_as_the_strict_reader_judges(
    event: Event, data: st.DataObject
) -> None:
    leaf = bytearray(encoded(event))
    place = data.draw(st.integers(0, len(leaf) - 1))
    leaf[place : place + data.draw(st.integers(0, 1))] = data.draw(st.binary(max_size=2))
    agree(event.TOPIC, bytes(leaf))


@pytest.mark.parametrize("topic", CATALOGUE)
def test_a_leaf_is_recognised_as_of_no_other_type(topic: str) -> None:
    data = encoded(EXAMPLES[topic, "null"])
    assert [other for other in CATALOGUE if agree(other, data)] == [topic]


@pytest.mark.parametrize("topic", CATALOGUE)
@pytest.mark.parametrize("other", OTHERS)
def test_another_value_in_any_place_is_judged_as_the_strict_reader_judges(
    topic: str, other: bytes
) -> None:
    """Every scalar, key and sign of a full leaf in turn: nested lists and parts and all."""
    parts = TOKEN.findall(encoded(EXAMPLES[topic, "full"], import_id="0f" * 16))
    recogniser = Recogniser(leaf_forms(), check_leaf)
    for place, part in enumerate(parts):
        data = b"".join((*parts[:place], other, *parts[place + 1 :]))
        recognised = recogniser.recognised(topic, data)
        if recognised is not None:
            assert strictly(data) == recognised, (place, part)


@pytest.mark.parametrize("more", [b" ", b"\n", b"\x00", b"}", b",", b"{}", b"\xef\xbb\xbf"])
def test_what_stands_around_a_leaf_is_not_overlooked(more: bytes) -> None:
    data = encoded(EXAMPLES["entry-voided.v1", "full"])
    assert not agree("entry-voided.v1", data + more)
    assert not agree("entry-voided.v1", more + data)


@pytest.mark.parametrize(("topic", "example"), EXAMPLES)
def test_an_ordinary_leaf_is_recognised(topic: str, example: str) -> None:
    """But for the greatest integers, which no ordinary leaf has."""
    for import_id in (None, "0f" * 16):
        data = encoded(EXAMPLES[topic, example], import_id=import_id)
        assert agree(topic, data.replace(b"9007199254740991", b"907199254740991"))


def test_every_leaf_of_a_generated_log_is_recognised() -> None:
    assert all(agree(topic, data) for _, topic, data in nation.leaves(2, 50))


@pytest.mark.parametrize(
    "text", ["Rp1.000,-", 'kata "kutip"', "garis\\miring", "baris\nlain", "\t", "é–☀", "\x7f"]
)
def test_texts_as_people_write_them_are_recognised(text: str) -> None:
    data = encoded(EXAMPLES["satker-registered.v1", "full"])
    spelled = json.dumps(text, ensure_ascii=False).encode()
    assert agree("satker-registered.v1", re.sub(rb'(?<="name":)"[^"]*"', lambda _: spelled, data))


def _lines(**columns: Any) -> bytes:
    event = EXAMPLES["dipa-lines-stated.v1", "null"]
    data = json.loads(encoded(event))
    data["data"] |= columns
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("columns", "sound"),
    [
        ({"code": ["a", "b"], "amount": [1, 2]}, True),
        ({"code": ["a", "b"], "amount": [1, None]}, True),
        ({"code": ["a,b", None], "name": ['","', "null"]}, True),
        ({"code": [], "amount": []}, True),
        ({"code": ["a", "b"], "amount": [1]}, False),
        ({"code": ["a,b"], "name": ["a", "b"]}, False),
        ({"code": ["a"], "amount": []}, False),
        ({"code": ["a"], "amount": [1.5]}, False),
        ({"code": ["a"], "amount": [[1]]}, False),
    ],
)
def test_columns_are_counted_by_their_elements(columns: Any, sound: bool) -> None:
    assert agree(DipaLinesStated.TOPIC, _lines(**columns)) is sound
    assert isinstance(strictly(_lines(**columns)), tuple) is sound


@pytest.mark.parametrize("size", [MAX_LEAF_BYTES, MAX_LEAF_BYTES + 1])
def test_a_leaf_too_large_is_not_recognised(size: int) -> None:
    data = encoded(EXAMPLES["satker-registered.v1", "full"])
    longer = data.replace(b'"name":"', b'"name":"' + b"x" * (size - len(data)))
    assert len(longer) == size
    assert agree("satker-registered.v1", longer) is (size == MAX_LEAF_BYTES)


@pytest.mark.parametrize("year", [0, 1, 1900, 2023, 2024, 9999])
def test_days_that_no_calendar_has_are_not_recognised(year: int) -> None:
    event = EXAMPLES["entry-voided.v1", "full"]
    known = encoded(event)
    for month in range(14):
        for day in range(33):
            at = f"{year:04d}-{month:02d}-{day:02d}T08:06:18.123456Z"
            agree(event.TOPIC, known.replace(RECORDED_AT.encode(), at.encode()))


@pytest.mark.parametrize(
    "time",
    ["24:00:00.000000Z", "23:60:00.000000Z", "23:59:60.000000Z", "23:59:59.00000Z", "23:59:59Z"],
)
def test_times_that_no_clock_has_are_not_recognised(time: str) -> None:
    known = encoded(EXAMPLES["entry-voided.v1", "full"])
    data = known.replace(RECORDED_AT.encode(), f"2025-01-20T{time}".encode())
    assert not agree("entry-voided.v1", data)


def test_every_day_but_the_leap_day_is_recognised() -> None:
    event, day = EXAMPLES["entry-voided.v1", "full"], date(2024, 1, 1)
    for _ in range(366):
        data = encoded(event, recorded_at=f"{day}T23:59:59.999999Z")
        assert agree(event.TOPIC, data) is (day != date(2024, 2, 29))
        day += timedelta(days=1)


def test_a_type_without_forms_is_read_strictly() -> None:
    event = EXAMPLES["entry-voided.v1", "full"]
    recogniser = Recogniser({}, check_leaf)
    assert recogniser.recognised(event.TOPIC, encoded(event)) is None
    assert recogniser.read(event.TOPIC, encoded(event)) == strictly(encoded(event))
