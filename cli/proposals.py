"""A proposal: a file read as `import` reads it, recorded nowhere, beside the ledger's own columns.

The file is read whole and by itself: what the ledger holds of the same revision neither hides
its lines nor speaks for them. The only contact with the reading of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ledger import streams
from ledger.errors import InputRefused, Refusal
from ledger.events import (
    DipaLinesStated,
    DipaRevised,
    DocumentRegistered,
    Event,
    Place,
    WithdrawalPlanStated,
    event_data,
)
from ledger.state import StreamState

if TYPE_CHECKING:
    from ledger.application import Ledger
    from projections.columns import Columns

_OF_THE_DIPA = (DipaRevised, DipaLinesStated, WithdrawalPlanStated)
_BEYOND_THE_LEDGER = 1 << 40
"""Added to versions of the file's events, so that no correction of a recorded entry meets them."""


@dataclass(frozen=True)
class Reading:
    """How a proposal is to be read: as the options of `import` say."""

    mapping: Path | None = None
    overrides: Mapping[str, Any] | None = None
    accept_suggestions: bool = False


def proposed(
    ledger: Path, path: Path, reading: Reading, known: Columns, dipa: tuple[str, int]
) -> Columns:
    """The columns of one satker and year (`dipa`) with its DIPA as the file states it.

    `known` gives all else: documents, realisation, contracts. A file without a row of its own for
    a revision is that of its lines. Raises FileRefused with every reason.
    """
    from cli.failures import FileRefused
    from projections.position import narrowed_to

    events = list(_with_revisions(_events_of(ledger, path, reading, dipa)))
    own = narrowed_to(columns_of(events, known.size), *dipa)
    if not len(own.of(DipaRevised)):
        raise FileRefused(path.name, [Refusal("proposal-empty", "{} {}".format(*dipa))])
    return _beside(known, own)


def columns_of(events: Sequence[Event], size: int) -> Columns:
    """Events that nobody recorded, as columns after a log of `size` leaves."""
    from projections.columns import decode

    leaves = ((size + at, event.TOPIC, _leaf(event)) for at, event in enumerate(events))
    return decode(leaves, size + len(events))


def _events_of(ledger: Path, path: Path, reading: Reading, dipa: tuple[str, int]) -> list[Event]:
    """What the file states, by the way of `import` up to where that would record."""
    from cli.conflicts import with_entries
    from cli.failures import FileRefused
    from cli.import_options import read_mapping
    from cli.importing import ImportFile, prepare
    from cli.known import known_in
    from cli.wiring import ledger_identity, open_ledger
    from events_store.log import LeafLog

    with LeafLog(ledger) as log:
        scale, known = ledger_identity(log).scale, known_in(log)
    file = ImportFile(
        path,
        mapping=read_mapping(reading.mapping) if reading.mapping else None,
        overrides=reading.overrides or {},
        accept_suggestions=reading.accept_suggestions,
        satker=dipa[0],
        fiscal_year=dipa[1],
    )
    with open_ledger(ledger) as opened:
        try:
            prepared = prepare(
                cast("Ledger", _Unweighed(opened)), file, actor="-", known=known, scale=scale
            )
        except InputRefused as error:
            raise FileRefused(file.shown, with_entries(ledger, error.refusals)) from error
        wanted = (*_OF_THE_DIPA, DocumentRegistered)
        return [event for event in prepared.events if isinstance(event, wanted)]


class _Unweighed:
    """A ledger that knows its satker and documents alone: what a file says of a DIPA is all new."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def state(self, stream: str) -> StreamState:
        if stream.startswith((streams.satker(""), streams.document(""))):
            return self._ledger.state(stream)
        return StreamState()


def _with_revisions(events: Iterable[Event]) -> Iterator[Event]:
    """Lines and plans of a revision that the file has no row for get one without a total."""
    stated: set[tuple[str, int | None]] = set()
    lines: dict[tuple[str, int | None], DipaLinesStated] = {}
    for event in events:
        yield replace(event, originator_version=event.originator_version + _BEYOND_THE_LEDGER)
        if isinstance(event, DipaRevised):
            stated.add((event.originator_id, event.revision))
        if isinstance(event, DipaLinesStated):
            lines.setdefault((event.originator_id, event.revision), event)
    for version, key in enumerate(sorted(lines.keys() - stated, key=str), 2 * _BEYOND_THE_LEDGER):
        yield _revision_of(lines[key], version)


def _revision_of(lines: DipaLinesStated, version: int) -> DipaRevised:
    """The revision that a list of lines is of; its total where the list is full and states it."""
    return DipaRevised(
        lines.originator_id,
        version,
        satker=lines.satker,
        fiscal_year=lines.fiscal_year,
        revision=lines.revision,
        status_code=None,
        dated=None,
        posted=None,
        authority=None,
        kinds=None,
        total=lines.stated_total if lines.coverage == "full" else None,
        blocked=None,
        reason=None,
        document=lines.document,
        read_from=lines.read_from,
        place=Place(),
        raw=None,
    )


def _leaf(event: Event) -> bytes:
    """The bytes that the event would be stored as; nobody has recorded it."""
    from cli.wiring import LeafCodec

    codec = LeafCodec()
    frame = codec.frame(recorded_at="0001-01-01T00:00:00.000000Z", actor="-", import_id=None)
    return frame.leaf(
        type_=event.TOPIC,
        stream=event.originator_id,
        version=event.originator_version,
        data=codec.encode_data(event_data(event)),
        salt="00" * 16,
    )


def _beside(known: Columns, own: Columns) -> Columns:
    """The file's own DIPA in the place of the recorded one, its documents after those known."""
    import pyarrow as pa

    documents = pa.concat_tables([known.of(DocumentRegistered), own.of(DocumentRegistered)])
    return known.replaced(
        {
            DocumentRegistered.TOPIC: documents,
            **{kind.TOPIC: own.of(kind) for kind in _OF_THE_DIPA},
        }
    )
