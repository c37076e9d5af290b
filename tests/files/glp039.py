"""GLP039, the "FA Detail (16 Segmen)": budget and spending of a satker to the item, up to a month.

A printed page in cells: the level of a row shows only in the column of its code, texts go on in the
next row, page headers come again, the grand total has the sum to date and the rest in other columns
than all rows below it. Kinds: "xlsx" and "csv" go to the item, "akun" ends at the account, its
numbers one column to the left. Spending is payments less refunds: "periode ini" may be negative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass

from tests.files.facts import Facts, Leaf, Placed, Spoiled
from tests.files.grid import (
    Grid,
    Scalar,
    address,
    csv_bytes,
    cut,
    indonesian_number,
    number_of,
    position,
    raw_xlsx,
)
from tests.files.model import MINISTRY, MONTHS, NAMES, UNIT, Budget, Code, Item

SHEET = "GLP039_LAPORAN REALISASI SUPER "
KINDS = ("xlsx", "csv", "akun")
LEVELS = ("program", "kegiatan", "kro", "ro", "komponen", "subkomponen", "akun")
CODE_COLUMN = dict(zip(LEVELS, "BBCCEFH", strict=True))
NAME_COLUMN = dict(zip(LEVELS, "DIGKJLM", strict=True))
ITEM_COLUMN = "N"
MEASURES = ("pagu", "lock", "lalu", "ini", "sd", "persen", "sisa")
TOTAL_COLUMNS = dict(zip(MEASURES, ("Q", "S", "W", "X", "Y", "AC", "AD"), strict=True))
ROW_COLUMNS = {**TOTAL_COLUMNS, "sd": "Z", "sisa": "AE"}
TITLE_ROWS, HEADER_ROWS, PAGE_ROWS, WIDTH = 6, 2, 22, 46
FOOTNOTE = "*Lock Pagu adalah jumlah pagu yang sedang dalam proses usulan revisi DIPA atau POK."


@dataclass(frozen=True)
class Line:
    """A row of the report: its level, its code as printed, its name in pieces, its items."""

    level: str
    printed: str
    pieces: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Page:
    """Where everything stands: `lines` by first row, `titles` and `headers` by first row alone."""

    top: int
    shift: int
    lines: dict[int, Line]
    titles: tuple[int, ...]
    headers: tuple[int, ...]
    last: int

    @property
    def total_row(self) -> int:
        return self.top + TITLE_ROWS + HEADER_ROWS

    def cell(self, columns: dict[str, str], measure: str, row: int) -> str:
        return address(row, number_of(columns[measure]) - self.shift)


def make(model: Budget, kind: str = "xlsx", leading: int = 0, *, repeated: bool = False) -> bytes:
    """The file; `leading` empty rows stand before the first title.

    `repeated`: an account whose name goes on prints its code and amounts in the next row again.
    """
    sheet = grid(model, kind, leading)
    return _writer(kind)(_repeated(model, kind, leading, sheet) if repeated else sheet)


def facts(model: Budget, kind: str = "xlsx", leading: int = 0) -> Facts:
    """Measures pagu, lock, lalu, ini, sd, sisa: of every leaf, and in all under the same names."""
    page = _page(model, kind, leading)
    stated = {
        "year": Placed(model.year, f"A{page.top}"),
        "month": Placed(model.month, f"A{page.top + 2}"),
        "satker": Placed(model.satker, f"O{page.top + 5}"),
        **_placed(model, page, model.last.items, TOTAL_COLUMNS, page.total_row),
    }
    leaves = tuple(
        _leaf(model, page, row, line)
        for row, line in page.lines.items()
        if line.level == ("akun" if kind == "akun" else "item")
    )
    return Facts(stated, _measures(model, model.last.items), leaves)


def spoiled(model: Budget, kind: str = "xlsx", leading: int = 0) -> list[Spoiled]:
    """Twins of `make(model, kind, leading)`, each wrong in one thing."""
    whole, write = grid(model, kind, leading), _writer(kind)
    found = [
        Spoiled(name, write(twin), cells, what)
        for name, twin, cells, what in _twins(model, kind, leading, whole)
    ]
    data = write(whole)
    return [*found, Spoiled("truncated", cut(data), (), "the last third of the file is lost")]


def grid(model: Budget, kind: str = "xlsx", leading: int = 0) -> Grid:
    """The sheet as cells."""
    page = _page(model, kind, leading)
    cells: dict[str, Scalar] = {}
    for top in page.titles:
        cells |= _titles(model, kind, top)
    for top in page.headers:
        cells |= _header(model, page, top)
    cells[f"A{page.total_row}"] = "JUMLAH SELURUHNYA"
    cells |= _numbers(model, page, model.last.items, TOTAL_COLUMNS, page.total_row)
    for row, line in page.lines.items():
        cells |= _texts(line, row, kind)
        cells |= _numbers(model, page, line.items, ROW_COLUMNS, row)
    cells[f"B{page.last}"] = FOOTNOTE
    return _placed_grid(cells, _merges(page))


def _repeated(model: Budget, kind: str, leading: int, sheet: Grid) -> Grid:
    page, cells = _page(model, kind, leading), dict(sheet.cells)
    for row, line in page.lines.items():
        if line.level == "akun" and len(line.pieces) > 1:
            again = {at: value for at, value in cells.items() if at[0] == row}
            name = number_of(NAME_COLUMN["akun"])
            cells |= {(row + 1, at): value for (_, at), value in again.items() if at != name}
    return Grid(sheet.name, cells, sheet.merges)


def _placed_grid(cells: dict[str, Scalar], merges: tuple[str, ...]) -> Grid:
    return Grid(SHEET, {position(cell): value for cell, value in cells.items()}, merges)


def _writer(kind: str) -> Callable[[Grid], bytes]:
    if kind == "csv":
        return lambda sheet: csv_bytes(sheet, ";", indonesian_number, end="\n")
    return raw_xlsx


def _lines(model: Budget, kind: str) -> Iterator[Line]:
    """All rows below the grand total in print order, parents before children."""
    items = sorted(model.last.items, key=lambda item: item.key)
    before: tuple[str, ...] = ()
    for item in items:
        path = _path(item.code)
        for depth, level in enumerate(LEVELS):
            if before[: depth + 1] != path[: depth + 1]:
                within = tuple(i for i in items if _path(i.code)[: depth + 1] == path[: depth + 1])
                printed = _printed(item.code, level)
                yield Line(level, printed, _wrapped(_name(item.code, level)), within)
        before = path
        if kind != "akun":
            yield Line("item", "", _wrapped(f"{item.cons}. {item.name}"), (item,))


def _page(model: Budget, kind: str, leading: int) -> Page:
    """Rows given to the lines; after PAGE_ROWS a page header comes, every second with titles."""
    top = leading + 1
    row = top + TITLE_ROWS + HEADER_ROWS + 1
    lines, titles, headers, begun = {}, [top], [top + TITLE_ROWS], row
    for line in _lines(model, kind):
        if row - begun >= PAGE_ROWS:
            if len(headers) % 2 == 0:
                titles.append(row)
                row += TITLE_ROWS
            headers.append(row)
            row += HEADER_ROWS
            begun = row
        lines[row] = line
        row += len(line.pieces)
    return Page(top, int(kind == "akun"), lines, tuple(titles), tuple(headers), row)


def _path(code: Code) -> tuple[str, ...]:
    return astuple(code)


def _printed(code: Code, level: str) -> str:
    """A code as the report prints it."""
    return {
        "program": code.program_letters,
        "kegiatan": f"{code.program_letters}.{code.kegiatan}",
        "kro": code.kro,
        "ro": f"{code.kro}.{code.ro}",
        "komponen": code.komponen,
        "subkomponen": f"{code.komponen}.{code.subkomponen}",
        "akun": code.akun,
    }[level]


def _name(code: Code, level: str) -> str:
    if level == "subkomponen":
        return "TANPA SUB KOMPONEN"
    key = {"program": code.program_letters, "kegiatan": code.kegiatan}
    return NAMES[key.get(level, _printed(code, level))]


def _wrapped(name: str) -> tuple[str, ...]:
    """A name in pieces of at most WIDTH characters, broken at spaces."""
    pieces, piece = [], ""
    for word in name.split(" "):
        if piece and len(piece) + 1 + len(word) > WIDTH:
            pieces.append(piece)
            piece = word
        else:
            piece = f"{piece} {word}".strip()
    return (*pieces, piece)


def _measures(model: Budget, items: tuple[Item, ...]) -> dict[str, int]:
    """Whole rupiah of these items by measure."""
    pagu = sum(item.amount for item in items)
    before = sum(model.spent(item, range(1, model.month)) for item in items)
    now = sum(model.spent(item, [model.month]) for item in items)
    return {
        "pagu": pagu,
        "lock": sum(item.locked for item in items),
        "lalu": before,
        "ini": now,
        "sd": before + now,
        "sisa": pagu - before - now,
    }


def _placed(
    model: Budget, page: Page, items: tuple[Item, ...], columns: dict[str, str], row: int
) -> dict[str, Placed]:
    return {
        measure: Placed(value, page.cell(columns, measure, row))
        for measure, value in _measures(model, items).items()
    }


def _leaf(model: Budget, page: Page, row: int, line: Line) -> Leaf:
    item = line.items[0]
    code = dict(zip(LEVELS, _path(item.code), strict=True))
    name = " ".join(line.pieces)
    if line.level == "item":
        code["item"], name = item.cons, item.name
    return Leaf(row, code, name, _placed(model, page, line.items, ROW_COLUMNS, row))


def _numbers(
    model: Budget, page: Page, items: tuple[Item, ...], columns: dict[str, str], row: int
) -> dict[str, Scalar]:
    values: dict[str, float] = dict(_measures(model, items))
    values["persen"] = values["sd"] / values["pagu"]
    return {page.cell(columns, measure, row): value for measure, value in values.items()}


def _texts(line: Line, row: int, kind: str) -> dict[str, Scalar]:
    """Code and name cells; the pieces after the first stand alone in the rows below."""
    column = NAME_COLUMN.get(line.level, ITEM_COLUMN)
    texts: dict[str, Scalar] = {f"{column}{row + n}": text for n, text in enumerate(line.pieces)}
    if line.level == "akun":
        texts[f"H{row}"] = line.printed if kind == "csv" else float(line.printed)
    elif line.level != "item":
        texts[f"{CODE_COLUMN[line.level]}{row}"] = line.printed
    return texts


def _titles(model: Budget, kind: str, top: int) -> dict[str, Scalar]:
    last = "Akun" if kind == "akun" else "Akun; Item"
    titles: dict[str, Scalar] = {
        f"A{top}": f"LAPORAN KETERSEDIAAN DANA DETAIL TA {model.year}",
        f"A{top + 1}": f"Per Program; Kegiatan; Output; SubOutput; Komponen; SubKomponen; {last}",
        f"A{top + 2}": f"Periode {MONTHS[model.month - 1]} {model.year}",
    }
    owners = (("Kementerian", *MINISTRY), ("Unit Organisasi", *UNIT))
    for n, (label, code, name) in enumerate((*owners, ("Satuan Kerja", model.satker, model.name))):
        titles |= {f"A{top + 3 + n}": label, f"O{top + 3 + n}": code, f"P{top + 3 + n}": name}
    return titles


def _header(model: Budget, page: Page, top: int) -> dict[str, Scalar]:
    first = {"pagu": "Pagu Revisi", "lock": "Lock Pagu", "persen": "%", "sisa": "SISA ANGGARAN"}
    first["lalu"] = f"Realisasi TA {model.year}"
    second = {"lalu": "Periode Lalu", "ini": "Periode Ini", "sd": "s.d. Periode"}
    texts: dict[str, Scalar] = {f"A{top}": "Uraian"}
    for row, names in ((top, first), (top + 1, second)):
        texts |= {page.cell(TOTAL_COLUMNS, key, row): name for key, name in names.items()}
    return texts


def _merges(page: Page) -> tuple[str, ...]:
    """Titles over the sheet, headers over two rows or over their columns, as wide as in print."""
    refs = []
    for top in page.titles:
        refs += [f"A{top + n}:AF{top + n}" for n in range(3)]
        refs += [f"P{top + n}:AF{top + n}" for n in range(3, 6)]
    for top in page.headers:
        spans = (("Q", "R", 1), ("S", "V", 1), ("W", "AB", 0), ("AC", "AC", 1), ("AD", "AE", 1))
        refs += [f"A{top}:{'O' if page.shift else 'P'}{top + 1}"]
        refs += [
            f"{address(top, number_of(left) - page.shift)}:"
            f"{address(top + down, number_of(right) - page.shift)}"
            for left, right, down in spans
        ]
    refs += [
        f"{page.cell(ROW_COLUMNS, 'pagu', row)}:{address(row, 18 - page.shift)}"
        for row in page.lines
    ]
    return tuple(refs)


Twin = tuple[str, Grid, tuple[str, ...], str]


def _twins(model: Budget, kind: str, leading: int, whole: Grid) -> Iterator[Twin]:
    known = facts(model, kind, leading)
    leaf = known.leaves[4]
    pagu, now, to_date = leaf.values["pagu"], leaf.values["ini"], leaf.values["sd"]
    assert isinstance(pagu.value, int)
    assert isinstance(to_date.value, int)
    for name, text, what in (
        ("mixed_separators", f"{pagu.value:,}.00".replace(",", ".", 1), "12.345,678.00"),
        ("text_for_number", "lihat lampiran", "a text where a number belongs"),
        ("letter_in_number", f"{pagu.value}".replace("0", "O", 1), "a letter O among the digits"),
    ):
        yield name, whole.replaced({pagu.cell: text}), (pagu.cell,), what
    wrong = {to_date.cell: to_date.value + 1}
    yield "sum_to_date_differs", whole.replaced(wrong), (to_date.cell,), "lalu + ini is not s.d."
    total = known.stated["pagu"]
    assert isinstance(total.value, int)
    more = {total.cell: total.value + 1000}
    yield "total_differs", whole.replaced(more), (total.cell,), "more than its leaves"
    height = len(_page(model, kind, leading).lines[leaf.row].pieces)
    gone = _without_leaf(whole, leaf.row, height)
    yield "leaf_missing", gone, (total.cell,), "a leaf is gone, so the total is more than the rest"
    yield "missing_column", whole.without_column(position(now.cell)[1]), (), "no column Periode Ini"
    yield from _stated_twins(model, whole, known)
    place = address(leaf.row, number_of(ITEM_COLUMN if kind != "akun" else "M"))
    name_text = str(whole.cells[position(place)])
    hidden = {place: name_text[:9] + "\u200b" + name_text[9:]}
    yield "hidden_character", whole.replaced(hidden), (place,), "a zero width space in the name"


def _stated_twins(model: Budget, whole: Grid, known: Facts) -> Iterator[Twin]:
    year, month, satker = (known.stated[key].cell for key in ("year", "month", "satker"))
    no_month = {month: f"Periode Julober {model.year}"}
    yield "no_such_month", whole.replaced(no_month), (month,), "a month that is none"
    before = {year: str(whole.cells[position(year)]).replace(str(model.year), str(model.year - 1))}
    yield "another_year", whole.replaced(before), (year,), "the title says the year before"
    other = {satker: "656512"}
    yield "another_satker", whole.replaced(other), (satker,), "the title says another satker"
    bare = {satker: float(model.satker)}
    yield "satker_as_number", whole.replaced(bare), (satker,), "a code that lost its leading zero"


def _without_leaf(whole: Grid, row: int, height: int) -> Grid:
    for _ in range(height):
        whole = whole.without_row(row)
    return whole
