"""Mappings: TOML that says what the columns of a file mean. Part of what an import records.

A mapping has `[file]` (dialect), `[[document]]` (documents that the file rests on) and
`[[statement]]` (a record, its `columns`, `fixed` values, `templates` and `where` filters);
`[set]` overrides a fixed value everywhere. docs/reference/mapping.md has the whole form.
"""

import json
import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from ledger.errors import InputRefused, Refusal
from ledger.records import RECORDS

_STATEMENT_KEYS = {"record", "columns", "fixed", "templates", "where", "unless_empty"}
_FILE_KEYS = {
    "delimiter",
    "decimal",
    "thousands",
    "unit",
    "header_row",
    "header",
    "accept_suggestions",
}
_TOP_KEYS = {"file", "document", "statement", "set"}


@dataclass(frozen=True)
class Dialect:
    """How the file prints: separators, units of amounts, the row of the header (from 1).

    `accept_suggestions` takes the value suggested for a broken print, with the print beside it.
    """

    delimiter: str | None = None
    decimal: str = ","
    thousands: str = "."
    unit: int = 1
    header_row: int = 1
    header: tuple[str, ...] = ()
    accept_suggestions: bool = False


@dataclass(frozen=True)
class StatementMap:
    """One record that each row states, or each row that passes `where` and `unless_empty`."""

    record: str
    columns: Table[str, str]
    fixed: Table[str, Any] = field(default_factory=dict)
    templates: Table[str, str] = field(default_factory=dict)
    where: Table[str, Any] = field(default_factory=dict)
    unless_empty: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mapping:
    """A parsed mapping and the text that it was parsed from."""

    text: str
    dialect: Dialect
    documents: tuple[Table[str, Any], ...]
    statements: tuple[StatementMap, ...]


def parse_mapping(text: str) -> Mapping:
    """Raises InputRefused with everything that is wrong with the mapping."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputRefused([Refusal("mapping-broken", str(error))]) from error
    refusals = _unknown(table, _TOP_KEYS, "mapping")
    refusals += _unknown(table.get("file", {}), _FILE_KEYS, "file")
    overrides = table.get("set", {})
    statements = [_statement(raw, overrides, refusals) for raw in table.get("statement", [])]
    documents = tuple(table.get("document", []))
    for document in documents:
        refusals += _unknown(document, set(RECORDS["document"]), "document")
    if not statements and not documents:
        refusals.append(Refusal("mapping-empty"))
    if refusals:
        raise InputRefused(refusals)
    dialect = dict(table.get("file", {}))
    dialect["header"] = tuple(dialect.get("header", ()))
    return Mapping(text, Dialect(**dialect), documents, tuple(statements))


def with_overrides(text: str, overrides: Table[str, Any]) -> str:
    """The mapping's text with `[set]` appended: what an import records is what was used."""
    if not overrides:
        return text
    lines = [f"{name} = {json.dumps(value)}" for name, value in sorted(overrides.items())]
    return text.rstrip("\n") + "\n\n[set]\n" + "\n".join(lines) + "\n"


def known_layouts() -> dict[str, str]:
    """The mapping texts that come with the program, by name."""
    folder = files("cli") / "data" / "layouts"
    return {
        item.name.removesuffix(".toml"): item.read_text("utf-8")
        for item in sorted(folder.iterdir(), key=lambda item: item.name)
        if item.name.endswith(".toml")
    }


def recognise(header: tuple[str, ...]) -> str | None:
    """The text of the known layout whose header this is, or None."""
    wanted = tuple(name.strip().lower() for name in header)
    for text in known_layouts().values():
        if tuple(tomllib.loads(text)["file"]["header"]) == wanted:
            return text
    return None


def _statement(
    raw: Table[str, Any], overrides: Table[str, Any], refusals: list[Refusal]
) -> StatementMap:
    refusals += _unknown(raw, _STATEMENT_KEYS, "statement")
    record = str(raw.get("record", ""))
    fields = RECORDS.get(record)
    if fields is None:
        refusals.append(
            Refusal("mapping-record-unknown", record, suggestion=", ".join(sorted(RECORDS)))
        )
        return StatementMap(record, {})
    for part in ("columns", "fixed", "templates"):
        refusals += _unknown(raw.get(part, {}), set(fields), f"{record}.{part}")
    own = {name: value for name, value in overrides.items() if name in fields}
    return StatementMap(
        record=record,
        columns={name: c for name, c in raw.get("columns", {}).items() if name not in own},
        fixed={**raw.get("fixed", {}), **own},
        templates={name: t for name, t in raw.get("templates", {}).items() if name not in own},
        where=raw.get("where", {}),
        unless_empty=tuple(raw.get("unless_empty", ())),
    )


def _unknown(table: Table[str, Any], known: set[str], where: str) -> list[Refusal]:
    return [
        Refusal("mapping-key-unknown", f"{where}.{name}", suggestion=", ".join(sorted(known)))
        for name in table
        if name not in known
    ]
