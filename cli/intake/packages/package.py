"""A data package as one source: a sheet a CSV resource, one digest over all bytes, its own mapping.

1. The descriptor is read. 2. Each file is read once: its length and digest must be what is stated.
3. A Fiscal Data Package is told as a mapping (`fiscal_mapping.py`), which reads it like any file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from cli.intake.cells import Row, Sheet
from cli.intake.packages.descriptor import (
    MAX_DESCRIPTOR_BYTES,
    Part,
    Resource,
    Table,
    parse_descriptor,
    resources_of,
    table,
    text,
    unread,
)
from cli.intake.packages.files import DESCRIPTOR, PackageFiles, package_files
from cli.intake.separated import csv_rows, encoding_of
from ledger.errors import InputRefused, Refusal

_UTF8 = {"utf-8", "utf8", "utf-8-sig", "ascii", "us-ascii"}
_WESTERN = {"cp1252", "windows-1252", "iso-8859-1", "latin-1", "latin1"}


@dataclass(frozen=True)
class Package:
    """An open package: `sheets` by the name of their resource, in the order of the descriptor."""

    descriptor: Table
    resources: tuple[Resource, ...]
    sheets: tuple[Sheet, ...]
    sha256: bytes
    length: int
    line_count: int


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """Every file of it read once and found as stated; raises InputRefused."""
    with package_files(path) as files:
        data = _descriptor_bytes(files)
        descriptor = parse_descriptor(data)
        resources = resources_of(descriptor)
        read = _read_through(files, data, resources)
        sheets = tuple(
            Sheet(resource.name, partial(_rows, files, resource))
            for resource in resources
            if resource.is_csv and len(resource.parts) == 1
        )
        yield Package(
            descriptor, tuple(resources), sheets, read.sha256, read.length, read.line_count
        )


def package_digest(path: Path) -> bytes:
    """SHA-256 over the SHA-256 of the descriptor and of each file of each resource, in order."""
    with open_package(path) as package:
        return package.sha256


@dataclass(frozen=True)
class _Read:
    sha256: bytes
    length: int
    line_count: int


def _descriptor_bytes(files: PackageFiles) -> bytes:
    with files.opened(DESCRIPTOR) as stream:
        data = stream.read(MAX_DESCRIPTOR_BYTES + 1)
    if len(data) > MAX_DESCRIPTOR_BYTES:
        raise InputRefused([Refusal("package-too-large", DESCRIPTOR)])
    return data


def _read_through(files: PackageFiles, descriptor: bytes, resources: list[Resource]) -> _Read:
    digests = hashlib.sha256(hashlib.sha256(descriptor).digest())
    length, lines = len(descriptor), 0
    for resource in resources:
        for part in resource.parts:
            found = _read_part(files, part, length)
            digests.update(found.sha256)
            length += found.length
            lines += found.line_count if resource.is_csv else 0
    return _Read(digests.digest(), length, lines)


def _read_part(files: PackageFiles, part: Part, before: int) -> _Read:
    """One file, whose length and digest must be those that the descriptor states."""
    own, lines, length = hashlib.sha256(), 0, 0
    stated = hashlib.new(part.digest[0], usedforsecurity=False) if part.digest else None
    for block in files.blocks(part.path, before):
        own.update(block)
        length += len(block)
        lines += block.count(b"\n")
        if stated is not None:
            stated.update(block)
    if part.length is not None and part.length != length:
        raise _differs(part.path, f"{length} bytes", f"{part.length} bytes")
    if stated is not None and part.digest and stated.hexdigest() != part.digest[1]:
        raise _differs(part.path, stated.hexdigest(), part.digest[1])
    return _Read(own.digest(), length, lines)


def _differs(path: str, found: str, stated: str) -> InputRefused:
    values = (("found", found), ("stated", stated))
    return InputRefused([Refusal("package-file-differs", path, values=values)])


def _rows(files: PackageFiles, resource: Resource) -> Iterator[Row]:
    """The rows of a CSV resource by its own dialect, each with the name of the resource."""
    path = resource.parts[0].path
    encoding = _encoding(files, resource)
    try:
        for row in csv_rows(partial(files.opened, path), encoding, _delimiter(resource)):
            yield Row(row.number, row.cells, resource.name)
    except InputRefused as error:
        raise InputRefused(
            [
                replace(refusal, origin=refusal.origin._replace(sheet=resource.name))
                for refusal in error.refusals
            ]
        ) from error


def _delimiter(resource: Resource) -> str:
    """A comma unless said (CSV Dialect); other ways of quoting are not read."""
    where = f"{resource.name}.dialect"
    dialect = table(resource.own, "dialect", where)
    usual = {"quoteChar": '"', "doubleQuote": True, "header": True}
    for name, value in usual.items():
        if dialect.get(name, value) != value:
            raise unread(f"{where}.{name}", dialect[name])
    for name in ("escapeChar", "commentChar"):
        if dialect.get(name) is not None:
            raise unread(f"{where}.{name}", dialect[name])
    delimiter = text(dialect, "delimiter", where) or ","
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise unread(f"{where}.delimiter", delimiter)
    return delimiter


def _encoding(files: PackageFiles, resource: Resource) -> str:
    """What is stated, UTF-8 unless said; raises InputRefused where the bytes are not that."""
    said = (text(resource.own, "encoding", resource.name) or "utf-8").lower()
    if said not in _UTF8 | _WESTERN:
        raise InputRefused([Refusal("encoding-unknown", said)])
    with files.opened(resource.parts[0].path) as stream:
        found = encoding_of(stream)
    if said in _UTF8 and found != "utf-8-sig":
        raise InputRefused([Refusal("file-not-text", said)])
    return "utf-8-sig" if said in _UTF8 else "cp1252"
