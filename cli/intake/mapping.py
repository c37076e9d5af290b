"""Mappings: TOML that says what the columns of a file mean. Part of what an import records.

A mapping has `[file]` (dialect), `[[document]]` (documents that the file rests on) and
`[[statement]]` (a record, its `columns`, `fixed` values, `templates` and filters), `[[check]]`
(what the file must add up to); `[default]` gives fields that a statement does not, `[set]`
overrides them everywhere. docs/reference/mapping.md has the whole form.
"""

import json
import re
import tomllib
from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from typing import Any

from cli.intake.filters import FILTERS, PLACEHOLDER
from cli.intake.shapes import SHAPES
from cli.intake.toml_kinds import (
    is_count,
    is_end,
    is_flag,
    is_list_of_tables,
    is_list_of_texts,
    is_row,
    is_table,
    is_table_of_choices,
    is_table_of_texts,
    is_table_of_values,
    is_text,
    is_value,
    take,
)
from ledger.errors import InputRefused, Refusal
from ledger.records import RECORDS

_STATEMENT_KEYS = {
    "record", "columns", "fixed", "templates", "where", "unless", "unless_empty", "each",
    "introduce", "distinct", "check", "need", "once", "must",
}  # fmt: skip
_INTRODUCED = ("satker", "satker-code", "document")
_CHECK_KEYS = {"name", "add", "multiply", "sum", "over", "by", "gives", "where"}
_EACH_KEYS = {"field", "into", "columns"}
_TOP_KEYS = {"layout", "file", "document", "statement", "check", "default", "set"}


@dataclass(frozen=True)
class Dialect:
    """How the file prints: separators, units of amounts, order of dates, where the header is.

    `shape` names the module that straightens the sheet; `header_with` finds the header by columns
    that it has, else it is row `header_row` (from 1); `footer_rows` at the end are no data.
    `accept_suggestions` takes the value suggested for a broken print, with the print beside it.
    """

    shape: str = "table"
    sheet: str | None = None
    delimiter: str | None = None
    decimal: str = ","
    thousands: str = "."
    unit: int = 1
    dates: str = "dmy"
    header_row: int = 1
    header_with: tuple[str, ...] = ()
    footer_rows: int = 0
    accept_suggestions: bool = False


@dataclass(frozen=True)
class Each:
    """One record for each of some columns: its value into `field`, its key into `into`."""

    field: str
    into: str
    columns: Table[str, Any]


@dataclass(frozen=True)
class StatementMap:
    """One record that each row states, or each row that passes the filters.

    `where` names what a column must be, `unless` what it must not be (`*` stands for any text).
    `introduce` states only what the ledger does not know yet, `distinct` each content once,
    `check` only rows that one of these checks found wrong. Refused are a row without a field of
    `need`, the second with the same fields of `once`, and a column, where the file has it and it is
    not empty, that has not the form which `must` gives it (`?` one character, `*` any, `{column}`
    as in templates). `given` are the mapping's defaults, for templates.
    """

    record: str
    columns: Table[str, str]
    fixed: Table[str, Any] = field(default_factory=dict)
    templates: Table[str, str] = field(default_factory=dict)
    where: Table[str, Any] = field(default_factory=dict)
    unless: Table[str, Any] = field(default_factory=dict)
    unless_empty: tuple[str, ...] = ()
    each: Each | None = None
    introduce: bool = False
    distinct: bool = False
    check: tuple[str, ...] = ()
    need: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    must: Table[str, str] = field(default_factory=dict)
    given: Table[str, Any] = field(default_factory=dict)

    def lacks(self, name: str) -> bool:
        """Whether the field, or a template that names it, has no value from anywhere."""
        said = {*self.columns, *self.templates, *self.fixed, *self.given}
        wanted = {*RECORDS[self.record]} | {
            match[2]
            for template in self.templates.values()
            for match in PLACEHOLDER.finditer(template)
            if match[1] == "="
        }
        return name in wanted - said

    def wanted_columns(self) -> list[str]:
        """Every column of the file that the statement reads, once."""
        found = [*self.columns.values(), *self.where, *self.unless, *self.unless_empty]
        found += self.each.columns if self.each else []
        for template in [*self.templates.values(), *self.must.values()]:
            found += [match[2] for match in PLACEHOLDER.finditer(template) if match[1] != "="]
        return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Check:
    """What must add up: columns `add` or `multiply` within a row, or `sum` over rows, to `gives`.

    Within a row `gives` is a column, and each factor must be a whole number to be judged. Over
    rows `over` picks what is summed, `gives` the rows that print the sum, and `by` the columns
    whose values both share.
    """

    name: str
    add: tuple[str, ...] = ()
    multiply: tuple[str, ...] = ()
    sum: str | None = None
    over: Table[str, Any] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    gives: Any = None
    where: Table[str, Any] = field(default_factory=dict)

    def wanted_columns(self) -> list[str]:
        ends = [self.gives] if isinstance(self.gives, str) else list(self.gives)
        parts = [self.sum] if self.sum else [*self.add, *self.multiply]
        return list(dict.fromkeys([*parts, *ends, *self.by, *self.over, *self.where]))


