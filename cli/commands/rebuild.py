"""`jejak rebuild`: the current tables made again from the entries, or compared with them."""

from typing import Any

from cli.answer import Answer, give
from cli.failures import FOUND
from cli.language import N_, _
from cli.options import command, option
from cli.session import Session, take_session
from cli.shared import output_options, shared_options
from cli.tables import Compared, compare_tables, difference_words

SCHEMA = "jejak.rebuild/1"
_SHORT = 12


@command(
    "rebuild",
    help=N_(
        "Make the current tables (pagu_current and its like) again from the entries. They are "
        "copies for readers that know SQL; with --check nothing is written, and each is compared "
        "with what the entries give."
    ),
    examples=["jejak rebuild", "jejak rebuild --check", "jejak rebuild --check --json"],
)
@option("--check", "--periksa", "check", is_flag=True, help=N_("Compare, and write nothing."))
@output_options
@shared_options
def run(check: bool, **options: Any) -> int:
    from cli.render.progress import progress_bar
    from cli.wiring import write_current_tables
    from events_store.log import LeafLog

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        size = log.size
    with progress_bar(_("Rebuilding"), size, quiet=session.quiet) as done:
        if not check:
            write_current_tables(session.ledger, done)
        with LeafLog(session.ledger) as log:
            compared = compare_tables(log, done)
            size = log.size
    _give(session, compared, size)
    return 0 if all(found.same and not found.stale for found in compared) else FOUND


def _give(session: Session, compared: list[Compared], size: int) -> None:
    rows = [_row(found) for found in compared]
    differing = sum(not found.same for found in compared)
    stale = sum(found.stale for found in compared)
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=None,
            rows=rows,
            totals={
                "ok": not differing and not stale,
                "size": size,
                "tables": len(rows),
                "differing": differing,
                "stale": stale,
            },
            columns=_columns(),
            table_rows=[_shown(row) for row in rows],
            lines=_words(compared, size),
        ),
    )


def _row(found: Compared) -> dict[str, Any]:
    difference = found.difference
    return {
        "name": found.name,
        "size": found.size,
        "rows": found.rows,
        "stored": _hex(found.stored),
        "rebuilt": _hex(found.rebuilt),
        "listed": _hex(found.listed),
        "same": found.same,
        "stale": found.stale,
        "difference": difference
        and {
            "row": difference.row,
            "column": difference.column,
            "stored": difference.stored if difference.column else None,
            "rebuilt": difference.rebuilt if difference.column else None,
        },
    }


def _columns() -> list[Any]:
    from cli.render.table import Column

    return [
        Column("name", _("Table"), "code"),
        Column("size", _("Of size"), "code"),
        Column("rows", _("Rows"), "count"),
        Column("stored", _("Stored digest"), "code"),
        Column("rebuilt", _("Rebuilt digest"), "code"),
        Column("same", _("Same"), "text"),
    ]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    said = _("yes") if row["same"] else _("no")
    return {
        **row,
        "stored": (row["stored"] or "-")[:_SHORT],
        "rebuilt": (row["rebuilt"] or "-")[:_SHORT],
        "same": f"{said}, {_('stale')}" if row["stale"] else said,
    }


def _words(compared: list[Compared], size: int) -> list[str]:
    words = [_("{size} entries").format(size=size)]
    for found in compared:
        if found.size is None:
            words.append(_("{name}: not there; `jejak rebuild` makes it.").format(name=found.name))
        elif not found.same:
            words.append(difference_words(found))
        elif found.stale:
            text = _("{name}: right for {size} entries, and stale; `jejak rebuild` renews it.")
            words.append(text.format(name=found.name, size=found.size))
    return words


def _hex(digest: bytes | None) -> str | None:
    return None if digest is None else digest.hex()
