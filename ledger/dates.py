"""Dates and instants as Indonesian documents print them, and their canonical forms.

A date is a civil day without a zone; an instant is UTC with six decimals of a second (RFC 3339).
The day comes before the month, and a year has four digits: nothing is guessed.
"""

import datetime as dt
import re
from typing import Literal, TypeAlias

DateCode: TypeAlias = Literal["date-empty", "date-broken", "date-impossible"]
Language: TypeAlias = Literal["id", "en"]


class DateRefused(ValueError):
    """A text that is no date or instant, or one that no calendar has.

    `problem` is an English sentence without interpolation, so that the edge can translate it.
    `suggestion` is the ISO date probably meant, None where none is clear.
    """

    def __init__(
        self, code: DateCode, text: str, problem: str, suggestion: str | None = None
    ) -> None:
        super().__init__(code, text, problem, suggestion)
        self.code: DateCode = code
        self.text = text
        self.problem = problem
        self.suggestion = suggestion

    def __str__(self) -> str:
        return f"{self.text!r}: {self.problem}"


def parse_date(text: str) -> dt.date:
    """Read `2024-10-14`, `14/10/2024`, `14-10-2024` or `14 Oktober 2024`.

    Month names are Indonesian or English, in old spelling or shortened, in any case. Raises
    DateRefused; `10/14/2024` is refused with the one day it can mean as a suggestion.
    """
    plain = " ".join(text.split()).removeprefix("'").strip()
    if not plain:
        raise DateRefused("date-empty", text, "The date is empty.")
    if match := _ISO.fullmatch(plain):
        return _date(text, *map(int, match.groups()))
    if match := _NUMERIC.fullmatch(plain):
        return _date(text, int(match["year"]), int(match["month"]), int(match["day"]))
    match = _NAMED.fullmatch(plain)
    month = _MONTHS.get(match["month"].lower()) if match else None
    if match and month:
        return _date(text, int(match["year"]), month, int(match["day"]))
    if _SHORT_YEAR.fullmatch(plain):
        raise DateRefused("date-broken", text, "The year needs four digits.")
    raise DateRefused("date-broken", text, "This is not a date.")


def format_date(date: dt.date, lang: Language = "id") -> str:
    """Print a date in words: `11 November 2024`, in Indonesian or English."""
    names = _INDONESIAN if lang == "id" else _ENGLISH
    return f"{date.day} {names[date.month - 1]} {date.year:04d}"


def month_number(name: str) -> int | None:
    """1 to 12 for a month's name in any of the spellings that dates may have; None for another."""
    return _MONTHS.get(name.strip().rstrip(".").lower())


def parse_instant(text: str, zone: dt.tzinfo) -> dt.datetime:
    """Read an ISO date with a time into UTC; without `Z` or an offset it is local to `zone`.

    A date alone means the last microsecond of that day in `zone`, so that everything of the day
    counts as known. A local time that a zone has twice is the first one. Raises DateRefused.
    """
    plain = text.strip()
    match = _INSTANT.fullmatch(plain)
    if match is None:
        if ":" in plain:
            raise DateRefused("date-broken", text, "This is not a date with a time.")
        last = dt.time(23, 59, 59, 999999, tzinfo=zone, fold=1)
        return _utc(text, dt.datetime.combine(parse_date(text), last))
    try:
        time = dt.time(
            int(match["hour"]),
            int(match["minute"]),
            int(match["second"] or 0),
            int((match["fraction"] or "").ljust(6, "0")),
            tzinfo=_offset(match) or zone,
        )
    except ValueError as error:
        raise DateRefused("date-impossible", text, "The clock has no such time.") from error
    date = _date(text, int(match["year"]), int(match["month"]), int(match["day"]))
    return _utc(text, dt.datetime.combine(date, time))


def parse_canonical_instant(text: str) -> dt.datetime:
    """Read what `format_instant` wrote, and nothing else. Raises DateRefused."""
    if _CANONICAL.fullmatch(text) is None:
        raise DateRefused("date-broken", text, "This is not an instant in canonical form.")
    return parse_instant(text, dt.UTC)


def format_instant(instant: dt.datetime) -> str:
    """Print an aware datetime as UTC: `2026-11-24T08:06:18.123456Z`, always with six decimals.

    Raises ValueError for a naive one, which names no instant.
    """
    if instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    utc = instant.astimezone(dt.UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="microseconds") + "Z"


_INDONESIAN = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
_ENGLISH = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_OTHER_SPELLINGS = {
    "jan": 1,
    **dict.fromkeys(("pebruari", "feb", "peb"), 2),
    "mar": 3,
    "apr": 4,
    "jun": 6,
    "jul": 7,
    **dict.fromkeys(("agt", "agu", "ags", "agust", "aug"), 8),
    **dict.fromkeys(("sep", "sept"), 9),
    **dict.fromkeys(("okt", "oct"), 10),
    **dict.fromkeys(("nopember", "nov", "nop"), 11),
    **dict.fromkeys(("des", "dec"), 12),
}
_MONTHS = _OTHER_SPELLINGS | {
    name.lower(): number
    for names in (_INDONESIAN, _ENGLISH)
    for number, name in enumerate(names, start=1)
}

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_NUMERIC = re.compile(
    r"(?P<day>[0-9]{1,2}) ?(?P<mark>[-/]) ?(?P<month>[0-9]{1,2}) ?(?P=mark) ?(?P<year>[0-9]{4})"
)
_NAMED = re.compile(r"(?P<day>[0-9]{1,2})[ -]?(?P<month>[A-Za-z]+)\.?[ -]?(?P<year>[0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2} ?[-/ ]? ?([0-9]{1,2}|[A-Za-z]+\.?) ?[-/ ]? ?'?[0-9]{2}")
_INSTANT = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})[Tt ]"
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,6}))?)?"
    r"(?P<zone>[Zz]|(?P<sign>[-+])(?P<off_hours>[0-9]{2}):?(?P<off_minutes>[0-9]{2}))?"
)
_CANONICAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


def _date(text: str, year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        suggestion = _month_first(year, month, day)
        problem = "The calendar has no such day."
        raise DateRefused("date-impossible", text, problem, suggestion) from error


def _month_first(year: int, month: int, day: int) -> str | None:
    """The ISO date if day and month change places, None where that is no day either."""
    try:
        return dt.date(year, day, month).isoformat()
    except ValueError:
        return None


def _offset(match: re.Match[str]) -> dt.tzinfo | None:
    """The zone written in the text, None where there is none. Raises ValueError from 24:00 on."""
    if match["zone"] is None:
        return None
    if match["sign"] is None:
        return dt.UTC
    hours, minutes = int(match["off_hours"]), int(match["off_minutes"])
    if minutes > 59:
        raise ValueError("an hour has 60 minutes")
    size = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-size if match["sign"] == "-" else size)


def _utc(text: str, instant: dt.datetime) -> dt.datetime:
    try:
        return instant.astimezone(dt.UTC)
    except OverflowError as error:
        problem = "The instant is outside the years 1 to 9999."
        raise DateRefused("date-impossible", text, problem) from error
