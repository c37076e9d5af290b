"""Which tables an export holds, and the file that each goes into.

Tables are in memory before anything is written, so that the room they need is known; the log is
streamed, for it may be larger than the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

import click

from cli.bound import Bound
from cli.export_forms.forms import PARQUET, XLSX, room_of_log, write_form
from cli.language import _

if TYPE_CHECKING:
    import pyarrow as pa

    from cli.asking import Asked
    from cli.export_forms.rows import Rows
    from events_store.log import LeafLog

NAMES = {
    "pagu": "pagu",
    "revisi": "revisions",
    "serapan": "absorption",
    "kinerja": "performance",
    "fiskal": "phases",
    "fact": "fact",
}
"""The noun that a user types and the table that it names in `cli.wiring.exported_tables`."""
LOG = "log"
FACT = "fact"


@dataclass(frozen=True)
class Wanted:
    """What to write: tables by their nouns, in each of the forms.

    `dataset` writes Parquet as many files by year and bucket; `excel_id` the CSV that Excel opens
    in Indonesia; `since` only the leaves of the log from that index on.
    """

    nouns: Sequence[str]
    forms: Sequence[str]
    dataset: bool = False
    excel_id: bool = False
    since: int | None = None

    def targets(self) -> Iterator[str]:
        """The names below the folder that the export will take."""
        for noun in self.nouns:
            for form in self.forms:
                yield noun if self.dataset else f"{noun}.{form}"


@dataclass(frozen=True)
class File:
    """One file: its rows, its form, and the bytes that it needs, at most where it is streamed."""

    rows: Rows
    form: str
    room: int
    content: bytes | Callable[[BinaryIO], None]

    @property
    def name(self) -> str:
        """Its path below the folder of the export."""
        return f"{self.rows.path}.{self.form}"


def table_files(asked: Asked, noun: str, bound: Bound, wanted: Wanted) -> list[File]:
    """The files of one table in each of the forms, made and not yet written.

    click.UsageError where a form cannot hold the rows.
    """
    from cli.export_forms.dataset import parts
    from cli.export_forms.rows import rows_of

    table, order = _table(asked, noun)
    if noun == FACT:
        bound = bound.of_every_revision(asked.asked_year)
    many = wanted.dataset
    found = parts(noun, table, bound, order) if many else [rows_of(noun, table, bound, order)]
    return [_made(rows, form, wanted) for rows in found for form in wanted.forms]


def log_files(log: LeafLog, bound: Bound, wanted: Wanted) -> list[File]:
    """The files of the log, or of the part of it from `since` on; each reads it anew.

    click.UsageError where a sheet cannot hold as many rows, or nothing begins at `since`.
    """
    from cli.export_forms.workbook import refuse_too_many

    rows = _log_rows(log, bound, wanted.since)
    if XLSX in wanted.forms:
        refuse_too_many(rows)
    ledger_bytes = log.path.stat().st_size * rows.count // max(1, log.size)
    return [
        File(rows, form, room_of_log(form, ledger_bytes), _writing(rows, form, wanted))
        for form in wanted.forms
    ]


def _table(asked: Asked, noun: str) -> tuple[pa.Table, tuple[str, ...]]:
    """A table and the columns by which it is sorted; within them it keeps its own order."""
    from cli.wiring import exported_tables

    table = exported_tables()[NAMES[noun]](asked.columns, asked.position)
    order = tuple(name for name in ("satker", "fiscal_year", "year") if name in table.column_names)
    return table.sort_by([(name, "ascending") for name in order]), order


def _log_rows(log: LeafLog, bound: Bound, since: int | None) -> Rows:
    from cli.export_forms.rows import Rows
    from cli.log_rows import log_batches, log_schema

    start = since or 0
    if start > bound.size:
        text = _("There are {size} entries; none from {since} on.")
        raise click.UsageError(text.format(size=bound.size, since=start))
    about = bound.of_log()
    if since is not None:
        about = about.since(start, log.compact_range(start).subtrees)

    def batches() -> Iterator[pa.RecordBatch]:
        return log_batches(log.leaves(start, bound.size))

    return Rows(LOG, log_schema(), bound.size - start, batches, about, ("index",), path=LOG)


def _made(rows: Rows, form: str, wanted: Wanted) -> File:
    sink = BytesIO()
    _writing(rows, form, wanted)(sink)
    data = sink.getvalue()
    return File(rows, form, len(data), data)


def _writing(rows: Rows, form: str, wanted: Wanted) -> Callable[[BinaryIO], None]:
    return partial(write_form, rows, form, excel_id=wanted.excel_id)


def default_forms(forms: Sequence[str]) -> tuple[str, ...]:
    """Each form once; Parquet where none is asked for."""
    return tuple(dict.fromkeys(forms)) or (PARQUET,)
