import io
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from rich.cells import cell_len

from cli.language import language, set_language
from cli.render.table import Column, Row, is_interactive, render_table, terminal_width

COLUMNS = [
    Column("code", "Kode", "code"),
    Column("name", "Uraian", "text"),
    Column("pagu", "Pagu", "money"),
    Column("realisasi", "Realisasi", "money"),
    Column("sisa", "Sisa anggaran", "money", optional=1),
    Column("persen", "%", "percent"),
    Column("on", "Tanggal", "date", optional=2),
    Column("lines", "Baris", "count", optional=3),
]
ROWS: list[Row] = [
    {
        "code": "6709.QGE.001",
        "name": "Layanan dukungan manajemen internal dan penguatan kelembagaan satuan kerja",
        "pagu": 41_996_502_000,
        "realisasi": 40_343_017_000,
        "sisa": 1_653_485_000,
        "persen": "96.0628",
        "on": date(2024, 11, 11),
        "lines": 1500,
    },
    {"code": "6710.EBA", "name": "日本語の名前", "pagu": None, "realisasi": -1_691_515_000},
]
FOOTER: list[Row] = [{"code": "Jumlah", "name": "", "pagu": 123_456_789_012_345}]
FIGURES = [
    "41.996.502.000",
    "40.343.017.000",
    "1.653.485.000",
    "-1.691.515.000",
    "123.456.789.012.345",
]
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("LANGUAGE", "id")
    before = language()
    set_language("id")
    yield
    set_language(before)


class Encoded(io.TextIOWrapper):
    def __init__(self, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="\n")

    def text(self) -> str:
        self.flush()
        self.seek(0)
        return self.read()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def rendered(
    width: int | None = None,
    *,
    interactive: bool = True,
    columns: Sequence[Column] = COLUMNS,
    rows: Sequence[Row] = ROWS,
    footer: Sequence[Row] = FOOTER,
    title: str | None = None,
) -> str:
    stream = io.StringIO()
    render_table(
        columns,
        rows,
        stream=stream,
        width=width,
        interactive=interactive,
        title=title,
        footer_rows=footer,
    )
    return stream.getvalue()


@pytest.mark.parametrize("width", [200, 80, 60, 40, 20])
def test_every_figure_stands_whole_at_any_width(width: int) -> None:
    shown = rendered(width)
    assert [figure for figure in FIGURES if figure not in shown] == []
    assert "…" not in shown


@pytest.mark.parametrize("width", range(19, 201))
def test_no_line_is_wider_than_the_terminal_unless_a_figure_is(width: int) -> None:
    lines = ANSI.sub("", rendered(width, title="Pagu per RO")).splitlines()
    assert [line for line in lines if cell_len(line) > width] == []


@pytest.mark.parametrize("required", [True, False])
def test_no_width_breaks_a_figure(required: bool) -> None:
    columns = [Column(c.key, c.title, c.kind, 0 if required else c.optional) for c in COLUMNS]
    rigid = [*FIGURES, "6709.QGE.001", "96,06%", "11 November 2024", "1.500"]
    droppable = {"1.653.485.000", "11 November 2024", "1.500"}
    for width in range(1, 201):
        shown = rendered(width, columns=columns)
        missing = {cell for cell in rigid if cell not in shown}
        assert missing <= (droppable if "Tidak ditampilkan" in shown else set()), width


def test_a_wide_terminal_shows_all_columns_in_a_rounded_box() -> None:
    shown = ANSI.sub("", rendered(200))
    assert shown.startswith("╭")
    assert "Sisa anggaran" in shown
    assert "Tidak ditampilkan" not in shown
    assert "11 November 2024" in shown
    assert "96,06%" in shown
    assert "1.500" in shown


def test_optional_columns_are_dropped_highest_first_and_named() -> None:
    shown = ANSI.sub("", rendered(125))
    assert shown.startswith("╭")
    assert shown.splitlines()[-1] == "Tidak ditampilkan pada lebar ini: Baris"
    narrower = ANSI.sub("", rendered(110))
    assert narrower.splitlines()[-1] == "Tidak ditampilkan pada lebar ini: Tanggal, Baris"


def test_required_columns_that_do_not_fit_are_stacked_with_all_columns() -> None:
    lines = ANSI.sub("", rendered(60)).splitlines()
    assert lines[0] == "Kode: 6709.QGE.001"
    assert "Pagu: 41.996.502.000" in lines
    assert "Sisa anggaran: 1.653.485.000" in lines
    assert "" in lines


def test_a_stacked_figure_that_does_not_fit_beside_its_title_goes_below_it() -> None:
    lines = ANSI.sub("", rendered(20)).splitlines()
    assert lines[lines.index("Sisa anggaran:") + 1] == "  1.653.485.000"


