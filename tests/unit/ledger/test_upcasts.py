"""An old version of a topic is read as the newest one, by an object and by a column alike."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from ledger import events, streams, upcasts
from ledger.errors import DataMismatch
from ledger.events import Event, event_data, event_of
from ledger.upcasts import Upcast
from projections.columns import decode
from tests.book import Book, leaf_of


@dataclass(frozen=True, slots=True)
class Paid(Event):
    """A topic of the test alone."""

    TOPIC: ClassVar[str] = "paid.v1"

    code: str
    total: int | None


@dataclass(frozen=True, slots=True)
class PaidAgain(Event):
    """Its next version: a field renamed, another one new."""

    TOPIC: ClassVar[str] = "paid.v2"

    code: str
    amount: int | None
    currency: str


STREAM = streams.realisation("contoh", 2024)


@pytest.fixture(autouse=True)
def _two_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(events.CATALOGUE, Paid.TOPIC, Paid)
    monkeypatch.setitem(events.CATALOGUE, PaidAgain.TOPIC, PaidAgain)
    upcast = Upcast(PaidAgain.TOPIC, {"total": "amount"}, {"currency": "IDR"})
    monkeypatch.setitem(upcasts.UPCASTS, Paid.TOPIC, upcast)


def test_an_object_of_the_old_version_is_read_as_the_new_one() -> None:
    old = Paid(STREAM, 1, "6709", 5)
    assert event_of(Paid.TOPIC, STREAM, 1, event_data(old)) == PaidAgain(
        STREAM, 1, "6709", 5, "IDR"
    )


def test_old_data_is_judged_by_its_own_topic() -> None:
    with pytest.raises(DataMismatch):
        event_of(Paid.TOPIC, STREAM, 1, {"code": "6709", "amount": 5, "currency": "IDR"})


def test_columns_of_both_versions_are_one_table_in_log_order() -> None:
    book = Book()
    book.add(PaidAgain(STREAM, 0, "6709", 7, "USD"))
    book.add(Paid(STREAM, 0, "6710", 5))
    book.add(PaidAgain(STREAM, 0, "6711", None, "IDR"))
    table = book.columns().of(PaidAgain)
    assert table.select(["index", "code", "amount", "currency"]).to_pylist() == [
        {"index": 0, "code": "6709", "amount": 7, "currency": "USD"},
        {"index": 1, "code": "6710", "amount": 5, "currency": "IDR"},
        {"index": 2, "code": "6711", "amount": None, "currency": "IDR"},
    ]


def test_an_object_and_a_column_read_the_same() -> None:
    old = Paid(STREAM, 1, "6709", 5)
    (row,) = decode([(0, Paid.TOPIC, leaf_of(old))], 1).of(PaidAgain).to_pylist()
    read = event_of(Paid.TOPIC, STREAM, 1, event_data(old))
    assert {name: row[name] for name in ("code", "amount", "currency")} == event_data(read)
