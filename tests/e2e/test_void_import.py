"""An import is voided as a whole: nothing that it brought counts, all of it stays to be seen."""

from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.conftest import Jejak
from tests.e2e.test_import import MAPPING

TABLE = "revisi,tanggal,pagu,alasan\n14,2024-12-31,100,a\n15,2024-12-31,200,b\n"
LONGER = TABLE + "16,2024-12-31,300,c\n"


@pytest.fixture
def imported(jejak: Jejak, size: int, tmp_path: Path) -> int:
    """Two revisions and their document come in by one file; the index of its first entry."""
    (tmp_path / "m.toml").write_text(MAPPING)
    (tmp_path / "a.csv").write_text(TABLE)
    (tmp_path / "b.csv").write_text(LONGER)
    assert _import(jejak, "a.csv").code == 0
    return size


def _import(jejak: Jejak, name: str, *words: str):  # type: ignore[no-untyped-def]
    return jejak("import", name, "--mapping", "m.toml", *words)


def _void(jejak: Jejak, name: str, *words: str):  # type: ignore[no-untyped-def]
    return jejak("void", "--import", name, "--reason", "berkas satker lain", *words)


def _pagu(jejak: Jejak) -> object:
    return jejak("pagu", "--json").json["totals"]["pagu"]


def test_nothing_that_a_voided_import_brought_counts(
    jejak: Jejak, imported: int, size: int
) -> None:
    before = _pagu(jejak)
    done = _void(jejak, f"#{imported}")
    assert done.code == 0, done.err
    assert f"Recorded #{size + 4}: 3 entries of import #{imported}" in done.out
    assert (before, _pagu(jejak)) == (200, 40_343_017_000)
    assert jejak("pagu", "--at-size", str(size + 4), "--json").json["totals"]["pagu"] == 200
    assert jejak("why", "total", "--json").json["totals"] == {"pagu": 40_343_017_000}
    assert jejak("rebuild", "--check").code == 0
    assert jejak("verify").code == 6
    revisions = jejak("revisi", "--json").json["rows"]
    assert [row["revision"] for row in revisions] == list(range(14))
    untouched = jejak("prove", "6709.QGE.001", "--between", "13..14")
    assert "Cannot be proved" in untouched.out


def test_all_of_it_stays_to_be_seen_as_void_and_by_what(jejak: Jejak, imported: int) -> None:
    _void(jejak, f"#{imported}")
    void = f"#{imported + 4}"
    rows = jejak("log", "--json").json["rows"]
    assert [row["voided_by"] for row in rows[imported:]] == [void] * 4 + [None]
    assert {row["voided_by"] for row in rows[:imported]} == {None}
    shown = jejak("show", f"#{imported + 2}", "--json").json["rows"][0]
    assert shown["voided_by"] == void
    found = jejak("search", "dipa-2024-r14", "--json").json["rows"]
    assert {row["voided_by"] for row in found} == {void}
    assert void in jejak("log", "--last", "4").out
    history = jejak("history", "total", "--json").json["rows"]
    ends = [(row["event"], row["kind"], row["reason"]) for row in history[-2:]]
    assert ends == [(void, "voided", "berkas satker lain")] * 2
    assert {"100", "200"} <= {row["after"] for row in history}


def test_a_dry_run_says_what_it_would_touch_and_records_nothing(
    jejak: Jejak, imported: int
) -> None:
    jejak("correct", f"#{imported + 2}", "--value", "150", "--reason", "salah salin")
    jejak("void", f"#{imported + 3}", "--reason", "ganda")
    assert _import(jejak, "b.csv").code == 0
    before = jejak("log", "--json").json["totals"]["count"]
    tried = _void(jejak, f"#{imported}", "--dry-run")
    assert tried.code == 0
    assert "2 entries stop counting" in tried.out
    assert f"aim at them: #{imported + 4}, #{imported + 5}" in tried.out
    assert f"#{imported + 6} (2)" in tried.out
    assert jejak("log", "--json").json["totals"]["count"] == before
    indonesian = jejak(
        "void", "--impor", f"#{imported}", "--alasan", "salah", "--uji-coba", lang="id"
    )
    assert indonesian.code == 0


def test_what_it_stated_may_be_stated_otherwise_by_another_import(
    jejak: Jejak, imported: int, tmp_path: Path
) -> None:
    (tmp_path / "c.csv").write_text(TABLE.replace("200", "250"))
    assert _import(jejak, "c.csv").code == 3
    _void(jejak, f"#{imported}")
    again = _import(jejak, "c.csv")
    assert again.code == 0
    assert "3 new, 0 same" in again.out
    assert _pagu(jejak) == 250
    assert jejak("verify").code == 6


