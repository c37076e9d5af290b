"""A wrong value is corrected beside itself: before and after both stay answerable."""

import time
from datetime import UTC, datetime

from tests.e2e.conftest import Jejak


def _line(jejak: Jejak, code: str) -> int:
    rows = jejak("pagu", "--level", "ro", "--json").json["rows"]
    return int(next(row["pagu"] for row in rows if row["code"] == code))


def _statement(jejak: Jejak) -> str:
    rows = jejak("log", "--type", "dipa-lines-stated.v1", "--json").json["rows"]
    found = [r for r in rows if r["data"]["revision"] == 13 and r["data"]["dimension"] == "ro"]
    return str(found[0]["event"])


def test_a_corrected_line_has_its_old_value_at_the_time_before(jejak: Jejak, size: int) -> None:
    entry = _statement(jejak)
    time.sleep(0.01)
    before = datetime.now(UTC).isoformat()
    time.sleep(0.01)
    done = jejak(
        "correct", f"{entry}/6709.QGE.001", "--value", "918.009.500", "--reason", "salah salin"
    )
    assert done.code == 0
    assert f"#{size}" in done.out
    assert _line(jejak, "6709.QGE.001") == 918_009_500
    rows = jejak("pagu", "--level", "ro", "--known-at", before, "--json").json["rows"]
    assert next(r["pagu"] for r in rows if r["code"] == "6709.QGE.001") == 918_009_000
    log = jejak("log", "--json").json["rows"]
    original = next(row for row in log if row["event"] == entry)
    assert original["corrected_by"] == [f"#{size}"]
    assert log[size]["type"] == "entry-corrected.v1"
    assert log[size]["data"]["reason"] == "salah salin"


def test_the_void_of_a_correction_brings_the_original_back(jejak: Jejak, size: int) -> None:
    entry = _statement(jejak)
    jejak("correct", f"{entry}/6709.QGE.001", "--value", "1", "--reason", "keliru")
    assert _line(jejak, "6709.QGE.001") == 1
    assert jejak("void", f"#{size}", "--reason", "koreksinya sendiri keliru").code == 0
    assert _line(jejak, "6709.QGE.001") == 918_009_000


def test_a_code_on_two_lines_is_refused_with_their_ordinals(jejak: Jejak) -> None:
    rows = jejak("log", "--type", "dipa-lines-stated.v1", "--json").json["rows"]
    twice = next(r for r in rows if (r["data"]["code"] or []).count("6709") == 2)
    refused = jejak("correct", f"{twice['event']}/6709", "--value", "1", "--reason", "x")
    assert refused.code == 3
    assert "line-ambiguous" in refused.err
    assert "0, 1" in refused.err
    assert jejak("correct", f"{twice['event']}/1", "--value", "1", "--reason", "x").code == 0


def test_what_cannot_be_corrected_is_refused_and_nothing_is_recorded(
    jejak: Jejak, size: int
) -> None:
    entry = _statement(jejak)
    cases = {
        ("#99999", "--value", "1"): "target-unknown",
        ("#0", "--value", "1", "--field", "currency"): "target-fixed",
        (entry, "--value", "1"): "line-missing",
        (f"{entry}/99", "--value", "1"): "line-unknown",
        (f"{entry}/0", "--value", "1,5"): "amount-too-precise",
        (f"{entry}/0", "--value", "1", "--field", "dimension"): "field-not-correctable",
        (f"{entry}/0", "--value", "1", "--document", "tidak-ada"): "document-unknown",
    }
    for words, code in cases.items():
        refused = jejak("correct", *words, "--reason", "uji")
        assert refused.code == 3, words
        assert code in refused.err, words
    assert jejak("correct", "satu", "--value", "1", "--reason", "uji").code == 2
    assert jejak("log", "--json").json["totals"]["count"] == size


def test_a_correction_without_someone_who_records_is_refused(jejak: Jejak, folder: object) -> None:
    answer = jejak("correct", "#25", "--value", "1", "--reason", "x", "--home", "kosong")
    assert answer.code == 2
    assert "JEJAK_ACTOR" in answer.err


def test_a_corrected_result_is_read_as_a_number_and_counts(jejak: Jejak) -> None:
    answer = jejak("kinerja", "IKU-6", "--json").json["rows"][0]
    rows = jejak("history", "IKU-6", "--json").json["rows"]
    entry = next(row["event"] for row in rows if row["field"] == "realisasi")
    assert jejak("correct", entry, "--value", "77,5", "--reason", "salah salin").code == 0
    corrected = jejak("kinerja", "IKU-6", "--json").json["rows"][0]
    assert corrected["realisasi"] == "77.5" != answer["realisasi"]
    assert corrected["capaian_raw"] is not None
