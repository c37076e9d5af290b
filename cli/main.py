"""The command line: groups, aliases and the one place that turns errors into exit codes."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, TextIO

import click

from cli.language import N_, _, detect, set_language
from cli.options import BilingualGroup, option
from cli.shared import shared_options

_COMMANDS = (
    (N_("Start"), ("init", "demo", "status")),
    (N_("Record"), ("import", "record", "correct", "void")),
    (
        N_("Look"),
        ("log", "show", "revisi", "pagu", "diff", "serapan", "kinerja", "history", "why", "search"),
    ),
    (N_("Check"), ("verify", "witness")),
    (N_("Reports and export"), ("export", "prove")),
    (N_("Upkeep"), ("rebuild", "replay", "checkpoint", "keys", "timestamp", "copy", "doctor")),
)
_SUMMARIES = {
    "init": N_("Make a new ledger."),
    "demo": N_("Build the Banjarbaru ledger from a public report and ask it."),
    "status": N_("Show what the ledger holds and how far it is signed."),
    "record": N_("Record one row by hand: a payment, a contract, a document."),
    "search": N_("Find entries by any text in them."),
    "doctor": N_("Check the machine, the folders and the ledger."),
    "import": N_("Record what a file states, whole or not at all."),
    "correct": N_("Put the right value beside a wrong one; both stay."),
    "void": N_("Let an entry no longer count; it stays to be seen."),
    "log": N_("List what was recorded, in order."),
    "show": N_("Show one entry in full."),
    "revisi": N_("List the revisions of the DIPA with their differences."),
    "pagu": N_("Show the pagu at a position."),
    "diff": N_("Compare two positions, or test a proposal before it is sent."),
    "kinerja": N_("Show targets, results and how far they were reached."),
    "serapan": N_("Show what was spent of the pagu."),
    "history": N_("Show every entry that touched a code, an indicator or the total."),
    "why": N_("Fold a number from the entries that it rests on."),
    "verify": N_("Check that nothing was changed since it was signed."),
    "export": N_("Write tables at a position as files, or copy the ledger."),
    "rebuild": N_("Make the current tables again, or compare them with the entries."),
    "replay": N_("Step through the year, or write its tables to a database."),
    "checkpoint": N_("Sign the head of the ledger, show it, compare two, ask a witness."),
    "keys": N_("Make, show and change the key that signs."),
    "witness": N_("Watch a log for somebody else and cosign its checkpoints."),
    "timestamp": N_("Let an authority say when a checkpoint existed."),
    "copy": N_("Make a ledger from an exported log, or copy one."),
    "prove": N_("Write a proof that strangers check without this program."),
}
_MODULES = {"import": "import_"}
_ALIASES = {
    "impor": "import",
    "koreksi": "correct",
    "catat": "record",
    "keadaan": "status",
    "cari": "search",
    "dokter": "doctor",
    "batalkan": "void",
    "catatan": "log",
    "tampilkan": "show",
    "revisions": "revisi",
    "ceiling": "pagu",
    "semula-menjadi": "diff",
    "penyerapan": "serapan",
    "absorption": "serapan",
    "capaian": "kinerja",
    "performance": "kinerja",
    "riwayat": "history",
    "lacak": "why",
    "periksa-keutuhan": "verify",
    "ekspor": "export",
    "bangun-ulang": "rebuild",
    "putar-ulang": "replay",
    "titik-periksa": "checkpoint",
    "kunci": "keys",
    "saksi": "witness",
    "stempel-waktu": "timestamp",
    "buktikan": "prove",
    "salin": "copy",
    "mulai": "init",
    "contoh": "demo",
}
_EXIT_CODES = N_(
    "Exit codes: 0 ok; 1 a check found something; 2 usage; 3 input refused; 4 ledger missing, "
    "locked or too new; 5 evidence contradicted; 6 evidence holds but nothing outside confirms "
    "it; 130 interrupted."
)


def main() -> None:
    """The console script."""
    sys.exit(_flushed(run(sys.argv[1:])))


def run(argv: Sequence[str]) -> int:
    """Run one command line; returns the exit code. Messages go to stderr, data to stdout."""
    set_language(detect(argv, os.environ))
    _prepare_streams()
    try:
        result = root.main(args=list(argv), prog_name="jejak", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _tell(_("Interrupted."))
        return 130
    except BrokenPipeError:
        _silence(sys.stdout)
        return 0
    except Exception as error:
        return _explained(error)
    return result if isinstance(result, int) else 0


def _explained(error: Exception) -> int:
    from cli.failures import explain

    explained = explain(error)
    if explained is None:
        raise error
    code, lines = explained
    _tell(*lines)
    return code


def _tell(*lines: str) -> None:
    """On stderr; where that fails too, the exit code alone says what happened."""
    with suppress(OSError):
        for line in lines:
            click.echo(line, err=True)


def _prepare_streams() -> None:
    """What the terminal's encoding lacks is shown escaped, never a crash."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _flushed(code: int) -> int:
    """The exit code once all is out; what cannot get out is told and not tried again."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _silence(sys.stdout)
    except OSError as error:
        _silence(sys.stdout)
        code = _explained(error)
    try:
        sys.stderr.flush()
    except OSError:
        _silence(sys.stderr)
    return code


def _silence(stream: TextIO) -> None:
    """Nobody takes this stream any more: let the interpreter's last flush go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"jejak {version('jejak-dipa')}")
        ctx.exit()


@click.group(
    cls=BilingualGroup,
    help=N_(
        "Audit ledger for DIPA revisions: the pagu at any revision, date, and state of knowledge."
    ),
    epilog=_EXIT_CODES,
    lazy={name: f"cli.commands.{_MODULES.get(name, name)}:run" for name in _SUMMARIES},
    aliases=_ALIASES,
    sections=_COMMANDS,
    summaries=_SUMMARIES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@shared_options
@option(
    "--version",
    "--versi",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help=N_("Show the version and exit."),
)
def root(**_options: Any) -> None:
    pass
