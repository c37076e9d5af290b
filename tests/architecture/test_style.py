"""Style that a tool can hold: module size, opening docstrings, words, and machine paths."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("ledger", "events_store", "projections", "cli")
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if path.stat().st_size
)
CATALOGUE = ROOT / "ledger" / "events.py"
UNWANTED_NAMES = {"utils", "helpers", "common", "base", "manager", "misc"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_what_it_is(path: Path) -> None:
    doc = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert doc, "no docstring"
    assert len(doc.splitlines()) <= 10


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_small_and_well_named(path: Path) -> None:
    limit = 800 if path == CATALOGUE else 420
    assert len(path.read_text("utf-8").splitlines()) <= limit
    assert path.stem not in UNWANTED_NAMES


def test_no_file_carries_a_path_of_a_machine() -> None:
    places = ("/" + "root/", "/" + "home/", "/" + "tmp/", "/" + "work/")
    files = [
        path
        for folder in (*PACKAGES, "docs", "locks")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".md", ".toml", ".txt", ".csv", ".po"}
    ]
    found = [
        f"{path.relative_to(ROOT)}: {place}"
        for path in files
        for place in places
        if place in path.read_text("utf-8")
    ]
    assert found == []
