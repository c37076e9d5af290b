"""The statements that the rows of a fiscal package come to, as `[[statement]]` of a mapping.

`approved` is the list of lines of revision 0, `adjusted` that of the last revision, which has no
number; `executed` is realisation, over the fiscal period or by the day of each payment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cli.intake.filters import key_of
from cli.intake.filters import year as year_in
from cli.intake.mapping import toml_value
from cli.intake.packages.descriptor import unread
from cli.intake.packages.fiscal_model import (
    ADMINISTRATIVE,
    ECONOMIC,
    PHASES,
    SPENDING,
    Classification,
    FiscalModel,
    Measure,
    Period,
    Term,
)
from ledger.errors import InputRefused, Refusal

_APPROVED, _ADJUSTED, EXECUTED = PHASES
_CODE_NOT_WORD = "*[!a-z-]*"
"""A code that is a word of small letters is its own key, and no code that somebody gave."""


@dataclass
class StatementText:
    """A `[[statement]]` in the making."""

    record: str
    flags: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)
    where: dict[str, Any] = field(default_factory=dict)
    unless: dict[str, Any] = field(default_factory=dict)
    unless_empty: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        yield ""
        yield "[[statement]]"
        yield f"record = {toml_value(self.record)}"
        yield from (f"{flag} = true" for flag in self.flags)
        if self.unless_empty:
            yield f"unless_empty = {_toml(self.unless_empty)}"
        for part in ("columns", "templates", "fixed", "where", "unless"):
            found = getattr(self, part)
            if found:
                pairs = (f"{toml_value(name)} = {_toml(value)}" for name, value in found.items())
                yield f"{part} = {{ {', '.join(pairs)} }}"


def satker_statements(
    model: FiscalModel, measures: Sequence[Measure], document: str
) -> Iterator[StatementText]:
    """The satker of the administrative classification, and the code that the package has."""
    unit = model.of_kind(ADMINISTRATIVE)
    if unit is None:
        return
    satker, code = _satker_key(unit), _code([unit])
    name = _text(unit.label, "") if unit.label else code
    where: dict[str, Any] = {}
    for measure in measures:
        where |= _wanted(measure, PHASES)
    yield StatementText(
        "satker", ("introduce",), templates={"satker": satker, "name": name}, where=where
    )
    last = unit.codes[-1].column
    yield StatementText(
        "satker-code",
        ("distinct",),
        templates={"satker": satker, "code": code},
        fixed={"document": document},
        where={**where, last: _CODE_NOT_WORD} if last else where,
    )


def phase_statements(
    phase: str,
    measure: Measure,
    model: FiscalModel,
    document: str,
    period: Period | None,
    *,
    is_by_date: bool,
) -> Iterator[StatementText]:
    """What a measure says in a phase: a revision and its lines, or realisation."""
    fixed: dict[str, Any] = {"document": document}
    templates = _owner(measure, model, period)
    if phase != EXECUTED:
        own = {"revision": 0} if phase == _APPROVED else {}
        yield _taken(
            StatementText("revision", ("distinct",), templates=templates, fixed={**fixed, **own}),
            phase, measure, model,
        )  # fmt: skip
        kinds = {"dimension": "line", "coverage": "full", **own}
        statement = StatementText("line", templates=dict(templates), fixed={**fixed, **kinds})
    else:
        kinds = {"dimension": "line", "basis": "report"}
        statement = StatementText(
            "realisation", templates=dict(templates), fixed={**fixed, **kinds}
        )
        _over_time(statement, model, measure, period, is_by_date=is_by_date)
    _describe(statement, measure, model)
    yield _taken(statement, phase, measure, model)


def _owner(measure: Measure, model: FiscalModel, period: Period | None) -> dict[str, str]:
    """Satker and fiscal year; what is not said is asked for like that of any layout."""
    found = {}
    unit = model.of_kind(ADMINISTRATIVE)
    if unit is not None:
        found["satker"] = _satker_key(unit)
    year = _year(measure, model, period)
    if year is not None:
        found["fiscal_year"] = year
    return found


def _year(measure: Measure, model: FiscalModel, period: Period | None) -> str | None:
    term = measure.year or model.year or model.date
    if term is None:
        return str(period.year) if period and period.year else None
    if term.column is not None:
        return _placeholder(term.column, "year")
    return _literal(year_in(term.constant or ""))


def _over_time(
    statement: StatementText,
    model: FiscalModel,
    measure: Measure,
    period: Period | None,
    *,
    is_by_date: bool,
) -> None:
    if is_by_date and model.date is not None and model.date.column is not None:
        statement.fixed["extent"] = "payment"
        statement.columns |= dict.fromkeys(("period_start", "period_end"), model.date.column)
        if model.transaction is not None and model.transaction.column is not None:
            statement.columns["paper_number"] = model.transaction.column
            statement.templates["paper_line"] = f"{{#{_safe(model.transaction.column)}}}"
            statement.fixed["paper_kind"] = "transaction"
        return
    statement.fixed["extent"] = "period-total"
    if period is not None:
        statement.fixed |= {"period_start": period.start, "period_end": period.end}
        return
    year = _year(measure, model, period) or "{=fiscal_year}"
    statement.templates |= {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}


def _describe(statement: StatementText, measure: Measure, model: FiscalModel) -> None:
    """Code, name, account and amount of a line."""
    statement.columns["amount"] = measure.column
    unit = model.of_kind(ADMINISTRATIVE)
    kinds = _kinds(model)
    codes = [code for kind in kinds for code in kind.codes]
    if not codes and model.line is not None:
        codes = [model.line]
    if not codes and unit is not None:
        codes = [*unit.codes]
    if not codes:
        raise InputRefused([Refusal("package-no-code", model.resource)])
    _put(statement, "code", codes)
    labels = [c.label for c in reversed(kinds or [c for c in [unit] if c]) if c.label]
    if labels:
        _put(statement, "name", labels[:1])
    account = model.of_kind(ECONOMIC)
    if account is not None:
        _put(statement, "akun", account.codes)


def _put(statement: StatementText, name: str, terms: Sequence[Term]) -> None:
    """A field from one column as it is, or from several joined by dots."""
    if len(terms) == 1 and terms[0].column:
        statement.columns[name] = terms[0].column
    else:
        statement.templates[name] = ".".join(_text(term) for term in terms)


def _taken(
    statement: StatementText, phase: str, measure: Measure, model: FiscalModel
) -> StatementText:
    """Only rows of the phase, of spending, and with an amount."""
    statement.unless_empty = [measure.column]
    if missing := [said for said in model.missing if said and "*" not in said]:
        statement.unless[measure.column] = missing
    statement.where |= _wanted(measure, [phase])
    return statement


def _wanted(measure: Measure, phases: Sequence[str]) -> dict[str, list[str]]:
    """The texts of the columns of phase and direction that are meant."""
    return {
        term.column: [form for word in words for form in (word, word.capitalize(), word.upper())]
        for term, words in ((measure.phase, phases), (measure.direction, [SPENDING]))
        if term is not None and term.column is not None
    }


def key_terms(model: FiscalModel) -> list[Term]:
    """What tells one realisation over the fiscal period from another."""
    unit = model.of_kind(ADMINISTRATIVE)
    lines = [code for kind in _kinds(model) for code in kind.codes]
    if not lines and model.line is not None:
        lines = [model.line]
    return [*([model.year] if model.year else []), *(unit.codes if unit else ()), *lines]


def _kinds(model: FiscalModel) -> list[Classification]:
    return [c for c in model.classifications if c.kind != ADMINISTRATIVE]


def _satker_key(unit: Classification) -> str:
    """A code of several levels is a key of several."""
    return "-".join(
        _placeholder(code.column, "key") if code.column else key_of(code.constant or "")
        for code in unit.codes
    )


def _code(kinds: Sequence[Classification]) -> str:
    return ".".join(_text(code) for kind in kinds for code in kind.codes)


def _text(term: Term, filter_: str = "code") -> str:
    if term.column is not None:
        return _placeholder(term.column, filter_)
    return _literal(term.constant or "")


def _placeholder(column: str, filter_: str) -> str:
    return f"{{{_safe(column)}|{filter_}}}" if filter_ else f"{{{_safe(column)}}}"


def _safe(column: str) -> str:
    """A column that a template can name."""
    if not column or any(mark in column for mark in "{}|") or column[0] in "=#":
        raise unread("name", column)
    return column


def _literal(said: str) -> str:
    if "{" in said or "}" in said:
        raise unread("constant", said)
    return said


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(toml_value, value))}]"
    return toml_value(value)
