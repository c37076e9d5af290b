"""Ed25519 signing keys and the files that hold them.

A key file is JSON of format `jejak-key/1`: the seed under scrypt (RFC 7914) and AES-256-GCM, or
in the clear when its owner wanted no passphrase. Beside it `<file>.pub` has the verifier key.
"""

import contextlib
import json
import os
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from events_store.durable import sync_folder
from events_store.errors import KeyRefused, PathText
from events_store.note import (
    ED25519,
    format_base64,
    key_hash_of,
    parse_base64,
    parse_verifier_key,
    require_key_name,
    verifier_key,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = "jejak-key/1"
SEED_SIZE = 32
MAX_KEY_FILE_BYTES = 16 * 1024

SCRYPT_N = 2**17
SCRYPT_N_MIN = 2**14
SCRYPT_N_MAX = 2**20
SCRYPT_R = 8
SCRYPT_P = 1

_SALT_SIZE = 16
_NONCE_SIZE = 12
_TAG_SIZE = 16
_FIELDS = {"format", "name", "verifier_key", "encryption", "seed"}
_ENCRYPTION_FIELDS = {"kdf", "n", "r", "p", "salt", "cipher", "nonce"}


@dataclass(frozen=True, repr=False)
class SigningKey:
    """A named Ed25519 private key (RFC 8032); `seed` is its 32 secret bytes.

    `algorithm` says what it signs for: ED25519 the log itself, COSIGNATURE a witness.
    """

    name: str
    seed: bytes
    algorithm: bytes = ED25519

    def __post_init__(self) -> None:
        require_key_name(self.name)
        if len(self.seed) != SEED_SIZE:
            raise KeyRefused(f"a seed has {SEED_SIZE} bytes")

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r}, seed hidden)"

    @cached_property
    def public_key(self) -> bytes:
        """The 32 bytes of RFC 8032."""
        return self._private_key.public_key().public_bytes_raw()

    @property
    def key_hash(self) -> bytes:
        """The 4 bytes by which a signature line names this key."""
        return key_hash_of(self.name, self.public_key, self.algorithm)

    @property
    def verifier_key(self) -> str:
        """`name+hash+key`, to be handed to whoever checks the ledger."""
        return verifier_key(self.name, self.public_key, self.algorithm)

    def sign(self, text: bytes) -> bytes:
        """The 64 byte signature of `text`."""
        return self._private_key.sign(text)

    @cached_property
    def _private_key(self) -> "Ed25519PrivateKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed)


def create_key(name: str, algorithm: bytes = ED25519) -> SigningKey:
    """A fresh key from the operating system's randomness."""
    return SigningKey(name, secrets.token_bytes(SEED_SIZE), algorithm)


def write_key(
    path: PathText, key: SigningKey, passphrase: bytes | None, *, n: int = SCRYPT_N
) -> None:
    """Write `path` (mode 0600) and `path`.pub (mode 0644); neither may exist.

    None as passphrase leaves the seed in the clear. `n` is the scrypt cost. KeyRefused when a
    file exists or cannot be written; then neither is left behind.
    """
    secret_path = os.fspath(path)
    content = _format_key(key, passphrase, n)
    _write_new(secret_path, content, 0o600)
    try:
        _write_new(secret_path + ".pub", f"{key.verifier_key}\n".encode(), 0o644)
    except KeyRefused:
        with contextlib.suppress(OSError):
            os.unlink(secret_path)
        raise
    _sync_folder(Path(secret_path).parent)


def key_is_encrypted(path: PathText) -> bool:
    """Whether read_key will need a passphrase; KeyRefused for what is no safe key file."""
    return _load(path)["encryption"] is not None


def read_key(path: PathText, passphrase: bytes | None) -> SigningKey:
    """Read what write_key wrote.

    KeyRefused for a file that others can read (POSIX), is too large or is of another format,
    for a passphrase that is wrong, missing or not called for, and for a foreign scrypt cost.
    """
    fields = _load(path)
    name, encryption = fields["name"], fields["encryption"]
    stored = _bytes_field(fields, "seed", SEED_SIZE + (_TAG_SIZE if encryption else 0))
    if encryption is None:
        if passphrase is not None:
            raise KeyRefused(f"{os.fspath(path)} has no passphrase, but one was given")
        seed = stored
    else:
        if passphrase is None:
            raise KeyRefused(f"{os.fspath(path)} needs a passphrase")
        seed = _decrypt(stored, passphrase, name, encryption)
    stated = parse_verifier_key(str(fields["verifier_key"]))
    key = SigningKey(name, seed, stated.algorithm)
    if key.verifier_key != fields["verifier_key"]:
        raise KeyRefused("the seed does not belong to the verifier key in its file")
    return key


