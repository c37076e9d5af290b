"""A ledger in memory: events in log order, their leaves, and the columns that projections get.

No file and no application: versions are given as a stream's next, the clock ticks a second a leaf
unless told otherwise. Drafts of events stand below with the values that a test does not care for.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ledger import streams
from ledger.dates import format_instant
from ledger.events import (
    DipaLinesStated,
    DipaRevised,
    DocumentRegistered,
    EntryCorrected,
    EntryVoided,
    Event,
    NewValue,
    Place,
    SatkerRegistered,
    Target,
    event_data,
)
from projections.columns import Columns, decode
from tests.leaves import leaf_bytes

START = datetime(2025, 1, 20, 8, 0, tzinfo=UTC)
SALT = "00" * 16
SATKER = "banjarbaru"
YEAR = 2024


@dataclass
class Book:
    """Events in log order; `add` returns the index of the leaf."""

    events: list[Event] = field(default_factory=list)
    clock: list[datetime] = field(default_factory=list)
    _versions: Counter[str] = field(default_factory=Counter)

    def add(self, draft: Event, at: datetime | None = None) -> int:
        self._versions[draft.originator_id] += 1
        version = self._versions[draft.originator_id]
        self.events.append(replace(draft, originator_version=version))
        self.clock.append(at or START + timedelta(seconds=len(self.clock)))
        return len(self.events) - 1

    def add_all(self, drafts: Iterable[Event]) -> list[int]:
        return [self.add(draft) for draft in drafts]

    def correct(
        self, index: int, name: str, value: int | str | None, *, line: int | None = None
    ) -> int:
        """Append a correction of one field of the entry at `index`."""
        entry = self.events[index]
        new = NewValue(amount=value) if isinstance(value, int) else NewValue(text=value)
        target = Target(entry.originator_version, line)
        return self.add(EntryCorrected(entry.originator_id, 0, target, name, new, "salah", None))

    def void(self, index: int, *, line: int | None = None) -> int:
        """Append a void of the entry at `index`, or of one line of it."""
        entry = self.events[index]
        target = Target(entry.originator_version, line)
        return self.add(EntryVoided(entry.originator_id, 0, target, "batal", None))

    def leaves(self) -> list[tuple[int, str, bytes]]:
        return [
            (index, event.TOPIC, leaf_of(event, at))
            for index, (event, at) in enumerate(zip(self.events, self.clock, strict=True))
        ]

    def columns(self) -> Columns:
        return decode(self.leaves(), len(self.events))


def leaf_of(event: Event, at: datetime = START) -> bytes:
    """The stored bytes of an event with a fixed actor, no import and a salt of zeros."""
    return leaf_bytes(
        type_=event.TOPIC,
        stream=event.originator_id,
        version=event.originator_version,
        recorded_at=format_instant(at),
        actor="uji",
        import_id=None,
        data=event_data(event),
        salt=SALT,
    )


def satker(key: str = SATKER) -> SatkerRegistered:
    return SatkerRegistered(streams.satker(key), 0, key, "KPU Kota Banjarbaru", None)


def document(
    name: str,
    kind: str = "DIPA",
    *,
    dated: str | None = None,
    published: str | None = None,
    replaces: str | None = None,
) -> DocumentRegistered:
    return DocumentRegistered(
        streams.document(name), 0, name, kind, None, None, dated, published, None, replaces
    )


def revised(
    revision: int | None,
    dated: str | None = None,
    total: int | None = None,
    **fields: Any,
) -> DipaRevised:
    """A revision as its own document states it; `fields` set what a test is about."""
    values: dict[str, Any] = {
        "satker": SATKER,
        "fiscal_year": YEAR,
        "status_code": None,
        "posted": None,
        "authority": None,
        "kinds": None,
        "blocked": None,
        "reason": None,
        "document": f"dipa-r{revision}",
        "read_from": None,
        "place": Place(),
        "raw": None,
        **fields,
    }
    stream = streams.dipa(values["satker"], values["fiscal_year"])
    return DipaRevised(stream, 0, revision=revision, dated=dated, total=total, **values)


def stated(
    revision: int | None,
    dimension: str,
    lines: Sequence[tuple[str | None, int | None]],
    **fields: Any,
) -> DipaLinesStated:
    """Lines of (code, amount) as the revision's own document states them."""
    values: dict[str, Any] = {
        "satker": SATKER,
        "fiscal_year": YEAR,
        "part": 1,
        "parts": 1,
        "coverage": "full",
        "stated_total": None,
        "document": f"dipa-r{revision}",
        "read_from": None,
        "place": Place(),
        "code": [code for code, _ in lines],
        "amount": [amount for _, amount in lines],
        **fields,
    }
    stream = streams.dipa(values["satker"], values["fiscal_year"])
    return DipaLinesStated(stream, 0, revision=revision, dimension=dimension, **values)
