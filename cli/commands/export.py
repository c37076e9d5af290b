"""`jejak export`: tables at a position as Parquet and CSV, and an auditor's copy of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.asking import Asked, ask, position_options
from cli.exporting import (
    FORMS,
    LOG,
    NAMES,
    SIDECAR,
    Bound,
    checkpoint_at,
    csv_bytes,
    log_table,
    parquet_bytes,
    sidecar_bytes,
)
from cli.files import refuse_standing, require_room, write_all
from cli.language import N_, _
from cli.options import argument, command, option
from cli.publishing import publish_files, write_tiles
from cli.recording import after_commit
from cli.session import Session, ask_passphrase, take_actor, take_session
from cli.shared import passphrase_option, shared_options

if TYPE_CHECKING:
    import pyarrow as pa

    from events_store.log import LeafLog

ALL = "all"


@command(
    "export",
    help=N_(
        "Write tables at a position as files: pagu, revisi, serapan, log, or all. Each file says "
        "of which position it is; nothing is written over."
    ),
    examples=[
        "jejak export all -o ekspor",
        "jejak export pagu serapan --revision 9 -f csv -f parquet -o revisi-9",
        "jejak export --ledger-copy untuk-auditor.db",
    ],
)
@argument("tables", nargs=-1, type=click.Choice([*NAMES, LOG, ALL]), metavar=N_("[TABLE]..."))
@option(
    "-o",
    "--output",
    "--keluaran",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help=N_("The folder of the files."),
)
@option(
    "-f",
    "--format",
    "--bentuk",
    "forms",
    multiple=True,
    type=click.Choice(FORMS),
    help=N_("Form of the files, several allowed; parquet by default."),
)
@option(
    "--ledger-copy",
    "--salinan-buku",
    "ledger_copy",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("Copy the whole ledger to this file, complete in itself."),
)
@option(
    "--tiles",
    "--ubin",
    "tiles",
    type=click.Path(file_okay=False, path_type=Path),
    help=N_("Write the signed log to this folder as other people's clients read it (C2SP)."),
)
@option(
    "--publish",
    "--terbitkan",
    "publish",
    is_flag=True,
    help=N_("Record the SHA-256 of each file, so that the ledger vouches for it."),
)
@position_options
@option("--actor", "--pencatat", "actor", help=N_("Who records; else JEJAK_ACTOR."))
@passphrase_option
@shared_options
def run(
    tables: tuple[str, ...],
    folder: Path | None,
    forms: tuple[str, ...],
    ledger_copy: Path | None,
    tiles: Path | None,
    publish: bool,
    actor: str | None,
    passphrase_fd: int | None,
    **options: Any,
) -> None:
    session = take_session(options)
    if not tables and ledger_copy is None and tiles is None:
        raise click.UsageError(_("Which table? Give one, or all, or --ledger-copy, or --tiles."))
    if tables and folder is None:
        raise click.UsageError(_("Where to? Give a folder with -o."))
    if publish and not tables:
        raise click.UsageError(_("What is published? Give a table."))
    who = take_actor(session, actor) if publish else ""
    if tables and folder is not None:
        chosen = list(dict.fromkeys(forms)) or ["parquet"]
        bound, files = _export(session, _wanted(tables), folder, chosen, options)
        if publish:
            publish_files(session, bound, files, who)
            after_commit(session, ask_passphrase(passphrase_fd))
    if ledger_copy is not None:
        _copy(session, ledger_copy)
    if tiles is not None:
        write_tiles(session, tiles)


def _wanted(tables: Sequence[str]) -> list[str]:
    """The nouns asked for, each once; `all` leaves out what has no table yet."""
    from cli.wiring import tables_by_name

    made = tables_by_name()
    there = [noun for noun, name in NAMES.items() if name in made]
    asked = [*there, LOG] if ALL in tables else list(dict.fromkeys(tables))
    for noun in asked:
        if noun not in (*there, LOG):
            raise click.UsageError(_("There is no table {name} yet.").format(name=noun))
    return asked


def _export(
    session: Session, nouns: list[str], folder: Path, forms: list[str], options: dict[str, Any]
) -> tuple[Bound, dict[str, tuple[int, bytes]]]:
    from cli.answer import position_line
    from cli.render.progress import progress_bar
    from events_store.log import LeafLog

    refuse_standing(
        *(folder / f"{noun}.{form}" for noun in nouns for form in forms), folder / SIDECAR
    )
    with LeafLog(session.ledger) as log:
        steps = len(nouns) + 1
        with progress_bar(_("Exporting"), steps, leaves=log.size, quiet=session.quiet) as done:
            asked = ask(log, options)
            bound = Bound(asked.placed_at_held, checkpoint_at(log, asked.stated["size"]))
            done(0)
            files: dict[str, tuple[int, bytes]] = {}
            for step, noun in enumerate(nouns, 1):
                table = _table(log, asked, noun)
                about = bound.of_log() if noun == LOG else bound
                for form in forms:
                    data = csv_bytes(table) if form == "csv" else parquet_bytes(table, about)
                    files[f"{noun}.{form}"] = (table.num_rows, data)
                done(step)
    sidecar = sidecar_bytes(bound, files)
    folder.mkdir(parents=True, exist_ok=True)
    require_room(folder, sum(len(data) for _rows, data in files.values()) + len(sidecar))
    contents = {folder / name: data for name, (_rows, data) in files.items()}
    write_all({**contents, folder / SIDECAR: sidecar})
    for name, (rows, _data) in files.items():
        session.say(_("{path}: {rows} rows").format(path=folder / name, rows=rows))
    for warning in asked.warnings:
        session.note(_("Note: {text}").format(text=warning["text"]))
    session.note(position_line(bound.position))
    return bound, files


def _table(log: LeafLog, asked: Asked, noun: str) -> pa.Table:
    from cli.wiring import tables_by_name

    if noun == LOG:
        return log_table(log, asked.stated["size"])
    make: Callable[..., pa.Table] = tables_by_name()[NAMES[noun]]
    return make(asked.columns, asked.position)


def _copy(session: Session, target: Path) -> None:
    from events_store.copying import copy_ledger

    require_room(target.absolute().parent, session.ledger.stat().st_size)
    size, _root = copy_ledger(session.ledger, target)
    session.say(
        _("{path}: a complete copy, {size} entries, opened and compared").format(
            path=target, size=size
        )
    )
