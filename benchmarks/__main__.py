"""`python -m benchmarks [NAME...]`: every figure as a ratio to a named peer in the same run."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.evidence import bench_evidence
from benchmarks.intake import bench_intake
from benchmarks.timing import interleaved, process, show
from benchmarks.verify import bench_verify

BARE = """
import click
@click.group()
def root(): pass
for name in "init demo status import record correct void log show revisi pagu serapan".split():
    root.command(name)(lambda: None)
root()
"""
BARE_ARROW = """
import click, pyarrow, pyarrow.compute, pyarrow.json
@click.command()
def root(): pass
root()
"""
JEJAK = "from cli.main import main; main()"


def bench_help() -> None:
    ways = {
        "bare click --help": process([sys.executable, "-c", BARE, "--help"]),
        "jejak --help": process([sys.executable, "-c", JEJAK, "--help"]),
    }
    show("help", interleaved(ways, 15), "bare click --help")


def bench_query() -> None:
    with tempfile.TemporaryDirectory() as folder:
        process([sys.executable, "-c", JEJAK, "demo", f"{folder}/d"])()
        words = ["-L", f"{folder}/d/jejak.db", "pagu", "--revision", "9", "--json"]
        ways = {
            "bare click with pyarrow": process([sys.executable, "-c", BARE_ARROW]),
            "jejak pagu --json": process([sys.executable, "-c", JEJAK, *words]),
        }
        show("query", interleaved(ways, 11), "bare click with pyarrow")


def bench_recorder() -> None:
    from eventsourcing.persistence import StoredEvent
    from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

    from events_store.database import open_engine
    from events_store.identity import create_ledger_file
    from events_store.recorder import LedgerRecorder

    state = b"x" * 550
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        create_ledger_file(path)
        engine = open_engine(path)
        ours = LedgerRecorder(engine)
        datastore = SQLiteDatastore(f"file:{folder}/b.db", originator_id_type="text")
        theirs = SQLiteApplicationRecorder(datastore)
        theirs.create_table()
        turns = {"ours": 0, "theirs": 0}

        def batch(name: str) -> list[StoredEvent]:
            turns[name] += 1
            stream = f"realisasi/s{turns[name]}/2024"
            return [
                StoredEvent(stream, n, "realisation-recorded.v1", state) for n in range(1, 1001)
            ]

        ways: dict[str, Callable[[], object]] = {
            "library SQLite insert_events": lambda: theirs.insert_events(batch("theirs")),
            "ours with tree and tiles": lambda: ours.insert_events(batch("ours")),
        }
        medians = interleaved(ways, 40)
        show("recorder, batches of 1,000", medians, "library SQLite insert_events")
        speed = medians["library SQLite insert_events"] / medians["ours with tree and tiles"]
        print(f"  throughput of ours is {speed:.2f} of the library's")
        engine.dispose()
        datastore.close()


def bench_projections() -> None:
    from projections.absorption import absorption
    from projections.columns import decode
    from projections.pagu import pagu
    from projections.performance import performance
    from projections.position import Position, visible
    from projections.revisions import revisions
    from tests.nation import leaves

    rows = leaves(549, 200)
    columns = decode(rows, len(rows))
    print(f"\n549 satker, {len(rows):,} events")
    position = Position(revision=9)
    ways: dict[str, Callable[[], object]] = {
        "decode": lambda: decode(rows, len(rows)),
        "visible": lambda: visible(columns, position),
        "revisions": lambda: revisions(columns, position),
        "pagu at revision 9, by RO": lambda: pagu(columns, position, "ro"),
        "absorption by RO": lambda: absorption(columns, position, "ro"),
        "performance": lambda: performance(columns, position),
    }
    show("projections", interleaved(ways, 3), "decode")


BENCHES = {
    "help": bench_help,
    "query": bench_query,
    "recorder": bench_recorder,
    "projections": bench_projections,
    "verify": bench_verify,
    "evidence": bench_evidence,
    "intake": bench_intake,
}


def main() -> None:
    for name in sys.argv[1:] or BENCHES:
        BENCHES[name]()


if __name__ == "__main__":
    main()
