"""Random histories of one ledger: statements, and corrections and voids of them.

Only what a decision would accept gets in, so that a history is one that could be recorded.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st

from ledger.decisions import correct, void
from ledger.errors import InputRefused
from ledger.events import (
    DipaLinesStated,
    DipaRevised,
    DocumentRegistered,
    Event,
    NewValue,
    RealisationRecorded,
    Target,
)
from ledger.state import StreamState, entry_key, fold
from projections.position import Position
from tests.book import Book, document, revised, stated

DAYS = ["2023-11-24", "2024-02-13", "2024-02-14", "2024-06-01", "2024-12-30", "2025-01-16"]
REVISIONS = st.sampled_from([0, 1, 2, None])
STATING = ["dipa-a", "dipa-b", "pok", "pk-a", "pk-b", "nowhere"]
READ_FROM = {"dipa-a": "lkj"}
LEVELS = ["program", "kegiatan", "kro", "ro", "jenis-belanja", "sumber-dana"]
CODES: dict[str, list[str | None]] = {
    "ro": ["6709.QGE.001", "6709.QGE.003", "6639.BDB.001", "001", None],
    "kro": ["6709.QGE", "6639.BDB", None],
    "kegiatan": ["6709", "6639"],
    "program": ["076.01.CQ", "076.01.WA"],
    "line": ["000001", "000002", None],
    "jenis-belanja": ["51", "52"],
    "akun": ["521211", "531111"],
}
DOCUMENTS = [
    document("dipa-a", "DIPA", dated="2024-01-02"),
    document("dipa-b", "DIPA", dated="2024-03-01", published="2024-03-05"),
    document("pok", "POK", dated="2024-06-01"),
    document("pk-a", "PK", dated="2024-01-10"),
    document("pk-b", "PK", dated="2024-01-11", replaces="pok"),
    document("lkj", "LKJ", dated="2025-01-16"),
]

AMOUNTS = st.none() | st.integers(-3, 9)
SATKERS = st.sampled_from(["banjarbaru", "banjarbaru", "lain"])


@st.composite
def _revisions(draw: st.DrawFn) -> DipaRevised:
    name = draw(st.sampled_from(STATING))
    read_from = draw(st.sampled_from((None, READ_FROM.get(name))))
    return revised(
        draw(REVISIONS),
        draw(st.none() | st.sampled_from(DAYS)),
        draw(st.none() | st.integers(0, 12)),
        posted=draw(st.none() | st.sampled_from(DAYS)),
        satker=draw(SATKERS),
        document=name,
        read_from=read_from,
    )


@st.composite
def _lists(draw: st.DrawFn) -> DipaLinesStated:
    dimension = draw(st.sampled_from(sorted(CODES)))
    codes = draw(st.lists(st.sampled_from(CODES[dimension]), max_size=4))
    name = draw(st.sampled_from(STATING))

    def column(*options: Any) -> Any:
        kinds = st.lists(st.sampled_from(options), min_size=len(codes), max_size=len(codes))
        return draw(st.none() | kinds)

    return stated(
        draw(REVISIONS),
        dimension,
        [(code, draw(AMOUNTS)) for code in codes],
        name=column(None, "x", "y"),
        program=column(None, "076.01.CQ", "076.01.WA"),
        ro=column(None, "6709.QGE.001", "6639.BDB.001", "001"),
        akun=column(None, "521211", "531111"),
        fund=column(None, "A", "J"),
        coverage=draw(st.sampled_from(["full", "partial"])),
        satker=draw(SATKERS),
        document=name,
        read_from=draw(st.sampled_from((None, READ_FROM.get(name)))),
    )


STATEMENTS: st.SearchStrategy[Event] = st.one_of(
    _revisions(), _revisions(), _lists(), st.sampled_from(DOCUMENTS)
)
FIELDS: dict[type[Event], dict[str, st.SearchStrategy[Any]]] = {
    DipaRevised: {"total": st.none() | st.integers(0, 12), "dated": st.sampled_from(DAYS)},
    DipaLinesStated: {"amount": AMOUNTS, "code": st.sampled_from(CODES["ro"])},
    DocumentRegistered: {"dated": st.sampled_from(DAYS), "kind": st.sampled_from(["LKJ", "POK"])},
    RealisationRecorded: {"amount": AMOUNTS, "period_end": st.sampled_from(DAYS)},
}


positions = st.builds(
    Position,
    revision=st.sampled_from([None, "awal", "akhir", 0, 1, 2, 7]),
    documents_until=st.none() | st.sampled_from(DAYS).map(date.fromisoformat),
) | st.builds(
    Position,
    as_of=st.dates(date(2023, 11, 1), date(2025, 2, 1)),
    by=st.sampled_from(["dipa", "posting"]),
    documents_until=st.none() | st.sampled_from(DAYS).map(date.fromisoformat),
)


def unique(statements: Sequence[Event]) -> list[Event]:
    """The statements without those that conflict with, or repeat, an earlier one."""
    seen: dict[tuple[str, Any], Event] = {}
    for event in statements:
        seen.setdefault((event.originator_id, entry_key(event)), event)
    return list(seen.values())


def state_of(book: Book, stream: str) -> StreamState:
    own = [event for event in book.events if event.originator_id == stream]
    return fold(None, own) or StreamState()


def amend(book: Book, draw: Callable[..., Any], index: int) -> None:
    """Append a random correction or void of an entry where a decision accepts it."""
    entry = book.events[index]
    state = state_of(book, entry.originator_id)
    lines = len(entry.code) if isinstance(entry, DipaLinesStated) else 0
    line = draw(st.integers(0, lines - 1)) if lines else None
    fields = FIELDS.get(type(entry), {})
    try:
        if not fields or draw(st.integers(0, 3)) == 0:
            line = draw(st.sampled_from([None, line]))
            target = Target(entry.originator_version, line)
            book.add(void(state, entry.originator_id, target, reason="x", document=None))
            return
        name = draw(st.sampled_from(sorted(fields)))
        value = draw(fields[name])
        new = NewValue(amount=value) if isinstance(value, int) else NewValue(text=value)
        target = Target(entry.originator_version, line)
        stream = entry.originator_id
        book.add(correct(state, stream, target, name, new, reason="x", document=None))
    except InputRefused:
        return


def recorded(draw: st.DrawFn, drafts: Iterable[Event]) -> Book:
    """The drafts that a decision accepts, amended at random moments."""
    book = Book()
    for draft in drafts:
        key = entry_key(draft)
        if key is None or state_of(book, draft.originator_id).standing(key) is None:
            book.add(draft)
        if draw(st.integers(0, 2)) == 0:
            amend(book, draw, draw(st.integers(0, len(book.events) - 1)))
    return book


@st.composite
def histories(draw: st.DrawFn) -> Book:
    """A ledger of some documents and statements."""
    documents = draw(st.lists(st.sampled_from(DOCUMENTS), max_size=6))
    return recorded(draw, documents + draw(st.lists(STATEMENTS, min_size=1, max_size=10)))
