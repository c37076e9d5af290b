"""The data dictionary: what each column of an exported table is, in both languages.

It stands in `cli/data/fields.toml`. A table and a column together (`"kinerja.realisasi"`) go before
the column alone.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

KINDS = {
    "amount": "integer",
    "integer": "integer",
    "ratio": "number",
    "measure": "string",
    "code": "string",
    "text": "string",
    "date": "date",
    "instant": "datetime",
    "flag": "boolean",
    "list": "array",
    "place": "object",
}
"""Kind of a column -> its type in a Table Schema (Frictionless)."""
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Field:
    """One column; `titles` and `texts` are (Indonesian, English).

    A `ratio` is a decimal kept as a text; a `measure` is one where the document prints a number.
    """

    name: str
    kind: str = "text"
    titles: tuple[str, str] = ("", "")
    texts: tuple[str, str] = ("", "")

    @property
    def is_code(self) -> bool:
        """Whether few values recur in the column."""
        return self.kind == "code"

    @property
    def may_be_decimal(self) -> bool:
        return self.kind in ("ratio", "measure")

    @property
    def format(self) -> str:
        """How a spreadsheet shows it."""
        return self.kind if self.kind in ("amount", "integer", "ratio", "measure") else "text"


def field_of(noun: str, name: str) -> Field:
    """What the dictionary says of a column of a table; a plain text where it says nothing."""
    known = _dictionary()
    return known.get(f"{noun}.{name}") or known.get(name) or Field(name)


def is_decimal(value: object) -> bool:
    """Whether a text is a plain decimal: no exponent, no sign of thousands."""
    return isinstance(value, str) and _DECIMAL.fullmatch(value) is not None


@cache
def _dictionary() -> dict[str, Field]:
    text = (files("cli") / "data" / "fields.toml").read_text("utf-8")
    return {
        key: Field(
            key.rpartition(".")[2],
            entry["kind"],
            (entry["id"][0], entry["en"][0]),
            (entry["id"][1], entry["en"][1]),
        )
        for key, entry in tomllib.loads(text).items()
    }
