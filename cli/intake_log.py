"""The log of intake: one row a file that came in, and what it put in the place of other.

The mapping is told by its title or its first words on a screen, and whole in the data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.answer import Answer
from cli.language import _

if TYPE_CHECKING:
    from projections.columns import Columns

SCHEMA = "jejak.imports/1"
_SHORT = 12


def answer_imports(columns: Columns, last: int | None) -> Answer:
    """Every import, or the last so many."""
    from cli.render.table import Column
    from projections.intake import intake

    every = [_row(row) for row in intake(columns).to_pylist()]
    rows = every[-last:] if last else every
    voided = sum(row["voided_by"] is not None for row in every)
    return Answer(
        schema=SCHEMA,
        position=None,
        rows=rows,
        totals={"count": len(every), "voided": voided},
        columns=[
            Column("span", _("Entries"), "code"),
            Column("recorded_at", _("Recorded at (UTC)"), "code", optional=3),
            Column("actor", _("By"), "text", optional=4),
            Column("counted", _("Rows"), "text"),
            Column("sha256", "SHA-256", "code", optional=5),
            Column("mapping", _("Mapping"), "text", optional=6),
            Column("voided_by", _("Void by"), "code", optional=1),
            Column("superseded", _("Superseded"), "text", optional=2),
            Column("file", _("File"), "text"),
        ],
        table_rows=[_shown(row) for row in rows],
        lines=[
            _("{shown} of {count} imports, {voided} of them void").format(
                shown=len(rows), count=len(every), voided=voided
            )
        ],
    )


def _row(row: dict[str, Any]) -> dict[str, Any]:
    corrections = [
        {
            "event": f"#{one['event']}",
            "target": _entry(one["target"], one["line"]),
            "field": one["field"],
        }
        for one in row["corrections"]
    ]
    revisions = [
        {**one, "before": f"#{one['before']}", "after": f"#{one['after']}"}
        for one in row["revisions"]
    ]
    return {
        "import": row["import"],
        "event": f"#{row['first']}",
        "last": f"#{row['last']}",
        "recorded_at": row["recorded_at"],
        "actor": row["actor"],
        "file": row["file"],
        "sha256": row["sha256"],
        "mapping": row["mapping"],
        "counts": row["counts"],
        "voided_by": None if row["voided_by"] is None else f"#{row['voided_by']}",
        "superseded": {"corrections": corrections, "revisions": revisions},
    }


def _entry(index: int | None, line: int | None) -> str | None:
    if index is None:
        return None
    return f"#{index}" if line is None else f"#{index}/{line}"


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "span": f"{row['event']}-{row['last']}",
        "recorded_at": row["recorded_at"][:19].replace("T", " "),
        "counted": _("{new} new, {same} same, {skipped} skipped, {corrected} corrected").format(
            **row["counts"]
        ),
        "sha256": row["sha256"][:_SHORT],
        "mapping": _mapping_name(row["mapping"]),
        "voided_by": row["voided_by"] or "",
        "superseded": _superseded(row["superseded"]),
    }


def _superseded(found: dict[str, Any]) -> str:
    words = [
        _("revision {number}: {before} by {after}").format(
            number="-" if one["revision"] is None else one["revision"],
            before=one["before"],
            after=one["after"],
        )
        for one in found["revisions"]
    ]
    if found["corrections"]:
        words.append(_("{count} corrections").format(count=len(found["corrections"])))
    return "; ".join(words)


def _mapping_name(text: str) -> str:
    """The title of a known layout, else what the mapping says first."""
    import tomllib

    title = tomllib.loads(text).get("layout", {}).get("title")
    first = next((line for line in text.splitlines() if line.strip()), "")
    return str(title or first.lstrip("# ").partition(":")[0])
