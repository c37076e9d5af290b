"""The log of intake: which file came in, read how, by whom, and what it superseded."""

import hashlib
from itertools import pairwise
from pathlib import Path

from tests.e2e.conftest import Jejak
from tests.e2e.test_import import MAPPING

DPA = MAPPING.replace("dipa-2024-r14", "pok-2024-r14").replace('"DIPA"', '"POK"')


def _import(jejak: Jejak, folder: Path, name: str, text: str, mapping: str, *words: str) -> None:
    (folder / name).write_text(text)
    (folder / "m.toml").write_text(mapping)
    done = jejak("import", name, "--mapping", "m.toml", *words)
    assert done.code == 0, done.err


def test_every_file_has_a_row_with_its_hash_mapping_counts_and_span(
    jejak: Jejak, size: int, tmp_path: Path
) -> None:
    text = "revisi,tanggal,pagu,alasan\n14,2024-12-31,100,a\n"
    _import(jejak, tmp_path, "a.csv", text, MAPPING)
    answer = jejak("log", "--imports", "--json").json
    assert answer["schema"] == "jejak.imports/1"
    assert answer["totals"] == {"count": 19, "voided": 0}
    row = answer["rows"][-1]
    assert (row["event"], row["last"], row["file"]) == (f"#{size}", f"#{size + 2}", "a.csv")
    assert row["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert row["mapping"] == MAPPING
    assert row["counts"] == {"rows": 2, "new": 2, "same": 0, "skipped": 0, "corrected": 0}
    assert row["superseded"] == {"corrections": [], "revisions": []}
    spans = [(int(r["event"][1:]), int(r["last"][1:])) for r in answer["rows"]]
    assert all(last < first for (_, last), (first, _) in pairwise(spans))
    assert spans[0][0] == 2


def test_a_document_that_speaks_first_supersedes_the_revision_of_another(
    jejak: Jejak, size: int, tmp_path: Path
) -> None:
    head = "revisi,tanggal,pagu,alasan\n"
    _import(jejak, tmp_path, "pok.csv", head + "14,2024-12-31,,a\n", DPA)
    _import(jejak, tmp_path, "dipa.csv", head + "14,2024-12-31,100,a\n", MAPPING)
    _import(jejak, tmp_path, "sesudah.csv", head + "14,2024-12-31,90,a\n", DPA, "--conflicts",
            "correct", "--reason", "ralat")  # fmt: skip
    first, second, third = jejak("log", "--imports", "--last", "3", "--json").json["rows"]
    assert first["superseded"]["revisions"] == []
    assert second["superseded"]["revisions"] == [
        {
            "satker": "banjarbaru",
            "fiscal_year": 2024,
            "revision": 14,
            "before": f"#{size + 2}",
            "after": f"#{size + 5}",
            "pagu_before": None,
            "pagu_after": 100,
        }
    ]
    assert third["superseded"]["revisions"] == []
    assert third["superseded"]["corrections"] == [
        {"event": f"#{size + 7}", "target": f"#{size + 2}", "field": "total"}
    ]
    shown = jejak("log", "--imports", "--last", "2").out
    assert f"revision 14: #{size + 2} by #{size + 5}" in shown
    assert "1 corrections" in shown


def test_a_voided_import_says_by_what_and_what_it_superseded_then(
    jejak: Jejak, size: int, tmp_path: Path
) -> None:
    head = "revisi,tanggal,pagu,alasan\n"
    _import(jejak, tmp_path, "pok.csv", head + "14,2024-12-31,,a\n", DPA)
    _import(jejak, tmp_path, "dipa.csv", head + "14,2024-12-31,100,a\n", MAPPING)
    jejak("void", "--import", f"#{size + 3}", "--reason", "salah")
    answer = jejak("log", "--imports", "--json").json
    assert answer["totals"]["voided"] == 1
    assert answer["rows"][-1]["voided_by"] == f"#{size + 6}"
    assert len(answer["rows"][-1]["superseded"]["revisions"]) == 1
    assert answer["rows"][-2]["voided_by"] is None


def test_the_list_stands_in_both_languages_and_as_csv(jejak: Jejak) -> None:
    assert "18 of 18 imports, 0 of them void" in jejak("log", "--imports").out
    assert jejak("catatan", "--daftar-impor", lang="id").code == 0
    header, *rows = jejak("log", "--imports", "-f", "csv").out.splitlines()
    assert header.startswith("import,event,last,recorded_at,actor,file,sha256,mapping")
    assert len(rows) > 18
    assert jejak("log", "--imports", "--type", "x").code == 2
