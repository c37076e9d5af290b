"""`jejak search TEXT`: where in the log a text, a code or a pattern stands."""

import fnmatch
import sys
from collections import deque
from collections.abc import Iterator
from typing import Any

import click

from cli.answer import Answer, give
from cli.language import N_, _
from cli.options import argument, command, option
from cli.session import Session, take_session
from cli.shared import output_options, shared_options

SCHEMA = "jejak.search/1"
MAX_SHOWN_CHARACTERS = 120


@command(
    "search",
    help=N_(
        "Find entries by any text in them: names, reasons, codes, documents. Case does not matter; "
        "`*` stands for anything."
    ),
    examples=[
        "jejak search hibah",
        "jejak search '6709.*' --type dipa-lines-stated.v1",
        "jejak search pagar --json",
    ],
)
@argument("text", metavar=N_("TEXT"))
@option("--type", "--jenis", "types", multiple=True, help=N_("Only entries of this type."))
@option("--stream", "--alur", "stream", help=N_("Only streams that fit this pattern."))
@option(
    "--last",
    "--terakhir",
    "last",
    type=click.IntRange(min=1),
    help=N_("Only the last so many."),
)
@output_options
@shared_options
def run(
    text: str, types: tuple[str, ...], stream: str | None, last: int | None, **options: Any
) -> None:
    from cli.entries import amendments_of
    from events_store.leaf import decode_leaf
    from events_store.log import LeafLog
    from ledger.events import DipaLinesStated

    if not text.strip("* "):
        raise click.UsageError(_("Search for what? Give at least one character."))
    session = take_session(options)
    wanted = text.casefold()
    found: deque[dict[str, Any]] = deque(maxlen=last)
    count = 0
    with LeafLog(session.ledger) as log:
        amending = amendments_of(log, log.size)
        for index, _type, data in log.leaves(types=types):
            leaf = decode_leaf(data)
            if stream is None or fnmatch.fnmatchcase(leaf.stream, stream):
                has_lines = leaf.type == DipaLinesStated.TOPIC
                for field, line, value in _hits(leaf.data, wanted, has_lines=has_lines):
                    count += 1
                    name = f"#{index}" if line is None else f"#{index}/{line}"
                    found.append(
                        {
                            "event": name,
                            "type": leaf.type,
                            "stream": leaf.stream,
                            "field": field,
                            "text": value,
                            "document": leaf.data.get("document"),
                            "voided_by": amending.voided_by(leaf),
                        }
                    )
    shown = list(found)
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=None,
            rows=shown,
            totals={"count": count},
            columns=_columns(),
            table_rows=[{**row, "text": excerpt(row["text"], wanted)} for row in shown]
            if _on_terminal(session)
            else None,
            lines=[
                _("{shown} of {count} places").format(shown=len(shown), count=count)
                if count
                else _("Nothing in the ledger says {text}.").format(text=text)
            ],
        ),
    )


def _hits(
    value: Any, wanted: str, path: str = "", *, has_lines: bool = False
) -> Iterator[tuple[str, int | None, str]]:
    """(field, ordinal of the line, text) of every text that fits.

    Only an entry that has lines has ordinals that `show` takes; elsewhere the place in a list
    belongs to the field, as `authority[0]`.
    """
    if isinstance(value, str):
        if _fits(value.casefold(), wanted):
            yield path, None, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            inside = f"{path}.{name}" if path else name
            yield from _hits(inner, wanted, inside, has_lines=has_lines)
    elif isinstance(value, list):
        for ordinal, inner in enumerate(value):
            inside = path if has_lines else f"{path}[{ordinal}]"
            for field, _line, text in _hits(inner, wanted, inside):
                yield field, ordinal if has_lines else None, text


def _fits(folded: str, wanted: str) -> bool:
    """Whether a text holds what is wanted, or is it where `*` stands for anything; no other sign
    is a pattern.
    """
    if wanted in folded:
        return True
    pattern = wanted.replace("[", "[[]").replace("?", "[?]")
    return "*" in wanted and fnmatch.fnmatchcase(folded, pattern)


def _columns() -> list[Any]:
    from cli.render.table import Column

    return [
        Column("event", _("Entry"), "code"),
        Column("type", _("Type"), "code", optional=2),
        Column("stream", _("Stream"), "code", optional=4),
        Column("field", _("Field"), "code", optional=1),
        Column("document", _("Document"), "code", optional=3),
        Column("voided_by", _("Void by"), "code", optional=3),
        Column("text", _("Text"), "text"),
    ]


def _on_terminal(session: Session) -> bool:
    from cli.render.table import is_interactive

    to_screen = session.format == "table" and session.output is None and not session.plain
    return to_screen and is_interactive(sys.stdout)


def excerpt(text: str, wanted: str) -> str:
    """A long text around the first place that fits, for a screen; a pipe gets all of it."""
    if len(text) <= MAX_SHOWN_CHARACTERS:
        return text
    longest = max(wanted.split("*"), key=len)
    at = max(text.casefold().find(longest), 0)
    start = max(min(at - MAX_SHOWN_CHARACTERS // 3, len(text) - MAX_SHOWN_CHARACTERS), 0)
    end = start + MAX_SHOWN_CHARACTERS
    return ("..." if start else "") + text[start:end] + ("..." if end < len(text) else "")
