"""Every example in the help runs on the demo ledger, and every link in a page leads on."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from cli.main import root, run
from cli.options import BilingualCommand
from tests.docs.generate import ROOT, _commands

EXAMPLES = [
    example
    for _, command in _commands(root, ["jejak"])
    if isinstance(command, BilingualCommand)
    for example in command.examples
]
FILES = ("tabel-17-revisi.csv", "tabel-17-revisi.toml")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples") / "contoh"
    assert run(["demo", str(folder)]) == 0
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A demo ledger with the files that the examples name beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JEJAK_HOME", str(tmp_path / "contoh" / "rumah"))
    shutil.copytree(built, tmp_path / "contoh")
    monkeypatch.setenv("JEJAK_LEDGER", str(tmp_path / "contoh" / "jejak.db"))
    data = ROOT / "cli" / "data" / "banjarbaru"
    for name in FILES:
        (tmp_path / name).write_bytes((data / name).read_bytes())
    (tmp_path / "revisi.csv").write_text("revisi,pagu\n14,1\n")
    (tmp_path / "m.toml").write_text(
        '[[document]]\ndocument = "dipa-2024-r14"\nkind = "DIPA"\n[[statement]]\n'
        'record = "revision"\ncolumns = { revision = "revisi", total = "pagu" }\n'
        'fixed = { satker = "banjarbaru", fiscal_year = 2024, document = "x" }\n'
    )
    (tmp_path / "usulan.csv").write_text("ro,pagu\n6709.QGE.001,918009000\n")
    (tmp_path / "usulan.toml").write_text(
        '[[statement]]\nrecord = "line"\ncolumns = { code = "ro", amount = "pagu" }\n'
        'fixed = { satker = "banjarbaru", fiscal_year = 2024, document = "usulan", '
        'dimension = "ro", coverage = "partial" }\n'
    )
    anchored = next((tmp_path / "contoh/rumah/anchors/contoh-banjarbaru").iterdir()).read_bytes()
    for name in ("titik-periksa-auditor", "dari-satker", "dari-auditor", "titik-periksa"):
        (tmp_path / name).write_bytes(anchored)
    assert run(["prove", "#34", "-o", "bukti.zip"]) == 0
    assert run(["export", "--tiles", "log-terbit"]) == 0
    assert run(["checkpoint", "request", "-o", "permintaan"]) == 0
    assert run(["witness", "create", "auditor.example", "--no-passphrase"]) == 0
    return tmp_path


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_help_runs(
    example: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(example)
    assert words[0] == "jejak"
    if words[1] == "init":
        monkeypatch.setenv("JEJAK_LEDGER", str(folder / "baru.db"))
    if {"https://...", "stempel.tsr"} & set(words):
        pytest.skip("needs a time stamp authority; tests/foreign has one")
    if words[2:3] == ["create"]:
        monkeypatch.setenv("JEJAK_HOME", str(folder / "rumah-baru"))
        if "--no-passphrase" not in words:
            reader = folder / "sandi"
            reader.write_text("kata sandi yang panjang\n")
            with reader.open() as file:
                assert run([*words[1:], "--passphrase-fd", str(file.fileno())]) == 0
            return
    if "jejak/...+...+..." in words:
        capfd.readouterr()
        assert run(["keys", "show"]) == 0
        words[words.index("jejak/...+...+...")] = capfd.readouterr().out.strip()
    assert run(words[1:]) in (0, 6 if "--between" not in words else 1)


def test_every_command_has_an_example() -> None:
    lacking = [
        " ".join(path)
        for path, command in _commands(root, ["jejak"])
        if isinstance(command, BilingualCommand)
        and not hasattr(command, "commands")
        and not command.examples
    ]
    assert lacking == []


@pytest.mark.parametrize(
    "page",
    sorted(page for page in ROOT.rglob("*.md") if not {".venv", ".git"} & set(page.parts)),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target
