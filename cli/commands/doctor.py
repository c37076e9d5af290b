"""`jejak doctor`: is this machine, this folder and this ledger fit for work?"""

from dataclasses import asdict
from typing import Any

from cli.answer import Answer, give
from cli.failures import FOUND
from cli.language import N_, _
from cli.options import command
from cli.session import take_session
from cli.shared import output_options, shared_options

SCHEMA = "jejak.doctor/1"


@command(
    "doctor",
    help=N_("Check the machine, the folders and the ledger. Changes nothing."),
    examples=["jejak doctor", "jejak doctor --json"],
)
@output_options
@shared_options
def run(**options: Any) -> int:
    from cli.diagnosis import diagnose
    from cli.render.table import Column
    from cli.surroundings import surroundings

    session = take_session(options)
    findings = [*diagnose(session), *surroundings(session)]
    counts = {state: sum(f.state == state for f in findings) for state in ("ok", "warn", "fail")}
    states = {"ok": _("ok"), "warn": _("warning"), "fail": _("FAILED")}
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=None,
            rows=[asdict(finding) for finding in findings],
            totals=counts,
            columns=[
                Column("check", _("Check"), "code"),
                Column("state", _("State"), "code"),
                Column("detail", _("Detail"), "text"),
                Column("remedy", _("What to do"), "text"),
            ],
            table_rows=[{**asdict(f), "state": states[f.state]} for f in findings],
            lines=[
                _("{ok} ok, {warn} warnings, {fail} failed").format(
                    ok=counts["ok"], warn=counts["warn"], fail=counts["fail"]
                )
            ],
        ),
    )
    return FOUND if counts["fail"] else 0
