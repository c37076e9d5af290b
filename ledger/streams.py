"""Stream ids: text that a person can read, one function a family.

`ledger`, `satker/<key>`, `impor/<import id>`, `dokumen/<id>`, `dipa/<key>/<year>`,
`realisasi/<key>/<year>`, `kinerja/<key>/<year>`, `laporan/<document>`, `temuan/<key>/<year>`. A key
is `[a-z0-9-]{1,40}`, so that no id needs quoting anywhere.
"""

import re

LEDGER = "ledger"
_KEY = re.compile(r"[a-z0-9-]{1,40}")


def is_key(text: str) -> bool:
    """Whether a text may name a satker, a document or a ledger."""
    return _KEY.fullmatch(text) is not None


def satker(key: str) -> str:
    return f"satker/{key}"


def import_(import_id: str) -> str:
    return f"impor/{import_id}"


def document(document_id: str) -> str:
    return f"dokumen/{document_id}"


def dipa(satker_key: str, fiscal_year: int) -> str:
    return f"dipa/{satker_key}/{fiscal_year}"


def realisation(satker_key: str, fiscal_year: int) -> str:
    return f"realisasi/{satker_key}/{fiscal_year}"


def performance(satker_key: str, fiscal_year: int) -> str:
    return f"kinerja/{satker_key}/{fiscal_year}"


def report(document_id: str) -> str:
    return f"laporan/{document_id}"


def findings(satker_key: str, fiscal_year: int) -> str:
    return f"temuan/{satker_key}/{fiscal_year}"
