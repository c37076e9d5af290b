"""The reference pages, made from the code that they describe."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from cli.language import set_language
from cli.main import root
from cli.messages import MESSAGES
from ledger.events import CATALOGUE
from ledger.records import RECORDS
from ledger.shapes import Shape, data_shape
from tests.threats import THREATS

ROOT = Path(__file__).parents[2]
UPDATE = os.environ.get("JEJAK_UPDATE_GOLDEN") == "1"
_WIDTH = 100
_NAMES = {str: "text", int: "integer", bool: "true/false", type(None): "null"}


def cli_page() -> str:
    """docs/reference/cli.md: the help of every command, in English."""
    set_language("en")
    parts = ["# Commands\n\nGenerated; `--lang id` says the same in Indonesian.\n"]
    for path, command in _commands(root, ["jejak"]):
        context = _context(path)
        text = command.get_help(context)
        parts.append(f"## {' '.join(path)}\n\n```\n{text}\n```\n")
    return "\n".join(parts)


def events_page() -> str:
    """docs/reference/events.md: every topic with its fields."""
    parts = [
        "# Events\n",
        "Generated. Every field is stored, an unknown value as null. The envelope around them is\n"
        "in [formats/leaf.md](../formats/leaf.md).\n",
    ]
    for topic, cls in CATALOGUE.items():
        parts.append(f"## {topic}\n\n{_doc(cls)}\n\n| field | holds |\n|---|---|")
        parts += [f"| `{name}` | {_holds(shape)} |" for name, shape in data_shape(cls).items()]
        parts.append("")
    return "\n".join(parts)


def errors_page() -> str:
    """docs/reference/errors.md: every refusal code with its words."""
    rows = [f"| `{code}` | {words} |" for code, words in sorted(MESSAGES.items())]
    return (
        "# Refusals\n\nGenerated. Codes are stable; words are not. A refusal names the file,"
        " the cell, the value\nas typed and, where one is clear, a suggestion. Exit code 3: nothing"
        " was recorded."
        "\n\n| code | words |\n|---|---|\n" + "\n".join(rows) + "\n"
    )


def records_page() -> str:
    """docs/reference/records.md: what a row of a file may state."""
    parts = [
        "# Records\n\nGenerated. What one row of a file may state, and how each field is read"
        " ([mapping.md](mapping.md)).\nRequired fields are bold.\n"
    ]
    for record, fields in RECORDS.items():
        parts.append(f"## {record}\n\n| field | read as |\n|---|---|")
        for name, spec in fields.items():
            shown = f"**`{name}`**" if spec.required else f"`{name}`"
            choices = f": {', '.join(spec.choices)}" if spec.choices else ""
            parts.append(f"| {shown} | {spec.kind}{choices} |")
        parts.append("")
    return "\n".join(parts)


def threats_page() -> str:
    """docs/threats.md: each threat, the control against it, and the test that holds it."""
    parts = [
        "# Threats\n\nGenerated from `tests/threats.py`. `make torture` takes each control away in"
        " a copy of the project\nand sees its test red; `make test` does so with a few. What the"
        " controls do not cover stands in\n[SECURITY.md](../SECURITY.md).\n",
        "| # | threat | control | test that is red without it |\n|---|---|---|---|",
    ]
    for found in THREATS:
        tests = "<br>".join(f"`{one.test}`" for one in found.breaks)
        parts.append(f"| {found.number} | {found.threat} | {found.control} | {tests} |")
    return "\n".join(parts) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "docs/threats.md": threats_page,
    "docs/reference/cli.md": cli_page,
    "docs/reference/events.md": events_page,
    "docs/reference/errors.md": errors_page,
    "docs/reference/records.md": records_page,
}


def _commands(group: click.Command, path: list[str]) -> Iterator[tuple[list[str], click.Command]]:
    yield path, group
    if isinstance(group, click.Group):
        context = _context(path)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            yield from _commands(command, [*path, name])


def _context(path: list[str]) -> click.Context:
    context = click.Context(root, info_name=path[0], terminal_width=_WIDTH)
    for name in path[1:]:
        assert isinstance(context.command, click.Group)
        command = context.command.get_command(context, name)
        assert command is not None
        context = click.Context(command, parent=context, info_name=name, terminal_width=_WIDTH)
    context.help_option_names = ["-h", "--help"]
    return context


def _doc(cls: type) -> str:
    lines = [line.strip() for line in (cls.__doc__ or "").strip().splitlines()]
    return "\n".join(lines)


def _holds(shape: Shape) -> str:
    if shape.part is not None:
        parts = data_shape(shape.part).items()
        inner = ", ".join(f"`{name}` {_holds(part)}" for name, part in parts)
        return f"object: {inner}" + (" or null" if type(None) in shape.scalars else "")
    if shape.elements is not None:
        return f"list of {_scalars(shape.elements)}" + (
            " or null" if type(None) in shape.scalars else ""
        )
    return _scalars(shape.scalars)


def _scalars(types: frozenset[type]) -> str:
    return " or ".join(sorted((_NAMES[kind] for kind in types), key=lambda n: (n == "null", n)))


def without_accidents(text: str) -> str:
    """Output without what differs from run to run: clocks, roots, hashes."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "<time>", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "<time>", text)
    return re.sub(r"[A-Za-z0-9+/]{43}=", "<root>", text)
