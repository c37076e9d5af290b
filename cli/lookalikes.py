"""Words in which letters of two scripts stand together: a look-alike of another name, perhaps.

They are recorded as the file has them, and named, so that a person looks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from typing import Any

from cli.render.safe import has_mixed_scripts
from ledger.events import CATALOGUE, Event

_NAMES = frozenset({"name", "code", "text", "reason", "unit", "number", "indicator"})


def mixed_words(events: Iterable[Event]) -> list[str]:
    """Each word of a name or text with letters of several scripts, once, in order."""
    found = (word for text in _texts(events) for word in text.split() if has_mixed_scripts(word))
    return list(dict.fromkeys(found))


def _texts(events: Iterable[Event]) -> Iterator[str]:
    for event in events:
        for name in _names_of(event.TOPIC):
            yield from _strange(getattr(event, name))


@cache
def _names_of(topic: str) -> tuple[str, ...]:
    """Those fields of a topic that hold names and texts; looked up once, not for each event."""
    return tuple(field.name for field in fields(CATALOGUE[topic]) if field.name in _NAMES)


def _strange(value: Any) -> Iterator[str]:
    """The texts in a value that hold more than ASCII: others mix no scripts."""
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str) and not text.isascii():
            yield text
