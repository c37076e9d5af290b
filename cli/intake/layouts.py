"""Known layouts, recognised by themselves, and the sheet of a file that a mapping means.

A layout is a mapping that comes with the program: of what the treasury's systems give
(`cli/data/layouts/`), and of the report of the demo. Of several that fit, the one that asks for
most is meant.
"""

from collections.abc import Collection
from functools import cache
from importlib.resources import files
from itertools import islice

from cli.intake.cells import Row, Sheet
from cli.intake.mapping import Mapping, parse_mapping
from cli.intake.shapes import SHAPES
from cli.intake.source import Source
from cli.intake.tables import HEAD_ROWS, Table
from ledger.errors import InputRefused, Refusal


@cache
def known_layouts() -> dict[str, Mapping]:
    """The mappings that come with the program, by name."""
    found: dict[str, Mapping] = {}
    for folder in _FOLDERS:
        for item in sorted((files("cli") / "data" / folder).iterdir(), key=lambda item: item.name):
            name = item.name.removesuffix(".toml")
            if name != item.name and name not in found:
                found[name] = parse_mapping(item.read_text("utf-8"))
    return found


_FOLDERS = ("layouts", "banjarbaru")


def recognise(
    source: Source, currency: str | None = None, satkers: Collection[str] = ()
) -> Mapping | None:
    """The known layout that a file has, or the mapping that it brings; None without either.

    A file that says another currency (ISO 4217) than the one given is refused. A layout of one
    satker alone is known where the ledger has that satker.
    """
    if source.own_mapping is not None:
        return parse_mapping(source.own_mapping(currency))
    heads = [_head(sheet) for sheet in source.sheets]
    found = [
        layout
        for layout in known_layouts().values()
        if layout.satkers <= set(satkers) and any(_fits(layout, head) for head in heads)
    ]
    return max(found, key=lambda layout: len(layout.dialect.header_with), default=None)


def table_of(source: Source, mapping: Mapping) -> Table:
    """The sheet that a mapping means, straightened; raises InputRefused where there is none."""
    sheets = source.sheets
    if mapping.dialect.sheet is not None:
        wanted = mapping.dialect.sheet.strip()
        sheets = tuple(sheet for sheet in sheets if (sheet.name or "").strip() == wanted)
    if not sheets:
        names = ", ".join(sheet.name or "" for sheet in source.sheets)
        name = mapping.dialect.sheet or source.name
        raise InputRefused([Refusal("sheet-missing", name, suggestion=names or None)])
    meant = next((sheet for sheet in sheets if _fits(mapping, _head(sheet))), sheets[0])
    table: Table = SHAPES[mapping.dialect.shape].straighten(meant, mapping.dialect)
    return table


def _head(sheet: Sheet) -> list[Row]:
    return list(islice(sheet.rows(), HEAD_ROWS))


def _fits(layout: Mapping, head: list[Row]) -> bool:
    return bool(SHAPES[layout.dialect.shape].recognises(head, layout.dialect))
