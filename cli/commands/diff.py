"""`jejak diff`: semula-menjadi between two positions, and the test of a proposal."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from cli.answer import Answer, give
from cli.asking import Asked, ask, knowledge_options
from cli.change_words import columns, shown, summary, words
from cli.ends import End, RangeType, asked_at
from cli.failures import FOUND
from cli.import_options import parse_overrides, reading_options
from cli.language import N_, _
from cli.options import argument, command, option
from cli.session import take_session
from cli.shared import output_options, shared_options
from ledger.records import DIMENSIONS

SCHEMA = "jejak.diff/1"
_ROW = ("level", "code", "name", "before", "after", "delta", "change", "volume_before",
        "volume_after", "unit", "reason", "within", "price_before", "price_after")  # fmt: skip
_TOTALS = ("before", "after", "delta", "stated_before", "stated_after", "unallocated_before",
           "unallocated_after", "coverage_before", "coverage_after", "gained", "lost",
           "untold")  # fmt: skip


@command(
    "diff",
    help=N_(
        "Compare two positions of the DIPA (semula-menjadi): the totals first, then each code "
        "that differs. Either end may be a file that nobody has recorded: a proposal. With "
        "--check, who may decide it, which conditions of a KPA update it breaks, and what stays "
        "after realisation and contracts."
    ),
    examples=[
        "jejak diff awal..akhir",
        "jejak diff 0..9",
        "jejak diff 2024-06-30..akhir --level kegiatan --json",
        "jejak diff akhir..usulan.csv --mapping usulan.toml",
    ],
)
@argument("ends", required=True, type=RangeType(), metavar="A..B")
@option(
    "--level",
    "--tingkat",
    "level",
    type=click.Choice(DIMENSIONS),
    help=N_("Level of the rows; the finest that both ends give by default."),
)
@option("--all", "--semua", "show_all", is_flag=True, help=N_("Show what stayed the same too."))
@option("--check", "--periksa", "check", is_flag=True,
        help=N_("Test it as a proposal; exit 1 where something needs clarifying."))  # fmt: skip
@option("--exit-code", "--kode-keluar", "exit_code", is_flag=True,
        help=N_("Exit 1 where something differs."))  # fmt: skip
@reading_options
@knowledge_options
@output_options
@shared_options
def run(
    ends: tuple[End, End],
    level: str | None,
    show_all: bool,
    check: bool,
    exit_code: bool,
    mapping: Path | None,
    overrides: tuple[str, ...],
    accept: bool,
    **options: Any,
) -> int:
    from cli.proposals import Reading
    from events_store.log import LeafLog
    from projections.changes import changes, differs
    from projections.sides import Side, common_level

    session = take_session(options)
    reading = Reading(mapping, parse_overrides(overrides), accept)
    with LeafLog(session.ledger) as log:
        asked = ask(log, options)
    both = [asked_at(asked, end, session.ledger, reading) for end in ends]
    before, after = (Side(one.columns, one.position) for one in both)
    total, *rows = changes(before, after, level or common_level(before, after)).to_pylist()
    examination = _examined(before, after, level) if check else None
    told = [row for row in rows if show_all or row["change"] != "same" or differs(row)]
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=_position(both, ends),
            rows=[{name: row[name] for name in _ROW} for row in told],
            totals=_totals(total, rows),
            warnings=_warnings(both, ends),
            total_row={name: total[name] for name in _ROW},
            columns=columns(told),
            table_rows=[shown(row) for row in told],
            footer_rows=[{**shown(total), "code": _("Total"), "name": ""}],
            title=summary(total, rows, both, ends),
            lines=[*words(total, rows), *(examination.lines() if examination else [])],
            parts={"check": examination.plain()} if examination else {},
        ),
    )
    is_known = all(one.held.row is not None for one in both)
    found = exit_code and any(map(differs, [total, *rows]))
    found = found or ((exit_code or check) and not is_known)
    return FOUND if found or (examination is not None and examination.is_found) else 0


def _examined(before: Any, after: Any, level: str | None) -> Any:
    from cli.check_words import Examination
    from projections.competence import examined
    from projections.remaining import remaining

    return Examination(*examined(before, after), remaining(after, level or "ro"))


def _position(both: Sequence[Asked], ends: Sequence[End]) -> dict[str, Any]:
    """That of the second end, and both ends by themselves."""
    first, second = (
        {
            "revision": one.placed_at_held["revision"],
            "effective_on": one.placed_at_held["effective_on"],
            "file": end.file.name if end.file else None,
        }
        for one, end in zip(both, ends, strict=True)
    )
    return {**both[1].placed_at_held, "from": first, "to": second}


def _totals(total: dict[str, Any], rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    counts = Counter(row["change"] for row in rows)
    names = ("new", "gone", "up", "down", "same", "unknown")
    return {name: total[name] for name in _TOTALS} | {"count": {n: counts[n] for n in names}}


def _warnings(both: Sequence[Asked], ends: Sequence[End]) -> list[dict[str, str]]:
    """Those of the columns once, and of each end what is to be said of its revision."""
    from cli.commands.pagu import position_warnings

    found = list(both[0].warnings)
    for one, end in zip(both, ends, strict=True):
        found += position_warnings(one)
        if end.file is not None and len(one.revisions) > 1:
            text = _("{file} states {count} revisions; the last is taken.")
            text = text.format(file=end.file.name, count=len(one.revisions))
            found.append({"code": "proposal-of-several", "text": text})
    return [one for at, one in enumerate(found) if one not in found[:at]]
