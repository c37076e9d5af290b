"""A bar is drawn at a terminal and for a large ledger, and nowhere else."""

import sys

import pytest

from cli.render.progress import WORTH_A_BAR, progress_bar

MANY = WORTH_A_BAR + 1


def run_through(leaves: int, *, quiet: bool = False) -> None:
    with progress_bar("Verifying", leaves, leaves=leaves, quiet=quiet) as done:
        for index in range(leaves):
            done(index)


def test_a_bar_ends_full_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    run_through(MANY)
    out, err = capsys.readouterr()
    assert "Verifying" in err
    assert "100%" in err
    assert out == ""


@pytest.mark.parametrize(
    ("leaves", "terminal", "quiet"),
    [(WORTH_A_BAR, True, False), (MANY, False, False), (MANY, True, True)],
)
def test_no_bar_for_a_small_ledger_a_pipe_or_when_quiet(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    leaves: int,
    terminal: bool,
    quiet: bool,
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    run_through(leaves, quiet=quiet)
    assert capsys.readouterr() == ("", "")
