"""`jejak show '#412'`: one entry in full, and what corrects it."""

import json
from typing import Any

from cli.answer import Answer, give
from cli.language import N_, _
from cli.options import argument, command
from cli.session import take_session
from cli.shared import output_options, shared_options

SCHEMA = "jejak.show/1"


@command(
    "show",
    help=N_(
        "Show one entry in full: who, when, on which document, from which place, and what "
        "corrects it."
    ),
    examples=["jejak show '#34'", "jejak show '#41/3' --json"],
)
@argument("name", metavar=N_("ENTRY"))
@output_options
@shared_options
def run(name: str, **options: Any) -> None:
    from cli.entries import amendments_of, entry_row
    from cli.events import find_entry
    from events_store.log import LeafLog
    from events_store.merkle import leaf_hash

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        named = find_entry(log, name)
        row = entry_row(named.index, named.leaf, amendments_of(log, log.size))
        row["leaf_hash"] = leaf_hash(log.leaf(named.index) or b"").hex()
    if named.line is not None:
        row["line"] = named.line
        row["data"] = _one_line(row["data"], named.line)
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=None,
            rows=[row],
            columns=_columns(),
            table_rows=_fields(row),
        ),
    )


def _columns() -> list[Any]:
    from cli.render.table import Column

    return [Column("field", _("Field"), "code"), Column("value", _("Value"), "text")]


def _fields(row: dict[str, Any]) -> list[dict[str, str]]:
    """Envelope first, then the data; lists of lines one line each."""
    head = {name: value for name, value in row.items() if name not in ("data", "index", "place")}
    fields = [{"field": name, "value": _text(value)} for name, value in head.items()]
    data = row["data"]
    lists = [name for name, value in data.items() if isinstance(value, list)]
    for name, value in data.items():
        if name not in lists and name != "document":
            fields.append({"field": f"data.{name}", "value": _text(value)})
    for line in range(len(data.get("code") or ()) if lists else 0):
        cells = {n: data[n][line] for n in lists if data[n][line] is not None}
        text = "  ".join(f"{n}={_text(value)}" for n, value in cells.items())
        fields.append({"field": f"/{line}", "value": text})
    return fields


def _one_line(data: dict[str, Any], line: int) -> dict[str, Any]:
    return {name: value[line] if isinstance(value, list) else value for name, value in data.items()}


def _text(value: object) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
