"""Go's own log libraries judge the bundles, by the program and the words in them."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from events_store.cosignature import COSIGNATURE
from events_store.keys import create_key
from events_store.note import sign_note
from tests.conftest import Campaign
from tests.e2e.conftest import Jejak
from tests.foreign.conftest import FLIPS, Bundle, Demo, Go, needs_go

pytestmark = needs_go

SWEEP = Path(__file__).with_name("sweep_test.go")
EVERYTHING = 10_000
COUNTED = re.compile(r"^(.+): tried (\d+) accepted (\d+)$", re.MULTILINE)
EVIDENCE = ["leaf.json", "event.tlog-proof", "checkpoint", "consistency", "older-checkpoint"]
KINDS = ["entry", "watched", "replay"]
SHOWN = {
    "entry": "signed: 1053 entries\nincluded: entry 34\nACCEPTED\n",
    "watched": "signed: 1053 entries\nincluded: entry 34\n"
    "grown: the first 1052 entries are unchanged\nACCEPTED\n",
    "replay": "signed: 1053 entries\ncomplete: all 1053 entries\nACCEPTED\n",
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bundle(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Bundle:
    """A copy of a bundle of each kind."""
    original: Bundle = request.getfixturevalue(kind)
    return original.copy_to(tmp_path / kind)


def judged(go: Go, bundle: Bundle, *keys: str) -> "subprocess.CompletedProcess[str]":
    return go(bundle.folder, "run", "verify.go", *(keys or bundle.keys))


def test_a_sound_bundle_is_accepted(go: Go, bundle: Bundle, kind: str) -> None:
    done = judged(go, bundle)
    assert (done.returncode, done.stdout) == (0, SHOWN[kind]), done.stderr


def test_the_program_is_in_the_form_of_its_language(go: Go, entry: Bundle, tmp_path: Path) -> None:
    (tmp_path / "sweep").mkdir()
    shutil.copy(entry.folder / "verify.go", tmp_path / "sweep")
    shutil.copy(SWEEP, tmp_path / "sweep")
    shutil.copy(SWEEP.with_name("tiles.go"), tmp_path)
    for folder, names in (("sweep", ["verify.go", "sweep_test.go"]), (".", ["tiles.go"])):
        assert go(tmp_path / folder, "vet", *names).returncode == 0
        formatted = go(tmp_path / folder, "fmt", *names)
        assert (formatted.returncode, formatted.stdout) == (0, "")


def test_every_changed_bit_is_refused(
    go: Go, bundle: Bundle, kind: str, campaign: Campaign
) -> None:
    shutil.copy(SWEEP, bundle.folder)
    few, fewer, every = str(FLIPS // 10), str(FLIPS // 30), ""
    evidence, spread = {
        "entry": (few, few),
        "watched": (every, few),
        "replay": (fewer, fewer),
    }[kind]
    if FLIPS >= EVERYTHING and kind != "replay":
        evidence = spread = every
    done = go(
        bundle.folder,
        *("test", "-count=1", "-timeout=2h", "-v", "verify.go", "sweep_test.go"),
        JEJAK_KEYS=" ".join(bundle.keys),
        JEJAK_EVIDENCE=evidence,
        JEJAK_SPREAD=spread,
    )
    counted = [(what, int(tried), int(hit)) for what, tried, hit in COUNTED.findall(done.stdout)]
    for what, tried, accepted in counted:
        campaign(f"{what}, by Go", tried=tried, hit=tried - accepted, missed=accepted)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(counted) == 5
    assert sum(accepted for _what, _tried, accepted in counted) == 0
    if evidence == every:
        bits = 8 * sum(len(data) for name, data in bundle.files().items() if name in EVIDENCE)
        assert sum(tried for _what, tried, _accepted in counted) > 2 * bits


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_words_of_the_readme_work(
    demo: Demo, go_variables: dict[str, str], language: str
) -> None:
    bundle = demo.prove("#34", "--lang", language)
    lines = (bundle.folder / "README.md").read_text("utf-8").splitlines()
    command = next(line for line in lines if "go run" in line).strip()
    command = re.sub("'[^']*'", f"'{bundle.keys[0]}'", command)
    done = subprocess.run(
        ["sh", "-c", command], cwd=bundle.folder, env=go_variables, capture_output=True, check=False
    )
    assert command.startswith("GO111MODULE=off GOPATH=/usr/share/gocode go run verify.go 'jejak/")
    assert done.stdout.endswith(b"ACCEPTED\n"), done.stderr


def with_other_hash(key: str) -> str:
    name, digest, encoded = key.split("+", 2)
    return f"{name}+{int(digest, 16) ^ 1:08x}+{encoded}"


WRONG: dict[str, Callable[[str], str]] = {
    "no key": lambda key: "",
    "another hash": with_other_hash,
    "another name": lambda key: key.replace("contoh", "bukan"),
    "another key of that name": lambda key: create_key(key.partition("+")[0]).verifier_key,
    "the key of another log": lambda key: create_key("jejak/lain").verifier_key,
    "a witness of that name": lambda key: (
        create_key(key.partition("+")[0], COSIGNATURE).verifier_key
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_key_is_refused(go: Go, entry: Bundle, wrong: str) -> None:
    done = judged(go, entry, WRONG[wrong](entry.keys[0]))
    assert done.returncode == 1
    assert "REFUSED" in done.stderr
    assert "ACCEPTED" not in done.stdout


def test_a_witness_who_did_not_sign_is_missed(go: Go, entry: Bundle, watched: Bundle) -> None:
    done = judged(go, entry, *watched.keys)
    assert "REFUSED: checkpoint: not signed by inspektorat.example/saksi" in done.stderr
    alone = judged(go, watched, watched.keys[1])
    assert "signed by no key of that log" in alone.stderr


@pytest.mark.parametrize("name", ["leaf.json", "event.tlog-proof", "checkpoint", "MANIFEST"])
def test_a_missing_file_is_refused(go: Go, entry: Bundle, tmp_path: Path, name: str) -> None:
    bundle = entry.copy_to(tmp_path)
    (bundle.folder / name).unlink()
    if name != "MANIFEST":
        lines = (bundle.folder / "MANIFEST").read_text().splitlines(keepends=True)
        bundle.put("MANIFEST", "".join(line for line in lines if name not in line).encode())
    done = judged(go, bundle)
    assert "REFUSED" in done.stderr
    assert "ACCEPTED" not in done.stdout


def test_the_proof_of_another_entry_is_refused(
    go: Go, demo: Demo, entry: Bundle, tmp_path: Path
) -> None:
    bundle = entry.copy_to(tmp_path)
    other = demo.prove("#35")
    bundle.put("leaf.json", other.files()["leaf.json"])
    bundle.renew_manifest()
    assert "REFUSED: leaf.json: " in judged(go, bundle).stderr
    bundle.put("event.tlog-proof", other.files()["event.tlog-proof"])
    bundle.renew_manifest()
    assert "included: entry 35" in judged(go, bundle).stdout


def test_growth_across_a_rotation_needs_both_keys_of_the_log(
    go: Go, jejak: Jejak, tmp_path: Path
) -> None:
    """The older checkpoint is signed by the old key alone, the newest by the new one alone."""
    old = jejak("keys", "show").out.strip()
    older, bundle = tmp_path / "titik-periksa", Bundle(tmp_path / "bukti", (old,))
    older.write_text(jejak("checkpoint", "show").out, "utf-8")
    rotate = ("keys", "rotate", "--no-passphrase", "--actor", "Kasubbag", "--reason", "ganti")
    new = jejak(*rotate).out.strip()
    assert jejak("void", "#50", "--reason", "salah ketik", "--actor", "Perencana").code == 0
    assert jejak("prove", "#34", "--since", str(older), "-o", "bukti.zip").code == 0
    with zipfile.ZipFile(tmp_path / "bukti.zip") as archive:
        archive.extractall(bundle.folder)
    assert "ACCEPTED" in judged(go, bundle, old, new).stdout
    assert "REFUSED: checkpoint" in judged(go, bundle, old).stderr
    assert "REFUSED: consistency" in judged(go, bundle, new).stderr


def test_one_log_cannot_sign_for_another(go: Go, entry: Bundle, tmp_path: Path) -> None:
    """The signature holds and the key is trusted, but for another name than the first line."""
    bundle, stranger = entry.copy_to(tmp_path), create_key("jejak/lain")
    files = bundle.files()
    text = files["checkpoint"].decode().partition("\n\n")[0] + "\n"
    note = sign_note(text, [stranger])
    bundle.put("checkpoint", note)
    head = files["event.tlog-proof"].removesuffix(files["checkpoint"])
    bundle.put("event.tlog-proof", head + note)
    bundle.renew_manifest()
    done = judged(go, bundle, stranger.verifier_key)
    assert 'REFUSED: checkpoint: "jejak/contoh-banjarbaru" signed by no key' in done.stderr
