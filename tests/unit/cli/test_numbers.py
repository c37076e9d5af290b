import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.language import language, set_language
from cli.render.numbers import amount, long_date, percent, rupiah, signed_amount, terbilang

AMOUNTS = st.integers(-(10**18) + 1, 10**18 - 1)

SPELLED = {
    0: "nol",
    1: "satu",
    9: "sembilan",
    10: "sepuluh",
    11: "sebelas",
    12: "dua belas",
    19: "sembilan belas",
    20: "dua puluh",
    21: "dua puluh satu",
    99: "sembilan puluh sembilan",
    100: "seratus",
    101: "seratus satu",
    110: "seratus sepuluh",
    111: "seratus sebelas",
    200: "dua ratus",
    999: "sembilan ratus sembilan puluh sembilan",
    1_000: "seribu",
    1_001: "seribu satu",
    1_100: "seribu seratus",
    2_000: "dua ribu",
    10_000: "sepuluh ribu",
    11_000: "sebelas ribu",
    21_000: "dua puluh satu ribu",
    100_000: "seratus ribu",
    101_000: "seratus satu ribu",
    1_000_000: "satu juta",
    1_001_000: "satu juta seribu",
    1_000_000_000: "satu miliar",
    40_343_017_000: "empat puluh miliar tiga ratus empat puluh tiga juta tujuh belas ribu",
    1_000_000_000_000: "satu triliun",
    3_005_127_001_000_000: "tiga kuadriliun lima triliun seratus dua puluh tujuh miliar satu juta",
    -1_000: "minus seribu",
}


@pytest.fixture(autouse=True)
def _language_restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGUAGE", "id")
    before = language()
    yield
    set_language(before)


@pytest.mark.parametrize(("value", "words"), SPELLED.items())
def test_numbers_are_spelled_as_in_kbbi(value: int, words: str) -> None:
    assert terbilang(value) == words


def test_every_number_to_two_thousand_and_samples_beyond_read_back() -> None:
    values = [*range(2_001), *range(0, 2_100_000, 997)]
    assert [value for value in values if read_words(terbilang(value)) != value] == []


@given(AMOUNTS)
def test_any_spelled_number_reads_back(value: int) -> None:
    words = terbilang(value)
    assert read_words(words) == value
    assert words == " ".join(words.split())


@given(AMOUNTS)
def test_one_is_joined_to_puluh_belas_ratus_and_a_lone_ribu(value: int) -> None:
    assert not re.search(
        r"\bsatu (puluh|belas|ratus)|(?<!puluh )(?<!ratus )\bsatu ribu", terbilang(value)
    )


@pytest.mark.parametrize("value", [10**18, -(10**18)])
def test_a_number_beyond_kuadriliun_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="too large"):
        terbilang(value)


@pytest.mark.parametrize(
    ("value", "scale", "shown"),
    [
        (40_343_017_000, 0, "Rp40.343.017.000"),
        (0, 0, "Rp0"),
        (-1_000, 0, "-Rp1.000"),
        (403_450, 2, "Rp4.034,50"),
        (-5, 2, "-Rp0,05"),
    ],
)
def test_rupiah_has_dots_and_its_sign_first(value: int, scale: int, shown: str) -> None:
    assert rupiah(value, scale) == shown


def test_amounts_have_dots() -> None:
    assert [amount(v) for v in (0, 999, 1000, -1234567)] == ["0", "999", "1.000", "-1.234.567"]


def test_a_difference_has_its_sign_and_zero_has_none() -> None:
    assert signed_amount(10_308_000_000) == "+10.308.000.000"
    assert signed_amount(-1_691_515_000) == "-1.691.515.000"
    assert signed_amount(0) == "0"


@given(st.integers())
def test_an_amount_reads_back(value: int) -> None:
    assert int(amount(value).replace(".", "")) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("99.186", "99,19%"),
        ("99.185", "99,19%"),
        ("99.184999", "99,18%"),
        (Decimal("2.675"), "2,68%"),
        ("-0.005", "-0,01%"),
        ("-0.001", "0,00%"),
        ("0", "0,00%"),
        ("100", "100,00%"),
        ("999.995", "1.000,00%"),
        ("1E+3", "1.000,00%"),
        ("123456789012345678901234567890.125", "123.456.789.012.345.678.901.234.567.890,13%"),
    ],
)
def test_per_cent_is_rounded_half_up(value: str | Decimal, shown: str) -> None:
    assert percent(value) == shown


@pytest.mark.parametrize("value", ["NaN", "Infinity", "99,19", ""])
def test_what_is_no_finite_number_is_no_per_cent(value: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        percent(value)


def test_a_date_names_its_month_in_the_language() -> None:
    set_language("id")
    assert long_date(date(2024, 5, 1)) == "1 Mei 2024"
    set_language("en")
    assert long_date(date(2024, 11, 11)) == "11 November 2024"
    assert long_date(date(2024, 5, 1)) == "1 May 2024"


def read_words(words: str) -> int:
    """A second road back: the reader knows words only, not how they were made."""
    digits = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"]
    powers = {"juta": 10**6, "miliar": 10**9, "triliun": 10**12, "kuadriliun": 10**15}
    total = group = digit = 0
    negative = words.startswith("minus ")
    for word in words.removeprefix("minus ").split():
        if word in digits:
            group += digit
            digit = digits.index(word)
        elif word in ("belas", "puluh", "ratus"):
            group += {"belas": digit + 10, "puluh": digit * 10, "ratus": digit * 100}[word]
            digit = 0
        elif word in ("sepuluh", "sebelas", "seratus"):
            group += {"sepuluh": 10, "sebelas": 11, "seratus": 100}[word]
        elif word == "seribu":
            total += 1000
        else:
            total += (group + digit) * powers.get(word, 1000)
            group = digit = 0
    value = total + group + digit
    return -value if negative else value
