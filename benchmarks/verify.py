"""A whole verification against reading the same rows once, and the memory that it takes.

JEJAK_EVENTS says how many events the ledger holds. It is made, and memory is measured, in
processes of their own: the peak of a process counts what it grew to before.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from benchmarks.timing import interleaved, show

EVENTS = int(os.environ.get("JEJAK_EVENTS", "100000"))
BATCH = 10_000
PAYMENTS = 620
PER_SATKER = 689
"""Events of a satker with so many payments, rounded down: a satker too many is cut off."""

_MAKE = "from benchmarks.verify import make_ledger; make_ledger({path!r}, {count})"
_PEAK = "from benchmarks.verify import verify, peak; verify({path!r}); print(peak())"
_WHOLE = (
    "from benchmarks.verify import peak; from cli.main import run;"
    " run(['verify', '-L', {path!r}, '--home', {path!r} + '-home']); print(peak())"
)


def bench_verify() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/a.db"
        _python(_MAKE.format(path=path, count=EVENTS))
        peaks = {
            "verify": _python(_PEAK.format(path=path)),
            "the command `jejak verify`": _python(_WHOLE.format(path=path)),
        }
        ways: dict[str, Callable[[], object]] = {
            "reading the rows once": lambda: read(path),
            "verify": lambda: verify(path),
        }
        show(f"verify, {EVENTS:,} events", interleaved(ways, 3), "reading the rows once")
    for name, peak_bytes in peaks.items():
        print(f"  {name:<34} {int(peak_bytes.split()[-1]) / 2**20:>10.1f} MB at its peak")


def make_ledger(path: str, count: int) -> None:
    """A ledger of `count` generated events, recorded in large batches."""
    from cli.wiring import open_ledger
    from events_store.identity import create_ledger_file
    from tests.nation import events

    create_ledger_file(Path(path))
    coming = islice(events(count // PER_SATKER + 1, PAYMENTS), count)
    with open_ledger(Path(path)) as ledger:
        while batch := list(islice(coming, BATCH)):
            ledger.record(batch, actor="bench")


def read(path: str) -> int:
    """Every row once; the sum of their bytes."""
    from events_store.log import LeafLog

    with LeafLog(Path(path)) as log:
        return sum(len(row[4]) for row in log.rows())


def verify(path: str) -> None:
    """Verify as the command does; SystemExit with what contradicts."""
    from cli.wiring import check_leaf, leaf_forms
    from events_store.log import LeafLog
    from events_store.policy import Policy
    from events_store.verify import verify_log

    with LeafLog(Path(path)) as log:
        report = verify_log(log, policy=Policy(()), check_leaf=check_leaf, forms=leaf_forms())
    if not report.holds:
        raise SystemExit(str(report.contradictions))


def peak() -> int:
    """The greatest resident size of this process so far, in bytes."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _python(script: str) -> str:
    words = [sys.executable, "-c", script]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout
