"""A drafted mapping can be read, says what it does not know, and imports once that is filled in."""

import re
from pathlib import Path

import pytest

from cli.importing import ImportFile, prepare
from cli.intake.guessing import guess_mapping
from cli.intake.mapping import parse_mapping
from cli.opening import Opening, create_ledger
from cli.wiring import open_ledger
from ledger.errors import InputRefused
from tests.files import monsakti
from tests.files.model import budget

LISTS = {
    "payments": (
        "No SP2D;Tanggal;Kode;Uraian;Jumlah;Catatan\n"
        "251751;14/10/2024;6709.QGE;Bahan;1.250.000,00;a\n"
        "251752;15/10/2024;6709.QGE;Dinas;750.000,00;\n"
    ),
    "lines": "kode,uraian,pagu\n6709.QGE,Bahan,1250000\n6639.BDB,Dinas,750000\n",
    "revisions": "revisi,tanggal,total pagu\n0,2023-11-24,100\n1,2024-02-13,200\n",
    "plan": "kode,bulan,jumlah\n6709.QGE,1,100\n6709.QGE,2,200\n",
}
FILLED = {
    "satker": '"banjarbaru"',
    "fiscal_year": "2024",
    "document": '"d"',
    "revision": "0",
}
DOCUMENT = '\n[[document]]\ndocument = "d"\nkind = "LAIN"\n'


def _draft(path: Path, text: str) -> str:
    path.write_text(text)
    return guess_mapping(path)


def _filled(draft: str) -> str:
    def fill(match: re.Match[str]) -> str:
        return f"{match[1]} = {FILLED[match[1]]}"

    return re.sub(r'^# (\w+) = ""   # required$', fill, draft, flags=re.MULTILINE) + DOCUMENT


@pytest.mark.parametrize(
    ("name", "record"),
    [("payments", "realisation"), ("lines", "line"), ("revisions", "revision"), ("plan", "plan")],
)
def test_a_draft_imports_once_its_required_fields_are_filled(
    name: str, record: str, tmp_path: Path
) -> None:
    path = tmp_path / "daftar.csv"
    draft = _draft(path, LISTS[name])
    assert [statement.record for statement in parse_mapping(draft).statements] == [record]
    create_ledger(
        tmp_path / "jejak.db",
        Opening("uji", "Asia/Makassar", "IDR", 0, "banjarbaru", "KPU", None),
        actor="uji",
    )
    with open_ledger(tmp_path / "jejak.db") as ledger:
        prepared = prepare(ledger, ImportFile(path, _filled(draft)), actor="uji")
        assert prepared.received is not None
        assert prepared.received.counts.new == 3


def test_a_draft_says_what_it_does_not_know(tmp_path: Path) -> None:
    draft = _draft(tmp_path / "a.csv", LISTS["payments"])
    assert '# ? = "Catatan"' in draft
    assert '# satker = ""   # required' in draft
    assert parse_mapping(draft).dialect.thousands == "."


def test_english_amounts_are_told_from_the_cells(tmp_path: Path) -> None:
    draft = _draft(tmp_path / "a.csv", 'kode,jumlah\na,"1,250,000.50"\nb,"750,000.00"\n')
    assert parse_mapping(draft).dialect.decimal == "."


def test_a_known_layout_needs_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "mentah.csv"
    path.write_bytes(monsakti.make(budget()))
    assert guess_mapping(path).startswith("# MonSAKTI")


def test_a_name_of_a_file_cannot_end_its_comment(tmp_path: Path) -> None:
    draft = _draft(tmp_path / "a\u2028b\nc.csv", LISTS["lines"])
    assert parse_mapping(draft).statements[0].record == "line"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="file-empty"):
        _draft(tmp_path / "a.csv", "")
