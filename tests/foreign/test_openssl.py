"""openssl and a shell judge the bundle of an entry, by the program and the words in it."""

import base64
import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from events_store.cosignature import COSIGNATURE
from events_store.keys import create_key
from tests.conftest import Campaign
from tests.foreign.conftest import FLIPS, SEED, Bundle, Demo, flipped, needs_openssl

pytestmark = needs_openssl

FEW = max(1, FLIPS // 100)
SHELLS = ("sh", "dash", "bash")
ED25519_HEAD = bytes.fromhex("302a300506032b6570032100")

Judged = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    return str(request.param)


@pytest.fixture
def bundle(entry: Bundle, tmp_path: Path) -> Bundle:
    return entry.copy_to(tmp_path / "bundle")


@pytest.fixture
def judged(tmp_path: Path) -> Judged:
    """`sh verify.sh KEY...` in a bundle; whatever it leaves behind fails the test."""
    place = tmp_path / "temporary"
    place.mkdir()

    def call(bundle: Bundle, *words: str, shell: str = "sh") -> "subprocess.CompletedProcess[str]":
        before = set(bundle.files())
        done = subprocess.run(
            [shell, "verify.sh", *words],
            cwd=bundle.folder,
            env=os.environ | {"TMPDIR": str(place)},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        assert list(place.iterdir()) == []
        assert set(bundle.files()) == before
        return done

    return call


def refused(done: "subprocess.CompletedProcess[str]") -> bool:
    return done.returncode != 0 and "ACCEPTED" not in done.stdout


def test_a_sound_bundle_is_accepted(judged: Judged, bundle: Bundle, shell: str) -> None:
    done = judged(bundle, bundle.keys[0], shell=shell)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "signed: jejak/contoh-banjarbaru, 1053 entries",
        "included: entry 34",
        "ACCEPTED",
    ]
    assert done.stderr == ""


@pytest.mark.parametrize("index", [0, 1, 255, 256, 1023, 1024, 1050, 1051, 1052])
def test_entries_at_every_edge_of_the_tree(judged: Judged, demo: Demo, index: int) -> None:
    bundle = demo.prove(f"#{index}")
    assert f"included: entry {index}\n" in judged(bundle, bundle.keys[0]).stdout


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_words_of_the_readme_work(demo: Demo, language: str) -> None:
    bundle = demo.prove("#34", "--lang", language)
    lines = (bundle.folder / "README.md").read_text("utf-8").splitlines()
    command = next(line for line in lines if "sh verify.sh" in line).strip()
    command = re.sub("'[^']*'", f"'{bundle.keys[0]}'", command)
    done = subprocess.run(
        ["sh", "-c", command], cwd=bundle.folder, capture_output=True, check=False
    )
    assert done.stdout.endswith(b"ACCEPTED\n"), done.stderr


def test_what_it_leaves_to_others_is_said(judged: Judged, watched: Bundle, replay: Bundle) -> None:
    growth = judged(watched, watched.keys[0])
    whole = judged(replay, replay.keys[0])
    assert growth.returncode == whole.returncode == 0
    assert "not checked here: that older-checkpoint is the beginning" in growth.stdout
    assert "not checked here: that leaves.jsonl holds every entry" in whole.stdout


def test_one_changed_bit_of_any_file_is_refused(
    judged: Judged, bundle: Bundle, campaign: Campaign
) -> None:
    chosen, tried, accepted = random.Random(SEED), 0, []
    for name, data in bundle.files().items():
        for bit in chosen.sample(range(len(data) * 8), FEW):
            bundle.put(name, flipped(data, bit))
            tried += 1
            if not refused(judged(bundle, bundle.keys[0])):
                accepted.append((name, bit))
        bundle.put(name, data)
    missed = len(accepted)
    campaign("bit flips, bundle, by openssl", tried=tried, hit=tried - missed, missed=missed)
    assert accepted == []
    assert tried == FEW * 7
    assert judged(bundle, bundle.keys[0]).returncode == 0


def test_one_changed_bit_under_a_new_manifest_is_refused(
    judged: Judged, bundle: Bundle, campaign: Campaign
) -> None:
    """The last of the three is the checkpoint, changed in the proof as well."""
    chosen, tried, accepted = random.Random(SEED), 0, []
    files = bundle.files()
    for name in ("leaf.json", "event.tlog-proof", "checkpoint"):
        for bit in chosen.sample(range(len(files[name]) * 8), FEW):
            bundle.put(name, flipped(files[name], bit))
            if name == "checkpoint":
                head = files["event.tlog-proof"].removesuffix(files[name])
                bundle.put("event.tlog-proof", head + flipped(files[name], bit))
            bundle.renew_manifest()
            tried += 1
            if not refused(judged(bundle, bundle.keys[0])):
                accepted.append((name, bit))
        for other, data in files.items():
            bundle.put(other, data)
    missed = len(accepted)
    campaign(
        "bit flips, bundle, new MANIFEST, by openssl",
        tried=tried,
        hit=tried - missed,
        missed=missed,
    )
    assert accepted == []
    assert tried == FEW * 3


UPPER = re.compile(rb"[a-f]")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: UPPER.sub(lambda m: m[0].upper(), text, count=1), id="a capital"),
        pytest.param(lambda text: b"#" + text[1:], id="a line made a comment"),
        pytest.param(lambda text: b"\n" + text, id="an empty line"),
        pytest.param(lambda text: text[:-1], id="no newline at the end"),
        pytest.param(lambda text: text + b"# a comment\n", id="a comment"),
        pytest.param(lambda text: text.replace(b"\n", b"\r\n"), id="lines as Windows ends them"),
        pytest.param(lambda text: text.replace(b"  ", b" *"), id="the binary mark"),
        pytest.param(lambda text: b"", id="nothing"),
    ],
)
def test_another_spelling_of_the_manifest_is_refused(
    judged: Judged, bundle: Bundle, change: Callable[[bytes], bytes]
) -> None:
    """sha256sum -c takes most of these, and leaves a line out that begins with #."""
    bundle.put("MANIFEST", change((bundle.folder / "MANIFEST").read_bytes()))
    done = judged(bundle, bundle.keys[0])
    assert refused(done)
    assert "a file differs from MANIFEST" in done.stderr


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda note: note[:-1], "the checkpoint's last line has no end"),
        (lambda note: note + b"\xe2\x80\x94 a b", "the checkpoint's last line has no end"),
        (lambda note: note + b"\n", "a signature line"),
        (lambda note: note + b"- saksi AAAA\n", "a signature line"),
        (lambda note: note + b"\xe2\x80\x94 saksi\n", "a signature line"),
        (lambda note: note + b"\xe2\x80\x94 saksi AAAB=\n", "not canonical base64"),
        (lambda note: note.replace(b"\n\n", b"\nlebih\n\n"), "more than three lines"),
        (
            lambda note: note.replace(b"\n\n\xe2\x80\x94 ", b"\n\n\xe2\x80\x94  "),
            "a signature line",
        ),
        (lambda note: note[: note.index(b"\n\n") + 2], "not signed by this key"),
    ],
)
def test_another_spelling_of_the_checkpoint_is_refused(
    judged: Judged, bundle: Bundle, change: Callable[[bytes], bytes], why: str
) -> None:
    files = bundle.files()
    note = change(files["checkpoint"])
    bundle.put("checkpoint", note)
    head = files["event.tlog-proof"].removesuffix(files["checkpoint"])
    bundle.put("event.tlog-proof", head + note)
    bundle.renew_manifest()
    done = judged(bundle, bundle.keys[0])
    assert refused(done)
    assert why in done.stderr


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda lines: lines[:2] + lines[3:], "the path"),
        (lambda lines: lines[:3] + lines[2:], "the path"),
        (lambda lines: lines[:2], "the path is too short"),
        (lambda lines: [*lines, "A" * 43 + "="], "the path is too long"),
        (lambda lines: [*lines[:2], " " + lines[2], *lines[3:]], "not canonical base64"),
        (lambda lines: [*lines[:2], "AAAA", *lines[3:]], "a hash of the path"),
        (lambda lines: [lines[0], "index 034", *lines[2:]], "the proof's index"),
        (lambda lines: [lines[0], "index 35", *lines[2:]], "the path does not lead"),
        (lambda lines: [lines[0], "index 1053", *lines[2:]], "beyond the checkpoint"),
        (lambda lines: [lines[0], "index " + "9" * 30, *lines[2:]], "beyond the checkpoint"),
        (lambda lines: [lines[0], "index -1", *lines[2:]], "the proof's index"),
        (lambda lines: ["c2sp.org/tlog-proof@v2", *lines[1:]], "the proof's first line"),
    ],
)
def test_another_proof_is_refused(
    judged: Judged, bundle: Bundle, change: Callable[[list[str]], list[str]], why: str
) -> None:
    head, _, note = (bundle.folder / "event.tlog-proof").read_text("utf-8").partition("\n\n")
    text = "\n".join(change(head.split("\n"))) + "\n\n" + note
    bundle.put("event.tlog-proof", text.encode())
    bundle.renew_manifest()
    done = judged(bundle, bundle.keys[0])
    assert refused(done)
    assert why in done.stderr


