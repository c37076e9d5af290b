"""DuckDB alone, from the leaves alone, gives the pagu that Jejak gives.

JEJAK_EXAMPLES sets how many histories are tried.
"""

import os
from collections.abc import Callable, Sequence
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events_store.log import LeafLog
from ledger.events import CATALOGUE, DipaLinesStated
from ledger.records import DIMENSIONS, LEVELS
from projections.columns import Columns, decode
from projections.levels import derivable_from, fineness, level_of
from projections.pagu import pagu
from projections.position import Position, narrowed_to, visible
from projections.precedence import MONEY
from projections.revisions import revision_rows
from projections.why import why_pagu
from tests.book import SATKER, YEAR, Book, document, revised, stated
from tests.e2e.conftest import Jejak
from tests.foreign.histories import LEAVES, Leaves
from tests.foreign.replay import NOT_HERE, SQL, Replayed, replay
from tests.property.histories import DOCUMENTS, STATING

COMPARED = ("code", "name", "pagu", "basis")
TOTALS = ("pagu", "basis", "coverage", "lines_known", "unallocated")
unhurried = settings(
    max_examples=max(10, int(os.environ.get("JEJAK_EXAMPLES", "80")) // 2),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _leaves(folder: Path) -> list[bytes]:
    with LeafLog(folder / "jejak.db") as log:
        return [leaf for _, _, leaf in log.leaves()]


def _answers_as_jejak(
    jejak: Jejak, replayed: Replayed, *words: str, levels: Sequence[str] = LEVELS
) -> None:
    """The total, and the rows of each level, as `jejak pagu --json` gives them."""
    by_default = jejak("pagu", *words, "--json").json
    total = replayed.total()
    assert {name: total[name] for name in TOTALS} == {n: by_default["totals"][n] for n in TOTALS}
    assert total["revision"] == by_default["position"]["revision"]
    for level in levels:
        answer = jejak("pagu", *words, "--level", level, "--json").json
        rows = [{name: row[name] for name in COMPARED} for row in answer["rows"]]
        found = replayed.lines(level)
        assert [{name: row[name] for name in COMPARED} for row in found] == rows
        if total["revision"] is not None:
            of_level = replayed.of_level(level)
            assert of_level["coverage"] == answer["totals"]["coverage"]
            assert of_level["unallocated"] == answer["totals"]["unallocated"]


def test_every_revision_of_the_demo_is_answered_alike(jejak: Jejak, folder: Path) -> None:
    replayed = replay(_leaves(folder), satker="banjarbaru", fiscal_year=2024)
    for revision in ["awal", "akhir", *range(15)]:
        _answers_as_jejak(jejak, replayed.at(revision), "--revision", str(revision))


@pytest.mark.parametrize("share", [0.05, 0.1, 0.3, 1])
def test_an_earlier_size_is_answered_alike(
    jejak: Jejak, folder: Path, size: int, share: float
) -> None:
    known = int(size * share)
    replayed = replay(_leaves(folder), satker="banjarbaru", fiscal_year=2024, known_size=known)
    words = ("--at-size", str(known), "--satker", "banjarbaru", "--ta", "2024")
    _answers_as_jejak(jejak, replayed, *words)


def test_corrections_and_voids_of_the_demo_are_answered_alike(
    jejak: Jejak, folder: Path, size: int
) -> None:
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
        _answers_as_jejak(jejak, replayed, levels=["ro", "program"])
    assert replayed.total()["pagu"] == 40_343_020_000
    assert replayed.total()["leaves"] == [total, size + 4]
    assert size in replayed.total()["line_leaves"]
    void = replayed.at(12).total()
    assert (void["pagu"], void["basis"]) == (None, "unknown")
    assert void["note"] == f"revision 12 is void, see leaf {size + 7}"


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
        of_level = replayed.of_level(level)
        for name in ("pagu", "basis", "coverage", "unallocated"):
            assert of_level[name] == rows[0][name]
    _rests_on_what_why_names(columns, position, replayed)


def _rests_on_what_why_names(columns: Columns, position: Position, replayed: Replayed) -> None:
    """The same statements; and where the last step is a correction, that one is named too."""
    topics = {
        index: topic
        for topic, table in columns.tables.items()
        for index in table["index"].to_pylist()
    }
    for row in replayed.rows("FROM pagu_lines"):
        if row["code"] is None:
            continue
        steps = why_pagu(columns, position, row["code"], row["level"])
        last = {step.event for step in steps[-1:] if step.effect == "corrects"}
        assert last <= set(row["leaves"])
        stating = {leaf for leaf in row["leaves"] if topics[leaf] == DipaLinesStated.TOPIC}
        assert stating == {step.event for step in steps if step.effect == "states"}


@unhurried
@given(LEAVES, st.sampled_from(["6709.QGE.001", "6709.QGE", "6709", "076.01.CQ", "51", "521211"]))
def test_a_line_reads_at_each_revision_as_the_pagu_does(leaves: Leaves, code: str) -> None:
    columns = visible(decode(leaves, len(leaves)), Position()).columns
    columns = narrowed_to(columns, SATKER, YEAR)
    replayed = replay([leaf for _, _, leaf in leaves], satker=SATKER, fiscal_year=YEAR)
    found = replayed.history(code)
    states = next(iter(revision_rows(columns, Position()).values()), [])
    standing = [row["revision"] for row in states if row["voided_by"] is None]
    assert [row["revision"] for row in found] == standing
    for row in found:
        if row["revision"] is None:
            continue
        projected = pagu(columns, Position(revision=row["revision"]), level_of(code)).to_pylist()
        mine = [line["pagu"] for line in projected if line["code"] == code]
        assert row["coverage"] == projected[0]["coverage"]
        assert (row["listed"], row["amount"]) == (bool(mine), mine[0] if mine else None)
        if row["known"] and not mine:
            assert row["coverage"] == "full"
    for before, row in pairwise(found):
        is_known = before["known"] and row["known"]
        assert (row["against_before"] != "cannot be known") is is_known
        assert (row["against_before"] == "same") is (is_known and before["amount"] == row["amount"])


def test_of_any_two_documents_the_same_one_speaks() -> None:
    """Each pair states one revision in either order; of every third the first is voided."""
    later_out = document("dipa-c", dated="2024-01-01", published="2024-02-20")
    in_place = document("dipa-d", dated="2023-12-01", replaces="dipa-b")
    book = Book()
    book.add_all([*DOCUMENTS, later_out, in_place, document("lkj-2", "LKJ", dated="2025-03-01")])
    sources = [(name, None) for name in (*STATING, "dipa-c", "dipa-d")]
    reports = [("dipa-a", "lkj"), ("dipa-a", "lkj-2"), ("pok", "lkj")]
    for number, pair in enumerate(permutations([*sources, *reports], 2)):
        first, _ = (
            book.add(revised(number, None, total, document=name, read_from=read_from))
            for total, (name, read_from) in enumerate(pair)
        )
        if number % 3 == 0:
            book.void(first)
    rows = revision_rows(book.columns(), Position())[SATKER, YEAR]
    found = _asked(book).rows("SELECT revision, total FROM standing ORDER BY nth")
    assert [(row["revision"], row["total"]) for row in found] == [
        (row["revision"], row["pagu"]) for row in rows
    ]


def _line_book(
    totals: Sequence[tuple[int | None, list[tuple[str, int]] | None]], **fields: Any
) -> Book:
    """A DIPA whose revisions state a total and, where given, lines by RO."""
    book = Book()
    for number, (total, lines) in enumerate(totals):
        book.add(document(f"dipa-r{number}"))
        book.add(revised(number, f"2024-01-{number + 1:02}", total))
        if lines is not None:
            book.add(stated(number, "ro", lines, **fields))
    return book


def _asked(book: Book, **variables: Any) -> Replayed:
    leaves = [leaf for _, _, leaf in book.leaves()]
    return replay(leaves, satker=SATKER, fiscal_year=YEAR, **variables)


A, B = "6709.QGE.001", "6709.QGE.003"


@pytest.mark.parametrize(
    ("fields", "known"),
    [
        ({}, (9, "derived", "full")),
        ({"coverage": "partial"}, (None, "unknown", "partial")),
        ({"parts": 2}, (None, "unknown", "partial")),
    ],
)
def test_an_unstated_total_follows_only_from_a_whole_statement(
    fields: dict[str, Any], known: tuple[int | None, str, str]
) -> None:
    total = _asked(_line_book([(None, [(A, 4), (B, 5)])], **fields)).total()
    assert (total["pagu"], total["basis"], total["coverage"]) == known


def test_an_untouched_line_is_told_from_one_that_cannot_be_known() -> None:
    book = _line_book(
        [
            (9, [(A, 4), (B, 5)]),
            (10, [(A, 4), (B, 6)]),
            (10, None),
            (11, [(A, 4), (B, 7)]),
            (7, [(B, 7)]),
            (9, [(B, 7)]),
            (11, [(A, 4), (B, 7)]),
        ]
    )
    replayed = _asked(book)
    assert [row["against_before"] for row in replayed.history(A)] == [
        "first", "same", "cannot be known", "cannot be known", "gone", "cannot be known",
        "cannot be known",
    ]  # fmt: skip
    assert [row["amount"] for row in replayed.history(A)] == [4, 4, None, 4, None, None, 4]
    assert [row["against_before"] for row in replayed.history(B)] == [
        "first", "changed", "cannot be known", "cannot be known", "same", "same", "same",
    ]  # fmt: skip
    kegiatan = replayed.history("6709")
    assert [row["known"] for row in kegiatan] == [True, True, False, True, True, False, True]
    assert replayed.history(B, "kro")[0]["listed"] is False


def test_a_voided_revision_is_passed_over_and_a_correction_is_named() -> None:
    book = _line_book([(4, [(A, 4)]), (5, [(A, 5)]), (4, [(A, 3)])])
    book.void(4)
    correction = book.correct(8, "amount", 4, line=0)
    found = _asked(book).history(A)
    assert [(row["revision"], row["against_before"]) for row in found] == [
        (0, "first"),
        (2, "same"),
    ]
    assert found[1]["leaves"] == [8, correction]


def test_a_line_without_a_code_leaves_open_what_its_level_holds() -> None:
    book = _line_book([(9, [(A, 4), (B, 5)])], program=["076.01.CQ", None])
    (row,) = _asked(book).history("076.01.CQ")
    assert (row["coverage"], row["amount"], row["known"]) == ("full", 4, False)


def test_shares_of_agreements_are_no_figure_until_they_explain_the_total() -> None:
    book = Book()
    book.add_all([document("pk-a", "PK"), document("pk-b", "PK"), revised(0, None, 9)])
    for name, amount in (("pk-a", 2), ("pk-b", 3)):
        lines = [("6709", amount)]
        book.add(stated(0, "kegiatan", lines, document=name, coverage="partial"))
    (row,) = _asked(book).history("6709")
    assert (row["coverage"], row["amount"], row["known"]) == ("partial", 5, False)


def test_lines_without_a_code_are_told_apart_by_name() -> None:
    book = Book()
    book.add(revised(0, None, 9))
    book.add(stated(0, "ro", [(None, 4), (None, 5)], name=["x", "y"]))
    found = [(row["name"], row["pagu"]) for row in _asked(book).lines("ro")]
    assert found == [("x", 4), ("y", 5)]


def test_a_size_leaves_out_what_was_recorded_after_it() -> None:
    book = _line_book([(9, None)])
    book.correct(1, "total", 8)
    assert [_asked(book, known_size=size).total()["pagu"] for size in (1, 2, 3)] == [None, 9, 8]


def _later_version(leaves: list[bytes]) -> list[bytes]:
    return [*leaves, leaves[-1].replace(b'"dipa-lines-stated.v1"', b'"dipa-lines-stated.v2"')]


def _later_envelope(leaves: list[bytes]) -> list[bytes]:
    return [*leaves[:-1], leaves[-1].replace(b'"v":1', b'"v":2')]


SPOILED: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a type of a later time": _later_version,
    "an envelope of a later time": _later_envelope,
    "a line missing": lambda leaves: leaves[:1] + leaves[2:],
    "two lines swapped": lambda leaves: [*leaves[:-2], leaves[-1], leaves[-2]],
    "the end missing": lambda leaves: leaves[:-1],
    "a line twice": lambda leaves: [*leaves, leaves[-1]],
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_what_has_no_rule_here_gives_no_number(
    spoil: Callable[[list[bytes]], list[bytes]],
) -> None:
    book = _line_book([(9, [(A, 4), (B, 5)])])
    leaves = [leaf for _, _, leaf in book.leaves()]
    sound = replay(leaves, satker=SATKER, fiscal_year=YEAR, known_size=3)
    assert (sound.total()["pagu"], sound.total()["coverage"]) == (9, "full")
    spoiled = replay(
        spoil(leaves), satker=SATKER, fiscal_year=YEAR, known_size=max(3, len(spoil(leaves)))
    )
    total = spoiled.total()
    assert (total["pagu"], total["coverage"], total["basis"]) == (None, None, NOT_HERE)
    assert total["note"]
    for row in (*spoiled.rows("FROM pagu_lines"), *spoiled.history(A)):
        assert NOT_HERE in (row.get("basis"), row.get("against_before"))
        assert (row.get("pagu"), row.get("amount")) == (None, None)


def test_a_year_of_claims_alone_gives_no_number(jejak: Jejak, folder: Path) -> None:
    answer = jejak("pagu", "--ta", "2023", "--json").json
    assert [warning["code"] for warning in answer["warnings"]] == ["claimed"]
    total = replay(_leaves(folder), satker="banjarbaru", fiscal_year=2023).total()
    assert (total["pagu"], total["basis"]) == (None, NOT_HERE)


def test_a_year_of_which_nothing_is_recorded_is_unknown(folder: Path) -> None:
    total = replay(_leaves(folder), satker="banjarbaru", fiscal_year=1999).total()
    assert (total["pagu"], total["basis"], total["note"]) == (
        None,
        "unknown",
        "no such revision is known",
    )


def test_the_file_knows_the_types_the_order_of_documents_and_the_levels() -> None:
    for topic in CATALOGUE:
        assert f"'{topic}'" in SQL
    replayed = _asked(Book())
    _, kinds = MONEY[-1]
    ordered = replayed.rows("SELECT kind FROM precedence ORDER BY place")
    assert [row["kind"] for row in ordered] == list(kinds)
    for since, order in MONEY:
        for place, kind in enumerate(order):
            assert f"(DATE '{since}', '{kind}', {place})" in SQL
    follows = {(row["level"], row["dimension"]) for row in replayed.rows("FROM follows")}
    assert follows == {
        (level, dimension)
        for level in LEVELS
        for dimension in DIMENSIONS
        if derivable_from(level, dimension)
    }
    finest = replayed.rows("SELECT DISTINCT dimension, fineness FROM follows ORDER BY 2 DESC, 1")
    assert [row["dimension"] for row in finest] == sorted(DIMENSIONS, key=fineness)
