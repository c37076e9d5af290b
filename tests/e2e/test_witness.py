"""witness as a second party meets it: a key of its own, requests by file, a memory that holds."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from events_store.checkpoint import Checkpoint, sign_checkpoint
from events_store.consistency import Growth, format_growth
from events_store.keys import SigningKey, create_key, read_key
from tests.e2e.conftest import Jejak

NAME = "inspektorat.example/saksi-1"
VOID = ("void", "--reason", "salah ketik", "--actor", "Perencana")


@pytest.fixture
def key(folder: Path) -> SigningKey:
    return read_key(folder / "rumah" / "keys" / "contoh-banjarbaru.key", None)


@pytest.fixture
def witness(jejak: Jejak) -> str:
    """The verifier key of a witness whose key has no passphrase."""
    made = jejak("witness", "create", NAME, "--no-passphrase")
    assert made.code == 0
    return made.out.strip()


@pytest.fixture
def request_file(jejak: Jejak, tmp_path: Path) -> Path:
    path = tmp_path / "permintaan"
    assert jejak("checkpoint", "request", "-o", str(path)).code == 0
    return path


@contextmanager
def spoken(*lines: str) -> Iterator[str]:
    """The number of a descriptor from which the lines are read."""
    read, write = os.pipe()
    os.write(write, "".join(f"{line}\n" for line in lines).encode())
    os.close(write)
    try:
        yield str(read)
    finally:
        os.close(read)


def seen(jejak: Jejak) -> list[tuple[str, int]]:
    answer = jejak("witness", "seen", "--json")
    assert answer.json["schema"] == "jejak.witness/1"
    return [(row["origin"], row["size"]) for row in answer.json["rows"]]


def test_a_witness_cosigns_what_grows(
    jejak: Jejak, witness: str, request_file: Path, key: SigningKey, tmp_path: Path, size: int
) -> None:
    assert seen(jejak) == []
    first = tmp_path / "pertama"
    words = ("--key", key.verifier_key, "-o")
    done = jejak("witness", "cosign", str(request_file), *words, str(first))
    assert done.code == 0, done.err
    assert f"Cosigned: {key.name} at {size} entries." in done.err
    assert len(first.read_text("utf-8").splitlines()) == 6
    assert seen(jejak) == [(key.name, size)]
    assert jejak(*VOID, "#50").code == 0
    later = tmp_path / "berikut"
    assert jejak("checkpoint", "request", "--since", str(size), "-o", str(later)).code == 0
    again = jejak("saksi", "tandatangani", str(later), "--kunci", key.verifier_key, lang="id")
    assert again.code == 0, again.err
    assert again.out.splitlines()[1] == str(size + 1)
    assert seen(jejak) == [(key.name, size + 1)]


def test_a_quorum_of_a_policy_is_asked_of_every_checkpoint(
    jejak: Jejak, witness: str, request_file: Path, key: SigningKey, tmp_path: Path
) -> None:
    policy = tmp_path / "kebijakan"
    policy.write_text(f"log {key.verifier_key}\nwitness saksi {witness}\nquorum saksi\n")
    alone, cosigned = tmp_path / "sendiri", tmp_path / "bersama"
    alone.write_text(jejak("checkpoint", "show").out, "utf-8")
    words = ("witness", "cosign", str(request_file), "--key", key.verifier_key)
    assert jejak(*words, "-o", str(cosigned)).code == 0
    verify = ("verify", "--policy", str(policy), "--json", "--home", str(tmp_path / "lain"))
    assert jejak(*verify, "--checkpoint", str(alone)).json["rows"][0]["kind"] == "head"
    totals = jejak(*verify, "--checkpoint", str(cosigned)).json["totals"]
    assert totals["confirmed_outside"] is True


def test_what_does_not_continue_is_refused_and_forgotten(
    jejak: Jejak, witness: str, request_file: Path, key: SigningKey, tmp_path: Path, size: int
) -> None:
    cosign = ("witness", "cosign")
    trust = ("--key", key.verifier_key)
    assert jejak(*cosign, str(request_file), *trust).code == 0
    before = seen(jejak)

    def requested(old: int, new: int, root: bytes, *path: bytes) -> str:
        target = tmp_path / f"dibuat-{len(list(tmp_path.iterdir()))}"
        signed = sign_checkpoint(Checkpoint(key.name, new, root), key)
        target.write_bytes(format_growth(Growth(old, path, signed)))
        return str(target)

    for name, words in {
        "from the beginning again": (str(request_file),),
        "another root at the size": (requested(size, size, bytes(32)),),
        "shrunken": (requested(0, size - 1, bytes(32)),),
        "shrunken, from there": (requested(size - 1, size - 1, bytes(32)),),
        "a fork": (requested(size, size + 1, bytes(32), bytes(32)),),
        "a size that was not seen": (requested(size + 5, size + 9, bytes(32), bytes(32)),),
    }.items():
        answer = jejak(*cosign, *words, *trust)
        assert answer.code == 5, name
        assert answer.out == "", name
        assert ("another root" in answer.err) == (name == "another root at the size")
        assert "Traceback" not in answer.err
    assert seen(jejak) == before


def test_the_same_head_may_be_cosigned_again(
    jejak: Jejak, witness: str, request_file: Path, key: SigningKey, tmp_path: Path, size: int
) -> None:
    """So that a cosignature that was lost on the way does not lock the log out."""
    cosign, trust = ("witness", "cosign"), ("--key", key.verifier_key)
    assert jejak(*cosign, str(request_file), *trust).code == 0
    again = tmp_path / "lagi"
    assert jejak("checkpoint", "request", "--since", str(size), "-o", str(again)).code == 0
    assert jejak(*cosign, str(again), *trust).code == 0


def test_a_file_in_the_way_is_seen_before_the_memory_moves(
    jejak: Jejak, witness: str, request_file: Path, key: SigningKey
) -> None:
    words = ("witness", "cosign", str(request_file), "--key", key.verifier_key)
    assert jejak(*words, "-o", str(request_file)).code == 2
    assert seen(jejak) == []
    assert jejak(*words).code == 0


def test_a_witness_with_a_passphrase(jejak: Jejak, request_file: Path, key: SigningKey) -> None:
    with spoken("rahasia sekali") as descriptor:
        made = jejak("witness", "create", NAME, "--passphrase-fd", descriptor)
    assert made.code == 0
    assert jejak("witness", "show").out == made.out
    words = ("witness", "cosign", str(request_file), "--key", key.verifier_key)
    assert jejak(*words).code == 2
    with spoken("salah") as descriptor:
        assert jejak(*words, "--passphrase-fd", descriptor).code == 3
    assert seen(jejak) == []
    with spoken("rahasia sekali") as descriptor:
        assert jejak(*words, "--passphrase-fd", descriptor).code == 0


@pytest.mark.parametrize("lang", ["id", "en"])
def test_wrong_inputs_are_told_apart(
    jejak: Jejak, request_file: Path, key: SigningKey, tmp_path: Path, lang: str
) -> None:
    (tmp_path / "sampah").write_bytes(b"\xffold 0\n")
    cosign = ("witness", "cosign", str(request_file))
    own = ("--key", key.verifier_key)

    def code(*words: str) -> int:
        answer = jejak(*words, lang=lang)
        assert answer.err
        assert "Traceback" not in answer.err
        return answer.code

    assert code("witness", "show") == 2
    assert code(*cosign, *own) == 2
    assert code("witness", "create", "dua kata", "--no-passphrase") == 3
    assert code("witness", "create", "a+b", "--no-passphrase") == 3
    assert code("witness", "create", NAME) == 2
    assert jejak("witness", "create", NAME, "--no-passphrase").code == 0
    assert code("witness", "create", NAME, "--no-passphrase") == 2
    assert code(*cosign) == 2
    assert code("witness", "cosign", "tidak-ada", *own) == 2
    assert code("witness", "cosign", "sampah", *own) == 5
    assert code(*cosign, "--key", create_key(key.name).verifier_key) == 5
    assert code(*cosign, "--key", "x+y+z") == 3
    secret = next((tmp_path / "contoh" / "rumah" / "witness").glob("*.key"))
    secret.chmod(0o644)
    assert code(*cosign, *own) == 3
