"""A Fiscal Data Package of another country becomes a ledger that gives its own totals again."""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from tests.e2e.conftest import Answered, Jejak
from tests.files import fiscal_package
from tests.files.facts import Spoiled
from tests.files.model import budget

MODEL = budget()
TWINS = [
    (form, twin) for form in fiscal_package.FORMS for twin in fiscal_package.spoiled(MODEL, form)
]
KEPT = "look_alike"
"""A twin that is read: letters that look alike are noted, not refused."""


@pytest.fixture
def euro(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Jejak:
    """Run `jejak WORDS...` on a new ledger in euro with two decimals."""
    monkeypatch.setenv("JEJAK_LEDGER", str(tmp_path / "euro.db"))
    monkeypatch.setenv("JEJAK_HOME", str(tmp_path / "rumah"))
    monkeypatch.delenv("JEJAK_LANG", raising=False)
    monkeypatch.chdir(tmp_path)

    def call(*words: str, lang: str = "en") -> Answered:
        capfd.readouterr()
        code = run([*words, "--lang", lang])
        return Answered(code, *capfd.readouterr())

    words = ("--currency", "EUR", "--scale", "2", "--actor", "Uji")
    assert call("init", "--satker", "kota", "--name", "Kota", *words).code == 0
    return call


def _size(jejak: Jejak) -> int:
    return int(jejak("log", "--json").json["totals"]["count"])


def _events(jejak: Jejak, topic: str) -> list[dict[str, Any]]:
    rows = jejak("log", "--json").json["rows"]
    found = [row["event"] for row in rows if row["type"] == topic]
    return [jejak("show", event, "--json").json["rows"][0]["data"] for event in found]


def _phases(jejak: Jejak, *words: str) -> dict[str, int]:
    """What a ledger answers, by the name of the phase."""
    return {
        "approved": jejak("pagu", "--revision", "0", "--json", *words).json["totals"]["pagu"],
        "adjusted": jejak("pagu", "--json", *words).json["totals"]["pagu"],
        "executed": jejak("serapan", "--json", *words).json["totals"]["realisasi"],
    }


@pytest.mark.parametrize("form", fiscal_package.FORMS)
def test_its_totals_and_codes_come_back(euro: Jejak, tmp_path: Path, form: str) -> None:
    path = fiscal_package.write(MODEL, tmp_path / "paket", form)
    facts = fiscal_package.facts(MODEL, form)
    taken = euro("import", str(path), "--satker", "kota")
    assert taken.code == 0, taken.err
    assert _phases(euro) == facts.totals
    codes = [code for code, _ in fiscal_package.LINES]
    lines = _events(euro, "dipa-lines-stated.v1")
    assert [line["code"] for line in lines] == [codes, codes]
    assert lines[0]["name"] == [name for _, name in fiscal_package.LINES]
    spent = _events(euro, "realisation-recorded.v1")
    assert {(event["code"], event["amount"]) for event in spent} == {
        (leaf.code["code"], int(leaf.values["amount"].value * 100))  # type: ignore[operator]
        for leaf in facts.leaves
        if leaf.code["phase"] == "executed"
    }
    assert _events(euro, "satker-code-stated.v1")[0]["code"] == "1"


def test_the_zip_of_a_folder_is_the_same_import(euro: Jejak, tmp_path: Path) -> None:
    path = fiscal_package.write(MODEL, tmp_path / "paket")
    (tmp_path / "paket.zip").write_bytes(fiscal_package.make(MODEL))
    assert euro("import", str(path), "--satker", "kota").code == 0
    before = _size(euro)
    again = euro("import", "paket.zip", "--satker", "kota")
    assert (again.code, "imported before" in again.out, _size(euro)) == (0, True, before)


def test_the_mapping_and_the_digest_of_all_bytes_are_recorded(euro: Jejak, tmp_path: Path) -> None:
    path = fiscal_package.write(MODEL, tmp_path / "paket")
    assert euro("import", str(path), "--new-satker").code == 0
    (received,) = _events(euro, "import-received.v1")
    parts = (path, path.parent / "data" / "budget.csv")
    digests = b"".join(hashlib.sha256(part.read_bytes()).digest() for part in parts)
    assert received["sha256"] == hashlib.sha256(digests).hexdigest()
    drafted = euro("import", str(path), "--guess-map").out
    assert received["mapping"].strip() in drafted


@pytest.mark.parametrize(("form", "twin"), TWINS, ids=lambda it: getattr(it, "name", it))
def test_a_spoiled_twin_is_refused_in_its_cell(
    euro: Jejak, tmp_path: Path, form: str, twin: Spoiled
) -> None:
    (tmp_path / "paket.zip").write_bytes(twin.data)
    before = _size(euro)
    taken = euro("import", "paket.zip", "--satker", "kota")
    if twin.name == KEPT:
        assert taken.code == 0
        return
    assert (taken.code, "Traceback" in taken.err) == (3, False)
    assert all(f"paket.zip > budget!{cell} " in taken.err for cell in twin.cells), taken.err
    assert _size(euro) == before


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "the file is in another currency; this ledger is in EUR"), ("id", "EUR")],
)
def test_another_currency_is_refused_in_both_languages(
    euro: Jejak, tmp_path: Path, lang: str, words: str
) -> None:
    path = fiscal_package.write(MODEL, tmp_path / "paket")
    path.write_text(path.read_text("utf-8").replace("EUR", "RUB"), "utf-8")
    taken = euro("import", str(path), "--satker", "kota", lang=lang)
    assert taken.code == 3
    assert '"RUB"' in taken.err
    assert words in taken.err
    assert "[currency-differs]" in taken.err


