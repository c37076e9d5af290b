"""Key files: what is written is read, and nothing else is."""

import json
import os
import pickle
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from events_store import errors, keys
from events_store.errors import KeyRefused
from events_store.keys import (
    SCRYPT_N_MAX,
    SCRYPT_N_MIN,
    SigningKey,
    create_key,
    key_is_encrypted,
    read_key,
    write_key,
)
from events_store.note import parse_verifier_key

KEY = SigningKey("jejak.example", bytes(range(32)))
PASSPHRASE = "kunci ledger é".encode()
posix_only = pytest.mark.skipif(os.name != "posix", reason="file modes exist on POSIX only")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.key"


def write_encrypted(path: Path) -> None:
    write_key(path, KEY, PASSPHRASE, n=SCRYPT_N_MIN)


def fields_of(path: Path) -> dict[str, Any]:
    fields = json.loads(path.read_text())
    assert isinstance(fields, dict)
    return fields


def rewrite(path: Path, fields: object) -> None:
    path.write_text(json.dumps(fields))


def test_a_signature_is_that_of_rfc_8032() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = SigningKey("rfc8032", seed)
    assert key.public_key.hex() == (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )
    assert key.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_the_verifier_key_names_key_and_owner() -> None:
    parsed = parse_verifier_key(KEY.verifier_key)
    assert (parsed.name, parsed.public_key) == (KEY.name, KEY.public_key)


def test_the_seed_is_never_shown() -> None:
    for shown in (repr(KEY), str(KEY), f"{[KEY]}"):
        assert "jejak.example" in shown
        assert repr(KEY.seed)[2:-1] not in shown
        assert KEY.seed.hex() not in shown


def test_created_keys_differ() -> None:
    assert create_key("a").seed != create_key("a").seed


@pytest.mark.parametrize(("name", "size"), [("", 32), ("a b", 32), ("a+b", 32), ("a", 31)])
def test_a_bad_name_or_seed_is_refused(name: str, size: int) -> None:
    with pytest.raises(KeyRefused):
        SigningKey(name, bytes(size))


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_a_written_key_is_read_back(path: Path, passphrase: bytes | None) -> None:
    write_key(path, KEY, passphrase, n=SCRYPT_N_MIN)
    assert read_key(path, passphrase) == KEY
    assert key_is_encrypted(path) is (passphrase is not None)
    assert Path(f"{path}.pub").read_text() == KEY.verifier_key + "\n"


def test_the_usual_cost_is_that_of_the_module_constant(path: Path) -> None:
    write_key(path, KEY, PASSPHRASE)
    assert fields_of(path)["encryption"]["n"] == keys.SCRYPT_N == 2**17
    assert read_key(path, PASSPHRASE) == KEY


def test_an_encrypted_file_does_not_hold_the_seed(path: Path) -> None:
    write_encrypted(path)
    content = path.read_bytes()
    write_key(path.with_name("clear.key"), KEY, None)
    seed = fields_of(path.with_name("clear.key"))["seed"].encode()
    assert seed not in content
    assert PASSPHRASE not in content


def test_two_writings_share_no_salt_and_no_nonce(path: Path) -> None:
    other = path.with_name("other.key")
    write_encrypted(path)
    write_encrypted(other)
    first, second = fields_of(path)["encryption"], fields_of(other)["encryption"]
    assert first["salt"] != second["salt"]
    assert first["nonce"] != second["nonce"]


@posix_only
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_may_read_the_key(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write_encrypted(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Path(f"{path}.pub").stat().st_mode & 0o777 == 0o644


@posix_only
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o660])
def test_a_key_open_to_others_is_refused(path: Path, mode: int) -> None:
    write_encrypted(path)
    path.chmod(mode)
    with pytest.raises(KeyRefused, match="other users"):
        read_key(path, PASSPHRASE)
    with pytest.raises(KeyRefused, match="other users"):
        key_is_encrypted(path)


def test_an_existing_key_is_never_overwritten(path: Path) -> None:
    path.write_text("precious")
    with pytest.raises(KeyRefused, match="never overwritten"):
        write_encrypted(path)
    assert path.read_text() == "precious"
    assert not Path(f"{path}.pub").exists()


