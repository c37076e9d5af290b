"""Every column of every exported table is in the data dictionary, in both languages."""

import re

import pytest

from cli.exporting import LOG, NAMES
from cli.field_dictionary import KINDS, _dictionary, field_of, is_decimal
from cli.log_rows import log_schema
from cli.wiring import exported_tables
from projections.columns import Columns
from projections.position import Position

TABLES = {
    noun: exported_tables()[name](Columns(0, {}), Position()).schema for noun, name in NAMES.items()
} | {LOG: log_schema()}
COLUMNS = [(noun, name) for noun, schema in TABLES.items() for name in schema.names]
TYPES = {
    "amount": r"int64",
    "integer": r"int64",
    "flag": r"bool",
    "list": r"list<.*>",
    "place": r"struct<.*>",
}


@pytest.mark.parametrize(("noun", "name"), COLUMNS)
def test_a_column_is_described_in_both_languages(noun: str, name: str) -> None:
    field = field_of(noun, name)
    assert field.kind in KINDS
    assert all(field.titles)
    assert all(text.endswith(".") for text in field.texts)
    assert re.fullmatch(TYPES.get(field.kind, "string"), str(TABLES[noun].field(name).type))


def test_the_dictionary_describes_nothing_else() -> None:
    known = {name for _, name in COLUMNS} | {f"{noun}.{name}" for noun, name in COLUMNS}
    assert set(_dictionary()) - known == set()


@pytest.mark.parametrize("text", ["0", "-1.50", "99.19"])
def test_a_decimal_is_one(text: str) -> None:
    assert is_decimal(text)


@pytest.mark.parametrize("value", ["", "1,5", "1e5", "+1", "=1", ".5", "1.", "١", 5, None])
def test_what_is_no_decimal_is_none(value: object) -> None:
    assert not is_decimal(value)
