"""Recognising sound leaves at one glance: a regular expression for each type, made of its forms.

Closed data of known types is a regular language in canonical form, so that one match says what
`decode_leaf` and a catalogue would say after reading, writing and comparing. A pattern is
narrower than these on purpose (no rare escape, no integer of 16 digits): what it takes is sound,
and what it does not take is read by the strict reader, which alone refuses and gives the reason.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson

from events_store.leaf import MAX_LEAF_BYTES, Leaf, decode_leaf


@dataclass(frozen=True, slots=True)
class Form:
    """What may stand in a field of data: scalars, a list of them, or a closed object.

    `scalars` and `elements` are of str, int, bool and NoneType. Lists whose elements may be null
    are columns: all of one object are equally long.
    """

    scalars: frozenset[type]
    elements: frozenset[type] | None = None
    part: "Forms | None" = None


Forms = Mapping[str, Form]
"""The fields of an object, all of which it has: ASCII name -> form."""


Entry = tuple[str, int, str, str | None]
"""What a sound leaf says of its place in the log: stream, version, type, import id."""


class Recogniser:
    """Reads leaves into entries: by pattern where one fits, else by the strict reader.

    `forms` are, by type, data that `check_leaf` takes; a type without is read strictly.
    """

    def __init__(self, forms: Mapping[str, Forms], check_leaf: Callable[[Leaf], None]) -> None:
        self._forms = forms
        self._check_leaf = check_leaf
        self._patterns: dict[str, re.Pattern[str]] = {}

    def read(self, type_: str, data: bytes) -> Entry:
        """The entry of leaf bytes, which are probably of a type; LeafRefused if they are no leaf.

        LeafRefused is also what `check_leaf` raises.
        """
        return self.recognised(type_, data) or self._read_strictly(data)

    def recognised(self, type_: str, data: bytes) -> Entry | None:
        """The entry of a leaf that is sound and of this type; None says nothing about it."""
        pattern = self._patterns.get(type_) or self._made(type_)
        if pattern is None or len(data) > MAX_LEAF_BYTES:
            return None
        try:
            match = pattern.fullmatch(data.decode())
        except UnicodeDecodeError:
            return None
        if match is None:
            return None
        *columns, import_id, stream, version = match.groups()
        if columns and not _are_equally_long(columns):
            return None
        return stream, int(version), type_, import_id

    def _made(self, type_: str) -> re.Pattern[str] | None:
        """The pattern of a type, made when the first leaf of it comes."""
        if type_ not in self._forms:
            return None
        return self._patterns.setdefault(
            type_, re.compile(_leaf_pattern(type_, self._forms[type_]))
        )

    def _read_strictly(self, data: bytes) -> Entry:
        leaf = decode_leaf(data)
        self._check_leaf(leaf)
        return leaf.stream, leaf.version, leaf.type, leaf.import_id


_PLAIN = r'[^"\\\x00-\x1f]*+'
_TEXT = rf'"{_PLAIN}(?:\\["\\bfnrt]{_PLAIN})*+"'
_HEX = "[0-9a-f]{32}"
_DAY = (
    r"(?!0000)[0-9]{4}-(?>(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z"
_SCALARS: Mapping[type, str] = {
    type(None): "null",
    str: _TEXT,
    int: "(?>0|-?[1-9][0-9]{0,14})",
    bool: "(?>false|true)",
}


def _leaf_pattern(type_: str, forms: Forms) -> str:
    """The envelope around data of these forms.

    Its groups are the columns of the data, then import, stream and version.
    """
    return _object(
        {
            "actor": _TEXT,
            "data": _data(forms),
            "import": f'(?>null|"({_HEX})")',
            "recorded_at": f'"{_DAY}T{_TIME}"',
            "salt": f'"{_HEX}"',
            "stream": f'"({_PLAIN})"',
            "type": re.escape(_json(type_)),
            "v": "1",
            "version": "([1-9][0-9]{0,14})",
        }
    )


def _data(forms: Forms) -> str:
    return _object({name: _value(form) for name, form in forms.items()})


def _value(form: Form) -> str:
    options = [_scalar(form.scalars)] if form.scalars else []
    if form.elements is not None:
        element = _scalar(form.elements)
        items = rf"\[(?:{element}(?:,{element})*+)?+\]"
        options.append(f"({items})" if type(None) in form.elements else items)
    if form.part is not None:
        options.append(_data(form.part))
    return _either(options)


def _scalar(types: frozenset[type]) -> str:
    return _either([pattern for kind, pattern in _SCALARS.items() if kind in types])


def _either(options: list[str]) -> str:
    return options[0] if len(options) == 1 else f"(?>{'|'.join(options)})"


def _object(values: Mapping[str, str]) -> str:
    """Keys in canonical order, each with its value."""
    return rf"\{{{','.join(f'{re.escape(_json(key))}:{values[key]}' for key in sorted(values))}\}}"


def _json(text: str) -> str:
    return orjson.dumps(text).decode()


def _are_equally_long(columns: list[str | None]) -> bool:
    """Whether the JSON lists, null where a column is not used, have one length."""
    return len({len(orjson.loads(column)) for column in columns if column is not None}) <= 1
