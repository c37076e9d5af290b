"""An answer's rows as a workbook or as Parquet: the rows of its JSON, the total first as in CSV."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from cli.bound import Bound
from cli.export_forms.forms import write_form
from cli.export_forms.rows import rows_of

if TYPE_CHECKING:
    import pyarrow as pa


def answer_bytes(
    form: str,
    schema: str,
    position: Mapping[str, Any] | None,
    names: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
) -> bytes:
    """The file of rows that have the keys `names`; `schema` is that of the answer."""
    noun = schema.removeprefix("jejak.").partition("/")[0].replace(".", "-")
    sink = BytesIO()
    write_form(rows_of(noun, _table(names, rows), Bound(position or {}, None)), form, sink)
    return sink.getvalue()


def _table(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    import pyarrow as pa

    return pa.table({name: _column([row.get(name) for row in rows]) for name in names})


def _column(values: Sequence[Any]) -> pa.Array:
    """Numbers where all are, flags where all are, else texts; a list or an object as JSON."""
    import pyarrow as pa

    kinds = {type(value) for value in values if value is not None}
    if kinds == {int}:
        return pa.array(values, pa.int64())
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    return pa.array([_text(value) for value in values], pa.string())


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
