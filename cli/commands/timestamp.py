"""`jejak timestamp`: the word of a time stamp authority over a checkpoint (RFC 3161)."""

from pathlib import Path
from typing import Any

import click

from cli.answer import Answer, give
from cli.files import give_bytes
from cli.language import N_, _
from cli.options import BilingualGroup, argument, command, option
from cli.session import Session, take_session
from cli.shared import authority_option, output_options, shared_options, target_option

SCHEMA = "jejak.timestamp/1"
WAIT_SECONDS = 30.0
QUERY_TYPE = "application/timestamp-query"


@click.group(
    "timestamp",
    cls=BilingualGroup,
    help=N_("Let an authority say when a checkpoint existed (RFC 3161)."),
    aliases={"mintakan": "request", "ambil": "fetch", "periksa": "check"},
)
def run() -> None:
    pass


_checkpoint = argument(
    "checkpoint",
    metavar=N_("[CHECKPOINT]"),
    required=False,
    type=click.Path(exists=True, dir_okay=False),
)


@command(
    "request",
    help=N_(
        "Write the query over a checkpoint, to be carried to the authority by whatever way there "
        "is. Without a file it is the newest one of the ledger."
    ),
    examples=["jejak timestamp request -o permintaan.tsq"],
)
@_checkpoint
@target_option
@shared_options
def request(checkpoint: str | None, target: Path | None, **options: Any) -> None:
    from events_store.timestamp import make_request

    session = take_session(options)
    give_bytes(target, make_request(_note(session, checkpoint)))


@command(
    "fetch",
    help=N_(
        "Ask an authority at a URL for a time stamp over a checkpoint and keep its answer. The "
        "only command that uses a network, and only when you call it."
    ),
    examples=["jejak timestamp fetch --url https://... -o stempel.tsr"],
)
@_checkpoint
@option("--url", "url", required=True, help=N_("The address of the authority."))
@option(
    "-o",
    "--output",
    "--keluaran",
    "target",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("The file for the time stamp."),
)
@authority_option()
@shared_options
def fetch(
    checkpoint: str | None, url: str, target: Path, tsa_ca: str | None, **options: Any
) -> None:
    from events_store.timestamp import make_request, require_answer

    session = take_session(options)
    note = _note(session, checkpoint)
    token = _posted(url, make_request(note))
    require_answer(token, note)
    if tsa_ca is not None:
        session.say(_stamp_words(token, note, tsa_ca))
    give_bytes(target, token)
    session.say(_("Time stamp kept in {path}.").format(path=target))


@command(
    "check",
    help=N_("Check a time stamp over a checkpoint against the authority that you trust."),
    examples=["jejak timestamp check stempel.tsr titik-periksa --tsa-ca ca.pem"],
)
@argument("token", metavar=N_("FILE"), type=click.Path(exists=True, dir_okay=False))
@_checkpoint
@authority_option(required=True)
@output_options
@shared_options
def check(token: str, checkpoint: str | None, tsa_ca: str, **options: Any) -> None:
    from cli.render.table import Column
    from cli.verification import read_evidence, verified_stamp

    session = take_session(options)
    stamp = verified_stamp(read_evidence(Path(token)), _note(session, checkpoint), tsa_ca)
    rows = [{"time": stamp.time.isoformat(), "serial_number": str(stamp.serial_number)}]
    columns = [
        Column("time", _("Time"), "code"),
        Column("serial_number", _("Serial number"), "code"),
    ]
    words = [_("Existed at the latest on {time}.").format(time=stamp.time.isoformat())]
    give(session, Answer(SCHEMA, None, rows, columns, lines=words))


def _stamp_words(token: bytes, note: bytes, tsa_ca: str) -> str:
    from cli.verification import verified_stamp

    stamp = verified_stamp(token, note, tsa_ca)
    return _("Existed at the latest on {time}.").format(time=stamp.time.isoformat())


def _note(session: Session, checkpoint: str | None) -> bytes:
    from cli.proving import newest_note
    from cli.verification import read_evidence
    from events_store.log import LeafLog

    if checkpoint is not None:
        return read_evidence(Path(checkpoint))
    with LeafLog(session.ledger) as log:
        return newest_note(log)[1]


def _posted(url: str, query: bytes) -> bytes:
    """The authority's answer; click.UsageError for an address or an answer that is of no use."""
    from urllib.error import URLError
    from urllib.request import Request, urlopen

    from events_store.timestamp import MAX_TOKEN_BYTES

    if not url.startswith(("http://", "https://")):
        raise click.UsageError(_("{url} is no address of the web.").format(url=url))
    asked = Request(url, query, {"Content-Type": QUERY_TYPE})  # noqa: S310 - checked above
    try:
        with urlopen(asked, timeout=WAIT_SECONDS) as answer:  # noqa: S310
            return bytes(answer.read(MAX_TOKEN_BYTES + 1))
    except (URLError, OSError) as error:
        raise click.UsageError(
            _("No time stamp from {url}: {detail}").format(url=url, detail=error)
        ) from error


for _part in (request, fetch, check):
    run.add_command(_part)
