"""Dates and instants as printed, as canonical text, and the inverses between them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.dates import (
    DateRefused,
    Language,
    format_date,
    format_instant,
    parse_canonical_instant,
    parse_date,
    parse_instant,
)

WITA = dt.timezone(dt.timedelta(hours=8))
LANGUAGES: tuple[Language, Language] = ("id", "en")
offsets = st.integers(-23 * 60, 23 * 60).map(lambda m: dt.timezone(dt.timedelta(minutes=m)))


def refusal_of(text: str) -> DateRefused:
    with pytest.raises(DateRefused) as caught:
        parse_date(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-10-14", "2024-10-14"),
        ("14 Oktober 2024", "2024-10-14"),
        ("14/10/2024", "2024-10-14"),
        ("14-10-2024", "2024-10-14"),
        ("5 / 8 / 2024", "2024-08-05"),
        ("11 Nopember 2024", "2024-11-11"),
        ("05 Agustus 2024", "2024-08-05"),
        ("  14   OKTOBER\u00a02024 ", "2024-10-14"),
        ("14 october 2024", "2024-10-14"),
        ("14-Okt-2024", "2024-10-14"),
        ("14Okt2024", "2024-10-14"),
        ("1 Peb. 2024", "2024-02-01"),
        ("'29/02/2024", "2024-02-29"),
        ("03/04/2024", "2024-04-03"),
    ],
)
def test_a_printed_date_is_one_day(text: str, iso: str) -> None:
    assert parse_date(text).isoformat() == iso


@pytest.mark.parametrize(
    ("month", "names"),
    [
        (1, "Januari January Jan"),
        (2, "Februari Pebruari February Feb Peb"),
        (3, "Maret March Mar"),
        (4, "April Apr"),
        (5, "Mei May"),
        (6, "Juni June Jun"),
        (7, "Juli July Jul"),
        (8, "Agustus August Agt Agu Ags Agust Aug"),
        (9, "September Sep Sept"),
        (10, "Oktober October Okt Oct"),
        (11, "November Nopember Nov Nop"),
        (12, "Desember December Des Dec"),
    ],
)
def test_each_spelling_of_a_month_is_that_month(month: int, names: str) -> None:
    for name in names.split():
        assert parse_date(f"7 {name} 2024") == dt.date(2024, month, 7)


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("", "date-empty", None),
        (" \u00a0", "date-empty", None),
        ("31 April 2024", "date-impossible", None),
        ("2023-02-29", "date-impossible", None),
        ("0000-01-01", "date-impossible", None),
        ("00/01/2024", "date-impossible", None),
        ("10/14/2024", "date-impossible", "2024-10-14"),
        ("31 April", "date-broken", None),
        ("14/10-2024", "date-broken", None),
        ("14 Oktobar 2024", "date-broken", None),
        ("2024-1-5", "date-broken", None),
        ("2024-10-14T09:00", "date-broken", None),
        ("20241014", "date-broken", None),
        ("45579", "date-broken", None),
        ("\u0661\u0664/10/2024", "date-broken", None),
        ("14 Oktober 20244", "date-broken", None),
    ],
)
def test_what_is_no_day_is_refused(text: str, code: str, suggestion: str | None) -> None:
    refusal = refusal_of(text)
    assert (refusal.code, refusal.suggestion, refusal.text) == (code, suggestion, text)


@pytest.mark.parametrize("text", ["14/10/24", "14-10-24", "14 Okt 24", "14 Oktober '24", "1/2/03"])
def test_a_year_of_two_digits_is_refused_as_such(text: str) -> None:
    refusal = refusal_of(text)
    assert (refusal.code, refusal.suggestion) == ("date-broken", None)
    assert refusal.problem == "The year needs four digits."


def test_a_date_is_printed_in_both_languages() -> None:
    assert format_date(dt.date(2024, 11, 11)) == "11 November 2024"
    assert format_date(dt.date(2024, 8, 5), "id") == "5 Agustus 2024"
    assert format_date(dt.date(2024, 8, 5), "en") == "5 August 2024"


def test_each_day_of_a_leap_year_comes_back() -> None:
    for number in range(366):
        day = dt.date(2024, 1, 1) + dt.timedelta(days=number)
        for lang in LANGUAGES:
            assert parse_date(format_date(day, lang)) == day


@given(st.dates(), st.sampled_from(LANGUAGES))
def test_a_printed_date_comes_back(day: dt.date, lang: Language) -> None:
    assert parse_date(format_date(day, lang)) == day
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2025-01-15T09:00", "2025-01-15T01:00:00.000000Z"),
        ("2025-01-15 09:00:30", "2025-01-15T01:00:30.000000Z"),
        ("2025-01-15T09:00:30.5", "2025-01-15T01:00:30.500000Z"),
        ("2025-01-15T09:00:30.000007", "2025-01-15T01:00:30.000007Z"),
        ("2025-01-15T09:00Z", "2025-01-15T09:00:00.000000Z"),
        ("2025-01-15t09:00:00z", "2025-01-15T09:00:00.000000Z"),
        ("2025-01-15T09:00+07:00", "2025-01-15T02:00:00.000000Z"),
        ("2025-01-15T09:00-0330", "2025-01-15T12:30:00.000000Z"),
        ("2025-01-15", "2025-01-15T15:59:59.999999Z"),
        ("15 Januari 2025", "2025-01-15T15:59:59.999999Z"),
    ],
)
def test_a_written_instant_is_one_instant_in_utc(text: str, canonical: str) -> None:
    instant = parse_instant(text, WITA)
    assert instant.tzinfo is dt.UTC
    assert format_instant(instant) == canonical


def test_a_day_ends_at_its_second_midnight_where_a_clock_goes_back() -> None:
    end = parse_instant("2024-11-02", ZoneInfo("America/Havana"))
    assert format_instant(end) == "2024-11-03T03:59:59.999999Z"
    end = parse_instant("2018-02-17", ZoneInfo("America/Sao_Paulo"))
    assert format_instant(end) == "2018-02-18T02:59:59.999999Z"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "date-empty"),
        ("2025-01-15T", "date-broken"),
        ("2025-01-15T09", "date-broken"),
        ("2025-01-15T9:00", "date-broken"),
        ("2025-01-15T09:00:00.1234567", "date-broken"),
        ("2025-01-15T09:00:00 WITA", "date-broken"),
        ("15/01/2025 09:00", "date-broken"),
        ("2025-01-15T24:00", "date-impossible"),
        ("2025-01-15T23:59:60", "date-impossible"),
        ("2025-01-15T09:00+24:00", "date-impossible"),
        ("2025-01-15T09:00+01:60", "date-impossible"),
        ("2025-02-30T09:00", "date-impossible"),
        ("2025-02-30", "date-impossible"),
        ("0001-01-01T00:00+08:00", "date-impossible"),
        ("9999-12-31T23:59-08:00", "date-impossible"),
    ],
)
def test_what_is_no_instant_is_refused(text: str, code: str) -> None:
    with pytest.raises(DateRefused) as caught:
        parse_instant(text, WITA)
    assert caught.value.code == code
    assert str(caught.value) == f"{text!r}: {caught.value.problem}"


@given(st.datetimes(timezones=offsets).filter(lambda instant: 1 < instant.year < 9999))
def test_a_canonical_instant_comes_back(instant: dt.datetime) -> None:
    text = format_instant(instant)
    assert parse_canonical_instant(text) == instant
    assert parse_canonical_instant(text) == parse_instant(text, WITA)
    assert parse_instant(instant.isoformat(), WITA) == instant
    assert format_instant(parse_canonical_instant(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T08:06:18Z",
        "2026-11-24T08:06:18.123Z",
        "2026-11-24T08:06:18.123456+00:00",
        "2026-11-24T08:06:18.123456z",
        "2026-11-24 08:06:18.123456Z",
        " 2026-11-24T08:06:18.123456Z",
        "2026-11-24T08:06:18.123456Z\n",
        "2026-13-24T08:06:18.123456Z",
        "",
    ],
)
def test_an_instant_in_any_other_form_is_not_canonical(text: str) -> None:
    with pytest.raises(DateRefused):
        parse_canonical_instant(text)


def test_a_naive_datetime_names_no_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        format_instant(dt.datetime(2026, 11, 24))  # noqa: DTZ001 - the fault under test
