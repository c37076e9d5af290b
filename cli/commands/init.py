"""`jejak init`: a new ledger with its first two leaves."""

import secrets
import sys
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from cli.language import N_, _
from cli.options import command, option
from cli.session import ACTOR_VARIABLE, ask_passphrase, take_session
from cli.shared import shared_options


@command(
    "init",
    help=N_("Make a new ledger for one satker and ask once who records."),
    examples=[
        "jejak init --satker banjarbaru --name 'KPU Kota Banjarbaru' --bagian-anggaran 076 "
        "--actor 'Perencana'",
    ],
)
@option("--satker", "satker", help=N_("Key of the satker: a-z, 0-9 and -."))
@option("--name", "--nama", "name", help=N_("Name of the satker."))
@option(
    "--bagian-anggaran",
    "bagian_anggaran",
    help=N_("Code of the budget section, three digits."),
)
@option("--id", "--nama-buku", "ledger_id", help=N_("Id of the ledger; made up by default."))
@option(
    "--time-zone",
    "--zona-waktu",
    "time_zone",
    default="Asia/Jakarta",
    show_default=True,
    help=N_("Time zone of times without one."),
)
@option(
    "--currency",
    "--mata-uang",
    "currency",
    default="IDR",
    show_default=True,
    help=N_("Currency, ISO 4217."),
)
@option(
    "--scale",
    "--skala",
    "scale",
    type=click.IntRange(0, 6),
    default=0,
    show_default=True,
    help=N_("Decimals of its amounts."),
)
@option("--actor", "--pencatat", "actor", help=N_("Who records; else JEJAK_ACTOR."))
@shared_options
def run(
    satker: str | None,
    name: str | None,
    bagian_anggaran: str | None,
    ledger_id: str | None,
    time_zone: str,
    currency: str,
    scale: int,
    actor: str | None,
    **options: Any,
) -> None:
    from cli.opening import Opening, create_ledger
    from cli.recording import sign_after

    session = take_session(options)
    who = _asked(
        actor or _from_environment() or session.home.actor,
        _("Who records (name or office)"),
        "--actor",
    )
    opening = Opening(
        ledger_id=ledger_id or secrets.token_hex(8),
        time_zone=_zone(time_zone),
        currency=_currency(currency),
        scale=scale,
        satker=_asked(satker, _("Key of the satker"), "--satker"),
        name=_asked(name, _("Name of the satker"), "--name"),
        bagian_anggaran=bagian_anggaran,
    )
    create_ledger(session.ledger, opening, actor=who)
    session.home.remember_actor(who)
    session.say(
        _("Ledger {path} made for {name}, id {id}.").format(
            path=session.ledger, name=opening.name, id=opening.ledger_id
        )
    )
    sign_after(session, ask_passphrase(None))


def _from_environment() -> str | None:
    import os

    return os.environ.get(ACTOR_VARIABLE)


def _asked(value: str | None, question: str, name: str) -> str:
    if value:
        return value.strip()
    if not sys.stdin.isatty():
        raise click.UsageError(_("{option} is needed.").format(option=name))
    answer: str = click.prompt(question, err=True)
    return answer.strip()


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise click.UsageError(
            _("No time zone {name!r}; write Asia/Jakarta.").format(name=text)
        ) from error
    return text


def _currency(text: str) -> str:
    code = text.strip().upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise click.UsageError(_("{text!r} is no currency code; write IDR.").format(text=text))
    return code
