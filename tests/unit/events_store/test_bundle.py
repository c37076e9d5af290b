"""Bundles: the same members give the same bytes, and no other bytes are taken for them."""

import hashlib
import io
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_store import bundle
from events_store.bundle import (
    MANIFEST,
    format_manifest,
    is_member_name,
    pack_bundle,
    unpack_bundle,
)
from events_store.errors import BundleRefused

MEMBERS = {"README.md": b"Baca.\n", "leaf.json": b"{}", "tile/0/000.p/3": bytes(96), "empty": b""}
PACKED = pack_bundle(MEMBERS)

words = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True)
names = st.lists(words, min_size=1, max_size=3).map("/".join).filter(lambda name: name != MANIFEST)
members = st.dictionaries(names, st.binary(max_size=50), max_size=6)


def zip_of(
    members: Mapping[str, bytes],
    *,
    kind: int = zipfile.ZIP_STORED,
    date: tuple[int, int, int, int, int, int] = (1980, 1, 1, 0, 0, 0),
    mode: int = 0o100644,
    manifest: bool = True,
    comment: bytes = b"",
    extra: bytes = b"",
    system: int = 3,
) -> bytes:
    """A zip as pack_bundle makes it, but for what is given; the manifest is right for it."""
    sink = io.BytesIO()
    listed = {MANIFEST: format_manifest(members), **members} if manifest else members
    with zipfile.ZipFile(sink, "w", kind) as archive:
        archive.comment = comment
        for name, data in listed.items():
            entry = zipfile.ZipInfo(name, date)
            entry.create_system, entry.external_attr = system, mode << 16
            entry.compress_type, entry.extra = kind, extra
            archive.writestr(entry, data)
    return sink.getvalue()


def test_this_module_makes_the_same_zip() -> None:
    """So that each refusal below is for what was changed, not for how it was made."""
    assert zip_of(MEMBERS) == PACKED


def test_the_members_come_back_in_their_order() -> None:
    assert list(unpack_bundle(PACKED).items()) == list(MEMBERS.items())
    assert unpack_bundle(pack_bundle({})) == {}


@given(members)
def test_pack_and_unpack_are_inverses(found: dict[str, bytes]) -> None:
    data = pack_bundle(found)
    assert unpack_bundle(data) == found
    assert pack_bundle(unpack_bundle(data)) == data


def test_the_bytes_are_the_same_everywhere() -> None:
    """A golden digest: neither clock nor machine nor version of Python is in them."""
    assert hashlib.sha256(PACKED).hexdigest() == (
        "81331ffdbcf28a295dea6d7a4c2533e09a7c69516c5e5044eb40000137ae563f"
    )


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_sha256sum_reads_the_manifest(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(PACKED)) as archive:
        archive.extractall(tmp_path)
    subprocess.run(["sha256sum", "--strict", "-c", MANIFEST], cwd=tmp_path, check=True)


