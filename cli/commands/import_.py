"""`jejak import`: a file into the ledger, whole or not at all."""

from pathlib import Path
from typing import Any

import click

from cli.failures import FileRefused
from cli.importing import ImportFile, Prepared
from cli.language import N_, _
from cli.options import argument, command, option
from cli.session import Session, ask_passphrase, take_actor, take_session
from cli.shared import conflict_options, recording_options, shared_options

MAX_WORDS = 20
MAX_FILE_BYTES = 1 << 30


@command(
    "import",
    help=N_(
        "Record what files state. All errors at once; nothing is half recorded; the same file "
        "again adds nothing."
    ),
    examples=[
        "jejak import tabel-17-revisi.csv --mapping tabel-17-revisi.toml --dry-run",
        "jejak import tabel-17-revisi.csv --mapping tabel-17-revisi.toml",
        "jejak import revisi.csv --mapping m.toml --set document=dipa-2024-r14",
    ],
)
@argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar=N_("FILE..."),
)
@option(
    "--mapping",
    "--pemetaan",
    "mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=N_("TOML that says what the columns mean; known layouts need none."),
)
@option(
    "--set",
    "--tetapkan",
    "overrides",
    multiple=True,
    metavar=N_("FIELD=VALUE"),
    help=N_("Set a field for every row."),
)
@option(
    "--accept-suggestions",
    "--terima-saran",
    "accept",
    is_flag=True,
    help=N_("Take suggested values; the print is kept beside them."),
)
@conflict_options
@recording_options
@shared_options
def run(
    files: tuple[Path, ...],
    mapping: Path | None,
    overrides: tuple[str, ...],
    dry_run: bool,
    conflicts: Any,
    reason: str | None,
    accept: bool,
    actor: str | None,
    passphrase_fd: int | None,
    **options: Any,
) -> None:
    from cli.recording import after_commit, has_unsigned_tail

    session = take_session(options)
    who = take_actor(session, actor)
    recorded = False
    for path in files:
        file = ImportFile(
            name=path.name,
            data=_read(path),
            mapping=mapping.read_text("utf-8") if mapping else None,
            overrides=_parse_overrides(overrides),
            accept_suggestions=accept,
        )
        recorded |= import_one(
            session, file, actor=who, conflicts=conflicts, reason=reason, dry_run=dry_run
        )
    if recorded or (not dry_run and has_unsigned_tail(session)):
        after_commit(session, ask_passphrase(passphrase_fd))


def import_one(
    session: Session,
    file: ImportFile,
    *,
    actor: str,
    conflicts: Any = "refuse",
    reason: str | None = None,
    dry_run: bool = False,
) -> bool:
    """Import one file and say what came of it; returns whether anything was recorded."""
    from cli.conflicts import with_entries
    from cli.importing import prepare, record_prepared, steps
    from cli.render.progress import progress_bar
    from cli.wiring import ledger_identity, open_ledger
    from events_store.log import LeafLog
    from ledger.errors import InputRefused

    with LeafLog(session.ledger) as log:
        scale = ledger_identity(log).scale
    with open_ledger(session.ledger) as ledger:
        try:
            with progress_bar(_("Reading"), steps(file), quiet=session.quiet) as done:
                prepared = prepare(
                    ledger,
                    file,
                    actor=actor,
                    conflicts=conflicts,
                    reason=reason,
                    scale=scale,
                    progress=done,
                )
        except InputRefused as error:
            raise FileRefused(file.name, with_entries(session.ledger, error.refusals)) from error
        indexes = [] if dry_run else record_prepared(ledger, prepared, actor=actor)
    session.say(_words(file.name, prepared, indexes, dry_run=dry_run))
    _warn_of_lookalikes(session, prepared)
    return bool(indexes)


def _warn_of_lookalikes(session: Session, prepared: Prepared) -> None:
    from cli.lookalikes import mixed_words

    words = mixed_words(prepared.events)
    if words:
        text = _("Note: letters of different scripts in one word, look closely: {words}")
        session.note(text.format(words=", ".join(words[:MAX_WORDS])))


def _words(name: str, prepared: Prepared, indexes: list[int], *, dry_run: bool) -> str:
    if prepared.already:
        return _("{file}: imported before, nothing added.").format(file=name)
    counts = prepared.received.counts if prepared.received else None
    if counts is None:
        return ""
    said = _(
        "{rows} rows: {new} new, {same} same, {skipped} skipped, {corrected} corrected"
    ).format(
        rows=counts.rows,
        new=counts.new,
        same=counts.same,
        skipped=counts.skipped,
        corrected=counts.corrected,
    )
    if dry_run:
        return _("{file}: {said}; checked only, nothing recorded.").format(file=name, said=said)
    if not indexes:
        return _("{file}: {said}; nothing added.").format(file=name, said=said)
    return _("{file}: {said}; recorded as #{first} to #{last}.").format(
        file=name, said=said, first=indexes[0], last=indexes[-1]
    )


def _read(path: Path) -> bytes:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise click.UsageError(_("{path} is larger than 1 GiB.").format(path=path))
    return path.read_bytes()


def _parse_overrides(overrides: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for text in overrides:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.UsageError(_("--set wants FIELD=VALUE, not {text!r}.").format(text=text))
        found[name.strip()] = value.strip()
    return found
