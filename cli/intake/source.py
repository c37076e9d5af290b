"""A file that came in: what kind it is, its digest, and its sheets.

The kind is told by the first bytes, never by the name. What is no table is refused with what it
is, so that a user knows what to ask the treasury's system for instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO, Literal

from cli.intake.cells import Sheet
from cli.intake.json_lines import json_rows
from cli.intake.packages.files import is_package
from cli.intake.separated import csv_rows, encoding_of
from ledger.errors import InputRefused, Refusal

MAX_FILE_BYTES = 4 << 30
_HEAD_BYTES = 4_096
_BLOCK = 1 << 20

Kind = Literal["csv", "xlsx", "json-lines", "data-package"]

_COMPOUND = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SECTOR = 512
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (_COMPOUND, "Excel 97-2003 (.xls)"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"PAR1", "Parquet"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)
_MARKUP = ((b"<!doctype html", "HTML"), (b"<html", "HTML"), (b"<table", "HTML"), (b"<?xml", "XML"))


@dataclass(frozen=True)
class Source:
    """An open file: its name, kind, length in bytes, SHA-256 and sheets.

    `digest` computes the SHA-256 again. A data package is read whole, and brings a mapping of its
    own for a ledger of some currency, and the year that its rows must be of.
    """

    name: str
    path: Path
    kind: Kind
    length: int
    sha256: bytes
    sheets: tuple[Sheet, ...]
    digest: Callable[[], bytes]
    row_count: int = 0
    """About how many rows it has; 0 where that is not known before reading."""
    is_cut: bool = False
    """Whether the last line of a text has no end: it may have been longer."""
    own_mapping: Callable[[str | None], str] | None = None
    fiscal_year: int | None = None


@contextmanager
def open_source(
    path: Path, name: str | None = None, delimiter: str | None = None
) -> Iterator[Source]:
    """Open a file for reading it as often as needed; raises InputRefused for what is no table."""
    length = path.stat().st_size
    if length > MAX_FILE_BYTES:
        raise InputRefused([Refusal("file-too-large", str(length))])
    if is_package(path):
        with _package_source(path, name or path.name) as source:
            yield source
        return
    kind = kind_of(path)
    about = (name or path.name, path, kind, length, digest_of(path))
    again = partial(digest_of, path)
    if kind == "xlsx":
        from cli.intake.workbook import Workbook

        with Workbook(path) as book:
            yield Source(*about, tuple(book.sheets()), again, book.row_count)
        return

    def opened() -> BinaryIO:
        return path.open("rb")

    if kind == "json-lines":
        rows = partial(json_rows, opened)
    else:
        with path.open("rb") as stream:
            encoding = encoding_of(stream)
        rows = partial(csv_rows, opened, encoding, delimiter)
    yield Source(*about, (Sheet(None, rows),), again, lines_in(path), is_cut=_is_cut(path))


@contextmanager
def _package_source(path: Path, name: str) -> Iterator[Source]:
    from cli.intake.packages.fiscal_mapping import fiscal_mapping, fiscal_year_of
    from cli.intake.packages.package import open_package, package_digest

    with open_package(path) as package:
        yield Source(
            name,
            path,
            "data-package",
            package.length,
            package.sha256,
            package.sheets,
            partial(package_digest, path),
            package.line_count,
            own_mapping=partial(fiscal_mapping, package),
            fiscal_year=fiscal_year_of(package),
        )


def kind_of(path: Path) -> Kind:
    """By the first bytes; raises InputRefused for a file that is something else, naming it."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(_COMPOUND) and _ENCRYPTED in head + _directory(path, head):
        raise InputRefused([Refusal("workbook-locked")])
    for mark, what in _FOREIGN:
        if head.startswith(mark):
            raise InputRefused([Refusal("file-kind", what)])
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, what in _MARKUP:
        if text[: len(mark)].lower() == mark:
            raise InputRefused([Refusal("file-kind", what)])
    return "json-lines" if text.startswith(b"{") else "csv"


def _directory(path: Path, head: bytes) -> bytes:
    """The names in a compound file: a workbook under a password is one."""
    with path.open("rb") as stream:
        stream.seek((int.from_bytes(head[48:52], "little") + 1) * _SECTOR)
        return stream.read(_HEAD_BYTES)


def _is_cut(path: Path) -> bool:
    with path.open("rb") as stream:
        end = stream.seek(0, SEEK_END)
        stream.seek(max(end - 1, 0))
        return stream.read() not in (b"", b"\n", b"\r")


def lines_in(path: Path) -> int:
    """How many line ends a file has."""
    with path.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(partial(stream.read, _BLOCK), b""))


def digest_of(path: Path) -> bytes:
    """SHA-256 of the bytes of a file."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            found.update(block)
    return found.digest()
