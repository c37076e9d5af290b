"""One system call of a command that fails, or at which its process is killed, by strace.

strace counts the calls of each name by itself, so a call is its name and its number among those.
Where strace is missing or may not trace, `WHY_NOT` says so and the tests are skipped.
"""

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.fault.place import LIMIT_SECONDS, program

CHANGING = (
    *("write", "writev", "pwrite64", "pwritev", "pwritev2", "ftruncate", "fsync", "fdatasync"),
    *("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat"),
)
"""Calls that change a file or its name, or make the change last."""
READING = ("openat", "read", "pread64")
KILL = "signal=SIGKILL"
INJECTED = "(INJECTED)"
NO_MORE_THAN = os.environ.get("JEJAK_SYSCALLS", "")
"""How many calls of a command are disturbed: a number, or `all`; empty leaves it to the test."""

_CALL = re.compile(r"(?P<thread>\d+) +(?P<name>\w+)\((?P<words>.*)")
_FILE = re.compile(r'<(/[^>]*)>|"([^"]*)"')
_DRAFT = re.compile(r"\.[0-9a-f]{16}")


class Call(NamedTuple):
    """The `nth` call (from 1) of this name, and the name of the file that it is about."""

    name: str
    nth: int
    file: str


class Ended(NamedTuple):
    """How a command ended; a killed one has the code -9. `hit` says that the fault took place."""

    code: int
    out: str
    err: str
    hit: bool


def calls_of(
    words: Sequence[str], names: Iterable[str], log: Path, only: Sequence[Path] = ()
) -> list[Call]:
    """The calls of these names that one undisturbed command makes, or those about `only` files.

    strace counts them by thread: of several the busiest is listed.
    """
    done = _traced(words, ["-e", "trace=" + ",".join(f"?{name}" for name in names)], log, only)
    assert done.returncode in (0, 6), done.stderr
    found = [match for match in map(_CALL.match, log.read_text().splitlines()) if match]
    ((busiest, _count),) = Counter(match["thread"] for match in found).most_common(1)
    found = [match for match in found if match["thread"] == busiest]
    numbers: Counter[str] = Counter()
    calls = []
    for match in found:
        numbers[match["name"]] += 1
        calls.append(Call(match["name"], numbers[match["name"]], _file(match["words"])))
    return calls


def with_fault(words: Sequence[str], call: Call, fault: str, log: Path) -> Ended:
    """Run the command with one call of it made to fail, or killed as it enters the call."""
    inject = ["-e", f"trace={call.name}", "-e", f"inject={call.name}:{fault}:when={call.nth}"]
    done = _traced(words, inject, log, ())
    hit = done.returncode == -9 if fault == KILL else INJECTED in log.read_text()
    return Ended(done.returncode, done.stdout, done.stderr, hit)


def with_lasting_fault(
    words: Sequence[str], calls: Sequence[Call], fault: str, log: Path, only: Sequence[Path]
) -> Ended:
    """Run the command with all calls about `only` files failing that come after `calls`."""
    made = Counter(call.name for call in calls)
    inject = [
        word for name in READING for word in ("-e", f"inject={name}:{fault}:when={made[name] + 1}+")
    ]
    done = _traced(words, ["-e", f"trace={','.join(READING)}", *inject], log, only)
    return Ended(done.returncode, done.stdout, done.stderr, INJECTED in log.read_text())


def spread(calls: Sequence[Call], few: int, chance: Random) -> list[Call]:
    """All calls in a campaign; else few: one of each name, then one of each file, then any."""
    if NO_MORE_THAN == "all":
        return list(calls)
    shuffled = chance.sample(calls, len(calls))
    by_file = {(call.name, call.file): call for call in shuffled}
    by_name = {call.name: call for call in by_file.values()}
    chosen = dict.fromkeys([*by_name.values(), *by_file.values(), *shuffled])
    return list(chosen)[: int(NO_MORE_THAN or few)]


def _traced(
    words: Sequence[str], options: Sequence[str], log: Path, only: Sequence[Path]
) -> "subprocess.CompletedProcess[str]":
    paths = [word for path in only for word in ("-P", str(path))]
    return subprocess.run(
        ["strace", "-f", "-y", "-o", str(log), *options, *paths, *program(words)],
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


def _file(words: str) -> str:
    """The last part of the path in a call's arguments, without what differs in each run."""
    found = _FILE.search(words)
    path = (found[1] or found[2]) if found else ""
    return _DRAFT.sub("", path.rpartition("/")[2])


def _why_not() -> str:
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(
        ["strace", "-f", "-o", os.devnull, "true"], capture_output=True, check=False
    )
    return "" if tried.returncode == 0 else f"strace may not trace here: {tried.stderr!r}"


WHY_NOT = _why_not()
