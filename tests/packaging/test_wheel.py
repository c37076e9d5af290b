"""The wheel that is built holds the four packages and their data, and nothing else."""

import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Sequence[str]:
    if not (ROOT / "pyproject.toml").is_file():
        pytest.skip("the source tree is not here")
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", target, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = target.iterdir()
    assert wheel.name.startswith("jejak_dipa-")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_holds_four_typed_packages(names: Sequence[str]) -> None:
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"ledger", "events_store", "projections", "cli"}
    for top in tops:
        assert f"{top}/py.typed" in names


def test_the_wheel_holds_data_layouts_and_catalogues(names: Sequence[str]) -> None:
    for name in (
        "cli/data/banjarbaru/tabel-17-revisi.csv",
        "cli/data/banjarbaru/tabel-17-revisi.toml",
        "cli/data/fields.toml",
        "cli/data/layouts/dokumen.toml",
        "cli/evidence/replay.sql",
        "cli/locale/id/LC_MESSAGES/jejak.mo",
        "cli/locale/en/LC_MESSAGES/jejak.mo",
    ):
        assert name in names


def test_the_wheel_holds_no_tests(names: Sequence[str]) -> None:
    assert not [name for name in names if "test" in name.lower()]


def test_the_wheel_installs_the_command_and_its_licence(names: Sequence[str]) -> None:
    assert any(name.endswith("entry_points.txt") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
