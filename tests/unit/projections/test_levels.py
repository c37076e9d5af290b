"""Levels: which sums follow from which lines, and the code of a line at each of them."""

import pyarrow as pa
import pytest

from ledger.lines import COLUMNS
from ledger.records import DIMENSIONS, LEVELS
from ledger.records import DIMENSIONS as STATED_DIMENSIONS
from projections.levels import derivable_from, level_codes

TREE = ("program", "kegiatan", "kro", "ro", "komponen")


def _codes(level: str, dimension: str, **line: str | None) -> str | None:
    names = {name: line.get(name) for name in COLUMNS if name not in ("amount", "pn")}
    table = pa.table({name: pa.array([value], pa.string()) for name, value in names.items()})
    (code,) = level_codes(table, level, dimension).to_pylist()
    return None if code is None else str(code)


def test_the_dimensions_are_those_that_a_line_may_state() -> None:
    assert set(DIMENSIONS) == set(STATED_DIMENSIONS)


def test_a_level_follows_from_itself_and_from_what_lies_below_it() -> None:
    for level in LEVELS:
        assert derivable_from(level, level)
        assert derivable_from(level, "line")
    for above in range(len(TREE)):
        for below in range(len(TREE)):
            assert derivable_from(TREE[above], TREE[below]) is (above <= below)


@pytest.mark.parametrize("dimension", ["akun", "jenis-belanja", "sumber-dana"])
def test_no_level_of_the_tree_follows_from_another_dimension(dimension: str) -> None:
    followed = {level for level in LEVELS if derivable_from(level, dimension)}
    assert followed == ({"akun", "jenis-belanja"} if dimension == "akun" else {dimension})


def test_nothing_follows_from_an_unknown_dimension() -> None:
    assert not derivable_from("ro", "kewenangan")


@pytest.mark.parametrize("level", LEVELS)
def test_the_code_at_the_stated_level_is_the_stated_code(level: str) -> None:
    assert _codes(level, level, code="CQ.6709") == "CQ.6709"


@pytest.mark.parametrize(
    ("level", "dimension", "line", "code"),
    [
        ("kegiatan", "ro", {"code": "6709.QGE.001"}, "6709"),
        ("kro", "ro", {"code": "6709.QGE.001"}, "6709.QGE"),
        ("kegiatan", "kro", {"code": "6709.QGE"}, "6709"),
        ("kegiatan", "line", {"code": "x", "ro": "6709.QGE.001"}, "6709"),
        ("kro", "line", {"code": "x", "ro": "6709.QGE.001"}, "6709.QGE"),
        ("ro", "line", {"code": "x", "ro": "6709.QGE.001"}, "6709.QGE.001"),
        ("kro", "ro", {"code": "001", "kro": "6709.QGE"}, "6709.QGE"),
        ("kegiatan", "ro", {"code": "001", "kegiatan": "6709"}, "6709"),
        ("kegiatan", "komponen", {"code": "051", "kegiatan": "6709"}, "6709"),
        ("ro", "komponen", {"code": "051", "ro": "6709.QGE.001"}, "6709.QGE.001"),
        ("ro", "line", {"code": "x", "ro": "QGE.001"}, "QGE.001"),
        ("program", "ro", {"code": "6709.QGE.001", "program": "076.01.CQ"}, "076.01.CQ"),
        ("jenis-belanja", "akun", {"code": "521211", "akun": "531111"}, "52"),
        ("jenis-belanja", "line", {"code": "x", "akun": "531111"}, "53"),
        ("sumber-dana", "line", {"code": "x", "fund": "A"}, "A"),
        ("akun", "line", {"code": "x", "akun": "521211"}, "521211"),
    ],
)
def test_a_code_follows_from_the_shape_or_the_column(
    level: str, dimension: str, line: dict[str, str | None], code: str
) -> None:
    assert _codes(level, dimension, **line) == code


@pytest.mark.parametrize(
    ("level", "dimension", "line"),
    [
        ("program", "ro", {"code": "6709.QGE.001"}),
        ("kro", "ro", {"code": "001"}),
        ("jenis-belanja", "line", {"code": "521211"}),
        ("sumber-dana", "line", {"code": "x"}),
        ("ro", "line", {"code": "6709.QGE.001"}),
        ("kegiatan", "ro", {"code": None}),
    ],
)
def test_what_a_line_does_not_give_is_null(
    level: str, dimension: str, line: dict[str, str | None]
) -> None:
    assert _codes(level, dimension, **line) is None
