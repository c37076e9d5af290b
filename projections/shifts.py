"""Shifts between satker: revisions that belong together, and whether they come to zero.

What one satker gives up another gets, so over all members the pagu stays (PMK 62/2023, p. 154).
Which revisions are such shifts is a dated rule read from kinds, authority and reason, as in
authority.py; nothing of it is stored, and a group that does not come to zero is a finding and
refuses nothing.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from projections.columns import Columns
from projections.corrections import settled_documents
from projections.position import Position
from projections.revisions import revision_rows

_MEMBER = pa.struct(
    [
        ("satker", pa.string()),
        ("revision", pa.int64()),
        ("date", pa.string()),
        ("delta", pa.int64()),
        ("event", pa.int64()),
    ]
)
SCHEMA = pa.schema(
    [
        ("fiscal_year", pa.int64()),
        ("basis", pa.string()),
        ("reference", pa.string()),
        ("regulation", pa.string()),
        ("members", pa.list_(_MEMBER)),
        ("sum", pa.int64()),
        ("verdict", pa.string()),
    ]
)
ZERO, DIFFERS, UNKNOWN = "zero", "differs", "unknown"
Row = dict[str, Any]


@dataclass(frozen=True)
class _Rule:
    """What makes a revision a shift between satker, from a day on.

    It is one when a field names a kind of `kinds`, when its reason fits `words`, or when one of
    `authorities`, which decide beyond one satker's own, decided a `shift` that is none of `changes`
    (kinds that move the sum). `letter` finds the number of the letter that the reason names.
    """

    since: str
    regulation: str
    kinds: frozenset[str]
    words: re.Pattern[str]
    authorities: frozenset[str]
    shift: str
    changes: frozenset[str]
    letter: re.Pattern[str]


_RULES = (
    _Rule(
        since="0001-01-01",  # the day from which it holds could not be read; see domain notes
        regulation="PMK 62/2023, p. 154",
        kinds=frozenset({"antar-satker"}),
        words=re.compile(
            r"\bantar\s*-?\s*(satker|satuan\s+kerja|kanwil|kantor\s+wilayah|(unit\s+)?eselon\s+I)\b",
            re.IGNORECASE,
        ),
        authorities=frozenset({"direktorat-pa"}),
        shift="pergeseran",
        changes=frozenset({"pagu-berubah", "hibah"}),
        letter=re.compile(
            r"\b(?:surat\s+|SP\s+)?(?:nomor|no)\b\s*[.:]?\s*([A-Z]{1,6}-[0-9]+(?:/[\w.-]+)*)",
            re.IGNORECASE,
        ),
    ),
)


def shifts(columns: Columns, position: Position) -> pa.Table:
    """One row a group of revisions that belong together, by year, basis and reference.

    In turn, and each revision once: those whose reasons name the same letter (`letter`), those that
    the same document states, by its number or else its id (`document`), those of one date and the
    same authorities (`date`), where two satker or more are in it. What is left has no counterpart
    in the ledger (`alone`): its verdict is unknown. So is that of a group of which a member's
    difference is unknown; then `sum` is null. The first DIPA shifts nothing.
    """
    left = [
        (rule, row)
        for rows in revision_rows(columns, position).values()
        for row in rows
        if row["voided_by"] is None and row["revision"] != 0 and (rule := _rule_of(row))
    ]
    numbers = {name: known.number for name, known in settled_documents(columns).items()}
    keys: tuple[tuple[str, Callable[[_Rule, Row], str | None]], ...] = (
        ("letter", _letter),
        ("document", lambda _rule, row: numbers.get(row["document"]) or row["document"]),
        ("date", _date),
    )
    found: list[Row] = []
    for basis, key in keys:
        groups, left = _grouped(left, key)
        found += [_group(basis, reference, members) for reference, members in groups]
    found += [_group("alone", row["document"], [(rule, row)]) for rule, row in left]
    return pa.Table.from_pylist(sorted(found, key=_order), SCHEMA)


def _rule_of(row: Row) -> _Rule | None:
    """The rule valid on the revision's day, where it takes the revision for a shift."""
    day = row["date"] or f"{row['fiscal_year']}-12-31"
    rule = [rule for rule in _RULES if rule.since <= day][-1]
    kinds, authorities = set(row["kinds"] or ()), set(row["authority"] or ())
    decided = rule.shift in kinds and authorities & rule.authorities and not kinds & rule.changes
    says_so = kinds & rule.kinds or rule.words.search(row["reason"] or "")
    return rule if decided or says_so else None


def _letter(rule: _Rule, row: Row) -> str | None:
    match = rule.letter.search(row["reason"] or "")
    return None if match is None else match[1].upper()


def _date(_rule: _Rule, row: Row) -> str | None:
    """The day and who decided; None where either is not known."""
    if row["date"] is None or not row["authority"]:
        return None
    return f"{row['date']} {', '.join(sorted(row['authority']))}"


def _grouped(
    members: Iterable[tuple[_Rule, Row]], key: Callable[[_Rule, Row], str | None]
) -> tuple[list[tuple[str, list[tuple[_Rule, Row]]]], list[tuple[_Rule, Row]]]:
    """The groups of two satker or more that share a key within a year, and all that are in none."""
    groups: dict[tuple[int, str | None], list[tuple[_Rule, Row]]] = defaultdict(list)
    for rule, row in members:
        groups[row["fiscal_year"], key(rule, row)].append((rule, row))
    found, left = [], []
    for (_year, reference), group in groups.items():
        if reference is not None and len({row["satker"] for _rule, row in group}) > 1:
            found.append((reference, group))
        else:
            left += group
    return found, left


def _group(basis: str, reference: str, members: Sequence[tuple[_Rule, Row]]) -> Row:
    rows = sorted((row for _rule, row in members), key=lambda row: (row["satker"], row["event"]))
    deltas = [row["delta"] for row in rows]
    summed = None if None in deltas or basis == "alone" else sum(deltas)
    return {
        "fiscal_year": rows[0]["fiscal_year"],
        "basis": basis,
        "reference": reference,
        "regulation": "; ".join(sorted({rule.regulation for rule, _row in members})),
        "members": [{name: row[name] for name in _MEMBER.names} for row in rows],
        "sum": summed,
        "verdict": UNKNOWN if summed is None else DIFFERS if summed else ZERO,
    }


def _order(row: Row) -> tuple[int, str, str, int]:
    return row["fiscal_year"], row["basis"], row["reference"], row["members"][0]["event"]
