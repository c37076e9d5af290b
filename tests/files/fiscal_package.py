"""A Fiscal Data Package: datapackage.json and CSV files, budget and execution of a foreign city.

Two forms: "long" has one column of value and one of phase; "wide" has a column a phase, each
declared with `normalize`, and extra fields (Fiscal Data Package 1.0, sections on normalisation).
Amounts are EUR with two decimals, codes have letters of other scripts; the model gives proportions.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.files.facts import Facts, Leaf, Placed, Spoiled
from tests.files.grid import Grid, Scalar, address, csv_bytes, cut, table, zipped
from tests.files.model import Budget

FORMS = ("long", "wide")
PHASES = ("approved", "adjusted", "executed")
RATE = Decimal(17_777)
LINES = (
    ("Ж01", "Жилищное хозяйство"), ("Ж02", "Образование"), ("ก-11", "การศึกษา"),
    ("ก-12", "สาธารณสุข"), ("Ω7", "Πολιτισμός"), ("Ä9", "Öffentlicher Verkehr"), ("001", "Réserve"),
)  # fmt: skip
CODES = {
    "year": ("string", "date:fiscal-year"),
    "unit": ("string", "administrative-classification:generic:level1:code"),
    "code": ("string", "functional-classification:generic:level1:code"),
    "name": ("string", "functional-classification:generic:level1:label"),
}
KEYS = tuple(CODES)


def make(model: Budget, form: str = "long") -> bytes:
    """The package as a ZIP."""
    return zipped(_members(model, form))


def write(model: Budget, folder: Path, form: str = "long") -> Path:
    """The package as a folder; returns the path of its datapackage.json."""
    return _unpack(make(model, form), folder)


def facts(model: Budget, form: str = "long") -> Facts:
    """A leaf a line and phase; totals in cents by phase, cells of data/budget.csv."""
    leaves = tuple(_leaves(model, form))
    totals = dict.fromkeys(PHASES, 0)
    for values in _amounts(model).values():
        for phase in PHASES:
            totals[phase] += int(values[phase] * 100)
    return Facts({}, totals, leaves)


def spoiled(model: Budget, form: str = "long") -> list[Spoiled]:
    """Twins of `make(model, form)`, each wrong in one thing; cells of data/budget.csv."""
    found = [
        Spoiled(name, zipped(members), cells, what)
        for name, members, cells, what in _twins(model, form)
    ]
    return [*found, Spoiled("truncated", cut(make(model, form)), (), "the ZIP breaks off")]


def grid(model: Budget, form: str = "long") -> Grid:
    """data/budget.csv as cells."""
    records: list[list[Scalar]] = []
    for (code, name), values in _amounts(model).items():
        key: list[Scalar] = [str(model.year), "1", code, name]
        if form == "wide":
            records.append([*key, *(values[phase] for phase in PHASES)])
        else:
            records += [[*key, phase, values[phase]] for phase in PHASES]
    return table("budget", [_columns(form), *records])


def _columns(form: str) -> tuple[str, ...]:
    return (*KEYS, *PHASES) if form == "wide" else (*KEYS, "phase", "amount")


def _amounts(model: Budget) -> dict[tuple[str, str], dict[str, Decimal]]:
    """Euro with two decimals; the first and last revision and what was spent, per line."""
    first, last = model.revisions[0].items, model.last.items
    found = {}
    for n, line in enumerate(LINES):
        spent = max(0, model.spent(last[n], range(1, 13)))
        rupiah = dict(zip(PHASES, (first[n].amount, last[n].amount, spent), strict=True))
        found[line] = {
            phase: (Decimal(value) / RATE).quantize(Decimal("0.01"))
            for phase, value in rupiah.items()
        }
    return found


def _leaves(model: Budget, form: str) -> Iterator[Leaf]:
    row = 1
    for n, ((code, name), values) in enumerate(_amounts(model).items()):
        for at, phase in enumerate(PHASES):
            row = 2 + n if form == "wide" else 2 + 3 * n + at
            column = len(KEYS) + 1 + at if form == "wide" else len(KEYS) + 2
            placed = {"amount": Placed(values[phase], address(row, column))}
            yield Leaf(row, {"code": code, "phase": phase}, name, placed)


def _members(model: Budget, form: str, data: Grid | None = None) -> dict[str, str | bytes]:
    text = json.dumps(_descriptor(model, form), ensure_ascii=False, indent=2)
    whole = data or grid(model, form)
    return {"datapackage.json": text, "data/budget.csv": csv_bytes(whole, end="\n")}


def _descriptor(model: Budget, form: str) -> dict[str, Any]:
    value = {"type": "number", "columnType": "value", "decimalChar": ".", "currency": "EUR"}
    fields = [{"name": n, "type": t, "columnType": c} for n, (t, c) in CODES.items()]
    schema: dict[str, Any] = {"fields": fields, "primaryKey": ["year", "unit", "code"]}
    phase = {"name": "phase", "type": "string", "columnType": "phase:id"}
    if form == "wide":
        fields += [{"name": p, **value, "normalize": {"phase": p}} for p in PHASES]  # type: ignore[dict-item]
        schema["extraFields"] = [{"name": "amount", **value, "normalizationTarget": True}, phase]
    else:
        fields += [phase, {"name": "amount", **value}]
    return {
        "profile": "fiscal-data-package",
        "name": "city-budget",
        "title": "Бюджет города",
        "countryCode": "XX",
        "granularity": "aggregated",
        "fiscalPeriod": {"start": f"{model.year}-01-01", "end": f"{model.year}-12-31"},
        "resources": [
            {
                "name": "budget",
                "path": "data/budget.csv",
                "profile": "tabular-data-resource",
                "encoding": "utf-8",
                "dialect": {"delimiter": ","},
                "schema": schema,
            }
        ],
    }


def _twins(
    model: Budget, form: str
) -> Iterator[tuple[str, dict[str, str | bytes], tuple[str, ...], str]]:
    whole, leaf = grid(model, form), facts(model, form).leaves[4]
    cell, code = leaf.values["amount"].cell, address(leaf.row, 3)
    for name, at, value, what in (
        ("mixed_separators", cell, "1.234,567.00", "separators of two kinds"),
        ("three_decimals", cell, "1.234", "a thousand or three decimals"),
        ("text_for_number", cell, "н/д", "a text where a number belongs"),
        ("hidden_character", code, f"{leaf.code['code']}\u200e", "a mark of direction in a code"),
        ("look_alike", code, "Х01", "a letter of another script that looks like X"),
        ("another_year", address(leaf.row, 1), str(model.year - 1), "one row of another year"),
    ):
        yield name, _members(model, form, whole.replaced({at: value})), (at,), what
    gone = _members(model, form, whole.without_column(3))
    yield "missing_column", gone, (), "the descriptor names a column that the CSV lacks"
    members = _members(model, form)
    yield "no_data", {"datapackage.json": members["datapackage.json"]}, (), "no CSV"
    for name, path, what in (
        ("path_outside", "../budget.csv", "a path out of the folder"),
        ("path_absolute", "/etc/hostname", "a path of the machine"),
        ("path_remote", "https://example.invalid/budget.csv", "a path on the network"),
    ):
        text = str(members["datapackage.json"]).replace("data/budget.csv", path)
        yield name, members | {"datapackage.json": text}, (), what
    broken = str(members["datapackage.json"])[:-30]
    yield (
        "descriptor_breaks_off",
        members | {"datapackage.json": broken},
        (),
        "JSON that ends early",
    )


def _unpack(data: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        archive.extractall(folder)
    return folder / "datapackage.json"
