"""What README shows is what the commands print; JEJAK_UPDATE_GOLDEN=1 rewrites the blocks."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.docs.generate import ROOT, UPDATE, without_accidents

README = ROOT / "README.md"
ASKED = (
    "jejak pagu --as-of 2024-10-13",
    "jejak pagu '6709.*' --level ro",
    "jejak revisi --by dipa",
    "jejak log --last 3",
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder in which `make demo`'s command ran, and what it printed."""
    folder = tmp_path_factory.mktemp("readme")
    return folder, _run(["demo", "jejak-demo"], folder)


def _run(words: Sequence[str], folder: Path, **variables: str) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", *words],
        cwd=folder,
        env={**kept, "HOME": str(folder), "PYTHONIOENCODING": "utf-8", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 6), done.stdout
    return done.stdout


def test_the_readme_shows_what_make_demo_prints(demo: tuple[Path, str]) -> None:
    _check_block("make demo", demo[1])


def test_the_readme_shows_what_the_questions_answer(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    texts = []
    for line in ASKED:
        words = [word.strip("'") for word in re.findall(r"'[^']*'|\S+", line)][1:]
        answer = _run(words, folder, JEJAK_LEDGER="jejak-demo/jejak.db")
        texts.append(f"$ {line}\n{answer}")
    _check_block("asking", "\n".join(texts))


def _check_block(name: str, output: str) -> None:
    begin, end = f"<!-- begin: {name} -->\n", f"<!-- end: {name} -->"
    text = README.read_text("utf-8")
    before, _, rest = text.partition(begin)
    inside, _, after = rest.partition(end)
    wanted = "".join(f"    {line}".rstrip() + "\n" for line in output.splitlines())
    if UPDATE and without_accidents(inside) != without_accidents(f"\n{wanted}\n"):
        README.write_text(f"{before}{begin}\n{wanted}\n{end}{after}", "utf-8")
        inside = f"\n{wanted}\n"
    assert without_accidents(inside) == without_accidents(f"\n{wanted}\n")
