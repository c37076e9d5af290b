"""status, search and doctor: what is here, where it stands, and whether the machine is fit."""

import os
from pathlib import Path

import pytest

from tests.e2e.conftest import Jejak


def test_status_says_what_is_held_and_how_far_it_is_signed(jejak: Jejak, size: int) -> None:
    answer = jejak("status", "--json").json
    (row,) = answer["rows"]
    assert (row["satker"], row["fiscal_year"], row["revision"]) == ("banjarbaru", 2024, 13)
    assert (row["pagu"], row["coverage"]) == (40_343_017_000, "full")
    totals = answer["totals"]
    assert (totals["size"], totals["signed"], totals["unsigned"]) == (size, size, 0)
    assert totals["imports"] == 18
    assert totals["actors"] == ["demo"]
    assert totals["key_locked"] is False
    assert [w["code"] for w in answer["warnings"]] == ["documents-undated"]


def test_status_shows_the_unsigned_tail(jejak: Jejak, folder: Path) -> None:
    for path in (folder / "rumah" / "keys").iterdir():
        path.unlink()
    jejak("correct", "#34", "--value", "1", "--reason", "uji")
    answer = jejak("status", "--json").json
    assert answer["totals"]["unsigned"] == 1
    assert "no-key" in [w["code"] for w in answer["warnings"]]


def test_search_finds_texts_codes_and_patterns_with_their_place(jejak: Jejak) -> None:
    rows = jejak("search", "pagar", "--json").json["rows"]
    assert [(r["event"], r["field"]) for r in rows if r["type"] == "dipa-revised.v1"] == [
        ("#35", "reason")
    ]
    codes = jejak("search", "6709.RAN.*", "--type", "dipa-lines-stated.v1", "--json").json["rows"]
    assert [r["event"] for r in codes] == ["#40/4", "#40/5", "#41/4", "#41/5"]
    assert jejak("search", "HIBAH TAHAP 2", "--json").json["totals"]["count"] >= 1


def test_search_that_finds_nothing_says_so(jejak: Jejak) -> None:
    answer = jejak("search", "tidak akan ada")
    assert answer.code == 0
    assert "tidak akan ada" in answer.out
    assert jejak("search", "**").code == 2


def test_doctor_finds_a_sound_machine(jejak: Jejak) -> None:
    answer = jejak("doctor", "--json")
    assert answer.code == 0
    assert answer.json["totals"]["fail"] == 0
    assert {"durability", "ledger", "schema", "clock"} <= {r["check"] for r in answer.json["rows"]}


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")
def test_doctor_fails_on_a_key_that_others_can_read(jejak: Jejak, folder: Path) -> None:
    key = folder / "rumah" / "keys" / "contoh-banjarbaru.key"
    key.chmod(0o644)
    answer = jejak("doctor", "--json")
    assert answer.code == 1
    assert [r["check"] for r in answer.json["rows"] if r["state"] == "fail"] == [key.name]


def test_doctor_works_without_a_ledger_and_on_what_is_none(jejak: Jejak, tmp_path: Path) -> None:
    assert jejak("doctor", "-L", "tidak-ada.db").code == 0
    (tmp_path / "bukan.db").write_bytes(b"bukan buku" * 50)
    answer = jejak("doctor", "-L", "bukan.db", "--json")
    assert answer.code == 1
    assert "ledger" in [r["check"] for r in answer.json["rows"] if r["state"] == "fail"]
