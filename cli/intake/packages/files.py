"""The files of a data package: a folder or a ZIP. Nothing outside of it is ever opened.

A path of a descriptor is relative, goes down only, and names a plain file; a link may not lead
out. Sizes are counted while reading, for what a ZIP says of itself may be a lie.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from cli.intake.archive import MAX_MEMBERS, is_too_large
from ledger.errors import InputRefused, Refusal

DESCRIPTOR = "datapackage.json"
MAX_PACKAGE_BYTES = 4 << 30
MAX_PATH_LENGTH = 1_000
_ZIP = b"PK\x03\x04"
_BLOCK = 1 << 20


class PackageFiles(Protocol):
    """Where the files of a package are."""

    def opened(self, name: str) -> BinaryIO:
        """A file by its path in the package; raises InputRefused where there is none."""
        ...

    def blocks(self, name: str, before: int = 0) -> Iterator[bytes]:
        """Its bytes; raises InputRefused once they, with `before`, are more than is read."""
        ...


def is_package(path: Path) -> bool:
    """Whether a path is a descriptor, or a ZIP that holds one and is no workbook."""
    if path.name == DESCRIPTOR:
        return True
    with path.open("rb") as stream:
        if not stream.read(len(_ZIP)).startswith(_ZIP):
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return _descriptor_in(archive) is not None
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return False


def safe_path(text: str) -> str:
    """A path as it stands in the package; raises InputRefused for one that leads elsewhere."""
    path = PurePosixPath(text)
    if (
        not text.isprintable()
        or len(text) > MAX_PATH_LENGTH
        or any(mark in text for mark in "\\:")
        or path.is_absolute()
        or ".." in path.parts
        or not path.parts
    ):
        raise InputRefused([Refusal("package-path", text)])
    return str(path)


@contextmanager
def package_files(path: Path) -> Iterator[PackageFiles]:
    """The files beside a descriptor, or in the ZIP that holds one."""
    if path.name == DESCRIPTOR:
        yield _Folder(path.parent)
        return
    with zipfile.ZipFile(path) as archive:
        yield _Archive(archive)


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def opened(self, name: str) -> BinaryIO:
        try:
            target = (self._folder / safe_path(name)).resolve()
            if not target.is_relative_to(self._folder):
                raise InputRefused([Refusal("package-path", name)])
            if not target.is_file():
                raise InputRefused([Refusal("package-file-missing", name)])
            return target.open("rb")
        except (OSError, RuntimeError) as error:  # a loop of links, or a name too long for the disk
            raise InputRefused([Refusal("package-file-missing", name)]) from error

    def blocks(self, name: str, before: int = 0) -> Iterator[bytes]:
        size = before
        with self.opened(name) as stream:
            while block := stream.read(_BLOCK):
                size += len(block)
                if size > MAX_PACKAGE_BYTES:
                    raise InputRefused([Refusal("package-too-large", name)])
                yield block


class _Archive:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise InputRefused([Refusal("package-too-large", f"{len(members)} members")])
        self._archive = archive
        descriptor = _descriptor_in(archive) or DESCRIPTOR
        self._folder = descriptor.removesuffix(DESCRIPTOR)
        self._members = {member.filename: member for member in members}
        names = [member.filename for member in members]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise InputRefused([Refusal("package-broken", twice)])

    def opened(self, name: str) -> BinaryIO:
        member = self._member(name)
        try:
            return self._archive.open(member)  # type: ignore[return-value]
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise _broken(name, error) from error

    def blocks(self, name: str, before: int = 0) -> Iterator[bytes]:
        member, size = self._member(name), 0
        try:
            with self.opened(name) as stream:
                while block := stream.read(_BLOCK):
                    size += len(block)
                    if is_too_large(member, size, before + size):
                        raise InputRefused([Refusal("package-too-large", name)])
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise _broken(name, error) from error

    def _member(self, name: str) -> zipfile.ZipInfo:
        member = self._members.get(self._folder + safe_path(name))
        if member is None or member.is_dir():
            raise InputRefused([Refusal("package-file-missing", name)])
        return member


def _descriptor_in(archive: zipfile.ZipFile) -> str | None:
    """The one descriptor of a ZIP, at the top or in a folder; a workbook has none."""
    found = [name for name in archive.namelist() if PurePosixPath(name).name == DESCRIPTOR]
    if DESCRIPTOR in found:
        return DESCRIPTOR
    return found[0] if len(found) == 1 else None


def _broken(name: str, error: Exception) -> InputRefused:
    return InputRefused([Refusal("package-broken", f"{name}: {error}")])
