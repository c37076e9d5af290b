"""The envelope that makes one event a leaf, and its strict reader.

A leaf is hashed and kept for ever: every key is present, an unknown value is null, and nothing
is added. The store knows the envelope alone; what `data` means is not its business.
"""

from dataclasses import dataclass
from typing import Any

from events_store import canonical
from events_store.errors import LeafRefused

ENVELOPE_VERSION = 1
MAX_LEAF_BYTES = 65_535
MAX_TEXT_BYTES = 8_192
SALT_BYTES = 16
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
    """The stored bytes of a leaf; raises LeafRefused when they exceed 65,535."""
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


def decode_leaf(data: bytes) -> Leaf:
    """The leaf of stored bytes; raises LeafRefused for anything `encode_leaf` cannot write."""
    if len(data) > MAX_LEAF_BYTES:
        raise LeafRefused(f"{len(data)} bytes, at most {MAX_LEAF_BYTES}")
    value = canonical.decode(data)
    if not isinstance(value, dict) or value.keys() != _KEYS:
        raise LeafRefused("the envelope has other keys than it must have")
    if value["v"] != ENVELOPE_VERSION:
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
    _check_types(leaf)
    return leaf


def _check_types(leaf: Leaf) -> None:
    texts = (leaf.type, leaf.stream, leaf.recorded_at, leaf.actor, leaf.salt)
    if not all(type(text) is str for text in texts):
        raise LeafRefused("an envelope field that must be text is not")
    if type(leaf.version) is not int:
        raise LeafRefused("the version is not an integer")
    if leaf.import_id is not None and type(leaf.import_id) is not str:
        raise LeafRefused("the import is neither null nor text")
    if type(leaf.data) is not dict:
        raise LeafRefused("the data is not an object")
    if len(leaf.salt) != 2 * SALT_BYTES:
        raise LeafRefused("the salt is not 16 bytes in hex")
