"""Every parser that reads what others wrote: valid inputs, documented refusals, and its inverse.

A parser is tried with `try_input`: it may refuse in its own words, or accept what it would write
itself; anything else that comes out of it is a defect.
"""

import csv
import datetime as dt
import io
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from cli.intake.cells import Row, Sheet
from cli.intake.json_lines import json_rows
from cli.intake.layouts import known_layouts
from cli.intake.mapping import Mapping, parse_mapping
from cli.intake.rows import Reading
from cli.intake.separated import csv_rows, encoding_of, guess_delimiter
from cli.intake.shapes import SHAPES
from cli.intake.workbook import Workbook
from events_store.bundle import pack_bundle, unpack_bundle
from events_store.checkpoint import Checkpoint, format_checkpoint, parse_checkpoint, sign_checkpoint
from events_store.consistency import Growth, format_growth, parse_growth
from events_store.cosignature import COSIGNATURE
from events_store.errors import StoreError
from events_store.keys import SigningKey, read_key, write_key
from events_store.leaf import decode_leaf, encode_leaf
from events_store.note import cosign_note, open_note, parse_verifier_key, verifier_key
from events_store.policy import format_policy, parse_policy
from events_store.proof import EntryProof, format_proof, parse_proof
from events_store.tile_directory import format_entries, parse_entries
from events_store.timestamp import parse_certificates, verify_token
from events_store.witness import Cosigner
from ledger.amounts import AmountRefused, format_amount, parse_amount, parse_decimal
from ledger.dates import (
    DateRefused,
    format_instant,
    parse_canonical_instant,
    parse_date,
    parse_instant,
)
from ledger.errors import InputRefused
from tests.files.grid import raw_xlsx, sheet_xml, table, workbook_parts, zipped
from tests.files.hostile import SHEET, bomb

GOLDEN = Path(__file__).parents[1] / "golden"
ORIGIN = "jejak.example/satker-019937"
KEY = SigningKey(ORIGIN, bytes(range(32)))
WITNESS = SigningKey("inspektorat.example", bytes(range(32, 64)), COSIGNATURE)
VERIFIERS = [parse_verifier_key(key.verifier_key) for key in (KEY, WITNESS)]
TEXT = format_checkpoint(Checkpoint(ORIGIN, 412, bytes(range(32))))
NOTE = cosign_note(
    sign_checkpoint(Checkpoint(ORIGIN, 412, bytes(range(32))), KEY), [Cosigner(WITNESS, 1)]
)
ZONE = ZoneInfo("Asia/Makassar")
MAPPING = """[file]
delimiter = ";"
decimal = ","
thousands = "."
unit = 1000
header_row = 1
[set]
fiscal_year = 2024
[[document]]
document = "dipa-2024-r1"
kind = "DIPA"
number = "DIPA-076.01.2.019937/2024"
revision = 1
dated = 2024-02-13
[[statement]]
record = "line"
unless_empty = ["kode"]
[statement.columns]
code = "kode"
amount = "jumlah"
[statement.templates]
name = "{uraian} ({kode})"
[statement.where]
kode = ["051", 52]
[statement.fixed]
satker = "banjarbaru"
revision = 1
dimension = "line"
coverage = "full"
document = "dipa-2024-r1"
"""
TABLE = 'kode;uraian;jumlah\n051;Belanja, barang;1.250\n052;"Belanja; modal";-3,5\n\n'

JSON_LINES = '{"kode": "051", "jumlah": 1250, "uraian": null}\n\n{"kode": "052", "aktif": true}\n'


@dataclass(frozen=True)
class Parser:
    """`read` raises one of `refusals`, or returns; it asserts what must hold of what it accepts."""

    read: Callable[[bytes], None]
    refusals: tuple[type[Exception], ...]
    seeds: tuple[bytes, ...]
    runs: int | None = None
    """How often it is tried at most, where each try takes long."""


def try_input(parser: Parser, data: bytes) -> bool:
    """Whether it is accepted; whatever is neither a refusal nor an acceptance comes through."""
    try:
        parser.read(data)
    except parser.refusals:
        return False
    return True


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _policy(data: bytes) -> None:
    policy = parse_policy(data)
    assert parse_policy(format_policy(policy)) == policy
    try:
        policy.open(NOTE)
    except StoreError:
        return
    assert VERIFIERS[0] in policy.logs


def _note(data: bytes) -> None:
    """No key signs but ours: what is accepted is a text that we signed."""
    opened = open_note(data, VERIFIERS)
    assert opened.text == TEXT
    assert data.startswith(TEXT.encode() + b"\n")


