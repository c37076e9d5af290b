"""keys as users meet them: made, shown, rotated, and a rotation that was interrupted."""

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import cli.rotating
from cli.wiring import open_ledger
from events_store.keys import read_key
from events_store.log import LeafLog
from ledger import streams
from ledger.decisions import Batch
from ledger.events import KeyRotated
from tests.e2e.conftest import Jejak

ROTATE = ("keys", "rotate", "--no-passphrase", "--actor", "Kasubbag", "--reason", "ganti pejabat")


@pytest.fixture
def keys(folder: Path) -> Path:
    return folder / "rumah" / "keys"


@pytest.fixture
def secret(keys: Path) -> Path:
    return keys / "contoh-banjarbaru.key"


def newest_note(folder: Path) -> str:
    with LeafLog(folder / "jejak.db") as log:
        return list(log.checkpoints())[-1][1].decode()


def rotations(jejak: Jejak) -> list[dict[str, Any]]:
    rows = jejak("log", "--json").json["rows"]
    return [row for row in rows if row["type"].startswith("key-rotated")]


def test_a_rotation_is_an_entry_and_a_checkpoint_of_both_keys(
    jejak: Jejak, folder: Path, secret: Path, size: int
) -> None:
    old = jejak("keys", "show").out.strip()
    done = jejak(*ROTATE)
    assert done.code == 0, done.err
    new = done.out.strip()
    assert new != old
    assert jejak("keys", "show").out.strip() == new == read_key(secret, None).verifier_key
    (entry,) = rotations(jejak)
    assert entry["actor"] == "Kasubbag"
    data = jejak("show", f"#{size}", "--json").json["rows"][0]["data"]
    assert (data["old_key"], data["new_key"], data["reason"]) == (old, new, "ganti pejabat")
    note = newest_note(folder)
    assert note.splitlines()[1] == str(size + 1)
    assert len(note.splitlines()) == 6


def test_both_keys_of_the_own_folder_judge_what_each_signed(
    jejak: Jejak, folder: Path, tmp_path: Path
) -> None:
    old = jejak("keys", "show").out.strip()
    before = tmp_path / "sebelum"
    before.write_text(jejak("checkpoint", "show").out, "utf-8")
    new = jejak(*ROTATE).out.strip()
    both = tmp_path / "pergantian"
    both.write_text(jejak("checkpoint", "show").out, "utf-8")
    void = ("void", "#50", "--reason", "salah ketik", "--actor", "Perencana")
    assert jejak(*void).code == 0
    after = tmp_path / "sesudah"
    after.write_text(jejak("checkpoint", "show").out, "utf-8")
    assert jejak("verify").code == 6
    for path in (before, both, after):
        assert jejak("verify", "--checkpoint", str(path)).code == 0
    lone = ("verify", "--home", str(tmp_path / "lain"), "--json", "--checkpoint")
    for path in (before, both, after):
        assert jejak(*lone, str(path), "--key", old, "--key", new).code == 0
    for key, foreign in ((old, after), (new, before)):
        for path in (before, both, after):
            alone = jejak(*lone, str(path), "--key", key)
            assert alone.code == (5 if path == foreign else 0)
            assert [row["kind"] for row in alone.json["rows"]] == ["head"] * (path == foreign)
            assert alone.json["totals"]["by_named_keys"] == 1


def test_a_key_that_only_an_unsigned_entry_names_is_no_key(
    jejak: Jejak, folder: Path, keys: Path
) -> None:
    """Whoever writes to the file can name a key of his own and sign with it."""
    old = jejak("keys", "show").out.strip()
    hidden = keys.with_name("kunci-lama")
    keys.rename(hidden)
    assert jejak("keys", "create", "--no-passphrase").code == 0
    own = read_key(next(keys.glob("*.key")), None)
    with open_ledger(folder / "jejak.db") as ledger:
        batch = Batch(ledger.state)
        batch.append(KeyRotated(streams.LEDGER, 0, old, own.verifier_key, None))
        ledger.record(batch.events, actor="P")
    assert jejak("checkpoint", "sign").code == 0
    judged = jejak("verify", "--key", old, "--json", "--home", str(folder / "rumah-lain"))
    assert judged.code == 5
    assert [row["kind"] for row in judged.json["rows"]] == ["checkpoint"]


def test_a_second_rotation_keeps_all_three_keys(jejak: Jejak, keys: Path) -> None:
    first = jejak("keys", "show").out.strip()
    second, third = jejak(*ROTATE).out.strip(), jejak(*ROTATE).out.strip()
    assert len(rotations(jejak)) == 2
    assert {path.read_text().strip() for path in keys.glob("*.pub")} == {first, second, third}
    assert len(list(keys.iterdir())) == 6
    assert jejak("verify").code == 6


class Interrupted(BaseException):
    """As when the machine stops: nothing in the program catches it."""


