"""Files that a reader must refuse or survive: bombs, entities, lies about size, and wrong dress.

Each is below four mebibytes, and all take two seconds to make. `refused` says whether a careful
reader takes nothing from it; where it is false, `what` says what is odd.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from tests.files.grid import DECLARATION, MAIN, WHEN, csv_bytes, table, workbook_parts, zipped

MEBIBYTE = 1 << 20
HUGE = 256 * MEBIBYTE
MANY = 20_000
SHEET = "xl/worksheets/sheet1.xml"


@dataclass(frozen=True)
class Hostile:
    name: str
    filename: str
    data: bytes
    what: str
    refused: bool = True


def all_files() -> list[Hostile]:
    """Every kind once, in a fixed order."""
    return [*bombs(), *entities(), *odd_sheets(), *wrong_dress()]


def bombs() -> Iterator[Hostile]:
    huge = bomb()
    yield Hostile("zip_bomb", "bom.xlsx", huge, f"a sheet of {HUGE} bytes")
    nested = zipped({f"{n}.zip": huge for n in range(3)} | {"[Content_Types].xml": "<Types/>"})
    yield Hostile("nested_zip", "sarang.xlsx", nested, "bombs inside a ZIP")
    many = {f"xl/media/{n}.xml": "" for n in range(MANY)}
    yield Hostile("many_members", "banyak.xlsx", zipped(_parts() | many), f"{MANY} members more")
    lying = lying_size()
    yield Hostile("lying_size", "dusta.xlsx", lying, "a member larger than it declares")
    yield Hostile("same_name_twice", "kembar.xlsx", _twice(), "two sheets under one path")
    outside = zipped(_parts() | {"../../luar.xml": "<a/>"})
    yield Hostile("path_outside", "luar.xlsx", outside, "a member that points out", refused=False)


def entities() -> Iterator[Hostile]:
    laugh = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    for name, doctype, text, what in (
        ("doctype", "<!DOCTYPE worksheet>", "x", "a document type in a sheet"),
        ("entity", '<!DOCTYPE worksheet [<!ENTITY a "7">]>', "&a;", "an entity of its own"),
        ("billion_laughs", f'<!DOCTYPE worksheet [<!ENTITY a0 "ha">{laugh}]>', "&a9;", "10^9 ha"),
        (
            "external_entity", '<!DOCTYPE worksheet [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
            "&a;", "an entity that names a file",
        ),
        (
            "external_dtd", '<!DOCTYPE worksheet SYSTEM "http://example.invalid/a.dtd">', "x",
            "a document type elsewhere",
        ),
    ):  # fmt: skip
        yield Hostile(name, f"{name}.xlsx", workbook(_text_cell(text), doctype), what)


def odd_sheets() -> Iterator[Hostile]:
    for name, cells, what in (
        ("formula_without_value", '<c r="A1"><f>1+1</f></c>', "a formula never computed"),
        ("formula_error", '<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "an error as a value"),
        ("sixteen_digits", '<c r="A1"><v>1.2345678901234567E15</v></c>', "digits a float loses"),
        ("not_a_number", '<c r="A1"><v>NaN</v></c>', "NaN as a number"),
        ("infinite", '<c r="A1"><v>1E999</v></c>', "a number beyond a float"),
        ("cell_outside", '<c r="XFE1048577"><v>1</v></c>', "a cell outside any sheet"),
        ("cell_far_away", '<c r="XFD1048576"><v>1</v></c>', "a last cell: 17 thousand million"),
        ("no_such_string", '<c r="A1" t="s"><v>99</v></c>', "a shared string that is not there"),
    ):
        yield Hostile(name, f"{name}.xlsx", workbook(cells), what, refused=False)
    parts = _parts()
    empty = zipped({k: v for k, v in workbook_parts({}).items() if k != SHEET})
    yield Hostile("no_sheets", "kosong.xlsx", empty, "a workbook without a sheet")
    gone = zipped({path: part for path, part in parts.items() if path != SHEET})
    yield Hostile("sheet_part_missing", "hilang.xlsx", gone, "a sheet without its part")
    broken = zipped(parts | {SHEET: f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">'})
    yield Hostile("xml_breaks_off", "putus.xlsx", broken, "XML that does not end")


def wrong_dress() -> Iterator[Hostile]:
    rows = table("x", [["KDSATKER", "TOTAL"], ["007130", "1000"]])
    text = csv_bytes(rows).decode()
    html = f"<html><body><table><tr><td>{text}</td></tr></table></body></html>"
    pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHH", 0x3E, 3, 0xFFFE)
    biff = struct.pack("<HHHHHH", 0x0809, 8, 0x0600, 0x0005, 0, 0)
    encrypted = ole.ljust(512, b"\0") + "EncryptedPackage".encode("utf-16-le").ljust(1024, b"\0")
    yield Hostile("encrypted", "sandi.xlsx", encrypted, "a workbook under a password")
    old = ole.ljust(512, b"\0") + biff.ljust(1024, b"\0")
    yield Hostile("old_workbook", "lama.xls", old, "a workbook of before 2007")
    yield Hostile("old_named_new", "lama.xlsx", old, "the same under another name")
    yield Hostile("html_named_xlsx", "laman.xlsx", html.encode(), "a page from a portal")
    yield Hostile("html_named_xls", "laman.xls", html.encode(), "the same as .xls")
    yield Hostile("pdf_named_csv", "cetak.csv", pdf, "a print")
    yield Hostile("utf16_csv", "lebar.csv", text.encode("utf-16"), "UTF-16 with its mark")
    yield Hostile("latin1_csv", "latin.csv", f"{text}caf\xe9,1\r\n".encode("latin-1"), "Latin-1")
    yield Hostile("nul_csv", "nol.csv", text.replace("7", "\0").encode(), "zero bytes")
    yield Hostile("empty", "kosong.csv", b"", "no byte at all")
    yield Hostile("csv_named_xlsx", "teks.xlsx", text.encode(), "a CSV")
    marked = b"\xef\xbb\xbf" + text.encode()
    yield Hostile("marked_csv", "tanda.csv", marked, "a byte order mark is no data", refused=False)
    mac = text.replace("\r\n", "\r").encode()
    yield Hostile("return_csv", "mac.csv", mac, "records end in a lone return", refused=False)
    wide = f'KDSATKER,TOTAL\r\n007130,"{"9" * (MEBIBYTE // 4)}"\r\n'.encode()
    yield Hostile("endless_field", "lebar2.csv", wide, "a field of a quarter mebibyte")
    open_quote = f'KDSATKER,TOTAL\r\n"007130,1\r\n{"007130,1" * 9}\r\n'.encode()
    yield Hostile("open_quote", "kutip.csv", open_quote, "a quote that never closes")


def workbook(cells: str, doctype: str = "") -> bytes:
    """A workbook of one sheet of one row with these cells as XML."""
    body = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    return zipped(workbook_parts({"data": f"{DECLARATION}{doctype}{body}"}))


def bomb(size: int = HUGE) -> bytes:
    """A workbook whose sheet is mostly spaces, `size` bytes of them."""
    stream = io.BytesIO()
    head, tail = (f'{DECLARATION}<worksheet xmlns="{MAIN}"><sheetData>', "</sheetData></worksheet>")
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, part in _parts().items():
            if path != SHEET:
                archive.writestr(_info(path), part)
        with archive.open(_info(SHEET), "w", force_zip64=False) as member:
            member.write(head.encode())
            block = b" " * MEBIBYTE
            for _ in range(size // MEBIBYTE):
                member.write(block)
            member.write(tail.encode())
    return stream.getvalue()


def lying_size(size: int = 8 * MEBIBYTE, declared: int = 1000) -> bytes:
    """A bomb whose headers, local and central, declare `declared` bytes."""
    data = bytearray(bomb(size))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(SHEET)
    struct.pack_into("<I", data, info.header_offset + 22, declared)
    central = data.rindex(SHEET.encode()) - 46
    assert data[central : central + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, central + 24, declared)
    return bytes(data)


def _twice() -> bytes:
    import warnings

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for path, part in _parts().items():
            archive.writestr(_info(path), part)
        other = str(_parts()[SHEET]).replace("<v>1", "<v>2")
        archive.writestr(_info(SHEET), other)
    return stream.getvalue()


def _parts() -> dict[str, str | bytes]:
    cell = '<c r="A1"><v>1</v></c>'
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>'
    return dict(workbook_parts({"data": DECLARATION + sheet}))


def _info(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, WHEN)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _text_cell(text: str) -> str:
    return f'<c r="A1" t="inlineStr"><is><t>{text}</t></is></c>'