def test_text_wraps_rather_than_pushing_columns_out() -> None:
    columns = [COLUMNS[1], COLUMNS[2]]
    lines = ANSI.sub("", rendered(44, columns=columns)).splitlines()
    assert {cell_len(line) for line in lines} == {44}
    assert len(lines) > 8


def test_a_pipe_gets_everything_uncut_with_the_text_last() -> None:
    lines = rendered(20, interactive=False, title="Pagu").splitlines()
    assert lines[0] == "Pagu"
    assert lines[1].split() == [
        "Kode", "Pagu", "Realisasi", "Sisa", "anggaran", "%", "Tanggal", "Baris", "Uraian",
    ]  # fmt: skip
    assert lines[2].endswith("  " + str(ROWS[0]["name"]))
    assert lines[3].index("tidak diketahui") == lines[2].index("41.996.502.000") + 14 - 15
    assert len(lines) == 5
    assert not [line for line in lines if "\x1b" in line or "│" in line or line != line.rstrip()]


@pytest.mark.parametrize(("lang", "word"), [("id", "tidak diketahui"), ("en", "unknown")])
def test_unknown_money_says_so_in_the_language(lang: str, word: str) -> None:
    set_language(lang)
    assert word in rendered(200)
    assert word in rendered(interactive=False)


@pytest.mark.parametrize(("width", "interactive"), [(200, True), (30, True), (30, False)])
def test_foreign_text_neither_acts_nor_is_read_as_markup(width: int, interactive: bool) -> None:
    hostile = "[link=x]a[/link][/x]:smile:\x1b]8;;x\x07\u202e"
    columns = [Column("a", "[bold]\x1bJudul", "text"), Column("b", "B", "money")]
    shown = rendered(
        width, columns=columns, rows=[{"a": hostile, "b": 1}], interactive=interactive, footer=[]
    )
    unwrapped = re.sub(r"[\s│]", "", ANSI.sub("", shown))
    assert not {"\x1b", "\x07", "\u202e"} & set(unwrapped)
    assert r"[bold]\u{001B}Judul" in unwrapped
    if width == 200 or not interactive:
        assert r"[link=x]a[/link][/x]:smile:\u{001B}]8;;x\u{0007}\u{202E}" in unwrapped


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
@pytest.mark.parametrize("interactive", [True, False])
@pytest.mark.parametrize("width", [200, 20])
def test_an_encoding_without_boxes_gets_plain_signs(
    encoding: str, interactive: bool, width: int
) -> None:
    stream = Encoded(encoding)
    rows = [{"code": "é日", "name": "…", "pagu": 41_996_502_000}]
    render_table(COLUMNS, rows, stream=stream, width=width, interactive=interactive, title="→")
    shown = stream.text()
    assert "41.996.502.000" in shown
    assert r"\u65e5" in shown
    assert (r"\xe9" in shown) == (encoding == "ascii")
    assert r"\u2192" in shown


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_escape_sequence_is_sent_where_colour_is_refused(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b[1m" in rendered(200, title="Pagu")
    monkeypatch.setenv(name, value)
    for width in (200, 110, 40):
        assert "\x1b" not in rendered(width, title="Pagu")
    assert max(map(cell_len, rendered(200).splitlines())) > 100


def test_a_float_is_refused_as_money() -> None:
    with pytest.raises(TypeError, match="pagu: float"):
        rendered(rows=[{"pagu": 1.5}])


def test_formatted_texts_moments_and_decimals_are_taken_as_they_are() -> None:
    columns = [
        Column("a", "A", "money"),
        Column("b", "B", "percent"),
        Column("c", "C", "date"),
        Column("d", "D", "percent"),
    ]
    moment = datetime(2024, 11, 11, 9, 30, tzinfo=UTC)
    row = {"a": "+1.000", "b": Decimal("0.125"), "c": moment, "d": "n/a"}
    shown = rendered(interactive=False, columns=columns, rows=[row], footer=[])
    assert shown.splitlines()[1] == "+1.000  0,13%  2024-11-11 09:30:00+00:00  n/a"


def test_a_table_without_rows_has_its_titles() -> None:
    assert "Kode" in rendered(200, rows=[], footer=[])
    assert rendered(interactive=False, rows=[], footer=[]).split()[0] == "Kode"


def test_the_width_is_that_of_columns_else_of_the_terminal_else_80(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert terminal_width(io.StringIO()) == 80
    for value, width in (("57", 57), ("0", 80), ("x", 80), ("-3", 80)):
        monkeypatch.setenv("COLUMNS", value)
        assert terminal_width(io.StringIO()) == width
    monkeypatch.setenv("COLUMNS", "50")
    assert rendered(None) == rendered(50)


def test_only_an_open_terminal_is_interactive() -> None:
    assert is_interactive(Terminal())
    assert not is_interactive(io.StringIO())
    closed = Terminal()
    closed.close()
    gone = io.StringIO()
    gone.close()
    assert not is_interactive(gone)
