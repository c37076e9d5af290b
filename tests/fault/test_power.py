"""Power cut during imports: what was said to be recorded stands, the rest is whole or absent.

The real command line is recorded, some imports while a reader holds a snapshot, so that their
pages must stay in the -wal; then the disk is rebuilt as it may be found after a cut at any point.
JEJAK_IMAGES sets the number. With synchronous=NORMAL the same must lose imports: the control.
"""

import os
import random
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cli.tables import contradicted_tables
from events_store.keys import read_key
from events_store.log import LeafLog
from events_store.tables import Materialised, read_materialised
from tests.conftest import Campaign
from tests.fault.disk import ALL_DROPPED, ALL_KEPT, Disk, Image, images
from tests.fault.place import LEDGER_ID, PROGRAM, Place, assert_signs, program
from tests.fault.recording import Event, Recorder, build_recorder

IMAGES = int(os.environ.get("JEJAK_IMAGES", "60"))
SEED = int(os.environ.get("JEJAK_SEED", "20250120"))
ROWS = (3, 270, 20, 10)
WITH_A_READER = (1, 2)
OPENED = ("init", "--id", LEDGER_ID, "--satker", "banjarbaru", "--name", "KPU", "--actor", "uji")
KEYED = ("keys", "create", "--no-passphrase")
UNSAFE = f"""import events_store.database as database
safe = database._configure
def unsafe(connection, record):
    safe(connection, record)
    connection.execute("PRAGMA synchronous = NORMAL")
database._configure = unsafe
{PROGRAM}"""
Listing = tuple[bytes, tuple[tuple[str, Materialised], ...]]
SAID = re.compile(rb"recorded as #\d+ to #(\d+)")
SIGNED = re.compile(rb"Signed: \d+ entries, checkpoint kept in (.+)")


@dataclass(frozen=True)
class Recorded:
    """A ledger, a key and imports as events, and the root of the log at each size it had.

    The imports begin after `ready` events.
    """

    place: Place
    events: list[Event]
    ready: int
    roots: dict[int, bytes]

    def images(self) -> Iterator[Image]:
        """IMAGES of them, without those that are as an earlier one after the same words."""
        chance = random.Random(SEED)
        seen = set()
        for image in images(Disk(self.place.folder), self.events, self._cuts(chance), chance):
            said = (self.said_size(image.at), *self.said_anchors(image.at))
            key = hash((said, tuple(sorted(image.files.items()))))
            if key not in seen:
                seen.add(key)
                yield image

    def _cuts(self, chance: random.Random) -> list[int]:
        """After any event; one in four as soon as something was said."""
        anywhere = range(self.ready, len(self.events) + 1)
        said = [at for at in anywhere if self.events[at - 1].kind == "a"]
        return [chance.choice(anywhere if n % 4 else said) for n in range(IMAGES)]

    def said_size(self, at: int) -> int:
        """The size up to which entries were said to be recorded before a cut."""
        return max((int(last) + 1 for last in _said(SAID, self.events[:at])), default=2)

    def said_anchors(self, at: int) -> list[Path]:
        """The checkpoints that were said to be kept, by their path in the folder."""
        return [
            Path(path.decode()).relative_to(self.place.folder)
            for path in _said(SIGNED, self.events[:at])
        ]


def _said(words: re.Pattern[bytes], events: list[Event]) -> list[bytes]:
    return [found for event in events if event.kind == "a" for found in words.findall(event.data)]


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_recorder(tmp_path_factory.mktemp("recorder"))


@pytest.fixture(scope="module")
def durable(tmp_path_factory: pytest.TempPathFactory, recorder: Path) -> Recorded:
    return _record(tmp_path_factory.mktemp("durable"), recorder, PROGRAM)


@pytest.fixture(scope="module")
def unsafe(tmp_path_factory: pytest.TempPathFactory, recorder: Path) -> Recorded:
    return _record(tmp_path_factory.mktemp("unsafe"), recorder, UNSAFE)


