"""The invented satker-year keeps the rules of a real one."""

import pytest

from tests.files.model import Budget, budget, several

SEEDS = range(1, 6)


@pytest.fixture(params=SEEDS)
def model(request: pytest.FixtureRequest) -> Budget:
    return budget(request.param)


def test_the_same_seed_gives_the_same_year() -> None:
    assert budget(3) == budget(3)
    assert budget(3) != budget(4)


def test_months_add_up_to_the_amount_and_amounts_are_whole_thousands(model: Budget) -> None:
    for revision in model.revisions:
        for item in revision.items:
            assert sum(item.months) == item.amount == item.volume * item.price
            assert min(item.months) >= 0
            assert item.amount % 1000 == 0


def test_revisions_are_numbered_on_and_c_revisions_keep_the_total(model: Budget) -> None:
    assert [revision.status for revision in model.revisions] == ["B00", "C01", "B02", "C03"]
    for before, after in zip(model.revisions, model.revisions[1:], strict=False):
        assert before.posted < after.posted
        assert (before.stamp == after.stamp) == (after.status[0] == "C")
        assert (before.total == after.total) == (after.status[0] == "C")


def test_a_c_revision_keeps_the_amount_of_every_ro(model: Budget) -> None:
    for before, after in zip(model.revisions, model.revisions[1:], strict=False):
        if after.status[0] == "C":
            assert _by_ro(before.items) == _by_ro(after.items)


def test_no_item_is_paid_beyond_what_is_free(model: Budget) -> None:
    for item in model.last.items:
        assert 0 <= model.spent(item, range(1, 13)) <= item.amount - item.blocked


def test_refunds_follow_their_payment_and_are_less(model: Budget) -> None:
    assert len(model.refunds) == 3
    for refund in model.refunds:
        assert refund.refunded_on > refund.payment.sp2d_on
        assert 0 < refund.amount <= refund.payment.amount


def test_a_payment_number_has_fifteen_digits(model: Budget) -> None:
    numbers = [payment.sp2d for payment in model.payments]
    assert all(len(number) == 15 and number.isdigit() for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_some_satker_codes_begin_with_a_zero() -> None:
    codes = [model.satker for model in several()]
    assert len(set(codes)) == len(codes)
    assert {code[0] == "0" for code in codes} == {True, False}


def _by_ro(items: tuple) -> dict[str, int]:  # type: ignore[type-arg]
    found: dict[str, int] = {}
    for item in items:
        found[item.code.ro_path] = found.get(item.code.ro_path, 0) + item.amount
    return found
