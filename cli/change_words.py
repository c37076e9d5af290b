"""A comparison in words: its columns, the summary before the rows and the sum line after them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cli.language import _

if TYPE_CHECKING:
    from cli.asking import Asked
    from cli.ends import End

Row = Mapping[str, Any]


def columns(rows: Sequence[Row]) -> list[Any]:
    from cli.render.table import Column

    columns = [
        Column("code", _("Code"), "code"),
        Column("name", _("Name"), "text", optional=3),
        Column("before", _("Before (Rp)"), "money"),
        Column("after", _("After (Rp)"), "money"),
        Column("delta", _("Difference"), "money"),
    ]
    if any(row["volume_before"] or row["volume_after"] for row in rows):
        columns.append(Column("volume", _("Volume"), "code", optional=4))
    if any(row["within"] for row in rows):
        columns.append(Column("within", _("Within"), "code", optional=5))
    if any(row["reason"] or row["change"] in ("new", "gone") for row in rows):
        columns.append(Column("note", _("Note"), "text", optional=1))
    return columns


def shown(row: Row) -> dict[str, Any]:
    from cli.render.numbers import signed_amount

    is_left_over = row["code"] is None and row["name"] is None
    absent = {"new": "before", "gone": "after"}.get(row["change"])
    return {
        **row,
        "code": row["code"] or "",
        "name": _("(not broken down)") if is_left_over else row["name"] or "",
        "within": row["within"] or "",
        "volume": _volume(row),
        "delta": None if row["delta"] is None else signed_amount(row["delta"]),
        "note": _note(row),
        **({absent: "-"} if absent else {}),
    }


def _volume(row: Row) -> str:
    sides = [row["volume_before"] or "-", row["volume_after"] or "-"]
    words = sides[0] if sides[0] == sides[1] else " > ".join(sides)
    return f"{words} {row['unit'] or ''}".strip() if words != "-" else ""


def _note(row: Row) -> str:
    words = {
        "new": _("new"),
        "gone": _("gone"),
        "before-total-only": _("before: breakdown not available in the source (total only)"),
        "after-total-only": _("after: breakdown not available in the source (total only)"),
        "before-partial": _("before: not broken down in full"),
        "after-partial": _("after: not broken down in full"),
        "before-nothing": _("before: no revision held"),
        "after-nothing": _("after: no revision held"),
        "before-amount-unknown": _("before: amount unknown"),
        "after-amount-unknown": _("after: amount unknown"),
    }
    return words.get(row["reason"] or row["change"], "")


def summary(total: Row, rows: Sequence[Row], both: Sequence[Asked], ends: Any) -> str:
    from cli.render.numbers import rupiah, signed_amount

    sides = [
        f"{_end_words(one, end)} {_('unknown') if amount is None else rupiah(amount)}"
        for one, end, amount in zip(both, ends, (total["before"], total["after"]), strict=True)
    ]
    delta = _("unknown") if total["delta"] is None else signed_amount(total["delta"])
    head = _("From {before} to {after}: {delta}.")
    return head.format(before=sides[0], after=sides[1], delta=delta) + _count_words(rows)


def _end_words(one: Asked, end: End) -> str:
    if end.file is not None:
        return end.file.name
    if one.held.row is None:
        return end.text
    number = one.held.row["revision"]
    return _("the last state") if number is None else _("revision {number}").format(number=number)


def _count_words(rows: Sequence[Row]) -> str:
    counts = Counter(row["change"] for row in rows)
    words = {
        "new": _("{count} new"),
        "gone": _("{count} gone"),
        "up": _("{count} up"),
        "down": _("{count} down"),
        "same": _("{count} the same"),
        "unknown": _("{count} unknown"),
    }
    said = [text.format(count=counts[name]) for name, text in words.items() if counts[name]]
    return " " + ", ".join(said) + "." if said else ""


def words(total: Row, rows: Sequence[Row]) -> list[str]:
    from cli.render.numbers import signed_amount

    words = []
    if rows and total["delta"] is not None:
        text = _("Up {gained}, down {lost}, not told by code {untold}: together {delta}.")
        names = ("gained", "lost", "untold", "delta")
        words.append(text.format(**{name: signed_amount(total[name]) for name in names}))
    for side in ("before", "after"):
        if total[f"coverage_{side}"] == "total-only":
            words.append(_note({"reason": f"{side}-total-only"}))
    return words
