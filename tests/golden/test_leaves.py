"""The bytes of each topic, for ever: a change here is a new version of the topic, not an edit.

JEJAK_UPDATE_GOLDEN=1 writes the files anew, for a topic that was never published.
"""

import os
from pathlib import Path

import pytest

from cli.wiring import LeafCodec
from events_store.leaf import decode_leaf
from ledger.events import CATALOGUE, Event, event_data, event_of
from ledger.shapes import Shape, data_shape
from tests.golden.examples import EXAMPLES, IMPORT_ID, holds_null
from tests.leaves import leaf_bytes

FOLDER = Path(__file__).parent
LEAVES = FOLDER / "leaves"
LISTING = FOLDER / "catalogue.txt"
EACH = [(topic, example) for topic in CATALOGUE for example in ("full", "null")]


def _encode(event: Event, import_id: str | None) -> bytes:
    return leaf_bytes(
        type_=event.TOPIC,
        stream=event.originator_id,
        version=event.originator_version,
        recorded_at="2025-01-20T08:06:18.123456Z",
        actor="uji",
        import_id=import_id,
        data=event_data(event),
        salt="000102030405060708090a0b0c0d0e0f",
    )


def _golden(path: Path, now: bytes) -> bytes:
    if os.environ.get("JEJAK_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(now)
    assert path.exists(), f"{path.name} is missing; JEJAK_UPDATE_GOLDEN=1 writes it"
    return path.read_bytes()


@pytest.mark.parametrize(("topic", "example"), EACH)
def test_a_leaf_has_its_golden_bytes(topic: str, example: str) -> None:
    event = EXAMPLES[topic, example]
    leaf = _encode(event, IMPORT_ID if example == "full" else None)
    assert leaf == _golden(LEAVES / f"{topic}.{example}.json", leaf)


@pytest.mark.parametrize(("topic", "example"), EACH)
def test_golden_bytes_decode_to_the_event(topic: str, example: str) -> None:
    leaf = decode_leaf((LEAVES / f"{topic}.{example}.json").read_bytes())
    assert event_of(leaf.type, leaf.stream, leaf.version, leaf.data) == EXAMPLES[topic, example]
    decoded = LeafCodec().decode_data((LEAVES / f"{topic}.{example}.json").read_bytes())
    assert decoded == (leaf.data, leaf.import_id)


def test_the_golden_files_are_those_of_the_catalogue() -> None:
    assert {path.name for path in LEAVES.iterdir()} == {f"{t}.{e}.json" for t, e in EACH}


@pytest.mark.parametrize("topic", CATALOGUE)
def test_a_full_example_leaves_nothing_null(topic: str) -> None:
    assert not holds_null(EXAMPLES[topic, "full"])


@pytest.mark.parametrize("topic", CATALOGUE)
def test_a_null_example_is_null_wherever_the_catalogue_allows(topic: str) -> None:
    event = EXAMPLES[topic, "null"]
    for name, shape in data_shape(type(event)).items():
        if type(None) in shape.scalars:
            assert getattr(event, name) is None, name


def test_the_fields_of_each_topic_are_those_of_the_listing() -> None:
    now = "".join(f"{line}\n" for topic in CATALOGUE for line in _listed(topic))
    assert now.encode() == _golden(LISTING, now.encode())


def _listed(topic: str) -> list[str]:
    """`topic field type`, one line a stored field, parts field by field."""
    lines = []
    for name, shape in data_shape(CATALOGUE[topic]).items():
        inner = data_shape(shape.part) if shape.part else {}
        if not inner or shape.scalars:
            lines.append(f"{topic} {name} {_words(shape)}")
        lines += [f"{topic} {name}.{part} {_words(found)}" for part, found in inner.items()]
    return lines


def _words(shape: Shape) -> str:
    names = {type(None): "null", str: "text", int: "integer", bool: "boolean"}
    words = [names[kind] for kind in shape.scalars]
    if shape.elements is not None:
        inner = "|".join(sorted(names[kind] for kind in shape.elements))
        words.append(f"list[{inner}]")
    if shape.part is not None:
        words.append("object")
    return "|".join(sorted(words))
