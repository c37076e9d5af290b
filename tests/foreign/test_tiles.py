"""The exported log as a client of C2SP tlog-tiles reads it: x/mod's TileHashReader and note."""

import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.foreign.conftest import SEED, Bundle, Demo, Go, flipped, needs_go

pytestmark = needs_go

INDEX = 34
OLD_SIZE = 1052

Reader = Callable[[Path], "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def exported(demo: Demo) -> Path:
    folder = demo.folder / "log"
    assert demo.run("export", "--tiles", str(folder)) == 0
    return folder


@pytest.fixture
def copy(exported: Path, tmp_path: Path) -> Path:
    return shutil.copytree(exported, tmp_path / "log")


@pytest.fixture(scope="module")
def read(go: Go, demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """The program, built once."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copy(Path(__file__).with_name("tiles.go"), folder)
    assert go(folder, "build", "tiles.go").returncode == 0

    def call(log: Path) -> "subprocess.CompletedProcess[str]":
        words = [str(folder / "tiles"), str(log), demo.keys[0], str(INDEX), str(OLD_SIZE)]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    return call


def test_its_proofs_are_those_of_the_bundle(read: Reader, exported: Path, watched: Bundle) -> None:
    done = read(exported)
    assert done.returncode == 0, done.stderr
    inclusion, growth = done.stdout.split("\n\n")
    files = watched.files()
    assert inclusion == files["event.tlog-proof"].decode().split("\n\n")[0].split("\n", 2)[2]
    assert growth.strip() == files["consistency"].decode().split("\n\n")[0].split("\n", 1)[1]


def test_its_tiles_are_those_of_the_replay_bundle(exported: Path, replay: Bundle) -> None:
    mine = {name: data for name, data in replay.files().items() if name.startswith("tile/")}
    assert mine
    for name, data in mine.items():
        assert (exported / name).read_bytes() == data


def test_a_changed_bit_of_any_file_is_refused(read: Reader, copy: Path) -> None:
    chosen = random.Random(SEED)
    files = (path for path in copy.rglob("*") if path.is_file())
    paths = sorted(path for path in files if path.parent.name != "checkpoints")
    assert len(paths) == 12
    for path in paths:
        data = path.read_bytes()
        path.write_bytes(flipped(data, chosen.randrange(len(data) * 8)))
        done = read(copy)
        assert (done.returncode, done.stdout) == (5, ""), path
        path.write_bytes(data)
    assert read(copy).returncode == 0


@pytest.mark.parametrize("name", ["checkpoint", "tile/0/003", "tile/1/000.p/4", "tile/entries/002"])
def test_a_missing_file_is_refused(read: Reader, copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert read(copy).returncode == 5
