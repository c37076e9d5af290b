"""`jejak verify --bundle` and `--snapshot`: what files show that came from somebody else."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.answer import Answer, give
from cli.failures import CONTRADICTED, store_words
from cli.language import _
from cli.session import Session

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from cli.bundle_checks import Checked
    from cli.snapshot_checks import SnapshotChecked
    from events_store.policy import Policy

SCHEMA = "jejak.verify-files/1"


def answer_files(
    session: Session,
    bundles: Sequence[Path],
    snapshots: Sequence[Path],
    policy: Policy,
    authority: list[Certificate],
) -> int:
    """Check each file and say what it shows; returns the exit code."""
    from cli.render.table import Column

    rows = [_bundle_row(path, policy, authority) for path in bundles]
    rows += [_snapshot_row(path, policy, session.ledger) for path in snapshots]
    broken = [row for row in rows if not row["ok"]]
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=None,
            rows=rows,
            totals={"ok": not broken, "files": len(rows)},
            columns=[
                Column("file", _("File"), "code"),
                Column("shows", _("What it shows"), "text"),
            ],
            table_rows=[{"file": row["file"], "shows": _shows(row)} for row in rows],
            lines=[_("This does not prove that what was entered is true.")],
        ),
    )
    return CONTRADICTED if broken else 0


def _bundle_row(path: Path, policy: Policy, authority: list[Certificate]) -> dict[str, Any]:
    from cli.bundle_checks import check_bundle
    from cli.verification import read_evidence
    from events_store.bundle import MAX_BUNDLE_BYTES
    from events_store.errors import StoreError

    try:
        found = check_bundle(read_evidence(path, MAX_BUNDLE_BYTES), policy, authority)
    except StoreError as error:
        return _refused(path, "bundle", error)
    return {"file": str(path), "kind": "bundle", "ok": True, "detail": None, **_of(found)}


def _snapshot_row(path: Path, policy: Policy, ledger: Path) -> dict[str, Any]:
    from contextlib import nullcontext
    from dataclasses import asdict

    from cli.snapshot_checks import check_snapshot
    from events_store.errors import StoreError
    from events_store.log import LeafLog

    try:
        with LeafLog(ledger) if ledger.exists() else nullcontext() as log:
            found: SnapshotChecked = check_snapshot(path, policy, log)
    except StoreError as error:
        return _refused(path, "snapshot", error)
    return {"file": str(path), "kind": "snapshot", "ok": True, "detail": None, **asdict(found)}


def _refused(path: Path, kind: str, error: Exception) -> dict[str, Any]:
    return {"file": str(path), "kind": kind, "ok": False, "detail": store_words(error)}


def _of(found: Checked) -> dict[str, Any]:
    return {
        "log": found.checkpoint.origin,
        "size": found.checkpoint.size,
        "root": base64.b64encode(found.checkpoint.root).decode(),
        "index": found.index,
        "older_size": found.older_size,
        "stamped_at": found.stamp.time.isoformat() if found.stamp else None,
        "claim": found.claim,
        "foreign_programs": list(found.foreign),
    }


def _shows(row: dict[str, Any]) -> str:
    if not row["ok"]:
        return str(row["detail"])
    return _shown_snapshot(row) if row["kind"] == "snapshot" else _shown_bundle(row)


def _shown_snapshot(row: dict[str, Any]) -> str:
    if row["event"] is not None:
        return _("published by entry #{event}, from {size} entries").format(**row)
    words = _("{size} entries, {signed} of them under its checkpoint")
    return words.format(**row)


def _shown_bundle(row: dict[str, Any]) -> str:
    words = [
        _("entry #{index} of {log}, {size} entries").format(**row)
        if row["index"] is not None
        else _("all {size} entries of {log}, and they give the answer in it").format(**row)
    ]
    if row["older_size"] is not None:
        words.append(_("the first {older_size} are unchanged").format(**row))
    if row["stamped_at"] is not None:
        words.append(_("existed at the latest on {stamped_at}").format(**row))
    if row["foreign_programs"]:
        names = ", ".join(row["foreign_programs"])
        words.append(_("read {names} before use: not of this version").format(names=names))
    return "; ".join(words)
