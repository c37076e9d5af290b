"""Small data packages for tests: a descriptor and its files, as a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CSV = "year,unit,code,name,amount\n2025,1,Ж01,A,10.50\n2025,1,ก-11,B,2.25\n"
TYPES = {
    "year": "date:fiscal-year",
    "unit": "administrative-classification:generic:code",
    "code": "functional-classification:generic:code",
    "name": "functional-classification:generic:label",
    "amount": "value",
}


def fields(types: dict[str, str] | None = None, **of_amount: Any) -> list[dict[str, Any]]:
    """A field a column type; `of_amount` is what the field of amounts says besides."""
    found = [{"name": n, "columnType": t} for n, t in (types or TYPES).items()]
    return [{**own, **of_amount} if own["columnType"] == "value" else own for own in found]


def constant(name: str, column_type: str, value: Any) -> dict[str, Any]:
    return {"name": name, "columnType": column_type, "constant": value}


def schema(
    types: dict[str, str] | None = None, phase: str | None = "executed", **of_amount: Any
) -> dict[str, Any]:
    extra = [] if phase is None else [constant("phase", "phase:id", phase)]
    return {"fields": fields(types, **of_amount), "extraFields": extra}


def descriptor(own: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """One resource `budget`; `own` is what it says besides, `more` what the package says."""
    resource = {"name": "budget", "path": "data/budget.csv", "schema": schema(), **(own or {})}
    return {"name": "city", "resources": [resource], **more}


def write(folder: Path, said: Any = None, text: str = CSV) -> Path:
    """The path of the descriptor; a text or bytes stands as it is."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "budget.csv").write_bytes(text.encode("utf-8"))
    path = folder / "datapackage.json"
    said = descriptor() if said is None else said
    path.write_bytes(said if isinstance(said, bytes) else json.dumps(said).encode("utf-8"))
    return path
