"""Tables on a terminal or into a pipe, in which a figure is never cut nor wrapped.

On a terminal: text columns wrap, then optional columns are left out, then each row is stacked as
`title: value`. Into a pipe: all of it, no box, no colour, two spaces between columns and the text
columns at the end, so that the fields before them can be counted. Every cell passes `safe()`.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TextIO

from cli.language import _
from cli.render.numbers import amount, long_date, percent
from cli.render.safe import safe

if TYPE_CHECKING:
    from rich.console import Console

Kind = Literal["money", "code", "text", "date", "count", "percent"]
Row = Mapping[str, object]

_RIGHT = frozenset({"money", "count", "percent"})
_TEXT_MINIMUM = 16
_DEFAULT_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `title` is already translated; `optional` above 0 may be left out, highest first.

    Cells: money and count take an int (or a text already formatted), percent a decimal in per
    cent, date a date or text, code and text anything printable; years and numbers of revisions
    are codes. None is "unknown" for money and "-" elsewhere.
    """

    key: str
    title: str
    kind: Kind
    optional: int = 0


def render_table(
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    stream: TextIO,
    width: int | None,
    interactive: bool,
    title: str | None = None,
    footer_rows: Sequence[Row] = (),
) -> None:
    """Write the table to `stream`; `width` in cells, None to ask the terminal.

    TypeError for a money or count cell that is neither int, text nor None (a float has no place
    in a ledger).
    """
    sheet = _Sheet(
        columns,
        [_shown(column.title, stream) for column in columns],
        [[_cell(column, row.get(column.key), stream) for column in columns] for row in rows],
        [[_cell(column, row.get(column.key), stream) for column in columns] for row in footer_rows],
    )
    heading = None if title is None else _shown(title, stream)
    if not interactive:
        _write_plain(sheet, heading, stream)
        return
    console = _console(stream, terminal_width(stream) if width is None else width)
    kept = _fitting(columns, sheet.minimum_widths(), console.width)
    if kept is None:
        _print_stacked(sheet, heading, console)
        return
    _print_boxed(sheet, kept, heading, console)
    dropped = [name for index, name in enumerate(sheet.titles) if index not in kept]
    if dropped:
        note = _("Not shown at this width: {columns}").format(columns=", ".join(dropped))
        _print_line(console, _shown(note, stream))


