"""Mappings: TOML that says what the columns of a file mean. Part of what an import records.

A mapping has `[file]` (dialect), `[[document]]` (documents that the file rests on) and
`[[statement]]` (a record, its `columns`, `fixed` values, `templates` and `where` filters);
`[set]` overrides a fixed value everywhere. docs/reference/mapping.md has the whole form.
"""

import json
import tomllib
from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from ledger.errors import InputRefused, Refusal
from ledger.records import RECORDS

_STATEMENT_KEYS = {"record", "columns", "fixed", "templates", "where", "unless_empty"}
_MAX_COUNT = 10**12
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
        return _mapping(text, tomllib.loads(text))
    except (ValueError, RecursionError) as error:  # not TOML, too many digits, too deep
        raise InputRefused([Refusal("mapping-broken", str(error))]) from error


def _mapping(text: str, table: Table[str, Any]) -> Mapping:
    refusals = _unknown(table, _TOP_KEYS, "mapping")
    dialect = _dialect(_take(table, "file", _is_table, {}, "", refusals), refusals)
    overrides = _take(table, "set", _is_table_of_values, {}, "", refusals)
    refusals += _unknown(overrides, _ALL_FIELDS, "set")
    found = _take(table, "statement", _is_list_of_tables, [], "", refusals)
    statements = [_statement(raw, overrides, refusals) for raw in found]
    documents = _take(table, "document", _is_list_of_tables, [], "", refusals)
    for document in documents:
        refusals += _unknown(document, set(RECORDS["document"]), "document")
        for name in document:
            _take(document, name, _is_value, None, "document.", refusals)
    if not refusals and not statements and not documents:
        refusals.append(Refusal("mapping-empty"))
    if refusals:
        raise InputRefused(refusals)
    return Mapping(text, dialect, tuple(documents), tuple(statements))


def with_overrides(text: str, overrides: Table[str, Any]) -> str:
    """The mapping's text with `[set]` appended: what an import records is what was used."""
    if not overrides:
        return text
    lines = [f"{name} = {_toml(value)}" for name, value in sorted(overrides.items())]
    return text.rstrip("\n") + "\n\n[set]\n" + "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """A value as TOML: what cannot be seen in a text is written as its number."""
    if not isinstance(value, str):
        return json.dumps(value)
    marks = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in value)
    return f'"{"".join(marks)}"'


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
    where = f"{record}."
    parts = {
        "columns": _take(raw, "columns", _is_table_of_texts, {}, where, refusals),
        "fixed": _take(raw, "fixed", _is_table_of_values, {}, where, refusals),
        "templates": _take(raw, "templates", _is_table_of_texts, {}, where, refusals),
    }
    for part, table in parts.items():
        refusals += _unknown(table, set(fields), f"{record}.{part}")
    own = {name: value for name, value in overrides.items() if name in fields}
    return StatementMap(
        record=record,
        columns={name: c for name, c in parts["columns"].items() if name not in own},
        fixed={**parts["fixed"], **own},
        templates={name: t for name, t in parts["templates"].items() if name not in own},
        where=_take(raw, "where", _is_table_of_choices, {}, where, refusals),
        unless_empty=tuple(_take(raw, "unless_empty", _is_list_of_texts, (), where, refusals)),
    )


def _dialect(table: Table[str, Any], refusals: list[Refusal]) -> Dialect:
    refusals += _unknown(table, set(_DIALECT), "file")
    own = {
        name: _take(table, name, fits, None, "file.", refusals)
        for name, fits in _DIALECT.items()
        if name in table
    }
    marks = own.get("decimal", ","), own.get("thousands", ".")
    if None not in marks and set(marks) != {",", "."}:
        refusals.append(
            Refusal("mapping-broken", "file.decimal = {!r}, thousands = {!r}".format(*marks))
        )
    return Dialect(**{**own, "header": tuple(own.get("header") or ())})


def _take(
    table: Table[str, Any],
    name: str,
    fits: Callable[[Any], bool],
    default: Any,
    where: str,
    refusals: list[Refusal],
) -> Any:
    """A value of the mapping; the default, and a refusal, where it is of another kind."""
    if name not in table:
        return default
    if fits(table[name]):
        return table[name]
    refusals.append(Refusal("mapping-broken", f"{where}{name} = {table[name]!r}"))
    return default


def _is_value(item: Any) -> bool:
    """A scalar; an integer has the 64 bits that TOML gives it."""
    return not isinstance(item, dict | list) and not (type(item) is int and item.bit_length() > 63)


def _is_count(item: Any) -> bool:
    return type(item) is int and 1 <= item <= _MAX_COUNT


def _is_table(item: Any) -> bool:
    return isinstance(item, dict)


def _is_table_of_texts(item: Any) -> bool:
    return isinstance(item, dict) and all(isinstance(value, str) for value in item.values())


def _is_table_of_values(item: Any) -> bool:
    return isinstance(item, dict) and all(map(_is_value, item.values()))


def _is_table_of_choices(item: Any) -> bool:
    """Each value is one, or a list of those that pass."""
    choices = item.values() if isinstance(item, dict) else [{}]
    return all(_is_value(c) or (isinstance(c, list) and all(map(_is_value, c))) for c in choices)


def _is_list_of_tables(item: Any) -> bool:
    return isinstance(item, list) and all(map(_is_table, item))


def _is_list_of_texts(item: Any) -> bool:
    return isinstance(item, list) and all(isinstance(text, str) for text in item)


_DIALECT: dict[str, Callable[[Any], bool]] = {
    "delimiter": lambda item: isinstance(item, str) and len(item) == 1 and item not in '"\r\n',
    "decimal": lambda item: isinstance(item, str),
    "thousands": lambda item: isinstance(item, str),
    "unit": _is_count,
    "header_row": _is_count,
    "header": _is_list_of_texts,
    "accept_suggestions": lambda item: isinstance(item, bool),
}
_ALL_FIELDS = {name for fields in RECORDS.values() for name in fields}


def _unknown(table: Table[str, Any], known: set[str], where: str) -> list[Refusal]:
    return [
        Refusal("mapping-key-unknown", f"{where}.{name}", suggestion=", ".join(sorted(known)))
        for name in table
        if name not in known
    ]
