"""The signed ledger, built once, and a copy of it for each attack."""

from pathlib import Path

import pytest

from tests.tamper.book import Signed, build, copy_of


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    return build(tmp_path_factory.mktemp("tamper") / "jejak.db")


@pytest.fixture
def ledger(original: Signed, tmp_path: Path) -> Signed:
    return copy_of(original, tmp_path)
