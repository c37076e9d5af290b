"""A data package is read whole, from inside its own folder alone, and as it says it is."""

import hashlib
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from cli.intake.packages.files import safe_path
from cli.intake.source import open_source
from ledger.errors import InputRefused, Refusal
from tests.unit.cli.intake.packages import CSV, descriptor, write

SHA256 = hashlib.sha256(CSV.encode()).hexdigest()
MD5 = hashlib.md5(CSV.encode(), usedforsecurity=False).hexdigest()


def _zipped(path: Path, target: Path, folder: str = "") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, f"{folder}datapackage.json")
        archive.write(path.parent / "data" / "budget.csv", f"{folder}data/budget.csv")
    return target


def _refused(path: Path) -> Refusal:
    """Why a package is not opened, or its first sheet not read."""
    with pytest.raises(InputRefused) as caught, open_source(path) as source:
        list(source.sheets[0].rows())
    return caught.value.refusals[0]


def test_a_sheet_is_a_csv_resource_by_its_own_dialect(tmp_path: Path) -> None:
    own = {"dialect": {"delimiter": ";"}}
    path = write(tmp_path, descriptor(own), "a;b\n1,5;2\n")
    with open_source(path) as source:
        (sheet,) = source.sheets
        assert source.kind == "data-package"
        assert (sheet.name, [row.cells for row in sheet.rows()]) == (
            "budget",
            [("a", "b"), ("1,5", "2")],
        )
        assert list(sheet.rows())[1].origin(0).sheet == "budget"


def test_the_digest_covers_the_descriptor_and_every_file_in_order(tmp_path: Path) -> None:
    path = write(tmp_path)
    parts = [path.read_bytes(), CSV.encode()]
    wanted = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest()
    with open_source(path) as source:
        assert source.sha256 == source.digest() == wanted
        assert source.length == sum(map(len, parts))
        (tmp_path / "data" / "budget.csv").write_text(CSV.replace("10.50", "10.51"))
        assert source.digest() != wanted


@pytest.mark.parametrize("folder", ["", "city-master/"])
def test_a_zip_is_the_same_package_as_its_folder(tmp_path: Path, folder: str) -> None:
    path = write(tmp_path / "a")
    with open_source(path) as one, open_source(_zipped(path, tmp_path / "a.zip", folder)) as other:
        assert one.sha256 == other.sha256
        assert [*one.sheets[0].rows()] == [*other.sheets[0].rows()]


@pytest.mark.parametrize(
    "text",
    ["../a.csv", "a/../../b", "/etc/hostname", "https://x.invalid/a.csv", "c:a.csv", "a\\b", "",
     ".", "a\x00b", "a/" * 600],
)  # fmt: skip
def test_a_path_out_of_the_package_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as caught:
        safe_path(text)
    assert caught.value.refusals[0].code == "package-path"
    assert _refused(write(tmp_path, descriptor({"path": text}))).code == "package-path"


def test_a_link_out_of_the_package_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(CSV)
    path = write(tmp_path / "package", descriptor({"path": "linked.csv"}))
    (path.parent / "linked.csv").symlink_to(secret)
    assert _refused(path).code == "package-path"
    (path.parent / "linked.csv").unlink()
    (path.parent / "linked.csv").symlink_to("data/budget.csv")
    with open_source(path) as source:
        assert len([*source.sheets[0].rows()]) == 3


def test_what_is_no_plain_file_is_missing(tmp_path: Path) -> None:
    path = write(tmp_path, descriptor({"path": "pipe.csv"}))
    assert _refused(path).code == "package-file-missing"
    os.mkfifo(tmp_path / "pipe.csv")
    assert _refused(path).code == "package-file-missing"
    assert _refused(write(tmp_path, descriptor({"path": "data"}))).code == "package-file-missing"
    assert _refused(write(tmp_path, descriptor({"path": "x" * 400}))).code == "package-file-missing"


