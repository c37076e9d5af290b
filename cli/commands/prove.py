"""`jejak prove`: evidence for somebody who has neither this program nor this ledger."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.bundles import Attachments, entry_members, replay_members
from cli.failures import FOUND
from cli.files import refuse_standing, write_new
from cli.language import N_, _
from cli.options import argument, command, option
from cli.session import Session, take_session
from cli.shared import shared_options, stamp_options
from ledger.records import LEVELS, TOTAL

if TYPE_CHECKING:
    from cli.claims import Question
    from events_store.log import LeafLog

_ENTRY = re.compile(r"#?\d{1,15}", re.ASCII)
_SPAN = re.compile(r"(\d{1,6})\.\.(\d{1,6})", re.ASCII)


@command(
    "prove",
    help=N_(
        "Write a bundle that strangers check with openssl, Go or DuckDB: the proof of one entry, "
        "all that it takes to replay the pagu at a revision, or that a code was not touched "
        "between two revisions. Its README says how."
    ),
    examples=[
        "jejak prove '#34' -o bukti-34.zip",
        "jejak prove 6709.QGE.001 --revision 9 -o pagu-9.zip",
        "jejak prove 6709.QGE.001 --between 3..9 -o tidak-disentuh.zip",
    ],
)
@argument("subject", metavar=N_("ENTRY|CODE|total"))
@option(
    "--revision",
    "--revisi-ke",
    "revision",
    type=click.IntRange(min=0),
    help=N_("Replay the pagu at this revision."),
)
@option(
    "--between",
    "--antara",
    "between",
    metavar="N..M",
    help=N_("That the code was not touched from one revision to another."),
)
@option("--level", "--tingkat", "level", type=click.Choice(LEVELS), help=N_("Level of the code."))
@option("--satker", "satker", help=N_("Key of the satker."))
@option("--fiscal-year", "--ta", "fiscal_year", type=int, help=N_("Fiscal year."))
@option(
    "--checkpoint",
    "--titik-periksa",
    "checkpoint",
    type=click.Path(exists=True, dir_okay=False),
    help=N_("Prove under this checkpoint, perhaps cosigned; the newest by default."),
)
@option(
    "--since",
    "--sejak",
    "older",
    type=click.Path(exists=True, dir_okay=False),
    help=N_("An older checkpoint that the other side holds: show that it is the beginning."),
)
@option(
    "--policy",
    "--kebijakan",
    "policy",
    type=click.Path(exists=True, dir_okay=False),
    help=N_("A policy file to send along; the other side should trust its own."),
)
@stamp_options
@option(
    "-o",
    "--output",
    "--keluaran",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("The file of the bundle; named after the subject by default."),
)
@shared_options
def run(
    subject: str,
    revision: int | None,
    between: str | None,
    target: Path | None,
    **options: Any,
) -> int:
    session = take_session(options)
    if _ENTRY.fullmatch(subject):
        if revision is not None or between is not None:
            raise click.UsageError(_("An entry is proved as it is; leave out the revision."))
        _prove_entry(session, int(subject.removeprefix("#")), target, options)
        return 0
    return _prove_answer(session, subject, _span(revision, between), target, options)


def _span(revision: int | None, between: str | None) -> tuple[int | None, int]:
    """(since, revision) of the question; since is None for the pagu at a revision."""
    if between is not None and revision is None:
        match = _SPAN.fullmatch(between)
        if match is None or int(match[1]) > int(match[2]):
            raise click.UsageError(
                _("{text!r} is no span of revisions; write 3..9.").format(text=between)
            )
        return int(match[1]), int(match[2])
    if revision is None or between is not None:
        raise click.UsageError(_("Give either --revision N or --between N..M."))
    return None, revision


def _prove_entry(
    session: Session, index: int, target: Path | None, options: dict[str, Any]
) -> None:
    from cli.failures import FileRefused
    from events_store.bundle import pack_bundle
    from events_store.log import LeafLog
    from ledger.errors import Refusal

    path = target or Path(f"bukti-{index}.zip")
    refuse_standing(path)
    with LeafLog(session.ledger) as log:
        if index >= log.size:
            raise FileRefused(f"#{index}", [Refusal("target-unknown", f"#{index}")])
        head, origin = _head(session, log, options["checkpoint"], index + 1)
        extra = _attachments(session, log, head[1], options)
        data = pack_bundle(entry_members(log, index, head, origin, extra))
    write_new(path, data)
    session.say(
        _("{path}: proof of entry #{index} under a checkpoint of {size} entries").format(
            path=path, index=index, size=head[0]
        )
    )


def _prove_answer(
    session: Session,
    subject: str,
    span: tuple[int | None, int],
    target: Path | None,
    options: dict[str, Any],
) -> int:
    from cli.claims import claim
    from cli.wiring import read_columns
    from events_store.bundle import pack_bundle
    from events_store.log import LeafLog

    since, revision = span
    code = None if subject.lower() == TOTAL else subject
    if code is None and since is not None:
        raise click.UsageError(_("Which code was not touched? The total is shown by --revision."))
    tail = f"r{revision}" if since is None else f"r{since}-{revision}"
    path = target or Path(f"bukti-{subject}-{tail}.zip")
    refuse_standing(path)
    with LeafLog(session.ledger) as log:
        head, origin = _head(session, log, options["checkpoint"], 1)
        columns = read_columns(log, head[0])
        question = _question(columns, code, span, options)
        made = claim(columns, question)
        data = pack_bundle(replay_members(log, head, origin, made, _asked(subject, span)))
    write_new(path, data)
    answer = made["answer"]
    for line in _words(subject, question, answer):
        session.say(line)
    session.say(
        _("{path}: all {size} entries, to replay it without this program").format(
            path=path, size=head[0]
        )
    )
    return 0 if answer.get("verdict", "untouched") == "untouched" else FOUND


def _question(
    columns: Any, code: str | None, span: tuple[int | None, int], options: dict[str, Any]
) -> Question:
    from cli.asking import only_satker, only_year
    from cli.claims import Question
    from projections.levels import level_of

    satker = only_satker(columns, options["satker"])
    year = only_year(columns, satker, options["fiscal_year"])
    if year is None:
        raise click.UsageError(_("The ledger knew no revision yet."))
    level = options["level"] or (None if code is None else level_of(code))
    return Question(satker, year, span[1], span[0], code, level)


def _head(
    session: Session, log: LeafLog, checkpoint: str | None, covering: int
) -> tuple[tuple[int, bytes], str]:
    """(size, note) to prove under, and the log's name; a given note must be one of this log."""
    from cli.proving import newest_note
    from cli.signing import origin_of
    from cli.verification import own_policy, read_evidence
    from cli.wiring import ledger_identity

    ledger_id = ledger_identity(log).ledger
    origin = origin_of(ledger_id)
    if checkpoint is None:
        return newest_note(log, covering), origin
    note = read_evidence(Path(checkpoint))
    head = own_policy(ledger_id, session.home).open(note)
    if head.origin != origin or head.size > log.size or log.root(head.size) != head.root:
        raise click.UsageError(
            _("The checkpoint {path} is not of this ledger.").format(path=checkpoint)
        )
    if head.size < covering:
        raise click.UsageError(
            _("The checkpoint {path} was signed before this entry.").format(path=checkpoint)
        )
    return (head.size, note), origin