def _record(base: Path, library: Path, code: str) -> Recorded:
    place = Place(base.resolve() / "place")
    place.folder.mkdir()
    recorder = Recorder(library, place.folder, base / "log")

    def jejak(*words: str) -> None:
        command = program(place.words(*words))
        recorder.run([code if part == PROGRAM else part for part in command])

    jejak(*OPENED)
    jejak(*KEYED)
    ready = len(recorder.events)
    sizes = [place.size()]
    with ExitStack() as reading:
        for number, rows in enumerate(ROWS):
            if number not in WITH_A_READER:
                reading.close()
            jejak("import", str(_documents(base, number, rows)))
            sizes.append(sizes[-1] + 1 + rows)
            reading.enter_context(LeafLog(place.ledger))
    with LeafLog(place.ledger) as log:
        assert log.size == sizes[-1]
        roots = {size: log.root(size) for size in sizes}
    return Recorded(place, recorder.events, ready, roots)


def _documents(folder: Path, number: int, rows: int) -> Path:
    """A file of documents that no other number has."""
    file = folder / f"dokumen-{number}.csv"
    lines = (f"lkj-{number}-{row},LKJ,,,2025-01-16,2025-01-16\n" for row in range(rows))
    file.write_text("id,jenis,nomor,revisi,tanggal,terbit\n" + "".join(lines))
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where images are looked at: in memory where there is such a place, for they are many."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as found:
        yield Path(found) / "image"


def _found(image: Image, folder: Path) -> Place:
    """The image as files, in place of the one before."""
    shutil.rmtree(folder, ignore_errors=True)
    image.write_to(folder)
    return Place(folder)


def test_the_recording_gives_the_very_files_again(durable: Recorded) -> None:
    disk = Disk(durable.place.folder)
    for event in durable.events:
        disk.follow(event)
    files = disk.cut(random.Random(SEED), ALL_KEPT).files
    folder = durable.place.folder
    there = {path for path in folder.rglob("*") if not path.name.endswith("-shm")}
    assert set(files) == {str(path.relative_to(folder)) for path in there}
    for name, content in files.items():
        assert content is None or content == (folder / name).read_bytes()


def test_ledger_key_and_name_stand_if_the_power_goes_as_soon_as_they_are_made(
    durable: Recorded, folder: Path
) -> None:
    disk = Disk(durable.place.folder)
    for event in durable.events[: durable.ready]:
        disk.follow(event)
    place = _found(disk.cut(random.Random(SEED), ALL_DROPPED), folder)
    assert place.size() == min(durable.roots)
    read_key(place.home.key_path(LEDGER_ID), None)
    assert place.home.public_key_path(LEDGER_ID).exists()
    assert place.home.actor == "uji"


def test_no_power_cut_loses_what_was_said_to_be_recorded(
    durable: Recorded, folder: Path, campaign: Campaign
) -> None:
    hit = 0
    followed: set[Listing] = set()
    for image in durable.images():
        place = _found(image, folder)
        hit += image.spoiled > 0
        _assert_stands(place, durable, image.at)
        followed.add(_assert_no_contradiction(place, followed))
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            assert_signs(place)
    campaign("power cut, unsynced writes kept, dropped or torn", tried=IMAGES, hit=hit)
    assert hit > 0


def test_with_synchronous_normal_power_cuts_lose_imports_so_the_recorder_sees_syncs(
    unsafe: Recorded, folder: Path, campaign: Campaign
) -> None:
    lost, hit = 0, 0
    for image in unsafe.images():
        place = _found(image, folder)
        hit += image.spoiled > 0
        lost += place.size() < unsafe.said_size(image.at)
    fault = "control: power cut with synchronous=NORMAL, must lose"
    campaign(fault, tried=IMAGES, hit=hit, lost=lost)
    assert lost > 0


def _assert_stands(place: Place, recorded: Recorded, at: int) -> None:
    """All that was acknowledged before the cut, imports whole or absent, no contradiction."""
    with LeafLog(place.ledger) as log:
        assert log.size >= recorded.said_size(at), f"lost by a cut after event {at}"
        assert recorded.roots.get(log.size) == log.root(), f"half an import, event {at}"
    for anchor in recorded.said_anchors(at):
        kept = (place.folder / anchor).read_bytes()
        assert kept == (recorded.place.folder / anchor).read_bytes(), f"event {at}"


def _assert_no_contradiction(place: Place, followed: set[Listing]) -> Listing:
    """What `jejak verify` asks. The tables of a log that are listed alike are made again once:
    that their rows are those whose digests are listed is asked each time.
    """
    report = place.verify()
    assert report.contradictions == []
    with LeafLog(place.ledger) as log:
        listing = (log.root(), tuple(sorted(read_materialised(log).items())))
        assert listing in followed or contradicted_tables(log, report) == []
    return listing