@pytest.mark.parametrize("digest", [MD5, f"md5:{MD5}", f"sha256:{SHA256}", f"SHA-256:{SHA256}"])
def test_stated_bytes_and_hash_are_checked(digest: str, tmp_path: Path) -> None:
    own: dict[str, Any] = {"bytes": len(CSV.encode()), "hash": digest}
    with open_source(write(tmp_path, descriptor(own))) as source:
        assert len([*source.sheets[0].rows()]) == 3
    wrong = digest[:-1] + ("0" if digest[-1] != "0" else "1")
    for other in ({**own, "hash": wrong}, {**own, "bytes": len(CSV)}):
        refusal = _refused(write(tmp_path, descriptor(other)))
        assert (refusal.code, refusal.text) == ("package-file-differs", "data/budget.csv")


def test_a_resource_that_is_no_csv_is_checked_too(tmp_path: Path) -> None:
    said = descriptor()
    said["resources"].append({"name": "note", "path": "note.txt", "bytes": 4})
    path = write(tmp_path, said)
    assert _refused(path).text == "note.txt"
    (tmp_path / "note.txt").write_text("1234")
    with open_source(path) as source:
        assert [sheet.name for sheet in source.sheets] == ["budget"]
    (tmp_path / "note.txt").write_text("12345")
    assert _refused(path).code == "package-file-differs"


NESTED = b'{"resources": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"


RESOURCES: list[Any] = [
    {},
    ["a"],
    [{"name": "a"}],
    [{"path": True}],
    [{"path": ["data/budget.csv", None]}],
    [{"path": "data/budget.csv"}] * 2,
    [{"path": "data/budget.csv", "bytes": "many"}],
    [{"path": ["data/budget.csv"] * 20_000}],
    [{"path": "data/budget.csv", "hash": "crc:00"}],
    [{"path": "data/budget.csv", "schema": []}],
    [{"path": "data/budget.csv"}] * 2_000,
]


@pytest.mark.parametrize(
    "said",
    [NESTED, b'{"name": "a", "name": "b"}', b"[]", b"{", b"\xff\xfe{}", b'{"x": NaN}', b"{}"]
    + [json.dumps({"resources": value}).encode() for value in RESOURCES],
)
def test_a_descriptor_that_is_none_is_refused(said: bytes, tmp_path: Path) -> None:
    refusal = _refused(write(tmp_path, said))
    assert refusal.code == "package-broken"
    assert len(refusal.text or "") <= 80


@pytest.mark.parametrize(
    ("own", "code"),
    [
        ({"schema": "https://x.invalid/schema.json"}, "package-unread"),
        ({"dialect": {"header": False}}, "package-unread"),
        ({"dialect": {"quoteChar": "'"}}, "package-unread"),
        ({"dialect": {"escapeChar": "\\"}}, "package-unread"),
        ({"dialect": {"delimiter": "||"}}, "package-unread"),
        ({"encoding": "utf-7"}, "encoding-unknown"),
    ],
)
def test_what_is_not_read_here_is_said(own: dict[str, Any], code: str, tmp_path: Path) -> None:
    assert _refused(write(tmp_path, descriptor(own))).code == code


def test_bytes_of_another_encoding_than_stated_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, descriptor())
    (tmp_path / "data" / "budget.csv").write_bytes("a\né\n".encode("latin-1"))
    assert _refused(path).code == "file-not-text"
    western = write(tmp_path, descriptor({"encoding": "ISO-8859-1"}))
    (tmp_path / "data" / "budget.csv").write_bytes("a\né\n".encode("latin-1"))
    with open_source(western) as source:
        assert [*source.sheets[0].rows()][1].cells == ("é",)


def test_a_descriptor_that_is_too_long_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, b" " * (5 << 20))
    assert _refused(path).code == "package-too-large"


def test_a_bomb_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datapackage.json", json.dumps(descriptor()))
        archive.writestr("data/budget.csv", bytes(64 << 20))
    assert _refused(path).code == "package-too-large"


def test_a_name_twice_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = _zipped(write(tmp_path), tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("data/budget.csv", CSV)
    assert _refused(path).code == "package-broken"


def test_a_member_that_was_changed_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("datapackage.json", json.dumps(descriptor()))
        archive.writestr("data/budget.csv", CSV)
    path.write_bytes(path.read_bytes().replace(b"10.50", b"10.51"))
    assert _refused(path).code == "package-broken"
