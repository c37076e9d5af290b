"""A ledger ready for an import, its home and its files: what every fault campaign starts from."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.home import Home
from cli.main import run
from cli.verification import gather
from cli.wiring import check_leaf, leaf_forms
from events_store.log import LeafLog
from events_store.verify import Report, verify_log

LEDGER_ID = "uji-mati"
LIMIT_SECONDS = 60
PROGRAM = "from cli.main import main; main()"
ISOLATED = ["-I"] if sys.flags.isolated else []
DOCUMENTS = """id,jenis,nomor,revisi,tanggal,terbit
dipa-2024-r1,DIPA,,1,2024-02-13,
lkj-2024,LKJ,,,2025-01-16,2025-01-16
"""
MAPPING = """[[statement]]
record = "line"
[statement.columns]
code = "kode"
name = "uraian"
amount = "jumlah"
[statement.fixed]
satker = "banjarbaru"
fiscal_year = 2024
revision = 1
dimension = "line"
coverage = "full"
document = "dipa-2024-r1"
read_from = "lkj-2024"
sheet = "Rincian"
"""


@dataclass(frozen=True)
class Place:
    """A folder with a ledger, its home, and the file to import."""

    folder: Path

    @property
    def ledger(self) -> Path:
        return self.folder / "jejak.db"

    @property
    def wal(self) -> Path:
        return self.folder / "jejak.db-wal"

    @property
    def home(self) -> Home:
        return Home(self.folder / "rumah")

    def words(self, *command: str) -> list[str]:
        return ["-L", str(self.ledger), "--home", str(self.home.folder), "--lang", "en", *command]

    def import_words(self) -> list[str]:
        mapping = str(self.folder / "baris.toml")
        return self.words("import", str(self.folder / "baris.csv"), "--mapping", mapping)

    def start_import(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            program(self.import_words()), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def size(self) -> int:
        with LeafLog(self.ledger) as log:
            return log.size

    def imports(self) -> int:
        with LeafLog(self.ledger) as log:
            return len(list(log.imports()))

    def verify(self) -> Report:
        trust = gather(LEDGER_ID, self.home, [], [])
        assert trust.policy.logs
        with LeafLog(self.ledger) as log:
            return verify_log(
                log,
                policy=trust.policy,
                heads=trust.heads,
                check_leaf=check_leaf,
                forms=leaf_forms(),
            )

    def copy_to(self, folder: Path) -> "Place":
        shutil.copytree(self.folder, folder)
        return Place(folder)


def program(words: Sequence[str]) -> list[str]:
    """The command line in a process of its own, which writes no bytecode."""
    return [sys.executable, *ISOLATED, "-B", "-c", PROGRAM, *words]


def make_place(folder: Path, rows: int, documents: str = DOCUMENTS) -> Place:
    """A signed ledger with documents in it, and beside it a file of so many rows to import."""
    place = Place(folder)
    place.folder.mkdir()
    satker = ("--satker", "banjarbaru", "--name", "KPU Kota Banjarbaru", "--actor", "uji")
    assert run(place.words("init", "--id", LEDGER_ID, *satker)) == 0
    assert run(place.words("keys", "create", "--no-passphrase")) == 0
    (place.folder / "dokumen.csv").write_text(documents)
    assert run(place.words("import", str(place.folder / "dokumen.csv"))) == 0
    (place.folder / "baris.toml").write_text(MAPPING)
    lines = (f"{i // 100:03d}.{i % 100:02d},Belanja ke-{i},{i * 1000}\n" for i in range(rows))
    (place.folder / "baris.csv").write_text("kode,uraian,jumlah\n" + "".join(lines))
    for ending in ("-wal", "-shm"):
        place.ledger.with_name(place.ledger.name + ending).unlink(missing_ok=True)
    return place


def many_documents(leaves: int) -> str:
    """Documents that fill a new ledger, opening and import row included, to so many leaves."""
    return DOCUMENTS + "".join(f"surat-{i},LAIN,,,2024-01-02,\n" for i in range(5, leaves))


def assert_recovers(place: Place, after: int) -> None:
    """No contradiction; a rerun completes the import to the size `after`, one more adds nothing."""
    assert place.verify().contradictions == []
    for _ in range(2):
        assert run(place.import_words()) == 0
        assert place.size() == after
    assert place.verify().contradictions == []
    assert place.imports() == 2


def assert_signs(place: Place) -> None:
    """The next import is signed whole: file, anchors and the signer's memory agree."""
    more = place.folder / "lagi.csv"
    more.write_text("id,jenis,nomor,revisi,tanggal,terbit\ndipa-2024-r2,DIPA,,2,2024-03-01,\n")
    assert run(place.words("import", str(more))) == 0
    report = place.verify()
    assert report.contradictions == []
    assert report.unsigned_tail == 0
    head = place.home.last_head(LEDGER_ID)
    assert head is not None
    assert (head.size, head.root) == (report.size, report.root)
    assert f"checkpoint-{head.size:012d}" in [
        path.name for path in place.home.anchors(LEDGER_ID).iterdir()
    ]
