"""How an old version of a topic is read as the next one: declared as data, never as code.

A published topic stays in the catalogue and its leaves stay as they are. Because an upcast is only
renames and constants, it applies to one event and to a whole column alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Upcast:
    """From the topic under which it is listed to `topic`.

    `renames` maps old field names to new ones; `constants` gives the fields that are new. Every
    other field keeps its name and value.
    """

    topic: str
    renames: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)


UPCASTS: dict[str, Upcast] = {}


def upcast_data(topic: str, data: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The newest topic and its data for stored data of any version."""
    found = dict(data)
    while topic in UPCASTS:
        upcast = UPCASTS[topic]
        found = {upcast.renames.get(name, name): value for name, value in found.items()}
        found |= upcast.constants
        topic = upcast.topic
    return topic, found
