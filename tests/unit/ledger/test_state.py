"""The fold of a stream: what a decision refuses by, and nothing that it could spoil."""

import copy
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.events import (
    CATALOGUE,
    DipaLinesStated,
    EntryVoided,
    Event,
    Place,
    RealisationRecorded,
    Target,
    WithdrawalPlanStated,
)
from ledger.state import Entry, StreamState, content_digest, entry_key, evolve, fold
from tests.book import document, revised, satker, stated
from tests.golden.examples import EXAMPLES
from tests.strategies import events


def _numbered(found: list[Event]) -> list[Event]:
    return [
        replace(event, originator_id="dipa/s/2024", originator_version=version)
        for version, event in enumerate(found, 1)
    ]


HISTORIES = st.lists(events(), max_size=6).map(_numbered)


@given(HISTORIES)
def test_a_fold_is_evolve_repeated(history: list[Event]) -> None:
    state = StreamState()
    for event in history:
        state = evolve(state, event)
    assert fold(None, history) == (state if history else None)


@given(HISTORIES, events())
def test_evolve_leaves_its_argument_as_it_was(history: list[Event], event: Event) -> None:
    state = fold(None, history) or StreamState()
    before = copy.deepcopy(state)
    after = evolve(state, replace(event, originator_version=len(history) + 1))
    assert state == before
    assert after.version == len(history) + 1


@given(HISTORIES, HISTORIES)
def test_a_fold_goes_on_from_an_earlier_state_without_touching_it(
    first: list[Event], second: list[Event]
) -> None:
    later = [replace(e, originator_version=len(first) + e.originator_version) for e in second]
    start = fold(None, first)
    before = copy.deepcopy(start)
    assert fold(start, later) == fold(None, [*first, *later])
    assert start == before


def test_a_stream_without_events_has_no_state() -> None:
    assert fold(None, []) is None


@given(HISTORIES)
def test_a_state_knows_topic_and_line_count_of_each_version(history: list[Event]) -> None:
    state = fold(None, history) or StreamState()
    assert [state.topics.get(e.originator_version) for e in history] == [e.TOPIC for e in history]
    assert state.line_counts == {
        e.originator_version: len(e.code)
        for e in history
        if isinstance(e, DipaLinesStated | WithdrawalPlanStated)
    }


def test_an_entry_voided_as_a_whole_frees_its_key() -> None:
    first, second = _numbered([revised(1, total=5), revised(2, total=6)])
    void = EntryVoided("dipa/s/2024", 3, Target(1), "batal", None)
    state = fold(None, [first, second, void])
    assert state is not None
    assert state.standing(entry_key(first)) is None
    assert state.standing(entry_key(second)) is not None
    assert state.voided == {Target(1)}


def test_a_voided_line_frees_no_key() -> None:
    (lines,) = _numbered([stated(0, "ro", [("a", 1), ("b", 2)])])
    void = EntryVoided("dipa/s/2024", 2, Target(1, 0), "batal", None)
    state = fold(None, [lines, void])
    assert state is not None
    assert state.standing(entry_key(lines)) is not None
    assert state.voided == {Target(1, 0)}


def test_the_void_of_an_older_entry_leaves_the_younger_one_its_key() -> None:
    first = revised(1, total=5)
    history = _numbered([first, EntryVoided("", 0, Target(1), "batal", None), revised(1, total=6)])
    again = EntryVoided("dipa/s/2024", 4, Target(1), "batal", None)
    state = fold(None, [*history, again])
    assert state is not None
    assert state.standing(entry_key(first)) == Entry(3, content_digest(history[2]))


def test_what_may_not_repeat_is_said_for_every_topic() -> None:
    repeating = {"entry-corrected.v1", "entry-voided.v1", "finding-moved.v1"}
    keys = {topic: entry_key(EXAMPLES[topic, "full"]) for topic in CATALOGUE}
    assert {topic for topic, key in keys.items() if key is None} == repeating


def test_a_key_tells_revision_dimension_document_and_part_apart() -> None:
    lines = stated(0, "ro", [("a", 1)])
    others = [
        stated(1, "ro", [("a", 1)], document=lines.document),
        stated(None, "ro", [("a", 1)], document=lines.document),
        stated(0, "akun", [("a", 1)]),
        stated(0, "ro", [("a", 1)], document="lkj"),
        stated(0, "ro", [("a", 1)], part=2),
    ]
    keys = [entry_key(event) for event in [lines, *others, revised(0), revised(0, document="x")]]
    assert len(set(keys)) == len(keys)


def test_a_payment_without_a_line_number_may_repeat() -> None:
    payment = EXAMPLES["realisation-recorded.v1", "full"]
    assert isinstance(payment, RealisationRecorded)
    assert entry_key(payment) is not None
    assert entry_key(replace(payment, paper_line=None)) is None
    assert entry_key(replace(payment, paper_number=None)) is None
    assert entry_key(replace(payment, paper_line=None, extent="period-total")) is not None


def test_what_stands_at_places_may_differ_by_sheet_and_page_and_not_by_cell() -> None:
    for topic in ("indicator-defined.v1", "target-set.v1", "achievement-recorded.v1"):
        event: Any = EXAMPLES[topic, "full"]
        key = entry_key(event)
        assert entry_key(replace(event, place=replace(event.place, page="9"))) != key
        assert entry_key(replace(event, place=replace(event.place, cell="Z9", row=99))) == key


def test_the_place_is_no_part_of_what_was_said() -> None:
    lines = stated(0, "ro", [("a", 1)], row=[2], cell=["A2"])
    moved = replace(lines, place=Place(page="4"), row=[9], cell=["B9"], originator_version=7)
    assert content_digest(lines) == content_digest(moved)
    for said in (
        replace(lines, amount=[2]),
        replace(lines, name=["x"]),
        replace(lines, coverage="partial"),
        replace(lines, read_from="lkj"),
    ):
        assert content_digest(said) != content_digest(lines)


def test_the_key_of_a_stream_of_one_entry_is_its_topic() -> None:
    assert entry_key(satker("a")) == entry_key(satker("b"))
    assert entry_key(document("a")) != entry_key(satker("a"))


def test_what_a_voided_import_brought_is_void_and_takes_no_key() -> None:
    history = _numbered([revised(0, total=1), revised(1), revised(0, total=2)])
    state = fold(None, history, gone={1})
    assert state is not None
    assert state.version == 3
    assert state.standing(entry_key(history[2])) == Entry(3, content_digest(history[2]))
    assert state.voided == {Target(1)}
    assert state.topics.get(1) == history[0].TOPIC
    alone = fold(None, history[:1], gone={1})
    assert alone is not None
    assert (alone.version, alone.stands, alone.voided) == (1, False, {Target(1)})
    assert alone.topics.get(1) == history[0].TOPIC


def test_a_void_that_a_voided_import_brought_voids_nothing() -> None:
    history = _numbered([revised(0), EntryVoided("dipa/s/2024", 0, Target(1), "x", None)])
    state = fold(None, history, gone={2})
    assert state is not None
    assert Target(1) not in state.voided
    assert state.standing(entry_key(history[0])) is not None