def _checkpoint(data: bytes) -> None:
    text = _text(data)
    assert format_checkpoint(parse_checkpoint(text)) == text


def _proof(data: bytes) -> None:
    assert format_proof(parse_proof(data)) == data


def _growth(data: bytes) -> None:
    assert format_growth(parse_growth(data)) == data


def _verifier_key(data: bytes) -> None:
    text = _text(data)
    key = parse_verifier_key(text)
    assert verifier_key(key.name, key.public_key, key.algorithm) == text


def _bundle(data: bytes) -> None:
    assert pack_bundle(unpack_bundle(data)) == data


def _entries(data: bytes) -> None:
    assert format_entries(parse_entries(data)) == data


def _leaf(data: bytes) -> None:
    assert encode_leaf(decode_leaf(data)) == data


@cache
def _stamped() -> tuple[bytes, bytes]:
    folder = GOLDEN / "timestamp"
    return (folder / "checkpoint").read_bytes(), (folder / "tsa.pem").read_bytes()


def _token(data: bytes) -> None:
    note, authority = _stamped()
    stamp = verify_token(data, note, parse_certificates(authority))
    assert stamp.serial_number == 2
    assert stamp.time.year == 2026


def _certificates(data: bytes) -> None:
    parse_certificates(data)


@cache
def _key_path() -> Path:
    path = Path(tempfile.mkdtemp()) / "key"
    path.touch(0o600)
    return path


def _key_file(data: bytes) -> None:
    _key_path().write_bytes(data)
    key = read_key(_key_path(), None)
    fields = json.loads(data)
    assert (key.name, key.verifier_key) == (fields["name"], fields["verifier_key"])


def _rows_of(data: bytes, delimiter: str | None = None) -> list[Row]:
    encoding = encoding_of(io.BytesIO(data))
    return list(csv_rows(lambda: io.BytesIO(data), encoding, delimiter))


def _read_all(rows: list[Row], mapping: Mapping, *, scale: int) -> None:
    """What a mapping makes of rows; a shape that the rows have not refuses them."""
    try:
        table = SHAPES[mapping.dialect.shape].straighten(
            Sheet(None, lambda: iter(rows)), mapping.dialect
        )
        list(Reading(table, mapping, scale=scale))
    except InputRefused:
        return


def _csv(data: bytes) -> None:
    """What is taken apart is put together and taken apart again."""
    rows = _rows_of(data)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    sink = io.StringIO()
    csv.writer(sink, quoting=csv.QUOTE_ALL).writerows(row.cells for row in rows)
    if rows and rows[0].cells:
        assert _rows_of(sink.getvalue().encode(), ",") == rows
    assert guess_delimiter(sink.getvalue()) in ",;\t"
    _read_all(rows, parse_mapping(MAPPING), scale=0)


def _json_lines(data: bytes) -> None:
    """What is taken apart is put together and taken apart again."""
    header, *rows = json_rows(lambda: io.BytesIO(data))
    records = [dict(zip(header.cells, map(str, row.cells), strict=True)) for row in rows]
    again = "".join(json.dumps(record) + "\n" for record in records).encode()
    if records:
        first, *others = json_rows(lambda: io.BytesIO(again))
        assert first.cells == header.cells
        assert [row.cells for row in others] == [tuple(map(str, row.cells)) for row in rows]
    _read_all([header, *rows], parse_mapping(MAPPING), scale=0)


@cache
def _book_path() -> Path:
    return Path(tempfile.mkdtemp()) / "buku.xlsx"


def _workbook(data: bytes) -> None:
    """Rows are numbered without a gap and as wide as the sheet, the same at every reading."""
    _book_path().write_bytes(data)
    with Workbook(_book_path()) as book:
        for sheet in book.sheets():
            rows = list(sheet.rows())
            assert [row.number for row in rows] == list(range(1, len(rows) + 1))
            assert list(sheet.rows()) == rows


def _worksheet(data: bytes) -> None:
    """The XML of a sheet in an otherwise sound workbook."""
    parts: dict[str, str | bytes] = dict(workbook_parts({"a": ""}))
    _workbook(zipped(parts | {SHEET: data}))


def _mapping(data: bytes) -> None:
    """What is accepted can be used: it reads a table, or refuses the rows of it."""
    text = data.decode("utf-8", "replace")
    mapping = parse_mapping(text)
    assert mapping.text == text
    _read_all(_rows_of(TABLE.encode(), mapping.dialect.delimiter), mapping, scale=2)