def _format_key(key: SigningKey, passphrase: bytes | None, n: int) -> bytes:
    encryption: dict[str, Any] | None = None
    stored = key.seed
    if passphrase is not None:
        if not passphrase:
            raise KeyRefused("the passphrase is empty")
        salt, nonce = secrets.token_bytes(_SALT_SIZE), secrets.token_bytes(_NONCE_SIZE)
        stored = _cipher(passphrase, salt, n).encrypt(nonce, key.seed, key.name.encode())
        encryption = {
            "kdf": "scrypt",
            "n": n,
            "r": SCRYPT_R,
            "p": SCRYPT_P,
            "salt": format_base64(salt),
            "cipher": "aes-256-gcm",
            "nonce": format_base64(nonce),
        }
    fields = {
        "format": FORMAT,
        "name": key.name,
        "verifier_key": key.verifier_key,
        "encryption": encryption,
        "seed": format_base64(stored),
    }
    content = (json.dumps(fields, indent=2, ensure_ascii=False) + "\n").encode()
    if len(content) > MAX_KEY_FILE_BYTES:
        raise KeyRefused("the key's name is too long")
    return content


def _load(path: PathText) -> dict[str, Any]:
    try:
        fields = json.loads(_read_private(os.fspath(path)), object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        raise KeyRefused(f"{os.fspath(path)} is not a key file") from None
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        raise KeyRefused(f"{os.fspath(path)} is not of the format {FORMAT}")
    if set(fields) != _FIELDS or not isinstance(fields["name"], str):
        raise KeyRefused(f"{os.fspath(path)} has not the fields of {FORMAT}")
    require_key_name(fields["name"])
    if fields["encryption"] is not None:
        _require_encryption(fields["encryption"])
    return fields


def _require_encryption(encryption: object) -> None:
    if not isinstance(encryption, dict) or set(encryption) != _ENCRYPTION_FIELDS:
        raise KeyRefused(f"the encryption has not the fields of {FORMAT}")
    if encryption["kdf"] != "scrypt" or encryption["cipher"] != "aes-256-gcm":
        raise KeyRefused("only scrypt and aes-256-gcm are read")
    if any(type(encryption[name]) is not int for name in ("n", "r", "p")):
        raise KeyRefused("the scrypt parameters are not whole numbers")
    if encryption["r"] != SCRYPT_R or encryption["p"] != SCRYPT_P:
        raise KeyRefused(f"only scrypt with r={SCRYPT_R} and p={SCRYPT_P} is read")


def _decrypt(stored: bytes, passphrase: bytes, name: str, encryption: dict[str, Any]) -> bytes:
    from cryptography.exceptions import InvalidTag

    salt = _bytes_field(encryption, "salt", _SALT_SIZE)
    nonce = _bytes_field(encryption, "nonce", _NONCE_SIZE)
    cipher = _cipher(passphrase, salt, encryption["n"])
    try:
        return cipher.decrypt(nonce, stored, name.encode())
    except InvalidTag:
        raise KeyRefused("wrong passphrase, or the key file was altered") from None


def _cipher(passphrase: bytes, salt: bytes, n: int) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    _require_cost(n)
    try:
        derived = Scrypt(salt, 32, n, SCRYPT_R, SCRYPT_P).derive(passphrase)
    except MemoryError:
        raise KeyRefused(f"scrypt with n={n} needs {n // 1024} MiB of memory") from None
    return AESGCM(derived)


def _require_cost(n: int) -> None:
    if not SCRYPT_N_MIN <= n <= SCRYPT_N_MAX or n & (n - 1):
        raise KeyRefused(f"scrypt cost {n} is not a power of two from 2**14 to 2**20")


def _bytes_field(fields: dict[str, Any], name: str, size: int) -> bytes:
    text = fields[name]
    data = parse_base64(text) if isinstance(text, str) else None
    if data is None or len(data) != size:
        raise KeyRefused(f"the field {name} is not the base64 of {size} bytes")
    return data


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field is repeated")
    return fields


def _read_private(path: str) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | _flags("O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise KeyRefused(f"{path} is not a file")
            if os.name == "posix" and status.st_mode & 0o077:
                raise KeyRefused(f"{path} is open to other users: chmod 600 {path}")
            content = file.read(MAX_KEY_FILE_BYTES + 1)
    except OSError as error:
        raise KeyRefused(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > MAX_KEY_FILE_BYTES:
        raise KeyRefused(f"{path} is larger than {MAX_KEY_FILE_BYTES} bytes")
    return content


def _write_new(path: str, content: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = os.open(path, flags | _flags("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"), mode)
    except FileExistsError:
        raise KeyRefused(f"{path} exists and is never overwritten") from None
    except OSError as error:
        raise KeyRefused(f"{path} cannot be created: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            if os.name == "posix":
                os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(path)
        raise KeyRefused(f"{path} cannot be written: {error.strerror}") from error


def _sync_folder(path: Path) -> None:
    try:
        sync_folder(path)
    except OSError as error:
        raise KeyRefused(f"written, but {path} cannot be synced: {error.strerror}") from error


def _flags(*names: str) -> int:
    """Those of the named open flags that this system has."""
    flags = 0
    for name in names:
        flags |= getattr(os, name, 0)
    return flags
