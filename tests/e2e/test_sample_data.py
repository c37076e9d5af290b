"""Every figure of the reference tables stands in the demo ledger, as printed, and nothing else.

The tables are read from the folder of reference data beside the project and compared value by
value with the recorded entries; without that folder those comparisons are skipped. Texts that the
tables normalise are compared with their print where `cetakan-berbeda.csv` gives it.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from events_store.log import LeafLog
from tests.e2e.conftest import Jejak

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "lkj-banjarbaru-2024"
PACKAGED = files("cli") / "data" / "banjarbaru"
REPORT = "lkj-2024"
TOPICS = {
    "ledger-opened.v1": 1,
    "satker-registered.v1": 1,
    "import-received.v1": 18,
    "document-registered.v1": 7 + 14 + 7,
    "dipa-revised.v1": 14,
    "dipa-lines-stated.v1": 2 + 6 + 2,
    "realisation-recorded.v1": 19 + 4,
    "indicator-defined.v1": 246 + 8,
    "target-set.v1": 246,
    "achievement-recorded.v1": 6 + 17 + 29,
    "action-planned.v1": 31,
    "scale-defined.v1": 1,
    "figure-published.v1": 36 + 22 + 52 + 50 + 75 + 78 + 60,
}
TABLES_OF_INDICATORS = (
    ("tabel-10-iku", "Tabel 10", "iku"),
    ("tabel-11-indikator-program", "Tabel 11", "program"),
    ("tabel-12-indikator-kegiatan", "Tabel 12", "kegiatan"),
)
TABLES = (
    "bab-3-narasi-realisasi",
    "lampiran-1-definisi-iku",
    "lampiran-3-rencana-aksi",
    "perjanjian-kinerja-anggaran",
    "pernyataan",
    *(name for name, *_ in TABLES_OF_INDICATORS),
    "tabel-13-skala-ordinal",
    "tabel-14-15-perbandingan-kinerja",
    "tabel-16-perbandingan-kegiatan",
    "tabel-17-revisi",
    "tabel-18-rincian-ro",
    "tabel-19-20-jenis-belanja",
    "target-menurut-dokumen",
)
DIMENSIONS = {4: "kegiatan", 7: "ro", 12: "ro"}

Data = Mapping[str, Any]
Cells = Sequence[Mapping[str, str]]


@pytest.fixture(scope="module")
def topics(built: Path) -> Mapping[str, Sequence[Data]]:
    """The data of every entry by topic, in the order of the log."""
    found: dict[str, list[Data]] = {}
    with LeafLog(built / "jejak.db") as log:
        for *_, leaf in log.leaves():
            event = json.loads(leaf)
            found.setdefault(event["type"], []).append(event["data"])
    return found


@pytest.fixture(scope="module")
def figures(topics: Mapping[str, Sequence[Data]]) -> Sequence[Data]:
    return topics["figure-published.v1"]


def _table(name: str) -> Cells:
    path = REFERENCE / f"{name}.csv"
    if not path.is_file():
        pytest.skip("the reference tables are not beside the project")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _print(table: str, key: str, column: str, cell: str) -> str:
    """The cell as the report prints it, where that is known to differ."""
    for row in _table("cetakan-berbeda"):
        same_key = row["kunci"] == key or (table == "tabel-15" and key.startswith(row["kunci"]))
        if row["tabel"] == table and same_key and row["kolom"] == column and cell:
            return cell.replace(row["di_csv"], row["tercetak"])
    return cell


def _decimal(cell: str) -> str | None:
    return cell.replace(",", ".") or None


def _known(cell: str) -> str | None:
    return cell or None


def _stated_in(entries: Sequence[Data], sheet: str) -> list[Data]:
    return [entry for entry in entries if entry["place"]["sheet"] == sheet]


def _claims(entries: Sequence[Data], *names: str) -> Counter[tuple[Any, ...]]:
    """How often each combination of the named fields is claimed."""
    return Counter(tuple(entry[name] for name in names) for entry in entries)


def _lines(topics: Mapping[str, Sequence[Data]], **wanted: Any) -> list[dict[str, Any]]:
    """The lines of the statements that have the wanted fields, a dict a line."""
    found = []
    for entry in topics["dipa-lines-stated.v1"]:
        if all(entry[name] == value for name, value in wanted.items()):
            columns = {name: v for name, v in entry.items() if isinstance(v, list)}
            lines = zip(*columns.values(), strict=True)
            found += [dict(zip(columns, line, strict=True)) for line in lines]
    return found


def test_the_demo_holds_so_many_entries_of_each_topic(
    topics: Mapping[str, Sequence[Data]],
) -> None:
    assert {topic: len(entries) for topic, entries in topics.items()} == TOPICS


def test_the_demo_again_adds_nothing_and_the_ledger_is_sound(jejak: Jejak, folder: Path) -> None:
    size = jejak("verify", "--json").json["totals"]["size"]
    assert size == sum(TOPICS.values())
    assert run(["demo", str(folder), "--lang", "en"]) == 0
    totals = jejak("verify", "--json").json["totals"]
    assert totals["size"] == size
    assert totals["ok"] is True


def test_nothing_that_the_report_does_not_print_was_made_up(
    topics: Mapping[str, Sequence[Data]],
) -> None:
    assert "satker-code-stated.v1" not in topics
    assert {entry["number"] for entry in topics["document-registered.v1"]} == {None}
    assert {entry["status_code"] for entry in topics["dipa-revised.v1"]} == {None}
    assert {entry["months"] for entry in topics["action-planned.v1"]} == {None}
    entered = [entries for topic, entries in topics.items() if topic != "figure-published.v1"]
    years = {entry["fiscal_year"] for group in entered for entry in group if "fiscal_year" in entry}
    assert years == {2024}, "2023 is known from claims alone"
    last = {(2024, 13), (2024, 0)}
    stated = topics["dipa-lines-stated.v1"]
    assert {(entry["fiscal_year"], entry["revision"]) for entry in stated} == last


def test_documents_have_the_dates_that_are_printed(
    topics: Mapping[str, Sequence[Data]],
) -> None:
    dated = {entry["document"]: entry["dated"] for entry in topics["document-registered.v1"]}
    printed: dict[str, set[str]] = {}
    for table in (
        "target-menurut-dokumen",
        "lampiran-3-rencana-aksi",
        "perjanjian-kinerja-anggaran",
    ):
        for row in _table(table):
            printed.setdefault(row["id_dokumen"].lower(), set()).add(row["tanggal"])
    printed[REPORT].add("2025-01-16")
    printed["iku-2024"] = {row["tanggal"] for row in _table("lampiran-1-definisi-iku")}
    for row in _table("tabel-17-revisi"):
        printed[f"dipa-2024-r{row['revisi']}"] = {row["tanggal"]}
    assert all(len(days - {""}) <= 1 for days in printed.values())
    assert dated == {name: max(days) or None for name, days in printed.items()}


def test_a_document_has_the_kind_and_the_revision_of_its_id(
    topics: Mapping[str, Sequence[Data]],
) -> None:
    kinds = {"ra": "RENAKSI"}
    for entry in topics["document-registered.v1"]:
        kind, revision = re.fullmatch(r"([a-z]+)-.*?(?:-r([0-9]+))?", entry["document"]).groups()  # type: ignore[union-attr]
        assert entry["kind"] == kinds.get(kind, kind.upper())
        assert entry["revision"] == (int(revision) if revision else None)
        assert entry["published"] == ("2025-01-16" if entry["document"] == REPORT else None)


@pytest.mark.parametrize("name", TABLES)
def test_the_packaged_tables_are_those_of_the_reference_or_their_print(name: str) -> None:
    printed = {row["tercetak"] for row in _table("cetakan-berbeda")}
    printed |= {row["indikator"] for row in _table("target-menurut-dokumen")}
    packaged = list(csv.DictReader((PACKAGED / f"{name}.csv").read_text("utf-8").splitlines()))
    for row, own in zip(_table(name), packaged, strict=name != "tabel-19-20-jenis-belanja"):
        for column, cell in row.items():
            reason = cell.replace("1 RO PN", "1RO PN") if column == "keterangan" else cell
            assert own[column] in {cell, reason} or own[column] in printed


def test_the_states_of_tabel_17_stand_as_printed(topics: Mapping[str, Sequence[Data]]) -> None:
    found = [
        (entry["revision"], entry["dated"], (entry["raw"] or {}).get("dated"), entry["total"],
         entry["reason"], entry["place"]["sheet"], entry["read_from"])
        for entry in topics["dipa-revised.v1"]
    ]  # fmt: skip
    wanted = []
    for row in _table("tabel-17-revisi"):
        key = f"revisi {row['revisi']}"
        day = _print("tabel-17", key, "tanggal", row["tanggal"])
        reason = _print("tabel-17", key, "keterangan", row["keterangan"])
        raw = day if day != row["tanggal"] else None
        wanted.append(
            (int(row["revisi"]), row["tanggal"], raw, int(row["pagu"]), _known(reason), "Tabel 17",
             REPORT)
        )  # fmt: skip
    assert found == wanted


@pytest.mark.parametrize(("revision", "column"), [(0, "pagu_awal"), (13, "pagu_akhir")])
def test_the_pagu_of_tabel_18_stands_by_ro(
    topics: Mapping[str, Sequence[Data]], revision: int, column: str
) -> None:
    found = [
        (line["program"], line["kegiatan"], line["kro"], line["code"], line["name"],
         line["amount"], line["raw"])
        for line in _lines(topics, revision=revision, dimension="ro", coverage="partial")
    ]  # fmt: skip
    assert found == [
        (row["program"], row["kegiatan"], row["kro"], row["ro"], row["uraian"], int(row[column]),
         _raw("tabel-18", row["ro"], column, row[column]))
        for row in _table("tabel-18-rincian-ro")
    ]  # fmt: skip


def _raw(table: str, key: str, column: str, cell: str) -> str | None:
    printed = _print(table, key, column, cell)
    return printed if printed != cell else None


def test_the_realisation_of_tabel_18_and_19_stands_as_totals_of_the_year(
    topics: Mapping[str, Sequence[Data]],
) -> None:
    wanted: list[tuple[Any, ...]] = [
        ("Tabel 18", "ro", row["ro"], row["uraian"], row["program"], int(row["realisasi"]),
         _raw("tabel-18", row["ro"], "realisasi", row["realisasi"]))
        for row in _table("tabel-18-rincian-ro")
    ]  # fmt: skip
    wanted += [
        ("Tabel 19", "jenis-belanja" if row["kode"] else "total", _known(row["kode"]),
         row["uraian"], None, int(row["realisasi"]),
         _raw("tabel-19", row["kode"], "realisasi", row["realisasi"]))
        for row in _table("tabel-19-20-jenis-belanja")
        if row["tahun"] == "2024"
    ]  # fmt: skip
    entries = topics["realisation-recorded.v1"]
    assert [
        (entry["place"]["sheet"], entry["dimension"], entry["code"], entry["name"],
         entry["program"], entry["amount"], entry["raw"])
        for entry in entries
    ] == wanted  # fmt: skip
    shared = ("document", "extent", "basis", "period_start", "period_end")
    assert {tuple(entry[name] for name in shared) for entry in entries} == {
        (REPORT, "period-total", "report", "2024-01-01", "2024-12-31")
    }


def test_the_percentages_of_tabel_18_are_claims(figures: Sequence[Data]) -> None:
    wanted = Counter(
        (2024, "ro", row["ro"], row["uraian"], measure, "per-cent",
         _print("tabel-18", row["ro"], column, row[column]), _percent(row[column]))
        for row in _table("tabel-18-rincian-ro")
        for column, measure in (
            ("persen_keuangan", "persen-keuangan"),
            ("persen_kinerja", "persen-kinerja"),
        )
        if row[column]
    )  # fmt: skip
    assert _claims(_stated_in(figures, "Tabel 18"), *_BY_CODE, "value") == wanted


_BY_CODE = ("fiscal_year", "dimension", "code", "text", "measure", "value_type", "printed")


def _percent(cell: str) -> str | None:
    """The number of a per cent, in canonical text; None for a dash."""
    digits = cell.replace(",", ".").rstrip(" %")
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", digits):
        return None
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def test_the_budget_by_jenis_belanja_is_that_of_the_last_revision(
    topics: Mapping[str, Sequence[Data]],
) -> None:
    rows = [row for row in _table("tabel-19-20-jenis-belanja") if row["tahun"] == "2024"]
    (statement,) = [e for e in topics["dipa-lines-stated.v1"] if e["dimension"] == "jenis-belanja"]
    assert (statement["revision"], statement["document"], statement["read_from"]) == (
        13, "dipa-2024-r13", REPORT
    )  # fmt: skip
    assert (statement["coverage"], statement["place"]["sheet"]) == ("full", "Tabel 19")
    assert statement["stated_total"] == int(rows[-1]["anggaran"]) == sum(statement["amount"])
    lines = zip(statement["code"], statement["name"], statement["amount"], strict=True)
    assert list(lines) == [(r["kode"], r["uraian"], int(r["anggaran"])) for r in rows if r["kode"]]


def test_tabel_19_and_20_are_claims_of_both_years(figures: Sequence[Data]) -> None:
    wanted: Counter[tuple[Any, ...]] = Counter()
    for row in _table("tabel-19-20-jenis-belanja"):
        sheet = "Tabel 19" if row["tahun"] == "2024" else "Tabel 20"
        dimension = "jenis-belanja" if row["kode"] else "total"
        for measure in ("anggaran", "realisasi", "persen"):
            cell = row[measure]
            printed = _print(sheet.lower().replace(" ", "-"), row["kode"], measure, cell)
            amount = int(cell) if measure != "persen" and cell else None
            value = _percent(cell) if measure == "persen" else None
            if cell:
                key = (int(row["tahun"]), dimension, _known(row["kode"]), row["uraian"], measure)
                wanted[(*key, printed, amount, value, sheet)] += 1
    for row in _table("cetakan-berbeda"):
        if row["tabel"] in ("tabel-20", "ikhtisar"):
            key = (2024, "jenis-belanja", row["kunci"], "Belanja Pegawai", "realisasi")
            sheet = row["tabel"].replace("-", " ").capitalize()
            wanted[(*key, row["tercetak"], None, None, sheet)] += 1
    found = Counter(
        (*(entry[n] for n in (*_BY_CODE[:5], "printed", "amount", "value")), sheet)
        for sheet in ("Tabel 19", "Tabel 20", "Ikhtisar")
        for entry in _stated_in(figures, sheet)
    )
    assert found == wanted


def test_the_narrative_of_bab_3_is_claimed(figures: Sequence[Data]) -> None:
    wanted: Counter[tuple[Any, ...]] = Counter()
    for row in _table("bab-3-narasi-realisasi"):
        for measure in ("pagu", "realisasi", "persen", "sisa"):
            cell = row[measure]
            if cell:
                key = row["kode"] if row["kode"] != "RAN.001" else "6709.RAN.001"
                printed = _print("bab-3-narasi", f"{key} ({row['tahun']})", measure, cell)
                is_percent = measure == "persen"
                wanted[
                    int(row["tahun"]), DIMENSIONS[len(row["kode"])], row["kode"], row["uraian"],
                    measure, "per-cent" if is_percent else "amount", printed,
                    None if is_percent else int(cell), _percent(cell) if is_percent else None,
                ] += 1  # fmt: skip
    assert _claims(_stated_in(figures, "Bab III A"), *_BY_CODE, "amount", "value") == wanted


def test_every_single_statement_is_one_claim(figures: Sequence[Data]) -> None:
    rows = _table("pernyataan")
    found = [entry for entry in figures if entry["measure"] == "nilai"]
    assert [(e["place"]["sheet"], e["subject"], e["printed"]) for e in found] == [
        (row["bagian"], row["pernyataan"], row["nilai"]) for row in rows
    ]
    for entry in found:
        assert entry["fiscal_year"] == _year(entry["subject"])
        if entry["value_type"] == "amount":
            assert entry["amount"] == int(entry["printed"]), entry
        elif entry["value_type"] in ("per-cent", "number", "count"):
            assert entry["value"] == _percent(entry["printed"]) is not None, entry
        else:
            assert entry["value"] == entry["printed"], entry


def _year(statement: str) -> int:
    """A statement that names 2023 and not 2024 is about 2023."""
    return 2023 if "2023" in statement and "2024" not in statement else 2024


@pytest.mark.parametrize(
    ("words", "value_type"),
    [
        ("terbilang pagu awal 2024", "words"),
        ("tanggal pemungutan suara", "date"),
        ("pagu akhir 2024 dari APBN", "amount"),
        ("rata-rata capaian IKU 2023 menurut kalimat di bawah tabel", "per-cent"),
        ("kategori rata-rata capaian IKU", "text"),
        ("jumlah komisioner", "count"),
        ("tahun pada lampiran PK Sekretaris", "number"),
    ],
)
def test_a_statement_says_of_what_type_its_value_is(
    figures: Sequence[Data], words: str, value_type: str
) -> None:
    assert {entry["value_type"] for entry in figures if entry["subject"] == words} == {value_type}


def test_the_last_pagu_stands_by_source_of_funds(topics: Mapping[str, Sequence[Data]]) -> None:
    lines = _lines(topics, revision=13, dimension="sumber-dana", coverage="full")
    stated = {row["pernyataan"]: row["nilai"] for row in _table("pernyataan")}
    assert [(line["code"], line["name"], line["amount"]) for line in lines] == [
        (name, name, int(stated[f"pagu akhir 2024 dari {name}"])) for name in ("APBN", "hibah APBD")
    ]


def test_the_agreements_state_their_budgets(topics: Mapping[str, Sequence[Data]]) -> None:
    found: list[tuple[Any, ...]] = []
    for entry in topics["dipa-lines-stated.v1"]:
        if entry["place"]["sheet"] == "Lampiran 4":
            lines = zip(entry["code"], entry["name"], entry["amount"], strict=True)
            found += [(entry["document"], entry["dimension"], *line) for line in lines]
    assert found == [
        (row["id_dokumen"].lower(), row["tingkat"], _known(row["kode_tercetak"]), row["uraian"],
         int(row["anggaran"]))
        for row in _table("perjanjian-kinerja-anggaran")
    ]  # fmt: skip


def test_all_printed_targets_stand_with_their_document_and_place(
    topics: Mapping[str, Sequence[Data]],
) -> None:
    entries = topics["target-set.v1"]
    found = Counter(
        (entry["document"], entry["place"]["sheet"], entry["indicator"], entry["printed"],
         entry["value"], entry["unit"])
        for entry in entries
    )  # fmt: skip
    rows = _table("target-menurut-dokumen")
    assert len(rows) == 246
    assert found == Counter(
        (row["id_dokumen"].lower(), row["letak"], row["id"], _known(row["tercetak"]),
         _decimal(row["target"]), _known(row["satuan"]))
        for row in rows
    )  # fmt: skip
    for entry in entries:
        assert entry["read_from"] == (None if entry["document"] == REPORT else REPORT)
        assert entry["place"]["page"] is None


def test_the_targets_of_the_measuring_tables_are_the_same(
    topics: Mapping[str, Sequence[Data]],
) -> None:
    for name, sheet, _ in TABLES_OF_INDICATORS:
        stated = [e for e in topics["target-set.v1"] if e["document"] == REPORT]
        found = {e["indicator"]: (e["value"], e["unit"]) for e in _stated_in(stated, sheet)}
        assert found == {r["id"]: (_decimal(r["target"]), r["satuan"]) for r in _table(name)}


def test_an_indicator_is_defined_at_every_place_that_prints_it(
    topics: Mapping[str, Sequence[Data]],
) -> None:
    entries = [e for e in topics["indicator-defined.v1"] if e["document"] != "iku-2024"]
    found = Counter(
        (entry["document"], entry["place"]["sheet"], entry["indicator"], entry["level"],
         entry["text"], entry["unit"])
        for entry in entries
    )  # fmt: skip
    rows = _table("target-menurut-dokumen")
    assert found == Counter(
        (row["id_dokumen"].lower(), row["letak"], row["id"], row["tingkat"].lower(),
         row["indikator"], _known(row["satuan"]))
        for row in rows
    )  # fmt: skip
    assert len({entry["indicator"] for entry in entries}) == 57
    lower = {entry["indicator"] for entry in entries if entry["direction"] == "lower"}
    assert lower == {"IKU-1"}
    assert {entry["direction"] for entry in entries} == {"lower", "higher"}


@pytest.mark.parametrize(("name", "sheet", "level"), TABLES_OF_INDICATORS)
def test_the_measuring_tables_define_their_indicators(
    topics: Mapping[str, Sequence[Data]], name: str, sheet: str, level: str
) -> None:
    found = [
        (e["indicator"], e["level"], e["sasaran"], e["program"], e["kegiatan"], e["unit"])
        for e in _stated_in(topics["indicator-defined.v1"], sheet)
    ]
    assert found == [
        (r["id"], level, r["sasaran"], r.get("program"), r.get("kegiatan"), r["satuan"])
        for r in _table(name)
    ]


@pytest.mark.parametrize(("name", "sheet", "level"), TABLES_OF_INDICATORS)
def test_results_are_entries_and_printed_achievements_are_claims(
    topics: Mapping[str, Sequence[Data]],
    figures: Sequence[Data],
    name: str,
    sheet: str,
    level: str,
) -> None:
    rows = _table(name)
    results = _stated_in(topics["achievement-recorded.v1"], sheet)
    assert [(e["indicator"], e["printed"], e["value"], e["unit"]) for e in results] == [
        (row["id"], row["realisasi"], _decimal(row["realisasi"]), row["satuan"]) for row in rows
    ]
    assert {(e["period_start"], e["period_end"]) for e in results} == {("2024-01-01", "2024-12-31")}
    claims = _stated_in(figures, sheet)
    assert [(e["indicator"], e["measure"], e["printed"], e["value"]) for e in claims] == [
        (row["id"], "capaian", row["capaian"], _percent(row["capaian"])) for row in rows
    ]
    texts = {e["indicator"]: e["text"] for e in _stated_in(topics["indicator-defined.v1"], sheet)}
    assert {e["indicator"]: e["text"] for e in claims} == texts


def test_tabel_14_and_15_compare_two_years_by_text(figures: Sequence[Data]) -> None:
    wanted: Counter[tuple[Any, ...]] = Counter()
    for row in _table("tabel-14-15-perbandingan-kinerja"):
        for year in (2023, 2024):
            column = f"capaian_{year}"
            printed = _print(row["tabel"], row["indikator"], column, row[column])
            sheet = row["tabel"].replace("-", " ").capitalize()
            value = _percent(printed)
            wanted[sheet, year, row["indikator"], None, "capaian", printed, value] += 1
    assert _compared(figures, "Tabel 14", "Tabel 15") == wanted
    by_print = {printed: value for *_, printed, value in wanted}
    assert by_print["959,"] is by_print["."] is by_print["-"] is None


def _compared(figures: Sequence[Data], *sheets: str) -> Counter[tuple[Any, ...]]:
    names = ("fiscal_year", "text", "indicator", "measure", "printed", "value")
    return Counter(
        (sheet, *(entry[name] for name in names))
        for sheet in sheets
        for entry in _stated_in(figures, sheet)
    )


def test_tabel_16_compares_two_years_under_each_sasaran(figures: Sequence[Data]) -> None:
    wanted: Counter[tuple[Any, ...]] = Counter()
    for row in _table("tabel-16-perbandingan-kegiatan"):
        for year in (2023, 2024):
            cell = row[f"capaian_{year}"]
            if cell:
                wanted[
                    year, _known(row["kegiatan"]), row["sasaran"], row["indikator"],
                    _known(row["id"]), cell, _percent(cell),
                ] += 1  # fmt: skip
    names = ("fiscal_year", "code", "subject", "text", "indicator", "printed", "value")
    assert _claims(_stated_in(figures, "Tabel 16"), *names) == wanted
    assert max(wanted.values()) == 1


def test_the_scale_leaves_its_gaps_open(topics: Mapping[str, Sequence[Data]]) -> None:
    (scale,) = topics["scale-defined.v1"]
    assert (scale["scale"], scale["boundary"]) == ("skala-lkj-2024", "unstated")
    rows = _table("tabel-13-skala-ordinal")
    for column, name in (("nilai", "printed"), ("kategori", "category"), ("keterangan", "meaning")):
        assert scale[name] == [row[column] for row in rows]
    bounds = zip(scale["lower"], scale["upper"], scale["lower_open"], strict=True)
    assert list(bounds) == [_bounds(row["nilai"]) for row in rows]


def _bounds(band: str) -> tuple[str, str | None, bool]:
    if band.startswith("> "):
        return band.removeprefix("> "), None, True
    lower, upper = band.split(" - ")
    return lower, upper, False


def test_the_decree_defines_eight_indicators(topics: Mapping[str, Sequence[Data]]) -> None:
    found = [
        (e["indicator"], e["level"], e["program"], e["text"], e["method"], e["data_source"],
         e["read_from"], e["place"]["sheet"])
        for e in topics["indicator-defined.v1"]
        if e["document"] == "iku-2024"
    ]  # fmt: skip
    assert found == [
        (f"DEF-{row['program'][-2:]}-{row['no']}", "iku", row["program"], row["uraian"],
         row["cara_penghitungan"], row["sumber_data"], REPORT, "Lampiran 1")
        for row in _table("lampiran-1-definisi-iku")
    ]  # fmt: skip


def test_every_row_of_the_action_plans_is_planned(topics: Mapping[str, Sequence[Data]]) -> None:
    columns = {
        "kegiatan_induk": "kegiatan",
        "id": "indicator",
        "indikator": "text",
        "tercetak": "printed",
        "rencana_kegiatan": "plan",
        "kode": "code",
        "pelaksana": "unit_in_charge",
        "bulan": "months",
    }
    entries = topics["action-planned.v1"]
    assert [(e["document"], *(e[name] for name in columns.values())) for e in entries] == [
        (row["id_dokumen"].lower(), *(_known(row[column]) for column in columns))
        for row in _table("lampiran-3-rencana-aksi")
    ]


def test_every_print_that_differs_is_kept_somewhere(topics: Mapping[str, Sequence[Data]]) -> None:
    kept = "\n".join(_texts([topics[topic] for topic in sorted(topics)]))
    differing = [row["tercetak"] for row in _table("cetakan-berbeda")]
    assert len(differing) == 34
    missing = [text for text in differing if text not in kept]
    assert missing == ["(tidak tercetak)"] * 2, "a cell without a print has no entry"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
