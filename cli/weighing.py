"""What rows come to beside what stands: new, the same, or otherwise, with every reason at once.

The same for the rows of a file and for a row recorded by hand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Literal

from cli.intake.rows import MAX_REFUSALS
from cli.naming import Names
from ledger.decisions import Batch, Conflict, Held, Kept, Outcome, corrections_towards
from ledger.drafts import Draft, drafts
from ledger.errors import InputRefused, Origin, Refusal
from ledger.events import Counts, EntryCorrected, Event, NewValue, Target
from ledger.records import TypedRow

if TYPE_CHECKING:
    from ledger.application import Ledger

ConflictPolicy = Literal["refuse", "skip", "correct"]


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
    coded: Collection[str] = (),
) -> tuple[Batch, Counts]:
    """What rows come to beside what stands; raises InputRefused with every reason.

    `refusals` may grow while the rows are taken. The same for a file and for a row by hand.
    """
    batch = Batch(ledger.state, Held() if kept is None else kept)
    names = Names(batch, coded)
    found = drafts(names.watched(rows, new_satker=new_satker), refusals, scale=scale)
    counts, conflicting = _offer_all(ledger, batch, found, conflicts, reason)
    refusals += names.unknown({refusal.origin.row for refusal in refusals})
    refusals += conflicting
    if refusals:
        raise InputRefused(in_file_order(refusals))
    return batch, counts


def in_file_order(refusals: Iterable[Refusal]) -> list[Refusal]:
    """Each refusal once, by row and cell, so that a user can go down the file.

    A cell that several fields refuse alike is told once.
    """
    told: dict[object, Refusal] = {}
    for refusal in refusals:
        where = (refusal.code, refusal.text, refusal.origin)
        told.setdefault(where if refusal.text and refusal.origin.cell else refusal, refusal)
    return sorted(
        told.values(),
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
    standing = _Standing(ledger)
    for draft in found:
        rows["rows"] += draft.rows
        before = len(batch.conflicts)
        outcome = batch.offer(draft.events)
        if outcome is not Outcome.CONFLICT:
            rows["new" if outcome is Outcome.NEW else "same"] += draft.rows
        elif conflicts == "skip":
            rows["skipped"] += draft.rows
        elif conflicts == "correct":
            kept = len(batch.events)
            refused = _correct(standing, batch, batch.conflicts[before:], reason, draft.origin)
            refusals += refused
            if not refused:
                batch.append_missing(draft.events)
                rows["corrected" if len(batch.events) > kept else "same"] += draft.rows
        else:
            refusals += [_conflict_refusal(c, draft.origin) for c in batch.conflicts[before:][:1]]
        if len(refusals) > MAX_REFUSALS:
            break
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
    standing: _Standing, batch: Batch, conflicts: list[Conflict], reason: str | None, origin: Origin
) -> list[Refusal]:
    if not (reason or "").strip():
        return [Refusal("reason-missing", origin=origin)]
    drafts_: list[EntryCorrected] = []
    for conflict in conflicts:
        found = _corrections(standing, batch, conflict, reason or "")
        if found is None:
            return [_conflict_refusal(conflict, origin)]
        drafts_ += found
    for draft in drafts_:
        batch.append(draft)
        standing.corrected(draft)
    return []


def _corrections(
    standing: _Standing, batch: Batch, conflict: Conflict, reason: str
) -> list[EntryCorrected] | None:
    """None where no correction helps; a file that contradicts itself corrects nothing."""
    stream, version = conflict.offered.originator_id, conflict.standing_version
    entry = standing.entry(stream, version)
    if entry is None:
        return None
    return corrections_towards(
        entry,
        conflict.offered,
        standing.values(stream, version, batch.state(stream).voided),
        reason=reason,
        document=getattr(conflict.offered, "document", None),
    )


class _Standing:
    """Recorded entries and their corrections, those of this import too.

    A stream is read for its corrections once, however many of its entries are corrected.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._corrections: dict[str, dict[int, list[EntryCorrected]]] = {}

    def entry(self, stream: str, version: int) -> Event | None:
        """A recorded event; None for one of this import."""
        return self._ledger.event(stream, version)

    def values(
        self, stream: str, version: int, voided: Collection[Target]
    ) -> dict[tuple[int | None, str], NewValue]:
        """What the corrections of an entry that are not void come to, by (line, field)."""
        return {
            (event.target.line, event.field): event.value
            for event in self._of(stream).get(version, ())
            if Target(event.originator_version) not in voided
        }

    def corrected(self, draft: EntryCorrected) -> None:
        """Take in a correction that this import makes."""
        self._of(draft.originator_id).setdefault(draft.target.version, []).append(draft)

    def _of(self, stream: str) -> dict[int, list[EntryCorrected]]:
        if stream not in self._corrections:
            found: dict[int, list[EntryCorrected]] = {}
            for event in self._ledger.history(stream):
                if isinstance(event, EntryCorrected):
                    found.setdefault(event.target.version, []).append(event)
            self._corrections[stream] = found
        return self._corrections[stream]