def test_a_package_that_changed_after_its_descriptor_was_written_is_refused(
    euro: Jejak, tmp_path: Path
) -> None:
    path = fiscal_package.write(MODEL, tmp_path / "paket")
    data = path.parent / "data" / "budget.csv"
    said = json.loads(path.read_text("utf-8"))
    said["resources"][0]["hash"] = f"sha256:{hashlib.sha256(data.read_bytes()).hexdigest()}"
    path.write_text(json.dumps(said), "utf-8")
    data.write_text(data.read_text("utf-8").replace("2025,1,001", "2025,1,002", 1), "utf-8")
    taken = euro("import", str(path), "--satker", "kota")
    assert (taken.code, "[package-file-differs]" in taken.err) == (3, True)


def test_an_administrative_code_of_another_script_becomes_a_satker(
    euro: Jejak, tmp_path: Path
) -> None:
    path = fiscal_package.write(MODEL, tmp_path / "paket", "wide")
    data = path.parent / "data" / "budget.csv"
    data.write_text(data.read_text("utf-8").replace("2025,1,", "2025,Город-1,"), "utf-8")
    refused = euro("import", str(path))
    assert (refused.code, "--new-satker" in refused.err) == (3, True)
    assert euro("import", str(path), "--new-satker").code == 0
    (stated,) = _events(euro, "satker-code-stated.v1")
    assert stated["code"] == "Город-1"
    total = euro("pagu", "--satker", stated["satker"], "--json").json["totals"]["pagu"]
    assert total == fiscal_package.facts(MODEL, "wide").totals["adjusted"]


def test_rows_of_another_phase_are_counted_as_passed_over(euro: Jejak, tmp_path: Path) -> None:
    path = fiscal_package.write(MODEL, tmp_path / "paket")
    data = path.parent / "data" / "budget.csv"
    data.write_text(data.read_text("utf-8").replace(",approved,", ",proposed,"), "utf-8")
    taken = euro("import", str(path), "--satker", "kota")
    assert taken.code == 0
    assert f"{len(fiscal_package.LINES)} rows are of none of the kinds" in taken.err


def test_one_of_several_tables_is_read_by_a_mapping(euro: Jejak, tmp_path: Path) -> None:
    path = fiscal_package.write(MODEL, tmp_path / "paket", "wide")
    said = json.loads(path.read_text("utf-8"))
    (first,) = said["resources"]
    said["resources"] = [{**first, "name": "other"}, first]
    path.write_text(json.dumps(said), "utf-8")
    refused = euro("import", str(path), "--satker", "kota")
    assert (refused.code, "[package-several]" in refused.err) == (3, True)
    drafted = euro(
        "import", str(fiscal_package.write(MODEL, tmp_path / "b", "wide")), "--guess-map"
    )
    (tmp_path / "m.toml").write_text(drafted.out, "utf-8")
    taken = euro("import", str(path), "--mapping", "m.toml", "--satker", "kota")
    assert taken.code == 0, taken.err
    assert {e["place"]["sheet"] for e in _events(euro, "realisation-recorded.v1")} == {"budget"}


@pytest.mark.parametrize("way", [(), ("--excel-id",)])
def test_what_is_exported_is_read_again(jejak: Jejak, tmp_path: Path, way: tuple[str, ...]) -> None:
    given = jejak("export", "fiskal", "pagu", "-f", "csv", "-f", "parquet", *way, "-o", "keluar")
    assert given.code == 0, given.err
    path = tmp_path / "keluar" / "datapackage.json"
    names = {resource["name"] for resource in json.loads(path.read_text("utf-8"))["resources"]}
    assert {"fiskal-csv", "fiskal-parquet"} <= names
    other = ("-L", str(tmp_path / "lain.db"))
    made = jejak("init", "--satker", "banjarbaru", "--name", "KPU", "--actor", "Uji", *other)
    assert made.code == 0, made.err
    taken = jejak("import", str(path), *other)
    assert taken.code == 0, taken.err
    text = (tmp_path / "keluar" / "fiskal.csv").read_text("utf-8")
    table = list(csv.DictReader(io.StringIO(text), delimiter=";" if way else ","))
    sums = {name: sum(int(row[name] or 0) for row in table) for name in fiscal_package.PHASES}
    assert _phases(jejak, *other) == sums
    assert sums["executed"] == jejak("serapan", "--json").json["totals"]["realisasi"]
