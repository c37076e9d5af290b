"""`jejak verify`: does everything follow from the leaves, and the leaves from what was signed?"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.answer import Answer, give
from cli.failures import CONTRADICTED, UNCONFIRMED
from cli.language import N_, _
from cli.options import command, option
from cli.session import Session, take_session
from cli.shared import output_options, shared_options, stamp_options, trust_options

if TYPE_CHECKING:
    from events_store.timestamp import Stamp

SCHEMA = "jejak.verify/1"
KINDS = {
    "index": N_("the numbering of the entries has a gap"),
    "leaf": N_("an entry is not what this program can have written"),
    "hash": N_("an entry was changed after it was recorded"),
    "column": N_("a column differs from its entry"),
    "version": N_("a stream's versions are out of turn"),
    "import": N_("the imports differ from the entries"),
    "tile": N_("the hash tree differs from the entries"),
    "schema": N_("the tables are not as the ledger makes them"),
    "pages": N_("the file is damaged"),
    "table": N_("a current table is not what the entries give"),
    "checkpoint": N_("a checkpoint in the file is not one that the key signed"),
    "head": N_("a checkpoint from outside cannot be accepted"),
    "tail-missing": N_("entries are missing at the end"),
    "history-rewritten": N_("the history is not the one that was signed"),
}


@command(
    "verify",
    help=N_(
        "Check that every entry is byte for byte what was signed, and that every table follows "
        "from the entries. Opens read only, needs no network."
    ),
    examples=[
        "jejak verify",
        "jejak verify --checkpoint titik-periksa-auditor --key 'jejak/...+...+...'",
        "jejak verify --bundle bukti.zip --key 'jejak/...+...+...'",
    ],
)
@option(
    "--checkpoint",
    "--titik-periksa",
    "checkpoints",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help=N_("A signed checkpoint that you hold, or a folder of them."),
)
@trust_options
@option(
    "--bundle",
    "--bukti",
    "bundles",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=N_("Check a bundle of `jejak prove` instead of a ledger."),
)
@option(
    "--snapshot",
    "--cuplikan",
    "snapshots",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=N_("Check an exported file: by the entries in it, or by the entry that published it."),
)
@stamp_options
@option(
    "--min-size",
    "--ukuran-minimal",
    "min_size",
    type=click.IntRange(min=0),
    default=0,
    help=N_("Fewer entries than this are a contradiction."),
)
@output_options
@shared_options
def run(
    checkpoints: tuple[Path, ...],
    keys: tuple[str, ...],
    policy: str | None,
    bundles: tuple[Path, ...],
    snapshots: tuple[Path, ...],
    token: str | None,
    tsa_ca: str | None,
    min_size: int,
    **options: Any,
) -> int:
    from cli.file_answers import answer_files
    from cli.verification import policy_for, trusted_authority

    session = take_session(options)
    if bundles or snapshots:
        trusted = policy_for(session, keys, policy)
        return answer_files(session, bundles, snapshots, trusted, trusted_authority(tsa_ca))
    stamped = _stamped(checkpoints, token, tsa_ca)
    return _verify_ledger(session, checkpoints, keys, policy, min_size, stamped)


def _stamped(checkpoints: Sequence[Path], token: str | None, tsa_ca: str | None) -> Stamp | None:
    """The authority's word over the one checkpoint given, asked for before the ledger is read."""
    from cli.verification import read_evidence, verified_stamp

    if token is None:
        return None
    if tsa_ca is None or len(checkpoints) != 1:
        raise click.UsageError(
            _("A time stamp needs --tsa-ca and the one --checkpoint that it is over.")
        )
    return verified_stamp(read_evidence(Path(token)), read_evidence(checkpoints[0]), tsa_ca)


