"""What evidence costs: a whole import of 10,000 payments with it and without.

Without: no hash, no tile, no checkpoint, no anchor; the rest is the same command. The current
tables, which are no evidence, are renewed by neither.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from benchmarks.timing import interleaved, show

ROWS = 10_000
ROUNDS = 9
DOCUMENTS = "id,jenis,nomor,revisi,tanggal,terbit\ndipa-2024-r1,DIPA,,1,2024-02-13,\n"
MAPPING = """[[statement]]
record = "realisation"
[statement.columns]
paper_number = "nomor"
code = "kode"
period_start = "tanggal"
period_end = "tanggal"
amount = "jumlah"
[statement.fixed]
satker = "banjarbaru"
fiscal_year = 2024
dimension = "ro"
extent = "payment"
basis = "sp2d"
paper_kind = "SP2D"
document = "dipa-2024-r1"
"""


def bench_evidence() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _prepare(folder / "start")
        copies = _copies(folder, 2 * (ROUNDS + 1))
        ways: dict[str, Callable[[], object]] = {
            "import without evidence": lambda: _without_evidence(next(copies)),
            "import with evidence": lambda: _import(next(copies)),
        }
        with patch("cli.recording.renew_tables"):
            medians = interleaved(ways, ROUNDS)
    show(f"evidence, {ROWS:,} rows", medians, "import without evidence")


def _prepare(place: Path) -> None:
    """A ledger with an unlocked key, and the file to import."""
    place.mkdir()
    satker = ("--satker", "banjarbaru", "--name", "KPU Kota Banjarbaru", "--actor", "uji")
    _jejak(place, "init", "--id", "bench", *satker)
    _jejak(place, "keys", "create", "--no-passphrase")
    (place / "dokumen.csv").write_text(DOCUMENTS)
    _jejak(place, "import", str(place / "dokumen.csv"))
    (place / "bayar.toml").write_text(MAPPING)
    lines = map(_line, range(1, ROWS + 1))
    (place / "bayar.csv").write_text("nomor,kode,tanggal,jumlah\n" + "".join(lines))


def _line(number: int) -> str:
    code, day = f"{6000 + number % 40}.QGE.001", f"2024-{number % 12 + 1:02d}-15"
    return f"{number:015d},{code},{day},{number * 1000}\n"


def _copies(folder: Path, number: int) -> Iterator[Path]:
    """A fresh copy for each import, all made before the first: copying is not timed."""
    names = [folder / str(index) for index in range(number)]
    for name in names:
        shutil.copytree(folder / "start", name)
    return iter(names)


def _import(place: Path) -> None:
    _jejak(place, "import", str(place / "bayar.csv"), "--mapping", str(place / "bayar.toml"))


def _without_evidence(place: Path) -> None:
    recorder = "events_store.recorder"
    with ExitStack() as patches:
        for target, stand_in in (
            (f"{recorder}.leaf_hashes", lambda leaves: [b"" for _ in leaves]),
            (f"{recorder}.LedgerRecorder._append_tiles", lambda *_: None),
            ("cli.recording.sign_after", lambda *_: None),
        ):
            patches.enter_context(patch(target, stand_in))
        _import(place)


def _jejak(place: Path, *words: str) -> None:
    from cli.main import run

    options = ["-L", str(place / "jejak.db"), "--home", str(place / "rumah"), "--lang", "en"]
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()) as said:
        code = run([*options, *words])
    if code:
        raise SystemExit(said.getvalue())
