"""Cells by the kind of their field: what a number is, and in which order a date stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.intake.cells import Numeric
from cli.intake.fields import EXACT, READ, CellRefused, Reader
from cli.intake.mapping import Dialect
from ledger.records import Field, Kind

INDONESIAN = Dialect()
ENGLISH = Dialect(decimal=".", thousands=",")


def _read(text: str, kind: Kind, dialect: Dialect = INDONESIAN, scale: int = 0) -> object:
    try:
        return Reader(dialect, scale).parser(Field(kind))(text)[0]
    except CellRefused as refused:
        return refused.code


@pytest.mark.parametrize("dialect", [INDONESIAN, ENGLISH])
def test_a_number_has_no_dialect(dialect: Dialect) -> None:
    assert _read(Numeric("1234.50"), "decimal", dialect) == "1234.5"
    assert _read(Numeric("1234.50"), "amount", dialect, scale=2) == 123_450
    assert _read(Numeric("1234"), "amount", dialect) == 1_234


def test_a_text_has_the_dialect_of_its_file() -> None:
    assert _read("1.234", "amount", INDONESIAN) == 1_234
    assert _read("1,234", "amount", ENGLISH) == 1_234


@pytest.mark.parametrize("first", [str, Numeric])
def test_a_text_and_a_number_of_equal_signs_are_never_mixed_up(first: type[str]) -> None:
    """Parsers remember what they read; `1.234` is a thousand as text and no thousand as number."""
    parse = Reader(INDONESIAN, 3).parser(Field("amount"))
    order = [str, Numeric] if first is str else [Numeric, str]
    found = {kind: parse(kind("1.234"))[0] for kind in [*order, *order]}
    assert found == {str: 1_234_000, Numeric: 1_234}


def test_the_unit_of_a_file_holds_for_its_numbers_too() -> None:
    thousands = Dialect(unit=1_000)
    assert _read(Numeric("64"), "amount", thousands) == 64_000
    assert _read("1.250", "amount", thousands) == 1_250_000


@pytest.mark.parametrize("kind", ["text", "code", "key"])
def test_a_number_in_the_place_of_a_text_keeps_its_digits_or_is_refused(kind: Kind) -> None:
    assert _read(Numeric("521211"), kind) == "521211"
    assert _read(Numeric("123456789012345"), kind) == "123456789012345"
    for text in ("1234567890123456", "1e+20", "nan", "inf", "-inf", "1.5E300"):
        assert _read(Numeric(text), kind) == "number-imprecise"


@pytest.mark.parametrize(
    ("text", "order", "wanted"),
    [
        ("02/03/2025", "dmy", "2025-03-02"),
        ("02/03/2025", "mdy", "2025-02-03"),
        ("2025/03/02", "ymd", "2025-03-02"),
        ("20250302", "ymd", "2025-03-02"),
        ("2025-03-02", "dmy", "2025-03-02"),
        ("2 Maret 2025", "mdy", "2025-03-02"),
        ("13/02/2025", "mdy", "date-impossible"),
        ("02/13/2025", "dmy", "date-impossible"),
        ("31-02-2025", "dmy", "date-impossible"),
    ],
)
def test_dates_stand_in_the_order_that_the_file_has(text: str, order: str, wanted: str) -> None:
    assert _read(text, "date", Dialect(dates=order)) == wanted


@given(st.integers(-(10**15), 10**15))
def test_every_whole_number_is_its_own_print(number: int) -> None:
    found = Reader(INDONESIAN).parser(Field("amount"))(Numeric(str(number)))
    assert found == (number, EXACT)


def test_a_value_that_is_not_its_print_says_so() -> None:
    parse = Reader(INDONESIAN).parser(Field("amount"))
    assert [parse(text) for text in ("0", "-", "Rp. -", "")] == [
        (0, EXACT),
        (0, READ),
        (0, READ),
        (None, EXACT),
    ]


def test_a_required_field_may_not_be_empty() -> None:
    parse = Reader(INDONESIAN).parser(Field("text", required=True))
    for text in ("", "  ", "\u00a0"):
        with pytest.raises(CellRefused, match="value-missing"):
            parse(text)
