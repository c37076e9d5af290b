"""`A..B`: the two ends of a comparison, each a revision, a date or a file.

A file name may hold dots itself, so every `..` is tried, from the left, until both ends are
something. A word that is a revision or a date is never taken for a file; `./9` is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.asking import DateType, RevisionType
from cli.language import _

if TYPE_CHECKING:
    from cli.asking import Asked
    from cli.proposals import Reading

DOTS = ".."


@dataclass(frozen=True)
class End:
    """One end as typed, and the one of three that it is."""

    text: str
    revision: Any = None
    as_of: date | None = None
    file: Path | None = None


class RangeType(click.ParamType["tuple[End, End]"]):
    """`A..B`, where each end is awal, akhir, a number, a date or a file."""

    name = "range"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[End, End]:
        if isinstance(value, tuple):
            return value
        splits = list(_splits(str(value)))
        for first, second in splits:
            ends = _end(first), _end(second)
            if ends[0] is not None and ends[1] is not None:
                return ends[0], ends[1]
        if not splits:
            message = _("{text!r} is no range; write A..B, for example awal..akhir.")
            raise click.BadParameter(message.format(text=value), ctx, param)
        wrong = next(text for text in splits[0] if _end(text) is None)
        message = _("{text!r} is neither a revision (awal, akhir, a number) nor a date nor a file.")
        raise click.BadParameter(message.format(text=wrong), ctx, param)


def asked_at(asked: Asked, end: End, ledger: Path, reading: Reading) -> Asked:
    """The same question at one end; a file stands in the place of the recorded DIPA."""
    position = replace(asked.position, revision=end.revision, as_of=end.as_of)
    if end.file is None:
        return replace(asked, position=position)
    from cli.proposals import proposed

    if asked.fiscal_year is None:
        raise click.UsageError(_("The ledger has no fiscal year yet; give --ta."))
    dipa = asked.satker, asked.fiscal_year
    columns = proposed(ledger, end.file, reading, asked.columns, dipa)
    return replace(asked, position=position, columns=columns)


def _splits(text: str) -> Iterator[tuple[str, str]]:
    at = text.find(DOTS)
    while at != -1:
        first, second = text[:at].strip(), text[at + len(DOTS) :].strip()
        if first and second:
            yield first, second
        at = text.find(DOTS, at + 1)


def _end(text: str) -> End | None:
    with suppress(click.BadParameter):
        return End(text, revision=RevisionType().convert(text, None, None))
    with suppress(click.BadParameter):
        return End(text, as_of=DateType().convert(text, None, None))
    return End(text, file=Path(text)) if Path(text).is_file() else None
