"""JSON: the envelope of every answer (`schema`, `position`, `rows`), written row by row."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from cli.export_forms.rows import Rows


def write_json(rows: Rows, sink: BinaryIO) -> None:
    """Amounts are integers, ratios decimal texts, null is null, a list is a list."""
    text = io.TextIOWrapper(sink, "utf-8", "backslashreplace", newline="")
    head = {
        "schema": f"jejak.export.{rows.noun}/1",
        "position": dict(rows.bound.position),
        "checkpoint": rows.bound.checkpoint,
    }
    text.write(_json(head)[:-1] + ', "rows": [')
    between = "\n"
    for row in rows.values():
        text.write(between + _json(dict(zip(rows.schema.names, row, strict=True))))
        between = ",\n"
    text.write("\n]}\n")
    text.flush()
    text.detach()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
