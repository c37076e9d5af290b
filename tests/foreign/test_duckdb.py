"""DuckDB alone, from the leaves alone, gives the pagu that Jejak gives.

JEJAK_EXAMPLES sets how many histories are tried.
"""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.wiring import LeafCodec
from events_store.log import LeafLog
from ledger.dates import format_instant
from ledger.events import CATALOGUE, DipaLinesStated, ImportVoided, event_data
from ledger.records import DIMENSIONS, LEVELS, TOTAL
from projections.columns import Columns, decode
from projections.corrections import settled_documents
from projections.levels import derivable_from, fineness, level_of
from projections.pagu import pagu
from projections.position import Position, narrowed_to, visible
from projections.precedence import MONEY
from projections.revisions import held_at, revision_rows
from projections.statements import speaking, stated_lines
from projections.why import why_pagu
from tests.book import SALT, SATKER, YEAR, Book, document, revised, satker, stated
from tests.e2e.conftest import Jejak
from tests.foreign.replay import NOT_HERE, SQL, Replayed, replay
from tests.property.histories import (
    CODES,
    DOCUMENTS,
    READ_FROM,
    REVISIONS,
    STATING,
    histories,
)

COMPARED = ("code", "name", "pagu", "basis")
TOTALS = ("pagu", "basis", "coverage", "lines_known", "unallocated")
unhurried = settings(
    max_examples=max(10, int(os.environ.get("JEJAK_EXAMPLES", "80")) // 2),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
Leaves = list[tuple[int, str, bytes]]


def _leaves(folder: Path) -> list[bytes]:
    with LeafLog(folder / "jejak.db") as log:
        return [leaf for _, _, leaf in log.leaves()]


def _answers_as_jejak(jejak: Jejak, replayed: Replayed, *words: str) -> None:
    """The total, and the rows of every level, as `jejak pagu --json` gives them."""
    by_default = jejak("pagu", *words, "--json").json
    total = replayed.total()
    assert {name: total[name] for name in TOTALS} == {n: by_default["totals"][n] for n in TOTALS}
    assert total["revision"] == by_default["position"]["revision"]
    for level in LEVELS:
        answer = jejak("pagu", *words, "--level", level, "--json").json
        rows = [{name: row[name] for name in COMPARED} for row in answer["rows"]]
        found = replayed.lines(level)
        assert [{name: row[name] for name in COMPARED} for row in found] == rows
        if total["revision"] is not None or total["pagu"] is not None:
            (of_level,) = replayed.rows(
                f"SELECT t.* FROM held JOIN level_total t USING (nth) WHERE t.level = '{level}'"
            )
            assert of_level["coverage"] == answer["totals"]["coverage"]
            assert of_level["unallocated"] == answer["totals"]["unallocated"]


def test_every_revision_of_the_demo_is_answered_alike(jejak: Jejak, folder: Path) -> None:
    replayed = replay(_leaves(folder), satker="banjarbaru", fiscal_year=2024)
    for revision in ["awal", "akhir", *range(15)]:
        _answers_as_jejak(jejak, replayed.at(revision), "--revision", str(revision))


@pytest.mark.parametrize("share", [0.05, 0.1, 0.3, 1])
def test_an_earlier_size_is_answered_alike(jejak: Jejak, folder: Path, size: int, share: float) -> None:
    known = int(size * share)
    replayed = replay(_leaves(folder), satker="banjarbaru", fiscal_year=2024, known_size=known)
    words = ("--at-size", str(known), "--satker", "banjarbaru", "--ta", "2024")
    _answers_as_jejak(jejak, replayed, *words)


def test_corrections_and_voids_of_the_demo_are_answered_alike(
    jejak: Jejak, folder: Path, size: int
) -> None:
    rows = jejak("pagu", "--level", "ro", "--json").json["rows"]
    assert rows
    replayed = replay(_leaves(folder), satker="banjarbaru", fiscal_year=2024)
    total, lines = replayed.total()["leaves"][0], replayed.total()["line_leaves"][0]
    for words in (
        ("correct", f"#{lines}/6709.QGE.001", "--value", "918012000"),
        ("correct", f"#{lines}/6709.QGE.003", "--value", "5"),
        ("void", f"#{size + 1}"),
        ("void", f"#{lines}/6872.QGE.003"),
        ("correct", f"#{total}", "--value", "40343020000"),
        ("correct", f"#{total}", "--value", "40343021000"),
        ("void", f"#{size + 5}"),
        ("void", f"#{total - 1}"),
    ):
        assert jejak(*words, "--reason", "uji").code == 0
        replayed = replay(_leaves(folder), satker="banjarbaru", fiscal_year=2024)
        _answers_as_jejak(jejak, replayed)
    assert replayed.total()["pagu"] == 40_343_020_000
    assert replayed.total()["leaves"] == [total, size + 4]
    assert size in replayed.total()["line_leaves"]
    void = replayed.at(12).total()
    assert (void["pagu"], void["basis"]) == (None, "unknown")
    assert void["note"] == f"revision 12 is void, see leaf {size + 7}"


# Histories --------------------------------------------------------------------------------------

IMPORTS = ("a1" * 16, "b2" * 16)
_TEXTS: dict[str, tuple[str | None, ...]] = {
    "name": (None, "x", "y"),
    "program": (None, "076.01.CQ", "076.01.WA"),
    "kegiatan": (None, "6709", "6639"),
    "kro": (None, "6709.QGE", "6639.BDB"),
    "ro": (None, "6709.QGE.001", "6639.BDB.001", "001"),
    "komponen": (None, "051", "052"),
    "akun": (None, "521211", "531111"),
    "fund": (None, "A", "J"),
}
_MORE_CODES = {**CODES, "komponen": ["6709.QGE.001.051", "051"], "sumber-dana": ["A", None]}


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


@st.composite
def _wide_histories(draw: st.DrawFn) -> Book:
    """Statements by every dimension, with corrections of any column and voids of any entry."""
    book = Book()
    book.add_all(draw(st.lists(st.sampled_from(DOCUMENTS), max_size=6, unique_by=id)))
    for _ in range(draw(st.integers(1, 3))):
        total = draw(st.none() | st.integers(0, 12))
        name = draw(st.sampled_from(STATING))
        book.add(revised(draw(REVISIONS), "2024-01-01", total, document=name))
    for drafted in draw(st.lists(_wide_lists(), max_size=6)):
        book.add(drafted)
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(book.events) - 1))
        entry = book.events[at]
        of_lines = isinstance(entry, DipaLinesStated) and entry.code
        line = draw(st.integers(0, len(entry.code) - 1)) if of_lines else None  # type: ignore[attr-defined]
        if line is None or draw(st.integers(0, 3)) == 0:
            if "voided" not in entry.TOPIC:
                book.void(at, line=draw(st.sampled_from([None, line])))
            continue
        field = draw(st.sampled_from(["amount", *_TEXTS]))
        values = st.integers(-3, 9) if field == "amount" else st.sampled_from(_TEXTS.get(field, ()))
        book.correct(at, field, draw(values), line=line)
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
            LeafCodec().encode(
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
ASKED = (None, "awal", "akhir", 0, 1, 2, 7)


@unhurried
@given(LEAVES, st.sampled_from([SATKER, SATKER, SATKER, "lain"]), st.data())
def test_any_history_is_answered_alike(leaves: Leaves, key: str, data: st.DataObject) -> None:
    size = data.draw(st.integers(0, len(leaves)))
    known = visible(decode(leaves, len(leaves)), Position(size=size)).columns
    columns = narrowed_to(known, key, YEAR)
    replayed = replay(
        [leaf for _, _, leaf in leaves], satker=key, fiscal_year=YEAR, known_size=size
    )
    for revision in ASKED:
        _answers_as_projected(columns, Position(revision=revision), replayed.at(revision))  # type: ignore[arg-type]


def _answers_as_projected(columns: Columns, position: Position, replayed: Replayed) -> None:
    total, found = replayed.total(), replayed.rows("FROM pagu_lines")
    projected = pagu(columns, position).to_pylist()
    if not projected:
        assert (total["pagu"], total["basis"], found) == (None, "unknown", [])
        return
    for name in ("revision", "pagu", "basis", "coverage", "unallocated"):
        assert total[name] == projected[0][name]
    for level in LEVELS:
        rows = pagu(columns, position, level).to_pylist()
        assert [[row[name] for name in COMPARED] for row in found if row["level"] == level] == [
            [row[name] for name in COMPARED] for row in rows if row["level"] == level
        ]
        (of_level,) = replayed.rows(
            f"SELECT t.* FROM held JOIN level_total t USING (nth) WHERE t.level = '{level}'"
        )
        for name in ("pagu", "basis", "coverage", "unallocated"):
            assert of_level[name] == rows[0][name]
    _rests_on_what_why_names(columns, position, replayed)


def _rests_on_what_why_names(columns: Columns, position: Position, replayed: Replayed) -> None:
    """`why` shows superseded corrections of an amount too, the replay those of other columns."""
    for row in replayed.rows("FROM pagu_lines"):
        if row["code"] is None:
            continue
        steps = why_pagu(columns, position, row["code"], row["level"])
        assert {step.event for step in steps if step.effect == "states"} <= set(row["leaves"])
        last = {step.event for step in steps[-1:] if step.effect == "corrects"}
        assert last <= set(row["leaves"])
        topics = {
            index: topic
            for topic, table in columns.tables.items()
            for index in table["index"].to_pylist()
        }
        stating = {leaf for leaf in row["leaves"] if topics[leaf] == DipaLinesStated.TOPIC}
        assert stating == {step.event for step in steps if step.effect == "states"}
