"""What every command shares: which ledger, whose home, which language and form of output.

Each of these options may stand before or after the command's name; after wins.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from cli.home import Home, find_home
from cli.language import _
from cli.render.safe import safe

LEDGER_VARIABLE = "JEJAK_LEDGER"
ACTOR_VARIABLE = "JEJAK_ACTOR"
DEFAULT_LEDGER = "jejak.db"
BINARY = ("xlsx", "parquet")
"""Forms that are no text: they go into a file, never to a terminal or a pipe."""
_ENDINGS = {f".{form}": form for form in ("json", "ndjson", "csv", "tsv", "md", *BINARY)}
_SHARED = ("ledger", "home", "lang", "format_", "as_json", "output", "quiet", "plain")


@dataclass(frozen=True)
class Session:
    """The shared options of one run, resolved."""

    ledger: Path
    home: Home
    format: str
    output: Path | None
    quiet: bool
    plain: bool

    def note(self, text: str) -> None:
        """A message beside the data: on stderr, silent with --quiet, after what was said before."""
        if not self.quiet:
            sys.stdout.flush()
            click.echo(safe(text), err=True)

    def say(self, text: str) -> None:
        """What a command did, in a line of words on stdout; foreign parts are escaped."""
        click.echo(safe(text))


def take_session(options: dict[str, Any]) -> Session:
    """Take the shared options out of a command's and resolve them with those before its name."""
    before = click.get_current_context().find_root().params
    found = {name: options.pop(name, None) or before.get(name) for name in _SHARED}
    path = Path(found["ledger"] or os.environ.get(LEDGER_VARIABLE) or DEFAULT_LEDGER)
    return Session(
        ledger=_plain_path(path),
        home=find_home(Path(found["home"]) if found["home"] else None, os.environ),
        format=_in_a_file(_format(found), found["output"]),
        output=Path(found["output"]) if found["output"] else None,
        quiet=bool(found["quiet"]),
        plain=bool(found["plain"]),
    )


def take_actor(session: Session, option_value: str | None) -> str:
    """Who records: --actor, JEJAK_ACTOR, or the name told to init; never the login name."""
    actor = option_value or os.environ.get(ACTOR_VARIABLE) or session.home.actor
    if not actor or not actor.strip():
        raise click.UsageError(
            _("Who records this? Give --actor or set {variable}.").format(variable=ACTOR_VARIABLE)
        )
    return actor.strip()


def ask_passphrase(descriptor: int | None) -> Callable[[], bytes | None]:
    """Reads a passphrase from a file descriptor, else at the terminal; None where neither is."""

    def ask() -> bytes | None:
        if descriptor is not None:
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.readline().rstrip(b"\r\n")
        if not sys.stdin.isatty():
            return None
        text: str = click.prompt(_("Passphrase of the key"), hide_input=True, err=True)
        return text.encode()

    return ask


def new_passphrase(descriptor: int | None, *, none: bool) -> bytes | None:
    """The passphrase of a new key, None where `none` is wanted.

    click.UsageError where nobody can be asked for one, or where both are wanted.
    """
    if none and descriptor is not None:
        raise click.UsageError(_("Give either a passphrase or --no-passphrase."))
    if none:
        return None
    if descriptor is not None:
        passphrase = ask_passphrase(descriptor)()
    elif sys.stdin.isatty():
        text: str = click.prompt(
            _("Passphrase of the key"), hide_input=True, confirmation_prompt=True, err=True
        )
        passphrase = text.encode()
    else:
        passphrase = None
    if not passphrase:
        raise click.UsageError(
            _("A passphrase is needed: at the terminal or by --passphrase-fd; or --no-passphrase.")
        )
    return passphrase


def _plain_path(path: Path) -> Path:
    """A path, or the path of a `sqlite:///` URL."""
    text = str(path)
    for prefix in ("sqlite:///", "sqlite:/"):
        if text.startswith(prefix):
            return Path(text.removeprefix(prefix))
    return path


def _in_a_file(form: str, output: str | None) -> str:
    if form in BINARY and output is None:
        raise click.UsageError(_("{form} is no text; give a file with -o.").format(form=form))
    return form


def _format(found: dict[str, Any]) -> str:
    if found["as_json"]:
        return "json"
    if found["format_"]:
        return str(found["format_"])
    if found["output"] is not None:
        ending = Path(found["output"]).suffix.lower()
        if ending not in _ENDINGS:
            raise click.UsageError(
                _("No form for the ending {ending}; known: {known}.").format(
                    ending=ending or "-", known=", ".join(sorted(_ENDINGS))
                )
            )
        return _ENDINGS[ending]
    return "table"
