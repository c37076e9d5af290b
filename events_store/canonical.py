"""RFC 8785 canonical JSON, in the profile that leaves use.

Stored bytes are hashed, so one value must have exactly one form. The profile is narrower than
the RFC: ASCII keys, no floats, integers within +-(2^53-1). Within it a key order by bytes equals
the RFC's order by UTF-16 units, and a fast encoder writes the same bytes as the reference one.
"""

import json
import math
from collections.abc import Collection, Iterable
from typing import Any

import orjson

from events_store.errors import LeafRefused

MAX_INTEGER = 2**53 - 1
_OPTIONS = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)


def encode(value: Any) -> bytes:
    """The canonical bytes of a value of dicts, lists, texts, integers, booleans and None.

    Raises LeafRefused for what the profile excludes: a float, a key that is not ASCII text, an
    integer beyond +-(2^53-1), a lone surrogate, any other type, depth beyond what the writer
    follows.
    """
    try:
        _check(value)
        return orjson.dumps(value, option=_OPTIONS)
    except (TypeError, RecursionError, orjson.JSONEncodeError) as error:
        raise LeafRefused(str(error)) from error


def decode(data: bytes) -> Any:
    """The value of canonical bytes; raises LeafRefused unless they are the only form of it.

    Encoding what was read and comparing refuses at once duplicate keys, other orders and
    spellings, blanks, NaN and depth beyond what the reader follows.
    """
    try:
        value = _READER.decode(data.decode())
        if not data.isascii():
            _check(value)
        canonical = orjson.dumps(value, option=_OPTIONS)
    except ValueError as error:  # neither UTF-8 nor JSON, or a number of thousands of digits
        raise LeafRefused(f"not JSON: {error}") from error
    except (TypeError, RecursionError) as error:
        raise LeafRefused(str(error)) from error
    if canonical != data:
        raise LeafRefused("not in canonical form (RFC 8785)")
    return value


def _refuse_float(text: str) -> None:
    raise LeafRefused(f"a float: {text}")


_READER = json.JSONDecoder(parse_float=_refuse_float, parse_constant=_refuse_float)


_SCALARS = frozenset({str, int, type(None), bool})


def _check(value: Any) -> None:
    kind = type(value)
    if kind in _SCALARS:
        return
    if kind is dict:
        if not _known_keys.issuperset(value):
            _check_keys(value)
        _check_items(value.values())
    elif kind is list:
        _check_items(value)
    elif kind is float:
        name = "a float" if math.isfinite(value) else "not a finite number"
        raise LeafRefused(f"{name}: {value!r}")
    else:
        raise LeafRefused(f"type {kind.__name__} has no canonical form")


def _check_items(items: Collection[Any]) -> None:
    """One look at the types of all: most hold plain values alone."""
    if not _SCALARS.issuperset(map(type, items)):
        for item in items:
            if type(item) not in _SCALARS:
                _check(item)


def _check_keys(value: dict[Any, Any]) -> None:
    """Keys are few and come again and again: one that was looked at is known."""
    for key in value:
        if type(key) is not str or not key.isascii():
            raise LeafRefused(f"key is not ASCII text: {key!r}")
        if len(_known_keys) < _MOST_KEYS:
            _known_keys.add(key)


_known_keys: set[str] = set()
_MOST_KEYS = 1_000


class Template:
    """The canonical form of objects that all have the same keys: only values are encoded.

    `keys` are ASCII names, dotted where they stand in an inner object: `place.row`. `encode` takes
    values in the order of `self.keys`.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        tree: dict[str, Any] = {}
        for key in keys:
            *outer, name = key.split(".")
            inner = tree
            for part in outer:
                inner = inner.setdefault(part, {})
            inner[name] = None
        self.keys: list[str] = []
        self._form = self._formed(tree, "").encode("ascii")

    def _formed(self, tree: dict[str, Any], prefix: str) -> str:
        parts = []
        for name in sorted(tree):
            if tree[name] is None:
                self.keys.append(prefix + name)
                parts.append(f'"{name}":%b')
            else:
                parts.append(f'"{name}":{self._formed(tree[name], f"{prefix}{name}.")}')
        return "{" + ",".join(parts) + "}"

    def encode(self, values: Iterable[Any]) -> bytes:
        """The same bytes as `encode` gives of the whole; raises LeafRefused."""
        texts = _texts
        return self._form % tuple(
            [
                texts[value] if type(value) is str else _NULL if value is None else _other(value)
                for value in values
            ]
        )


def _other(value: Any) -> bytes:
    if type(value) is int and -MAX_INTEGER <= value <= MAX_INTEGER:
        return b"%d" % value
    return encode(value)


class _Texts(dict[str, bytes]):
    """Encoded texts; short ones that came before are not encoded again."""

    def __missing__(self, text: str) -> bytes:
        data = encode(text)
        if len(self) < _MOST_TEXTS and len(data) <= _LONGEST_KEPT:
            self[text] = data
        return data


_NULL = b"null"
_MOST_TEXTS = 8_192
_LONGEST_KEPT = 200
_texts = _Texts()
