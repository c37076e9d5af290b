"""A second pagu, in plain Python over event objects: slow, obvious, and written apart.

It follows the design's sentences one by one and takes nothing from the projections but the
question. Rows are dicts with the columns of the pagu table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ledger.events import (
    DipaLinesStated,
    DipaRevised,
    DocumentRegistered,
    EntryCorrected,
    EntryVoided,
    Event,
)
from projections.position import Position

KINDS = ["DIPA", "POK", "PK", "LKJ"]
BELOW = {
    "program": ["line", "komponen", "ro", "kro", "kegiatan", "program"],
    "kegiatan": ["line", "komponen", "ro", "kro", "kegiatan"],
    "kro": ["line", "komponen", "ro", "kro"],
    "ro": ["line", "komponen", "ro"],
    "jenis-belanja": ["line", "akun", "jenis-belanja"],
    "sumber-dana": ["line", "sumber-dana"],
}
FINEST_FIRST = ["line", "komponen", "ro", "kro", "akun", "kegiatan", "jenis-belanja", "program"]

Indexed = list[tuple[int, Event]]
Row = dict[str, Any]


@dataclass
class Statement:
    """One standing entry as it reads after corrections; `gone` are its voided lines."""

    index: int
    event: Any
    gone: set[int]


@dataclass
class List:
    """Statements of lines that speak together."""

    dimension: str
    rank: tuple[Any, ...]
    parts: list[Statement]

    def lines(self) -> list[dict[str, Any]]:
        found = []
        for part in self.parts:
            event = part.event
            names = ("code", "name", "amount", "program", "ro", "akun", "fund")
            for at in range(len(event.code)):
                if at not in part.gone:
                    values = {n: (getattr(event, n) or [None] * len(event.code))[at] for n in names}
                    found.append(values)
        return found

    def known(self) -> list[int]:
        return [line["amount"] for line in self.lines() if line["amount"] is not None]

    def allocated(self) -> int | None:
        return sum(self.known()) if self.known() else None

    def covers(self, total: int | None) -> str:
        if not self.known():
            return "total-only"
        if len(self.known()) < len(self.lines()):
            return "partial"
        events = [part.event for part in self.parts]
        whole = all(e.coverage == "full" for e in events) and len(events) == events[0].parts
        return "full" if (whole if total is None else self.allocated() == total) else "partial"


def reference_pagu(events: Sequence[Event], position: Position, level: str) -> list[Row]:
    """The rows that `pagu` must give at a position, for one level."""
    known: Indexed = list(enumerate(events))[: position.size]
    if position.documents_until is not None:
        known = _until(known, position.documents_until.isoformat())
    documents = _documents(known)
    standing = _standing(known)
    rows: list[Row] = []
    for satker, year in sorted({(e.satker, e.fiscal_year) for _, e in known
                                if isinstance(e, DipaRevised)}):  # fmt: skip
        own = [s for s in standing if (s.event.satker, s.event.fiscal_year) == (satker, year)]
        states = _states(own, documents)
        held = _held(states, position, year)
        if held is not None:
            lists = _lists(own, held.event.revision, documents)
            rows += _rows(held, _before(states, held), lists, level)
    return rows


def _until(known: Indexed, day: str) -> Indexed:
    documents = _documents(known)
    kept: Indexed = []
    for index, event in known:
        name = getattr(event, "read_from", None) or getattr(event, "document", None)
        document = documents.get(name or "")
        out_on = (document.published or document.dated or "") if document else ""
        if out_on <= day:
            kept.append((index, event))
    return kept


def _amended(known: Indexed, cls: Any) -> Iterable[Statement]:
    """Entries of a class as corrected, without those voided as a whole."""
    voids = [event for _, event in known if isinstance(event, EntryVoided)]
    for index, event in known:
        if not isinstance(event, cls):
            continue
        stream, version = event.originator_id, event.originator_version
        own_voids = [v.target for v in voids if v.originator_id == stream]
        if any((t.version, t.line) == (version, None) for t in own_voids):
            continue
        gone = {t.line for t in own_voids if t.version == version and t.line is not None}
        voided_versions = {t.version for t in own_voids}
        amended = event
        for _, other in known:
            if (
                isinstance(other, EntryCorrected)
                and other.originator_id == stream
                and other.target.version == version
                and other.originator_version not in voided_versions
            ):
                amended = _with(amended, other)
        yield Statement(index, amended, gone)


def _with(event: Any, correction: EntryCorrected) -> Any:
    new = correction.value
    value = new.text if new.amount is None else new.amount
    if correction.target.line is None:
        return replace(event, **{correction.field: value})
    column = list(getattr(event, correction.field) or [None] * len(event.code))
    column[correction.target.line] = value
    return replace(event, **{correction.field: column})


def _documents(known: Indexed) -> dict[str, Any]:
    return {s.event.document: s.event for s in _amended(known, DocumentRegistered)}


def _standing(known: Indexed) -> list[Statement]:
    return list(_amended(known, DipaRevised | DipaLinesStated))


def _rank(event: Any, documents: dict[str, Any]) -> tuple[Any, ...]:
    """The kind in hand, that of the stating document, replaced or not, then the youngest."""
    in_hand = documents.get(event.read_from or event.document)
    stating = documents.get(event.document)
    replaced = {document.replaces for document in documents.values()}
    yields = event.document in replaced or event.read_from in replaced - {None}
    return _kind(in_hand), _kind(stating), yields, -_day(stating), -_day(in_hand)


def _kind(document: Any) -> int:
    return KINDS.index(document.kind) if document and document.kind in KINDS else len(KINDS)


def _day(document: Any) -> int:
    """The day as a number, 0 where it is unknown: such a document comes last."""
    day = (document.published or document.dated) if document else None
    return date.fromisoformat(day).toordinal() if day else 0


def _states(own: list[Statement], documents: dict[str, Any]) -> list[Statement]:
    """One statement a revision number, the unnumbered last."""
    numbers: dict[int | None, list[Statement]] = {}
    for statement in own:
        if isinstance(statement.event, DipaRevised):
            numbers.setdefault(statement.event.revision, []).append(statement)
    best = [
        min(found, key=lambda s: (_rank(s.event, documents), s.index)) for found in numbers.values()
    ]
    return sorted(best, key=_number)


def _number(state: Statement) -> float:
    revision = state.event.revision
    return float("inf") if revision is None else float(revision)


def _held(states: list[Statement], position: Position, year: int) -> Statement | None:
    if position.as_of is not None:
        field = "posted" if position.by == "posting" else "dated"
        return _held_on(states, field, position.as_of, year)
    if position.revision in (None, "akhir"):
        return states[-1] if states else None
    if position.revision == "awal":
        return states[0] if states else None
    return next((s for s in states if s.event.revision == position.revision), None)


def _held_on(states: list[Statement], field: str, day: date, year: int) -> Statement | None:
    """The latest that took effect by then, if the year (or its own day) is not over."""
    begun = [s for s in states if (getattr(s.event, field) or "9999") <= day.isoformat()]
    if not begun:
        return None
    last = max(begun, key=lambda s: (getattr(s.event, field), _number(s)))
    end = max(date(year, 12, 31), date.fromisoformat(getattr(last.event, field)))
    after = [getattr(s.event, field) for s in states if getattr(s.event, field)]
    for start in after:
        if start > getattr(last.event, field):
            end = min(date.fromisoformat(start) - timedelta(days=1), max(end, date(9998, 1, 1)))
    return last if day <= end else None


def _before(states: list[Statement], held: Statement) -> int | None:
    at = states.index(held)
    return states[at - 1].event.total if at else None


def _lists(own: list[Statement], revision: int | None, documents: dict[str, Any]) -> list[List]:
    groups: dict[Any, list[Statement]] = {}
    for statement in own:
        event = statement.event
        if isinstance(event, DipaLinesStated) and event.revision == revision:
            document = documents.get(event.document)
            shares = document and document.kind == "PK" and event.coverage == "partial"
            speaker = ("shares", event.read_from) if shares else ("one", event.document)
            groups.setdefault((event.dimension, speaker), []).append(statement)
    return [
        List(dimension, min(_rank(s.event, documents) for s in parts), parts)
        for (dimension, _), parts in groups.items()
    ]


def _rows(held: Statement, before: int | None, lists: list[List], level: str) -> list[Row]:
    total = held.event.total

    def order(found: List) -> tuple[Any, ...]:
        left = 0 if total is None else abs(total - (found.allocated() or 0))
        own = found.dimension != level
        finer = FINEST_FIRST.index(found.dimension)
        return left, found.rank, own, finer, [part.index for part in found.parts]

    usable = sorted((f for f in lists if f.dimension in BELOW[level]), key=order)
    chosen = usable[0] if usable else None
    coverage = chosen.covers(total) if chosen else "total-only"
    allocated = chosen.allocated() if chosen else None
    pagu = total
    if total is None and coverage == "full":
        pagu = allocated
    known = total is not None and before is not None
    head = {
        "satker": held.event.satker,
        "fiscal_year": held.event.fiscal_year,
        "revision": held.event.revision,
    }
    top = {
        **head,
        "level": "total",
        "pagu": pagu,
        "basis": "unknown" if pagu is None else "derived" if total is None else "stated",
        "stated": total,
        "derived": allocated,
        "document": held.event.document,
        "coverage": coverage,
        "unallocated": None if pagu is None else pagu - (allocated or 0),
        "semula": before if known else None,
        "delta": total - before if known else None,
    }
    if chosen is None:
        return [top]
    rows = [{**head, "level": level, **row} for row in _of_level(chosen, level)]
    if top["unallocated"]:
        rest = {"code": None, "pagu": top["unallocated"], "basis": "derived"}
        rows.append({**head, "level": level, **rest})
    return [top, *rows]


def _of_level(chosen: List, level: str) -> list[Row]:
    own = chosen.dimension == level
    sums: dict[tuple[str | None, str | None], int | None] = {}
    for line in chosen.lines():
        code = line["code"] if own else _code(line, level, chosen.dimension)
        key = code, line["name"] if own and code is None else None
        amount, before = line["amount"], sums.get(key)
        sums[key] = before if amount is None else amount + (before or 0)
    basis = "stated" if own else "derived"
    documents = ", ".join(sorted({part.event.document for part in chosen.parts}))
    return [
        {
            "code": code,
            "pagu": amount,
            "basis": "unknown" if amount is None else basis,
            "document": documents,
        }
        for (code, name), amount in sorted(
            sums.items(), key=lambda item: (item[0][0] is None, item[0][0] or "", item[0][1] or "")
        )
    ]


def _code(line: dict[str, Any], level: str, dimension: str) -> str | None:
    """By the shape of an RO code, else by the line's own column; a program has its column."""
    if level == "jenis-belanja":
        akun = line["code"] if dimension == "akun" else line["akun"]
        return None if akun is None else str(akun)[:2]
    if level == "sumber-dana":
        return line["fund"]  # type: ignore[no-any-return]
    if level == "program":
        return line["program"]  # type: ignore[no-any-return]
    source = line["ro"] if dimension == "line" else line["code"]
    length = {"kegiatan": 4, "kro": 8, "ro": 12}[level]
    if source is not None and len(source) >= length:
        return str(source)[:length]
    return line["ro"] if level == "ro" else None
