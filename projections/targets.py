"""Which of several printed values holds: the one of the document that speaks first.

Targets and results of an indicator are printed in many documents, and in one document at several
places. Documents that differ are ranked; one document that differs from itself is a conflict, and
then no value holds: all candidates stay to be seen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from projections.achievement import exact
from projections.precedence import Ranking


@dataclass(frozen=True)
class Printed:
    """A value as one document prints it at one place; `value` None where it was not readable."""

    value: str | None
    printed: str | None
    unit: str | None
    document: str
    read_from: str | None
    sheet: str | None
    event: int
    ranking: Ranking

    @property
    def is_empty(self) -> bool:
        """Whether the document names the indicator here without printing a value."""
        return self.value is None and self.printed is None


@dataclass(frozen=True)
class InForce:
    """What holds: `speaking` is None where nothing is printed, or where the document conflicts."""

    speaking: Printed | None = None
    is_conflict: bool = False
    candidates: Sequence[Printed] = field(default=())

    @property
    def value(self) -> str | None:
        return None if self.speaking is None else self.speaking.value

    @property
    def text(self) -> str | None:
        return None if self.speaking is None else self.speaking.printed

    @property
    def unit(self) -> str | None:
        return None if self.speaking is None else self.speaking.unit


def in_force(printed: Iterable[Printed]) -> InForce:
    """The value that holds among all places; candidates come by precedence, then as recorded.

    A place without a value is passed over. Equal numbers are equal however they are written, and
    equal values do not conflict over their units. A document read from another one is a source of
    its own: the copy in a report does not contradict the document in hand, it ranks behind it.
    """
    candidates = sorted(printed, key=lambda one: (one.ranking, one.event))
    spoken = [one for one in candidates if not one.is_empty]
    if not spoken:
        return InForce(candidates=candidates)
    mine = [one for one in spoken if _source(one) == _source(spoken[0])]
    known = [one for one in mine if one.value is not None]
    if len({same_number(one.value) for one in known}) > 1:
        return InForce(is_conflict=True, candidates=candidates)
    return InForce((known or mine)[0], candidates=candidates)


def same_number(value: str | None) -> object:
    """A key under which `100` and `100.0` are one value, and a text only itself."""
    number = exact(value)
    return value if number is None else number


def _source(one: Printed) -> tuple[str, str]:
    return one.document, one.read_from or one.document
