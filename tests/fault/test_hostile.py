"""Hostile input: every parser refuses it in its own words, or accepts what it would write itself.

JEJAK_EXAMPLES sets how many inputs are made blindly, JEJAK_FUZZ how many under the guidance of
coverage, both for each parser.
"""

import importlib.util
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Campaign
from tests.fault.parsers import PARSERS, Parser, try_input

EXAMPLES = int(os.environ.get("JEJAK_EXAMPLES", "80"))
RUNS = int(os.environ.get("JEJAK_FUZZ", "2000"))
SEED = int(os.environ.get("JEJAK_SEED", "20250120"))
ISOLATED = ["-I"] if sys.flags.isolated else []
LIMIT_SECONDS = 24 * 3600
CASES = Path(__file__).with_name("cases")
"""Inputs that once broke a parser, in a folder of its name."""


@st.composite
def mutations(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """A valid input in which pieces are replaced, repeated, taken out or put in."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        stop = draw(st.integers(start, min(len(data), start + 40)))
        other = draw(st.sampled_from(seeds))
        at = draw(st.integers(0, len(other)))
        piece = draw(
            st.binary(max_size=8)
            | st.sampled_from([b"\n", b"\n\n", b" ", b"0", b"=", b"\x00", b"\xff", b"[" * 999])
            | st.just(other[at : at + 40])
            | st.just(data[start:stop] * 2)
        )
        data = data[:start] + piece + data[stop:]
    return data


@pytest.mark.parametrize("name", PARSERS)
def test_what_a_parser_writes_it_reads(name: str) -> None:
    parser = PARSERS[name]
    accepted = [try_input(parser, seed) for seed in parser.seeds]
    assert any(accepted)


@pytest.mark.parametrize(
    "case", sorted(CASES.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_what_once_broke_a_parser_is_refused_or_holds(case: Path) -> None:
    try_input(PARSERS[case.parent.name], case.read_bytes())


@pytest.mark.parametrize("name", PARSERS)
def test_bytes_and_mutations_are_refused_or_hold(name: str, campaign: Campaign) -> None:
    parser = PARSERS[name]
    outcomes: Counter[bool] = Counter()

    @settings(max_examples=min(EXAMPLES, parser.runs or EXAMPLES), database=None, derandomize=True)
    @given(st.binary(max_size=200) | mutations(parser.seeds))
    def check(data: bytes) -> None:
        outcomes[try_input(parser, data)] += 1

    check()
    campaign(f"hostile input, {name}", tried=outcomes.total(), hit=outcomes[False])
    assert outcomes[False] > 0


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris, the fuzzer that coverage guides, is not installed",
)
@pytest.mark.parametrize("name", PARSERS)
def test_no_input_that_coverage_guides_breaks_a_parser(
    name: str, tmp_path: Path, campaign: Campaign
) -> None:
    runs_wanted = min(RUNS, PARSERS[name].runs or RUNS)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    program = str(Path(__file__).with_name("fuzz.py"))
    done = subprocess.run(
        [sys.executable, *ISOLATED, program, name, str(runs_wanted), str(SEED), str(corpus)],
        cwd=tmp_path,
        capture_output=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    output = (done.stdout + done.stderr).decode(errors="backslashreplace")
    assert done.returncode == 0, output[-4000:]
    runs = re.search(r"Done ([0-9]+) runs", output)
    assert runs is not None, output[-4000:]
    campaign(f"hostile input, {name}", tried=int(runs[1]), hit=int(runs[1]))
    assert int(runs[1]) >= runs_wanted


def test_a_parser_that_lets_another_error_through_is_found(tmp_path: Path) -> None:
    """The control of this module itself."""

    def read(data: bytes) -> None:
        data.decode("ascii")

    with pytest.raises(UnicodeDecodeError):
        try_input(Parser(read, (KeyError,), ()), b"\xff")