@dataclass(frozen=True)
class Mapping:
    """A parsed mapping and the text that it was parsed from; `title` names a known layout."""

    text: str
    dialect: Dialect
    documents: tuple[Table[str, Any], ...]
    statements: tuple[StatementMap, ...]
    checks: tuple[Check, ...] = ()
    title: str | None = None

    @property
    def satkers(self) -> frozenset[str]:
        """The satker that the mapping itself names."""
        found = (statement.fixed.get("satker") for statement in self.statements)
        return frozenset(str(name) for name in found if name is not None)

    def lacks(self, name: str) -> bool:
        """Whether some statement has this field, or names it, and the mapping says no value."""
        return any(statement.lacks(name) for statement in self.statements)


def parse_mapping(text: str) -> Mapping:
    """Raises InputRefused with everything that is wrong with the mapping."""
    try:
        return _mapping(text, tomllib.loads(text))
    except (ValueError, RecursionError) as error:  # not TOML, too many digits, too deep
        raise InputRefused([Refusal("mapping-broken", str(error))]) from error


def _mapping(text: str, table: Table[str, Any]) -> Mapping:
    refusals = _unknown(table, _TOP_KEYS, "mapping")
    dialect = _dialect(take(table, "file", is_table, {}, "", refusals), refusals)
    overrides = take(table, "set", is_table_of_values, {}, "", refusals)
    refusals += _unknown(overrides, _ALL_FIELDS, "set")
    defaults = take(table, "default", is_table_of_values, {}, "", refusals)
    refusals += _unknown(defaults, _ALL_FIELDS, "default")
    found = take(table, "statement", is_list_of_tables, [], "", refusals)
    statements = [_statement(raw, defaults, overrides, refusals) for raw in found]
    documents = take(table, "document", is_list_of_tables, [], "", refusals)
    for document in documents:
        refusals += _unknown(document, set(RECORDS["document"]), "document")
        for name in document:
            take(document, name, is_value, None, "document.", refusals)
    checks = tuple(
        _check(raw, refusals) for raw in take(table, "check", is_list_of_tables, [], "", refusals)
    )
    known = {check.name for check in checks}
    for statement in statements:
        refusals += _unknown(dict.fromkeys(statement.check), known, "check")
    layout = take(table, "layout", is_table_of_texts, {}, "", refusals)
    if not refusals and not statements and not documents:
        refusals.append(Refusal("mapping-empty"))
    if refusals:
        raise InputRefused(refusals)
    return Mapping(
        text,
        dialect,
        tuple(documents),
        tuple(statements),
        checks,
        layout.get("title"),
    )


