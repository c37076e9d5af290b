"""The closed catalogue: an event and its stored fields are inverses, and nothing else gets in."""

import copy
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import DataMismatch, UnknownEventType
from ledger.events import CATALOGUE, Event, event_data, event_of
from ledger.shapes import data_shape
from tests.golden.examples import EXAMPLES
from tests.strategies import events


def _back(event: Event, data: dict[str, Any]) -> Event:
    return event_of(event.TOPIC, event.originator_id, event.originator_version, data)


@pytest.mark.parametrize("topic", CATALOGUE)
def test_stored_fields_and_event_are_inverses(topic: str) -> None:
    @settings(max_examples=25)
    @given(events(topic))
    def check(event: Event) -> None:
        data = event_data(event)
        assert _back(event, data) == event
        assert event_data(_back(event, data)) == data

    check()


@given(events())
def test_stored_fields_are_all_present_and_only_those_of_the_topic(event: Event) -> None:
    data = event_data(event)
    assert list(data) == list(data_shape(type(event)))
    assert not {"originator_id", "originator_version", "TOPIC"} & data.keys()


@pytest.mark.parametrize("topic", ["os:system", "xml.dom.minidom:parse", "dipa-revised.v2", ""])
def test_an_unknown_type_is_refused_and_never_imported(topic: str) -> None:
    before = {name: module for name, module in sys.modules.items() if not name.startswith("xml")}
    sys.modules.pop("xml.dom.minidom", None)
    with pytest.raises(UnknownEventType) as refused:
        event_of(topic, "ledger", 1, {})
    assert refused.value.topic == topic
    assert "xml.dom.minidom" not in sys.modules
    assert before.keys() <= sys.modules.keys()


@pytest.mark.parametrize("topic", CATALOGUE)
def test_each_missing_or_further_field_is_refused(topic: str) -> None:
    event = EXAMPLES[topic, "full"]
    data = event_data(event)
    for name in data:
        with pytest.raises(DataMismatch, match=name):
            _back(event, {key: value for key, value in data.items() if key != name})
    with pytest.raises(DataMismatch, match="further"):
        _back(event, {**data, "further": None})
    with pytest.raises(DataMismatch):
        _back(event, {**data, "originator_id": "ledger"})


@pytest.mark.parametrize("topic", CATALOGUE)
def test_each_field_of_a_part_must_be_there_and_no_other(topic: str) -> None:
    event = EXAMPLES[topic, "full"]
    for name, value in event_data(event).items():
        if not isinstance(value, dict):
            continue
        for part in value:
            data = copy.deepcopy(event_data(event))
            del data[name][part]
            with pytest.raises(DataMismatch, match=name):
                _back(event, data)
        data = copy.deepcopy(event_data(event))
        data[name]["further"] = None
        with pytest.raises(DataMismatch, match=name):
            _back(event, data)


_SAMPLES: tuple[Any, ...] = (None, True, 1, 1.0, "1", [], [1.0], [True], [1], ["1"], {}, {"a": 1})


@pytest.mark.parametrize("topic", CATALOGUE)
def test_a_value_of_another_type_is_refused(topic: str) -> None:
    event = EXAMPLES[topic, "full"]
    data = event_data(event)
    for name, shape in data_shape(type(event)).items():
        for value in _SAMPLES:
            if type(value) in shape.scalars:
                continue
            elements = shape.elements or frozenset()
            if isinstance(value, list) and elements.issuperset(map(type, value)):
                continue
            with pytest.raises(DataMismatch, match=name):
                _back(event, {**data, name: value})


@pytest.mark.parametrize(
    ("topic", "name", "value"),
    [
        ("ledger-opened.v1", "scale", False),
        ("dipa-revised.v1", "revision", True),
        ("dipa-revised.v1", "total", True),
        ("dipa-lines-stated.v1", "amount", [1, True]),
        ("dipa-lines-stated.v1", "pn", [True, 1]),
        ("dipa-lines-stated.v1", "place", {"sheet": None, "page": None, "row": True, "cell": None}),
        ("entry-voided.v1", "target", {"version": True, "line": None}),
        ("entry-corrected.v1", "value", {"amount": 1.5, "text": None}),
    ],
)
def test_a_truth_value_is_no_number_and_a_number_no_truth_value(
    topic: str, name: str, value: object
) -> None:
    event = EXAMPLES[topic, "full"]
    with pytest.raises(DataMismatch):
        _back(event, {**event_data(event), name: value})


@given(st.data())
def test_columns_of_unequal_length_are_refused(data: st.DataObject) -> None:
    event = EXAMPLES["dipa-lines-stated.v1", "full"]
    stored = event_data(event)
    names = [name for name, value in stored.items() if isinstance(value, list)]
    name = data.draw(st.sampled_from(names))
    with pytest.raises(DataMismatch, match=f"not equally long: .*{name} 1"):
        _back(event, {**stored, name: stored[name][:1]})


def test_lists_that_are_no_columns_may_have_any_length() -> None:
    event = EXAMPLES["dipa-revised.v1", "full"]
    back = _back(event, {**event_data(event), "authority": [], "kinds": ["a", "b", "c"]})
    assert event_data(back)["kinds"] == ["a", "b", "c"]
