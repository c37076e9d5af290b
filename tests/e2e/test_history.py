"""Every number leads back to its entries, documents, sheets, rows and cells."""

import pytest

from tests.e2e.conftest import Jejak


def test_the_history_of_a_line_names_entry_document_sheet_cell_and_correction(
    jejak: Jejak,
) -> None:
    done = jejak("correct", "#41/6709.QGE.001", "--value", "918009500", "--reason", "salah salin")
    number = done.out.split()[1].rstrip(":")
    rows = jejak("history", "6709.QGE.001", "--json").json["rows"]
    pagu = [row for row in rows if row["field"] == "pagu"]
    first, last, corrected = pagu
    assert (first["event"], first["revision"], first["after"]) == ("#40/0", 0, "496373000")
    assert first["place"] == {"sheet": "Tabel 18", "page": None, "row": 2, "cell": "F2"}
    assert (last["event"], last["before"], last["after"]) == ("#41/0", "496373000", "918009000")
    assert (corrected["event"], corrected["kind"]) == (number, "corrected")
    assert (corrected["before"], corrected["after"]) == ("918009000", "918009500")
    assert corrected["reason"] == "salah salin"


def test_the_porcelain_form_is_one_line_an_entry(jejak: Jejak) -> None:
    lines = jejak("history", "total", "--porcelain").out.splitlines()
    fields = [line.split("\t") for line in lines if "\tpagu\t" in line]
    assert len(fields) == 14
    assert fields[9][:8] == ["34", "", "stated", fields[9][3], "2024-10-14", "9", "pagu",
                             "31688502000"]  # fmt: skip


def test_a_void_stands_in_the_history(jejak: Jejak) -> None:
    jejak("void", "#34", "--reason", "uji")
    rows = jejak("history", "total", "--json").json["rows"]
    assert [row["after"] for row in rows if row["kind"] == "voided"] == [None]


def test_nothing_known_of_a_subject_is_said(jejak: Jejak) -> None:
    answer = jejak("history", "tidak.ada")
    assert answer.code == 0
    assert "tidak.ada" in answer.out


@pytest.mark.parametrize("level", ["ro", "kegiatan", "program", "kro"])
def test_the_last_running_value_of_why_is_what_pagu_gives(jejak: Jejak, level: str) -> None:
    jejak("correct", "#41/6709.QGE.001", "--value", "918009500", "--reason", "salah salin")
    jejak("correct", "#41/6709.QGE.003", "--value", "1", "--reason", "salah salin")
    rows = jejak("pagu", "--level", level, "--json").json["rows"]
    for row in rows:
        if row["code"] is not None:
            answer = jejak("why", row["code"], "--level", level, "--json").json
            assert answer["totals"]["pagu"] == row["pagu"], row["code"]


def test_why_leads_from_a_total_to_its_cell_and_print(jejak: Jejak) -> None:
    answer = jejak("why", "total", "--revision", "9", "--json").json
    (step,) = answer["rows"]
    assert answer["totals"] == {"pagu": 41_996_502_000}
    assert (step["event"], step["sheet"], step["cell"]) == ("#34", "Tabel 17", "C11")
    assert (step["document"], step["read_from"]) == ("dipa-2024-r9", "lkj-2024")


def test_why_of_something_unknown_says_so(jejak: Jejak) -> None:
    answer = jejak("why", "1234.ABC.001")
    assert answer.code == 0
    assert "Nothing is known" in answer.out


def test_why_of_an_indicator_shows_every_print_and_what_comes_of_them(jejak: Jejak) -> None:
    answer = jejak("why", "IKU-1", "--json").json
    assert answer["totals"]["capaian_raw"] == "106.25"
    effects = [(row["effect"], row["value"], row["document"]) for row in answer["rows"]]
    assert ("in-force", "0.16", "pk-kpu-r13") in effects
    assert ("realisasi", "0.15", "lkj-2024") in effects
    torn = jejak("why", "ikp-1", "--json").json
    assert torn["totals"]["target"] is None
    assert "in-force" not in [row["effect"] for row in torn["rows"]]
    assert len([row for row in torn["rows"] if row["effect"] == "target"]) == 7
