"""What a stored field may hold, read off the catalogue's own annotations.

One description serves the strict reader of events, the Arrow schemas and the generated
reference, so that they cannot drift apart.
"""

from dataclasses import dataclass, fields, is_dataclass
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from ledger.errors import DataMismatch


@dataclass(frozen=True, slots=True)
class Shape:
    """What a stored field may hold: scalar types, a list of them, or a closed object."""

    scalars: frozenset[type]
    elements: frozenset[type] | None = None
    part: type[Any] | None = None


def data_shape(cls: type[Any]) -> dict[str, Shape]:
    """The stored fields of an event class or a part of one, by name."""
    if cls not in _SHAPES:
        hints = get_type_hints(cls)
        own = [field.name for field in fields(cls) if field.name not in _ENVELOPE]
        _SHAPES[cls] = {name: _shape(hints[name]) for name in own}
    return _SHAPES[cls]


_SHAPES: dict[type[Any], dict[str, Shape]] = {}
_ENVELOPE = ("originator_id", "originator_version")


def _shape(hint: Any) -> Shape:
    options = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    scalars, elements = set[type](), None
    part: type[Any] | None = None
    for option in options:
        if get_origin(option) is list:
            (element,) = get_args(option)
            found = get_args(element) if isinstance(element, UnionType) else (element,)
            elements = frozenset(found)
        elif isinstance(option, type) and is_dataclass(option):
            part = option
        else:
            scalars.add(option)
    return Shape(frozenset(scalars), elements, part)


def plain_value(value: Any) -> Any:
    if is_dataclass(value):
        return {name: plain_value(getattr(value, name)) for name in data_shape(type(value))}
    return value


def shaped_value(topic: str, name: str, value: Any, shape: Shape) -> Any:
    kind = type(value)
    if kind in shape.scalars:
        return value
    if kind is list and shape.elements is not None:
        if not shape.elements.issuperset(map(type, value)):
            raise DataMismatch(topic, f"{name}: an element has another type")
        return value
    if kind is dict and shape.part is not None:
        inner = data_shape(shape.part)
        if value.keys() != inner.keys():
            raise DataMismatch(topic, f"{name}: other fields than it must have")
        return shape.part(
            **{key: shaped_value(topic, key, value[key], inner[key]) for key in inner}
        )
    raise DataMismatch(topic, f"{name}: a {kind.__name__} cannot stand here")
