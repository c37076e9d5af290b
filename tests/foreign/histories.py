"""Random histories wider than those of the projections: every column, parts, and imports.

What gives a level is drawn for each line and corrected at random; leaves come with an import, and
an import may be voided as a whole.
"""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from ledger.dates import format_instant
from ledger.events import (
    DipaLinesStated,
    DipaRevised,
    DocumentRegistered,
    EntryVoided,
    Event,
    ImportVoided,
    event_data,
)
from tests.book import SALT, Book, revised, stated
from tests.leaves import leaf_bytes
from tests.property.histories import CODES, DOCUMENTS, READ_FROM, REVISIONS, STATING, histories

Leaves = list[tuple[int, str, bytes]]
IMPORTS = ("a1" * 16, "b2" * 16)
_TEXTS: dict[str, Sequence[str | None]] = {
    "name": (None, "x", "y"),
    "program": (None, "076.01.CQ", "076.01.WA"),
    "kegiatan": (None, "6709", "6639"),
    "kro": (None, "6709.QGE", "6639.BDB"),
    "ro": (None, "6709.QGE.001", "6639.BDB.001", "001"),
    "komponen": (None, "051", "052"),
    "akun": (None, "521211", "531111"),
    "fund": (None, "A", "J"),
}
_FIELDS: dict[type[Event], dict[str, Sequence[Any]]] = {
    DipaLinesStated: {**_TEXTS, "amount": (None, -3, 0, 4, 9)},
    DipaRevised: {"total": (None, 0, 4, 9)},
    DocumentRegistered: {
        "replaces": (None, "dipa-a", "pk-a", "lkj"),
        "published": (None, "2023-12-01", "2024-12-30"),
        "dated": (None, "2024-01-02", "2024-06-02"),
        "kind": ("PK", "POK", "LAIN"),
    },
}
_MORE_CODES: dict[str, Sequence[str | None]] = {
    **CODES,
    "komponen": ["6709.QGE.001.051", "051"],
    "sumber-dana": ["A", None],
}


@st.composite
def _wide_lists(draw: st.DrawFn) -> DipaLinesStated:
    """A statement of lines with every column that gives a level, in parts or in one."""
    dimension = draw(st.sampled_from(sorted(_MORE_CODES)))
    codes = draw(st.lists(st.sampled_from(_MORE_CODES[dimension]), max_size=4))
    name = draw(st.sampled_from(STATING))

    def column(options: Sequence[str | None]) -> Any:
        size = len(codes)
        return draw(st.none() | st.lists(st.sampled_from(options), min_size=size, max_size=size))

    return stated(
        draw(REVISIONS),
        dimension,
        [(code, draw(st.none() | st.integers(-3, 9))) for code in codes],
        coverage=draw(st.sampled_from(["full", "partial"])),
        part=draw(st.sampled_from([1, 2])),
        parts=draw(st.sampled_from([1, 2])),
        document=name,
        read_from=draw(st.sampled_from((None, READ_FROM.get(name)))),
        **{field: column(options) for field, options in _TEXTS.items()},
    )


def _amend(draw: st.DrawFn, book: Book, at: int) -> None:
    """A correction of any column, or of what ranks a document; else a void of any entry or line."""
    entry = book.events[at]
    is_list = isinstance(entry, DipaLinesStated)
    count = len(entry.code) if isinstance(entry, DipaLinesStated) else 0
    line = draw(st.integers(0, count - 1)) if count else None
    fields = _FIELDS.get(type(entry), {})
    if fields and (count or not is_list) and draw(st.integers(0, 3)) > 0:
        field = draw(st.sampled_from(sorted(fields)))
        book.correct(at, field, draw(st.sampled_from(fields[field])), line=line)
    elif not isinstance(entry, EntryVoided):
        book.void(at, line=draw(st.sampled_from([None, line])))


@st.composite
def _wide_histories(draw: st.DrawFn) -> Book:
    """Statements by every dimension, with corrections of any column and voids of any entry.

    One entry is often amended twice, and an amendment itself voided: the last that stands wins.
    """
    book = Book()
    book.add_all(draw(st.lists(st.sampled_from(DOCUMENTS), max_size=6, unique_by=id)))
    for _ in range(draw(st.integers(1, 3))):
        total = draw(st.none() | st.integers(0, 12))
        name = draw(st.sampled_from(STATING))
        book.add(revised(draw(REVISIONS), "2024-01-01", total, document=name))
    for drafted in draw(st.lists(_wide_lists(), max_size=6)):
        book.add(drafted)
    at = len(book.events) - 1
    for _ in range(draw(st.integers(0, 6))):
        last = len(book.events) - 1
        at = draw(st.sampled_from([at, last]) | st.integers(0, last))
        _amend(draw, book, at)
    return book


@st.composite
def _in_imports(draw: st.DrawFn, books: st.SearchStrategy[Book]) -> Leaves:
    """The leaves of a book, some of which came with an import; an import may be voided."""
    book = draw(books)
    brought = {at: draw(st.sampled_from([None, *IMPORTS])) for at in range(len(book.events))}
    if draw(st.booleans()):
        name = draw(st.sampled_from(IMPORTS))
        book.add(ImportVoided(f"impor/{name}", 0, name, "batal", None))
    return [
        (
            at,
            event.TOPIC,
            leaf_bytes(
                type_=event.TOPIC,
                stream=event.originator_id,
                version=event.originator_version,
                recorded_at=format_instant(book.clock[at]),
                actor="uji",
                import_id=brought.get(at),
                data=event_data(event),
                salt=SALT,
            ),
        )
        for at, event in enumerate(book.events)
    ]


LEAVES = _in_imports(st.one_of(histories(), _wide_histories()))
