"""What users say of a file that is read: a mapping, and fields that are set for every row."""

from __future__ import annotations

from pathlib import Path

import click

from cli.language import _


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
