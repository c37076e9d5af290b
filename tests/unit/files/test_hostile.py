"""Hostile files are as hostile as they say, small, and the same at every run."""

import io
import zipfile
from functools import cache

import pytest

from tests.files import hostile


@cache
def _files() -> dict[str, hostile.Hostile]:
    return {file.name: file for file in hostile.all_files()}


def _archive(name: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(_files()[name].data))


def _sheet(name: str) -> str:
    with _archive(name) as archive:
        return archive.read(hostile.SHEET).decode()


def test_names_are_unique_and_files_small() -> None:
    cheap = [*hostile.entities(), *hostile.odd_sheets(), *hostile.wrong_dress()]
    assert len(_files()) == len(cheap) + 6
    assert {name: len(f.data) for name, f in _files().items() if len(f.data) > 4 << 20} == {}


def test_files_are_the_same_at_every_run() -> None:
    assert [f.data for f in hostile.entities()] == [
        _files()[f.name].data for f in hostile.entities()
    ]
    assert hostile.bomb(hostile.MEBIBYTE) == hostile.bomb(hostile.MEBIBYTE)


def test_the_bomb_is_small_outside_and_huge_inside() -> None:
    with _archive("zip_bomb") as archive:
        assert archive.getinfo(hostile.SHEET).file_size > hostile.HUGE
    assert len(_files()["zip_bomb"].data) < 1 << 20


def test_the_lying_member_declares_less_than_it_holds() -> None:
    with _archive("lying_size") as archive:
        info = archive.getinfo(hostile.SHEET)
        assert info.file_size == 1000
        raw = _files()["lying_size"].data[info.header_offset :]
    import zlib

    start = 30 + int.from_bytes(raw[26:28], "little") + int.from_bytes(raw[28:30], "little")
    inside = zlib.decompressobj(-15).decompress(raw[start : start + info.compress_size])
    assert len(inside) > 8 * hostile.MEBIBYTE


def test_bombs_nest_and_members_abound() -> None:
    with _archive("nested_zip") as archive:
        assert archive.read("0.zip") == _files()["zip_bomb"].data
    with _archive("many_members") as archive:
        assert len(archive.namelist()) > hostile.MANY
    with _archive("same_name_twice") as archive:
        assert archive.namelist().count(hostile.SHEET) == 2


@pytest.mark.parametrize("name", [file.name for file in hostile.entities()])
def test_sheets_with_entities_have_a_document_type(name: str) -> None:
    assert "<!DOCTYPE worksheet" in _sheet(name)


def test_wrong_dress_shows_in_the_first_bytes() -> None:
    first = {name: file.data[:4] for name, file in _files().items()}
    assert first["encrypted"] == first["old_named_new"] == b"\xd0\xcf\x11\xe0"
    assert first["pdf_named_csv"] == b"%PDF"
    assert first["html_named_xlsx"] == b"<htm"
    assert first["utf16_csv"][:2] == b"\xff\xfe"
    assert _files()["empty"].data == b""


def test_odd_cells_are_in_the_sheet() -> None:
    assert "<f>1+1</f></c>" in _sheet("formula_without_value")
    assert "1.2345678901234567E15" in _sheet("sixteen_digits")
    assert 'r="XFE1048577"' in _sheet("cell_outside")
    with _archive("no_sheets") as archive:
        assert "<sheets></sheets>" in archive.read("xl/workbook.xml").decode()
        assert hostile.SHEET not in archive.namelist()
