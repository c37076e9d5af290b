"""The value grammar against prints of a real report, dialects, and properties of its inverses."""

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.amounts import (
    MAX_AMOUNT,
    AmountRefused,
    ParsedAmount,
    canonical_amount,
    format_amount,
    format_decimal,
    parse_amount,
    parse_decimal,
)

amounts = st.integers(-MAX_AMOUNT, MAX_AMOUNT)
scales = st.integers(0, 6)
noise = st.text(alphabet="0123456789.,-()%'Rrpe \u00a0\u2212\u2013\u0663\n", max_size=45)
figures = st.lists(
    st.sampled_from(["1", "23", "456", "000", ".", ",", " ", "-", "(", ")", "Rp"]), max_size=9
).map("".join)


def refusal_of(text: str, **options: Any) -> AmountRefused:
    with pytest.raises(AmountRefused) as caught:
        parse_amount(text, **options)
    return caught.value


def decimal_refusal_of(text: str, **options: Any) -> AmountRefused:
    with pytest.raises(AmountRefused) as caught:
        parse_decimal(text, **options)
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20088904000", 20088904000),
        ("20.088.904.000", 20088904000),
        ("Rp. 41.996.502.000", 41996502000),
        ("Rp41.996.502.000,-", 41996502000),
        ("rp 41.996.502.000 ,-", 41996502000),
        ("Rp. 1.000,\u2013", 1000),
        ("Rp. 0,-", 0),
        ("Rp. -", 0),
        ("-", 0),
        ("\u2013", 0),
        ("Rp 1.234,00", 1234),
        ("1234,000000", 1234),
        ("0,000", 0),
        ("(1.000)", -1000),
        ("-1.000", -1000),
        ("- 1.000", -1000),
        ("\u22121.000", -1000),
        ("(Rp 1.000,-)", -1000),
        ("Rp (1.000)", -1000),
        ("-Rp 1.000", -1000),
        ("Rp -1.000,-", -1000),
        ("'1000", 1000),
        (" 1000\n", 1000),
        ("Rp.\u00a01.000", 1000),
        ("1\u202f234\u202f567", 1234567),
        ("20 088 904 000", 20088904000),
        ("20\u00a0088\u00a0904,00", 20088904),
        ("-0", 0),
        (str(MAX_AMOUNT), MAX_AMOUNT),
        (f"-{MAX_AMOUNT}", -MAX_AMOUNT),
    ],
)
def test_a_printed_amount_has_one_value(text: str, value: int) -> None:
    assert parse_amount(text).value == value


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("", "amount-empty", None),
        (" \u00a0 ", "amount-empty", None),
        ("Rp. 95.766,000,-", "amount-mixed-separators", "95766000"),
        ("95.766,000", "amount-mixed-separators", "95766000"),
        ("Rp. 28,580.000,-", "amount-mixed-separators", "28580000"),
        ("28,580.000", "amount-mixed-separators", "28580000"),
        ("(28,580.000)", "amount-mixed-separators", "-28580000"),
        ("1,234,567.00", "amount-mixed-separators", "1234567"),
        ("1.234,00,-", "amount-mixed-separators", "1234"),
        ("1.23,4.5", "amount-mixed-separators", None),
        ("1.000, 2.000", "amount-mixed-separators", None),
        ("Rp. 2.532.693.447-", "amount-ambiguous", "2532693447"),
        ("Rp. 18.916.022.947 -", "amount-ambiguous", "18916022947"),
        ("28,580", "amount-ambiguous", "28580"),
        ("28,000", "amount-ambiguous", "28000"),
        ("1,234,567", "amount-broken", "1234567"),
        ("904.0", "amount-broken", "904"),
        ("1.5", "amount-broken", None),
        ("1.2345", "amount-broken", None),
        ("1234.567", "amount-broken", None),
        ("0.123.456", "amount-broken", None),
        ("007", "amount-broken", "7"),
        ("12,5", "amount-too-precise", None),
        ("1.234,56", "amount-too-precise", None),
        ("0,123", "amount-too-precise", None),
        (str(MAX_AMOUNT + 1), "amount-too-large", None),
        (f"-{MAX_AMOUNT + 1}", "amount-too-large", None),
        ("9.999.999.999,999.999", "amount-mixed-separators", None),
        ("1" * 41, "amount-too-large", None),
        ("0" * 5000, "amount-too-large", None),
    ],
)
def test_a_doubtful_amount_is_refused_with_what_it_may_mean(
    text: str, code: str, suggestion: str | None
) -> None:
    refusal = refusal_of(text)
    assert (refusal.code, refusal.suggestion, refusal.text) == (code, suggestion, text)