def with_values(text: str, table: str, values: Table[str, Any]) -> str:
    """The mapping's text with a table of values appended (`set`, `default`).

    What an import records is what was used.
    """
    if not values:
        return text
    lines = [f"{name} = {toml_value(value)}" for name, value in sorted(values.items())]
    own = re.search(rf"^\[{table}\][ \t]*(#.*)?$", text, re.MULTILINE)
    if own is not None:
        return text[: own.end()] + "\n" + "\n".join(lines) + text[own.end() :]
    return text.rstrip("\n") + f"\n\n[{table}]\n" + "\n".join(lines) + "\n"


def toml_value(value: Any) -> str:
    """A value as TOML: what cannot be seen in a text is written as its number."""
    if not isinstance(value, str):
        return json.dumps(value)
    marks = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in value)
    return f'"{"".join(marks)}"'


def _statement(
    raw: Table[str, Any],
    defaults: Table[str, Any],
    overrides: Table[str, Any],
    refusals: list[Refusal],
) -> StatementMap:
    refusals += _unknown(raw, _STATEMENT_KEYS, "statement")
    record = str(raw.get("record", ""))
    fields = RECORDS.get(record)
    if fields is None:
        known = ", ".join(sorted(RECORDS))
        refusals.append(Refusal("mapping-record-unknown", record, suggestion=known))
        return StatementMap(record, {})
    where = f"{record}."
    parts = {
        "columns": take(raw, "columns", is_table_of_texts, {}, where, refusals),
        "fixed": take(raw, "fixed", is_table_of_values, {}, where, refusals),
        "templates": take(raw, "templates", is_table_of_texts, {}, where, refusals),
    }
    for part, table in parts.items():
        refusals += _unknown(table, set(fields), f"{record}.{part}")
    refusals += _unknown_filters(parts["templates"], fields)
    if raw.get("introduce") and record not in _INTRODUCED:
        refusals.append(Refusal("mapping-broken", f"{record}.introduce = true"))
    own = {name: value for name, value in overrides.items() if name in fields}
    return StatementMap(
        record=record,
        columns={name: c for name, c in parts["columns"].items() if name not in own},
        fixed={**_of_fields(defaults, fields, parts), **parts["fixed"], **own},
        templates={name: t for name, t in parts["templates"].items() if name not in own},
        where=take(raw, "where", is_table_of_choices, {}, where, refusals),
        unless=take(raw, "unless", is_table_of_choices, {}, where, refusals),
        unless_empty=tuple(take(raw, "unless_empty", is_list_of_texts, (), where, refusals)),
        each=_each(raw, fields, where, refusals),
        introduce=take(raw, "introduce", is_flag, False, where, refusals),
        distinct=take(raw, "distinct", is_flag, False, where, refusals),
        check=tuple(take(raw, "check", is_list_of_texts, (), where, refusals)),
        need=_fields(raw, "need", fields, refusals),
        once=_fields(raw, "once", fields, refusals),
        must=_must(raw, fields, refusals),
        given={**defaults, **overrides},
    )


def _of_fields(
    defaults: Table[str, Any], fields: Table[str, Any], parts: Table[str, Table[str, Any]]
) -> dict[str, Any]:
    """The defaults of those fields that no column and no template gives."""
    given = parts["columns"].keys() | parts["templates"].keys()
    return {name: v for name, v in defaults.items() if name in fields and name not in given}


def _each(
    raw: Table[str, Any], fields: Table[str, Any], where: str, refusals: list[Refusal]
) -> Each | None:
    table = take(raw, "each", is_table, None, where, refusals)
    if table is None:
        return None
    refusals += _unknown(table, _EACH_KEYS, f"{where}each")
    columns = take(table, "columns", is_table_of_values, {}, f"{where}each.", refusals)
    names: list[str] = [
        take(table, key, is_text, "", f"{where}each.", refusals) for key in ("field", "into")
    ]
    refusals += _unknown(dict.fromkeys(names), set(fields), f"{where}each")
    return Each(names[0], names[1], columns)


