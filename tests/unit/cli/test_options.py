import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from cli.language import N_, language, set_language
from cli.options import BilingualGroup, argument, command, option

LAZY = {
    "history": "jejak_test_commands:history",
    "serapan": "jejak_test_commands:serapan",
    "broken": "jejak_test_commands:NOT_A_COMMAND",
}
MODULE = """
import click
from cli.options import BilingualCommand

history = click.Command("history", callback=lambda: click.echo("history ran"))
serapan = BilingualCommand("serapan", callback=lambda: click.echo("serapan ran"))
NOT_A_COMMAND = 1
"""


@pytest.fixture(autouse=True)
def _language_restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGUAGE", "id")
    before = language()
    set_language("id")
    yield
    set_language(before)


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BilingualGroup:
    (tmp_path / "jejak_test_commands.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "jejak_test_commands", raising=False)
    made = BilingualGroup(
        "jejak",
        help="unknown",
        lazy=LAZY,
        aliases={"riwayat": "history", "penyerapan": "serapan"},
        sections=[("file", ["serapan", "absent"]), ("directory", ["history"])],
        summaries={"history": "deprecated", "serapan": "required", "broken": "path"},
    )
    made.add_command(shown_command())
    return made


def shown_command() -> click.Command:
    @command(
        "shown",
        help=N_("unknown"),
        short_help=N_("required"),
        epilog=N_("path"),
        examples=["jejak pagu " + "x" * 90],
    )
    @option("--as-of", "--per-tanggal", "as_of", "-d", "--until", help=N_("unknown"))
    @option("--satker", help=N_("file"), show_default="unknown", metavar=N_("PATH"))
    @option("--color/--no-color", "--warna/--tanpa-warna", "color", default=None)
    @option("--count", "--jumlah", "number", type=int, nargs=2)
    @option("--level", "--tingkat", type=click.Choice(["ro", "kro"]), required=True)
    @argument("code", metavar=N_("FILE"))
    def run(code: str, **values: object) -> None:
        click.echo(f"{code} {values}")

    return run


def ran(target: click.Command, *argv: str) -> Result:
    return CliRunner().invoke(target, list(argv), prog_name="jejak", terminal_width=100)


@pytest.mark.parametrize(
    ("lang", "present", "absent"),
    [
        (
            "id",
            [
                "Pemakaian: jejak [OPSI] BERKAS",
                "-d, --per-tanggal TEKS",
                "--satker LOKASI",
                "berkas  [bawaan: (tidak diketahui)]",
                "--warna / --tanpa-warna",
                "--jumlah BILANGAN...",
                "--tingkat [ro|kro]",
                "[wajib]",
                "  tidak diketahui\n",
                "Contoh:",
                "Opsi:",
                "  lokasi",
                "Tampilkan bantuan ini",
            ],
            ["--as-of", "--until", "--color", "--count", "--level", "Usage", "unknown"],
        ),
        (
            "en",
            [
                "Usage: jejak [OPTIONS] FILE",
                "-d, --as-of TEXT",
                "--satker PATH",
                "file  [default: (unknown)]",
                "--color / --no-color",
                "--count INTEGER...",
                "--level [ro|kro]",
                "[required]",
                "  unknown\n",
                "Examples:",
                "Options:",
                "  path",
                "Show this message and exit.",
            ],
            ["--per-tanggal", "--until", "--warna", "--jumlah", "--tingkat", "Pemakaian"],
        ),
    ],
)
def test_help_speaks_one_language(lang: str, present: list[str], absent: list[str]) -> None:
    target = shown_command()
    for spoken in ("id", "en", lang):
        set_language(spoken)
        result = ran(target, "--help")
    assert result.exit_code == 0
    assert [text for text in present if text not in result.output] == []
    assert [text for text in absent if text in result.output] == []
    assert "  jejak pagu " + "x" * 90 + "\n" in result.output


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("name", ["--as-of", "--per-tanggal", "-d", "--until"])
def test_every_name_is_accepted_in_both_languages(lang: str, name: str) -> None:
    set_language(lang)
    result = ran(shown_command(), name, "2024-11-11", "--tingkat", "ro", "a.csv")
    assert result.exit_code == 0
    assert "'as_of': '2024-11-11'" in result.output
    assert "'level': 'ro'" in result.output


@pytest.mark.parametrize(
    ("flag", "value"),
    [("--color", True), ("--warna", True), ("--no-color", False), ("--tanpa-warna", False)],
)
def test_flags_have_both_names_on_both_sides(flag: str, value: bool) -> None:
    assert f"'color': {value}" in ran(shown_command(), flag, "--level", "ro", "a").output


def test_errors_name_the_option_in_the_language() -> None:
    target = shown_command()
    result = ran(target, "a.csv", "--level", "akun")
    assert result.exit_code == 2
    assert "Kesalahan: Nilai untuk '--tingkat' tidak sah" in result.output
    assert "'akun' tidak termasuk pilihan 'ro', 'kro'." in result.output
    assert "Belum ada opsi '--tingkat'" in ran(target, "a.csv").output
    assert "Belum ada argumen 'BERKAS'" in ran(target, "--level", "ro").output
    assert "Ketik 'jejak --help' untuk bantuan." in ran(target).output
    set_language("en")
    assert "Error: Missing option '--level'" in ran(target, "a.csv").output
    assert "No such option '--leve'. Did you mean" in ran(target, "--leve").output


def test_the_group_lists_sections_and_imports_no_command(group: BilingualGroup) -> None:
    result = ran(group, "--help")
    assert result.exit_code == 0
    assert "jejak_test_commands" not in sys.modules
    lines = [line.rstrip() for line in result.output.splitlines()]
    start = lines.index("berkas:")
    assert lines[start:] == [
        "berkas:",
        "  serapan, penyerapan  wajib",
        "",
        "folder:",
        "  history, riwayat     usang",
        "",
        "Perintah:",
        "  broken               lokasi",
        "  shown                wajib",
    ]
    assert lines[0] == "Pemakaian: jejak [OPSI] PERINTAH [ARGUMEN]..."
    set_language("en")
    assert "Usage: jejak [OPTIONS] COMMAND [ARGS]..." in ran(group, "--help").output
    assert "file:\n  serapan, penyerapan  required" in ran(group, "--help").output


@pytest.mark.parametrize("typed", ["history", "riwayat"])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_command_runs_by_its_name_and_its_alias(
    group: BilingualGroup, typed: str, lang: str
) -> None:
    set_language(lang)
    assert ran(group, typed).output == "history ran\n"


def test_a_command_run_by_alias_is_known_by_its_own_name(group: BilingualGroup) -> None:
    seen: list[str | None] = []
    group.callback = lambda: seen.append(click.get_current_context().invoked_subcommand)
    ran(group, "penyerapan")
    assert seen == ["serapan"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("riwayt", "Perintah 'riwayt' tidak dikenal. Mungkin yang dimaksud: 'riwayat'?"),
        ("histori", "Perintah 'histori' tidak dikenal. Mungkin yang dimaksud: 'history'?"),
        ("\x1b[1m", r"Perintah '\x1b[1m' tidak dikenal."),
    ],
)
def test_an_unknown_command_suggests_the_nearest(
    group: BilingualGroup, typed: str, message: str
) -> None:
    result = ran(group, typed)
    assert result.exit_code == 2
    assert result.output.splitlines()[-1] == f"Kesalahan: {message}"


def test_a_path_that_leads_to_no_command_is_refused(group: BilingualGroup) -> None:
    result = ran(group, "broken")
    assert isinstance(result.exception, TypeError)


def test_completion_offers_names_and_aliases_without_importing(group: BilingualGroup) -> None:
    completer = ShellComplete(group, {}, "jejak", "_JEJAK_COMPLETE")
    assert [item.value for item in completer.get_completions([], "")] == [
        "serapan", "history", "broken", "shown", "riwayat", "penyerapan",
    ]  # fmt: skip
    assert [item.value for item in completer.get_completions([], "pe")] == ["penyerapan"]
    assert "jejak_test_commands" not in sys.modules


def test_the_module_needs_click_and_not_rich() -> None:
    code = (
        "import sys, cli.options, cli.render;"
        "sys.exit(bool({'rich', 'pyarrow', 'sqlalchemy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
