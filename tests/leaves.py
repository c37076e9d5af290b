"""Leaf bytes for tests that write a log without the application."""

from typing import Any

from events_store.leaf import Leaf, encode_leaf


def leaf_bytes(
    *,
    type_: str,
    stream: str,
    version: int,
    recorded_at: str,
    actor: str,
    import_id: str | None,
    data: dict[str, Any],
    salt: str,
) -> bytes:
    """The stored bytes of one event."""
    return encode_leaf(Leaf(type_, stream, version, recorded_at, actor, import_id, data, salt))