def is_interactive(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False


def terminal_width(stream: TextIO) -> int:
    """Cells in a line: COLUMNS if it is a positive number, else the terminal's, else 80."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told) > 0:
        return int(told)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _DEFAULT_WIDTH
    except (AttributeError, OSError, ValueError):
        return _DEFAULT_WIDTH


@dataclass(frozen=True, slots=True)
class _Sheet:
    columns: Sequence[Column]
    titles: list[str]
    rows: list[list[str]]
    footers: list[list[str]]

    def all_rows(self) -> list[list[str]]:
        return self.rows + self.footers

    def cell_widths(self) -> list[int]:
        return [
            _widest(row[index] for row in self.all_rows()) for index in range(len(self.columns))
        ]

    def natural_widths(self) -> list[int]:
        """Widths at which nothing wraps, titles included."""
        return [
            max(_width(title), cells)
            for title, cells in zip(self.titles, self.cell_widths(), strict=True)
        ]

    def minimum_widths(self) -> list[int]:
        """Widths below which a figure or a word of a title would break."""
        return [
            max(
                _widest(title.split()),
                min(cells, _TEXT_MINIMUM) if column.kind == "text" else cells,
            )
            for column, title, cells in zip(
                self.columns, self.titles, self.cell_widths(), strict=True
            )
        ]


def _cell(column: Column, value: object, stream: TextIO) -> str:
    return _shown(_formatted(column, value), stream)


def _formatted(column: Column, value: object) -> str:
    if value is None:
        return _("unknown") if column.kind == "money" else "-"
    if column.kind in ("money", "count") and not isinstance(value, str):
        if not isinstance(value, int):
            raise TypeError(f"{column.key}: {type(value).__name__} is not an amount")
        return amount(value)
    if column.kind == "percent" and isinstance(value, str | int | Decimal):
        try:
            return percent(str(value))
        except ValueError:
            return str(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if column.kind == "date" and isinstance(value, str):
        with suppress(ValueError):
            return long_date(date.fromisoformat(value))
    return long_date(value) if isinstance(value, date) else str(value)


def _shown(text: str, stream: TextIO) -> str:
    """The text made safe, and escaped where the encoding of the stream has no such character."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return safe(text).encode(encoding, "backslashreplace").decode(encoding)


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _widest(texts: Iterable[str]) -> int:
    return max(map(_width, texts), default=0)


def _write_plain(sheet: _Sheet, heading: str | None, stream: TextIO) -> None:
    order = sorted(range(len(sheet.columns)), key=lambda i: sheet.columns[i].kind == "text")
    widths = sheet.natural_widths()
    if heading is not None:
        stream.write(f"{heading}\n")
    for row in [sheet.titles, *sheet.all_rows()]:
        cells = [_padded(row[i], widths[i], sheet.columns[i].kind) for i in order]
        stream.write("  ".join(cells).rstrip() + "\n")


def _padded(text: str, width: int, kind: Kind) -> str:
    padding = " " * (width - _width(text))
    return padding + text if kind in _RIGHT else text + padding


def _fitting(columns: Sequence[Column], needed: list[int], available: int) -> list[int] | None:
    """Indexes of the columns to show side by side; None if even the required ones do not fit."""
    kept = list(range(len(columns)))
    while kept and _boxed_width(needed[i] for i in kept) > available:
        optional = [i for i in kept if columns[i].optional > 0]
        if not optional:
            return None
        kept.remove(max(optional, key=lambda i: (columns[i].optional, i)))
    return kept or None


def _boxed_width(widths: Iterable[int]) -> int:
    """Each column has a space on either side and a line to its right; one line stands at left."""
    return 1 + sum(width + 3 for width in widths)


def _shared_out(minimum: list[int], natural: list[int], available: int) -> list[int]:
    """Widths grown evenly from minimum towards natural until `available` is used."""
    widths = list(minimum)
    spare = available - _boxed_width(widths)
    while spare > 0 and (hungry := [i for i, w in enumerate(widths) if w < natural[i]]):
        for i in hungry[:spare]:
            widths[i] += 1
        spare -= len(hungry)
    return widths


def _console(stream: TextIO, width: int) -> "Console":
    """A console of exactly this width; the height is given too, else TERM=dumb makes it 80 wide."""
    from rich.console import Console

    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") in ("dumb", "unknown")
    return Console(
        file=stream,
        width=width,
        height=25,
        force_terminal=True,
        color_system=None if plain else "standard",
        markup=False,
        emoji=False,
        highlight=False,
    )


def _print_boxed(sheet: _Sheet, kept: list[int], heading: str | None, console: "Console") -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    minimum, natural = sheet.minimum_widths(), sheet.natural_widths()
    widths = _shared_out([minimum[i] for i in kept], [natural[i] for i in kept], console.width)
    table = Table(
        title=None if heading is None else Text(heading),
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=box.ROUNDED,
    )
    for index, width in zip(kept, widths, strict=True):
        right = sheet.columns[index].kind in _RIGHT
        table.add_column(
            Text(sheet.titles[index]),
            width=width,
            justify="right" if right else "left",
            overflow="fold",
        )
    for row in sheet.rows:
        table.add_row(*(Text(row[i]) for i in kept))
    table.add_section()
    for row in sheet.footers:
        table.add_row(*(Text(row[i]) for i in kept), style="bold")
    console.print(table)


def _print_stacked(sheet: _Sheet, heading: str | None, console: "Console") -> None:
    """All columns of each row below one another; a figure too wide goes to a line of its own."""
    if heading is not None:
        _print_line(console, heading, bold=len(heading))
    for number, row in enumerate(sheet.all_rows()):
        if number:
            _print_line(console, "")
        for column, title, value in zip(sheet.columns, sheet.titles, row, strict=True):
            line = f"{title}: {value}"
            rigid = column.kind != "text"
            if rigid and _width(line) > console.width:
                _print_line(console, f"{title}:", bold=len(title) + 1)
                indent = "  " if _width(value) + 2 <= console.width else ""
                _print_line(console, f"{indent}{value}", rigid=True)
            else:
                _print_line(console, line, bold=len(title) + 1, rigid=rigid)


def _print_line(console: "Console", line: str, *, bold: int = 0, rigid: bool = False) -> None:
    from rich.text import Text

    text = Text(line, overflow="fold")
    text.stylize("bold", 0, bold)
    console.print(text, soft_wrap=rigid)
