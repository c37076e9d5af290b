"""Which of several printed values holds, and when one document contradicts itself."""

from projections.targets import Printed, in_force

FIRST, SECOND = (0, 0, 0, 0, 0), (0, 1, 0, 0, 0)


def _printed(value: str | None, document: str = "pk", **fields: object) -> Printed:
    values: dict[str, object] = {
        "printed": value, "unit": "%", "read_from": None, "sheet": "Tabel 5", "event": 1,
        "ranking": FIRST, **fields,
    }  # fmt: skip
    return Printed(value=value, document=document, **values)  # type: ignore[arg-type]


def test_the_document_that_ranks_first_speaks_whatever_the_order() -> None:
    pk, rkt = _printed("1", "pk", event=9), _printed("2", "rkt", ranking=SECOND, event=1)
    for given in ([pk, rkt], [rkt, pk]):
        held = in_force(given)
        assert (held.value, held.is_conflict, held.candidates) == ("1", False, [pk, rkt])


def test_between_documents_of_one_rank_the_first_recorded_speaks() -> None:
    held = in_force([_printed("2", "pk-b", event=5), _printed("1", "pk-a", event=3)])
    assert (held.value, held.is_conflict) == ("1", False)


def test_a_document_that_prints_two_values_leaves_none_in_force() -> None:
    held = in_force(
        [_printed("1"), _printed("2", event=2), _printed("1", "rkt", ranking=SECOND, event=3)]
    )
    assert held.is_conflict
    assert (held.value, held.text, held.unit) == (None, None, None)
    assert [one.value for one in held.candidates] == ["1", "2", "1"]


def test_a_conflict_behind_the_document_that_speaks_takes_nothing_away() -> None:
    behind = [_printed(value, "rkt", ranking=SECOND, event=2) for value in ("2", "3")]
    held = in_force([_printed("1"), *behind])
    assert (held.value, held.is_conflict) == ("1", False)


def test_equal_numbers_do_not_conflict_over_their_print_or_unit() -> None:
    held = in_force([_printed("100", unit="%"), _printed("100.0", unit="persen", event=2)])
    assert (held.value, held.unit, held.is_conflict) == ("100", "%", False)


def test_texts_are_equal_only_to_themselves() -> None:
    assert in_force([_printed("A"), _printed("A", event=2)]).value == "A"
    assert in_force([_printed("A"), _printed("BB", event=2)]).is_conflict


def test_a_place_without_a_print_is_passed_over() -> None:
    held = in_force([_printed(None), _printed("5", "lkj", ranking=SECOND)])
    assert held.value == "5"


def test_a_print_that_cannot_be_read_speaks_without_a_value() -> None:
    held = in_force([_printed(None, printed="lihat catatan"), _printed("5", "lkj", ranking=SECOND)])
    assert (held.value, held.text, held.is_conflict) == (None, "lihat catatan", False)


def test_a_readable_print_of_the_same_document_speaks_before_an_unreadable_one() -> None:
    held = in_force([_printed(None, printed="lihat catatan"), _printed("5", event=2)])
    assert (held.value, held.text) == ("5", "5")


def test_the_copy_in_a_report_does_not_contradict_the_document_in_hand() -> None:
    held = in_force([_printed("1"), _printed("2", read_from="lkj", ranking=SECOND, event=2)])
    assert (held.value, held.is_conflict) == ("1", False)


def test_of_nothing_nothing_holds() -> None:
    assert in_force([]).speaking is None
    assert in_force([_printed(None)]).speaking is None
