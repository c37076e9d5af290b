"""`jejak export`: tables at a position as files, and an auditor's copy of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from cli.asking import Asked, ask, locate, position_options
from cli.bound import Bound, checkpoint_at
from cli.export_forms.forms import CSV, FORMS, PARQUET
from cli.exporting import LOG, NAMES, File, Wanted, default_forms, log_files, table_files
from cli.files import refuse_standing, require_room, write_all
from cli.language import N_, _
from cli.options import argument, command, option
from cli.publishing import publish_files, write_tiles
from cli.recording import after_commit
from cli.session import Session, ask_passphrase, take_actor, take_session
from cli.shared import passphrase_option, shared_options

if TYPE_CHECKING:
    from events_store.log import LeafLog

ALL = "all"
_SIDECAR_ROOM = 1 << 20


@command(
    "export",
    help=N_(
        "Write tables at a position as files: pagu, revisi, serapan, kinerja, fiskal, fact, log, "
        "or all. Without --satker they hold every satker. Each file says of which position it is, "
        "datapackage.json what each column means; nothing is written over."
    ),
    examples=[
        "jejak export all -o ekspor",
        "jejak export pagu serapan --revision 9 -f xlsx -f csv -o revisi-9",
        "jejak export pagu -f csv --excel-id -o untuk-excel",
        "jejak export fact --dataset -o nilai",
        "jejak export log --since 1000 -o yang-baru",
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
    "--dataset",
    "--terbagi",
    "dataset",
    is_flag=True,
    help=N_("Parquet in many files, by year and by bucket of satker, that are read as one table."),
)
@option(
    "--excel-id",
    "--excel-indonesia",
    "excel_id",
    is_flag=True,
    help=N_("CSV that Excel opens where the decimal sign is a comma."),
)
@option(
    "--since",
    "--sejak",
    "since",
    type=click.IntRange(min=0),
    metavar=N_("SIZE"),
    help=N_("Only the entries of the log from this number on."),
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
    dataset: bool,
    excel_id: bool,
    since: int | None,
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
    wanted = Wanted(_nouns(tables), default_forms(forms), dataset, excel_id, since)
    _require_meaning(wanted)
    who = take_actor(session, actor) if publish else ""
    if tables and folder is not None:
        bound, files = _export(session, wanted, folder, options)
        if publish:
            publish_files(session, bound, folder, [file.name for file in files], who)
            after_commit(session, ask_passphrase(passphrase_fd))
    if ledger_copy is not None:
        _copy(session, ledger_copy)
    if tiles is not None:
        write_tiles(session, tiles)


def _nouns(tables: Sequence[str]) -> list[str]:
    """The nouns asked for, each once."""
    return [*NAMES, LOG] if ALL in tables else list(dict.fromkeys(tables))


def _require_meaning(wanted: Wanted) -> None:
    """Options that say nothing of the files that are asked for are refused, not passed over."""
    if wanted.since is not None and list(wanted.nouns) != [LOG]:
        raise click.UsageError(
            _("--since is of the log alone: a table is one state, its rows are not new or old.")
        )
    if wanted.excel_id and CSV not in wanted.forms:
        raise click.UsageError(_("--excel-id is a kind of CSV; give -f csv."))
    if wanted.dataset and (LOG in wanted.nouns or list(wanted.forms) != [PARQUET]):
        raise click.UsageError(
            _("--dataset is Parquet by satker and year: not the log, and no other form.")
        )


def _export(
    session: Session, wanted: Wanted, folder: Path, options: dict[str, Any]
) -> tuple[Bound, list[File]]:
    from cli.answer import position_line
    from cli.data_package import SIDECAR
    from cli.render.progress import progress_bar
    from events_store.log import LeafLog

    refuse_standing(*(folder / name for name in wanted.targets()), folder / SIDECAR)
    with LeafLog(session.ledger) as log:
        steps = len(wanted.nouns) + 1
        with progress_bar(_("Exporting"), steps, leaves=log.size, quiet=session.quiet) as done:
            asked = None if wanted.nouns == [LOG] else ask(log, options, whole=True)
            placed = asked.placed_at_held if asked else locate(log, options)[1]
            bound = Bound(placed, checkpoint_at(log, placed["size"]))
            files: list[File] = []
            for step, noun in enumerate(wanted.nouns):
                files += _files(log, asked, noun, bound, wanted)
                done(step)
            _write(log, folder, files, bound, wanted)
            done(steps - 1)
    for name, rows in _counted(files, wanted).items():
        session.say(_("{path}: {rows} rows").format(path=folder / name, rows=rows))
    for warning in asked.warnings if asked else ():
        session.note(_("Note: {text}").format(text=warning["text"]))
    session.note(position_line(bound.position))
    return bound, files


def _counted(files: list[File], wanted: Wanted) -> dict[str, int]:
    """The rows of each file; of a dataset those of the folder, its parts are many."""
    found: dict[str, int] = {}
    for file in files:
        name = file.rows.noun if wanted.dataset else file.name
        found[name] = found.get(name, 0) + file.rows.count
    return found


def _files(
    log: LeafLog, asked: Asked | None, noun: str, bound: Bound, wanted: Wanted
) -> list[File]:
    """The log alone needs no answer: no entry of it is decoded but for its own row."""
    if asked is None or noun == LOG:
        return log_files(log, bound, wanted)
    return table_files(asked, noun, bound, wanted)


def _write(log: LeafLog, folder: Path, files: list[File], bound: Bound, wanted: Wanted) -> None:
    """All files, and last the one that says what they are."""
    from cli.data_package import SIDECAR, Money, package_bytes
    from cli.wiring import ledger_identity

    opened = ledger_identity(log)
    money = Money(opened.currency, opened.scale)

    def package(sink: BinaryIO) -> None:
        sink.write(package_bytes(folder, files, bound, money, excel_id=wanted.excel_id))

    folder.mkdir(parents=True, exist_ok=True)
    require_room(folder, sum(file.room for file in files) + _SIDECAR_ROOM)
    contents = {folder / file.name: file.content for file in files}
    write_all({**contents, folder / SIDECAR: package})


def _copy(session: Session, target: Path) -> None:
    from events_store.copying import copy_ledger

    require_room(target.absolute().parent, session.ledger.stat().st_size)
    size, _root = copy_ledger(session.ledger, target)
    session.say(
        _("{path}: a complete copy, {size} entries, opened and compared").format(
            path=target, size=size
        )
    )
