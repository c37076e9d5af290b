"""What every exported file says of itself: the position, the log that it is of, its checkpoint."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from events_store.log import LeafLog

POSITION = (
    "satker",
    "fiscal_year",
    "revision",
    "effective_on",
    "by",
    "known_at",
    "documents_until",
    "size",
    "root",
)
SINCE = "since"
_OF_LOG = ("by", "known_at", "size", "root", SINCE)


@dataclass(frozen=True)
class Bound:
    """The position, and `checkpoint`: a signed note of this size or smaller.

    Of a part of the log that begins at `position["since"]`, `before` are the roots of the complete
    subtrees before it, largest first: with them the part gives the root of the whole.
    """

    position: Mapping[str, Any]
    checkpoint: str | None
    before: Sequence[bytes] = ()

    @property
    def size(self) -> int:
        return int(self.position["size"])

    def metadata(self) -> dict[str, str]:
        """The metadata keys of a Parquet file; none where there is no position."""
        if not self.position:
            return {}
        found = {"jejak.position": _json(self.position)}
        found |= {f"jejak.{name}": str(self.position.get(name)) for name in ("size", "root")}
        if SINCE in self.position:
            found["jejak.before"] = base64.b64encode(b"".join(self.before)).decode()
        return found if self.checkpoint is None else {**found, "jejak.checkpoint": self.checkpoint}

    def of_log(self) -> Bound:
        """The log is cut by what was known alone, never by revision, satker or document."""
        names = (*POSITION, SINCE) if SINCE in self.position else POSITION
        cut = {name: self.position[name] if name in _OF_LOG else None for name in names}
        return replace(self, position=cut)

    def of_every_revision(self, fiscal_year: int | None) -> Bound:
        """For a table in which revision and year are columns: none is chosen but the year asked."""
        freed = {"revision": None, "effective_on": None, "fiscal_year": fiscal_year}
        return replace(self, position={**self.position, **freed})

    def since(self, start: int, before: Sequence[bytes]) -> Bound:
        """The same of the part of the log that begins at leaf `start`."""
        return replace(self, position={**self.position, SINCE: start}, before=tuple(before))


def checkpoint_at(log: LeafLog, size: int) -> str | None:
    """The newest signed note that covers no more than `size` leaves."""
    notes = [note for signed, note in log.checkpoints() if signed <= size]
    return notes[-1].decode("utf-8", "backslashreplace") if notes else None


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