def with_other_hash(key: str) -> str:
    name, digest, encoded = key.split("+", 2)
    return f"{name}+{int(digest, 16) ^ 1:08x}+{encoded}"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda key: "", "give the public key"),
        (with_other_hash, "the hash of the key is not"),
        (lambda key: key.replace("contoh", "bukan"), "the hash of the key is not"),
        (lambda key: key[:-4], "the key is not 33 bytes long"),
        (lambda key: key[: key.index("+") + 9], "the key is not 33 bytes long"),
        (lambda key: create_key(key.partition("+")[0]).verifier_key, "not signed by this key"),
        (lambda key: create_key("jejak/lain").verifier_key, "of another log than the key"),
        (
            lambda key: create_key(key.partition("+")[0], COSIGNATURE).verifier_key,
            "the key is not one of a log",
        ),
    ],
)
def test_a_wrong_key_is_refused(
    judged: Judged, bundle: Bundle, shell: str, wrong: Callable[[str], str], why: str
) -> None:
    done = judged(bundle, wrong(bundle.keys[0]), shell=shell)
    assert refused(done)
    assert why in done.stderr


def test_a_bundle_without_an_entry_is_refused(judged: Judged, bundle: Bundle) -> None:
    (bundle.folder / "leaf.json").rename(bundle.folder / "entry.json")
    text = (bundle.folder / "MANIFEST").read_text().replace("leaf.json", "entry.json")
    bundle.put("MANIFEST", text.encode())
    done = judged(bundle, bundle.keys[0])
    assert refused(done)
    assert "there is no entry in it" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interruption_leaves_nothing_behind(
    bundle: Bundle, tmp_path: Path, shell: str, number: int
) -> None:
    """It waits for a file that never comes until it is told to stop.

    As started from a terminal: whoever runs the tests may have these signals ignored.
    """
    place = tmp_path / "temporary"
    place.mkdir()
    (bundle.folder / "leaf.json").unlink()
    os.mkfifo(bundle.folder / "leaf.json")
    with subprocess.Popen(
        ["env", "--default-signal", shell, "verify.sh", bundle.keys[0]],
        cwd=bundle.folder,
        env=os.environ | {"TMPDIR": str(place)},
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        while not list(place.iterdir()):
            time.sleep(0.01)
        time.sleep(0.2)
        os.killpg(process.pid, number)
        try:
            out, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode != 0
    assert b"ACCEPTED" not in out
    assert list(place.iterdir()) == []


def signature_holds(note: bytes, key: str, folder: Path) -> bool:
    """Ed25519 by openssl alone, over the lines before the empty one."""
    name, digest, encoded = key.split("+", 2)
    typed = base64.b64decode(encoded)
    assert hashlib.sha256(name.encode() + b"\n" + typed).hexdigest()[:8] == digest
    text, _, line = note.partition(b"\n\n")
    signature = base64.b64decode(line.split()[2])[4:]
    parts = {"key": ED25519_HEAD + typed[1:], "text": text + b"\n", "signature": signature}
    for part, data in parts.items():
        (folder / part).write_bytes(data)
    words = "pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in text -sigfile signature"
    done = subprocess.run(["openssl", *words.split()], cwd=folder, capture_output=True, check=False)
    return done.returncode == 0


def test_openssl_alone_verifies_a_checkpoint(entry: Bundle, tmp_path: Path) -> None:
    note = entry.files()["checkpoint"]
    assert signature_holds(note, entry.keys[0], tmp_path)
    assert not signature_holds(note.replace(b"\n1053\n", b"\n1052\n"), entry.keys[0], tmp_path)
    other = create_key("jejak/contoh-banjarbaru").verifier_key
    assert not signature_holds(note, other, tmp_path)
