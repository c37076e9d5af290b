"""The current tables that a ledger holds beside those that its leaves give.

The store knows whether the rows of a table are those whose digest it noted; whether they follow
from the leaves is found here, by making each table again at the size that it says it is of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from cli.language import _

if TYPE_CHECKING:
    import pyarrow as pa

    from events_store.findings import Contradiction
    from events_store.log import LeafLog
    from events_store.tables import Materialised
    from events_store.verify import Report

_NO_GROUND = {"index", "leaf", "column", "table"}


@dataclass(frozen=True)
class Difference:
    """The first place where a stored table parts from the one made again.

    `row` counts from 1; `column` is None where one of both has no such row.
    """

    row: int
    column: str | None
    stored: Any
    rebuilt: Any


@dataclass(frozen=True)
class Compared:
    """One table: where it says it is from, and the digests of what is stored and made again.

    `listed` is the digest noted beside the table, `stored` that of the rows themselves; None for
    what is not there. `rooted` says that size and root are those of this log.
    """

    name: str
    size: int | None
    rows: int | None
    listed: bytes | None
    stored: bytes | None
    rebuilt: bytes | None
    rooted: bool
    stale: bool
    difference: Difference | None = None

    @property
    def same(self) -> bool:
        found = {self.listed, self.stored, self.rebuilt}
        return self.rooted and len(found) == 1 and None not in found


def compare_tables(log: LeafLog, progress: Callable[[int], None] | None = None) -> list[Compared]:
    """Every table that the ledger lists or should hold, by name."""
    from cli.wiring import current_tables, tables_by_name
    from events_store.tables import is_name, read_materialised

    listed = {name: found for name, found in read_materialised(log).items() if is_name(name)}
    sizes = sorted({_size_in(log, found) for found in listed.values()})
    made = {size: current_tables(log, size, progress) for size in sizes}
    compared = [
        _compare(log, name, found, made[_size_in(log, found)].get(name))
        for name, found in listed.items()
    ]
    absent = {f"{name}_current" for name in tables_by_name()} - listed.keys()
    return sorted([*compared, *map(_absent, absent)], key=lambda found: found.name)


def contradicted_tables(log: LeafLog, report: Report) -> list[Contradiction]:
    """The first table that does not follow from leaves which are themselves sound.

    A table that is merely behind contradicts nothing. One kind is named once: nothing is added
    where the store found a table already, or leaves from which no table could be made. A ledger
    without tables pays for none.
    """
    from events_store.findings import Contradiction
    from events_store.tables import read_materialised

    if {found.kind for found in report.contradictions} & _NO_GROUND or not read_materialised(log):
        return []
    return [
        Contradiction("table", None, difference_words(found))
        for found in compare_tables(log)
        if found.listed is not None and not found.same
    ][:1]


def _absent(name: str) -> Compared:
    return Compared(name, None, None, None, None, None, rooted=False, stale=True)


def _size_in(log: LeafLog, found: Materialised) -> int:
    """The size that a table is of, or that of the log where it has no such size."""
    return found.size if 0 <= found.size <= log.size else log.size


def _compare(log: LeafLog, name: str, listed: Materialised, made: pa.Table | None) -> Compared:
    from events_store.errors import LedgerUnreadable
    from events_store.tables import stored_digest, stored_rows, table_digest

    rows, stored, difference = None, None, None
    with suppress(LedgerUnreadable):
        rows = len(stored_rows(log, name))
        stored = stored_digest(log, name)
    rebuilt = None if made is None else table_digest(made)
    if made is not None and stored is not None and stored != rebuilt:
        difference = _first_difference(log, name, made)
    return Compared(
        name=name,
        size=listed.size,
        rows=rows,
        listed=listed.digest,
        stored=stored,
        rebuilt=rebuilt,
        rooted=0 <= listed.size <= log.size and log.root(listed.size) == listed.root,
        stale=listed.size != log.size,
        difference=difference,
    )


def _first_difference(log: LeafLog, name: str, made: pa.Table) -> Difference | None:
    from events_store.tables import columns_of, made_rows, stored_rows

    columns = columns_of(made)
    if log.table_columns(name) != columns:
        return None
    pairs = zip_longest(stored_rows(log, name), made_rows(made))
    for number, (stored, rebuilt) in enumerate(pairs, 1):
        if stored is None or rebuilt is None:
            return Difference(number, None, stored, rebuilt)
        if tuple(stored) != tuple(rebuilt):
            return _first_cell(number, [column for column, _ in columns], stored, rebuilt)
    return None


def _first_cell(
    number: int, columns: Sequence[str], stored: Sequence[Any], rebuilt: Sequence[Any]
) -> Difference:
    column, one, other = next(
        found for found in zip(columns, stored, rebuilt, strict=True) if found[1] != found[2]
    )
    return Difference(number, column, one, other)


def difference_words(compared: Compared) -> str:
    """Where a table parts from what the entries give."""
    found = compared.difference
    values: dict[str, Any] = {"name": compared.name, "size": compared.size}
    if compared.rebuilt is None:
        return _("{name}: no table of this name is made here.").format(**values)
    if found is None:
        return _("{name}: not what the first {size} entries give.").format(**values)
    values |= vars(found)
    if found.column is None:
        return _("{name}: row {row} is missing, or is one too many.").format(**values)
    return _("{name}: row {row}, {column} is {stored!r}; the entries give {rebuilt!r}.").format(
        **values
    )
