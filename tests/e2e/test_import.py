"""Files come in whole or not at all, and the same file again adds nothing."""

from importlib.resources import files
from pathlib import Path

import pytest

from tests.e2e.conftest import Jejak

DATA = files("cli") / "data" / "banjarbaru"
MAPPING = """
[[document]]
document = "dipa-2024-r14"
kind = "DIPA"

[[statement]]
record = "revision"
columns = { revision = "revisi", dated = "tanggal", total = "pagu", reason = "alasan" }
fixed = { satker = "banjarbaru", fiscal_year = 2024, document = "dipa-2024-r14" }
"""


@pytest.fixture
def mapping(folder: Path, tmp_path: Path) -> str:
    path = tmp_path / "m.toml"
    path.write_text(MAPPING)
    return str(path)


def _size(jejak: Jejak) -> int:
    return int(jejak("log", "--json").json["totals"]["count"])


def test_the_same_file_twice_adds_nothing(jejak: Jejak, tmp_path: Path) -> None:
    for name in ("tabel-17-revisi.csv", "tabel-17-revisi.toml"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    before = _size(jejak)
    again = jejak("import", "tabel-17-revisi.csv", "--mapping", "tabel-17-revisi.toml")
    assert again.code == 0
    assert "imported before" in again.out
    (tmp_path / "tabel-17-revisi.toml").write_text(
        (DATA / "tabel-17-revisi.toml").read_text("utf-8") + "# another hash, same content\n"
    )
    third = jejak("import", "tabel-17-revisi.csv", "--mapping", "tabel-17-revisi.toml")
    assert third.code == 0
    assert "0 new, 28 same" in third.out
    assert _size(jejak) == before


def test_five_different_errors_are_all_reported_and_nothing_is_added(
    jejak: Jejak, mapping: str, tmp_path: Path
) -> None:
    (tmp_path / "rusak.csv").write_text(
        "revisi,tanggal,pagu,alasan\n"
        'empat,2024-12-31,"Rp. 95.766,000,-",a\n'
        "15,31 Februari 2024,100,b\n"
        "16,2024-12-31,12e5,c\n"
        '17,2024-12-31,"Rp. 2.532.693.447-",d\n'
        "18,2024-12-31,100\n"
        "19,2024-12-31,100,te\u202ekst\n"
    )
    before = _size(jejak)
    refused = jejak("import", "rusak.csv", "--mapping", mapping)
    assert refused.code == 3
    for code, cell in (
        ("integer-broken", "A2"),
        ("amount-mixed-separators", "C2"),
        ("date-impossible", "B3"),
        ("amount-broken", "C4"),
        ("amount-ambiguous", "C5"),
        ("row-width", "6"),
        ("text-hidden-characters", "D7"),
    ):
        line = next(line for line in refused.err.splitlines() if f"[{code}]" in line)
        assert cell in line
        assert line.startswith("rusak.csv > ")
    assert "Suggestion: 95766000" in refused.err
    assert "\u202e" not in refused.err
    assert _size(jejak) == before


def test_a_dry_run_says_what_is_new_and_records_nothing(
    jejak: Jejak, mapping: str, tmp_path: Path
) -> None:
    (tmp_path / "r.csv").write_text("revisi,tanggal,pagu,alasan\n14,2024-12-31,100,a\n")
    before = _size(jejak)
    tried = jejak("import", "r.csv", "--mapping", mapping, "--dry-run")
    assert tried.code == 0
    assert "2 new" in tried.out
    assert _size(jejak) == before
    assert jejak("import", "r.csv", "--mapping", mapping).code == 0
    assert _size(jejak) == before + 3


def test_the_same_document_may_not_state_otherwise_in_silence(
    jejak: Jejak, mapping: str, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("revisi,tanggal,pagu,alasan\n14,2024-12-31,100,a\n")
    (tmp_path / "b.csv").write_text("revisi,tanggal,pagu,alasan\n14,2024-12-31,200,a\n")
    assert jejak("import", "a.csv", "--mapping", mapping).code == 0
    size = _size(jejak)
    refused = jejak("import", "b.csv", "--mapping", mapping)
    assert refused.code == 3
    assert f"#{size - 1}" in refused.err
    assert _size(jejak) == size
    skipped = jejak("import", "b.csv", "--mapping", mapping, "--conflicts", "skip")
    assert skipped.code == 0
    assert "1 skipped" in skipped.out
    nameless = jejak("import", "b.csv", "--mapping", mapping, "--conflicts", "correct")
    assert nameless.code == 3
    assert "reason-missing" in nameless.err
    done = jejak(
        "import", "b.csv", "--mapping", mapping, "--conflicts", "correct", "--reason", "ralat"
    )
    assert done.code == 0
    assert jejak("pagu", "--revision", "14", "--json").json["totals"]["pagu"] == 200


def test_documents_and_satker_must_be_known(jejak: Jejak, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        MAPPING.split("[[statement]]", 1)[1].join(["[[statement]]", ""])
    )
    (tmp_path / "r.csv").write_text("revisi,tanggal,pagu,alasan\n14,2024-12-31,100,a\n")
    refused = jejak("import", "r.csv", "--mapping", "m.toml", "--set", "satker=lain")
    assert refused.code == 3
    assert "document-unknown" in refused.err
    assert "satker-unknown" in refused.err


def test_a_file_of_no_known_layout_asks_for_a_mapping(jejak: Jejak, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    refused = jejak("import", "x.csv")
    assert refused.code == 3
    assert "layout-unknown" in refused.err


def test_a_known_layout_needs_no_mapping(jejak: Jejak, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(
        "id;jenis;nomor;revisi;tanggal;terbit\npok-7;POK;;7;5 Agustus 2024;\n"
    )
    assert jejak("import", "d.csv").code == 0


def test_the_broken_prints_of_tabel_18_are_kept_beside_their_values(jejak: Jejak) -> None:
    rows = jejak("log", "--type", "dipa-lines-stated.v1", "--json").json["rows"]
    first = next(r for r in rows if r["data"]["revision"] == 0)["data"]
    at = first["code"].index("6709.QGE.003")
    assert first["amount"][at] == 95_766_000
    assert first["raw"][at] == "Rp. 95.766,000,-"
    assert first["raw"][first["code"].index("6639.BDB.001")] == "Rp. -"


def test_the_same_import_again_signs_what_was_not_signed(
    jejak: Jejak, mapping: str, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "baru.csv").write_text("revisi,tanggal,pagu,alasan\n14,2024-12-31,100,a\n")
    key = folder / "rumah" / "keys" / "contoh-banjarbaru.key"
    key.rename(tmp_path / "kunci")
    assert "no key" in jejak("import", "baru.csv", "--mapping", mapping).err
    (tmp_path / "kunci").rename(key)
    again = jejak("import", "baru.csv", "--mapping", mapping)
    assert "imported before" in again.out
    assert "Signed: 1055 entries" in again.err
    assert jejak("import", "baru.csv", "--mapping", mapping).err == ""


TABLES = sorted(item.name for item in DATA.iterdir() if item.name.endswith(".csv"))


@pytest.mark.parametrize("name", TABLES)
def test_each_table_of_the_report_is_recognised_by_itself(jejak: Jejak, name: str) -> None:
    again = jejak("import", str(DATA / name), "--dry-run")
    assert again.code == 0, again.err
    assert "imported before" in again.out


def test_a_table_of_the_report_is_no_layout_for_another_satker(
    jejak: Jejak, tmp_path: Path
) -> None:
    other = tmp_path / "lain.db"
    init = ("init", "--satker", "lain", "--name", "Lain", "--actor", "uji")
    assert jejak("-L", str(other), *init).code == 0
    refused = jejak("-L", str(other), "import", str(DATA / "tabel-17-revisi.csv"))
    assert refused.code == 3
    assert "[layout-unknown]" in refused.err


def test_a_mapping_of_another_satker_than_the_one_asked_for_is_refused(
    jejak: Jejak, mapping: str, tmp_path: Path
) -> None:
    path = tmp_path / "revisi.csv"
    path.write_text("revisi,tanggal,pagu,alasan\n14,2024-12-31,5,a\n")
    refused = jejak("import", str(path), "--mapping", mapping, "--satker", "lain")
    assert refused.code == 3
    assert "[satker-differs]" in refused.err
