"""The life of an imported file: 1. bytes and mapping give the import id; 2. rows are read, every
error collected; 3. statements are weighed against what stands; 4. only then one transaction
writes `import-received` and all that is new. Nothing is half recorded, and nothing but what is
refused is held in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.importing_again import read_anew
from cli.intake.layouts import recognise, table_of
from cli.intake.mapping import Mapping as FileMapping
from cli.intake.mapping import parse_mapping, with_values
from cli.intake.rows import Reading
from cli.intake.source import Source, open_source
from cli.known import Known
from cli.lookalikes import mixed_words
from cli.spool import Spool
from cli.weighing import ConflictPolicy, weigh
from ledger import streams
from ledger.decisions import Conflict
from ledger.errors import InputRefused, Origin, Refusal
from ledger.events import Event, ImportReceived
from ledger.records import Scalar

if TYPE_CHECKING:
    from cli.intake.checks import Mismatch
    from ledger.application import Encoded, Ledger

Progress = Callable[[int, int], None]
"""Told how many rows are read, and of how many (0 where that is not known)."""

_OPTIONS = {"satker": "--satker", "fiscal_year": "--ta"}
_SHOWN = 12


@dataclass(frozen=True)
class ImportFile:
    """A file as handed in, and what the user says of it.

    `mapping` is TOML text, or None to recognise the layout; `overrides` set fields everywhere;
    `satker` and `fiscal_year` are what the file must be of. `new_satker` registers those that the
    ledger does not know.
    """

    path: Path
    mapping: str | None = None
    name: str | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)
    accept_suggestions: bool = False
    satker: str | None = None
    fiscal_year: int | None = None
    new_satker: bool = False

    @property
    def shown(self) -> str:
        return self.name or self.path.name


@dataclass
class Prepared:
    """A checked file: what it would record. `already` when the ledger holds this very import."""

    import_id: str
    received: ImportReceived | None = None
    events: Spool = field(default_factory=Spool)
    conflicts: Sequence[Conflict] = ()
    already: bool = False
    title: str | None = None
    passed_over: int = 0
    suggested: int = 0
    mismatches: Sequence[Mismatch] = ()
    strange_words: Sequence[str] = ()
    is_cut: bool = False

    @property
    def is_empty(self) -> bool:
        return not len(self.events)


def prepare(
    ledger: Ledger,
    file: ImportFile,
    *,
    actor: str,
    known: Known | None = None,
    conflicts: ConflictPolicy = "refuse",
    reason: str | None = None,
    scale: int = 0,
    currency: str | None = None,
    progress: Progress = lambda row, rows: None,
) -> Prepared:
    """Check a file against itself and the ledger; raises InputRefused with every reason."""
    known = known or Known()
    given = None if file.mapping is None else parse_mapping(file.mapping)
    delimiter = given.dialect.delimiter if given else None
    with open_source(file.path, file.shown, delimiter) as source:
        mapping = given or _recognised(source, currency, known)
        text = with_values(mapping.text, "default", _defaults(mapping, file, known))
        text = with_values(text, "set", file.overrides)
        text = read_anew(text, partial(import_id_of, source.sha256), ledger.is_void_import)
        import_id = import_id_of(source.sha256, text)
        if ledger.state(streams.import_(import_id)).version:
            return Prepared(import_id, already=True, title=mapping.title)
        reading = _reading(source, parse_mapping(text), file, known, scale, progress)
        events = Spool()
        words: dict[str, None] = {}
        batch, counts = weigh(
            ledger,
            reading,
            reading.refusals,
            kept=_Watched(events, words),
            conflicts=conflicts,
            reason=reason,
            scale=scale,
            new_satker=file.new_satker,
            coded=frozenset(known.codes.values()),
        )
        if source.digest() != source.sha256:
            raise InputRefused([Refusal("file-changed", source.name)])
    received = ImportReceived(
        streams.import_(import_id),
        1,
        import_id=import_id,
        file_name=source.name,
        sha256=source.sha256.hex(),
        mapping=text,
        actor=actor,
        counts=counts,
    )
    return Prepared(
        import_id,
        received,
        events,
        batch.conflicts,
        title=mapping.title,
        passed_over=reading.passed_over,
        suggested=reading.suggested,
        mismatches=reading.mismatches,
        strange_words=list(words),
        is_cut=source.is_cut,
    )


class _Watched:
    """Keeps decided events in a spool, and the words in them that mix scripts."""

    def __init__(self, spool: Spool, words: dict[str, None]) -> None:
        self._spool = spool
        self._words = words

    def keep(self, draft: Event, version: int) -> None:
        data = self._spool.keep(draft, version)
        if not data.isascii():
            self._words.update(dict.fromkeys(mixed_words([draft])))

    def __iter__(self) -> Iterator[Event]:
        return iter(self._spool)

    def __len__(self) -> int:
        return len(self._spool)


def _recognised(source: Source, currency: str | None, known: Known) -> FileMapping:
    layout = recognise(source, currency, known.keys)
    if layout is None:
        first = next((row for sheet in source.sheets for row in sheet.rows()), None)
        header = ", ".join(first.cells[:_SHOWN] if first else ())
        raise InputRefused([Refusal("layout-unknown", header, Origin(row=1))])
    return layout


def _defaults(mapping: FileMapping, file: ImportFile, known: Known) -> dict[str, Any]:
    """The satker and year where the mapping needs them and does not say: asked for, or the only.

    Raises InputRefused where several are possible.
    """
    possible = {
        "satker": file.satker or known.only_key,
        "fiscal_year": file.fiscal_year or known.only_year,
    }
    found, refusals = {}, []
    for name, value in possible.items():
        if name in file.overrides or not mapping.lacks(name):
            continue
        if value is not None:
            found[name] = value
        elif mapping.title is not None:
            refusals.append(Refusal("value-unsaid", name, suggestion=_OPTIONS[name]))
    if refusals:
        raise InputRefused(refusals)
    return found


def _reading(
    source: Source,
    mapping: FileMapping,
    file: ImportFile,
    known: Known,
    scale: int,
    progress: Progress,
) -> Reading:
    year = file.fiscal_year or source.fiscal_year or (known.only_year if mapping.title else None)
    expected: dict[str, Scalar] = {"satker": file.satker, "fiscal_year": year}
    return Reading(
        table_of(source, mapping),
        mapping,
        scale=scale,
        accept_suggestions=file.accept_suggestions,
        satker_of=known.satker_of(file.satker),
        expected={name: value for name, value in expected.items() if value is not None},
        progress=lambda row: progress(row, source.row_count),
    )


def record_prepared(
    ledger: Ledger,
    prepared: Prepared,
    *,
    actor: str,
    progress: Progress = lambda event, events: None,
) -> range:
    """Write a checked file in one transaction; nothing new writes nothing.

    `progress` is told how many events are given to it, and of how many.
    """
    if prepared.is_empty or prepared.received is None:
        return range(0)
    received = ledger.encoded(prepared.received)
    return ledger.record_encoded(
        chain([received], _told(prepared.events, progress)),
        actor=actor,
        import_id=prepared.import_id,
    )


def _told(events: Spool, progress: Progress) -> Iterator[Encoded]:
    count = len(events)
    for number, event in enumerate(events.encoded(), 1):
        progress(number, count)
        yield event


_ENVELOPE_BYTES = 420
_COPIES = 2.6
"""The row and its indexes, and the same again in the log that SQLite writes first."""


def needed_bytes(prepared: Prepared) -> int:
    """About what the disk must have free to record a checked file."""
    return int(_COPIES * (prepared.events.byte_count + _ENVELOPE_BYTES * len(prepared.events)))


def import_id_of(sha256: bytes, mapping: str) -> str:
    """32 hex digits that name these bytes read by this mapping (design, section 4)."""
    digest = hashlib.sha256(mapping.encode()).digest()
    return hashlib.sha256(sha256 + digest).hexdigest()[:32]
