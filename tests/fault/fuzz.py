"""Tries one parser with inputs that coverage guides: `fuzz.py NAME RUNS SEED CORPUS`.

A process of its own, for atheris.Fuzz never returns. Exit code 0 when every run was refused in the
parser's own words or accepted with all that must hold; else the input and a traceback.
"""

import sys
from pathlib import Path

import atheris

sys.path.append(str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["events_store", "ledger", "cli", "tests"]):
    from tests.fault.parsers import PARSERS, try_input


def main() -> None:
    name, runs, seed, corpus = sys.argv[1:]
    parser = PARSERS[name]
    for number, data in enumerate(parser.seeds):
        (Path(corpus) / f"seed-{number}").write_bytes(data)

    def run_once(data: bytes) -> None:
        try_input(parser, data)

    options = [
        f"-runs={runs}",
        f"-seed={seed}",
        f"-artifact_prefix={corpus}/",
        "-max_len=4096",
        "-timeout=60",
        "-verbosity=1",
    ]
    atheris.Setup([sys.argv[0], *options, corpus], run_once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
