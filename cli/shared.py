"""Options that several commands share, as decorators. Light: `--help` of the program needs them.

Those of `shared_options` may stand before or after the command's name; after wins.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cli.language import LANGUAGES, N_
from cli.options import option

F = TypeVar("F", bound=Callable[..., Any])
TEXT_FORMATS = ("table", "json", "ndjson", "csv", "tsv", "md")
FORMATS = (*TEXT_FORMATS, "xlsx", "parquet")


def shared_options(function: F) -> F:
    """The options that every command takes."""
    for decorate in reversed(
        [
            option(
                "-L",
                "--ledger",
                "--buku",
                "ledger",
                type=click.Path(),
                help=N_("The ledger file; else JEJAK_LEDGER, else ./jejak.db."),
            ),
            option(
                "--home",
                "--rumah",
                "home",
                type=click.Path(),
                help=N_("The folder of keys and anchors; else JEJAK_HOME."),
            ),
            option(
                "--lang",
                "--bahasa",
                "lang",
                type=click.Choice(LANGUAGES),
                help=N_("Language of messages; else JEJAK_LANG, else id."),
            ),
            option(
                "-q", "--quiet", "--senyap", "quiet", is_flag=True, help=N_("Data alone, no notes.")
            ),
        ]
    ):
        function = decorate(function)
    return function


def output_options(function: F) -> F:
    """The options of commands that answer with data."""
    for decorate in reversed(
        [
            option(
                "-f",
                "--format",
                "--bentuk",
                "format_",
                type=click.Choice(FORMATS),
                help=N_("Form of the answer; table by default."),
            ),
            option("--json", "as_json", is_flag=True, help=N_("Same as -f json.")),
            option(
                "-o",
                "--output",
                "--keluaran",
                "output",
                type=click.Path(dir_okay=False),
                help=N_("Write to this file; its ending picks the form."),
            ),
            option(
                "--plain", "--polos", "plain", is_flag=True, help=N_("No boxes and no colours.")
            ),
        ]
    ):
        function = decorate(function)
    return function


def recording_options(function: F) -> F:
    """The options of commands that record: who, only checking, and the key's passphrase."""
    for decorate in reversed(
        [
            option("--actor", "--pencatat", "actor", help=N_("Who records; else JEJAK_ACTOR.")),
            option(
                "--dry-run",
                "--uji-coba",
                "dry_run",
                is_flag=True,
                help=N_("Check, and record nothing."),
            ),
            passphrase_option,
        ]
    ):
        function = decorate(function)
    return function


def conflict_options(function: F) -> F:
    """What to do where the same document stated otherwise before."""
    for decorate in reversed(
        [
            option(
                "--conflicts",
                "--bila-berbeda",
                "conflicts",
                type=click.Choice(["refuse", "skip", "correct"]),
                default="refuse",
                show_default=True,
                help=N_("What to do where the same document stated otherwise."),
            ),
            option("--reason", "--alasan", "reason", help=N_("Why it is corrected.")),
        ]
    ):
        function = decorate(function)
    return function


def passphrase_option(function: F) -> F:
    """Where a locked key's passphrase comes from when not from the terminal."""
    return option(
        "--passphrase-fd",
        "--fd-sandi",
        "passphrase_fd",
        type=int,
        help=N_("Read the passphrase of the key from this descriptor."),
    )(function)


def trust_options(function: F) -> F:
    """Whom to trust: keys of logs, or a policy with witnesses; never taken from what is judged."""
    for decorate in reversed(
        [
            option(
                "--key",
                "--kunci",
                "keys",
                multiple=True,
                help=N_("The public key to trust, or a file that holds it."),
            ),
            option(
                "--policy",
                "--kebijakan",
                "policy",
                type=click.Path(exists=True, dir_okay=False),
                help=N_("A policy file (C2SP tlog-policy): logs, witnesses and their quorum."),
            ),
        ]
    ):
        function = decorate(function)
    return function


def authority_option(*, required: bool = False) -> Callable[[F], F]:
    """The certificates of the time stamp authority that is trusted."""
    return option(
        "--tsa-ca",
        "--ca-stempel",
        "tsa_ca",
        required=required,
        type=click.Path(exists=True, dir_okay=False),
        help=N_("The certificates (PEM) of the time stamp authority to trust."),
    )


def stamp_options(function: F) -> F:
    """A time stamp and the certificates of the authority that is trusted."""
    for decorate in reversed(
        [
            option(
                "--timestamp",
                "--stempel-waktu",
                "token",
                type=click.Path(exists=True, dir_okay=False),
                help=N_("A time stamp (RFC 3161) over the checkpoint."),
            ),
            authority_option(),
        ]
    ):
        function = decorate(function)
    return function


def target_option(function: F) -> F:
    """A new file for evidence that else goes to stdout as it is."""
    return option(
        "-o",
        "--output",
        "--keluaran",
        "target",
        type=click.Path(dir_okay=False, path_type=Path),
        help=N_("Write to this file instead of the screen."),
    )(function)
