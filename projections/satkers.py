"""The satker of a ledger: their keys, names, and six-digit codes where a source printed one."""

from dataclasses import dataclass

from ledger.events import SatkerCodeStated, SatkerRegistered
from projections.columns import Columns, folded_once
from projections.corrections import settled, settled_documents
from projections.precedence import Precedence, first_by


@dataclass(frozen=True)
class Satker:
    """One work unit; `code` is text with its leading zeros, None where none is stated."""

    key: str
    name: str
    code: str | None


@folded_once
def satkers(columns: Columns) -> list[Satker]:
    """Every registered satker that is not void, by key; of several codes the first to speak."""
    precedence = Precedence(settled_documents(columns))
    stated: dict[str, list[tuple[tuple[int, ...], int, str]]] = {}
    for row in settled(columns, SatkerCodeStated).to_pylist():
        if row["voided_by"] is None:
            ranking = precedence.ranking(row["document"], row["read_from"])
            stated.setdefault(row["satker"], []).append((ranking, row["index"], row["code"]))
    names = {
        row["satker"]: row["name"]
        for row in settled(columns, SatkerRegistered).to_pylist()
        if row["voided_by"] is None
    }
    codes = {key: first_by(codes) for key, codes in stated.items()}  # type: ignore[arg-type]
    return [Satker(key, name, codes.get(key)) for key, name in sorted(names.items())]
