"""What a workbook's zip must be before anything parses it: each cap, one by one."""

import io
import zipfile
from pathlib import Path

import pytest

from cli.intake import archive
from cli.intake.archive import check_archive
from ledger.errors import InputRefused, Refusal

SHEET = "xl/worksheets/sheet1.xml"
CELL = b'<row r="1"><c r="A1"><v>1</v></c></row>'


def _zip(path: Path, members: dict[str, bytes], *, stored: bool = False) -> Path:
    kind = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path / "buku.xlsx", "w", kind) as found:
        for name, data in members.items():
            found.writestr(name, data)
    return path / "buku.xlsx"


def _workbook(path: Path, sheet: bytes, **more: bytes) -> Path:
    return _zip(path, {archive.WORKBOOK: b"<workbook/>", SHEET: sheet, **more})


def _refusal(path: Path) -> Refusal:
    with pytest.raises(InputRefused) as refused:
        check_archive(path)
    (found,) = refused.value.refusals
    return found


def test_rows_are_counted_and_formulas_seen(tmp_path: Path) -> None:
    plain = check_archive(_workbook(tmp_path, CELL * 3))
    assert (plain.row_count, plain.has_formula) == (3, False)
    assert check_archive(_workbook(tmp_path, b"<c><f>1+1</f></c>")).has_formula
    assert check_archive(_workbook(tmp_path, b"<c><x:f>1+1</x:f></c>")).has_formula
    assert check_archive(_workbook(tmp_path, b'<c t="e"><v>#N/A</v></c>')).has_formula


def test_a_zip_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    found = _refusal(_zip(tmp_path, {"a.txt": b"a"}))
    assert (found.code, found.text) == ("file-kind", "ZIP")


def test_a_broken_zip_is_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path, CELL)
    path.write_bytes(path.read_bytes()[:-30])
    assert _refusal(path).code == "workbook-broken"


def test_a_member_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path, CELL)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as found:
        found.writestr(SHEET, CELL)
    assert _refusal(path).code == "workbook-broken"


def test_a_locked_member_is_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path, CELL)
    data = bytearray(path.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    path.write_bytes(data)
    assert _refusal(path).code == "workbook-locked"


def test_an_offset_beyond_any_file_is_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path, CELL)
    data = bytearray(path.read_bytes())
    end = data.rindex(b"PK\x05\x06")
    data[end + 12 : end + 16] = (0x7FFFFFFF).to_bytes(4, "little")
    path.write_bytes(data)
    assert _refusal(path).code == "workbook-broken"


def test_another_packing_than_a_workbook_has_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "buku.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as found:
        found.writestr(archive.WORKBOOK, b"<workbook/>")
    assert _refusal(path).code == "workbook-broken"


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    assert check_archive(_workbook(tmp_path, CELL, a=b"")).row_count == 1
    assert _refusal(_workbook(tmp_path, CELL, a=b"", b=b"")).code == "workbook-too-large"


def test_a_member_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBER_BYTES", 1_000)
    assert check_archive(_workbook(tmp_path, b" " * 1_000)).row_count == 0
    found = _refusal(_workbook(tmp_path, b" " * 1_001))
    assert (found.code, found.text) == ("workbook-too-large", SHEET)


def test_a_workbook_too_large_in_all_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 2_000)
    check_archive(_workbook(tmp_path, b" " * 1_500))
    assert _refusal(_workbook(tmp_path, b" " * 1_500, a=b" " * 600)).code == "workbook-too-large"


def test_a_member_that_swells_too_much_is_refused(tmp_path: Path) -> None:
    check_archive(_workbook(tmp_path, b" " * (1 << 20)))
    found = _refusal(_workbook(tmp_path, b" " * (8 << 20)))
    assert (found.code, found.text) == ("workbook-too-large", SHEET)


def test_what_the_header_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    path = _workbook(tmp_path, b" " * (8 << 20))
    data = bytearray(path.read_bytes())
    central = data.rindex(SHEET.encode()) - 46
    data[central + 24 : central + 28] = (1_000).to_bytes(4, "little")
    path.write_bytes(data)
    assert _refusal(path).code in {"workbook-too-large", "workbook-broken"}


@pytest.mark.parametrize("mark", [b"<!DOCTYPE a>", b'<!ENTITY a "b">', b"\xff\xfe<\x00", b"<\x00?"])
def test_a_part_with_a_document_type_is_refused(tmp_path: Path, mark: bytes) -> None:
    found = _refusal(_workbook(tmp_path, mark + CELL))
    assert (found.code, found.text) == ("workbook-dtd", SHEET)


def test_a_document_type_across_two_blocks_is_found(tmp_path: Path) -> None:
    lines = b"".join(b"%d," % n for n in range(250_000))
    for shift in range(9):
        before = lines[: archive._BLOCK - shift]
        path = _zip(
            tmp_path, {archive.WORKBOOK: b"<a/>", SHEET: before + b"<!DOCTYPE a>"}, stored=True
        )
        assert _refusal(path).code == "workbook-dtd", shift


def test_a_picture_may_hold_any_bytes(tmp_path: Path) -> None:
    members = {archive.WORKBOOK: b"<a/>", SHEET: CELL, "xl/media/a.png": b"<!DOCTYPE"}
    assert check_archive(_zip(tmp_path, members)).row_count == 1


def test_the_checked_bytes_are_those_of_the_file(tmp_path: Path) -> None:
    path = _workbook(tmp_path, CELL)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as found:
        assert found.read(SHEET) == CELL