def test_an_existing_public_file_is_never_overwritten(path: Path) -> None:
    public = Path(f"{path}.pub")
    public.write_text("precious")
    with pytest.raises(KeyRefused, match="never overwritten"):
        write_encrypted(path)
    assert public.read_text() == "precious"
    assert not path.exists()


@posix_only
def test_a_link_in_the_place_of_the_key_is_not_followed(path: Path) -> None:
    target = path.with_name("target")
    path.symlink_to(target)
    with pytest.raises(KeyRefused):
        write_encrypted(path)
    assert not target.exists()


def test_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyRefused, match="cannot be created"):
        write_encrypted(tmp_path / "missing" / "ledger.key")


def test_a_failed_sync_leaves_no_key_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KeyRefused, match="Input/output error"):
        write_encrypted(path)
    assert list(path.parent.iterdir()) == []


def test_key_and_folder_are_synced(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []
    real = os.fsync

    def record(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    write_encrypted(path)
    written = [path, Path(f"{path}.pub")] + ([path.parent] if os.name == "posix" else [])
    assert synced == [file.stat().st_ino for file in written]


@posix_only
def test_a_folder_that_cannot_be_synced_is_said(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def fail_on_folders(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(5, "Input/output error")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fail_on_folders)
    with pytest.raises(KeyRefused, match="cannot be synced"):
        write_encrypted(path)
    assert read_key(path, PASSPHRASE) == KEY


def test_too_little_memory_for_scrypt_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Starved:
        def __init__(self, *parameters: object) -> None:
            raise MemoryError

    monkeypatch.setattr("cryptography.hazmat.primitives.kdf.scrypt.Scrypt", Starved)
    with pytest.raises(KeyRefused, match="16 MiB"):
        write_encrypted(path)
    assert not path.exists()


def test_a_wrong_or_missing_passphrase_is_refused(path: Path) -> None:
    write_encrypted(path)
    for passphrase in (b"", b"kunci", PASSPHRASE + b"\n"):
        with pytest.raises(KeyRefused, match="wrong passphrase"):
            read_key(path, passphrase)
    with pytest.raises(KeyRefused, match="needs a passphrase"):
        read_key(path, None)


def test_a_passphrase_for_a_key_without_one_is_refused(path: Path) -> None:
    write_key(path, KEY, None)
    with pytest.raises(KeyRefused, match="has no passphrase"):
        read_key(path, PASSPHRASE)


def test_an_empty_passphrase_protects_nothing_and_is_refused(path: Path) -> None:
    with pytest.raises(KeyRefused, match="empty"):
        write_key(path, KEY, b"")
    assert not path.exists()


@pytest.mark.parametrize("n", [0, 2**13, 2**14 + 1, 2**21, -(2**14)])
def test_a_cost_that_could_not_be_read_is_not_written(path: Path, n: int) -> None:
    with pytest.raises(KeyRefused, match="cost"):
        write_key(path, KEY, PASSPHRASE, n=n)
    assert not path.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("n", SCRYPT_N_MIN // 2),
        ("n", SCRYPT_N_MAX * 2),
        ("n", SCRYPT_N_MIN + 1),
        ("n", 16384.0),
        ("n", "16384"),
        ("n", True),
        ("r", 7),
        ("r", 10**6),
        ("p", 2),
        ("p", None),
        ("kdf", "pbkdf2"),
        ("cipher", "aes-128-gcm"),
        ("salt", "AAAA"),
        ("salt", None),
        ("nonce", "AAAA"),
        ("extra", 1),
    ],
)
def test_foreign_parameters_are_refused(path: Path, field: str, value: object) -> None:
    write_encrypted(path)
    fields = fields_of(path)
    fields["encryption"][field] = value
    rewrite(path, fields)
    with pytest.raises(KeyRefused):
        read_key(path, PASSPHRASE)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", "jejak-key/2"),
        ("format", None),
        ("name", "another.example"),
        ("name", "a b"),
        ("name", 7),
        ("verifier_key", "another.example+00000000+AAAA"),
        ("encryption", {}),
        ("encryption", "none"),
        ("seed", "AAAA"),
        ("seed", 0),
        ("extra", 1),
    ],
)
@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_an_altered_field_is_refused(
    path: Path, field: str, value: object, passphrase: bytes | None
) -> None:
    write_key(path, KEY, passphrase, n=SCRYPT_N_MIN)
    rewrite(path, {**fields_of(path), field: value})
    with pytest.raises(KeyRefused):
        read_key(path, passphrase)


