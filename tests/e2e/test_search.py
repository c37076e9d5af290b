"""search names a place that `show` takes, cuts nothing in a pipe and takes signs as they are."""

from pathlib import Path

import pytest

from cli.commands.search import MAX_SHOWN_CHARACTERS, excerpt
from tests.e2e.conftest import Jejak

HOSTILE = "a\x1b[31m\u202e[red].csv"
MAPPING = """[[document]]
document = "dipa-2024-r14"
kind = "DIPA"
[[statement]]
record = "revision"
columns = { revision = "revisi", authority = "wewenang", kinds = "jenis" }
fixed = { satker = "banjarbaru", fiscal_year = 2024, document = "dipa-2024-r14" }
"""


@pytest.fixture
def hostile(jejak: Jejak, tmp_path: Path) -> None:
    """An import whose file name holds an escape, a bidi control and markup, and has lists."""
    (tmp_path / HOSTILE).write_text("revisi,wewenang,jenis\n14,kpa;kanwil-djpb,\n")
    (tmp_path / "m.toml").write_text(MAPPING)
    answer = jejak("import", HOSTILE, "--mapping", "m.toml", "--actor", "a")
    assert answer.code == 0
    assert answer.out.startswith("a\\u{001B}[31m\\u{202E}[red].csv")
    assert not {"\x1b", "\u202e"} & set(answer.out + answer.err)


@pytest.mark.usefixtures("hostile")
def test_a_hostile_name_is_found_and_shown_escaped(jejak: Jejak) -> None:
    answer = jejak("search", "[RED]")
    assert "a\\u{001B}[31m\\u{202E}[red].csv" in answer.out
    assert not {"\x1b", "\u202e"} & set(answer.out + answer.err)
    (row,) = jejak("search", "[RED]", "--json").json["rows"]
    assert (row["field"], row["text"]) == ("file_name", HOSTILE)


@pytest.mark.usefixtures("hostile")
def test_a_list_that_is_no_line_keeps_its_place_in_the_field(jejak: Jejak) -> None:
    (row,) = jejak("search", "kanwil-djpb", "--json").json["rows"]
    assert row["field"] == "authority[1]"
    assert "/" not in row["event"]
    assert jejak("show", row["event"]).code == 0


def test_show_takes_every_place_that_search_names(jejak: Jejak) -> None:
    names = {row["event"] for row in jejak("search", "6709.RAN.*", "--json").json["rows"]}
    assert any("/" in name for name in names)
    assert {jejak("show", name).code for name in names} == {0}


def test_only_the_star_is_a_pattern(jejak: Jejak) -> None:
    assert jejak("search", "[red]*", "--json").json["rows"] == []
    assert jejak("search", "6709.RAN.??*", "--json").json["rows"] == []
    assert jejak("search", "6709.RAN.*", "--json").json["rows"]


def test_a_pipe_gets_the_whole_text(jejak: Jejak) -> None:
    for form in ("table", "md"):
        answer = jejak("search", "Kanwil DJPb", "--type", "dipa-revised.v1", "-f", form)
        rows = jejak("search", "Kanwil DJPb", "--type", "dipa-revised.v1", "--json").json["rows"]
        longest = max((row["text"] for row in rows), key=len)
        assert len(longest) > MAX_SHOWN_CHARACTERS
        assert longest in answer.out
        assert "..." not in answer.out


def test_a_screen_gets_the_part_that_fits() -> None:
    text = "x" * 300 + "Pagar" + "y" * 300
    shown = excerpt(text, "pagar")
    assert "Pagar" in shown
    assert shown.startswith("...")
    assert shown.endswith("...")
    assert len(shown) == MAX_SHOWN_CHARACTERS + 6
    assert excerpt("pagar", "pagar") == "pagar"
    assert excerpt("Pagar" + "y" * 300, "pagar").startswith("Pagar")
    assert excerpt("x" * 300 + "Pagar", "*pagar").endswith("Pagar")


def test_last_counts_all_and_shows_the_last_ones(jejak: Jejak) -> None:
    every = jejak("search", "6709", "--json").json
    last = jejak("search", "6709", "--last", "3", "--json").json
    assert last["rows"] == every["rows"][-3:]
    assert last["totals"] == every["totals"] == {"count": len(every["rows"])}


def test_type_and_stream_narrow_the_search(jejak: Jejak) -> None:
    rows = jejak("search", "2024", "--stream", "dokumen/*", "--json").json["rows"]
    assert rows
    assert {row["type"] for row in rows} == {"document-registered.v1"}
    assert jejak("search", "2024", "--type", "tidak-ada.v1", "--json").json["rows"] == []


def test_a_search_for_a_hostile_text_says_so_escaped(jejak: Jejak) -> None:
    answer = jejak("search", "\x1b[31m\u202eX")
    assert answer.code == 0
    assert "\\u{001B}[31m\\u{202E}X" in answer.out
    assert not {"\x1b", "\u202e"} & set(answer.out)


@pytest.mark.parametrize("words", [(), ("* *",), ("pagar", "--last", "0")])
def test_a_wrong_word_is_a_matter_of_usage(jejak: Jejak, words: tuple[str, ...]) -> None:
    assert jejak("search", *words).code == 2


def test_without_a_ledger_nothing_is_searched(jejak: Jejak) -> None:
    assert jejak("search", "pagar", "-L", "tidak-ada.db").code == 4
