"""`jejak search TEXT`: where in the log a text, a code or a pattern stands."""

import fnmatch
from collections.abc import Iterator
from typing import Any

import click

from cli.answer import Answer, give
from cli.language import N_, _
from cli.options import argument, command, option
from cli.session import take_session
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
    from events_store.leaf import decode_leaf
    from events_store.log import LeafLog

    if not text.strip("* "):
        raise click.UsageError(_("Search for what? Give at least one character."))
    session = take_session(options)
    rows: list[dict[str, Any]] = []
    with LeafLog(session.ledger) as log:
        for index, _type, data in log.leaves(types=types):
            leaf = decode_leaf(data)
            if stream is None or fnmatch.fnmatchcase(leaf.stream, stream):
                for field, line, value in _hits(leaf.data, text.casefold()):
                    name = f"#{index}" if line is None else f"#{index}/{line}"
                    rows.append(
                        {
                            "event": name,
                            "type": leaf.type,
                            "stream": leaf.stream,
                            "field": field,
                            "text": value,
                            "document": leaf.data.get("document"),
                        }
                    )
    shown = rows[-last:] if last else rows
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=None,
            rows=shown,
            totals={"count": len(rows)},
            columns=_columns(),
            table_rows=[{**row, "text": _short(row["text"])} for row in shown],
            lines=[
                _("{shown} of {count} places").format(shown=len(shown), count=len(rows))
                if rows
                else _("Nothing in the ledger says {text}.").format(text=text)
            ],
        ),
    )


def _hits(value: Any, wanted: str, path: str = "") -> Iterator[tuple[str, int | None, str]]:
    """(field, ordinal in a list, text) of every text that fits."""
    if isinstance(value, str):
        folded = value.casefold()
        if wanted in folded or ("*" in wanted and fnmatch.fnmatchcase(folded, wanted)):
            yield path, None, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _hits(inner, wanted, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for ordinal, inner in enumerate(value):
            for field, _line, text in _hits(inner, wanted, path):
                yield field, ordinal, text


def _columns() -> list[Any]:
    from cli.render.table import Column

    return [
        Column("event", _("Entry"), "code"),
        Column("type", _("Type"), "code", optional=2),
        Column("field", _("Field"), "code", optional=1),
        Column("document", _("Document"), "code", optional=3),
        Column("text", _("Text"), "text"),
    ]


def _short(text: str) -> str:
    return text if len(text) <= MAX_SHOWN_CHARACTERS else text[: MAX_SHOWN_CHARACTERS - 3] + "..."
