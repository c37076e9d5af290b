"""The life of an imported file: 1. bytes and mapping give the import id; 2. rows are read, every
error collected; 3. statements are weighed against what stands; 4. only then one transaction
writes `import-received` and all that is new. Nothing is half recorded, and nothing but what is
refused is held in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cli.importing_again import read_anew
from cli.intake.layouts import recognise, table_of
from cli.intake.mapping import Mapping as FileMapping
from cli.intake.mapping import parse_mapping, with_values
from cli.intake.rows import Reading
from cli.intake.source import Source, open_source
from cli.known import Known
from cli.lookalikes import mixed_words
from cli.spool import Spool
from ledger import streams
from ledger.decisions import Batch, Conflict, Held, Kept, Outcome, corrections_towards
from ledger.drafts import Draft, drafts
from ledger.errors import InputRefused, Origin, Refusal
from ledger.events import Counts, EntryCorrected, Event, ImportReceived, NewValue, Target
from ledger.records import Scalar, TypedRow

if TYPE_CHECKING:
    from cli.intake.checks import Mismatch
    from ledger.application import Ledger

ConflictPolicy = Literal["refuse", "skip", "correct"]
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
        mapping = given or _recognised(source, currency)
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


def _recognised(source: Source, currency: str | None) -> FileMapping:
    layout = recognise(source, currency)
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
        satker_of=lambda text: known.satker_of(text, file.satker),
        expected={name: value for name, value in expected.items() if value is not None},
        progress=lambda row: progress(row, source.row_count),
    )


def weigh(
    ledger: Ledger,
    rows: Iterable[TypedRow],
    refusals: list[Refusal],
    *,
    kept: Kept | None = None,
    conflicts: ConflictPolicy = "refuse",
    reason: str | None = None,
    scale: int = 0,
    new_satker: bool = False,
) -> tuple[Batch, Counts]:
    """What rows come to beside what stands; raises InputRefused with every reason.

    `refusals` may grow while the rows are taken. The same for a file and for a row by hand.
    """
    batch = Batch(ledger.state, Held() if kept is None else kept)
    names = _Names(batch)
    found = drafts(names.watched(rows, new_satker=new_satker), refusals, scale=scale)
    counts, conflicting = _offer_all(ledger, batch, found, conflicts, reason)
    refusals += names.unknown()
    refusals += conflicting
    if refusals:
        raise InputRefused(in_file_order(refusals))
    return batch, counts


class _Names:
    """Documents and satker that rows name, and those that neither file nor ledger introduces."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._own: dict[str, set[Scalar]] = {"document": set(), "satker": set()}
        self._named: dict[str, dict[Scalar, Origin]] = {"document": {}, "satker": {}}

    def watched(self, rows: Iterable[TypedRow], *, new_satker: bool) -> Iterator[TypedRow]:
        """The same rows but those that introduce what is known, or a satker unasked."""
        for row in rows:
            if row.record in self._own:
                own = row.values.get(row.record)
                if row.introduces and (
                    self._is_known(row.record, own) or (row.record == "satker" and not new_satker)
                ):
                    continue
                self._own[row.record].add(own)
            self._note(row)
            yield row

    def unknown(self) -> list[Refusal]:
        """A refusal for each name that is nowhere, with the row of its first mention."""
        return [
            Refusal(
                f"{kind}-unknown",
                str(name),
                origin,
                suggestion="--new-satker" if kind == "satker" else None,
            )
            for kind, named in self._named.items()
            for name, origin in named.items()
            if name not in self._own[kind] and not self._is_known(kind, name)
        ]

    def _note(self, row: TypedRow) -> None:
        values = row.values
        for field_, kind in _NAMING:
            name = values.get(field_)
            if name is not None and name not in self._named[kind] and row.record != field_:
                self._named[kind][name] = row.origin._replace(cell=None)

    def _is_known(self, kind: str, name: Scalar) -> bool:
        stream = streams.satker if kind == "satker" else streams.document
        return name is not None and self._batch.load(stream(str(name))).stands


