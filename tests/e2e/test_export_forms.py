"""One export in every form: the same rows, the same bytes, and nothing that runs or is rounded."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from cli.field_dictionary import field_of, is_decimal
from cli.wiring import open_ledger
from events_store.log import LeafLog
from ledger import streams
from ledger.events import DipaLinesStated, DipaRevised, Place
from tests.e2e.conftest import Jejak

NOUNS = ("pagu", "revisi", "serapan", "kinerja", "fiskal", "fact", "log")
FORMULAS = ('=HYPERLINK("http://x.example")', "+1", "-1", "@SUM(A1)", "＝1+1", "－1")
LEADING_ZEROS = "0012.ABC.003"

Table = list[list[Any]]


def of_parquet(path: Path) -> Table:
    table = pq.read_table(path, page_checksum_verification=True)
    return [table.column_names, *(list(row.values()) for row in table.to_pylist())]


def of_json(path: Path) -> Table:
    rows = json.loads(path.read_text("utf-8"))["rows"]
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def of_csv(path: Path) -> Table:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"))))


def of_xlsx(path: Path) -> Table:
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    return sheet.to_python(skip_empty_area=False)


READERS: dict[str, Callable[[Path], Table]] = {
    "parquet": of_parquet,
    "json": of_json,
    "csv": of_csv,
    "xlsx": of_xlsx,
}


def same_in_all(noun: str, table: Table) -> Table:
    """Each cell as the text that every form can hold: nothing, a number, or the text itself."""
    names = table[0]
    return [
        names,
        *([_plain(noun, n, v) for n, v in zip(names, row, strict=True)] for row in table[1:]),
    ]


def _plain(noun: str, name: str, value: Any) -> str:
    kind = field_of(noun, name).kind
    if value is None or value == "":
        return ""
    if kind == "flag":
        return str(value).lower()
    if kind in ("list", "place"):
        made = json.loads(value) if isinstance(value, str) else value
        return json.dumps(made, ensure_ascii=False)
    if kind in ("amount", "integer", "ratio") or (kind == "measure" and is_decimal(str(value))):
        return str(Decimal(str(value)).normalize())
    if kind == "measure" and isinstance(value, float):
        return str(Decimal(str(value)).normalize())
    text = str(value)
    return text[1:] if text[0] == "'" else text


@pytest.fixture
def strange(jejak: Jejak, folder: Path) -> Path:
    """The demo with a revision whose lines have names that would run, and a code with zeros."""
    stream = streams.dipa("banjarbaru", 2024)
    with LeafLog(folder / "jejak.db") as log:
        version = sum(1 for _ in log.stream(stream))
    names = [*FORMULAS, "Belanja"]
    codes: list[str | None] = [
        LEADING_ZEROS,
        *(f"67{n:02d}.QGE.001" for n in range(len(names) - 1)),
    ]
    amounts = [1, 2, 3, 999_999_999_999_999, 9_007_199_254_740_991, -7, 0]
    events = [
        DipaRevised(
            stream, version + 1, "banjarbaru", 2024, 14, None, "2024-12-31", None, None, None,
            None, None, "=1+1", "dipa-2024-r13", None, Place(), None,
        ),
        DipaLinesStated(
            stream, version + 2, "banjarbaru", 2024, 14, "ro", 1, 1, "full", None,
            "dipa-2024-r13", None, Place("=Lembar", "1", 2, "C3"),
            code=codes, name=list(names), amount=list(amounts),
        ),
    ]  # fmt: skip
    with open_ledger(folder / "jejak.db") as ledger:
        ledger.record(events, actor="uji")
    return folder


def words_of_all_forms() -> Iterator[str]:
    for form in READERS:
        yield from ("-f", form)


def test_every_form_has_the_same_rows(jejak: Jejak, strange: Path, tmp_path: Path) -> None:
    done = jejak("export", "all", *words_of_all_forms(), "-o", "keluar")
    assert done.code == 0, done.err
    for noun in NOUNS:
        tables = {
            form: same_in_all(noun, read(tmp_path / "keluar" / f"{noun}.{form}"))
            for form, read in READERS.items()
        }
        assert len(tables["parquet"]) > 14, noun
        for form, table in tables.items():
            assert table == tables["parquet"], (noun, form)
    pagu = same_in_all("pagu", of_xlsx(tmp_path / "keluar" / "pagu.xlsx"))
    assert {*FORMULAS, LEADING_ZEROS, "9007199254740991"} <= {cell for row in pagu for cell in row}


def test_a_workbook_has_numbers_codes_and_nothing_that_runs(
    jejak: Jejak, strange: Path, tmp_path: Path
) -> None:
    assert jejak("export", "pagu", "serapan", "-f", "xlsx", "-o", "keluar").code == 0
    rows = of_xlsx(tmp_path / "keluar" / "pagu.xlsx")
    by_code = {row[4]: dict(zip(rows[0], row, strict=True)) for row in rows[1:] if row[3] == "ro"}
    assert by_code[LEADING_ZEROS]["pagu"] == 1.0
    assert by_code[LEADING_ZEROS]["name"] == FORMULAS[0]
    amounts = [row["pagu"] for row in by_code.values()]
    assert 999_999_999_999_999.0 in amounts
    assert "9007199254740991" in amounts
    serapan = of_xlsx(tmp_path / "keluar" / "serapan.xlsx")
    assert {type(row[serapan[0].index("persen")]) for row in serapan[1:]} <= {float, str}
    parts = _members(tmp_path / "keluar" / "pagu.xlsx")
    assert "<f>" not in parts["xl/worksheets/sheet1.xml"]
    assert "hyperlink" not in parts["xl/worksheets/sheet1.xml"].lower()
    assert "autoFilter" in parts["xl/tables/table1.xml"]
    assert 'state="frozen"' in parts["xl/worksheets/sheet1.xml"]


def _members(path: Path) -> dict[str, str]:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def test_a_workbook_says_of_which_position_it_is(jejak: Jejak, tmp_path: Path) -> None:
    assert jejak("export", "pagu", "--revision", "9", "-f", "xlsx", "-o", "keluar").code == 0
    asked = jejak("pagu", "--revision", "9", "--json").json["position"]
    book = CalamineWorkbook.from_path(str(tmp_path / "keluar" / "pagu.xlsx"))
    assert book.sheet_names == ["pagu", "posisi"]
    said = {row[0]: row[1] for row in book.get_sheet_by_name("posisi").to_python()}
    for name, value in asked.items():
        assert said[name] == ("" if value is None else str(value)), name
    assert said["checkpoint"] == jejak("checkpoint", "show").out


def test_the_same_position_gives_the_same_bytes_in_every_form(jejak: Jejak, tmp_path: Path) -> None:
    for name in ("satu", "dua"):
        assert jejak("export", "all", *words_of_all_forms(), "-o", name).code == 0
    one, other = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("satu", "dua")
    )
    assert len(one) == len(NOUNS) * len(READERS) + 1
    assert one == other


def test_csv_for_excel_in_indonesia(jejak: Jejak, tmp_path: Path) -> None:
    done = jejak("export", "serapan", "kinerja", "-f", "csv", "--excel-id", "-o", "keluar")
    assert done.code == 0
    data = (tmp_path / "keluar" / "serapan.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfsatker;fiscal_year;")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0]["persen"] == "99,19"
    assert rows[0]["pagu"] == "40343017000"
    package = json.loads((tmp_path / "keluar" / "datapackage.json").read_text("utf-8"))
    (persen,) = [f for f in package["resources"][0]["schema"]["fields"] if f["name"] == "persen"]
    assert persen["decimalChar"] == ","
    assert package["resources"][0]["dialect"]["delimiter"] == ";"


def test_the_package_describes_the_three_phases_and_every_column(
    jejak: Jejak, tmp_path: Path
) -> None:
    assert jejak("export", "fiskal", "-f", "csv", "-f", "json", "-o", "keluar").code == 0
    package = json.loads((tmp_path / "keluar" / "datapackage.json").read_text("utf-8"))
    assert [resource["path"] for resource in package["resources"]] == ["fiskal.csv", "fiskal.json"]
    schema = package["resources"][0]["schema"]
    assert [field["name"] for field in schema["fields"]] == of_csv(tmp_path / "keluar/fiskal.csv")[
        0
    ]
    phases = {
        field["name"]: field["normalize"] for field in schema["fields"] if "normalize" in field
    }
    assert phases == {name: {"phase": name} for name in ("approved", "adjusted", "executed")}
    extra = {field["columnType"]: field for field in schema["extraFields"]}
    assert extra["value"]["normalizationTarget"] is True
    assert extra["phase:id"]["name"] == "phase"
    assert extra["value-currency:code"]["constant"] == "IDR"
    for field in schema["fields"]:
        assert all(field[name] for name in ("type", "title", "title@en", "description@en"))


@pytest.mark.parametrize(
    "words",
    [
        ["pagu", "--excel-id"],
        ["pagu", "--dataset", "-f", "csv"],
        ["log", "--dataset"],
        ["all", "--dataset"],
        ["pagu", "--since", "3"],
        ["all", "--since", "3"],
        ["log", "pagu", "--since", "3"],
        ["log", "--since", "100000"],
        ["log", "--since", "40", "--at-size", "30"],
        ["log", "--since", "-1"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_options_that_mean_nothing_there_are_refused(
    jejak: Jejak, tmp_path: Path, words: list[str], lang: str
) -> None:
    done = jejak("export", *words, "-o", "keluar", lang=lang)
    assert done.code == 2
    assert not (tmp_path / "keluar").exists()


@pytest.mark.parametrize("ending", ["xlsx", "parquet"])
def test_an_answer_goes_into_a_file_of_its_rows(jejak: Jejak, tmp_path: Path, ending: str) -> None:
    answer = jejak("serapan", "--json").json
    assert jejak("serapan", "-o", f"serapan.{ending}").code == 0
    table = READERS[ending](tmp_path / f"serapan.{ending}")
    rows = [dict(zip(table[0], row, strict=True)) for row in table[1:]]
    assert rows[0]["pagu"] == answer["totals"]["pagu"]
    assert [row["realisasi"] or None for row in rows[1:]] == [
        row["realisasi"] or None for row in answer["rows"]
    ]
    assert [row["code"] or None for row in rows[1:]] == [row["code"] for row in answer["rows"]]


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
def test_a_form_that_is_no_text_is_never_written_to_a_terminal(jejak: Jejak, form: str) -> None:
    done = jejak("pagu", "-f", form)
    assert done.code == 2
    assert done.out == ""
    assert "-o" in done.err


def test_a_table_of_more_rows_than_a_sheet_is_refused(
    jejak: Jejak, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.export_forms.workbook.MAX_ROWS", 50)
    for noun in ("serapan", "log"):
        done = jejak("export", noun, "-f", "xlsx", "-o", "keluar")
        assert done.code == 2
        assert "csv" in done.err
        assert not (tmp_path / "keluar").exists()
    monkeypatch.setattr("cli.export_forms.workbook._TABLE_ROWS", 10)
    assert jejak("export", "pagu", "-f", "xlsx", "-f", "parquet", "-o", "keluar").code == 0
    streamed = same_in_all("pagu", of_xlsx(tmp_path / "keluar" / "pagu.xlsx"))
    assert streamed == same_in_all("pagu", of_parquet(tmp_path / "keluar" / "pagu.parquet"))
    assert "autoFilter" in _members(tmp_path / "keluar" / "pagu.xlsx")["xl/worksheets/sheet1.xml"]


def test_a_text_that_no_cell_holds_is_refused_and_nothing_is_written(
    jejak: Jejak, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.export_forms.workbook.MAX_TEXT", 100)
    done = jejak("export", "pagu", "log", "-f", "xlsx", "-o", "keluar")
    assert done.code == 2
    assert "leaf" in done.err
    assert list((tmp_path / "keluar").iterdir()) == []
