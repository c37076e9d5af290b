"""Decisions: equal is skipped, other content is a conflict, and each refusal has its code."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ledger.decisions import (
    Batch,
    Outcome,
    correct,
    correctable_fields,
    corrections_towards,
    is_amount_field,
    new_value,
    void,
    void_import,
)
from ledger.errors import InputRefused
from ledger.events import (
    CATALOGUE,
    Counts,
    DipaLinesStated,
    EntryCorrected,
    EntryVoided,
    Event,
    ImportReceived,
    LedgerOpened,
    NewValue,
    Target,
    WithdrawalPlanStated,
)
from ledger.shapes import data_shape
from ledger.state import StreamState, fold
from tests.book import document, revised, satker, stated
from tests.golden.examples import EXAMPLES

STREAM = "dipa/banjarbaru/2024"


def _loader(*history: Event) -> Callable[[str], StreamState]:
    versions: dict[str, int] = {}
    streams: dict[str, list[Event]] = {}
    for event in history:
        stream = event.originator_id
        versions[stream] = versions.get(stream, 0) + 1
        streams.setdefault(stream, []).append(replace(event, originator_version=versions[stream]))
    return lambda stream: fold(None, streams.get(stream, [])) or StreamState()


def _parts(*amounts: int, parts: int | None = None, **fields: Any) -> list[DipaLinesStated]:
    count = parts or len(amounts)
    return [
        stated(0, "ro", [(f"r{k}", amount)], part=k, parts=count, **fields)
        for k, amount in enumerate(amounts, 1)
    ]


def test_a_new_statement_takes_the_next_version_of_its_stream() -> None:
    batch = Batch(_loader(revised(0), revised(1)))
    assert batch.offer([revised(2)]) is Outcome.NEW
    assert batch.offer([document("d")]) is Outcome.NEW
    assert [(e.originator_id, e.originator_version) for e in batch.events] == [
        (STREAM, 3),
        ("dokumen/d", 1),
    ]


def test_an_equal_statement_is_skipped() -> None:
    batch = Batch(_loader(revised(0, total=5)))
    assert batch.offer([revised(0, total=5)]) is Outcome.SAME
    assert not len(batch.events)
    assert batch.conflicts == []


def test_another_content_under_the_same_key_is_a_conflict() -> None:
    batch = Batch(_loader(revised(1), revised(0, total=5)))
    offered = revised(0, total=6)
    assert batch.offer([offered]) is Outcome.CONFLICT
    assert not len(batch.events)
    assert [(c.offered, c.standing_version) for c in batch.conflicts] == [(offered, 2)]


def test_another_document_stands_beside() -> None:
    batch = Batch(_loader(revised(0, total=5)))
    assert batch.offer([revised(0, total=6, document="lkj")]) is Outcome.NEW


def test_later_statements_see_earlier_ones() -> None:
    batch = Batch(_loader())
    assert batch.offer([revised(0, total=5)]) is Outcome.NEW
    assert batch.offer([revised(0, total=5)]) is Outcome.SAME
    assert batch.offer([revised(0, total=6)]) is Outcome.CONFLICT
    assert [event.originator_version for event in batch.events] == [1]


def test_a_batch_leaves_the_loaded_state_alone() -> None:
    state = StreamState()
    Batch(lambda _: state).offer([revised(0)])
    assert state == StreamState()


def test_one_differing_part_keeps_all_parts_out() -> None:
    batch = Batch(_loader(*_parts(1, parts=2)))
    assert batch.offer(_parts(9, 2)) is Outcome.CONFLICT
    assert not len(batch.events)
    batch = Batch(_loader(_parts(1, 2)[1]))
    assert batch.offer(_parts(1, 9)) is Outcome.CONFLICT
    assert not len(batch.events)


def test_the_same_lines_cut_into_another_number_of_parts_are_a_conflict() -> None:
    batch = Batch(_loader(*_parts(1, 2)))
    assert batch.offer(_parts(1)) is Outcome.CONFLICT
    assert batch.offer(_parts(1, 2, 3)) is Outcome.CONFLICT
    assert batch.offer(_parts(1, 2)) is Outcome.SAME


def test_a_part_that_stands_is_not_recorded_again_beside_a_voided_one() -> None:
    history = [*_parts(1, 2), EntryVoided(STREAM, 0, Target(2), "batal", None)]
    batch = Batch(_loader(*history))
    assert batch.offer(_parts(1, 2)) is Outcome.NEW
    assert [event.part for event in batch.events if isinstance(event, DipaLinesStated)] == [2]


def test_a_voided_statement_may_be_stated_anew() -> None:
    batch = Batch(_loader(revised(0, total=5), EntryVoided(STREAM, 0, Target(1), "batal", None)))
    assert batch.offer([revised(0, total=6)]) is Outcome.NEW
    assert [event.originator_version for event in batch.events] == [3]


def _state() -> StreamState:
    """1 a revision, 2 three lines, 3 voided by 4, 2/1 voided by 5, lines 6 voided by 7."""
    return _loader(
        revised(0, total=5),
        stated(0, "ro", [("a", 1), ("b", 2), ("c", 3)]),
        revised(1),
        EntryVoided(STREAM, 0, Target(3), "batal", None),
        EntryVoided(STREAM, 0, Target(2, 1), "batal", None),
        stated(1, "ro", [("a", 1)]),
        EntryVoided(STREAM, 0, Target(6), "batal", None),
    )(STREAM)


REFUSED_TARGETS = [
    (Target(8), "target-unknown"),
    (Target(0), "target-unknown"),
    (Target(3), "target-voided"),
    (Target(2, 1), "target-voided"),
    (Target(6), "target-voided"),
    (Target(6, 0), "target-voided"),
    (Target(4), "target-fixed"),
    (Target(1, 0), "target-has-no-lines"),
    (Target(2, 3), "line-unknown"),
    (Target(2, -1), "line-unknown"),
]


@pytest.mark.parametrize(("target", "code"), [*REFUSED_TARGETS, (Target(2), "line-missing")])
def test_a_correction_that_cannot_apply_is_refused_by_its_code(target: Target, code: str) -> None:
    with pytest.raises(InputRefused) as refused:
        correct(_state(), STREAM, target, "amount", NewValue(1), reason="x", document=None)
    assert [refusal.code for refusal in refused.value.refusals] == [code]


@pytest.mark.parametrize(("target", "code"), REFUSED_TARGETS)
def test_a_void_that_cannot_apply_is_refused_by_its_code(target: Target, code: str) -> None:
    with pytest.raises(InputRefused) as refused:
        void(_state(), STREAM, target, reason="x", document=None)
    assert [refusal.code for refusal in refused.value.refusals] == [code]


@pytest.mark.parametrize("topic", ["ledger-opened.v1", "import-received.v1", "entry-voided.v1"])
def test_what_other_entries_rest_on_is_neither_corrected_nor_voided(topic: str) -> None:
    state = StreamState(version=1)
    state.topics.add(1, topic)
    for decide in (
        lambda: void(state, "s", Target(1), reason="x", document=None),
        lambda: correct(state, "s", Target(1), "a", NewValue(), reason="x", document=None),
    ):
        with pytest.raises(InputRefused) as refused:
            decide()
        assert [refusal.code for refusal in refused.value.refusals] == ["target-fixed"]


@pytest.mark.parametrize("name", ["revision", "document", "satker", "amount", "nothing", "kinds"])
def test_a_key_or_an_unknown_field_is_not_corrected(name: str) -> None:
    with pytest.raises(InputRefused) as refused:
        correct(_state(), STREAM, Target(1), name, NewValue(1), reason="x", document=None)
    (refusal,) = refused.value.refusals
    assert refusal.code == "field-not-correctable"
    assert dict(refusal.values)["fields"].split(", ") == sorted(
        correctable_fields("dipa-revised.v1")
    )


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_reason_is_needed_and_all_refusals_come_at_once(reason: str) -> None:
    with pytest.raises(InputRefused) as refused:
        correct(_state(), STREAM, Target(1), "no", NewValue(1), reason=reason, document=None)
    codes = [refusal.code for refusal in refused.value.refusals]
    assert codes == ["field-not-correctable", "reason-missing"]
    with pytest.raises(InputRefused) as refused:
        void(_state(), STREAM, Target(9), reason=reason, document=None)
    codes = [refusal.code for refusal in refused.value.refusals]
    assert codes == ["target-unknown", "reason-missing"]


def test_a_correction_and_a_void_go_to_the_next_version_of_their_target_s_stream() -> None:
    corrected = correct(
        _state(), STREAM, Target(2, 0), "amount", NewValue(9), reason="x", document="lkj"
    )
    assert corrected == EntryCorrected(STREAM, 8, Target(2, 0), "amount", NewValue(9), "x", "lkj")
    for target in (Target(1), Target(2), Target(2, 0)):
        voided = void(_state(), STREAM, target, reason="x", document=None)
        assert voided == EntryVoided(STREAM, 8, target, "x", None)


def test_the_correctable_fields_are_stored_fields_and_no_keys() -> None:
    for topic, cls in CATALOGUE.items():
        assert correctable_fields(topic) <= data_shape(cls).keys()
    assert "code" in correctable_fields("dipa-lines-stated.v1")
    assert not {"pn", "row", "cell", "raw", "part"} & correctable_fields("dipa-lines-stated.v1")
    for topic in (LedgerOpened.TOPIC, EntryCorrected.TOPIC, EntryVoided.TOPIC):
        assert correctable_fields(topic) == frozenset()


@pytest.mark.parametrize(
    ("topic", "name", "value", "carried"),
    [
        ("dipa-revised.v1", "total", 5, NewValue(amount=5)),
        ("dipa-revised.v1", "total", None, NewValue()),
        ("dipa-revised.v1", "reason", "5", NewValue(text="5")),
        ("dipa-lines-stated.v1", "amount", 5, NewValue(amount=5)),
        ("dipa-lines-stated.v1", "volume", "1.5", NewValue(text="1.5")),
        ("document-registered.v1", "revision", 13, NewValue(amount=13)),
    ],
)
def test_a_value_is_carried_as_its_field_holds_it(
    topic: str, name: str, value: int | str | None, carried: NewValue
) -> None:
    assert new_value(topic, name, value) == carried
    assert is_amount_field(topic, name) is (carried.amount is not None or name == "total")


def _towards(
    standing: Event,
    offered: Event,
    corrected: dict[tuple[int | None, str], NewValue] | None = None,
) -> list[tuple[Target, str, NewValue]] | None:
    found = corrections_towards(standing, offered, corrected or {}, reason="x", document="lkj")
    if found is None:
        return None
    assert all(e.reason == "x" and e.document == "lkj" for e in found)
    assert all(e.originator_id == standing.originator_id for e in found)
    return [(event.target, event.field, event.value) for event in found]


def test_corrections_towards_another_revision_name_each_differing_field() -> None:
    standing = replace(revised(0, "2024-01-01", 5, reason="a"), originator_version=4)
    offered = revised(0, None, 6, reason="a")
    assert _towards(standing, offered) == [
        (Target(4), "dated", NewValue()),
        (Target(4), "total", NewValue(amount=6)),
    ]


def test_corrections_towards_other_lines_name_each_differing_cell() -> None:
    standing = replace(stated(0, "ro", [("a", 1), ("b", 2)]), originator_version=4)
    offered = stated(0, "ro", [("a", 1), ("b", 7)], name=["A", None])
    assert _towards(standing, offered) == [
        (Target(4, 0), "name", NewValue(text="A")),
        (Target(4, 1), "amount", NewValue(amount=7)),
    ]


def test_an_earlier_correction_counts_as_what_stands() -> None:
    standing = replace(revised(0, total=5), originator_version=4)
    earlier: dict[tuple[int | None, str], NewValue] = {(None, "total"): NewValue(amount=6)}
    assert _towards(standing, revised(0, total=6), earlier) == []
    back = [(Target(4), "total", NewValue(amount=5))]
    assert _towards(standing, revised(0, total=5), earlier) == back
    unknown: dict[tuple[int | None, str], NewValue] = {(None, "total"): NewValue()}
    assert _towards(standing, revised(0, total=5), unknown) == back


@pytest.mark.parametrize(
    "fields",
    [
        {"kinds": ["pok"]},
        {"document": "lkj"},
        {"authority": ["dja"]},
    ],
)
def test_a_difference_beyond_correctable_fields_has_no_corrections(fields: dict[str, Any]) -> None:
    assert _towards(revised(0, document="d"), revised(0, **{"document": "d", **fields})) is None


@pytest.mark.parametrize(
    "offered",
    [
        stated(0, "ro", [("a", 1)]),
        stated(0, "ro", [("b", 2), ("a", 1)]),
        stated(0, "ro", [("a", 1), ("b", 2)], coverage="partial"),
        stated(0, "ro", [("a", 1), ("b", 2)], stated_total=9),
        stated(0, "ro", [("a", 1), ("b", 2)], parts=2),
    ],
)
def test_other_lines_or_another_cut_have_no_corrections(offered: Event) -> None:
    assert _towards(stated(0, "ro", [("a", 1), ("b", 2)]), offered) is None


def test_corrections_towards_a_plan_go_month_by_month() -> None:
    plan = EXAMPLES["withdrawal-plan-stated.v1", "full"]
    assert isinstance(plan, WithdrawalPlanStated)
    assert _towards(plan, replace(plan, amount=[1000, 7])) == [
        (Target(17, 1), "amount", NewValue(amount=7))
    ]
    assert _towards(plan, replace(plan, month=[1, 11])) is None
    assert _towards(plan, replace(plan, code=["51", "53"])) is None


@pytest.mark.parametrize(
    ("topic", "name"), [("scale-defined.v1", "lower"), ("indicator-defined.v1", "ro")]
)
def test_a_list_in_an_entry_of_one_value_is_not_corrected(topic: str, name: str) -> None:
    event: Any = EXAMPLES[topic, "full"]
    assert name not in correctable_fields(topic)
    assert _towards(event, replace(event, **{name: ["1", "2"]})) is None


def test_of_lines_only_columns_are_corrected() -> None:
    for topic in ("dipa-lines-stated.v1", "withdrawal-plan-stated.v1"):
        shape = data_shape(CATALOGUE[topic])
        assert all(shape[name].elements is not None for name in correctable_fields(topic))
    assert correctable_fields("withdrawal-plan-stated.v1") == {"code", "amount"}


def test_a_place_and_a_print_need_no_correction() -> None:
    standing = stated(0, "ro", [("a", 1)], row=[2], cell=["A2"], raw=["1,-"])
    assert _towards(standing, stated(0, "ro", [("a", 1)], read_from="lkj", row=[3])) == []
    assert _towards(satker(), satker()) == []


def _received(*more: Event) -> StreamState:
    state = fold(None, [*_NUMBERED_IMPORT, *more])
    assert state is not None
    return state


_IMPORT_STREAM = "impor/ab"
_NUMBERED_IMPORT = [
    ImportReceived(_IMPORT_STREAM, 1, "ab", "a.csv", "00", "", "uji", Counts(1, 1, 0, 0, 0))
]


def test_an_import_is_voided_in_its_own_stream_once() -> None:
    event = void_import(_received(), "ab", reason="salah berkas", document=None)
    assert (event.originator_id, event.originator_version) == (_IMPORT_STREAM, 2)
    assert (event.import_id, event.reason) == ("ab", "salah berkas")
    for state, code in ((_received(event), "import-voided"), (StreamState(), "import-unknown")):
        with pytest.raises(InputRefused) as refused:
            void_import(state, "ab", reason=" ", document=None)
        assert [one.code for one in refused.value.refusals] == [code, "reason-missing"]
