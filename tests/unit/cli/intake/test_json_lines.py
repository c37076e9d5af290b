"""JSON lines as rows: keys are the header, numbers keep their digits."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.intake.cells import MAX_COLUMNS, Numeric, Row
from cli.intake.json_lines import MAX_LINE_BYTES, json_rows
from ledger.errors import InputRefused, Refusal


def _rows(text: str | bytes) -> list[Row]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(json_rows(lambda: io.BytesIO(data)))


def _refusal(text: str | bytes) -> Refusal:
    with pytest.raises(InputRefused) as refused:
        _rows(text)
    (found,) = refused.value.refusals
    return found


def test_keys_are_the_header_in_the_order_of_their_coming() -> None:
    header, *rows = _rows('{"a": "1", "b": null}\n\n{"c": true, "a": "x"}\n')
    assert (header.number, header.cells) == (0, ("a", "b", "c"))
    assert [(row.number, row.cells) for row in rows] == [
        (1, ("1", "", "")),
        (3, ("x", "", "true")),
    ]


@pytest.mark.parametrize("number", ["1", "-0.50", "12345678901234567890", "1e5", "0.1"])
def test_a_number_keeps_its_digits(number: str) -> None:
    _, row = _rows(f'{{"a": {number}}}\n')
    assert row.cells == (number,)
    assert type(row.cells[0]) is Numeric


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ('{"a": 1}\n[1]\n', "json-broken", 2),
        ('{"a": 1}\n{"a": {}}\n', "json-broken", 2),
        ('{"a": [1]}\n', "json-broken", 1),
        ('{"a": 1, "a": 2}\n', "json-broken", 1),
        ('{"a": NaN}\n', "json-broken", 1),
        ('{"a": 1\n', "json-broken", 1),
        ('{"a": "' + "x" * MAX_LINE_BYTES + '"}\n', "json-broken", 1),
        ("[" * 100_000 + "\n", "json-broken", 1),
        (b'{"a": "\xff"}\n', "json-broken", 1),
        (json.dumps({str(n): 1 for n in range(MAX_COLUMNS + 1)}) + "\n", "row-too-wide", 1),
        ('{"a": 1}\n' * 1_000 + '{"b": 1}\n', "column-new", 1_001),
    ],
)
def test_what_is_no_flat_object_is_refused_at_its_line(
    text: str | bytes, code: str, row: int
) -> None:
    found = _refusal(text)
    assert (found.code, found.origin.row) == (code, row)


@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=5), min_size=1), min_size=1))
def test_texts_come_back_as_they_went(records: list[dict[str, str]]) -> None:
    text = "".join(json.dumps(record) + "\n" for record in records)
    header, *rows = _rows(text)
    for record, row in zip(records, rows, strict=True):
        found = dict(zip(header.cells, row.cells, strict=True))
        assert {key: value for key, value in found.items() if key in record} == record
        assert all(not value for key, value in found.items() if key not in record)
