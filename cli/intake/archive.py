"""What a workbook's zip must be before anything parses it: small enough, and without a DTD.

Sizes are counted while unpacking, for what the archive says of itself may be a lie. A member that
declares a document type or an entity is refused: a spreadsheet needs neither.
"""

import errno
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from ledger.errors import InputRefused, Refusal

MAX_MEMBERS = 2_000
MAX_MEMBER_BYTES = 1 << 30
MAX_TOTAL_BYTES = 2 << 30
MAX_RATIO = 250
"""How many times its packed size a member may be, beyond the first `_FREE_BYTES`."""
_FREE_BYTES = 1 << 20
_BLOCK = 1 << 20
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
_LONGEST = max(map(len, _FORBIDDEN)) - 1
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
_COMPUTED = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]|\bt\s*=\s*[\"']e[\"']")
"""How a formula or an error begins in a sheet, wherever the sheet stands."""
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    ValueError,
    OverflowError,
    OSError,
)
WORKBOOK = "xl/workbook.xml"


@dataclass(frozen=True)
class Contents:
    """What the sheets hold: whether any has a formula or an error, and about how many rows."""

    has_formula: bool
    row_count: int


def check_archive(path: Path) -> Contents:
    """What a workbook holds; raises InputRefused for what must not be parsed."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = archive.namelist()
            if WORKBOOK not in names:
                raise InputRefused([Refusal("file-kind", "ZIP")])
            if len(members) > MAX_MEMBERS:
                raise InputRefused([Refusal("workbook-too-large", f"{len(members)} members")])
            if len(set(names)) < len(names):
                raise InputRefused([Refusal("workbook-broken", "a member stands twice")])
            if any(member.flag_bits & 1 for member in members):
                raise InputRefused([Refusal("workbook-locked")])
            if any(member.compress_type not in _PACKINGS for member in members):
                raise InputRefused([Refusal("workbook-broken", "packed in another way")])
            return _check_members(archive, members)
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise  # the disk, not the file; an offset beyond any file is EINVAL
        raise InputRefused([Refusal("workbook-broken", str(error))]) from error


def _check_members(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Contents:
    total, rows, has_formula = 0, 0, False
    for member in members:
        size = 0
        before = b""
        with archive.open(member) as stream:
            while block := stream.read(_BLOCK):
                size += len(block)
                _check_size(member, size, total + size)
                window = before + block
                _check_markup(member, window, is_first=size == len(block))
                rows += block.count(b"</row>")
                has_formula = has_formula or _COMPUTED.search(window) is not None
                before = window[-_LONGEST:]
        total += size
    return Contents(has_formula, rows)


def _check_size(member: zipfile.ZipInfo, size: int, total: int) -> None:
    if is_too_large(member, size, total):
        raise InputRefused([Refusal("workbook-too-large", member.filename)])


def is_too_large(member: zipfile.ZipInfo, size: int, total: int) -> bool:
    """Whether a member of which `size` bytes came so far, of `total` of all, is a bomb."""
    packed = max(member.compress_size, 1)
    return (
        size > MAX_MEMBER_BYTES
        or total > MAX_TOTAL_BYTES
        or size > _FREE_BYTES + MAX_RATIO * packed
    )


def _check_markup(member: zipfile.ZipInfo, window: bytes, *, is_first: bool) -> None:
    if not member.filename.endswith((".xml", ".rels", ".vml")):
        return
    if any(mark in window for mark in _FORBIDDEN) or (is_first and window.startswith(_WIDE_MARKS)):
        raise InputRefused([Refusal("workbook-dtd", member.filename)])
