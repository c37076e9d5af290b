"""The user's own folder: who records, keys, the signer's memory, anchored checkpoints.

It lies outside the database's folder, so that whoever can write the one need not reach the other.
`--home` or JEJAK_HOME name it; else the platform's folder for settings.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from events_store.durable import make_folder, write_durably

VARIABLE = "JEJAK_HOME"
SIGNER_WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Head:
    """The last tree head that this signer signed: what it must never contradict."""

    size: int
    root: bytes


@dataclass(frozen=True)
class Home:
    """Paths by ledger id; nothing is created before it is needed."""

    folder: Path

    def key_path(self, ledger_id: str) -> Path:
        return self.folder / "keys" / f"{ledger_id}.key"

    def public_key_path(self, ledger_id: str) -> Path:
        return self.folder / "keys" / f"{ledger_id}.key.pub"

    def public_keys(self, ledger_id: str) -> list[Path]:
        """The public key that signs now, then those that signed before it."""
        now = self.public_key_path(ledger_id)
        before = sorted(now.parent.glob(f"{ledger_id}.key.before-*.pub"))
        return [*([now] if now.exists() else []), *before]

    def next_key_path(self, ledger_id: str) -> Path:
        """Where a key lies that will sign from the rotation on."""
        return self.folder / "keys" / f"{ledger_id}.key.next"

    def policy_path(self, ledger_id: str) -> Path:
        """A policy that the user pinned for a ledger."""
        return self.folder / "policies" / ledger_id

    def anchors(self, ledger_id: str) -> Path:
        return self.folder / "anchors" / ledger_id

    @property
    def actor(self) -> str | None:
        try:
            text = (self.folder / "actor").read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        return text or None

    def remember_actor(self, actor: str) -> None:
        make_folder(self.folder)
        write_durably(self.folder / "actor", f"{actor}\n".encode())

    def last_head(self, ledger_id: str) -> Head | None:
        try:
            text = self._memory(ledger_id).read_text("ascii")
        except FileNotFoundError:
            return None
        found = json.loads(text)
        return Head(int(found["size"]), bytes.fromhex(found["root"]))

    def remember_head(self, ledger_id: str, head: Head) -> None:
        """Replace the memory whole, and only after it is on the disk."""
        path = self._memory(ledger_id)
        make_folder(path.parent)
        write_durably(path, json.dumps({"size": head.size, "root": head.root.hex()}).encode())

    @contextmanager
    def only_signer(self, ledger_id: str) -> Iterator[None]:
        """One signer at a time, so that the memory never goes back.

        The lock is that of an empty database: it works wherever a ledger does, and ends with the
        process that holds it.
        """
        import sqlite3

        path = self._memory(ledger_id).with_suffix(".lock")
        make_folder(path.parent)
        wait = SIGNER_WAIT_SECONDS
        with closing(sqlite3.connect(path, timeout=wait, isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            yield

    def _memory(self, ledger_id: str) -> Path:
        return self.folder / "memory" / f"{ledger_id}.json"


def find_home(option: Path | None, environ: Mapping[str, str]) -> Home:
    """`--home`, else JEJAK_HOME, else the platform's folder for a user's settings."""
    if option is not None:
        return Home(option)
    if environ.get(VARIABLE):
        return Home(Path(environ[VARIABLE]))
    if sys.platform == "win32":
        return Home(Path(environ.get("APPDATA") or Path.home()) / "jejak")
    base = environ.get("XDG_CONFIG_HOME")
    return Home((Path(base) if base else Path.home() / ".config") / "jejak")
