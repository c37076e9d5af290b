"""The test of a proposal in words and as JSON: neutral, a point to clarify and never a verdict.

The names of the law are Indonesian words by way of the catalogue; keys of JSON stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from cli.language import N_, _

if TYPE_CHECKING:
    from projections.competence import Competence, Movement, Term
    from projections.conditions import Condition, Line
    from projections.remaining import Remaining
    from projections.revision_rules import AuthorityRule

_MAX_LINES = 10
_KINDS = {
    "pagu-berubah": N_("the total changes"),
    "hibah": N_("the total changes by direct grants"),
    "pagu-tetap": N_("the total stays, and the conditions of a KPA update do not all hold"),
    "halaman-iii": N_("only Halaman III changes"),
    "kpa": N_("an update by the KPA"),
    "tetap": N_("no amount moves (administrative)"),
}
_CONDITIONS = {
    "jenis-belanja": N_("no change of jenis belanja"),
    "volume-ro": N_("no change of the volume of an RO"),
    "prioritas-nasional": N_("no shift between RO of Prioritas Nasional"),
    "sumber-dana": N_("no change of sumber dana"),
    "kro": N_("no shift across KRO"),
    "halaman-iv": N_("no change of Halaman IV"),
    "digital-stamp": N_("no new Digital Stamp"),
    "halaman-iii": N_("no change of Halaman III"),
    "target-pnbp": N_("no change of the PNBP target"),
    "akun-baru": N_("no new akun on SBSN, PHLN or PHDN"),
}
_MISSING = {
    "program": N_("program"),
    "kegiatan": N_("kegiatan"),
    "kro": N_("KRO in full"),
    "ro": N_("RO in full"),
    "akun": N_("akun"),
    "jenis-belanja": N_("jenis belanja in full"),
    "sumber-dana": N_("sumber dana in full"),
    "volume": N_("volume of the RO"),
    "halaman-iii": N_("Halaman III"),
    "halaman-iv": N_("Halaman IV"),
    "digital-stamp": N_("the Digital Stamp"),
    "target-pnbp": N_("the PNBP target"),
    "pn": N_("the mark of Prioritas Nasional"),
}


@dataclass(frozen=True)
class Examination:
    """What was found of a proposal, in the order in which it is told."""

    moved: Sequence[Movement]
    conditions: Sequence[Condition]
    competence: Competence
    terms: Sequence[Term]
    remaining: Sequence[Remaining]

    @property
    def is_found(self) -> bool:
        """Whether a condition breaks, or a line goes below what is realised and contracted."""
        return any(one.verdict == "breaks" for one in self.conditions) or any(
            one.state in ("below", "perhaps-below") for one in self.remaining
        )

    def plain(self) -> dict[str, Any]:
        """The member `check` of the JSON envelope."""
        return {
            "kind": self.competence.kind,
            "authority": [asdict(rule) for rule in self.competence.rules],
            "open_conditions": list(self.competence.open),
            "otherwise": [asdict(rule) for rule in self.competence.otherwise],
            "moves": [asdict(one) for one in self.moved],
            "conditions": [asdict(one) for one in self.conditions],
            "deadlines": [
                {**asdict(one.deadline), "until": one.until, "state": one.state}
                for one in self.terms
            ],
            "remaining": [asdict(one) for one in self.remaining],
            "clarify": self.is_found,
        }

    def lines(self) -> list[str]:
        """The same below the table, for people."""
        return [
            "",
            *_authority_lines(self.competence),
            *map(_term_line, self.terms),
            *_movement_lines(self.moved),
            _("Conditions of a KPA update:"),
            *(line for one in self.conditions for line in _condition_lines(one)),
            *_remaining_lines(self.remaining),
        ]


def _authority_lines(found: Competence) -> list[str]:
    if found.kind is None:
        return [_("Authority: cannot be told, for a total is unknown.")]
    text = _("Authority: {rules} ({kind}).")
    lines = [text.format(rules=_rules(found.rules), kind=_(_KINDS[found.kind]))]
    if found.open:
        text = _("This hangs on conditions that the data cannot answer; else {rules}.")
        lines.append(text.format(rules=_rules(found.otherwise)))
    return lines


def _rules(rules: Sequence[AuthorityRule]) -> str:
    from cli.messages import authority_words

    words = []
    for rule in rules:
        source = f"{rule.regulation} {rule.reference}"
        if not rule.verified:
            source = _("{source}, not verified").format(source=source)
        words.append(f"{authority_words([rule.authority])} [{source}]")
    return _(" or ").join(words) or _("no rule known for that day")


def _term_line(term: Term) -> str:
    from cli.messages import authority_words
    from cli.render.numbers import long_date

    text = {
        "in-time": _("Deadline of {authority}: {day}, kept."),
        "late": _("Deadline of {authority}: {day}, passed; needs clarifying."),
        "no-date": _("Deadline of {authority}: {day}."),
    }[term.state]
    authority = authority_words([term.deadline.authority])
    if not term.deadline.verified:
        authority = _("{source}, not verified").format(source=authority)
    return text.format(authority=authority, day=long_date(date.fromisoformat(term.until)))


def _movement_lines(moved: Iterable[Movement]) -> list[str]:
    from cli.render.numbers import signed_amount

    found = {name: [m for m in moved if m.verdict == name] for name in ("moves", "same", "unknown")}
    lines = [
        _("Moves at {level}: {gained} and {lost} over {count} codes").format(
            level=one.level,
            gained=signed_amount(one.gained),
            lost=signed_amount(one.lost),
            count=len(one.codes),
        )
        for one in found["moves"]
    ]
    if found["same"]:
        lines.append(_("Stays at: {levels}").format(levels=_levels(found["same"])))
    if found["unknown"]:
        text = _("Cannot be told in full at: {levels}")
        lines.append(text.format(levels=_levels(found["unknown"])))
    return lines


def _levels(moved: Iterable[Movement]) -> str:
    return ", ".join(one.level for one in moved)


def _condition_lines(one: Condition) -> list[str]:
    verdicts = {
        "holds": _("holds"),
        "breaks": _("does not hold, needs clarifying"),
        "not-checkable": _("cannot be checked: {missing}").format(missing=_missing(one.missing)),
    }
    head = f"  {_(_CONDITIONS[one.key])}: {verdicts[one.verdict]}"
    lines = [f"    {_line_words(line)}" for line in one.lines[:_MAX_LINES]]
    if len(one.lines) > _MAX_LINES:
        lines.append("    " + _("... and {count} more.").format(count=len(one.lines) - _MAX_LINES))
    return [head, *lines]


def _line_words(line: Line) -> str:
    name = _("total") if line.level == "total" else line.level
    subject = " ".join(part for part in (name, line.code) if part)
    return f"{subject}: {_value(line.before)} > {_value(line.after)}"


def _value(value: int | str | None) -> str:
    from cli.render.numbers import rupiah

    return "-" if value is None else rupiah(value) if isinstance(value, int) else value


def _missing(missing: Iterable[str]) -> str:
    """`before:volume` and `after:volume` become one, when both lack the same."""
    sides: dict[str, list[str]] = {}
    for text in missing:
        side, _colon, what = text.rpartition(":")
        sides.setdefault(what, []).append(side)
    words = []
    for what, found in sides.items():
        named = _(_MISSING.get(what, what))
        if found == ["before"]:
            named = _("{what} (before)").format(what=named)
        elif found == ["after"]:
            named = _("{what} (after)").format(what=named)
        words.append(named)
    return _("missing {what}").format(what=", ".join(words))


def _remaining_lines(remaining: Sequence[Remaining]) -> list[str]:
    known = [one for one in remaining if one.remaining is not None or one.state != "unknown"]
    if not known:
        return [_("What stays after realisation and contracts cannot be told.")]
    lines = [_("After realisation and contracts there stays:")]
    lines += [f"  {_remaining_words(one)}" for one in known]
    unknown = len(remaining) - len(known)
    if unknown:
        lines.append("  " + _("{count} codes cannot be told").format(count=unknown))
    return lines


def _remaining_words(one: Remaining) -> str:
    from cli.render.numbers import rupiah

    left = _("unknown") if one.remaining is None else rupiah(one.remaining)
    notes = {
        "below": _("minus: below what is realised or contracted, needs clarifying"),
        "perhaps-below": _(
            "minus if no contract is paid yet: below realised and contracted together, needs "
            "clarifying"
        ),
    }
    text = f"{one.level} {one.code}: {left}"
    if one.state in notes:
        text += f" ({notes[one.state]})"
    return text if one.complete else text + " " + _("(realisation incomplete)")
