"""One row by hand goes the way of a row of a file."""

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
