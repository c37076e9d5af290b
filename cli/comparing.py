"""Two signed heads side by side: do they tell one history?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from events_store.checkpoint import Checkpoint

Verdict = Literal["same", "grown", "split-view", "rewritten", "other-logs", "undecided"]


def compare_checkpoints(one: Checkpoint, other: Checkpoint, ledger: Path) -> Verdict:
    """The verdict on two heads whose signatures were verified; `ledger` may be absent.

    Heads of one size need nothing else. Of two sizes only the log shows whether the smaller is the
    beginning of the larger.
    """
    if one.origin != other.origin:
        return "other-logs"
    if one.size == other.size:
        return "same" if one.root == other.root else "split-view"
    if not ledger.exists():
        return "undecided"
    return _in_ledger(sorted((one, other), key=lambda head: head.size), ledger)


def _in_ledger(heads: list[Checkpoint], path: Path) -> Verdict:
    from cli.signing import origin_of
    from cli.wiring import ledger_identity
    from events_store.log import LeafLog

    with LeafLog(path) as log:
        if origin_of(ledger_identity(log).ledger) != heads[0].origin:
            return "undecided"
        covered = [head for head in heads if head.size <= log.size]
        if any(log.root(head.size) != head.root for head in covered):
            return "rewritten"
    return "grown" if covered == heads else "undecided"
