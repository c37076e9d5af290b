"""A mapping drafted from a file: what its columns probably are, to be read before it is used.

Nothing is imported by a guess. What cannot be told stands in the draft as a comment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path

from cli.intake.cells import Numeric, Row, Sheet
from cli.intake.layouts import recognise
from cli.intake.mapping import toml_value
from cli.intake.source import Source, open_source
from cli.intake.tables import HEAD_ROWS, is_blank
from ledger.amounts import AmountRefused, parse_amount
from ledger.dates import DateRefused, parse_date
from ledger.errors import InputRefused, Refusal
from ledger.records import RECORDS

_SAMPLE_ROWS = 200
_WORDS: dict[str, str] = {
    "satker": r"(kode |kd ?)?satker|kode satuan kerja",
    "fiscal_year": r"tahun( anggaran)?|ta|thang|year|fiscal year",
    "code": r"kode|code|kode (ro|coa|rincian).*|coa|ro",
    "name": r"uraian.*|nama.*|name|description|keterangan",
    "amount": r"jumlah.*|nilai.*|pagu.*|amount|total|realisasi.*|anggaran|value",
    "akun": r"(kode |kd ?)?akun|account",
    "ro": r"(kode )?ro|rincian output",
    "program": r"(kode |kd ?)?program",
    "kegiatan": r"(kode |kd ?)?(kegiatan|giat)",
    "fund": r"sumber dana|fund.*",
    "volume": r"vol(ume)?|volkeg",
    "unit": r"sat(uan|keg)?|unit",
    "price": r"harga.*|price",
    "revision": r"revisi( ke-?)?|revision",
    "dated": r"tanggal( dipa)?|date|tgl",
    "period_start": r"tanggal( sp2d| bayar)?|tgl.*|date",
    "paper_number": r"(no|nomor).*(sp2d|bukti|dokumen|spm)|sp2d",
    "paper_line": r"(no|nomor)( urut| baris)?|line",
    "month": r"bulan|month",
    "total": r"(total )?pagu|total.*",
    "reason": r"alasan|keterangan|reason|uraian",
    "status_code": r"(kode )?status.*",
}
_RECORDS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "realisation",
        ("period_start", "amount"),
        'dimension = "line"\nextent = "payment"\nbasis = "sp2d"',
    ),
    ("plan", ("month", "amount"), 'dimension = "line"\ncoverage = "partial"'),
    ("revision", ("revision", "total"), ""),
    ("line", ("code", "amount"), 'dimension = "line"\ncoverage = "partial"'),
    ("line", ("amount",), 'dimension = "line"\ncoverage = "partial"'),
)  # fmt: skip


def guess_mapping(path: Path) -> str:
    """TOML for a file, with comments; raises InputRefused for what is no table."""
    with open_source(path) as source:
        layout = recognise(source)
        if layout is not None:
            return f"# {layout.title}: a known layout, no mapping is needed.\n{layout.text}"
        sheet = _fullest(source)
        head = list(islice(sheet.rows(), HEAD_ROWS + _SAMPLE_ROWS))
        header = _header(head)
        if header is None:
            raise InputRefused([Refusal("file-empty", source.name)])
        sample = [row for row in head if row.number > header.number and not is_blank(row)]
        return _draft(source, sheet, header, sample)


def _fullest(source: Source) -> Sheet:
    return max(source.sheets, key=lambda sheet: sum(1 for _ in islice(sheet.rows(), _SAMPLE_ROWS)))


def _header(head: Sequence[Row]) -> Row | None:
    """The first row with most texts that are no amounts and no dates."""
    filled = [row for row in head[:HEAD_ROWS] if not is_blank(row)]
    return max(filled, key=lambda row: (_names(row), -row.number), default=None)


def _names(row: Row) -> int:
    texts = [cell.strip() for cell in row.cells]
    return sum(1 for text in texts if text and not re.fullmatch(r"[-\d.,/ %()Rp]+", text))


def _draft(source: Source, sheet: Sheet, header: Row, sample: Sequence[Row]) -> str:
    columns = [(at, " ".join(name.split())) for at, name in enumerate(header.cells) if name.strip()]
    record, fixed = _record(columns, sample)
    mapped = _mapped(record, columns, sample)
    fixed = fixed.replace('"line"', f'"{_dimension(mapped.get("code", ""))}"')
    amounts = [row.cell(at) for row in sample for at, name in columns if name in mapped.values()]
    lines = [
        f"# Draft for {re.sub(r'[^ -~]', '?', source.name)}: read each line, then use --mapping.",
        "[file]",
        *_where(sheet, header),
        *_dialect(amounts),
        "",
        "[[statement]]",
        f'record = "{record}"',
        "[statement.columns]",
        *(f"{field} = {toml_value(name)}" for field, name in mapped.items()),
        *(f"# ? = {toml_value(name)}" for _, name in columns if name not in mapped.values()),
        "[statement.fixed]",
        *fixed.splitlines(),
        *_needed(record, mapped, fixed),
    ]
    return "\n".join(lines) + "\n"


def _where(sheet: Sheet, header: Row) -> list[str]:
    lines = [] if sheet.name is None else [f"sheet = {toml_value(sheet.name)}"]
    return [*lines, f"header_row = {header.number}"] if header.number else lines


def _record(columns: Sequence[tuple[int, str]], sample: Sequence[Row]) -> tuple[str, str]:
    for record, needed, fixed in _RECORDS:
        if all(_candidates(field, columns, sample) for field in needed):
            return record, fixed
    return "line", _RECORDS[-1][2]


def _mapped(
    record: str, columns: Sequence[tuple[int, str]], sample: Sequence[Row]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in _WORDS:
        if field in RECORDS[record]:
            free = [item for item in columns if item[1] not in found.values()]
            names = _candidates(field, free, sample)
            if names:
                found[field] = names[0]
    if "period_start" in found:
        found["period_end"] = found["period_start"]
    return found


def _dimension(column: str) -> str:
    """What a column of codes is a list of, by its name."""
    words = re.findall("[a-z]+", column.lower())
    return next(
        (word for word in ("ro", "kro", "kegiatan", "program", "akun") if word in words), "line"
    )


def _candidates(field: str, columns: Iterable[tuple[int, str]], sample: Sequence[Row]) -> list[str]:
    """Columns whose name fits a field, and whose cells do not speak against it."""
    pattern = re.compile(_WORDS[field])
    return [
        name
        for at, name in columns
        if pattern.fullmatch(name.lower().replace("_", " "))
        and _fits(field, [row.cell(at) for row in sample if row.cell(at).strip()])
    ]


def _fits(field: str, cells: Sequence[str]) -> bool:
    if field in ("amount", "total"):
        return _share(cells, _is_amount) > 0.5
    if field in ("period_start", "dated"):
        return _share(cells, _is_date) > 0.5
    return True


def _share(cells: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, cells)) / len(cells) if cells else 0.0


def _is_amount(text: str) -> bool:
    for decimal, thousands in ((",", "."), (".", ",")):
        try:
            parse_amount(
                text, scale=2, decimal=decimal, thousands=thousands, accept_suggestion=True
            )
        except AmountRefused:
            continue
        return True
    return False


def _is_date(text: str) -> bool:
    try:
        parse_date(text)
    except DateRefused:
        return re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", text.strip()) is not None
    return True


def _dialect(cells: Iterable[str]) -> list[str]:
    """The separators that the amounts as texts speak for."""
    texts = [cell.strip() for cell in cells if type(cell) is not Numeric]
    english = sum(1 for text in texts if re.search(r",\d{3}(\D|$)|\.\d{1,2}$", text))
    local = sum(1 for text in texts if re.search(r"\.\d{3}(\D|$)|,\d{1,2}$", text))
    if english > local:
        return ['decimal = "."', 'thousands = ","']
    return ['decimal = ","', 'thousands = "."']


def _needed(record: str, mapped: dict[str, str], fixed: str) -> list[str]:
    """Fields without which nothing can be recorded, to be filled in by hand."""
    given = {*mapped, *(line.partition(" ")[0] for line in fixed.splitlines())}
    return [
        f'# {name} = ""   # required'
        for name, spec in RECORDS[record].items()
        if spec.required and name not in given
    ]
