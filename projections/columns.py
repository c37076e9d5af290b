"""Leaves into columns: one Arrow table a topic, decoded in bulk, never event by event.

The schema of each topic follows from the catalogue, so the two cannot drift apart. Dates and
instants stay texts: a reader that guesses would turn them into something else.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, wraps
from io import BytesIO
from typing import Any, Concatenate, ParamSpec, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pajson

from ledger.events import CATALOGUE, Event
from ledger.shapes import Shape, data_shape
from ledger.upcasts import UPCASTS
from projections.errors import UndecodableLeaf, UnknownTopic

P = ParamSpec("P")
T = TypeVar("T")

_SCALARS = {str: pa.string(), int: pa.int64(), bool: pa.bool_()}
_BLOCK_BYTES = 1 << 22
_ENVELOPE = (
    ("v", pa.int64()),
    ("type", pa.string()),
    ("stream", pa.string()),
    ("version", pa.int64()),
    ("recorded_at", pa.string()),
    ("actor", pa.string()),
    ("import", pa.string()),
    ("salt", pa.string()),
)
ENVELOPE_COLUMNS = ("index", "stream", "version", "recorded_at", "actor", "import")


@dataclass(frozen=True)
class Columns:
    """The events of a log's first `size` leaves, a table a topic.

    Each table has `index` (leaf_index), `stream`, `version`, `recorded_at`, `actor`, `import`
    and one column for each stored field of the topic that has another name, in index order.
    """

    size: int
    tables: Mapping[str, pa.Table]
    folded: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What `folded_once` functions made of these columns."""

    def of(self, event: type[Event]) -> pa.Table:
        """The table of one topic, empty when the log holds none."""
        return self.tables.get(event.TOPIC, table_schema(event.TOPIC).empty_table())

    def replaced(self, tables: Mapping[str, pa.Table]) -> "Columns":
        return Columns(self.size, {**self.tables, **tables})

    def known_at_size(self, size: int) -> "Columns":
        """What the log held when it had `size` leaves."""
        cut = {
            topic: table.filter(pc.less(table["index"], size))
            for topic, table in self.tables.items()
        }
        return Columns(min(size, self.size), cut)


def folded_once(
    make: Callable[Concatenate[Columns, P], T],
) -> Callable[Concatenate[Columns, P], T]:
    """A function of columns and hashable arguments that is computed once for the same columns.

    Columns never change, and one table asks for the same fold at each of its levels. What it
    returns is shared: a caller reads it and changes nothing.
    """

    @wraps(make)
    def found(columns: Columns, /, *args: P.args, **kwargs: P.kwargs) -> T:
        key = (make, args, tuple(sorted(kwargs.items())))
        if key not in columns.folded:
            columns.folded[key] = make(columns, *args, **kwargs)
        made: T = columns.folded[key]
        return made

    return found


def decode(leaves: Iterable[tuple[int, str, bytes]], size: int) -> Columns:
    """Columns of (leaf_index, type, bytes) rows.

    Raises UnknownTopic for a type outside the catalogue, UndecodableLeaf for other fields than
    the type has.
    """
    indexes: dict[str, list[int]] = {}
    lines: dict[str, list[bytes]] = {}
    for index, topic, leaf in leaves:
        if topic not in indexes:
            if topic not in CATALOGUE:
                raise UnknownTopic(topic, index)
            indexes[topic], lines[topic] = [], []
        indexes[topic].append(index)
        lines[topic].append(leaf)
    tables: dict[str, list[pa.Table]] = {}
    for topic in indexes:
        newest, table = _upcast(topic, _decode_topic(topic, indexes[topic], lines[topic]))
        tables.setdefault(newest, []).append(table)
    return Columns(size, {topic: _in_order(parts) for topic, parts in tables.items()})


def recorded_instants(leaves: Iterable[tuple[int, str, bytes]]) -> pa.Array:
    """The clock of each leaf as timestamp[us, UTC], in index order."""
    data = b"\n".join(leaf for _, _, leaf in leaves)
    if not data:
        return pa.array([], pa.timestamp("us", "UTC"))
    table = _read_json(data, pa.schema([("recorded_at", pa.string())]), "ignore")
    return table["recorded_at"].combine_chunks().cast(pa.timestamp("us", "UTC"))


@cache
def data_type(topic: str) -> pa.StructType:
    """The Arrow type of a topic's data, field by field from the catalogue."""
    return _struct(CATALOGUE[topic])


@cache
def table_schema(topic: str) -> pa.Schema:
    """The schema of a topic's table in `Columns`."""
    envelope = dict(_ENVELOPE)
    head = [("index", pa.int64()), *((name, envelope[name]) for name in ENVELOPE_COLUMNS[1:])]
    return pa.schema([*head, *((field.name, field.type) for field in _own_fields(topic))])


def _own_fields(topic: str) -> list[pa.Field]:
    """The stored fields but those that the envelope has too: the actor of an import."""
    return [field for field in data_type(topic) if field.name not in ENVELOPE_COLUMNS]


def _decode_topic(topic: str, indexes: list[int], leaves: list[bytes]) -> pa.Table:
    schema = pa.schema([*_ENVELOPE, ("data", data_type(topic))])
    try:
        read = _read_json(b"\n".join(leaves), schema, "error")
    except pa.ArrowInvalid as error:
        raise UndecodableLeaf(topic, str(error)) from error
    data = read["data"].combine_chunks()
    arrays: dict[str, Any] = {"index": pa.array(indexes, pa.int64())}
    arrays |= {name: read[name] for name in ENVELOPE_COLUMNS[1:]}
    arrays |= {field.name: data.field(field.name) for field in _own_fields(topic)}
    return pa.table(arrays, schema=table_schema(topic))


def _upcast(topic: str, table: pa.Table) -> tuple[str, pa.Table]:
    """Old columns as those of the newest version: the same renames and constants as one event."""
    while topic in UPCASTS:
        upcast = UPCASTS[topic]
        topic = upcast.topic
        schema = table_schema(topic)
        table = table.rename_columns([upcast.renames.get(n, n) for n in table.column_names])
        for name, value in upcast.constants.items():
            column = pa.array([value] * len(table), schema.field(name).type)
            table = table.append_column(name, column)
        table = table.select(schema.names).cast(schema)
    return topic, table


def _in_order(parts: Sequence[pa.Table]) -> pa.Table:
    return parts[0] if len(parts) == 1 else pa.concat_tables(parts).sort_by("index")


def _read_json(data: bytes, schema: pa.Schema, unexpected: str) -> pa.Table:
    return pajson.read_json(
        BytesIO(data),
        read_options=pajson.ReadOptions(block_size=_BLOCK_BYTES),
        parse_options=pajson.ParseOptions(
            explicit_schema=schema, unexpected_field_behavior=unexpected
        ),
    )


def _struct(cls: type[Any]) -> pa.StructType:
    return pa.struct([(name, _arrow(shape)) for name, shape in data_shape(cls).items()])


def _arrow(shape: Shape) -> pa.DataType:
    if shape.part is not None:
        return _struct(shape.part)
    if shape.elements is not None:
        return pa.list_(_scalar(shape.elements))
    return _scalar(shape.scalars)


def _scalar(types: frozenset[type]) -> pa.DataType:
    (found,) = (_SCALARS[kind] for kind in types if kind in _SCALARS)
    return found
