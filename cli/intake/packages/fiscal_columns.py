"""Fiscal Data Package 1.0: a `columnType` a field, `extraFields`, `normalize` and constants.

A column type is a path from the general to the special, `functional-classification:generic:code`;
what is appended to a known one (`...:label:localized`) means the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from cli.intake.packages.descriptor import Resource, Table, broken, table, text, texts
from cli.intake.packages.fiscal_model import (
    CLASSIFICATIONS,
    Classification,
    FiscalModel,
    Measure,
    Term,
    keyed_codes,
    marks_of,
    order_of_date,
    unit_of,
)

_VALUE, _CURRENCY, _PHASE, _DIRECTION = "value", "value-currency", "phase", "direction"
_YEAR, _DATE, _LINE, _PAYMENT = "date:fiscal-year", "date", "budget-line-id", "transaction-id"


def model_of_columns(resource: Resource) -> FiscalModel | None:
    """What the fields of a resource mean; None where none of them is a measure."""
    fields, extra = resource.fields, resource.extra_fields
    names = {_name(own, resource): _type(own) for own in [*fields, *extra]}
    terms = _terms(resource)
    measures = tuple(
        _measure(own, resource, names, terms)
        for own in fields
        if own.get("normalize") is not None or _is(_type(own), _VALUE)
    )
    if not measures:
        return None
    date = _first_field([own for own in fields if _is(_type(own), _DATE)], but=_YEAR)
    return FiscalModel(
        resource=resource.name,
        measures=measures,
        classifications=_classifications(resource, terms),
        year=_first(terms, _YEAR) or _first(terms, "date:fiscal"),
        date=None if date is None else Term(_name(date, resource)),
        date_order="ymd" if date is None else order_of_date(date, resource.name),
        line=_first(terms, _LINE),
        transaction=_first(terms, _PAYMENT),
        missing=tuple(texts(resource.schema, "missingValues", resource.name)),
    )


def _terms(resource: Resource) -> list[tuple[str, Term]]:
    """(column type, term) of each field that a row has, and of each constant."""
    found = [(_type(own), Term(_name(own, resource))) for own in resource.fields]
    for own in resource.extra_fields:
        constant = text(own, "constant", resource.name)
        if constant is not None:
            found.append((_type(own), Term(constant=constant)))
    return found


def _measure(
    own: Table, resource: Resource, names: dict[str, str], terms: Sequence[tuple[str, Term]]
) -> Measure:
    name = _name(own, resource)
    normal = _normal(own, resource, names)
    decimal, thousands = marks_of(own, name)
    currency = text(own, "currency", name)
    return Measure(
        column=name,
        phase=_first(normal, _PHASE) or _first(terms, _PHASE),
        year=_first(normal, _YEAR) or _first(normal, _DATE),
        direction=_first(normal, _DIRECTION) or _first(terms, _DIRECTION),
        currency=Term(constant=currency)
        if currency
        else _first(normal, _CURRENCY) or _first(terms, _CURRENCY),
        unit=unit_of(own, name),
        decimal=decimal,
        thousands=thousands,
    )


def _normal(own: Table, resource: Resource, names: dict[str, str]) -> list[tuple[str, Term]]:
    """What a column says by standing where it does: (type of an extra field, its value)."""
    name = _name(own, resource)
    found = []
    for extra in table(own, "normalize", name):
        if extra not in names:
            raise broken(f"{name}.normalize", extra)
        value = text(own["normalize"], extra, f"{name}.normalize")
        found.append((names[extra], Term(constant=value or "")))
    return found


def _classifications(
    resource: Resource, terms: Sequence[tuple[str, Term]]
) -> tuple[Classification, ...]:
    keys = texts(resource.schema, "primaryKey", resource.name)
    codes: dict[str, list[tuple[str, Term]]] = defaultdict(list)
    labels: dict[str, Term] = {}
    for type_, term in terms:
        first, *rest = type_.split(":")
        kind = first.removesuffix("-classification")
        if kind not in CLASSIFICATIONS:
            continue
        end = next((at for at, word in enumerate(rest) if word in ("code", "label")), None)
        if end is not None and rest[end] == "label":
            labels.setdefault(":".join([first, *rest[:end]]), term)
        elif end is not None:
            codes[kind].append((":".join([first, *rest[:end]]), term))
    return tuple(_classification(kind, found, labels, keys) for kind, found in codes.items())


def _classification(
    kind: str, codes: list[tuple[str, Term]], labels: dict[str, Term], keys: Sequence[str]
) -> Classification:
    """The levels in order (`level1` before `level2`), and the label of the last."""
    codes.sort(key=lambda code: code[0])
    label = next((labels[path] for path, _ in reversed(codes) if path in labels), None)
    return Classification(kind, keyed_codes([term for _, term in codes], keys), label)


def _first(terms: Sequence[tuple[str, Term]], type_: str) -> Term | None:
    return next((term for found, term in terms if _is(found, type_)), None)


def _first_field(fields: Sequence[Table], *, but: str) -> Table | None:
    return next((own for own in fields if not _is(_type(own), but)), None)


def _is(found: str, type_: str) -> bool:
    """Whether a column type is this one, or a special kind of it."""
    return found == type_ or found.startswith(f"{type_}:")


def _type(own: Table) -> str:
    value: Any = own.get("columnType")
    return value if isinstance(value, str) else ""


def _name(own: Table, resource: Resource) -> str:
    found = text(own, "name", resource.name)
    if not found:
        raise broken(f"{resource.name}.fields.name", own.get("name"))
    return found
