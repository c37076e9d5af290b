"""datapackage.json: what the files of an export are, so that a program can find its way alone.

A Data Package (Frictionless) whose table `fiskal` is described as a Fiscal Data Package 1.0-rc.1
does it: three measures, each of one phase. It carries the data dictionary in both languages, and
the position, root and checkpoint of the whole export.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from cli.bound import Bound
from cli.export_forms.forms import CSV, JSON, XLSX
from cli.exporting import File
from cli.field_dictionary import KINDS, Field

SIDECAR = "datapackage.json"
SCHEMA = "jejak.export/1"
COLUMN_TYPES = "https://specs.frictionlessdata.io/taxonomies/fiscal/budgets.json"
_FISCAL = "fiskal"
_COLUMN_TYPE = {
    "satker": "administrative-classification:generic:code",
    "fiscal_year": "date:fiscal-year",
    "code": "budget-line-id",
}
_PHASES = ("approved", "adjusted", "executed")
_MEDIA = {
    "parquet": "application/vnd.apache.parquet",
    CSV: "text/csv",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    JSON: "application/json",
}
_TITLES = {
    "pagu": ("Pagu menurut tingkat", "Ceiling by level"),
    "revisi": ("Revisi DIPA", "Revisions of the DIPA"),
    "serapan": ("Penyerapan menurut tingkat", "Absorption by level"),
    "kinerja": ("Kinerja menurut indikator", "Performance by indicator"),
    _FISCAL: ("Pagu awal, pagu, dan realisasi", "First ceiling, ceiling and realisation"),
    "fact": ("Semua nilai yang dinyatakan", "Every stated value"),
    "log": ("Entri buku", "Entries of the ledger"),
}


@dataclass(frozen=True)
class Money:
    """The ledger's currency (ISO 4217); amounts are integers in units of 10^-scale of it."""

    currency: str
    scale: int


def package_bytes(
    folder: Path, files: Iterable[File], bound: Bound, money: Money, *, excel_id: bool
) -> bytes:
    """The descriptor of files that stand in `folder`; each is read once more for its digest."""
    by_table = groupby(files, key=lambda file: (file.rows.noun, file.form))
    content = {
        "name": _name(bound.position),
        "profile": "data-package",
        "languages": ["id", "en"],
        "columnTypes": [COLUMN_TYPES],
        "jejak": {
            "schema": SCHEMA,
            "position": bound.position,
            "checkpoint": bound.checkpoint,
            "scale": money.scale,
        },
        "resources": [
            _resource(folder, list(same), bound, money, excel_id=excel_id)
            for _key, same in by_table
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _name(position: Mapping[str, Any]) -> str:
    """A name made of what the position names, in the letters that the specification allows."""
    revision = position["revision"]
    parts = [
        "jejak",
        position["satker"],
        position["fiscal_year"],
        None if revision is None else f"r{revision}",
        f"n{position['size']}",
    ]
    return "-".join(str(part) for part in parts if part not in (None, ""))


def _resource(
    folder: Path, files: Sequence[File], bound: Bound, money: Money, *, excel_id: bool
) -> dict[str, Any]:
    """One table in one form: a file, or the many files of a dataset.

    A position of its own has only what is cut by less than the whole, as the log is.
    """
    rows, form = files[0].rows, files[0].form
    titles, own = _TITLES[rows.noun], rows.bound.position
    return {
        "name": f"{rows.noun}-{form}",
        "title": titles[0],
        "title@en": titles[1],
        "format": form,
        "mediatype": _MEDIA[form],
        **_paths(folder, files),
        **({} if own == bound.position else {"position": own}),
        **_form(rows.noun, form, excel_id=excel_id),
        "schema": _schema(rows.noun, rows.fields, money, decimal="," if excel_id else "."),
    }


def _paths(folder: Path, files: Sequence[File]) -> dict[str, Any]:
    parts = [_part(folder, file) for file in files]
    if len(parts) == 1:
        return parts[0]
    whole = {name: sum(part[name] for part in parts) for name in ("bytes", "rows")}
    return {"path": [part["path"] for part in parts], **whole, "parts": parts}


def _part(folder: Path, file: File) -> dict[str, Any]:
    path = folder / file.name
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    size = path.stat().st_size
    return {"path": file.name, "bytes": size, "hash": f"sha256:{digest}", "rows": file.rows.count}


def _form(noun: str, form: str, *, excel_id: bool) -> dict[str, Any]:
    """How a reader finds the rows in a file of this form."""
    if form == CSV:
        dialect = {"delimiter": ";" if excel_id else ",", "lineTerminator": "\n"}
        return {"profile": "tabular-data-resource", "encoding": "utf-8", "dialect": dialect}
    dialects = {XLSX: {"sheetName": noun}, JSON: {"property": "rows"}}
    found: dict[str, Any] = {"profile": "data-resource"}
    return {**found, "dialect": dialects[form]} if form in dialects else found


def _schema(noun: str, fields: Iterable[Field], money: Money, *, decimal: str) -> dict[str, Any]:
    described = [_field(noun, field, money, decimal) for field in fields]
    schema: dict[str, Any] = {"fields": described, "missingValues": [""]}
    if noun == _FISCAL:
        schema["extraFields"] = [
            {"name": "phase", "type": "string", "columnType": "phase:id"},
            {
                "name": "amount",
                "type": "number",
                "columnType": "value",
                "normalizationTarget": True,
            },
            _constant("currency", "value-currency:code", money.currency),
            _constant("direction", "direction", "expenditure"),
        ]
    return schema


def _field(noun: str, field: Field, money: Money, decimal: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": field.name,
        "type": KINDS[field.kind],
        "title": field.titles[0],
        "title@en": field.titles[1],
        "description": field.texts[0],
        "description@en": field.texts[1],
    }
    if field.kind == "amount":
        found["currency"] = money.currency
    if field.kind == "instant":
        found["format"] = "any"
    if field.kind == "ratio":
        found["decimalChar"] = decimal
    if noun == _FISCAL and field.name in _PHASES:
        found["normalize"] = {"phase": field.name}
    if noun == _FISCAL and field.name in _COLUMN_TYPE:
        found["columnType"] = _COLUMN_TYPE[field.name]
    return found


def _constant(name: str, column_type: str, value: str) -> dict[str, Any]:
    return {"name": name, "type": "string", "columnType": column_type, "constant": value}
