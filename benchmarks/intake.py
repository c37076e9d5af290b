"""Importing payments, parse to commit, against a reader of the same file and the library's saves.

Each import is a process of its own, so that its peak of memory is its own. `JEJAK_ROWS` sets how
many rows the CSV has, `JEJAK_SHEET_ROWS` how many the workbook.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.files import big

ROWS = int(os.environ.get("JEJAK_ROWS", "100000"))
SHEET_ROWS = int(os.environ.get("JEJAK_SHEET_ROWS", "20000"))
SAVED = 2_000
MAPPING = """[[document]]
document = "sp2d-2025"
kind = "SP2D"

[[statement]]
record = "realisation"
[statement.columns]
code = "KODE_COA"
name = "URAIAN"
amount = "NILAI_RUPIAH"
period_start = "TGL_SP2D"
period_end = "TGL_SP2D"
paper_number = "NO_SP2D"
[statement.fixed]
satker = "banjarbaru"
fiscal_year = 2025
document = "sp2d-2025"
dimension = "line"
extent = "payment"
basis = "sp2d"
paper_kind = "SP2D"
paper_line = 1
"""
_TIMED = """
import json, resource, sys, time
start = time.perf_counter()
{work}
seconds = time.perf_counter() - start
whose = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
peak = max(resource.getrusage(who).ru_maxrss for who in whose)
print(json.dumps([seconds, peak / 1024]))
"""
_IMPORT = """
import contextlib, io
from cli.main import run
with contextlib.redirect_stdout(io.StringIO()):
    code = run(sys.argv[1:])
assert code == 0, code
"""
_POLARS_CSV = "import polars; polars.read_csv(sys.argv[1], separator=';', infer_schema=False)"
_POLARS_XLSX = "import polars; polars.read_excel(sys.argv[1], engine='calamine')"


def bench_intake() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bayar.toml").write_text(MAPPING)
        big.write_csv(folder / "bayar.csv", ROWS)
        big.write_xlsx(folder / "bayar.xlsx", SHEET_ROWS)
        _show(
            "CSV", ROWS, _import(folder, "bayar.csv"), _run(_POLARS_CSV, str(folder / "bayar.csv"))
        )
        peer = _run(_POLARS_XLSX, str(folder / "bayar.xlsx"))
        _show("XLSX", SHEET_ROWS, _import(folder, "bayar.xlsx"), peer)
        print(f"  the library's Application.save          {SAVED / _saving(folder):>10,.0f} rows/s")


def _show(kind: str, rows: int, ours: list[float], peer: list[float]) -> None:
    print(f"\nintake, {kind} of {rows:,} rows")
    for name, (seconds, peak) in ((f"polars reads the {kind}", peer), ("jejak import", ours)):
        ratio = seconds / peer[0]
        print(f"  {name:<32} {rows / seconds:>10,.0f} rows/s {ratio:>7.1f} x {peak:>7,.0f} MB")


def _import(folder: Path, name: str) -> list[float]:
    """A whole `jejak import` into a fresh ledger: check, encode, hash, commit, sign nothing."""
    place = folder / name.replace(".", "-")
    options = ["-L", f"{place}.db", "--home", str(place), "--lang", "en"]
    satker = ["--satker", "banjarbaru", "--name", "KPU", "--actor", "uji"]
    _run(_IMPORT, *options, "init", *satker)
    words = ["import", str(folder / name), "--mapping", str(folder / "bayar.toml")]
    return _run(_IMPORT, *options, *words)


def _run(work: str, *words: str) -> list[float]:
    """[seconds, peak of memory in MB] of a process that does this."""
    program = _TIMED.replace("{work}", work)
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=True
    )
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _saving(folder: Path) -> float:
    """Seconds in which the library saves so many payments, one aggregate each, as it is meant."""
    from eventsourcing.application import Application
    from eventsourcing.domain import Aggregate, event

    class Payment(Aggregate):
        @event("Recorded")
        def __init__(self, number: str, day: str, code: str, name: str, amount: int) -> None:
            self.number, self.day, self.code, self.name, self.amount = (
                number, day, code, name, amount,
            )  # fmt: skip

    settings = {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": str(folder / "library.db"),
    }
    start = time.perf_counter()
    application: Application[Any] = Application(settings)
    for number in range(1, SAVED + 1):
        _satker, paper, day, code, name, amount = big.record(number)
        application.save(Payment(paper, day.isoformat(), code, name, amount))
    seconds = time.perf_counter() - start
    application.close()
    return seconds
