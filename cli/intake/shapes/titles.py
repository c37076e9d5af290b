"""What the titles above a table say of all its rows: the year, the last day, the satker.

A title that cannot be read makes every row wrong, so the file is refused for the title alone.
"""

import re
from collections.abc import Mapping, Sequence

from cli.intake.cells import At, Row
from ledger.dates import DateRefused, parse_date
from ledger.errors import Refusal

Facts = Mapping[str, tuple[str, At]]
_YEAR = re.compile(r"(?:\bTA|tahun(?: anggaran)?)\.? *:? *([0-9]{4})(?![0-9])", re.IGNORECASE)


def year_in(cell: str) -> str | None:
    """The fiscal year that a title names."""
    match = _YEAR.search(cell)
    return match[1] if match else None


def refusals(head: Sequence[Row], last: int, facts: Facts) -> list[Refusal]:
    """What is wrong with the titles up to row `last`, at the cell where it stands."""
    found = []
    day, year = facts.get("sampai"), facts.get("tahun")
    if day is not None and not _is_day(day[0]):
        found.append(wrong("date-broken", day, head))
    elif day is not None and year is not None and not day[0].startswith(year[0]):
        expected = (("field", "fiscal_year"), ("expected", day[0][:4]))
        found.append(wrong("fiscal-year-differs", year, head, expected))
    if "satker" not in facts:
        found.append(_no_satker(head, last))
    return found


def _is_day(text: str) -> bool:
    try:
        parse_date(text)
    except DateRefused:
        return False
    return True


def _no_satker(head: Sequence[Row], last: int) -> Refusal:
    """The cell after the words for a satker, where there is one: a code that lost its zeros."""
    for row in head:
        cells = [(at, cell) for at, cell in enumerate(row.cells) if cell.strip()]
        if row.number <= last and cells and re.match("satuan kerja|satker", cells[0][1], re.I):
            at, text = cells[1] if len(cells) > 1 else cells[0]
            return Refusal("form-other", text, row.origin(at), values=(("expected", "??????"),))
    return Refusal("title-missing", None, values=(("what", "satker"),))


def wrong(
    code: str,
    fact: tuple[str, At],
    head: Sequence[Row],
    values: tuple[tuple[str, str], ...] = (),
) -> Refusal:
    """A refusal of what a title says, at its cell."""
    origin = Row(0, ("",), head[0].sheet, (fact[1],)).origin(0)
    return Refusal(code, fact[0], origin, values=values)