def stopping(real: Callable[..., Any], count: int, *, before: bool) -> Callable[..., Any]:
    """`real`, but the machine stops before or after its `count`-th call."""
    calls = 0

    def call(*words: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == count and before:
            raise Interrupted
        result = real(*words, **named)
        if calls == count:
            raise Interrupted
        return result

    return call


STEPS = [
    ("_record", 1),
    ("sign_with", 1),
    ("_replace_files", 1),
    ("write_durably", 1),
    ("os.link", 1),
    ("os.replace", 1),
    ("os.link", 2),
    ("os.replace", 2),
]


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize(("step", "count"), STEPS, ids=str)
def test_an_interrupted_rotation_goes_on(
    jejak: Jejak,
    folder: Path,
    keys: Path,
    secret: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    count: int,
    before: bool,
) -> None:
    old = jejak("keys", "show").out.strip()
    system = SimpleNamespace(link=os.link, replace=os.replace)
    owner: Any = system if step.startswith("os.") else cli.rotating
    name = step.removeprefix("os.")
    done = not before and (step, count) in (("_replace_files", 1), ("os.replace", 2))
    with monkeypatch.context() as patched:
        patched.setattr(cli.rotating, "os", system)
        patched.setattr(owner, name, stopping(getattr(owner, name), count, before=before))
        with pytest.raises(Interrupted):
            jejak(*ROTATE)
    assert secret.exists()
    assert jejak("verify").code == 6
    if not done:
        answer = jejak(*ROTATE)
        assert answer.code == 0, answer.err
        assert answer.out.strip() == jejak("keys", "show").out.strip()
    assert len(rotations(jejak)) == 1
    new = read_key(secret, None).verifier_key
    assert new != old
    assert {path.read_text().strip() for path in keys.glob("*.pub")} == {old, new}
    assert len(list(keys.iterdir())) == 4
    assert len(newest_note(folder).splitlines()) == 6
    assert jejak("verify").code == 6
    assert jejak("void", "#50", "--reason", "salah ketik", "--actor", "P").code == 0
    assert jejak("verify").code == 6


def test_an_interruption_while_the_new_key_is_made_goes_on(
    jejak: Jejak, keys: Path, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The secret part lies there and the public part does not."""
    import events_store.keys

    with monkeypatch.context() as patched:
        real = events_store.keys._write_new
        patched.setattr(events_store.keys, "_write_new", stopping(real, 2, before=True))
        with pytest.raises(Interrupted):
            jejak(*ROTATE)
    assert len(list(keys.iterdir())) == 3
    new = jejak(*ROTATE).out.strip()
    assert new == jejak("keys", "show").out.strip() == read_key(secret, None).verifier_key
    assert jejak("verify").code == 6


def test_a_log_that_contradicts_its_signer_is_not_rotated(
    jejak: Jejak, folder: Path, keys: Path, size: int
) -> None:
    memory = next((folder / "rumah" / "memory").glob("*.json"))
    memory.write_text(memory.read_text().replace(f'"size": {size}', f'"size": {size + 9}'))
    refused = jejak(*ROTATE)
    assert refused.code == 5
    assert rotations(jejak) == []


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666])
def test_a_key_that_others_can_read_is_refused(
    jejak: Jejak, secret: Path, mode: int, size: int
) -> None:
    secret.chmod(mode)
    refused = jejak(*ROTATE)
    assert refused.code == 3
    assert "chmod 600" in refused.err
    assert rotations(jejak) == []
    secret.chmod(0o600)
    assert jejak(*ROTATE).code == 0


@pytest.mark.parametrize("lang", ["id", "en"])
def test_wrong_inputs_are_told_apart(jejak: Jejak, secret: Path, lang: str) -> None:
    def code(*words: str) -> int:
        answer = jejak(*words, lang=lang)
        assert answer.err
        assert "Traceback" not in answer.err
        return answer.code

    assert code("keys", "create", "--no-passphrase") == 2
    assert code("keys", "rotate", "--actor", "A") == 2
    assert code("keys", "rotate", "--no-passphrase", "--home", "lain", "--actor", "A") == 2
    assert code("keys", "show", "--home", "lain") == 2
    assert code("keys", "show", "-L", "tidak-ada.db") == 4
    assert code("keys", "rotate", "--no-passphrase", "--actor", " ", "--home", "lain") == 2
    assert code("keys", "rotate", "--actor", "A", "--new-passphrase-fd", "99") == 4
    for command in (
        ("create", "--passphrase-fd"),
        ("rotate", "--actor", "A", "--new-passphrase-fd"),
    ):
        assert code("keys", *command, "99", "--no-passphrase") == 2
    secret.write_text("{}")
    assert code(*ROTATE) == 3


def test_a_rotation_to_a_key_with_a_passphrase(jejak: Jejak, secret: Path) -> None:
    read, write = os.pipe()
    os.write(write, b"rahasia sekali\n")
    os.close(write)
    words = ("keys", "rotate", "--actor", "Kasubbag", "--new-passphrase-fd", str(read))
    done = jejak(*words)
    os.close(read)
    assert done.code == 0, done.err
    assert read_key(secret, b"rahasia sekali").verifier_key == done.out.strip()
    locked = jejak(*ROTATE)
    assert locked.code == 2
    assert len(rotations(jejak)) == 1
    assert jejak("verify", "--json").json["totals"]["key_unlocked"] is False
