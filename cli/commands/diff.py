"""`jejak diff`: semula-menjadi between two positions, and the test of a proposal."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from cli.answer import Answer, give
from cli.asking import Asked, ask, knowledge_options
from cli.ends import End, RangeType, asked_at
from cli.failures import FOUND
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
@option(
    "--mapping",
    "--pemetaan",
    "mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=N_("TOML that says what the columns mean; known layouts need none."),
)
@option("--set", "--tetapkan", "overrides", multiple=True, metavar=N_("FIELD=VALUE"),
        help=N_("Set a field for every row."))  # fmt: skip
@option("--accept-suggestions", "--terima-saran", "accept", is_flag=True,
        help=N_("Take suggested values; the print is kept beside them."))  # fmt: skip
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
    from cli.commands.import_ import _parse_overrides
    from cli.proposals import Reading
    from events_store.log import LeafLog
    from projections.changes import changes, differs
    from projections.sides import Side, common_level

    session = take_session(options)
    reading = Reading(mapping, _parse_overrides(overrides), accept)
    with LeafLog(session.ledger) as log:
        asked = ask(log, options)
    both = [asked_at(asked, end, session.ledger, reading) for end in ends]
    before, after = (Side(one.columns, one.position) for one in both)
    total, *rows = changes(before, after, level or common_level(before, after)).to_pylist()
    examination = _examined(before, after, level) if check else None
    shown = [row for row in rows if show_all or row["change"] != "same" or differs(row)]
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=_position(both, ends),
            rows=[{name: row[name] for name in _ROW} for row in shown],
            totals=_totals(total, rows),
            warnings=_warnings(both, ends),
            total_row={name: total[name] for name in _ROW},
            columns=_columns(shown),
            table_rows=[_shown(row) for row in shown],
            footer_rows=[{**_shown(total), "code": _("Total"), "name": ""}],
            title=_summary(total, rows, both, ends),
            lines=[*_words(total, rows), *(examination.lines() if examination else [])],
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


def _columns(rows: Sequence[dict[str, Any]]) -> list[Any]:
    from cli.render.table import Column

    columns = [
        Column("code", _("Code"), "code"),
        Column("name", _("Name"), "text", optional=3),
        Column("before", _("Before (Rp)"), "money"),
        Column("after", _("After (Rp)"), "money"),
        Column("delta", _("Difference"), "money"),
    ]
    if any(row["volume_before"] or row["volume_after"] for row in rows):
        columns.append(Column("volume", _("Volume"), "code", optional=4))
    if any(row["within"] for row in rows):
        columns.append(Column("within", _("Within"), "code", optional=5))
    if any(row["reason"] or row["change"] in ("new", "gone") for row in rows):
        columns.append(Column("note", _("Note"), "text", optional=1))
    return columns


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    from cli.render.numbers import signed_amount

    is_left_over = row["code"] is None and row["name"] is None
    absent = {"new": "before", "gone": "after"}.get(row["change"])
    return {
        **row,
        "code": row["code"] or "",
        "name": _("(not broken down)") if is_left_over else row["name"] or "",
        "within": row["within"] or "",
        "volume": _volume(row),
        "delta": None if row["delta"] is None else signed_amount(row["delta"]),
        "note": _note(row),
        **({absent: "-"} if absent else {}),
    }


def _volume(row: dict[str, Any]) -> str:
    sides = [row["volume_before"] or "-", row["volume_after"] or "-"]
    words = sides[0] if sides[0] == sides[1] else " > ".join(sides)
    return f"{words} {row['unit'] or ''}".strip() if words != "-" else ""


def _note(row: dict[str, Any]) -> str:
    words = {
        "new": _("new"),
        "gone": _("gone"),
        "before-total-only": _("before: breakdown not available in the source (total only)"),
        "after-total-only": _("after: breakdown not available in the source (total only)"),
        "before-partial": _("before: not broken down in full"),
        "after-partial": _("after: not broken down in full"),
        "before-nothing": _("before: no revision held"),
        "after-nothing": _("after: no revision held"),
        "before-amount-unknown": _("before: amount unknown"),
        "after-amount-unknown": _("after: amount unknown"),
    }
    return words.get(row["reason"] or row["change"], "")


def _summary(
    total: dict[str, Any], rows: Sequence[dict[str, Any]], both: Sequence[Asked], ends: Any
) -> str:
    from cli.render.numbers import rupiah, signed_amount

    sides = [
        f"{_end_words(one, end)} {_('unknown') if amount is None else rupiah(amount)}"
        for one, end, amount in zip(both, ends, (total["before"], total["after"]), strict=True)
    ]
    delta = _("unknown") if total["delta"] is None else signed_amount(total["delta"])
    head = _("From {before} to {after}: {delta}.")
    return head.format(before=sides[0], after=sides[1], delta=delta) + _count_words(rows)


def _end_words(one: Asked, end: End) -> str:
    if end.file is not None:
        return end.file.name
    if one.held.row is None:
        return end.text
    number = one.held.row["revision"]
    return _("the last state") if number is None else _("revision {number}").format(number=number)


def _count_words(rows: Sequence[dict[str, Any]]) -> str:
    counts = Counter(row["change"] for row in rows)
    words = {
        "new": _("{count} new"),
        "gone": _("{count} gone"),
        "up": _("{count} up"),
        "down": _("{count} down"),
        "same": _("{count} the same"),
        "unknown": _("{count} unknown"),
    }
    said = [text.format(count=counts[name]) for name, text in words.items() if counts[name]]
    return " " + ", ".join(said) + "." if said else ""


def _words(total: dict[str, Any], rows: Sequence[dict[str, Any]]) -> list[str]:
    from cli.render.numbers import signed_amount

    words = []
    if rows and total["delta"] is not None:
        text = _("Up {gained}, down {lost}, not told by code {untold}: together {delta}.")
        names = ("gained", "lost", "untold", "delta")
        words.append(text.format(**{name: signed_amount(total[name]) for name in names}))
    for side in ("before", "after"):
        if total[f"coverage_{side}"] == "total-only":
            words.append(_note({"reason": f"{side}-total-only"}))
    return words
