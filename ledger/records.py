"""What one row of a file may state: records, their fields and how each cell is read.

A reader at the edge knows from here how to read a cell without knowing what it means; what rows
come to is in `drafts.py`. Fields are named as in the events that they end up in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from ledger.errors import Origin
from ledger.lines import COLUMNS

Kind = Literal[
    "key", "text", "code", "integer", "amount", "decimal", "measured", "date", "flag", "choice"
]
Scalar = str | int | bool | None


@dataclass(frozen=True)
class Field:
    """How a cell is read. A `choice` is one of `choices`; a required field may not be empty.

    `measured` is a decimal where the text is one, and the text itself otherwise.
    """

    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()


class TypedRow(NamedTuple):
    """One row of a file, read but not yet understood.

    `statement` numbers the part of the mapping that read it; `raw` holds the printed text of
    values whose print is not their canonical form. A row that `introduces` states only what the
    ledger does not know yet.
    """

    record: str
    statement: int
    values: Mapping[str, Scalar]
    raw: Mapping[str, str] = MappingProxyType({})
    origin: Origin = Origin()
    introduces: bool = False


KINDS_OF_DOCUMENT = ("DIPA", "POK", "RKT", "PK", "RENAKSI", "IKU", "LKJ", "SP2D", "LAIN")
COVERAGES = ("full", "partial")
LEVELS = (
    "program",
    "kegiatan",
    "kro",
    "ro",
    "komponen",
    "akun",
    "jenis-belanja",
    "sumber-dana",
)
DIMENSIONS = ("line", *LEVELS)
TOTAL = "total"
PERIOD_TOTAL = "period-total"
EXTENTS = ("payment", "refund", PERIOD_TOTAL)
BASES = ("fa", "sp2d", "report")
LEVELS_OF_INDICATORS = ("iku", "program", "kegiatan")
VALUE_TYPES = ("number", "per-cent", "ordinal", "text")
FIGURE_TYPES = ("amount", "per-cent", "number", "count", "text", "date", "words")
DIRECTIONS = ("higher", "lower")
BOUNDARIES = ("unstated", "lower", "upper")

_STATED = {
    "document": Field("key", required=True),
    "read_from": Field("key"),
    "sheet": Field("text"),
    "page": Field("text"),
}
_OF_SATKER = {
    "satker": Field("key", required=True),
    "fiscal_year": Field("integer", required=True),
    **_STATED,
}
_DIPA = {**_OF_SATKER, "revision": Field("integer")}
_PERIOD = {"period_start": Field("date"), "period_end": Field("date")}
_MEASURED = {"printed": Field("text"), "value": Field("measured"), "unit": Field("text")}
_KIND_OF_COLUMN: dict[str, Kind] = {
    "amount": "amount",
    "blocked": "amount",
    "volume": "decimal",
    "price": "decimal",
    "pn": "flag",
    **dict.fromkeys(("name", "unit", "fund", "withdrawal", "register"), "text"),
}

RECORDS: dict[str, dict[str, Field]] = {
    "satker": {
        "satker": Field("key", required=True),
        "name": Field("text", required=True),
        "bagian_anggaran": Field("code"),
    },
    "satker-code": {
        "satker": Field("key", required=True),
        "code": Field("code", required=True),
        **_STATED,
    },
    "document": {
        "document": Field("key", required=True),
        "kind": Field("choice", required=True, choices=KINDS_OF_DOCUMENT),
        "number": Field("text"),
        "revision": Field("integer"),
        "dated": Field("date"),
        "published": Field("date"),
        "sha256": Field("text"),
        "replaces": Field("key"),
    },
    "revision": {
        **_DIPA,
        "status_code": Field("text"),
        "dated": Field("date"),
        "posted": Field("date"),
        "authority": Field("text"),
        "kinds": Field("text"),
        "total": Field("amount"),
        "blocked": Field("amount"),
        "reason": Field("text"),
    },
    "line": {
        **_DIPA,
        "dimension": Field("choice", required=True, choices=DIMENSIONS),
        "coverage": Field("choice", required=True, choices=COVERAGES),
        "stated_total": Field("amount"),
        **{
            name: Field(_KIND_OF_COLUMN.get(name, "code"))
            for name in COLUMNS
            if name not in ("row", "cell", "raw")
        },
    },
    "plan": {
        **_DIPA,
        "dimension": Field("choice", required=True, choices=DIMENSIONS),
        "coverage": Field("choice", required=True, choices=COVERAGES),
        "code": Field("code"),
        "month": Field("integer", required=True),
        "amount": Field("amount"),
    },
    "realisation": {
        **_OF_SATKER,
        **_PERIOD,
        "dimension": Field("choice", required=True, choices=(*DIMENSIONS, TOTAL)),
        "code": Field("code"),
        "name": Field("text"),
        "program": Field("code"),
        "ro": Field("code"),
        "akun": Field("code"),
        "fund": Field("text"),
        "amount": Field("amount"),
        "extent": Field("choice", required=True, choices=EXTENTS),
        "basis": Field("choice", required=True, choices=BASES),
        "paper_kind": Field("text"),
        "paper_number": Field("text"),
        "paper_line": Field("integer"),
        "refunds": Field("text"),
    },
    "payments-completed": {
        **_OF_SATKER,
        "dimension": Field("choice", required=True, choices=(*DIMENSIONS, TOTAL)),
        "code": Field("code"),
        "period_start": Field("date", required=True),
        "period_end": Field("date", required=True),
    },
    "commitment": {
        **_OF_SATKER,
        "contract": Field("text", required=True),
        "dated": Field("date"),
        "dimension": Field("choice", required=True, choices=DIMENSIONS),
        "code": Field("code", required=True),
        "amount": Field("amount"),
        "term_start": Field("date"),
        "term_end": Field("date"),
    },
    "indicator": {
        **_OF_SATKER,
        "indicator": Field("code", required=True),
        "level": Field("choice", required=True, choices=LEVELS_OF_INDICATORS),
        "text": Field("text", required=True),
        "tujuan": Field("text"),
        "sasaran": Field("text"),
        "program": Field("code"),
        "kegiatan": Field("code"),
        "ro": Field("text"),
        "unit": Field("text"),
        "value_type": Field("choice", choices=VALUE_TYPES),
        "direction": Field("choice", choices=DIRECTIONS),
        "formula": Field("text"),
        "cap": Field("decimal"),
        "method": Field("text"),
        "data_source": Field("text"),
        "unit_in_charge": Field("text"),
    },
    "target": {**_OF_SATKER, "indicator": Field("code", required=True), **_MEASURED},
    "achievement": {
        **_OF_SATKER,
        **_PERIOD,
        "indicator": Field("code", required=True),
        **_MEASURED,
    },
    "action": {
        **_OF_SATKER,
        "indicator": Field("code"),
        "text": Field("text"),
        "printed": Field("text"),
        "kegiatan": Field("code"),
        "plan": Field("text"),
        "code": Field("code"),
        "unit_in_charge": Field("text"),
        "months": Field("text"),
    },
    "scale": {
        **_STATED,
        "scale": Field("key", required=True),
        "boundary": Field("choice", required=True, choices=BOUNDARIES),
        "printed": Field("text", required=True),
        "lower": Field("decimal"),
        "upper": Field("decimal"),
        "lower_open": Field("flag"),
        "category": Field("text", required=True),
        "meaning": Field("text"),
    },
    "code-map": {
        "dimension": Field("choice", required=True, choices=DIMENSIONS),
        "old_code": Field("code", required=True),
        "new_code": Field("code", required=True),
        "from_year": Field("integer", required=True),
        "to_year": Field("integer", required=True),
        "reason": Field("text"),
        "document": Field("key"),
    },
    "figure": {
        **_OF_SATKER,
        "subject": Field("text", required=True),
        "dimension": Field("choice", choices=(*DIMENSIONS, TOTAL)),
        "code": Field("code"),
        "indicator": Field("code"),
        "text": Field("text"),
        "measure": Field("text", required=True),
        "value_type": Field("choice", required=True, choices=FIGURE_TYPES),
        "printed": Field("text", required=True),
        "value": Field("decimal"),
    },
}