_NAMING = (
    ("document", "document"),
    ("read_from", "document"),
    ("replaces", "document"),
    ("satker", "satker"),
)


def record_prepared(ledger: Ledger, prepared: Prepared, *, actor: str) -> range:
    """Write a checked file in one transaction; nothing new writes nothing."""
    if prepared.is_empty or prepared.received is None:
        return range(0)
    received = ledger.encoded(prepared.received)
    return ledger.record_encoded(
        chain([received], prepared.events.encoded()), actor=actor, import_id=prepared.import_id
    )


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


def in_file_order(refusals: Iterable[Refusal]) -> list[Refusal]:
    """Each refusal once, by row and cell, so that a user can go down the file."""
    return sorted(
        dict.fromkeys(refusals),
        key=lambda refusal: (refusal.origin.row or 0, refusal.origin.cell or ""),
    )


def _offer_all(
    ledger: Ledger,
    batch: Batch,
    found: Iterable[Draft],
    conflicts: ConflictPolicy,
    reason: str | None,
) -> tuple[Counts, list[Refusal]]:
    rows = {"rows": 0, "new": 0, "same": 0, "skipped": 0, "corrected": 0}
    refusals: list[Refusal] = []
    for draft in found:
        rows["rows"] += draft.rows
        before = len(batch.conflicts)
        outcome = batch.offer(draft.events)
        if outcome is not Outcome.CONFLICT:
            rows["new" if outcome is Outcome.NEW else "same"] += draft.rows
        elif conflicts == "skip":
            rows["skipped"] += draft.rows
        elif conflicts == "correct":
            refused = _correct(ledger, batch, batch.conflicts[before:], reason, draft.origin)
            refusals += refused
            rows["corrected"] += 0 if refused else draft.rows
        else:
            refusals += [_conflict_refusal(c, draft.origin) for c in batch.conflicts[before:][:1]]
    return Counts(**rows), refusals


def _conflict_refusal(conflict: Conflict, origin: Origin) -> Refusal:
    return Refusal(
        "statement-differs",
        conflict.offered.originator_id,
        origin,
        values=(
            ("stream", conflict.offered.originator_id),
            ("version", str(conflict.standing_version)),
        ),
    )


def _correct(
    ledger: Ledger, batch: Batch, conflicts: list[Conflict], reason: str | None, origin: Origin
) -> list[Refusal]:
    if not (reason or "").strip():
        return [Refusal("reason-missing", origin=origin)]
    drafts_: list[EntryCorrected] = []
    for conflict in conflicts:
        found = _corrections(ledger, batch, conflict, reason or "")
        if found is None:
            return [_conflict_refusal(conflict, origin)]
        drafts_ += found
    for draft in drafts_:
        batch.append(draft)
    return []


def _corrections(
    ledger: Ledger, batch: Batch, conflict: Conflict, reason: str
) -> list[EntryCorrected] | None:
    """None where no correction helps; a file that contradicts itself corrects nothing."""
    stream, version = conflict.offered.originator_id, conflict.standing_version
    recorded = [event for event in ledger.events.get(stream) if isinstance(event, Event)]
    standing = next((event for event in recorded if event.originator_version == version), None)
    if standing is None:
        return None
    decided = [event for event in batch.events if event.originator_id == stream]
    return corrections_towards(
        standing,
        conflict.offered,
        _corrected_values([*recorded, *decided], version, batch.state(stream).voided),
        reason=reason,
        document=getattr(conflict.offered, "document", None),
    )


def _corrected_values(
    history: Collection[Event], version: int, voided: Collection[Target]
) -> dict[tuple[int | None, str], NewValue]:
    """What the corrections of an entry that are not void come to, by (line, field)."""
    return {
        (event.target.line, event.field): event.value
        for event in history
        if isinstance(event, EntryCorrected)
        and event.target.version == version
        and Target(event.originator_version) not in voided
    }
