"""`jejak checkpoint`: sign the head of the ledger, show it, compare two, ask a witness."""

import base64
from pathlib import Path
from typing import Any

import click

from cli.answer import Answer, give
from cli.failures import CONTRADICTED, FOUND, UNCONFIRMED
from cli.files import give_bytes
from cli.language import N_, _
from cli.options import BilingualGroup, argument, command, option
from cli.session import ask_passphrase, take_session
from cli.shared import (
    output_options,
    passphrase_option,
    shared_options,
    target_option,
    trust_options,
)

SCHEMA = "jejak.checkpoint-compare/1"
_VERDICTS = {
    "same": N_("Both say the same."),
    "grown": N_("The smaller one is the beginning of the larger one, as this ledger shows."),
    "split-view": N_(
        "SPLIT VIEW: two heads of one log and one size with different roots. Keep both files: "
        "together they prove that the signer showed two histories."
    ),
    "rewritten": N_("CONTRADICTED: this ledger is not the history that both were signed over."),
    "other-logs": N_("They are of different logs."),
    "undecided": N_(
        "Their sizes differ; whether one continues the other is shown by the ledger (-L) alone."
    ),
}
_EXIT_CODES = {
    "split-view": CONTRADICTED,
    "rewritten": CONTRADICTED,
    "other-logs": FOUND,
    "undecided": UNCONFIRMED,
}


@click.group(
    "checkpoint",
    cls=BilingualGroup,
    help=N_("Sign the head of the ledger, show what was signed, compare two, ask a witness."),
    aliases={
        "tandatangani": "sign",
        "tampilkan": "show",
        "bandingkan": "compare",
        "mintakan": "request",
    },
)
def run() -> None:
    pass


@command(
    "sign",
    help=N_("Sign the head of the ledger and keep the checkpoint outside the database."),
    examples=["jejak checkpoint sign"],
)
@passphrase_option
@shared_options
def sign(passphrase_fd: int | None, **options: Any) -> None:
    from cli.recording import signing_words
    from cli.signing import sign_head

    session = take_session(options)
    signing = sign_head(session.ledger, session.home, ask_passphrase(passphrase_fd))
    if signing.state not in ("signed", "current"):
        raise click.UsageError(signing_words(signing))
    session.say(signing_words(signing))


@command(
    "show",
    help=N_("Print the newest checkpoint as it was signed (C2SP tlog-checkpoint)."),
    examples=["jejak checkpoint show"],
)
@shared_options
def show(**options: Any) -> None:
    from events_store.log import LeafLog

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        notes = list(log.checkpoints())
        size = log.size
    if not notes:
        raise click.UsageError(_("Nothing is signed yet."))
    signed, note = notes[-1]
    click.echo(note.decode("utf-8", "backslashreplace"), nl=False)
    if signed < size:
        session.note(_("{count} entries are not signed yet.").format(count=size - signed))


@command(
    "compare",
    help=N_(
        "Compare two signed checkpoints, perhaps from different hands. Two roots at one size are "
        "evidence against the signer; of different sizes the ledger shows whether one continues "
        "the other."
    ),
    examples=["jejak checkpoint compare dari-satker dari-auditor --key 'jejak/...+...+...'"],
)
@argument("first", metavar=N_("FILE"), type=click.Path(exists=True, dir_okay=False))
@argument("second", metavar=N_("FILE"), type=click.Path(exists=True, dir_okay=False))
@trust_options
@output_options
@shared_options
def compare(
    first: str, second: str, keys: tuple[str, ...], policy: str | None, **options: Any
) -> int:
    from cli.comparing import compare_checkpoints
    from cli.render.table import Column
    from cli.verification import policy_for, read_evidence

    session = take_session(options)
    trusted = policy_for(session, keys, policy)
    heads = [trusted.open(read_evidence(Path(path))) for path in (first, second)]
    verdict = compare_checkpoints(heads[0], heads[1], session.ledger)
    rows = [
        {
            "file": path,
            "origin": head.origin,
            "size": head.size,
            "root": base64.b64encode(head.root).decode(),
        }
        for path, head in zip((first, second), heads, strict=True)
    ]
    columns = [
        Column("file", _("File"), "code"),
        Column("origin", _("Log"), "code", optional=1),
        Column("size", _("Entries"), "count"),
        Column("root", _("Root"), "code"),
    ]
    words = [_(_VERDICTS[verdict])]
    give(session, Answer(SCHEMA, None, rows, columns, totals={"verdict": verdict}, lines=words))
    return _EXIT_CODES.get(verdict, 0)


@command(
    "request",
    help=N_(
        "Write what a witness needs to cosign the newest checkpoint: the proof that it continues "
        "the size that the witness saw last (C2SP tlog-witness)."
    ),
    examples=["jejak checkpoint request --since 0 -o permintaan-saksi"],
)
@option(
    "--since",
    "--sejak",
    "since",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help=N_("The size that the witness saw last; 0 the first time."),
)
@target_option
@shared_options
def request(since: int, target: Path | None, **options: Any) -> None:
    from cli.proving import growth_since, newest_note
    from events_store.consistency import format_growth
    from events_store.log import LeafLog

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        size, note = newest_note(log)
        if since > size:
            text = _("Only {size} entries are signed; the witness cannot have seen {since}.")
            raise click.UsageError(text.format(size=size, since=since))
        data = format_growth(growth_since(log, since, size, note))
    give_bytes(target, data)


for _part in (sign, show, compare, request):
    run.add_command(_part)