def _verify_ledger(
    session: Session,
    checkpoints: Sequence[Path],
    keys: Sequence[str],
    policy: str | None,
    min_size: int,
    stamped: Stamp | None,
) -> int:
    from cli.render.progress import progress_bar
    from cli.tables import contradicted_tables
    from cli.verification import gather, named_keys
    from cli.wiring import check_leaf, leaf_forms, ledger_identity
    from events_store.errors import LedgerUnreadable
    from events_store.log import LeafLog
    from events_store.verify import verify_log

    with LeafLog(session.ledger) as log:
        try:
            ledger_id = ledger_identity(log).ledger
        except LedgerUnreadable:
            ledger_id = ""
        trust = gather(ledger_id, session.home, keys, checkpoints, policy)
        with progress_bar(_("Verifying"), log.size, quiet=session.quiet) as done:
            report = verify_log(
                log,
                policy=trust.policy,
                named=named_keys(log, trust.policy),
                heads=trust.heads,
                check_leaf=check_leaf,
                forms=leaf_forms(),
                min_size=min_size,
                progress=done,
            )
        report.contradictions += contradicted_tables(log, report)
    give(session, _answer(report, trust, stamped))
    if not report.holds:
        return CONTRADICTED
    return 0 if report.confirmed_outside else UNCONFIRMED


def _answer(report: Any, trust: Any, stamped: Stamp | None) -> Answer:
    from cli.render.table import Column

    rows = [
        {"kind": item.kind, "first_index": item.first_index, "detail": item.detail}
        for item in report.contradictions
    ]
    shown = [
        {
            **row,
            "entry": "-" if row["first_index"] is None else f"#{row['first_index']}",
            "words": _(KINDS.get(row["kind"], row["kind"])),
        }
        for row in rows
    ]
    return Answer(
        schema=SCHEMA,
        position=None,
        rows=rows,
        totals={
            "ok": report.holds,
            "size": report.size,
            "root": base64.b64encode(report.root).decode(),
            "checkpoint": report.checkpoint.size if report.checkpoint else None,
            "unsigned_tail": report.unsigned_tail,
            "anchors": len(report.heads),
            "by_named_keys": report.by_named,
            "confirmed_outside": report.confirmed_outside,
            "key_unlocked": trust.key_unlocked,
            "stamped_at": stamped.time.isoformat() if stamped else None,
        },
        columns=[
            Column("kind", _("Kind"), "code"),
            Column("entry", _("First entry"), "code"),
            Column("words", _("Meaning"), "text"),
            Column("detail", _("Detail"), "text"),
        ],
        table_rows=shown,
        lines=_words(report, trust, stamped),
    )


def _words(report: Any, trust: Any, stamped: Stamp | None) -> list[str]:
    root = base64.b64encode(report.root).decode()
    words = [_("{size} entries, root {root}").format(size=report.size, root=root)]
    if report.checkpoint is not None:
        words.append(_("Signed up to entry {size}.").format(size=report.checkpoint.size))
    elif not trust.policy.logs:
        words.append(_("No key to trust is known here; checkpoints in the file were not judged."))
    if report.by_named:
        words.append(
            _(
                "{count} checkpoints are by keys that the ledger itself names: "
                "compared, but no confirmation."
            ).format(count=report.by_named)
        )
    if report.unsigned_tail and report.checkpoint is not None:
        words.append(_("{count} entries are not signed yet.").format(count=report.unsigned_tail))
    if stamped is not None:
        time = stamped.time.isoformat()
        words.append(_("The checkpoint existed at the latest on {time}.").format(time=time))
    if trust.key_unlocked:
        words.append(_("The signing key has no passphrase."))
    if not report.holds:
        words.append(
            _(
                "CONTRADICTED: the ledger is not what was signed, or does not follow from its "
                "entries."
            )
        )
    elif report.confirmed_outside:
        words.append(
            _("Sound, and confirmed by {count} checkpoints held outside.").format(
                count=len(report.heads)
            )
        )
    else:
        words.append(
            _(
                "Sound in itself, but nothing outside confirms it: a deleted end or a complete "
                "rewrite would not show. Give --checkpoint with one that someone else holds."
            )
        )
    words.append(_("This does not prove that what was entered is true."))
    return words
