"""A preview in words: the counts and the totals first, then each line that would change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cli.language import _
from cli.messages import MAX_SHOWN
from cli.render.numbers import amount
from cli.render.safe import safe

if TYPE_CHECKING:
    from cli.preview import Preview


def preview_lines(preview: Preview) -> Iterator[str]:
    """One line for the revision, one for each line that is new, changed or gone."""
    text = _("{name}: {new} new, {changed} changed, {same} same, {gone} gone; {before} > {after}")
    yield text.format(
        name=_name(preview),
        before=_amount(preview.total["before"]),
        after=_amount(preview.total["after"]),
        **preview.counts,
    )
    for row in preview.changed[:MAX_SHOWN]:
        yield f"  {_mark(preview.kind(row))} {_line(row)}"
    if len(preview.changed) > MAX_SHOWN:
        yield "  " + _("... and {count} more.").format(count=len(preview.changed) - MAX_SHOWN)


def _name(preview: Preview) -> str:
    satker, year = preview.dipa
    number = _("unnumbered") if preview.revision is None else preview.revision
    name = _("{satker} {year}, revision {number}").format(satker=satker, year=year, number=number)
    if preview.against is None:
        return _("{name} (nothing stands before it)").format(name=name)
    other = preview.against["revision"]
    other = _("unnumbered") if other is None else other
    return _("{name} beside revision {other}").format(name=name, other=other)


def _mark(kind: str) -> str:
    return {"new": "+", "gone": "-"}.get(kind, "~")


def _line(row: dict[str, Any]) -> str:
    code = row["code"] or _("(not broken down)")
    name = safe(row["name"] or "")
    return f"{safe(code)}  {_amount(row['before'])} > {_amount(row['after'])}  {name}".rstrip()


def _amount(value: int | None) -> str:
    return "-" if value is None else amount(value)
