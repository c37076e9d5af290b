"""What an answer must not become in another program: a formula, a tag, a table cell too many."""

import csv
import io

import pytest

from cli.answer import FORMULA_STARTS, Answer, csv_cell, give
from cli.bound import POSITION, Bound
from cli.export_forms.rows import rows_of
from cli.export_forms.separated import write_csv
from cli.home import Home
from cli.render.table import Column
from cli.session import Session

FORMULA = '=HYPERLINK("http://x.example")'


def _given(form: str, value: object, tmp_path: object, capsys: pytest.CaptureFixture[str]) -> str:
    from pathlib import Path

    session = Session(Path("x.db"), Home(Path("rumah")), form, None, quiet=True, plain=True)
    columns = [Column("name", "Name", "text")]
    give(session, Answer("jejak.uji/1", None, [{"name": value}], columns))
    return capsys.readouterr().out


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_text_that_a_spreadsheet_would_run_is_marked_as_text(start: str) -> None:
    assert csv_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("value", [-5, 0, 12, None, "", "5", "'=1", "a=1"])
def test_numbers_and_plain_texts_stay_what_they_are(value: object) -> None:
    assert csv_cell(value) == value


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_an_answer_in_columns_runs_no_formula(
    form: str, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    given = _given(form, FORMULA, tmp_path, capsys)
    rows = list(csv.reader(io.StringIO(given), delimiter="," if form == "csv" else "\t"))
    assert rows == [["name"], ["'" + FORMULA]]


def test_an_exported_table_runs_no_formula() -> None:
    import pyarrow as pa

    bound = Bound(dict.fromkeys(POSITION), None)
    table = pa.table({"name": [FORMULA, "Belanja"], "pagu": [-5, 7]})
    sink = io.BytesIO()
    write_csv(rows_of("pagu", table, bound), sink)
    exported = io.StringIO(sink.getvalue().decode())
    assert list(csv.reader(exported))[1:] == [["'" + FORMULA, "-5"], ["Belanja", "7"]]


def test_markdown_holds_no_tag_and_no_cell_too_many(
    tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    given = _given("md", "<script>a</script> | b \\", tmp_path, capsys)
    assert given.splitlines()[-1] == "| &lt;script>a&lt;/script> \\| b \\\\ |"
