"""What must not be loaded to answer `--help`, and what a query must not pay for."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("pyarrow", "sqlalchemy", "eventsourcing", "rich", "cryptography", "orjson")


def _loaded(script: str) -> set[str]:
    probe = (
        f"{script}\nimport sys\nprint('LOADED', *sorted({{m.split('.')[0] for m in sys.modules}}))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("LOADED"))
    return set(line.split()[1:])


def test_help_loads_no_heavy_library() -> None:
    loaded = _loaded("from cli.main import run\nrun(['--help'])")
    assert loaded & set(HEAVY) == set()
    assert "click" in loaded


def test_reading_loads_neither_the_writing_side_nor_numpy() -> None:
    loaded = _loaded("import events_store.log, projections.pagu, projections.revisions, cli.wiring")
    assert loaded & {"sqlalchemy", "eventsourcing", "numpy", "click", "rich"} == set()
    assert "pyarrow" in loaded


@pytest.mark.parametrize("package", ["ledger", "events_store", "projections", "cli"])
def test_importing_a_package_has_no_side_effect(package: str) -> None:
    assert _loaded(f"import {package}") & set(HEAVY) == set()


XML_READERS = re.compile(r"^\s*(?:import|from)\s+(?:xml|lxml|openpyxl)\b", re.MULTILINE)


def test_xml_is_parsed_by_defusedxml_alone() -> None:
    """It refuses entities; calamine, which knows none, parses in a process of its own."""
    packages = ("ledger", "events_store", "projections", "cli")
    pages = [page for package in packages for page in (ROOT / package).rglob("*.py")]
    assert len(pages) > 100
    assert [page for page in pages if XML_READERS.search(page.read_text("utf-8"))] == []
