"""What kinds of values a mapping may have, and a value of one kind taken out of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ledger.errors import Refusal

Table = Mapping[str, Any]
_MAX_COUNT = 10**12
_MAX_ROW = 1_000


def take(
    table: Table,
    name: str,
    fits: Callable[[Any], bool],
    default: Any,
    where: str,
    refusals: list[Refusal],
) -> Any:
    """A value of the mapping; the default, and a refusal, where it is of another kind."""
    if name not in table:
        return default
    if fits(table[name]):
        return table[name]
    refusals.append(Refusal("mapping-broken", f"{where}{name} = {table[name]!r}"))
    return default


def is_value(item: Any) -> bool:
    """A scalar; an integer has the 64 bits that TOML gives it."""
    return not isinstance(item, dict | list) and not (type(item) is int and item.bit_length() > 63)


def is_text(item: Any) -> bool:
    return isinstance(item, str)


def is_flag(item: Any) -> bool:
    return isinstance(item, bool)


def is_end(item: Any) -> bool:
    """What a check comes to: a column, or the rows that print it."""
    return isinstance(item, str) or is_table_of_choices(item)


def is_count(item: Any) -> bool:
    return type(item) is int and 1 <= item <= _MAX_COUNT


def is_row(item: Any) -> bool:
    """A row near the top or the end of a sheet."""
    return is_count(item) and bool(item <= _MAX_ROW)


def is_table(item: Any) -> bool:
    return isinstance(item, dict)


def is_table_of_texts(item: Any) -> bool:
    return isinstance(item, dict) and all(isinstance(value, str) for value in item.values())


def is_table_of_values(item: Any) -> bool:
    return isinstance(item, dict) and all(map(is_value, item.values()))


def is_table_of_choices(item: Any) -> bool:
    """Each value is one, or a list of those that pass."""
    choices = item.values() if isinstance(item, dict) else [{}]
    return all(is_value(c) or (isinstance(c, list) and all(map(is_value, c))) for c in choices)


def is_list_of_tables(item: Any) -> bool:
    return isinstance(item, list) and all(map(is_table, item))


def is_list_of_texts(item: Any) -> bool:
    return isinstance(item, list) and all(isinstance(text, str) for text in item)
