"""A Fiscal Data Package told as a mapping, so that it is read like any other file.

One table of the package has the amounts. What is revenue, and what is of a phase that a ledger
does not record (`proposed`), is passed over and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cli.intake.filters import key_of
from cli.intake.mapping import toml_value
from cli.intake.packages.descriptor import text, unread
from cli.intake.packages.fiscal_columns import model_of_columns
from cli.intake.packages.fiscal_dimensions import models_of_dimensions
from cli.intake.packages.fiscal_model import (
    PHASES,
    SPENDING,
    FiscalModel,
    Measure,
    is_by_date,
    period_of,
)
from cli.intake.packages.fiscal_rows import check_rows
from cli.intake.packages.fiscal_statements import (
    EXECUTED,
    key_terms,
    phase_statements,
    satker_statements,
)
from cli.intake.packages.package import Package
from ledger.errors import InputRefused, Refusal

TITLE = "Fiscal Data Package"


def fiscal_mapping(package: Package, currency: str | None = None) -> str:
    """TOML that reads the package.

    Raises InputRefused where the package says too little, and where it says another currency than
    `currency` (ISO 4217; None takes any).
    """
    model = _model_of(package)
    measures = _measures(model)
    by_date = model.date is not None and is_by_date(package.descriptor)
    _check(package, model, measures, currency, is_by_date=by_date)
    document = _document(package)
    period = period_of(package.descriptor)
    statements = [
        *satker_statements(model, measures, document["document"]),
        *(
            statement
            for phase in PHASES
            for measure in measures
            if _may_be(measure, phase)
            for statement in phase_statements(
                phase, measure, model, document["document"], period, is_by_date=by_date
            )
        ),
    ]
    lines = [
        "# Made from the descriptor of the package.",
        "[layout]",
        f"title = {toml_value(TITLE)}",
        "",
        "[file]",
        *_dialect(model, measures),
        "",
        "[[document]]",
        *(f"{name} = {toml_value(value)}" for name, value in document.items()),
        *(line for statement in statements for line in statement.lines()),
    ]
    return "\n".join(lines) + "\n"


def fiscal_year_of(package: Package) -> int | None:
    """The year that every row must be of, where the package itself says one."""
    period = period_of(package.descriptor)
    return period.year if period else None


def _model_of(package: Package) -> FiscalModel:
    """The one resource with measures; another could not be told apart from it by a mapping."""
    csv = [r for r in package.resources if r.name in {sheet.name for sheet in package.sheets}]
    if "model" in package.descriptor:
        found = models_of_dimensions(package.descriptor, package.resources)
    else:
        found = [model for r in csv if (model := model_of_columns(r)) is not None]
    if not found:
        raise InputRefused([Refusal("package-not-fiscal", TITLE)])
    if len(found) > 1 or found[0].resource not in {r.name for r in csv}:
        names = ", ".join(model.resource for model in found)
        raise InputRefused([Refusal("package-several", names)])
    own = package.descriptor.get("jejak")
    if isinstance(own, dict) and own.get("scale") not in (None, "0"):
        raise unread("jejak.scale", own["scale"])
    return found[0]


def _measures(model: FiscalModel) -> list[Measure]:
    """Those of a phase that is recorded, and of spending."""
    found = [
        measure
        for measure in model.measures
        if any(_may_be(measure, phase) for phase in PHASES) and _may_spend(measure)
    ]
    if not found:
        said = {m.phase.constant or "" for m in model.measures if m.phase is not None}
        wanted = ", ".join(PHASES)
        raise InputRefused(
            [Refusal("package-phase-unknown", ", ".join(sorted(said)), suggestion=wanted)]
        )
    return found


def _may_be(measure: Measure, phase: str) -> bool:
    if measure.phase is None:
        return False
    return measure.phase.column is not None or _plain(measure.phase.constant) == phase


def _may_spend(measure: Measure) -> bool:
    direction = measure.direction
    return (
        direction is None
        or direction.column is not None
        or (_plain(direction.constant) == SPENDING)
    )


def _plain(said: str | None) -> str:
    return (said or "").strip().lower()


def _check(
    package: Package,
    model: FiscalModel,
    measures: Sequence[Measure],
    currency: str | None,
    *,
    is_by_date: bool,
) -> None:
    """One currency, the ledger's; and each sum over the fiscal period stated once."""
    said = [measure.currency for measure in measures if measure.currency]
    for term in said:
        if currency and term.constant and _plain(term.constant) != currency.lower():
            values = (("expected", currency),)
            raise InputRefused([Refusal("currency-differs", term.constant, values=values)])
    executed = next((measure for measure in measures if _may_be(measure, EXECUTED)), None)
    keys = key_terms(model) if executed and not is_by_date else []
    phase = executed.phase if executed else None
    only = (phase, EXECUTED) if phase and phase.column else None
    sheet = next(sheet for sheet in package.sheets if sheet.name == model.resource)
    check_rows(sheet, said, currency, keys, only)


def _dialect(model: FiscalModel, measures: Sequence[Measure]) -> Iterator[str]:
    ways = {(m.decimal, m.thousands, m.unit) for m in measures}
    if len(ways) > 1:
        raise unread(model.resource, sorted(ways))
    decimal, thousands, unit = ways.pop()
    yield f"sheet = {toml_value(model.resource)}"
    yield f"decimal = {toml_value(decimal)}"
    yield f"thousands = {toml_value(thousands)}"
    yield f"unit = {unit}"
    yield f"dates = {toml_value(model.date_order)}"


def _document(package: Package) -> dict[str, str]:
    """The package as a document; another version of it is another document."""
    said = [text(package.descriptor, name, "") for name in ("name", "version")]
    words = [word for word in said if word]
    name = "-".join(words) or package.sha256.hex()[:12]
    found = {"document": key_of(f"paket-{name}"), "kind": "LAIN"}
    return {**found, "number": " ".join(words)} if words else found
