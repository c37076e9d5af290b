"""Parquet: code columns by dictionary, statistics, page checksums, and the position in metadata.

The metadata stand in the file's own place alone: with the Arrow schema beside it they would stand
twice, and readers differ in which they show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import pyarrow as pa

    from cli.bound import Bound
    from cli.export_forms.rows import Rows


def write_parquet(rows: Rows, sink: BinaryIO) -> None:
    """Write each batch as a row group, so that no more than one is in memory."""
    import pyarrow.parquet as pq

    coded = [
        name
        for name, field in zip(rows.schema.names, rows.fields, strict=True)
        if field.is_code and rows.schema.field(name).type == "string"
    ]
    order = [pq.SortingColumn(rows.schema.get_field_index(name)) for name in rows.sorted_by]
    with pq.ParquetWriter(
        sink,
        rows.schema,
        compression="zstd",
        use_dictionary=coded or False,
        write_statistics=True,
        write_page_checksum=True,
        store_schema=False,
        sorting_columns=order or None,
    ) as writer:
        for batch in rows.batches():
            writer.write_batch(batch)
        writer.add_key_value_metadata(rows.bound.metadata())


def parquet_bytes(table: pa.Table, bound: Bound, noun: str = "") -> bytes:
    """The file of a table that is in memory."""
    from io import BytesIO

    from cli.export_forms.rows import rows_of

    sink = BytesIO()
    write_parquet(rows_of(noun, table, bound), sink)
    return sink.getvalue()
