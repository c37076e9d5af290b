"""What users say of a file that is read: a mapping, and fields that are set for every row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cli.language import N_, _
from cli.options import option

F = TypeVar("F", bound=Callable[..., Any])


def reading_options(function: F) -> F:
    """How a file is to be read: its mapping, fields for every row, suggestions."""
    for decorate in reversed(
        [
            option(
                "--mapping",
                "--pemetaan",
                "mapping",
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
                help=N_("TOML that says what the columns mean; known layouts need none."),
            ),
            option(
                "--set",
                "--tetapkan",
                "overrides",
                multiple=True,
                metavar=N_("FIELD=VALUE"),
                help=N_("Set a field for every row."),
            ),
            option(
                "--accept-suggestions",
                "--terima-saran",
                "accept",
                is_flag=True,
                help=N_("Take suggested values; the print is kept beside them."),
            ),
        ]
    ):
        function = decorate(function)
    return function


def read_mapping(path: Path) -> str:
    """The text of a mapping file; click.UsageError where it is no UTF-8."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise click.UsageError(_("{path} is not UTF-8.").format(path=path)) from error


def parse_overrides(overrides: tuple[str, ...]) -> dict[str, str]:
    """FIELD=VALUE texts by field; click.UsageError for another form."""
    found = {}
    for text in overrides:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.UsageError(_("--set wants FIELD=VALUE, not {text!r}.").format(text=text))
        found[name.strip()] = value.strip()
    return found
