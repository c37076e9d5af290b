"""One row by hand goes the way of a row of a file."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Jejak

PAYMENT = (
    "record", "realisation", "dimension=ro", "code=6709.QGE.001", "amount=1.000.000",
    "extent=payment", "basis=sp2d", "paper_kind=SP2D", "paper_number=240451", "paper_line=1",
    "date=2024-03-01", "document=lkj-2024",
)  # fmt: skip


def test_one_payment_does_not_lower_the_year_total_of_its_ro(jejak: Jejak, size: int) -> None:
    done = jejak(*PAYMENT)
    assert done.code == 0
    assert f"#{size}" in done.out
    answer = jejak("serapan", "6709.QGE.001", "--level", "ro", "--json").json
    (row,) = answer["rows"]
    assert (row["realisasi"], row["of_which"]) == (871_255_162, 1_000_000)
    assert answer["totals"]["realisasi"] == 40_017_630_058


def test_satker_year_and_origin_are_filled_in(jejak: Jejak) -> None:
    jejak(*PAYMENT)
    row = jejak("log", "--last", "1", "--json").json["rows"][0]
    assert row["stream"] == "realisasi/banjarbaru/2024"
    assert row["import"] is None
    assert row["data"]["period_start"] == row["data"]["period_end"] == "2024-03-01"
    assert row["data"]["raw"] == "1.000.000"


def test_the_same_row_again_adds_nothing_and_another_value_is_refused(
    jejak: Jejak, size: int
) -> None:
    jejak(*PAYMENT)
    again = jejak(*PAYMENT)
    assert again.code == 0
    assert "recorded already" in again.out
    other = jejak(*(word.replace("1.000.000", "2.000.000") for word in PAYMENT))
    assert other.code == 3
    assert "statement-differs" in other.err
    assert f"#{size}" in other.err
    assert jejak("log", "--json").json["totals"]["count"] == size + 1


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (
            ("realisation", "dimension=ro", "cod=1", "amount=1e9", "date=kemarin"),
            ("field-unknown", "amount-broken", "date-broken", "value-missing"),
        ),
        (("realisasi-saja", "a=b"), ("record-unknown",)),
        (("document", "document=A B", "kind=SURAT"), ("key-broken", "choice-unknown")),
        (("commitment", "contract=K1", "dimension=ro", "code=x", "document=tidak-ada"),
         ("document-unknown",)),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_field_and_nothing_is_recorded(
    jejak: Jejak, size: int, words: tuple[str, ...], codes: tuple[str, ...]
) -> None:
    refused = jejak("record", *words)
    assert refused.code == 3
    for code in codes:
        assert f"[{code}]" in refused.err
    assert jejak("log", "--json").json["totals"]["count"] == size


def test_a_dry_run_records_nothing(jejak: Jejak, size: int) -> None:
    assert jejak(*PAYMENT, "--dry-run").code == 0
    assert jejak("log", "--json").json["totals"]["count"] == size


def test_without_a_record_or_with_a_malformed_field_the_usage_is_told(jejak: Jejak) -> None:
    assert jejak("record").code == 2
    assert jejak("record", "document", "nonsense").code == 2


def test_the_list_names_records_and_fields(jejak: Jejak) -> None:
    rows = jejak("record", "--list", "--json").json["rows"]
    assert {"record": "target", "field": "indicator", "kind": "code", "required": True,
            "choices": []} in rows  # fmt: skip


def test_a_hostile_name_is_refused_or_shown_escaped(jejak: Jejak) -> None:
    hidden = jejak("record", "satker", "satker=lain", "name=A\u202eB")
    assert hidden.code == 3
    assert "text-hidden-characters" in hidden.err
    assert "\u202e" not in hidden.err
    assert jejak("record", "satker", "satker=lain", "name=[red]Kantor[/x] =1+1").code == 0
    assert "[red]Kantor[/x]" in jejak("log", "--last", "1").out


PERIOD_TOTAL = (
    "record", "realisation", "dimension=ro", "code=1234.ABC.001", "amount=9.000.000",
    "extent=period-total", "basis=report", "period_start=2024-01-01", "period_end=2024-12-31",
    "--document", "lhr-2024",
)  # fmt: skip


def test_rows_by_hand_alone_answer_serapan_and_a_payment_stays_of_which(
    jejak: Jejak, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JEJAK_LEDGER", str(folder / "baru.db"))
    monkeypatch.setenv("JEJAK_HOME", str(folder / "rumah-baru"))
    assert jejak("init", "--satker", "uji", "--name", "Uji", "--actor", "a").code == 0
    ro = ("dimension=ro", "code=1234.ABC.001", "document=dipa-r0")
    for words in (
        ("document", "document=dipa-r0", "kind=DIPA", "dated=2024-01-02"),
        ("document", "document=lhr-2024", "kind=LAIN", "dated=2025-01-02"),
        ("revision", "revision=0", "dated=2024-01-02", "total=10.000.000", "document=dipa-r0",
         "--ta", "2024"),
        ("line", "revision=0", "coverage=full", "amount=10.000.000", *ro),
        PERIOD_TOTAL[1:],
        ("realisation", *ro, "amount=1.000.000", "extent=payment", "basis=sp2d",
         "paper_kind=SP2D", "paper_number=1", "paper_line=1", "date=2024-03-01"),
        ("commitment", "contract=K1", "dated=2024-02-01", "amount=2.000.000", *ro),
    ):  # fmt: skip
        done = jejak("record", *words)
        assert done.code == 0, done.err
    (row,) = jejak("serapan", "--level", "ro", "--json").json["rows"]
    assert (row["pagu"], row["realisasi"], row["of_which"]) == (10_000_000, 9_000_000, 1_000_000)
    assert row["contracted"] == 2_000_000


def test_no_import_is_noted_for_a_row_by_hand(jejak: Jejak) -> None:
    before = jejak("status", "--json").json["totals"]["imports"]
    jejak(*PAYMENT)
    assert jejak("status", "--json").json["totals"]["imports"] == before
    assert jejak("log", "--last", "1", "--json").json["rows"][0]["place"] == {
        "sheet": None, "page": None, "row": None, "cell": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "amount", "told"),
    [
        (("--conflicts", "skip"), 1_000_000, "nothing added"),
        (("--conflicts", "correct", "--reason", "salah ketik"), 2_000_000, "Recorded"),
    ],
)
def test_a_row_that_differs_is_skipped_or_corrected_when_asked(
    jejak: Jejak, policy: tuple[str, ...], amount: int, told: str
) -> None:
    jejak(*PAYMENT)
    other = [word.replace("1.000.000", "2.000.000") for word in PAYMENT]
    done = jejak(*other, *policy)
    assert done.code == 0
    assert told in done.out
    (row,) = jejak("serapan", "6709.QGE.001", "--level", "ro", "--json").json["rows"]
    assert row["of_which"] == amount


def test_a_correction_wants_a_reason(jejak: Jejak) -> None:
    jejak(*PAYMENT)
    other = [word.replace("1.000.000", "2.000.000") for word in PAYMENT]
    refused = jejak(*other, "--conflicts", "correct")
    assert refused.code == 3
    assert "reason-missing" in refused.err


@pytest.mark.parametrize(
    "words",
    [
        ("code=6709.QGE.001", "code=6709.QGE.002"),
        ("document=lkj-2024", "--document", "lkj-2024"),
        ("date=2024-03-01", "period_end=2024-12-31"),
        ("date=2024-03-01", "period_start=2024-01-01"),
    ],
)
def test_what_is_given_twice_is_never_dropped_in_silence(
    jejak: Jejak, size: int, words: tuple[str, ...]
) -> None:
    assert jejak("record", "realisation", *words).code == 2
    assert jejak("log", "--json").json["totals"]["count"] == size


def test_a_name_that_the_ledger_does_not_know_is_refused_by_its_field(jejak: Jejak) -> None:
    payment = PAYMENT[:-1]
    unknown = jejak(*payment, "--document", "tidak-ada")
    assert unknown.code == 3
    assert 'record realisation > document "tidak-ada"' in unknown.err
    elsewhere = jejak(*PAYMENT, "--satker", "lain", "--ta", "2024")
    assert elsewhere.code == 3
    assert 'record realisation > satker "lain"' in elsewhere.err


def test_among_several_satker_one_is_to_be_named(jejak: Jejak) -> None:
    assert jejak("record", "satker", "satker=kedua", "name=Dua").code == 0
    asked = jejak(*PAYMENT)
    assert asked.code == 2
    assert "--satker" in asked.err
    assert jejak(*PAYMENT, "--satker", "Banjarbaru").code == 0


def test_the_key_of_a_new_satker_is_not_filled_in(jejak: Jejak) -> None:
    refused = jejak("record", "satker", "name=Baru")
    assert refused.code == 3
    assert "record satker > satker" in refused.err
    assert "value-missing" in refused.err
