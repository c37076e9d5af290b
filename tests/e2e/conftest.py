"""The command line run in this process, on copies of one demo ledger."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from events_store.log import LeafLog


@dataclass(frozen=True)
class Answered:
    """What one command line gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Jejak = Callable[..., Answered]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo ledger; copy it before writing."""
    folder = tmp_path_factory.mktemp("demo") / "contoh"
    assert run(["demo", str(folder), "--lang", "en"]) == 0
    return folder


@pytest.fixture(scope="session")
def size(built: Path) -> int:
    """How many entries the demo ledger has."""
    with LeafLog(built / "jejak.db") as log:
        return log.size


@pytest.fixture
def folder(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the demo folder, named in the environment as a user would."""
    copy = tmp_path / "contoh"
    shutil.copytree(built, copy)
    for name in ("JEJAK_ACTOR", "JEJAK_LANG", "COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JEJAK_LEDGER", str(copy / "jejak.db"))
    monkeypatch.setenv("JEJAK_HOME", str(copy / "rumah"))
    monkeypatch.chdir(tmp_path)
    return copy


@pytest.fixture
def jejak(folder: Path, capfd: pytest.CaptureFixture[str]) -> Jejak:
    """Run `jejak WORDS...` on the copy, in English."""

    def call(*words: str, lang: str = "en") -> Answered:
        capfd.readouterr()
        code = run([*words, "--lang", lang])
        out, err = capfd.readouterr()
        return Answered(code, out, err)

    return call
