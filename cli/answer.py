"""An answer and its forms: the JSON envelope, and the same rows as a table of any kind.

JSON keys and CSV headers are never translated; amounts are integers, ratios decimal texts, dates
ISO. Data goes to stdout (or to the file asked for), everything else to stderr.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TextIO

from cli.files import write_new
from cli.language import _, language
from cli.render.safe import safe
from cli.session import BINARY, Session

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Answer:
    """One command's answer.

    `rows` are what JSON gives; `table_rows` what people see, by the keys of `columns` (the same
    rows when None). `lines` stand below the table. `total_row` has the keys of a row: CSV, which
    has no place for totals, gives it first. `parts` are further members of the JSON envelope.
    """

    schema: str
    position: Mapping[str, Any] | None
    rows: Sequence[Mapping[str, Any]]
    columns: Sequence[Any]
    totals: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[Mapping[str, str]] = ()
    table_rows: Sequence[Mapping[str, Any]] | None = None
    footer_rows: Sequence[Mapping[str, Any]] = ()
    title: str | None = None
    lines: Sequence[str] = ()
    total_row: Mapping[str, Any] | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)


def give(session: Session, answer: Answer) -> None:
    """Write an answer in the form asked for; warnings and position go to stderr."""
    if session.output is None:
        _write(session, answer, sys.stdout)
    elif session.format in BINARY:
        write_new(session.output, _bytes(session.format, answer))
    else:
        buffer = io.StringIO()
        _write(session, answer, buffer)
        write_new(session.output, buffer.getvalue().encode("utf-8"))
    if session.format == "json":
        return
    for warning in answer.warnings:
        session.note(_("Note: {text}").format(text=warning["text"]))
    if answer.position is not None:
        session.note(position_line(answer.position))


def position_line(position: Mapping[str, Any]) -> str:
    """The position in words, so that an answer can be asked for again."""
    parts = [
        _("satker {key}").format(key=position["satker"]) if position["satker"] else None,
        _("TA {year}").format(year=position["fiscal_year"]) if position["fiscal_year"] else None,
        _revision_words(position),
        _("documents until {day}").format(day=_day(position["documents_until"]))
        if position["documents_until"]
        else None,
        _("known until {time}").format(time=position["known_at"]) if position["known_at"] else None,
        _("{size} entries").format(size=position["size"]),
        _("root {root}").format(root=position["root"]),
    ]
    return _("Position: {parts}").format(parts=" · ".join(part for part in parts if part))


def _revision_words(position: Mapping[str, Any]) -> str | None:
    if position["revision"] is None and position["effective_on"] is None:
        return None
    day = _day(position["effective_on"]) if position["effective_on"] else "-"
    if position["revision"] is None:
        return _("on {day}").format(day=day)
    return _("revision {number} on {day}").format(number=position["revision"], day=day)


def _day(text: str) -> str:
    from ledger.dates import format_date

    return format_date(date.fromisoformat(text), "en" if language() == "en" else "id")


def _write(session: Session, answer: Answer, stream: TextIO) -> None:
    if session.format == "json":
        stream.write(json.dumps(_envelope(answer), ensure_ascii=False, indent=2) + "\n")
    elif session.format == "ndjson":
        for row in answer.rows:
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    elif session.format in ("csv", "tsv"):
        _write_separated(answer, stream, "," if session.format == "csv" else "\t")
    elif session.format == "md":
        _write_markdown(answer, stream)
    else:
        _write_table(session, answer, stream)


def _envelope(answer: Answer) -> dict[str, Any]:
    return {
        "schema": answer.schema,
        "position": answer.position,
        "rows": list(answer.rows),
        "totals": dict(answer.totals),
        "warnings": list(answer.warnings),
        **answer.parts,
    }


def _bytes(form: str, answer: Answer) -> bytes:
    from cli.export_forms.answers import answer_bytes

    return answer_bytes(form, answer.schema, answer.position, *_flat(answer))


def _flat(answer: Answer) -> tuple[list[str], list[Mapping[str, Any]]]:
    """The names of the columns and the rows, the total first."""
    rows = [*([answer.total_row] if answer.total_row else []), *answer.rows]
    return list(rows[0]) if rows else [column.key for column in answer.columns], rows


def _write_separated(answer: Answer, stream: TextIO, delimiter: str) -> None:
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    names, rows = _flat(answer)
    writer.writerow(names)
    for row in rows:
        writer.writerow([csv_cell(row.get(name)) for name in names])


def csv_cell(value: object) -> object:
    """Numbers stay numbers; a text that a spreadsheet would run as a formula is marked as text."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def _write_markdown(answer: Answer, stream: TextIO) -> None:
    stream.write("| " + " | ".join(column.title for column in answer.columns) + " |\n")
    stream.write("|" + " --- |" * len(answer.columns) + "\n")
    rows = [*(answer.rows if answer.table_rows is None else answer.table_rows), *answer.footer_rows]
    for row in rows:
        cells = [_markdown_cell(row.get(column.key)) for column in answer.columns]
        stream.write("| " + " | ".join(cells) + " |\n")
    for line in answer.lines:
        stream.write(f"\n{safe(line)}\n")


def _markdown_cell(value: object) -> str:
    if value is None:
        return ""
    text = f"{value:,}".replace(",", ".") if type(value) is int else safe(str(value))
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _write_table(session: Session, answer: Answer, stream: TextIO) -> None:
    from cli.render.table import is_interactive, render_table, terminal_width

    interactive = is_interactive(stream) and not session.plain
    rows = answer.rows if answer.table_rows is None else answer.table_rows
    if rows or answer.footer_rows:
        render_table(
            answer.columns,
            rows,
            stream=stream,
            width=terminal_width(stream) if interactive else None,
            interactive=interactive,
            title=answer.title,
            footer_rows=answer.footer_rows,
        )
    elif answer.title:
        stream.write(safe(answer.title) + "\n")
    for line in answer.lines:
        stream.write(safe(line) + "\n")
