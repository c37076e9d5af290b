"""What a stored field may hold, read off the catalogue's own annotations.

One description serves the strict reader of events, the Arrow schemas and the generated
reference, so that they cannot drift apart.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from operator import attrgetter
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


def check_fields(topic: str, data: Mapping[str, Any], cls: type[Any]) -> None:
    """Raise DataMismatch unless `data` has exactly the fields of a class, of the right types.

    Lists that may hold nulls are columns: all of them are equally long.
    """
    shapes = data_shape(cls)
    if data.keys() != shapes.keys():
        wrong = ", ".join(sorted(data.keys() ^ shapes.keys()))
        raise DataMismatch(topic, f"fields missing or beyond the catalogue: {wrong}")
    columns = []
    for name, value in data.items():
        shape = shapes[name]
        kind = type(value)
        if kind in shape.scalars:
            continue
        if kind is list and shape.elements is not None:
            if not shape.elements.issuperset(map(type, value)):
                raise DataMismatch(topic, f"{name}: an element has another type")
            if type(None) in shape.elements:
                columns.append((name, len(value)))
        elif kind is dict and shape.part is not None:
            check_fields(f"{topic} {name}", value, shape.part)
        else:
            raise DataMismatch(topic, f"{name}: a {kind.__name__} cannot stand here")
    if len({length for _, length in columns}) > 1:
        named = ", ".join(f"{name} {length}" for name, length in columns)
        raise DataMismatch(topic, f"columns are not equally long: {named}")


def plain_value(value: Any) -> Any:
    """A stored value as JSON has it: a closed object becomes a dict of its fields."""
    return plain_fields(value) if is_dataclass(value) else value


def plain_fields(value: Any) -> dict[str, Any]:
    """The stored fields of an event or of a part of one, by name, parts as dicts."""
    cls = type(value)
    if cls not in _GETTERS:
        shapes = data_shape(cls)
        parts = tuple(name for name, shape in shapes.items() if shape.part is not None)
        _GETTERS[cls] = tuple(shapes), attrgetter(*shapes, "__class__"), parts
    names, values, parts = _GETTERS[cls]
    found = dict(zip(names, values(value), strict=False))
    for name in parts:
        found[name] = plain_value(found[name])
    return found


_GETTERS: dict[type[Any], tuple[tuple[str, ...], Callable[[Any], Any], tuple[str, ...]]] = {}


def shaped_value(value: Any, shape: Shape) -> Any:
    """A checked stored value as the event holds it: closed objects become their part."""
    if shape.part is None or value is None:
        return value
    inner = data_shape(shape.part)
    return shape.part(**{name: shaped_value(value[name], inner[name]) for name in inner})
