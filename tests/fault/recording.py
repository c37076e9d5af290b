"""What commands did to the files of a folder, as events in order: `recorder.c`, built and read.

An acknowledgement is an event too: what a command said stands after all that it did before.
"""

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

SOURCE = Path(__file__).with_name("recorder.c")
FLAGS = ("-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror")
HEAD = struct.Struct("<IIQqQ")
"""Kind, length of the path, inode, offset (or size, or descriptor), length of the data."""


class Event(NamedTuple):
    """One call that succeeded.

    `kind` is c(reate), w(rite), t(runcate), s(ync), d(irectory sync), m(kdir), r(ename), l(ink),
    u(nlink) or a(cknowledge); `offset` is the new size of a truncate and the descriptor of an
    acknowledgement; `data` is the new name of a rename or link.
    """

    kind: str
    inode: int
    offset: int
    path: str
    data: bytes


def build_recorder(folder: Path) -> Path:
    """The library to preload; skips the test where it cannot be had."""
    if sys.platform != "linux":
        pytest.skip("the recorder of writes is for Linux")
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("no gcc to build the recorder of writes with")
    library = folder / "recorder.so"
    subprocess.run([compiler, *FLAGS, "-o", library, SOURCE, "-ldl"], check=True)
    return library


class Recorder:
    """Runs commands under the recorder; what they did is in `events`, over all of them."""

    def __init__(self, library: Path, folder: Path, log: Path) -> None:
        self._log = log
        log.touch()
        self._environ = os.environ | {
            "LD_PRELOAD": str(library),
            "RECORDER_FOLDER": str(folder.resolve()),
            "RECORDER_LOG": str(log),
        }

    def run(self, command: list[str]) -> None:
        subprocess.run(command, env=self._environ, check=True, capture_output=True)

    @property
    def events(self) -> list[Event]:
        return list(_parsed(self._log.read_bytes()))


def _parsed(log: bytes) -> Iterator[Event]:
    at = 0
    while at < len(log):
        kind, path_length, inode, offset, length = HEAD.unpack_from(log, at)
        path_at = at + HEAD.size
        data_at = path_at + path_length
        at = data_at + length
        path = log[path_at:data_at].decode()
        if not path.endswith("-shm"):
            yield Event(chr(kind), inode, offset, path, log[data_at:at])
