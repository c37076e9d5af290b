"""Each control is taken away in a copy of the project, and its test must turn red.

A test that stays green without the control that it is said to hold proves nothing. JEJAK_CONTROLS
sets how many breaks are tried; all of them in the campaign.
"""

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Campaign
from tests.threats import THREATS, Break

ROOT = Path(__file__).parents[2]
BREAKS = [one for threat in THREATS for one in threat.breaks]
TRIED = min(int(os.environ.get("JEJAK_CONTROLS", "2")), len(BREAKS))
SEED = int(os.environ.get("JEJAK_SEED", "20250120"))
PARTS = ("ledger", "events_store", "projections", "cli", "tests", "pyproject.toml")
COLLECTED_NOTHING = 5


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's sources, to be broken without harm."""
    folder = tmp_path_factory.mktemp("broken")
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, folder / part, ignore=ignored)
        else:
            shutil.copy(source, folder / part)
    return folder


def _outcome(folder: Path, test: str) -> int:
    """pytest's exit code for one test in the copy, whose packages come before all others."""
    words = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", test]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.returncode


@pytest.mark.parametrize(
    "broken", random.Random(SEED).sample(BREAKS, TRIED), ids=lambda one: f"{one.file}: {one.old}"
)
def test_a_test_is_red_without_its_control(broken: Break, copy: Path, campaign: Campaign) -> None:
    path = copy / broken.file
    source = path.read_text("utf-8")
    assert broken.old in source
    path.write_text(source.replace(broken.old, broken.new), "utf-8")
    try:
        is_red = _outcome(copy, broken.test) == 1
    finally:
        path.write_text(source, "utf-8")
    campaign("controls taken away", tried=1, hit=1, missed=not is_red)
    assert is_red, f"{broken.test} is green without its control"


def test_every_break_finds_what_it_breaks() -> None:
    for threat in THREATS:
        assert threat.breaks, threat.number
        for one in threat.breaks:
            assert one.old in (ROOT / one.file).read_text("utf-8"), (threat.number, one)
            page, _, name = one.test.partition("::")
            assert f"def {name}" in (ROOT / page).read_text("utf-8"), (threat.number, one.test)


def test_the_threats_are_numbered_without_a_gap() -> None:
    assert [threat.number for threat in THREATS] == list(range(1, 28))
