"""`jejak copy SOURCE NEW-LEDGER`: a ledger from an exported log, or a copy of a ledger file."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from cli.language import N_, _
from cli.options import argument, command
from cli.session import Session, take_session
from cli.shared import shared_options, trust_options


@command(
    "copy",
    help=N_(
        "Make a ledger from an exported log (`jejak export --tiles`), or copy a ledger file. Every "
        "entry, tile and checkpoint is checked on the way; signatures are kept as they are, and "
        "judged with --key. Nothing is written over, and nothing at all where something does not "
        "fit."
    ),
    examples=["jejak copy log-terbit buku-baru.db", "jejak copy contoh/jejak.db salinan.db"],
)
@argument(
    "source",
    metavar=N_("SOURCE"),
    type=click.Path(exists=True, path_type=Path),
)
@argument("target", metavar=N_("NEW-LEDGER"), type=click.Path(path_type=Path))
@trust_options
@shared_options
def run(
    source: Path, target: Path, keys: tuple[str, ...], policy: str | None, **options: Any
) -> None:
    session = take_session(options)
    if source.is_dir():
        _restore(session, source, target, keys, policy)
        return
    if keys or policy is not None:
        raise click.UsageError(_("A ledger file is copied as it is; `jejak verify` judges it."))
    _copy(session, source, target)


def _copy(session: Session, source: Path, target: Path) -> None:
    from cli.files import require_room
    from events_store.copying import copy_ledger

    require_room(target.absolute().parent, source.stat().st_size)
    size, _root = copy_ledger(source, target)
    session.say(
        _("{path}: a complete copy, {size} entries, opened and compared").format(
            path=target, size=size
        )
    )


def _restore(
    session: Session, folder: Path, target: Path, keys: Sequence[str], policy: str | None
) -> None:
    from cli.files import require_room
    from cli.recording import renew_tables
    from cli.render.progress import progress_bar
    from cli.verification import named_keys, trusted_policy
    from cli.wiring import check_leaf, leaf_forms
    from events_store.log import LeafLog
    from events_store.log_folder import read_checkpoints
    from events_store.policy import Policy
    from events_store.restoring import restore_ledger
    from events_store.verify import Report, verify_log

    trusted = trusted_policy(keys, policy) or Policy(())

    def judge(log: LeafLog) -> Report:
        return verify_log(
            log,
            policy=trusted,
            named=named_keys(log, trusted),
            check_leaf=check_leaf,
            forms=leaf_forms(),
        )

    notes = read_checkpoints(folder)
    require_room(target.absolute().parent, 2 * _bytes_in(folder))
    steps = notes[-1][0].size
    with progress_bar(_("Copying"), steps, quiet=session.quiet) as done:
        size, _root = restore_ledger(folder, target, judge, done)
    renew_tables(replace(session, ledger=target))
    session.say(
        _("{path}: {size} entries and {count} checkpoints as they were, checked").format(
            path=target, size=size, count=len(notes)
        )
    )


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
