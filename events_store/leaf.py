"""The envelope that makes one event a leaf, and its strict reader.

A leaf is hashed and kept for ever: every key is present, an unknown value is null, and nothing
is added. The store knows the envelope alone; what `data` means is not its business.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events_store import canonical
from events_store.errors import LeafRefused

ENVELOPE_VERSION = 1
MAX_LEAF_BYTES = 65_535
MAX_TEXT_BYTES = 8_192
SALT_BYTES = 16
_HEX = re.compile(f"[0-9a-f]{{{2 * SALT_BYTES}}}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_KEYS = frozenset(
    ("v", "type", "stream", "version", "recorded_at", "actor", "import", "data", "salt")
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One recorded event: who recorded what, when by the clock, in which stream.

    `recorded_at` is UTC with six digits of a second; `import_id` is None or 32 hex digits;
    `salt` is 16 random bytes in hex, so that a proof gives no neighbour away.
    """

    type: str
    stream: str
    version: int
    recorded_at: str
    actor: str
    import_id: str | None
    data: dict[str, Any]
    salt: str


def encode_leaf(leaf: Leaf) -> bytes:
    """The stored bytes of a leaf; raises LeafRefused for one that `decode_leaf` would refuse."""
    _check_fields(leaf)
    data = canonical.encode(
        {
            "v": ENVELOPE_VERSION,
            "type": leaf.type,
            "stream": leaf.stream,
            "version": leaf.version,
            "recorded_at": leaf.recorded_at,
            "actor": leaf.actor,
            "import": leaf.import_id,
            "data": leaf.data,
            "salt": leaf.salt,
        }
    )
    if len(data) > MAX_LEAF_BYTES:
        raise LeafRefused(f"{len(data)} bytes, at most {MAX_LEAF_BYTES}")
    return data


class LeafFrame:
    """What the leaves of one transaction share, encoded once; `leaf` gives what `encode_leaf` does.

    The keys of the envelope stand in canonical order, so the bytes are put together.
    """

    def __init__(self, *, recorded_at: str, actor: str, import_id: str | None) -> None:
        if import_id is not None and not _is_hex(import_id):
            raise LeafRefused("the import is neither null nor 32 hex digits")
        _check_instant(recorded_at)
        encode = canonical.encode
        self._actor = b'{"actor":' + encode(actor) + b',"data":'
        shared = b',"import":%b,"recorded_at":%b,"salt":"'
        self._import = shared % (encode(import_id), encode(recorded_at))
        self._names: dict[tuple[str, str], bytes] = {}

    def leaf(self, *, type_: str, stream: str, version: int, data: bytes, salt: str) -> bytes:
        """The stored bytes of one event; `data` is canonical. Raises LeafRefused."""
        if type(version) is not int or version < 1:
            raise LeafRefused("the version is not an integer from 1")
        if not _is_hex(salt):
            raise LeafRefused("the salt is not 16 bytes in hex")
        names = self._names.get((stream, type_))
        if names is None:
            names = b'","stream":%b,"type":%b,"v":%d,"version":' % (
                canonical.encode(stream),
                canonical.encode(type_),
                ENVELOPE_VERSION,
            )
            self._names[stream, type_] = names
        found = b"%b%b%b%b%b%d}" % (self._actor, data, self._import, salt.encode(), names, version)
        if len(found) > MAX_LEAF_BYTES:
            raise LeafRefused(f"{len(found)} bytes, at most {MAX_LEAF_BYTES}")
        return found


def decode_leaf(data: bytes) -> Leaf:
    """The leaf of stored bytes; raises LeafRefused for anything `encode_leaf` cannot write."""
    if len(data) > MAX_LEAF_BYTES:
        raise LeafRefused(f"{len(data)} bytes, at most {MAX_LEAF_BYTES}")
    value = canonical.decode(data)
    if not isinstance(value, dict) or value.keys() != _KEYS:
        raise LeafRefused("the envelope has other keys than it must have")
    if type(value["v"]) is not int or value["v"] != ENVELOPE_VERSION:
        raise LeafRefused(f"envelope version {value['v']!r} is not known")
    leaf = Leaf(
        type=value["type"],
        stream=value["stream"],
        version=value["version"],
        recorded_at=value["recorded_at"],
        actor=value["actor"],
        import_id=value["import"],
        data=value["data"],
        salt=value["salt"],
    )
    _check_fields(leaf)
    return leaf


def _check_fields(leaf: Leaf) -> None:
    texts = (leaf.type, leaf.stream, leaf.recorded_at, leaf.actor, leaf.salt)
    if not all(type(text) is str for text in texts):
        raise LeafRefused("an envelope field that must be text is not")
    if type(leaf.version) is not int or leaf.version < 1:
        raise LeafRefused("the version is not an integer from 1")
    if leaf.import_id is not None and not _is_hex(leaf.import_id):
        raise LeafRefused("the import is neither null nor 32 hex digits")
    if type(leaf.data) is not dict:
        raise LeafRefused("the data is not an object")
    if not _is_hex(leaf.salt):
        raise LeafRefused("the salt is not 16 bytes in hex")
    _check_instant(leaf.recorded_at)


def _is_hex(text: object) -> bool:
    return type(text) is str and _HEX.fullmatch(text) is not None


def _check_instant(text: str) -> None:
    try:
        if _INSTANT.fullmatch(text):
            datetime.fromisoformat(text)
            return
    except ValueError:
        pass
    raise LeafRefused(f"recorded at {text!r}, which is no instant in UTC with six digits")
