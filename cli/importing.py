"""The life of an imported file: 1. bytes and mapping give the import id; 2. rows are read, every
error collected; 3. statements are weighed against what stands; 4. only then one transaction
writes `import-received` and all that is new. Nothing is half recorded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from cli.importing_again import read_anew
from cli.intake.cells import Row, csv_rows
from cli.intake.mapping import parse_mapping, recognise, with_overrides
from cli.intake.rows import Reading, document_ids, read_rows
from ledger import streams
from ledger.decisions import Batch, Conflict, Outcome, corrections_towards
from ledger.drafts import Draft, drafts
from ledger.errors import InputRefused, Origin, Refusal
from ledger.events import Counts, EntryCorrected, Event, ImportReceived, NewValue, Target
from ledger.records import TypedRow

if TYPE_CHECKING:
    from ledger.application import Ledger

ConflictPolicy = Literal["refuse", "skip", "correct"]
Progress = Callable[[int], None]


@dataclass(frozen=True)
class ImportFile:
    """A file as handed in, and what the user says of it.

    `mapping` is TOML text, or None to recognise the layout; `overrides` set fields everywhere.
    """

    name: str
    data: bytes
    mapping: str | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)
    accept_suggestions: bool = False


@dataclass
class Prepared:
    """A checked file: what it would record. `already` when the ledger holds this very import."""

    import_id: str
    received: ImportReceived | None = None
    events: list[Event] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    already: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.events


def prepare(
    ledger: Ledger,
    file: ImportFile,
    *,
    actor: str,
    conflicts: ConflictPolicy = "refuse",
    reason: str | None = None,
    scale: int = 0,
    progress: Progress = lambda index: None,
) -> Prepared:
    """Check a file against itself and the ledger; raises InputRefused with every reason.

    `progress` is told `steps(file)` indexes: one a row that is read, one a row that is weighed.
    """
    header = next(csv_rows(file.data), Row(1, ()))
    text = file.mapping if file.mapping is not None else recognise(header.cells)
    if text is None:
        raise InputRefused([Refusal("layout-unknown", ", ".join(header.cells), Origin(row=1))])
    text = with_overrides(text, file.overrides)
    sha256 = hashlib.sha256(file.data).digest()
    text = read_anew(text, lambda mapping: import_id_of(sha256, mapping), ledger.is_void_import)
    import_id = import_id_of(sha256, text)
    if ledger.state(streams.import_(import_id)).version:
        return Prepared(import_id, already=True)
    mapping = parse_mapping(text)
    reading = read_rows(
        _told(csv_rows(file.data, mapping.dialect.delimiter), progress),
        mapping,
        scale=scale,
        accept_suggestions=file.accept_suggestions,
    )
    half = steps(file) // 2
    batch, counts = weigh(
        ledger,
        reading,
        conflicts=conflicts,
        reason=reason,
        scale=scale,
        progress=lambda row: progress(half + row),
    )
    received = ImportReceived(
        streams.import_(import_id),
        1,
        import_id=import_id,
        file_name=file.name,
        sha256=sha256.hex(),
        mapping=text,
        actor=actor,
        counts=counts,
    )
    return Prepared(import_id, received, batch.events, batch.conflicts)


def weigh(
    ledger: Ledger,
    reading: Reading,
    *,
    conflicts: ConflictPolicy = "refuse",
    reason: str | None = None,
    scale: int = 0,
    progress: Progress = lambda index: None,
) -> tuple[Batch, Counts]:
    """What rows that were read come to beside what stands; raises InputRefused with every reason.

    The same for a file and for a row recorded by hand.
    """
    found, refusals = drafts(reading.rows, scale=scale)
    refusals = [*reading.refusals, *refusals, *_unknown_names(ledger, reading.rows)]
    if refusals:
        raise InputRefused(in_file_order(refusals))
    batch = Batch(ledger.state)
    return batch, _offer_all(ledger, batch, found, conflicts, reason, progress)


def record_prepared(ledger: Ledger, prepared: Prepared, *, actor: str) -> list[int]:
    """Write a checked file in one transaction; nothing new writes nothing."""
    if prepared.is_empty or prepared.received is None:
        return []
    events = [prepared.received, *prepared.events]
    return ledger.record(events, actor=actor, import_id=prepared.import_id)


def import_id_of(sha256: bytes, mapping: str) -> str:
    """32 hex digits that name these bytes read by this mapping (design, section 4)."""
    digest = hashlib.sha256(mapping.encode()).digest()
    return hashlib.sha256(sha256 + digest).hexdigest()[:32]


def steps(file: ImportFile) -> int:
    """How much `prepare` tells of its progress: each line of the file twice."""
    return 2 * (file.data.count(b"\n") + 1)


def in_file_order(refusals: Iterable[Refusal]) -> list[Refusal]:
    """Each refusal once, by row and cell, so that a user can go down the file."""
    return sorted(
        dict.fromkeys(refusals),
        key=lambda refusal: (refusal.origin.row or 0, refusal.origin.cell or ""),
    )


def _told(rows: Iterable[Row], progress: Progress) -> Iterator[Row]:
    for row in rows:
        progress(row.number)
        yield row


def _unknown_names(ledger: Ledger, rows: list[TypedRow]) -> list[Refusal]:
    """Documents and satker that neither the file nor the ledger introduces."""
    documents = {row.values.get("document") for row in rows if row.record == "document"}
    satkers = {row.values.get("satker") for row in rows if row.record == "satker"}
    refusals = [
        Refusal("document-unknown", name, origin)
        for name, origin in document_ids(rows)
        if name not in documents and not ledger.state(streams.document(name)).entries
    ]
    for row in rows:
        key = row.values.get("satker")
        if key is not None and key not in satkers:
            satkers.add(key)
            if not ledger.state(streams.satker(str(key))).entries:
                refusals.append(Refusal("satker-unknown", str(key), replace(row.origin, cell=None)))
    return refusals


def _offer_all(
    ledger: Ledger,
    batch: Batch,
    found: Iterable[Draft],
    conflicts: ConflictPolicy,
    reason: str | None,
    progress: Progress,
) -> Counts:
    rows = {"rows": 0, "new": 0, "same": 0, "skipped": 0, "corrected": 0}
    refusals: list[Refusal] = []
    for draft in found:
        rows["rows"] += draft.rows
        progress(rows["rows"])
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
    if refusals:
        raise InputRefused(in_file_order(refusals))
    return Counts(**rows)


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