def _attachments(
    session: Session, log: LeafLog, note: bytes, options: dict[str, Any]
) -> Attachments:
    from cli.verification import read_evidence, verified_stamp
    from events_store.policy import parse_policy

    token, tsa_ca, policy = options["token"], options["tsa_ca"], options["policy"]
    if (token is None) != (tsa_ca is None):
        raise click.UsageError(_("A time stamp goes with --timestamp and --tsa-ca together."))
    stamp = None if token is None else read_evidence(Path(token))
    if stamp is not None:
        verified_stamp(stamp, note, tsa_ca)
    rules = None if policy is None else read_evidence(Path(policy))
    if rules is not None:
        parse_policy(rules)
    older = None
    if options["older"] is not None:
        older, _origin = _head(session, log, options["older"], 1)
    authority = None if tsa_ca is None else read_evidence(Path(tsa_ca))
    return Attachments(older, stamp, authority, rules)


def _asked(subject: str, span: tuple[int | None, int]) -> str:
    since, revision = span
    if since is None:
        return f"jejak prove {subject} --revision {revision}"
    return f"jejak prove {subject} --between {since}..{revision}"


def _words(subject: str, question: Question, answer: dict[str, Any]) -> list[str]:
    from cli.render.numbers import rupiah

    if question.since is None:
        found = answer["total"] if question.code is None else next(iter(answer["rows"]), None)
        pagu = None if found is None else found["pagu"]
        known = _("not known at this revision") if pagu is None else rupiah(pagu)
        return [
            _("Pagu of {subject} at revision {revision}: {pagu}").format(
                subject=subject, revision=question.revision, pagu=known
            )
        ]
    values = {"subject": subject, "first": question.since, "last": question.revision}
    match answer["verdict"]:
        case "untouched":
            return [
                _("{subject} was not touched from revision {first} to {last}.").format(**values)
            ]
        case "touched":
            return [
                _("{subject} was touched between revision {first} and {last}.").format(**values)
            ]
    spans = [_span_words(first, last) for first, last in answer["unknown"]]
    text = _("Cannot be proved: the breakdown of revision {spans} is not available.")
    return [text.format(spans=", ".join(spans))]


def _span_words(first: int, last: int) -> str:
    if first == last:
        return str(first)
    return _("{first} to {last}").format(first=first, last=last)