def test_the_name_is_bound_to_the_encrypted_seed(path: Path) -> None:
    write_encrypted(path)
    other = SigningKey("another.example", KEY.seed)
    rewrite(path, {**fields_of(path), "name": other.name, "verifier_key": other.verifier_key})
    with pytest.raises(KeyRefused, match="wrong passphrase"):
        read_key(path, PASSPHRASE)


def test_a_seed_of_another_key_in_the_clear_is_refused(path: Path) -> None:
    write_key(path, KEY, None)
    other = path.with_name("other.key")
    write_key(other, SigningKey(KEY.name, bytes(32)), None)
    rewrite(path, {**fields_of(path), "seed": fields_of(other)["seed"]})
    with pytest.raises(KeyRefused, match="does not belong"):
        read_key(path, None)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 16_000,
        b'{"format": ' + b"9" * 5000 + b"}",
        b'{"format": "jejak-key/1"}',
        b"-----BEGIN PRIVATE KEY-----\n",
    ],
)
def test_what_is_no_key_file_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyRefused):
        read_key(path, None)


def test_a_repeated_field_is_refused(path: Path) -> None:
    write_key(path, KEY, None)
    path.write_text(path.read_text().replace('"name"', '"format": "jejak-key/1", "name"'))
    with pytest.raises(KeyRefused):
        read_key(path, None)


def test_an_oversized_file_is_refused(path: Path) -> None:
    write_key(path, KEY, None)
    content = path.read_text()
    path.write_text(content + " " * (keys.MAX_KEY_FILE_BYTES - len(content)))
    assert read_key(path, None) == KEY
    path.write_text(path.read_text() + " ")
    with pytest.raises(KeyRefused, match="larger"):
        read_key(path, None)


def test_a_name_too_long_to_be_read_again_is_not_written(path: Path) -> None:
    with pytest.raises(KeyRefused, match="too long"):
        write_key(path, SigningKey("x" * 9000, KEY.seed), None)
    assert not path.exists()


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(KeyRefused):
            read_key(path, None)


@posix_only
def test_a_pipe_is_refused_without_waiting_for_a_writer(path: Path) -> None:
    os.mkfifo(path, 0o600)
    with pytest.raises(KeyRefused, match="not a file"):
        read_key(path, None)


def test_importing_the_formats_does_not_import_cryptography() -> None:
    program = (
        "import sys\n"
        "from events_store import checkpoint, keys, note, tiles\n"
        "sys.exit('cryptography' in sys.modules)\n"
    )
    root = str(Path(keys.__file__).parents[1])
    done = subprocess.run([sys.executable, "-c", program], cwd=root, check=False)
    assert done.returncode == 0


def test_errors_keep_their_fields_when_pickled_and_say_them() -> None:
    for error in (
        errors.LedgerMissing(Path("a.db")),
        errors.LedgerLocked("a.db"),
        errors.NotALedger("a.db"),
        errors.LedgerTooNew("a.db", 9, 1),
        errors.LedgerUnreadable("a.db", "torn page"),
        errors.ProofRefused("too long"),
        errors.NoteRefused("too long"),
        errors.CheckpointRefused("too long"),
        errors.KeyRefused("too long"),
        errors.SignerRefused("too long"),
        errors.LeafRefused("too long"),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), vars(again), str(again)) == (type(error), vars(error), str(error))
        assert all(str(value) in str(error) for value in vars(error).values())


def test_each_error_has_a_code_of_its_own() -> None:
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type)
        and issubclass(kind, errors.StoreError)
        and not kind.__name__.startswith("_")
    ]
    assert len({kind.code for kind in kinds}) == len(kinds) >= 13
