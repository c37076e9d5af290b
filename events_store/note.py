"""Signed notes: a text, an empty line, one signature line for each key.

C2SP signed-note with Ed25519 (signature type 0x01) and the cosignatures of witnesses (0x04). The
parser is strict, so that one note has one spelling. A text may be believed only when it comes out
of open_note.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from events_store.cosignature import COSIGNATURE, cosigned_message, split_signature
from events_store.errors import KeyRefused, NoteRefused

MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100
ED25519 = b"\x01"
PUBLIC_KEY_SIZE = 32
KEY_HASH_SIZE = 4

_ALGORITHMS = (ED25519, COSIGNATURE)
_SIGNATURE_START = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_HASH = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True)
class VerifierKey:
    """A public key under its name; `key_hash` is the 4 byte id in signature lines.

    `algorithm` is the signature type: ED25519 signs as a log does, COSIGNATURE as a witness.
    """

    name: str
    key_hash: bytes
    public_key: bytes
    algorithm: bytes = ED25519

    def signs_for(self, origin: str) -> bool:
        """Whether it is a key of the log of this name, and no witness's."""
        return self.algorithm == ED25519 and self.name == origin


@dataclass(frozen=True)
class NoteSignature:
    """One signature line as read; nothing in it is verified."""

    name: str
    key_hash: bytes
    signature: bytes


@dataclass(frozen=True)
class OpenedNote:
    """A text, the given keys that signed it, and the lines of keys that were not given."""

    text: str
    verified: tuple[VerifierKey, ...]
    unverified: tuple[NoteSignature, ...]


