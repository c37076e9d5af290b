"""What a verification finds: contradictions as data, and the first of each kind kept."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Contradiction:
    """What does not follow: its kind, the first index (None where none applies), the detail."""

    kind: str
    first_index: int | None
    detail: str


class Findings:
    """The first contradiction of each kind, so that a spoiled ledger gives a short answer."""

    def __init__(self) -> None:
        self._first: dict[str, Contradiction] = {}

    def add(self, kind: str, index: int | None, detail: str) -> None:
        """Keep a contradiction unless one of its kind is kept already."""
        self._first.setdefault(kind, Contradiction(kind, index, detail))

    def ordered(self) -> list[Contradiction]:
        """By first index, those without one last, then by kind."""
        return sorted(
            self._first.values(),
            key=lambda item: (item.first_index is None, item.first_index or 0, item.kind),
        )
