"""Fiscal Data Package 0.3: a `model` of measures and dimensions beside the resources.

A classification whose `classificationType` is not said is told by the name of its dimension.
"""

from __future__ import annotations

from collections.abc import Sequence

from cli.intake.packages.descriptor import Resource, Table, broken, table, text, texts
from cli.intake.packages.fiscal_model import (
    ACTIVITY,
    ADMINISTRATIVE,
    ECONOMIC,
    FUNCTIONAL,
    Classification,
    FiscalModel,
    Measure,
    Term,
    marks_of,
    order_of_date,
    unit_of,
)

_KIND_BY_NAME = {
    "administrative": ADMINISTRATIVE,
    "administrator": ADMINISTRATIVE,
    "functional": FUNCTIONAL,
    "cofog": FUNCTIONAL,
    "economic": ECONOMIC,
    "gfsm": ECONOMIC,
    "chart-of-accounts": ECONOMIC,
    "program": ACTIVITY,
    "project": ACTIVITY,
    "activity": ACTIVITY,
}
_KINDS = frozenset(_KIND_BY_NAME.values())


def models_of_dimensions(descriptor: Table, resources: Sequence[Resource]) -> list[FiscalModel]:
    """What the `model` says of each resource that it takes a measure from."""
    model = table(descriptor, "model", "")
    measures, dimensions = (table(model, part, "model") for part in ("measures", "dimensions"))
    of_resource: dict[str, list[Table]] = {}
    for name in measures:
        own = table(measures, name, "model.measures")
        of_resource.setdefault(_resource_of(own, resources), []).append(own)
    return [
        _model(next(r for r in resources if r.name == name), found, dimensions)
        for name, found in of_resource.items()
    ]


def _resource_of(own: Table, resources: Sequence[Resource]) -> str:
    name = text(own, "resource", "model") or resources[0].name
    if name not in {resource.name for resource in resources}:
        raise broken("model.resource", name)
    return name


def _model(resource: Resource, measures: Sequence[Table], dimensions: Table) -> FiscalModel:
    fields = {str(own.get("name")): own for own in resource.fields}
    own_dimensions = {name: table(dimensions, name, "model.dimensions") for name in dimensions}
    times = [d for d in own_dimensions.values() if d.get("dimensionType") == "datetime"]
    moments = [term for dimension in times for term in _attributes(dimension).values()]
    date = next((t for t in moments if _kind_of_field(fields, t) in ("date", "datetime")), None)
    phase = own_dimensions.get("phase")
    phases = list(_attributes(phase).values()) if phase else []
    return FiscalModel(
        resource=resource.name,
        measures=tuple(_measure(own, fields, phases[0] if phases else None) for own in measures),
        classifications=tuple(
            found
            for name, dimension in own_dimensions.items()
            if (found := _classification(name, dimension)) is not None
        ),
        year=next((term for term in moments if term != date), None) or date,
        date=date,
        date_order=order_of_date(fields.get(date.column or "", {}), "format") if date else "ymd",
        missing=tuple(texts(resource.schema, "missingValues", resource.name)),
    )


def _measure(own: Table, fields: dict[str, Table], phase: Term | None) -> Measure:
    column = text(own, "source", "model.measures")
    if not column:
        raise broken("model.measures.source", own.get("source"))
    said = {name: text(own, name, column) for name in ("phase", "direction", "currency")}
    decimal, thousands = marks_of(fields.get(column, {}), column)
    return Measure(
        column=column,
        phase=Term(constant=said["phase"]) if said["phase"] else phase,
        direction=Term(constant=said["direction"]) if said["direction"] else None,
        currency=Term(constant=said["currency"]) if said["currency"] else None,
        unit=unit_of(own, column),
        decimal=decimal,
        thousands=thousands,
    )


def _classification(name: str, dimension: Table) -> Classification | None:
    kind = text(dimension, "classificationType", name) or _kind_by_name(name, dimension)
    if kind not in _KINDS:
        return None
    attributes = _attributes(dimension)
    keys = texts(dimension, "primaryKey", name) or list(attributes)[:1]
    if unknown := [key for key in keys if key not in attributes]:
        raise broken(f"{name}.primaryKey", unknown[0])
    label_for = {
        text(own, "labelfor", name): attributes[key]
        for key, own in table(dimension, "attributes", name).items()
    }
    labels = [label_for[key] for key in reversed(keys) if key in label_for]
    codes = tuple(attributes[key] for key in keys)
    return Classification(kind, codes, labels[0] if labels else None)


def _kind_by_name(name: str, dimension: Table) -> str:
    if dimension.get("dimensionType") == "activity":
        return ACTIVITY
    found = (kind for word, kind in _KIND_BY_NAME.items() if name.lower().startswith(word))
    return next(found, "")


def _attributes(dimension: Table) -> dict[str, Term]:
    """Each attribute by its key: from a column (`source`), or `constant`."""
    found = {}
    attributes = table(dimension, "attributes", "model.dimensions")
    for key in attributes:
        own = table(attributes, key, "attributes")
        source, constant = text(own, "source", key), text(own, "constant", key)
        if not source and constant is None:
            raise broken(f"attributes.{key}.source", source)
        found[key] = Term(source) if source else Term(constant=constant)
    return found


def _kind_of_field(fields: dict[str, Table], term: Term) -> str:
    return str(fields.get(term.column or "", {}).get("type", ""))