def _fields(
    raw: Table[str, Any], name: str, fields: Table[str, Any], refusals: list[Refusal]
) -> tuple[str, ...]:
    names = tuple(take(raw, name, is_list_of_texts, (), "statement.", refusals))
    refusals += _unknown(dict.fromkeys(names), set(fields), f"statement.{name}")
    return names


def _must(
    raw: Table[str, Any], fields: Table[str, Any], refusals: list[Refusal]
) -> Table[str, str]:
    forms: Table[str, str] = take(raw, "must", is_table_of_texts, {}, "statement.", refusals)
    refusals += _unknown_filters(forms, fields)
    return forms


def _check(raw: Table[str, Any], refusals: list[Refusal]) -> Check:
    refusals += _unknown(raw, _CHECK_KEYS, "check")
    where = "check."
    ways = [name for name in ("add", "multiply", "sum") if name in raw]
    fits = is_table if ways == ["sum"] else is_text
    if len(ways) != 1 or not fits(raw.get("gives")):
        refusals.append(Refusal("mapping-broken", f"check {raw.get('name', '')}"))
    return Check(
        name=take(raw, "name", is_text, "", where, refusals),
        add=tuple(take(raw, "add", is_list_of_texts, (), where, refusals)),
        multiply=tuple(take(raw, "multiply", is_list_of_texts, (), where, refusals)),
        sum=take(raw, "sum", is_text, None, where, refusals),
        over=take(raw, "over", is_table_of_choices, {}, where, refusals),
        by=tuple(take(raw, "by", is_list_of_texts, (), where, refusals)),
        gives=take(raw, "gives", is_end, "", where, refusals),
        where=take(raw, "where", is_table_of_choices, {}, where, refusals),
    )


def _unknown_filters(templates: Table[str, str], fields: Table[str, Any]) -> list[Refusal]:
    refusals = []
    for template in templates.values():
        for match in PLACEHOLDER.finditer(template):
            if match[1] == "=" and match[2] not in _ALL_FIELDS:
                refusals += _unknown({match[2]: 0}, set(fields), "template")
            if match[3] and match[3] not in FILTERS:
                refusals += _unknown({match[3]: 0}, set(FILTERS), "template")
    return refusals


def _dialect(table: Table[str, Any], refusals: list[Refusal]) -> Dialect:
    refusals += _unknown(table, set(_DIALECT), "file")
    own = {
        name: take(table, name, fits, None, "file.", refusals)
        for name, fits in _DIALECT.items()
        if name in table
    }
    marks = own.get("decimal", ","), own.get("thousands", ".")
    if None not in marks and set(marks) != {",", "."}:
        refusals.append(
            Refusal("mapping-broken", "file.decimal = {!r}, thousands = {!r}".format(*marks))
        )
    return Dialect(**{**own, "header_with": tuple(own.get("header_with") or ())})


_DIALECT: dict[str, Callable[[Any], bool]] = {
    "shape": lambda item: isinstance(item, str) and item in SHAPES,
    "sheet": is_text,
    "delimiter": lambda item: isinstance(item, str) and len(item) == 1 and item not in '"\r\n',
    "decimal": is_text,
    "thousands": is_text,
    "unit": is_count,
    "header_row": is_row,
    "header_with": is_list_of_texts,
    "footer_rows": lambda item: item == 0 or is_row(item),
    "dates": lambda item: item in ("dmy", "mdy", "ymd"),
    "accept_suggestions": is_flag,
}
_ALL_FIELDS = {name for fields in RECORDS.values() for name in fields}


def _unknown(table: Table[str, Any], known: set[str], where: str) -> list[Refusal]:
    return [
        Refusal("mapping-key-unknown", f"{where}.{name}", suggestion=", ".join(sorted(known)))
        for name in table
        if name not in known
    ]
