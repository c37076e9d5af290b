"""What the ledger refuses, as data: typed fields, a stable code, no sentence of the screen.

The edge translates a code into the reader's language and adds file, sheet and cell.
"""

from dataclasses import dataclass, field
from typing import NamedTuple


class LedgerError(Exception):
    """Root of everything that this package raises."""


class Origin(NamedTuple):
    """Where a value was read: the sheet and cell names as the source counts them, from 1."""

    sheet: str | None = None
    row: int | None = None
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing wrong with one value: `code` is stable, `values` fill its message."""

    code: str
    text: str | None = None
    origin: Origin = field(default_factory=Origin)
    suggestion: str | None = None
    values: tuple[tuple[str, str], ...] = ()


class InputRefused(LedgerError):
    """Nothing was recorded, for these reasons; all that were found, not only the first."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = refusals


class UnknownEventType(LedgerError):
    """A stored type that the catalogue does not hold."""

    def __init__(self, topic: str) -> None:
        super().__init__(topic)
        self.topic = topic


class DataMismatch(LedgerError):
    """Stored data whose fields are not those of its type."""

    def __init__(self, topic: str, detail: str) -> None:
        super().__init__(f"{topic}: {detail}")
        self.topic = topic
        self.detail = detail


class NoRecordingContext(LedgerError):
    """An event was about to be stored without saying who records it."""
