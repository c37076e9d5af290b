"""`datapackage.json` as values: its parts by kind, and every path of it with what is said of it.

Data Package (Frictionless), version 1, and Table Schema. What a program would have to fetch from
elsewhere (a schema by address) is refused. No number is converted: it stays the text that it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cli.intake.cells import MAX_COLUMNS
from cli.intake.json_lines import READER
from ledger.errors import InputRefused, Refusal

MAX_DESCRIPTOR_BYTES = 4 << 20
MAX_RESOURCES = 1_000
MAX_PARTS = 10_000
_MAX_SHOWN = 80

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A file of a resource: its path as written, and the length and digest that it must have."""

    path: str
    length: int | None
    digest: tuple[str, str] | None
    """Algorithm and hex digits."""


@dataclass(frozen=True)
class Resource:
    """A resource: its name, files, and what the descriptor says of it (`own`) and its schema."""

    name: str
    parts: tuple[Part, ...]
    own: Table
    schema: Table

    @property
    def is_csv(self) -> bool:
        """By format, media type, or else the ending of its path."""
        said = str(self.own.get("format") or self.own.get("mediatype") or self.parts[0].path)
        return said.lower().endswith("csv")

    @property
    def fields(self) -> list[Table]:
        return tables(self.schema, "fields", f"{self.name}.schema")

    @property
    def extra_fields(self) -> list[Table]:
        return tables(self.schema, "extraFields", f"{self.name}.schema")


def parse_descriptor(data: bytes) -> Table:
    """The object that a descriptor is; raises InputRefused for what is none."""
    try:
        value = READER.decode(data.decode("utf-8-sig").strip())
    except (ValueError, RecursionError) as error:
        raise InputRefused([Refusal("package-broken", str(error)[:_MAX_SHOWN])]) from error
    if not isinstance(value, dict):
        raise InputRefused([Refusal("package-broken", type(value).__name__)])
    return value


def resources_of(descriptor: Table) -> list[Resource]:
    """At least one, each of its own name; raises InputRefused."""
    found = tables(descriptor, "resources", "")
    if not found or len(found) > MAX_RESOURCES:
        raise broken("resources", str(len(found)))
    resources = [_resource(own, f"resources[{at}]") for at, own in enumerate(found)]
    names = [resource.name for resource in resources]
    for name in names:
        if names.count(name) > 1:
            raise broken("resources.name", name)
    return resources


def table(owner: Table, name: str, where: str) -> Table:
    """A part that is an object; empty where it is not said."""
    value = owner.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise broken(f"{where}.{name}", value)
    return value


def tables(owner: Table, name: str, where: str, limit: int = MAX_COLUMNS) -> list[Table]:
    """A part that is a list of objects, by default of no more than a table has columns."""
    value = owner.get(name)
    if value is None:
        return []
    fits = isinstance(value, list) and len(value) <= limit
    if not fits or not all(isinstance(item, dict) for item in value):
        raise broken(f"{where}.{name}", value)
    return list(value)


def text(owner: Table, name: str, where: str) -> str | None:
    """A part that is a text or a number as written; None where it is not said."""
    value = owner.get(name)
    if value is not None and not isinstance(value, str):
        raise broken(f"{where}.{name}", value)
    return value


def texts(owner: Table, name: str, where: str) -> list[str]:
    """A part that is a text or a list of texts."""
    value = owner.get(name)
    found = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(item, str) for item in found):
        raise broken(f"{where}.{name}", value)
    return found


def broken(where: str, value: object) -> InputRefused:
    """The refusal of a part that is not what it must be."""
    return InputRefused([Refusal("package-broken", f"{where} = {value!r}"[:_MAX_SHOWN])])


def unread(where: str, value: object) -> InputRefused:
    """The refusal of a part that is allowed and that is not read here."""
    return InputRefused([Refusal("package-unread", f"{where} = {value!r}"[:_MAX_SHOWN])])


def _resource(own: Table, where: str) -> Resource:
    paths = texts(own, "path", where)
    if not 0 < len(paths) <= MAX_PARTS:
        raise broken(f"{where}.path", len(paths) or own.get("path", own.get("url")))
    if len(paths) == 1:
        parts = [_part(own, paths[0], where)]
    else:
        of_path = {str(part.get("path")): part for part in tables(own, "parts", where, MAX_PARTS)}
        parts = [_part(of_path.get(path, {}), path, where) for path in paths]
    if isinstance(own.get("schema"), str):
        raise unread(f"{where}.schema", own["schema"])
    name = text(own, "name", where) or paths[0]
    return Resource(name, tuple(parts), own, table(own, "schema", where))


def _part(own: Table, path: str, where: str) -> Part:
    length, stated = text(own, "bytes", where), text(own, "hash", where)
    if length is not None and not (length.isascii() and length.isdigit() and len(length) < 16):
        raise broken(f"{where}.bytes", length)
    return Part(path, None if length is None else int(length), _digest(stated, where))


def _digest(stated: str | None, where: str) -> tuple[str, str] | None:
    """`sha256:<hex>`; digits alone are an MD5 (Data Resource, `hash`)."""
    if stated is None:
        return None
    algorithm, colon, digits = stated.rpartition(":")
    algorithm = algorithm.lower().replace("-", "") if colon else "md5"
    if algorithm not in _DIGEST_LENGTHS or len(digits) != _DIGEST_LENGTHS[algorithm]:
        raise broken(f"{where}.hash", stated)
    return algorithm, digits.lower()


_DIGEST_LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
