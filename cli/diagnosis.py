"""What `jejak doctor` checks: the machine, the folders, the ledger. Nothing is changed.

Each check gives one finding; probe files live in a temporary folder alone.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from cli.language import _
from cli.session import Session

MIN_FREE_BYTES = 1 << 28
LIBRARIES = ("eventsourcing", "sqlalchemy", "click", "rich", "pyarrow", "cryptography", "orjson")
State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """One check: its name, how it ended, what was seen and what to do about it."""

    check: str
    state: State
    detail: str
    remedy: str = ""


def diagnose(session: Session) -> list[Finding]:
    """Every check in order; one that cannot run is a failure with its reason."""
    findings: list[Finding] = []
    for check in _CHECKS:
        try:
            findings += check(session)
        except (OSError, sqlite3.Error) as error:
            findings.append(Finding(check.__name__.strip("_"), "fail", str(error)))
    return findings


def _python(_session: Session) -> Iterator[Finding]:
    found = ".".join(map(str, sys.version_info[:3]))
    yield Finding("python", "ok" if sys.version_info >= (3, 11) else "fail", found)


def _libraries(_session: Session) -> Iterator[Finding]:
    for name in LIBRARIES:
        try:
            yield Finding(name, "ok", version(name))
        except PackageNotFoundError:
            yield Finding(name, "fail", _("not installed"), _("Install Jejak again."))


def _sqlite(_session: Session) -> Iterator[Finding]:
    found = sqlite3.sqlite_version_info >= (3, 37, 0)
    yield Finding("sqlite", "ok" if found else "fail", sqlite3.sqlite_version,
                  "" if found else _("SQLite 3.37 or newer is needed."))  # fmt: skip


def _durability(session: Session) -> Iterator[Finding]:
    """A probe beside where the ledger lies would change that folder; its file system is what
    counts, so the probe lies in a temporary folder and the ledger's folder is only looked at.
    """
    from events_store.database import assert_durable, open_engine
    from events_store.errors import StoreError
    from events_store.identity import create_ledger_file

    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder) / "probe.db"
        try:
            create_ledger_file(probe)
            engine = open_engine(probe)
            with engine.connect() as connection:
                assert_durable(connection.connection.driver_connection)
            engine.dispose()
        except StoreError as error:
            yield Finding("durability", "fail", str(error))
            return
    yield Finding("durability", "ok", "STRICT, WAL, synchronous=FULL")


def _disk(session: Session) -> Iterator[Finding]:
    folder = session.ledger.parent if session.ledger.parent.exists() else Path()
    free = shutil.disk_usage(folder).free
    state: State = "ok" if free >= MIN_FREE_BYTES else "warn"
    yield Finding("disk", state, _("{free} MiB free").format(free=free >> 20),
                  "" if state == "ok" else _("Make room before a large import."))  # fmt: skip


def _terminal(_session: Session) -> Iterator[Finding]:
    encoding = (sys.stdout.encoding or "ascii").lower()
    known = encoding.replace("-", "") == "utf8"
    yield Finding("terminal", "ok" if known else "warn", encoding,
                  "" if known else _("Set PYTHONUTF8=1 to see every character."))  # fmt: skip


def _time_zones(_session: Session) -> Iterator[Finding]:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo("Asia/Jakarta")
    except ZoneInfoNotFoundError:
        yield Finding("time-zones", "fail", "Asia/Jakarta", _("Install the package tzdata."))
    else:
        yield Finding("time-zones", "ok", "Asia/Jakarta")


def _home(session: Session) -> Iterator[Finding]:
    folder = session.home.folder
    if not folder.exists():
        yield Finding("home", "warn", str(folder), _("`jejak init` makes it."))
        return
    inside = session.ledger.parent.resolve() == folder.resolve()
    remedy = _("Keep keys and anchors outside the ledger's folder.") if inside else ""
    yield Finding("home", "warn" if inside else "ok", str(folder), remedy)


def _keys(session: Session) -> Iterator[Finding]:
    folder = session.home.folder / "keys"
    for path in sorted(folder.glob("*.key")) if folder.exists() else ():
        mode = stat.S_IMODE(path.stat().st_mode)
        private = os.name != "posix" or mode & 0o077 == 0
        remedy = "" if private else _("Others can read it: chmod 600, and make a new key.")
        yield Finding(path.name, "ok" if private else "fail", f"{mode:04o}", remedy)


def _ledger(session: Session) -> Iterator[Finding]:
    from events_store.errors import StoreError
    from events_store.log import LeafLog
    from events_store.verify import schema_differences

    if not session.ledger.exists():
        yield Finding("ledger", "warn", str(session.ledger), _("`jejak init` makes one."))
        return
    try:
        with LeafLog(session.ledger) as log:
            yield Finding("ledger", "ok", _("{size} entries").format(size=log.size))
            different = schema_differences(log)
            yield Finding("schema", "fail" if different else "ok", ", ".join(different) or "1")
            yield _clock(log)
    except StoreError as error:
        yield Finding("ledger", "fail", str(error), _("`jejak verify` says where."))


def _clock(log: object) -> Finding:
    """The clock must not stand before the last entry: known-at would then hide what is recorded."""
    from events_store.leaf import decode_leaf
    from events_store.log import LeafLog
    from ledger.dates import parse_canonical_instant

    assert isinstance(log, LeafLog)  # noqa: S101 - given so by the caller
    now = datetime.now(UTC)
    leaf = log.leaf(log.size - 1) if log.size else None
    if leaf is None or parse_canonical_instant(decode_leaf(leaf).recorded_at) <= now:
        return Finding("clock", "ok", now.isoformat(timespec="seconds"))
    return Finding("clock", "warn", now.isoformat(timespec="seconds"),
                   _("The last entry was recorded later than this; set the clock."))  # fmt: skip


_CHECKS: tuple[Callable[[Session], Iterator[Finding]], ...] = (
    _python,
    _libraries,
    _sqlite,
    _durability,
    _disk,
    _terminal,
    _time_zones,
    _home,
    _keys,
    _ledger,
)
