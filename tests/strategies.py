"""Hypothesis strategies of events, built from the shape of each topic in the catalogue."""

from typing import Any

from hypothesis import strategies as st

from ledger.amounts import MAX_AMOUNT
from ledger.events import CATALOGUE, Event
from ledger.shapes import Shape, data_shape

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
INTEGERS = st.integers(-MAX_AMOUNT, MAX_AMOUNT)
_SCALARS: dict[type, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: INTEGERS,
    bool: st.booleans(),
    type(None): st.none(),
}


def scalars(types: frozenset[type]) -> st.SearchStrategy[Any]:
    """Values of any of the given scalar types."""
    return st.one_of([_SCALARS[kind] for kind in sorted(types, key=lambda kind: kind.__name__)])


def values(shape: Shape, length: int) -> st.SearchStrategy[Any]:
    """Values that a stored field may hold; lists have `length` elements."""
    options = [scalars(shape.scalars)] if shape.scalars else []
    if shape.elements is not None:
        options.append(st.lists(scalars(shape.elements), min_size=length, max_size=length))
    if shape.part is not None:
        options.append(parts(shape.part, length))
    return st.one_of(options)


def parts(cls: type[Any], length: int) -> st.SearchStrategy[Any]:
    """Instances of a part of an event (a place, a target)."""
    fields = {name: values(shape, length) for name, shape in data_shape(cls).items()}
    return st.builds(cls, **fields)


@st.composite
def events(draw: st.DrawFn, topic: str | None = None) -> Event:
    """Events of one topic, or of any; the columns of a list of lines are of one length."""
    cls = CATALOGUE[topic or draw(st.sampled_from(sorted(CATALOGUE)))]
    length = draw(st.integers(0, 3))
    fields = {name: draw(values(shape, length)) for name, shape in data_shape(cls).items()}
    return cls(draw(TEXTS), draw(st.integers(1, 2**31)), **fields)
