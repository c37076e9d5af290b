"""What rows of a fiscal package must be beyond their cells: of one currency, and each stated once.

A sum over a period that stands twice would count once, for a ledger takes equal statements for
the same; so a key that repeats is refused before anything is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from cli.intake.cells import Row, Sheet, column_name
from cli.intake.packages.fiscal_model import Term
from ledger.errors import InputRefused, Refusal

MAX_REFUSALS = 50
_DIGEST_BYTES = 8


def check_rows(
    sheet: Sheet,
    currencies: Sequence[Term],
    currency: str | None,
    keys: Sequence[Term],
    only: tuple[Term, str] | None = None,
) -> None:
    """Raises InputRefused with the first rows of another currency, or whose key came before.

    `keys` are what may come once together, none where repeats are meant; only rows where the term
    of `only` has its text are looked at for that. What the sheet lacks the readers refuse.
    """
    if not keys and not any(term.column for term in currencies):
        return
    refusals: list[Refusal] = []
    seen: dict[bytes, int] = {}
    rows = sheet.rows()
    header = next(rows, None)
    columns = {column_name(name): at for at, name in enumerate(header.cells)} if header else {}
    money, key = _places(currencies, columns), _places(keys, columns)
    if any(column_name(term.column) not in columns for term in keys if term.column):
        key = []
    phase = _places([only[0]], columns) if only else []
    for row in rows:
        if not any(map(str.strip, row.cells)):
            continue
        refusals += _other_currencies(row, money, currency) if currency else []
        if key and all(row.cell(at).strip().lower() == only[1] for at in phase if only):
            refusals += _repeated(row, key, seen)
        if len(refusals) >= MAX_REFUSALS:
            break
    if refusals:
        raise InputRefused(refusals)


def _other_currencies(row: Row, columns: Sequence[int], currency: str) -> list[Refusal]:
    values = (("expected", currency),)
    return [
        Refusal("currency-differs", row.cell(at), row.origin(at), values=values)
        for at in columns
        if row.cell(at).strip().upper() != currency
    ]


def _repeated(row: Row, columns: Sequence[int], seen: dict[bytes, int]) -> list[Refusal]:
    """A refusal where an earlier row has the same texts; each text of rows is kept as a digest."""
    texts = [row.cell(at).strip() for at in columns]
    joined = "\x00".join(texts).encode("utf-8", "surrogatepass")
    first = seen.setdefault(hashlib.blake2b(joined, digest_size=_DIGEST_BYTES).digest(), row.number)
    if first == row.number:
        return []
    values = (("at", str(first)),)
    return [Refusal("code-repeated", " ".join(texts), row.origin(), values=values)]


def _places(terms: Sequence[Term], columns: dict[str, int]) -> list[int]:
    """Where the columns of some terms stand, each once."""
    names = (column_name(term.column) for term in terms if term.column)
    return list(dict.fromkeys(columns[name] for name in names if name in columns))
