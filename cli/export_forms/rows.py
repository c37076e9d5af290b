"""One table on its way into a file, whatever the form: its columns, and its rows in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from cli.bound import Bound
from cli.field_dictionary import Field, field_of

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 65_536


@dataclass(frozen=True)
class Rows:
    """`noun` names the table; `batches` gives its `count` rows anew whenever it is called.

    They are sorted by the columns `sorted_by`, the first of which comes first. `path` is that of
    their file below the folder of the export, without its ending.
    """

    noun: str
    schema: pa.Schema
    count: int
    batches: Callable[[], Iterable[pa.RecordBatch]]
    bound: Bound
    sorted_by: tuple[str, ...] = ()
    path: str = ""

    @property
    def fields(self) -> list[Field]:
        """What the dictionary says of each column."""
        return [field_of(self.noun, name) for name in self.schema.names]

    def values(self) -> Iterator[tuple[Any, ...]]:
        """The rows as plain values."""
        for batch in self.batches():
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def rows_of(noun: str, table: pa.Table, bound: Bound, sorted_by: tuple[str, ...] = ()) -> Rows:
    """The rows of a table that is in memory."""
    plain = table.replace_schema_metadata(None).combine_chunks()
    batches = partial(plain.to_batches, BATCH)
    return Rows(noun, plain.schema, len(plain), batches, bound, sorted_by, path=noun)
