"""Rows of a code tree under one header: each with its place, and whether one stands below it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cli.intake.cells import At, Row
from cli.intake.shapes.codes import LEVELS

TOTAL = "jumlah"
_ORDER = (TOTAL, *LEVELS)
Cells = Mapping[str, tuple[str, At]]


class Branch(NamedTuple):
    """A row of the file, its level in the tree, and its cells by column, each with its place."""

    row: Row
    level: str
    cells: Cells


def with_leaves(branches: Iterable[Branch], columns: Sequence[str]) -> Iterator[Row]:
    """Each branch as `columns`, with `daun` filled in.

    A leaf is one below which no deeper row follows; the total of all is none, wherever it stands.
    """
    before: Branch | None = None
    for branch in branches:
        if before is not None:
            yield _straight(before, columns, is_leaf=not _is_deeper(branch, before))
        before = branch
    if before is not None:
        yield _straight(before, columns, is_leaf=True)


def _is_deeper(branch: Branch, before: Branch) -> bool:
    return _ORDER.index(branch.level) > _ORDER.index(before.level)


def _straight(branch: Branch, columns: Sequence[str], *, is_leaf: bool) -> Row:
    leaf = "ya" if is_leaf and branch.level != TOTAL else "tidak"
    cells = {**branch.cells, "daun": (leaf, None)}
    found = [cells.get(name, ("", None)) for name in columns]
    row = branch.row
    return Row(
        row.number, tuple(text for text, _ in found), row.sheet, tuple(at for _, at in found)
    )