def _amount(data: bytes) -> None:
    text = _text(data)
    for scale, unit in ((0, 1), (2, 1), (0, 1000)):
        value = parse_amount(text, scale=scale, unit=unit, accept_suggestion=True).value
        assert parse_amount(format_amount(value, scale=scale), scale=scale).value == value


def _decimal(data: bytes) -> None:
    value = parse_decimal(_text(data))
    assert parse_decimal(value, decimal=".", thousands=",") == value


def _date(data: bytes) -> None:
    date = parse_date(_text(data))
    assert parse_date(date.isoformat()) == date


def _instant(data: bytes) -> None:
    instant = parse_instant(_text(data), ZONE)
    assert instant.tzinfo is dt.UTC
    assert parse_canonical_instant(format_instant(instant)) == instant


def _leaf_seed() -> tuple[bytes, ...]:
    paths = sorted((GOLDEN / "leaves").glob("*.full.json"))
    return tuple(path.read_bytes() for path in paths[:6])


def _key_files() -> tuple[bytes, ...]:
    with tempfile.TemporaryDirectory() as folder:
        write_key(Path(folder) / "a", KEY, None)
        write_key(Path(folder) / "b", WITNESS, b"kunci", n=2**14)
        return (Path(folder) / "a").read_bytes(), (Path(folder) / "b").read_bytes()


_PATH = (bytes(range(32)), bytes(32))
_POLICY = f"""log {KEY.verifier_key} https://log.example/
witness X1 {WITNESS.verifier_key}
# both
group g any X1
group h 1 g
quorum h
""".encode()

STORE = (StoreError,)
PARSERS = {
    "policy": Parser(_policy, STORE, (_POLICY,)),
    "signed note": Parser(_note, STORE, (NOTE,)),
    "checkpoint": Parser(_checkpoint, STORE, (TEXT.encode(),)),
    "tlog-proof": Parser(_proof, STORE, (format_proof(EntryProof(5, _PATH, NOTE)),)),
    "consistency file": Parser(_growth, STORE, (format_growth(Growth(300, _PATH, NOTE)),)),
    "verifier key": Parser(
        _verifier_key, STORE, (KEY.verifier_key.encode(), WITNESS.verifier_key.encode())
    ),
    "bundle": Parser(_bundle, STORE, (pack_bundle({"a": b"1", "b/c": NOTE}), pack_bundle({}))),
    "entries": Parser(_entries, STORE, (format_entries([b"a", b"", b"bc" * 200]),)),
    "leaf": Parser(_leaf, STORE, _leaf_seed()),
    "time stamp": Parser(_token, STORE, ((GOLDEN / "timestamp" / "checkpoint.tsr").read_bytes(),)),
    "certificates": Parser(_certificates, STORE, (_stamped()[1],)),
    "key file": Parser(_key_file, STORE, _key_files()),
    "CSV": Parser(_csv, (InputRefused,), (TABLE.encode(), TABLE.encode("cp1252"))),
    "JSON lines": Parser(_json_lines, (InputRefused,), (JSON_LINES.encode(),)),
    "workbook": Parser(
        _workbook,
        (InputRefused,),
        (raw_xlsx(table("a", [["kode", "jumlah"], ["051", 1250]])), bomb(1 << 20)),
        runs=200,
    ),
    "worksheet": Parser(
        _worksheet,
        (InputRefused,),
        (sheet_xml(table("a", [["kode", "jumlah"], ["'051", 2.037392e10]])).encode(),),
        runs=40,
    ),
    "mapping": Parser(
        _mapping,
        (InputRefused,),
        (MAPPING.encode(), *(layout.text.encode() for layout in known_layouts().values())),
    ),
    "amount": Parser(
        _amount,
        (AmountRefused,),
        (b"Rp 1.250.000,00", b"(1.234,50)", b"1,234.5", b"-", "−12 345,-".encode()),
    ),
    "decimal": Parser(_decimal, (AmountRefused,), (b"77,5 %", b"-0.16", b"1.234,5", b"99")),
    "date": Parser(
        _date, (DateRefused,), (b"2024-10-14", b"14/10/2024", b"14 Oktober 2024", b"1 Nop. 2024")
    ),
    "instant": Parser(
        _instant,
        (DateRefused,),
        (b"2024-10-14T08:06:18.123456Z", b"2024-10-14 08:06+07:00", b"2024-10-14"),
    ),
}
