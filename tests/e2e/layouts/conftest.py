"""A fresh ledger for each file that comes in, and what it holds afterwards."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from cli.opening import Opening, create_ledger
from events_store.leaf import decode_leaf
from events_store.log import LeafLog
from tests.e2e.conftest import Answered

Row = dict[str, Any]


@dataclass(frozen=True)
class Book:
    """A ledger of one satker that no file names; `take` imports a file by the command line."""

    folder: Path
    capfd: pytest.CaptureFixture[str]

    @property
    def ledger(self) -> Path:
        return self.folder / "jejak.db"

    def run(self, *words: str) -> Answered:
        self.capfd.readouterr()
        code = run(["-L", str(self.ledger), "--lang", "en", "--home", str(self.folder), *words])
        out, err = self.capfd.readouterr()
        return Answered(code, out, err)

    def take(self, data: bytes, name: str, *options: str) -> Answered:
        path = self.folder / name
        path.write_bytes(data)
        return self.run("import", str(path), "--new-satker", "--actor", "uji", *options)

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json").out)

    @property
    def size(self) -> int:
        with LeafLog(self.ledger) as log:
            return log.size

    def events(self, topic: str) -> list[Row]:
        with LeafLog(self.ledger) as log:
            leaves = [decode_leaf(data) for _, _, data in log.leaves()]
        return [leaf.data for leaf in leaves if leaf.type == topic]

    def lines(self, topic: str = "dipa-lines-stated.v1") -> list[Row]:
        """Every line of every list, with what its list says of them all."""
        return [line for event in self.events(topic) for line in _lines(event)]


def _lines(event: Row) -> Iterator[Row]:
    columns = {name: found for name, found in event.items() if isinstance(found, list)}
    shared = {name: value for name, value in event.items() if name not in columns}
    for at in range(len(event["code"])):
        yield {**shared, **{name: found[at] for name, found in columns.items()}}


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An opened ledger without any entry of a budget."""
    path = tmp_path_factory.mktemp("kosong") / "jejak.db"
    opening = Opening("uji", "Asia/Makassar", "IDR", 0, "induk", "SATKER INDUK", None)
    create_ledger(path, opening, actor="uji")
    return path


@pytest.fixture
def book(
    opened: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Book:
    for name in ("JEJAK_ACTOR", "JEJAK_LANG", "JEJAK_LEDGER", "COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    shutil.copy(opened, tmp_path / "jejak.db")
    return Book(tmp_path, capfd)