@pytest.mark.parametrize(
    "text",
    [
        "1e3", "1E3", "NaN", "nan", "inf", "-Infinity", "0x10", "1_000", "abc", "Rp", "Rp.",
        "\u0661\u0662\u0663", "\uff11\uff12", "1\u00b2", "--1", "-(1)", "((1))", "(-1)", "-Rp -1",
        "IDR 5", "(1", "1)", "(1)-", "+1", "1.000,", "959,", ".", ",", ",5", "1..000", "12 34",
        "-1-", "1  234", "1 234.567", "1, 200", "1. 200", "1 234,000", "1 234.00", "1\n234",
        "''1", "1'000", "99%", "1\u200b000",
        "|[Rp. 41.996.502.000", "41.996\u2026", "(tidak tercetak)", "(-)", "=1+1",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_as_broken(text: str) -> None:
    refusal = refusal_of(text)
    assert (refusal.code, refusal.suggestion) == ("amount-broken", None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Rp. 95.766,000,-", 95766000),
        ("Rp. 28,580.000,-", 28580000),
        ("Rp. -", 0),
        ("Rp. 18.916.022.947 -", 18916022947),
        ("Rp. 2.532.693.447", 2532693447),
        ("Rp. 2.532.693.447-", 2532693447),
    ],
)
def test_each_odd_print_of_the_report_has_the_transcribed_value(text: str, value: int) -> None:
    assert parse_amount(text, accept_suggestion=True).value == value


def test_an_accepted_suggestion_still_refuses_where_there_is_none() -> None:
    assert refusal_of("12,5", accept_suggestion=True).code == "amount-too-precise"


@pytest.mark.parametrize(
    ("text", "scale", "unit", "value"),
    [
        ("1.234,50", 2, 1, 123450),
        ("1.234,5", 2, 1, 123450),
        ("1234", 2, 1, 123400),
        ("1,234", 3, 1, 1234),
        ("95.766", 0, 1000, 95766000),
        ("95.766,125", 0, 1000, 95766125),
        ("28,580", 0, 1000, 28580),
        ("-0,5", 0, 1000, -500),
        ("0,5", 1, 3, 15),
    ],
)
def test_scale_and_unit_hold_decimals_exactly(text: str, scale: int, unit: int, value: int) -> None:
    assert parse_amount(text, scale=scale, unit=unit).value == value


@pytest.mark.parametrize(
    ("text", "options", "code", "suggestion"),
    [
        ("1,2345", {"unit": 1000}, "amount-too-precise", None),
        ("1,505", {"scale": 2}, "amount-ambiguous", "150500"),
        ("28,580.000", {"unit": 1000}, "amount-mixed-separators", None),
        ("1,234,567", {"unit": 1000}, "amount-broken", "1234567000"),
        (str(MAX_AMOUNT), {"unit": 1000}, "amount-too-large", None),
        ("9,007,199,254,740,991", {"scale": 2}, "amount-broken", None),
        ("1.500", {"decimal": ".", "thousands": ","}, "amount-ambiguous", "1500"),
        ("1.234.567", {"decimal": ".", "thousands": ","}, "amount-broken", "1234567"),
    ],
)
def test_options_decide_what_is_doubtful(
    text: str, options: dict[str, Any], code: str, suggestion: str | None
) -> None:
    refusal = refusal_of(text, **options)
    assert (refusal.code, refusal.suggestion) == (code, suggestion)


@pytest.mark.parametrize(
    "text", ["5164670071", "5164670071.00", "5,164,670,071", "5,164,670,071.-"]
)
def test_the_english_dialect_is_an_option(text: str) -> None:
    assert parse_amount(text, decimal=".", thousands=",").value == 5164670071


@pytest.mark.parametrize(
    "options",
    [{"decimal": "."}, {"thousands": ""}, {"decimal": ";"}, {"scale": -1}, {"unit": 0}],
)
def test_impossible_options_are_a_fault_of_the_caller(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"decimal and thousands|scale is") as caught:
        parse_amount("1", **options)
    assert not isinstance(caught.value, AmountRefused)


@pytest.mark.parametrize(
    ("text", "exact"),
    [("1000", True), ("-5", True), ("0", True), ("1.000", False), (" 1000", False), ("-0", False)],
)
def test_only_canonical_text_is_exact(text: str, exact: bool) -> None:
    assert parse_amount(text).exact is exact


@pytest.mark.parametrize(
    ("value", "scale", "text"),
    [
        (40343017000, 0, "40.343.017.000"),
        (-1000, 0, "-1.000"),
        (0, 0, "0"),
        (123450, 2, "1.234,50"),
        (-5, 2, "-0,05"),
        (0, 2, "0,00"),
    ],
)
def test_an_amount_is_printed_the_indonesian_way(value: int, scale: int, text: str) -> None:
    assert format_amount(value, scale=scale) == text


def test_each_small_amount_comes_back_at_each_small_scale() -> None:
    for scale in range(5):
        for value in range(-2100, 2101):
            assert parse_amount(format_amount(value, scale=scale), scale=scale).value == value


@given(amounts, scales)
def test_a_printed_amount_comes_back(value: int, scale: int) -> None:
    assert parse_amount(format_amount(value, scale=scale), scale=scale).value == value


@given(amounts)
def test_a_canonical_amount_comes_back_as_exact(value: int) -> None:
    assert parse_amount(canonical_amount(value)) == ParsedAmount(value, "exact")


@given(noise | figures, scales, st.sampled_from([1, 1000]))
def test_any_text_gives_a_bounded_amount_or_a_refusal(text: str, scale: int, unit: int) -> None:
    value = 0
    try:
        value = parse_amount(text, scale=scale, unit=unit).value
    except AmountRefused as refusal:
        if refusal.suggestion is not None:
            value = parse_amount(refusal.suggestion).value
    assert abs(value) <= MAX_AMOUNT


@given(noise | figures)
def test_a_suggestion_is_canonical_and_can_be_accepted(text: str) -> None:
    suggestion = None
    try:
        parse_amount(text)
    except AmountRefused as refusal:
        suggestion = refusal.suggestion
    if suggestion is not None:
        value = int(suggestion)
        assert parse_amount(suggestion) == ParsedAmount(value, "exact")
        assert parse_amount(text, accept_suggestion=True).value == value


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("99.50%", "99.5"),
        ("99.9%", "99.9"),
        ("99.33%", "99.33"),
        ("99.95%", "99.95"),
        ("98.11%", "98.11"),
        ("99.86%", "99.86"),
        ("99.67%", "99.67"),
        ("97.37 %", "97.37"),
        ("77.61%", "77.61"),
        ("47.27%", "47.27"),
        ("98.43%", "98.43"),
        ("99.90%", "99.9"),
        ("79.53%", "79.53"),
        ("99.91%", "99.91"),
        ("99.97%", "99.97"),
        ("94,91%", "94.91"),
        ("77,5", "77.5"),
        ("-0,16", "-0.16"),
        ("(0,16)", "-0.16"),
        ("0.16", "0.16"),
        ("0.123", "0.123"),
        ("1.234", "1234"),
        ("1.234,560", "1234.56"),
        ("1234.567", "1234.567"),
        ("1,234", "1.234"),
        ("100,00", "100"),
        ("-0", "0"),
        ("-0,00", "0"),
        ("'12", "12"),
        ("1 234,5", "1234.5"),
        ("1 234.5", "1234.5"),
        ("1 234,000", "1234"),
        ("9" * 40, "9" * 40),
    ],
)
def test_a_printed_decimal_has_one_canonical_text(text: str, canonical: str) -> None:
    assert parse_decimal(text) == canonical


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("", "amount-empty", None),
        ("959,", "amount-broken", None),
        (".", "amount-broken", None),
        ("-", "amount-broken", None),
        ("(tidak tercetak)", "amount-broken", None),
        ("Rp 5", "amount-broken", None),
        ("5,-", "amount-broken", None),
        ("1e3", "amount-broken", None),
        ("NaN", "amount-broken", None),
        ("\u0661", "amount-broken", None),
        ("%", "amount-broken", None),
        ("5%%", "amount-broken", None),
        ("05,5", "amount-broken", None),
        ("12 34", "amount-broken", None),
        ("1.2.3", "amount-broken", None),
        ("1,234,567", "amount-broken", "1234567"),
        ("-1,234.5", "amount-mixed-separators", "-1234.5"),
        ("28,580.000", "amount-mixed-separators", None),
        ("1 234.567", "amount-broken", None),
        ("77,5-", "amount-ambiguous", "77.5"),
        ("9" * 41, "amount-too-large", None),
    ],
)
def test_a_doubtful_decimal_is_refused(text: str, code: str, suggestion: str | None) -> None:
    refusal = decimal_refusal_of(text)
    assert (refusal.code, refusal.suggestion) == (code, suggestion)


@given(st.integers(-(10**12), 10**12), scales)
def test_a_printed_decimal_comes_back(digits: int, places: int) -> None:
    canonical = parse_decimal(format_amount(digits, scale=places))
    assert parse_decimal(format_decimal(canonical)) == canonical
    assert parse_decimal(canonical, decimal=".", thousands=",") == canonical


@given(noise | figures)
def test_any_text_gives_a_canonical_decimal_or_a_refusal(text: str) -> None:
    try:
        canonical = parse_decimal(text)
    except AmountRefused as refusal:
        canonical = refusal.suggestion or "0"
    assert parse_decimal(canonical, decimal=".", thousands=",") == canonical


def test_a_refusal_survives_copying_and_says_text_and_problem() -> None:
    refusal = refusal_of("28,580.000")
    for twin in (copy.copy(refusal), pickle.loads(pickle.dumps(refusal))):
        assert (twin.code, twin.suggestion) == (refusal.code, refusal.suggestion)
    assert str(refusal) == f"'28,580.000': {refusal.problem}"


def test_leading_zeros_are_told_apart_from_wrong_grouping() -> None:
    assert refusal_of("007").problem != refusal_of("1.5").problem
    assert "code" in refusal_of("007").problem