def test_the_very_same_bytes_come_in_again_as_another_import(jejak: Jejak, imported: int) -> None:
    _void(jejak, f"#{imported}")
    again = _import(jejak, "a.csv")
    assert "3 new, 0 same" in again.out
    assert _pagu(jejak) == 200
    third = _import(jejak, "a.csv")
    assert "imported before" in third.out
    ids = [row["import"] for row in jejak("log", "--type", "import-received.v1", "--json").json[
        "rows"]][-2:]  # fmt: skip
    assert len(set(ids)) == 2
    _void(jejak, ids[1])
    assert "3 new, 0 same" in _import(jejak, "a.csv").out
    assert _pagu(jejak) == 200
    assert jejak("verify").code == 6


def test_an_entry_of_a_voided_import_can_be_neither_corrected_nor_voided(
    jejak: Jejak, imported: int
) -> None:
    _void(jejak, f"#{imported}")
    for words in (["correct", f"#{imported + 2}", "--value", "1"], ["void", f"#{imported + 2}"]):
        refused = jejak(*words, "--reason", "x")
        assert refused.code == 3
        assert "target-voided" in refused.err
    alone = jejak("correct", "#34", "--value", "1", "--reason", "x", "--document", "dipa-2024-r14")
    assert "document-unknown" in alone.err


def test_corrections_that_an_import_appended_are_void_with_it(
    jejak: Jejak, imported: int, tmp_path: Path
) -> None:
    (tmp_path / "c.csv").write_text(TABLE.replace("200", "250"))
    assert _import(jejak, "c.csv", "--conflicts", "correct", "--reason", "ralat").code == 0
    assert _pagu(jejak) == 250
    assert _void(jejak, f"#{imported + 4}").code == 0
    assert _pagu(jejak) == 200
    again = _import(jejak, "c.csv", "--conflicts", "correct", "--reason", "ralat")
    assert again.code == 0
    assert _pagu(jejak) == 250


def test_an_import_is_named_by_its_id_or_the_beginning_of_it(jejak: Jejak, imported: int) -> None:
    row = jejak("show", f"#{imported}", "--json").json["rows"][0]
    assert _void(jejak, row["import"][:8].upper()).code == 0
    assert _pagu(jejak) == 40_343_017_000


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("zz", "import-unknown"),
        ("", "import-unknown"),
        ("#0", "import-none"),
        ("#99999", "target-unknown"),
    ],
)
def test_an_import_that_is_none_is_refused(jejak: Jejak, name: str, code: str) -> None:
    refused = _void(jejak, name)
    assert refused.code == 3
    assert code in refused.err


def test_an_import_is_voided_once_and_an_ambiguous_beginning_is_refused(
    jejak: Jejak, imported: int
) -> None:
    ids = [row["import"] for row in jejak("log", "--imports", "--json").json["rows"]]
    (shared, _), *_rest = Counter(one[0] for one in ids).most_common()
    refused = _void(jejak, shared)
    assert refused.code == 3
    assert "import-ambiguous" in refused.err
    assert all(one in refused.err for one in ids if one.startswith(shared))
    assert _void(jejak, f"#{imported}").code == 0
    twice = _void(jejak, f"#{imported}")
    assert twice.code == 3
    assert "import-voided" in twice.err


@pytest.mark.parametrize("words", [[], ["#34", "--import", "#4"]], ids=["neither", "both"])
def test_either_an_entry_or_an_import_is_voided(jejak: Jejak, words: list[str]) -> None:
    assert jejak("void", *words, "--reason", "x").code == 2


def test_a_satker_that_only_a_voided_import_registered_is_not_asked_for(
    jejak: Jejak, size: int, tmp_path: Path
) -> None:
    (tmp_path / "s.csv").write_text("kunci,nama\nkedua,Dua\n")
    (tmp_path / "s.toml").write_text(
        '[[statement]]\nrecord = "satker"\ncolumns = { satker = "kunci", name = "nama" }\n'
    )
    assert jejak("import", "s.csv", "--mapping", "s.toml").code == 0
    assert jejak("pagu").code == 2
    assert _void(jejak, f"#{size}").code == 0
    assert jejak("pagu").code == 0
    assert [row["satker"] for row in jejak("status", "--json").json["rows"]] == ["banjarbaru"]
