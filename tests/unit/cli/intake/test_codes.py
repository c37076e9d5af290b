"""The code column of a printed budget: the level of each code, and its place in the tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.intake.shapes.codes import LEVELS, CodeTree, level_of

PRINTED = [
    ("CQ", "program", ""),
    ("DL.2376", "kegiatan", ""),
    ("SAC", "kro", ""),
    ("SAC.811", "ro", "2376.SAC.811"),
    ("302", "komponen", "2376.SAC.811.302"),
    ("302.0B", "subkomponen", "2376.SAC.811.302.0B"),
    ("521211.0", "akun", "2376.SAC.811.302.0B.521211"),
    ("000017. Bahan", "item", "2376.SAC.811.302.0B.521211.000017"),
    ("000018. Bahan", "item", "2376.SAC.811.302.0B.521211.000018"),
    ("524111", "akun", "2376.SAC.811.302.0B.524111"),
    ("303", "komponen", "2376.SAC.811.303"),
    ("SAC.812", "ro", "2376.SAC.812"),
]


def test_a_printed_tree_is_followed_from_top_to_bottom() -> None:
    tree = CodeTree("076.01")
    for printed, level, line in PRINTED:
        assert tree.take(printed) == level
        assert tree.line_code() == line
    assert tree.path["program"] == "076.01.CQ"
    assert tree.path["kro"] == "2376.SAC"


@pytest.mark.parametrize(
    ("printed", "program"),
    [("076.01.WA", "076.01.WA"), ("07601WA", "076.01.WA"), ("WA", "WA"), ("'WA", "WA")],
)
def test_a_program_is_written_in_full_where_it_says_so(printed: str, program: str) -> None:
    tree = CodeTree()
    assert tree.take(printed) == "program"
    assert tree.path == {"program": program}


@pytest.mark.parametrize(
    ("code", "path", "level"),
    [
        ("6709.QGE.001", {}, "ro"),
        ("6709.QGE", {}, "kro"),
        ("6709", {}, "kegiatan"),
        ("051", {}, "komponen"),
        ("A", {}, None),
        ("A", {"komponen": "051"}, "subkomponen"),
        ("0A", {"komponen": "051"}, "subkomponen"),
        ("521211", {"komponen": "051"}, "akun"),
        ("Mengetahui,", {}, None),
        ("", {}, None),
    ],
)
def test_a_level_follows_from_the_shape_and_from_what_stands_above(
    code: str, path: dict[str, str], level: str | None
) -> None:
    assert level_of(code, path) == level


def test_what_is_no_code_leaves_the_tree_as_it_is() -> None:
    tree = CodeTree()
    tree.take("6709")
    before = dict(tree.path)
    assert tree.take("Jumlah") is None
    assert tree.path == before


@given(st.lists(st.text(alphabet="0123456789ABQGEW.' ", max_size=14), max_size=12))
def test_a_path_holds_no_level_below_the_last_code(codes: list[str]) -> None:
    tree = CodeTree()
    for code in codes:
        level = tree.take(code)
        if level is not None:
            assert level in tree.path
            below = LEVELS[LEVELS.index(level) + 1 :]
            assert not tree.path.keys() & set(below)
