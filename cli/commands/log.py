"""`jejak log`: what was recorded, in order; the original and its correction beside each other."""

import fnmatch
from typing import Any

import click

from cli.answer import Answer, give
from cli.language import N_, _
from cli.options import command, option
from cli.session import Session, take_session
from cli.shared import output_options, shared_options

SCHEMA = "jejak.log/1"


@command(
    "log",
    help=N_("List what was recorded, in order: who, when, on which document, corrected by what."),
    examples=[
        "jejak log",
        "jejak log --type entry-corrected.v1",
        "jejak log --stream 'dipa/*' --last 20",
        "jejak log --imports",
    ],
)
@option("--type", "--jenis", "types", multiple=True, help=N_("Only entries of this type."))
@option("--stream", "--alur", "stream", help=N_("Only streams that fit this pattern."))
@option(
    "--imports",
    "--daftar-impor",
    "imports",
    is_flag=True,
    help=N_("List the files that came in: hash, mapping, counts, what each superseded."),
)
@option(
    "--last", "--terakhir", "last", type=click.IntRange(min=1), help=N_("Only the last so many.")
)
@output_options
@shared_options
def run(
    types: tuple[str, ...],
    stream: str | None,
    imports: bool,
    last: int | None,
    **options: Any,
) -> None:
    from cli.entries import amendments_of, entry_row
    from events_store.leaf import decode_leaf
    from events_store.log import LeafLog

    session = take_session(options)
    if imports:
        if types or stream is not None:
            raise click.UsageError(_("--imports lists every import; leave out type and stream."))
        give(session, _imports(session, last))
        return
    with LeafLog(session.ledger) as log:
        amended = amendments_of(log, log.size)
        rows = []
        for index, _type, data in log.leaves(types=types):
            leaf = decode_leaf(data)
            if stream is None or fnmatch.fnmatchcase(leaf.stream, stream):
                rows.append(entry_row(index, leaf, amended))
    shown = rows[-last:] if last else rows
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=None,
            rows=shown,
            totals={"count": len(rows)},
            columns=_columns(),
            table_rows=[_shown(row) for row in shown],
            lines=[_("{shown} of {count} entries").format(shown=len(shown), count=len(rows))],
        ),
    )


def _imports(session: Session, last: int | None) -> Answer:
    from cli.intake_log import answer_imports
    from cli.wiring import read_columns
    from events_store.log import LeafLog

    with LeafLog(session.ledger) as log:
        return answer_imports(read_columns(log), last)


def _columns() -> list[Any]:
    from cli.render.table import Column

    return [
        Column("event", _("Entry"), "code"),
        Column("recorded_at", _("Recorded at (UTC)"), "code", optional=2),
        Column("type", _("Type"), "code"),
        Column("stream", _("Stream"), "code", optional=4),
        Column("actor", _("By"), "text", optional=3),
        Column("gist", _("What"), "text"),
        Column("corrected_by", _("Corrected by"), "code", optional=1),
    ]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "recorded_at": row["recorded_at"][:19].replace("T", " "),
        "gist": gist(row),
        "corrected_by": ", ".join(dict.fromkeys([*row["corrected_by"], *_voids(row)])),
    }


def _voids(row: dict[str, Any]) -> list[str]:
    return [] if row["voided_by"] is None else [row["voided_by"]]


def gist(row: dict[str, Any]) -> str:
    """What an entry says, in a line."""
    from cli.render.numbers import amount

    data = row["data"]
    match row["type"].partition(".")[0]:
        case "dipa-revised":
            total = _("unknown") if data["total"] is None else amount(data["total"])
            return _("revision {number}: {total} ({document})").format(
                number="-" if data["revision"] is None else data["revision"],
                total=total,
                document=data["document"],
            )
        case "dipa-lines-stated":
            return _("revision {number}: {count} lines by {dimension} ({document})").format(
                number="-" if data["revision"] is None else data["revision"],
                count=len(data["code"]),
                dimension=data["dimension"],
                document=data["document"],
            )
        case "document-registered":
            return f"{data['kind']} {data['document']} {data['dated'] or ''}".rstrip()
        case "import-received":
            return _("{file}: {new} new, {same} same").format(
                file=data["file_name"], new=data["counts"]["new"], same=data["counts"]["same"]
            )
        case "entry-corrected":
            new = data["value"]["text"]
            if data["value"]["amount"] is not None:
                new = amount(data["value"]["amount"])
            return _("{field} of {target} becomes {value}: {reason}").format(
                field=data["field"], target=_target(data), value=new, reason=data["reason"]
            )
        case "entry-voided":
            return _("{target} is void: {reason}").format(
                target=_target(data), reason=data["reason"]
            )
        case "import-voided":
            return _("import {import_id} is void: {reason}").format(
                import_id=data["import_id"], reason=data["reason"]
            )
        case "satker-registered":
            return f"{data['satker']} {data['name']}"
        case "ledger-opened":
            return f"{data['ledger']} {data['currency']} {data['time_zone']}"
    return ""


def _target(data: dict[str, Any]) -> str:
    version = _("version {version}").format(version=data["target"]["version"])
    line = data["target"]["line"]
    return version if line is None else f"{version}/{line}"
