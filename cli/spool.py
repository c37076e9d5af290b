"""Decided events kept outside the memory until the one transaction that writes them.

Each is encoded once, as it will be stored; what is small stays in memory, the rest in an unnamed
temporary file. The events can be read back, in order, any number of times.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from cli.wiring import LeafCodec
from ledger.application import Encoded
from ledger.events import event_of

if TYPE_CHECKING:
    from ledger.events import Event

_MEMORY_BYTES = 16 << 20
_WAITING = 3_000


class Spool:
    """Append-only; `byte_count` is what the data of its events comes to."""

    def __init__(self) -> None:
        self._codec = LeafCodec()
        self._file = SpooledTemporaryFile(max_size=_MEMORY_BYTES)  # noqa: SIM115 - closed below
        self._closing = weakref.finalize(self, self._file.close)
        self._count = 0
        self._waiting: list[bytes] = []
        self.byte_count = 0

    def keep(self, draft: Event, version: int) -> bytes:
        """Keep a draft with its version; returns its data as it will be stored."""
        data = self._codec.encode_event(draft)
        head = f"{draft.TOPIC}\t{draft.originator_id}\t{version}\n".encode()
        self._waiting += (head, data, b"\n")
        if len(self._waiting) >= _WAITING:
            self._write()
        self._count += 1
        self.byte_count += len(data)
        return data

    def _write(self) -> None:
        self._file.write(b"".join(self._waiting))
        self._waiting.clear()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Event]:
        from events_store.canonical import decode

        for topic, stream, version, data in self.encoded():
            yield event_of(topic, stream, version, decode(data))

    def encoded(self) -> Iterator[Encoded]:
        """The events in their stored form. Nothing may be appended meanwhile."""
        self._write()
        self._file.seek(0)
        try:
            while head := self._file.readline():  # canonical JSON never holds a line end
                topic, stream, version = head.rstrip(b"\n").decode().split("\t")
                data = self._file.readline().rstrip(b"\n")
                yield Encoded(topic, stream, int(version), data)
        finally:
            self._file.seek(0, SEEK_END)
