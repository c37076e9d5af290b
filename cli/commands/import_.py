"""`jejak import`: a file into the ledger, whole or not at all."""

from pathlib import Path
from typing import Any

import click

from cli.failures import FileRefused
from cli.files import require_room, write_new
from cli.import_options import parse_overrides, read_mapping, reading_options
from cli.importing import ImportFile, Prepared, needed_bytes
from cli.language import N_, _
from cli.messages import MAX_SHOWN, word_place
from cli.options import argument, command, option
from cli.render.numbers import amount
from cli.session import Session, ask_passphrase, take_actor, take_session
from cli.shared import conflict_options, recording_options, shared_options, target_option

MAX_WORDS = 20


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
        "jejak import fa-detail.xlsx --ta 2025 --new-satker --dry-run",
        "jejak import --guess-map daftar.csv -o daftar.toml",
    ],
)
@argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar=N_("FILE..."),
)
@reading_options
@option("--satker", "satker", help=N_("Key of the satker that the file must be of."))
@option(
    "--fiscal-year",
    "--ta",
    "fiscal_year",
    type=click.IntRange(1900, 9999),
    help=N_("The fiscal year that the file must be of."),
)
@option(
    "--new-satker",
    "--satker-baru",
    "new_satker",
    is_flag=True,
    help=N_("Register the satker that the file names and the ledger does not know."),
)
@option(
    "--guess-map",
    "--rancang-pemetaan",
    "guess",
    is_flag=True,
    help=N_("Draft a mapping of the file instead of importing it."),
)
@target_option
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
    satker: str | None,
    fiscal_year: int | None,
    new_satker: bool,
    guess: bool,
    target: Path | None,
    actor: str | None,
    passphrase_fd: int | None,
    **options: Any,
) -> None:
    from cli.recording import after_commit, has_unsigned_tail

    session = take_session(options)
    if guess:
        _draft(session, files, target)
        return
    who = take_actor(session, actor)
    text = read_mapping(mapping) if mapping else None
    values = parse_overrides(overrides)
    recorded = False
    for path in files:
        file = ImportFile(
            path,
            mapping=text,
            overrides=values,
            accept_suggestions=accept,
            satker=satker,
            fiscal_year=fiscal_year,
            new_satker=new_satker,
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
    from cli.importing import prepare, record_prepared
    from cli.known import known_in
    from cli.render.progress import counting_bar
    from cli.wiring import ledger_identity, open_ledger
    from events_store.log import LeafLog
    from ledger.errors import InputRefused

    with LeafLog(session.ledger) as log:
        opened, known = ledger_identity(log), known_in(log)
    scale = opened.scale
    with open_ledger(session.ledger) as ledger:
        try:
            with counting_bar(_("Reading"), quiet=session.quiet) as done:
                prepared = prepare(
                    ledger,
                    file,
                    actor=actor,
                    known=known,
                    conflicts=conflicts,
                    reason=reason,
                    scale=scale,
                    currency=opened.currency,
                    progress=done,
                )
        except InputRefused as error:
            raise FileRefused(file.shown, with_entries(session.ledger, error.refusals)) from error
        indexes = range(0)
        if not dry_run and not prepared.is_empty:
            require_room(session.ledger.absolute().parent, needed_bytes(prepared))
            with counting_bar(_("Recording"), quiet=session.quiet) as done:
                indexes = record_prepared(ledger, prepared, actor=actor, progress=done)
    session.say(_words(file.shown, prepared, indexes, dry_run=dry_run))
    _notes(session, prepared, scale)
    if dry_run:
        _show_previews(session, prepared)
    return bool(indexes)


def _show_previews(session: Session, prepared: Prepared) -> None:
    """Line by line what would change, revision by revision."""
    from cli.preview import previews
    from cli.preview_words import preview_lines

    for preview in previews(session.ledger, prepared):
        for line in preview_lines(preview):
            session.say(line)


def _notes(session: Session, prepared: Prepared, scale: int) -> None:
    """What the user should look at beyond the counts."""
    if prepared.passed_over:
        text = _("Note: {count} rows are of none of the kinds that the mapping takes.")
        session.note(text.format(count=prepared.passed_over))
    if prepared.suggested:
        text = _("Note: {count} values were taken as suggested; their print is kept.")
        session.note(text.format(count=prepared.suggested))
    if prepared.is_cut:
        session.note(_("Note: the last line has no end; look whether the file is whole."))
    for mismatch in prepared.mismatches[:MAX_SHOWN]:
        text = _("Note: {place} prints {stated}, the file itself adds up to {computed} [{check}].")
        session.note(
            text.format(
                place=word_place(mismatch.origin),
                stated=amount(mismatch.stated, scale),
                computed=amount(mismatch.computed, scale),
                check=mismatch.check,
            )
        )
    if len(prepared.mismatches) > MAX_SHOWN:
        more = len(prepared.mismatches) - MAX_SHOWN
        session.note(_("... and {count} more.").format(count=more))
    if prepared.strange_words:
        text = _("Note: letters of different scripts in one word, look closely: {words}")
        session.note(text.format(words=", ".join(prepared.strange_words[:MAX_WORDS])))


def _words(name: str, prepared: Prepared, indexes: range, *, dry_run: bool) -> str:
    if prepared.already:
        return _("{file}: imported before, nothing added.").format(file=name)
    counts = prepared.received.counts if prepared.received else None
    if counts is None:
        return ""
    name = f"{name} ({prepared.title})" if prepared.title else name
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


def _draft(session: Session, files: tuple[Path, ...], target: Path | None) -> None:
    """Write the draft of a mapping for one file, to a new file or to the screen."""
    from cli.intake.guessing import guess_mapping
    from ledger.errors import InputRefused

    if len(files) != 1:
        raise click.UsageError(_("--guess-map drafts the mapping of one file."))
    try:
        text = guess_mapping(files[0])
    except InputRefused as error:
        raise FileRefused(files[0].name, error.refusals) from error
    if target is None:
        click.echo(text, nl=False)
    else:
        write_new(target, text.encode("utf-8"))
        session.say(_("{path}: drafted; read it before you use it.").format(path=target))
