"""Leaves into columns: the schema is the catalogue's, and nothing is guessed from the data."""

import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.events import CATALOGUE, DipaLinesStated, DipaRevised, Event, event_data
from ledger.shapes import Shape, data_shape
from projections.columns import (
    ENVELOPE_COLUMNS,
    data_type,
    decode,
    recorded_instants,
    table_schema,
)
from projections.errors import UndecodableLeaf, UnknownTopic
from tests.book import START, Book, leaf_of, revised, stated
from tests.golden.examples import EXAMPLES
from tests.strategies import events

WORDS = {str: "string", int: "int64", bool: "bool"}


def _expected(shape: Shape) -> str:
    """The Arrow type of a shape in words, said here a second time and by other means."""
    if shape.part is not None:
        inner = data_shape(shape.part).items()
        return f"struct<{', '.join(f'{name}: {_expected(found)}' for name, found in inner)}>"
    if shape.elements is not None:
        (element,) = shape.elements - {type(None)}
        return f"list<item: {WORDS[element]}>"
    (scalar,) = shape.scalars - {type(None)}
    return WORDS[scalar]


@pytest.mark.parametrize("topic", CATALOGUE)
def test_the_schema_of_a_topic_agrees_with_the_catalogue_field_by_field(topic: str) -> None:
    shapes = data_shape(CATALOGUE[topic])
    found = {field.name: str(field.type) for field in data_type(topic)}
    assert list(found) == list(shapes)
    assert found == {name: _expected(shape) for name, shape in shapes.items()}
    own = [name for name in shapes if name not in ENVELOPE_COLUMNS]
    assert table_schema(topic).names == [*ENVELOPE_COLUMNS, *own]


@pytest.mark.parametrize("topic", CATALOGUE)
def test_a_decoded_leaf_holds_what_the_event_held(topic: str) -> None:
    @settings(max_examples=25)
    @given(st.lists(events(topic), min_size=1, max_size=3))
    def check(found: list[Event]) -> None:
        leaves = [(index * 2, topic, leaf_of(event)) for index, event in enumerate(found)]
        table = decode(leaves, 9).of(CATALOGUE[topic])
        assert table.schema == table_schema(topic)
        assert table["index"].to_pylist() == [index for index, _, _ in leaves]
        for row, event in zip(table.to_pylist(), found, strict=True):
            data = event_data(event)
            own = [name for name in data if name not in ENVELOPE_COLUMNS]
            assert {name: row[name] for name in own} == {name: data[name] for name in own}
            assert row["stream"] == event.originator_id
            assert row["version"] == event.originator_version

    check()


def test_a_type_outside_the_catalogue_is_refused_with_its_index() -> None:
    leaves = [(0, "dipa-revised.v1", b"{}"), (1, "os:system", b"{}")]
    with pytest.raises(UnknownTopic) as refused:
        decode(leaves, 2)
    assert (refused.value.topic, refused.value.index) == ("os:system", 1)


@pytest.mark.parametrize("topic", CATALOGUE)
def test_a_leaf_with_a_further_field_is_refused(topic: str) -> None:
    leaf = json.loads(leaf_of(EXAMPLES[topic, "full"]))
    leaf["data"]["further"] = 1
    with pytest.raises(UndecodableLeaf) as refused:
        decode([(0, topic, json.dumps(leaf).encode())], 1)
    assert refused.value.topic == topic


def test_a_further_field_beside_the_data_or_in_a_part_is_refused() -> None:
    topic = DipaRevised.TOPIC
    for path in ((), ("data", "place"), ("data", "raw")):
        leaf = json.loads(leaf_of(EXAMPLES[topic, "full"]))
        part = leaf
        for name in path:
            part = part[name]
        part["further"] = None
        with pytest.raises(UndecodableLeaf):
            decode([(0, topic, json.dumps(leaf).encode())], 1)


@pytest.mark.parametrize(("name", "value"), [("total", "5"), ("total", 1.5), ("dated", 20240101)])
def test_a_value_of_another_type_is_refused(name: str, value: object) -> None:
    leaf = json.loads(leaf_of(EXAMPLES[DipaRevised.TOPIC, "full"]))
    leaf["data"][name] = value
    with pytest.raises(UndecodableLeaf):
        decode([(0, DipaRevised.TOPIC, json.dumps(leaf).encode())], 1)


def test_dates_and_instants_stay_texts() -> None:
    book = Book()
    book.add(revised(0, "2023-11-24", posted="2023-12-01", reason="2024-02-13T09:00:00Z"))
    (row,) = book.columns().of(DipaRevised).to_pylist()
    assert row["dated"] == "2023-11-24"
    assert row["posted"] == "2023-12-01"
    assert row["reason"] == "2024-02-13T09:00:00Z"
    assert row["recorded_at"] == "2025-01-20T08:00:00.000000Z"


def test_codes_keep_their_leading_zeros_and_large_amounts_every_digit() -> None:
    book = Book()
    book.add(stated(0, "ro", [("007130", 9_007_199_254_740_991), ("0", -9_007_199_254_740_991)]))
    (row,) = book.columns().of(DipaLinesStated).to_pylist()
    assert row["code"] == ["007130", "0"]
    assert row["amount"] == [9_007_199_254_740_991, -9_007_199_254_740_991]


def test_a_column_that_is_null_throughout_keeps_its_type() -> None:
    book = Book()
    book.add(revised(None))
    table = book.columns().of(DipaRevised)
    assert table["total"].type == pa.int64()
    assert table["authority"].to_pylist() == [None]


def test_an_empty_log_has_empty_tables_of_every_topic() -> None:
    columns = decode([], 0)
    assert (columns.size, dict(columns.tables)) == (0, {})
    for topic, cls in CATALOGUE.items():
        assert columns.of(cls).num_rows == 0
        assert columns.of(cls).schema == table_schema(topic)
    assert len(recorded_instants([])) == 0


def test_many_leaves_are_read_over_the_bounds_of_a_block() -> None:
    leaf = leaf_of(EXAMPLES[DipaRevised.TOPIC, "full"])
    count = (1 << 22) // len(leaf) * 2 + 3
    table = decode([(n, DipaRevised.TOPIC, leaf) for n in range(count)], count).of(DipaRevised)
    assert table.num_rows == count
    assert table["total"].to_pylist() == [40343017000] * count


def test_a_smaller_size_cuts_every_topic() -> None:
    book = Book()
    book.add_all([revised(0), stated(0, "ro", []), revised(1)])
    columns = book.columns()
    assert columns.known_at_size(2).of(DipaRevised)["index"].to_pylist() == [0]
    assert columns.known_at_size(2).size == 2
    assert columns.known_at_size(9).size == 3
    assert columns.known_at_size(0).of(DipaLinesStated).num_rows == 0


def test_the_clock_is_read_from_leaves_of_every_topic() -> None:
    book = Book()
    book.add_all([revised(0), stated(0, "ro", [("a", 1)])])
    found = recorded_instants(book.leaves())
    assert found.type == pa.timestamp("us", "UTC")
    assert [instant.as_py() for instant in found] == book.clock
    assert book.clock[0] == START
