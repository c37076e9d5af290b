"""A spool gives back what was kept, in order, as often as it is asked."""

from hypothesis import given
from hypothesis import strategies as st

from cli import spool
from cli.spool import Spool
from events_store.canonical import decode
from ledger.events import Event, event_data
from tests.strategies import events


def _kept(found: list[Event]) -> Spool:
    kept = Spool()
    for event in found:
        kept.keep(event, event.originator_version)
    return kept


@st.composite
def _streamed(draw: st.DrawFn) -> Event:
    """An event whose stream is a name as the ledger makes them."""
    from dataclasses import replace

    stream = draw(st.from_regex(r"[a-z]{1,8}/[a-z0-9-]{1,12}", fullmatch=True))
    return replace(draw(events()), originator_id=stream)


@given(st.lists(_streamed(), max_size=5))
def test_what_is_kept_comes_back_in_order_and_again(found: list[Event]) -> None:
    kept = _kept(found)
    assert len(kept) == len(found)
    assert list(kept) == found
    assert list(kept) == found


@given(st.lists(_streamed(), min_size=1, max_size=5))
def test_what_is_encoded_is_the_data_as_it_will_be_stored(found: list[Event]) -> None:
    kept = _kept(found)
    encoded = list(kept.encoded())
    heads = [(e.TOPIC, e.originator_id, e.originator_version) for e in found]
    assert [(topic, stream, version) for topic, stream, version, _ in encoded] == heads
    assert [decode(data) for *_, data in encoded] == [event_data(event) for event in found]
    assert kept.byte_count == sum(len(data) for *_, data in encoded)


@given(st.lists(_streamed(), min_size=2, max_size=5))
def test_a_reading_given_up_is_no_harm_to_what_is_kept_later(found: list[Event]) -> None:
    kept = _kept(found[:-1])
    next(iter(kept))
    last = found[-1]
    kept.keep(last, last.originator_version)
    assert list(kept) == found


def test_more_than_the_memory_holds_comes_back_too() -> None:
    size = spool._MEMORY_BYTES // 8_000 + 10
    from ledger.events import EntryVoided, Target

    kept = Spool()
    for version in range(1, size + 1):
        kept.keep(EntryVoided("dipa/a/2024", 0, Target(1), "x" * 8_000, None), version)
    assert kept.byte_count > spool._MEMORY_BYTES
    assert [event.originator_version for event in kept] == list(range(1, size + 1))
