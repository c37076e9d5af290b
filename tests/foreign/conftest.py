"""Bundles of the demo ledger as a stranger gets them: unpacked in a folder, with a key apart.

The programs of others that read them are asked for by `needs`, which skips with the reason where
one is missing.
"""

import hashlib
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.main import run
from tests.e2e.conftest import built, folder, jejak, size

__all__ = ["built", "folder", "jejak", "size"]

FLIPS = int(os.environ.get("JEJAK_FLIPS", "300"))
SEED = int(os.environ.get("JEJAK_SEED", "20250120"))
GO_SOURCES = Path("/usr/share/gocode")

needs_go = pytest.mark.skipif(
    shutil.which("go") is None or not (GO_SOURCES / "src/golang.org/x/mod/sumdb/tlog").is_dir(),
    reason="golang-go or golang-golang-x-mod-dev is not installed",
)
needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl is not installed"
)


@dataclass(frozen=True)
class Bundle:
    """An unpacked bundle and the keys that came by another way: the log's, then a witness's."""

    folder: Path
    keys: tuple[str, ...]

    def files(self) -> dict[str, bytes]:
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}

    def put(self, name: str, data: bytes) -> None:
        (self.folder / name).write_bytes(data)

    def renew_manifest(self) -> None:
        """As `sha256sum` would write it, in the order in which it is."""
        lines = (self.folder / "MANIFEST").read_text().splitlines()
        names = [line[66:] for line in lines]
        made = [f"{hashlib.sha256((self.folder / n).read_bytes()).hexdigest()}  {n}" for n in names]
        (self.folder / "MANIFEST").write_text("\n".join([*made, ""]))

    def copy_to(self, folder: Path) -> "Bundle":
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Bundle(folder, self.keys)


@dataclass(frozen=True)
class Demo:
    """A copy of the demo ledger that grew by an entry, with a witness that cosigned its head."""

    folder: Path
    keys: tuple[str, str]

    def run(self, *words: str) -> int:
        """`jejak WORDS...` on the ledger, in English; its exit code."""
        paths = ["-L", str(self.folder / "jejak.db"), "--home", str(self.folder / "rumah")]
        return run([*words, *paths, "--lang", "en"])

    def prove(self, *words: str) -> Bundle:
        """The bundle of `jejak prove WORDS...`, unpacked."""
        path = self.folder / f"bundle-{len(list(self.folder.glob('*.zip')))}"
        assert self.run("prove", *words, "-o", f"{path}.zip") in (0, 1)
        with zipfile.ZipFile(f"{path}.zip") as archive:
            archive.extractall(path)
        return Bundle(path, self.keys[:1])

    @property
    def older(self) -> Path:
        return min((self.folder / "rumah" / "anchors" / "contoh-banjarbaru").iterdir())

    @property
    def cosigned(self) -> Path:
        return self.folder / "cosigned"


@pytest.fixture(scope="session")
def demo(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    copy = tmp_path_factory.mktemp("foreign") / "contoh"
    shutil.copytree(built, copy)
    key = next((copy / "rumah" / "keys").glob("*.pub")).read_text().strip()
    grown = Demo(copy, (key, ""))
    request = str(copy / "request")
    assert grown.run("void", "#50", "--reason", "salah ketik", "--actor", "Perencana") == 0
    assert grown.run("checkpoint", "request", "-o", request) == 0
    assert grown.run("witness", "create", "inspektorat.example/saksi", "--no-passphrase") == 0
    assert grown.run("witness", "cosign", request, "--key", key, "-o", str(grown.cosigned)) == 0
    witness = (copy / "rumah" / "witness" / "witness.key.pub").read_text().strip()
    return Demo(copy, (key, witness))


@pytest.fixture(scope="session")
def entry(demo: Demo) -> Bundle:
    """The proof of entry 34, signed by the log alone."""
    return demo.prove("#34")


@pytest.fixture(scope="session")
def watched(demo: Demo) -> Bundle:
    """The proof of entry 34 under a cosigned checkpoint, with an older one and the growth since."""
    bundle = demo.prove("#34", "--checkpoint", str(demo.cosigned), "--since", str(demo.older))
    return Bundle(bundle.folder, demo.keys)


@pytest.fixture(scope="session")
def replay(demo: Demo) -> Bundle:
    """Everything to replay the pagu of the demo at revision 9."""
    return demo.prove("total", "--revision", "9")


Go = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def go_variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which Go builds without a network and keeps nothing elsewhere."""
    cache = tmp_path_factory.mktemp("go")
    return os.environ | {
        "GO111MODULE": "off",
        "GOPATH": str(GO_SOURCES),
        "GOCACHE": str(cache),
        "GOFLAGS": "",
    }


@pytest.fixture(scope="session")
def go(go_variables: dict[str, str]) -> Go:
    """Run `go WORDS...` in a folder; further variables by name."""

    def call(folder: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["go", *words],
            cwd=folder,
            env=go_variables | more,
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def flipped(data: bytes, bit: int) -> bytes:
    """The same bytes with one bit changed."""
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
