"""The ten conditions of a KPA update (Revisi Pemutakhiran KPA), checked on before and after.

PMK 62/2023, Lampiran h. 670 no. 5, and the fields of SAKTI: no change of jenis belanja, of the
volume of an RO, between RO of Prioritas Nasional, of sumber dana, across KRO, of Halaman IV, III,
no new Digital Stamp, no change of the PNBP target, no new akun on SBSN, PHLN, PHDN. What the data
cannot answer is not checkable and says what is missing; it never counts as held.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow.compute as pc

from ledger.events import WithdrawalPlanStated
from projections.changes import changes
from projections.corrections import amendments, flat_lines, settled_documents
from projections.precedence import Precedence
from projections.revision_rules import FUNDS, LOANS_AND_GRANTS
from projections.sides import Side

Verdict = Literal["holds", "breaks", "not-checkable"]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """What breaks a condition: a code of a level, and both of its values (amounts or texts)."""

    level: str
    code: str | None
    before: int | str | None
    after: int | str | None


@dataclass(frozen=True)
class Condition:
    """One condition; `missing` names what the data lack where it cannot be checked."""

    key: str
    verdict: Verdict
    lines: tuple[Line, ...] = ()
    missing: tuple[str, ...] = ()


def conditions(before: Side, after: Side) -> list[Condition]:
    """All ten, in the order of the rule."""
    return [
        _unmoved("jenis-belanja", "jenis-belanja", before, after),
        _volumes(before, after),
        _national_priority(before, after),
        _unmoved("sumber-dana", "sumber-dana", before, after),
        _unmoved("kro", "kro", before, after),
        _page_four(before, after),
        Condition("digital-stamp", "not-checkable", missing=("digital-stamp",)),
        _page_three(before, after),
        Condition("target-pnbp", "not-checkable", missing=("target-pnbp",)),
        _new_accounts(before, after),
    ]


def total_moved(before: Side, after: Side) -> Line | None:
    """The total of the satker where it is known to change; a KPA update keeps it."""
    if None in (before.total, after.total) or before.total == after.total:
        return None
    return Line("total", None, before.total, after.total)


def _judged(key: str, lines: Iterable[Line], missing: Iterable[str]) -> Condition:
    """What is seen to break decides; else what is missing; else it holds."""
    broken, lacking = tuple(lines), tuple(dict.fromkeys(missing))
    if broken:
        return Condition(key, "breaks", broken)
    return Condition(key, "not-checkable" if lacking else "holds", missing=lacking)


def rows_at(before: Side, after: Side, level: str) -> list[Row]:
    """The rows of the comparison at a level, without its total."""
    rows: list[Row] = changes(before, after, level).to_pylist()
    return rows[1:]


def missing_at(before: Side, after: Side, level: str, rows: Sequence[Row]) -> list[str]:
    """What a level lacks: `<side>:<level>` where a side does not give it, or not in full.

    What is not broken down may have moved within itself, even where its sum did not.
    """
    lacking = [
        f"{name}:{level}"
        for name, side in (("before", before), ("after", after))
        if not side.gives(level)
    ]
    if lacking:
        return lacking
    unknown = [f"{row['reason'].split('-')[0]}:{level}" for row in rows if row["reason"]]
    left = [row for row in rows if is_left_over(row) and (row["before"] or row["after"])]
    return [*unknown, *(f"{s}:{level}" for row in left for s in ("before", "after") if row[s])]


def is_left_over(row: Row) -> bool:
    """Whether a row is what the lines leave of the totals: it stands for no code."""
    return row["code"] is None and row["name"] is None


def has_moved(row: Row) -> bool:
    """Whether a code is known to have another amount."""
    return bool(row["delta"]) and not is_left_over(row)


def _unmoved(key: str, level: str, before: Side, after: Side) -> Condition:
    """No code of a level has another amount. Where the total moves, some code does for certain."""
    rows = rows_at(before, after, level)
    moved = [
        Line(level, row["code"], row["before"], row["after"]) for row in rows if has_moved(row)
    ]
    total = total_moved(before, after)
    if not moved and total is not None:
        moved = [total]
    return _judged(key, moved, missing_at(before, after, level, rows))


def _volumes(before: Side, after: Side) -> Condition:
    first, second = before.at("ro").entries(), after.at("ro").entries()
    lines, missing = [], []
    for key in sorted({*first, *second}, key=str):
        old, new = first.get(key), second.get(key)
        volumes = old.volume if old else None, new.volume if new else None
        missing += [
            f"{side}:volume"
            for side, volume in zip(("before", "after"), volumes, strict=True)
            if volume is None
        ]
        if None not in volumes and volumes[0] != volumes[1]:
            lines.append(Line("ro", key[0], *volumes))
    if not first or not second:
        missing = ["before:volume"] * (not first) + ["after:volume"] * (not second)
    return _judged("volume-ro", lines, missing)


def _national_priority(before: Side, after: Side) -> Condition:
    """No RO of Prioritas Nasional gains or loses; what moves within an RO is no matter here."""
    rows = rows_at(before, after, "ro")
    flags = [side.at("ro").entries() for side in (before, after)]
    lines = []
    missing = missing_at(before, after, "ro", rows)
    for row in filter(has_moved, rows):
        marks = [of[key].is_pn for of in flags for key in of if key[0] == row["code"]]
        if True in marks:
            lines.append(Line("ro", row["code"], row["before"], row["after"]))
        elif None in marks:
            missing.append("pn")
    return _judged("prioritas-nasional", lines, missing)


def _page_four(before: Side, after: Side) -> Condition:
    """Halaman IV holds the notes: of them the ledger knows the blocked amount alone."""
    blocked = [(side.held or {}).get("blocked") for side in (before, after)]
    moved = None not in blocked and blocked[0] != blocked[1]
    lines = [Line("total", "blokir", *blocked)] if moved else []
    return _judged("halaman-iv", lines, ["halaman-iv"])


def _page_three(before: Side, after: Side) -> Condition:
    plans = [plan_of(side) for side in (before, after)]
    missing = [
        f"{name}:halaman-iii"
        for name, plan in zip(("before", "after"), plans, strict=True)
        if plan is None
    ]
    if missing:
        return _judged("halaman-iii", (), missing)
    first, second = plans[0] or {}, plans[1] or {}
    moved = [
        Line("halaman-iii", key, first.get(key), second.get(key))
        for key in sorted({*first, *second})
        if first.get(key) != second.get(key)
    ]
    return _judged("halaman-iii", moved, ())


def plan_of(side: Side) -> dict[str, int | None] | None:
    """Halaman III of the revision: planned by `<code> <month>`, None where no document states it.

    Of several documents the first to speak; amounts of one code and month are added.
    """
    if side.held is None:
        return None
    table = side.columns.of(WithdrawalPlanStated)
    revision = side.held["revision"]
    own = (
        pc.is_null(table["revision"]) if revision is None else pc.equal(table["revision"], revision)
    )
    rows = flat_lines(table.filter(pc.fill_null(own, False)), amendments(side.columns)).to_pylist()
    if not rows:
        return None
    ranked = Precedence(settled_documents(side.columns)).ranking
    chosen = min(
        (ranked(r["document"], r["read_from"]), r["dimension"], r["document"]) for r in rows
    )
    found: dict[str, int | None] = {}
    for row in rows:
        if (row["dimension"], row["document"]) == chosen[1:]:
            key = f"{row['code'] or '-'} {row['month'] or 0:02d}"
            before = found.get(key, 0)
            known = before is not None and row["amount"] is not None
            found[key] = before + row["amount"] if known else None
    return found


def _new_accounts(before: Side, after: Side) -> Condition:
    """No akun stands on a loan or a grant that did not before; without such funds it holds."""
    missing = [
        f"{name}:sumber-dana"
        for name, side in (("before", before), ("after", after))
        if not side.gives("sumber-dana") or not _funds(side) <= FUNDS
    ]
    if missing or not _funds(after) & LOANS_AND_GRANTS:
        return _judged("akun-baru", (), missing)
    pairs = [_accounts(side) for side in (before, after)]
    missing = [
        f"{name}:akun"
        for name, found in zip(("before", "after"), pairs, strict=True)
        if found is None
    ]
    new = sorted((pairs[1] or set()) - (pairs[0] or set())) if not missing else []
    return _judged("akun-baru", [Line("akun", akun, None, fund) for akun, fund in new], missing)


def _funds(side: Side) -> set[str]:
    return {str(key[0]).upper() for key in side.at("sumber-dana").entries()}


def _accounts(side: Side) -> set[tuple[str, str]] | None:
    """(akun, fund) on loans and grants; None where the lines do not say both."""
    standing = side.at("akun")
    codes = standing.codes()
    if standing.lines is None or standing.lines["fund"].null_count or None in codes:
        return None
    funds = [fund.upper() for fund in standing.lines["fund"].to_pylist()]
    pairs = zip(codes, funds, strict=True)
    return {(str(akun), fund) for akun, fund in pairs if fund in LOANS_AND_GRANTS}