class Signer(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def key_hash(self) -> bytes: ...

    def sign(self, text: bytes) -> bytes: ...


def verifier_key(name: str, public_key: bytes, algorithm: bytes = ED25519) -> str:
    """`name+hash+key`, the text form in which a public key is handed on."""
    key_hash = key_hash_of(name, public_key, algorithm)
    return f"{name}+{key_hash.hex()}+{format_base64(algorithm + public_key)}"


def parse_verifier_key(text: str) -> VerifierKey:
    """Inverse of verifier_key; any other spelling raises KeyRefused."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise KeyRefused("a verifier key has the form name+hash+key")
    name, hash_text, key_text = parts
    encoded = parse_base64(key_text)
    if encoded is None or len(encoded) != 1 + PUBLIC_KEY_SIZE or encoded[:1] not in _ALGORITHMS:
        raise KeyRefused("a verifier key ends in the base64 of 0x01 or 0x04 and 32 bytes")
    algorithm, public_key = encoded[:1], encoded[1:]
    key_hash = key_hash_of(name, public_key, algorithm)
    if not _KEY_HASH.fullmatch(hash_text) or bytes.fromhex(hash_text) != key_hash:
        raise KeyRefused(f"the hash of verifier key {name} is not {hash_text}")
    return VerifierKey(name, key_hash, public_key, algorithm)


def key_hash_of(name: str, public_key: bytes, algorithm: bytes = ED25519) -> bytes:
    """First 4 bytes of SHA-256(name || newline || algorithm || public key); checks both."""
    require_key_name(name)
    if len(public_key) != PUBLIC_KEY_SIZE:
        raise KeyRefused(f"an Ed25519 public key has {PUBLIC_KEY_SIZE} bytes")
    digest = hashlib.sha256(name.encode() + b"\n" + algorithm + public_key).digest()
    return digest[:KEY_HASH_SIZE]


def require_key_name(name: str) -> None:
    """Refuse a name that is empty or holds a space, a plus sign or a control character."""
    if not is_key_name(name):
        raise KeyRefused(f"{name!r} is not a key name: no spaces, plus signs, control characters")


def is_key_name(name: str) -> bool:
    if not name or "+" in name or _CONTROL.search(name) or not _is_unicode(name):
        return False
    return not any(character.isspace() for character in name)


def sign_note(text: str, signers: Iterable[Signer]) -> bytes:
    """The note of `text` (which ends in a newline) with a line from each signer."""
    _require_text(text)
    lines = [_signature_line(text, signer) for signer in signers]
    return _checked(f"{text}\n{''.join(lines)}".encode())


def cosign_note(note: bytes, signers: Iterable[Signer]) -> bytes:
    """The same note with further signature lines; verifies none of those already there."""
    text, _ = _parse_note(note)
    lines = [_signature_line(text, signer) for signer in signers]
    return _checked(note + "".join(lines).encode())


def open_note(note: bytes, verifiers: Iterable[VerifierKey]) -> OpenedNote:
    """Read a note that at least one of `verifiers` signed.

    NoteRefused when it is malformed, when none of them signed it, or when a signature under one
    of these keys is false or repeated. Lines of other keys are handed back unverified.
    """
    text, signatures = _parse_note(note)
    known = _by_id(verifiers)
    verified: list[VerifierKey] = []
    unverified: list[NoteSignature] = []
    for signature in signatures:
        key = known.get((signature.name, signature.key_hash))
        if key is None:
            unverified.append(signature)
            continue
        if key in verified:
            raise NoteRefused(f"two signatures by {key.name}+{key.key_hash.hex()}")
        _verify_signature(key, text, signature.signature)
        verified.append(key)
    if not verified:
        raise NoteRefused("signed by none of the given keys")
    return OpenedNote(text, tuple(verified), tuple(unverified))


def unverified_text(note: bytes) -> str:
    """The text of a well-formed note, whoever signed it: not to be believed, only compared.

    NoteRefused where it is malformed.
    """
    text, _ = _parse_note(note)
    return text


def format_base64(data: bytes) -> str:
    """Standard base64 with padding, RFC 4648 section 4."""
    return base64.b64encode(data).decode("ascii")


def parse_base64(text: str) -> bytes | None:
    """Inverse of format_base64; None for any other spelling of the same or other bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if format_base64(data) == text else None


def _parse_note(note: bytes) -> tuple[str, list[NoteSignature]]:
    if len(note) > MAX_NOTE_BYTES:
        raise NoteRefused(f"longer than {MAX_NOTE_BYTES} bytes")
    try:
        content = note.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteRefused("not UTF-8") from None
    head, separator, tail = content.rpartition("\n\n")
    if not separator:
        raise NoteRefused("no empty line before the signatures")
    text = head + "\n"
    _require_text(text)
    if not tail.endswith("\n"):
        raise NoteRefused("no newline at the end of the signatures")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteRefused(f"more than {MAX_SIGNATURES} signatures")
    return text, [_parse_signature_line(line) for line in lines]


def _parse_signature_line(line: str) -> NoteSignature:
    if not line.startswith(_SIGNATURE_START):
        raise NoteRefused("a signature line starts with an em dash and a space")
    name, space, encoded = line.removeprefix(_SIGNATURE_START).partition(" ")
    signature = parse_base64(encoded)
    if not space or not is_key_name(name):
        raise NoteRefused("a signature line holds a key name and a signature")
    if signature is None or len(signature) <= KEY_HASH_SIZE:
        raise NoteRefused(f"the signature of {name} is not canonical base64 of hash and signature")
    return NoteSignature(name, signature[:KEY_HASH_SIZE], signature[KEY_HASH_SIZE:])


def _signature_line(text: str, signer: Signer) -> str:
    require_key_name(signer.name)
    encoded = format_base64(signer.key_hash + signer.sign(text.encode()))
    return f"{_SIGNATURE_START}{signer.name} {encoded}\n"


def _checked(note: bytes) -> bytes:
    """Never hand out a note that open_note would find malformed."""
    _, signatures = _parse_note(note)
    ids = {(signature.name, signature.key_hash) for signature in signatures}
    if len(ids) != len(signatures):
        raise NoteRefused("two signatures by one key")
    return note


def _require_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteRefused("the text does not end in a newline")
    if _CONTROL.search(text):
        raise NoteRefused("a control character in the text")
    if not _is_unicode(text):
        raise NoteRefused("a lone surrogate in the text")


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _by_id(verifiers: Iterable[VerifierKey]) -> dict[tuple[str, bytes], VerifierKey]:
    known: dict[tuple[str, bytes], VerifierKey] = {}
    for key in verifiers:
        if known.setdefault((key.name, key.key_hash), key) != key:
            raise NoteRefused(f"two different keys are called {key.name}+{key.key_hash.hex()}")
    return known


def _verify_signature(key: VerifierKey, text: str, signature: bytes) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    message = text.encode()
    if key.algorithm == COSIGNATURE:
        time, signature = split_signature(signature)
        message = cosigned_message(text, time)
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise NoteRefused(f"the signature by {key.name} is false") from None
