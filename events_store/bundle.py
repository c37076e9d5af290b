"""Evidence in one file: a zip in which every byte is fixed by its members.

The members lie in the order given, uncompressed, all of one date; MANIFEST has the SHA-256 of each
in the form that `sha256sum -c` reads. A reader makes the zip again from what it read and accepts
only equal bytes, so nothing can hide beside the members.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping

from events_store.errors import BundleRefused

MANIFEST = "MANIFEST"
MAX_BUNDLE_BYTES = 4 << 30
MAX_MEMBERS = 100_000

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644


def pack_bundle(members: Mapping[str, bytes]) -> bytes:
    """The zip of `members` in their order, with their MANIFEST as its first member."""
    for name in members:
        if not is_member_name(name) or name == MANIFEST:
            raise BundleRefused(f"{name!r} cannot be the name of a member")
    return _zip({MANIFEST: format_manifest(members), **members})


def unpack_bundle(data: bytes) -> dict[str, bytes]:
    """Inverse of pack_bundle: the members without MANIFEST, which was compared.

    BundleRefused for any other zip, for a member that MANIFEST does not list or lists otherwise.
    """
    if len(data) > MAX_BUNDLE_BYTES:
        raise BundleRefused(f"larger than {MAX_BUNDLE_BYTES} bytes")
    members = _unzip(data)
    if _zip(members) != data:
        raise BundleRefused("the zip holds more than its members, or in another form")
    manifest = members.pop(MANIFEST, None)
    if manifest != format_manifest(members):
        raise BundleRefused("MANIFEST does not list exactly these members with their SHA-256")
    return members


def format_manifest(members: Mapping[str, bytes]) -> bytes:
    """A line `<sha256>  <name>` for each member, in order."""
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in members.items())
    return "".join(lines).encode("ascii")


def is_member_name(name: str) -> bool:
    """A relative path of plain words: it can lead nowhere but below the folder it is put in."""
    return len(name) <= 200 and _NAME.fullmatch(name) is not None


def _zip(members: Mapping[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 3
            entry.external_attr = _MODE << 16
            archive.writestr(entry, data)
    return sink.getvalue()


def _unzip(data: bytes) -> dict[str, bytes]:
    members: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _require_plain(entries, len(data))
            for entry in entries:
                members[entry.filename] = archive.read(entry)
    except BundleRefused:
        raise
    except Exception as error:  # zipfile raises half a dozen kinds over a hostile file
        raise BundleRefused(f"not a zip that can be read: {error}") from error
    return members


def _require_plain(entries: list[zipfile.ZipInfo], size: int) -> None:
    names = [entry.filename for entry in entries]
    if len(names) > MAX_MEMBERS or len(set(names)) != len(names):
        raise BundleRefused("too many members, or two of one name")
    for entry in entries:
        if not is_member_name(entry.filename):
            raise BundleRefused(f"{entry.filename!r} is no name of a member")
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits:
            raise BundleRefused(f"{entry.filename} is compressed or encrypted")
    if sum(entry.file_size for entry in entries) > size:
        raise BundleRefused("the members are said to be larger than the file")