def test_python_s_own_reader_finds_nothing_wrong() -> None:
    with zipfile.ZipFile(io.BytesIO(PACKED)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [MANIFEST, *MEMBERS]


def refuse(data: bytes, match: str | None = None) -> None:
    with pytest.raises(BundleRefused, match=match):
        unpack_bundle(data)


def test_bytes_before_or_behind_are_refused() -> None:
    for more in (b"\x00", b"\n", b"PK", PACKED):
        refuse(PACKED + more)
        refuse(more + PACKED)


def test_every_truncation_is_refused() -> None:
    for size in range(len(PACKED)):
        refuse(PACKED[:size])


def test_bytes_between_the_members_are_refused() -> None:
    """Offsets are mended, so that an ordinary reader sees the same members."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, data in {MANIFEST: format_manifest(MEMBERS), **MEMBERS}.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, data)
            sink.write(b"hidden")
            archive.start_dir = sink.tell()
    with zipfile.ZipFile(io.BytesIO(sink.getvalue())) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [MANIFEST, *MEMBERS]
    refuse(sink.getvalue(), "more than its members")


@pytest.mark.parametrize(
    "spoiled",
    [
        zip_of(MEMBERS, comment=b"x"),
        zip_of(MEMBERS, date=(2025, 1, 20, 8, 0, 0)),
        zip_of(MEMBERS, mode=0o100755),
        zip_of(MEMBERS, mode=0o120777),
        zip_of(MEMBERS, extra=b"\x99\x99\x02\x00hi"),
        zip_of(MEMBERS, system=0),
        zip_of(MEMBERS, kind=zipfile.ZIP_DEFLATED),
        zip_of(MEMBERS, kind=zipfile.ZIP_BZIP2),
        zip_of(MEMBERS, kind=zipfile.ZIP_LZMA),
        zip_of(MEMBERS, manifest=False),
        zip_of(
            dict(reversed({MANIFEST: format_manifest(MEMBERS), **MEMBERS}.items())), manifest=False
        ),
    ],
    ids=[
        "comment",
        "date",
        "mode",
        "link",
        "extra field",
        "system",
        "deflated",
        "bzip2",
        "lzma",
        "no manifest",
        "manifest last",
    ],
)
def test_another_form_of_the_same_members_is_refused(spoiled: bytes) -> None:
    refuse(spoiled)


def test_a_zip_bomb_is_refused_before_it_is_read() -> None:
    bomb = zip_of({"a": bytes(50_000_000)}, kind=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    refuse(bomb, "compressed")


@pytest.mark.parametrize(
    "name",
    [
        "", "/", "/etc/passwd", "..", "../a", "a/../b", "a/..", "a/", "a//b", "./a", "a/./b",
        ".hidden", "-rf", "a b", "a\nb", "a\\b", "C:a", "c:/a", "~/a", "é", "a\u202eb", "\x00",
        "a\x00b", "a/.b", "*", "x" * 201,
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert not is_member_name(name)
    with pytest.raises(BundleRefused):
        pack_bundle({name: b""})
    if "\x00" not in name:
        refuse(zip_of({**MEMBERS, name: b""}, manifest=name.isascii()))


@pytest.mark.parametrize("name", ["a", "A.b-c_d", "tile/0/x001/067.p/3", "x" * 200])
def test_a_path_of_plain_words_is_a_name(name: str) -> None:
    assert unpack_bundle(pack_bundle({name: b"1"})) == {name: b"1"}


def test_a_member_cannot_be_called_manifest() -> None:
    with pytest.raises(BundleRefused):
        pack_bundle({MANIFEST: b""})


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", [MANIFEST, "leaf.json"])
def test_two_members_of_one_name_are_refused(name: str) -> None:
    sink = io.BytesIO(PACKED)
    with zipfile.ZipFile(sink, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"other")
    refuse(sink.getvalue(), "two of one name")


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        format_manifest({**MEMBERS, "leaf.json": b"[]"}),
        format_manifest({name: MEMBERS[name] for name in list(MEMBERS)[1:]}),
        format_manifest({**MEMBERS, "more": b""}),
        format_manifest(dict(reversed(MEMBERS.items()))),
        format_manifest(MEMBERS).upper(),
        format_manifest(MEMBERS).replace(b"  ", b" *"),
        format_manifest(MEMBERS)[:-1],
        format_manifest(MEMBERS) + b"\n",
        format_manifest(MEMBERS).replace(b"\n", b"\r\n"),
    ],
)
def test_a_manifest_of_other_members_or_in_another_form_is_refused(manifest: bytes) -> None:
    refuse(zip_of({MANIFEST: manifest, **MEMBERS}, manifest=False), "MANIFEST")


def test_more_members_than_are_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MAX_MEMBERS", 4)
    refuse(PACKED, "too many")


def test_a_larger_file_than_is_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MAX_BUNDLE_BYTES", len(PACKED))
    assert unpack_bundle(PACKED) == MEMBERS
    monkeypatch.setattr(bundle, "MAX_BUNDLE_BYTES", len(PACKED) - 1)
    refuse(PACKED, "larger")


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06" + bytes(18), bytes(500), b"\xff" * 64])
def test_what_is_no_bundle_is_refused(data: bytes) -> None:
    refuse(data)
