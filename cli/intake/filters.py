"""Templates of a mapping, and the filters that they may use.

`{column}` is the text of a cell, `{column|filter}` the same changed, `{=field}` the value of
another field or of the mapping's defaults, `{#column}` how many rows with this text came so far. A
filter is a named, pure change of one text; a mapping cannot bring its own.
"""

import hashlib
import re
from collections.abc import Callable

from ledger import streams

PLACEHOLDER = re.compile(r"\{([=#]?)([^{}|]+)(?:\|([a-z0-9-]+))?\}")


def status_number(text: str) -> str:
    """The number in a status code: `B03` is revision 3, whatever the letter."""
    match = re.fullmatch(r"[A-Za-z]+ ?0*([0-9]+)", text.strip())
    return match[1] if match else text


def slug(text: str) -> str:
    """A text as a key: lower case, what is no letter or digit becomes one hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def key_of(text: str) -> str:
    """A code as a key: itself where it is one, else what a key can hold of it and 12 hex digits.

    Codes in another script, or longer than a key, stay apart by the digits, a digest of the code.
    """
    code = unquoted(text)
    if streams.is_key(code.lower()):
        return code.lower()
    digits = hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{slug(code)[:27]}-{digits}".strip("-") if code else ""


def kind_of_status(text: str) -> str:
    """The kind of document that a status letter stands for: a KPA's own revision is a POK."""
    return "POK" if text.strip()[:1].upper() == "C" else "DIPA"


def unquoted(text: str) -> str:
    """A code without the apostrophe that guards its zeros."""
    return text.strip().removeprefix("'")


_SEGMENTS = (6, 3, 6, 7, 7, 10, 5, 1, 4, 1, 6, 6, 3, 3, 2, 6)
"""Lengths of the 16 segments of the standard chart of accounts (BAS)."""
_SATKER, _AKUN, _PROGRAM, _OUTPUT, _FUND, _RO, _KOMPONEN, _SUBKOMPONEN, _ITEM = (
    0, 2, 3, 4, 5, 12, 13, 14, 15,
)  # fmt: skip


def coa_segments(text: str) -> list[str]:
    """The 16 segments of an account string, with marks between or not; empty texts for another."""
    code = unquoted(text)
    parts = re.split(r"[^0-9A-Za-z]+", code)
    if len(parts) == len(_SEGMENTS):
        return parts
    if len(code) == sum(_SEGMENTS):
        ends = [sum(_SEGMENTS[: at + 1]) for at in range(len(_SEGMENTS))]
        return [code[end - size : end] for end, size in zip(ends, _SEGMENTS, strict=True)]
    return [""] * len(_SEGMENTS)


def coa_ro(text: str) -> str:
    """`6639BDB` and `001` are the RO `6639.BDB.001`."""
    parts = coa_segments(text)
    output = parts[_OUTPUT]
    return f"{output[:4]}.{output[4:]}.{parts[_RO]}" if output else ""


def coa_program(text: str) -> str:
    """`07601CQ` is the program `076.01.CQ`."""
    return program(coa_segments(text)[_PROGRAM])


def coa_line(text: str) -> str:
    """RO, komponen, subkomponen, akun and item, as a line's code is written."""
    parts = coa_segments(text)
    tail = [parts[at] for at in (_KOMPONEN, _SUBKOMPONEN, _AKUN, _ITEM)]
    return ".".join([coa_ro(text), *tail]) if parts[_AKUN] else ""


def _segment(at: int, length: int | None = None) -> Callable[[str], str]:
    return lambda text: coa_segments(text)[at][:length]


def year(text: str) -> str:
    """The only four digits together in a date; the text itself where there are none or more."""
    found = re.findall(r"(?<![0-9])[0-9]{4}(?![0-9])", text)
    return found[0] if len(found) == 1 else text


def program(text: str) -> str:
    """`07601CQ` is the program `076.01.CQ`; another shape stays as it is."""
    code = unquoted(text)
    match = re.fullmatch(r"([0-9]{3})([0-9]{2})([A-Z]{2})", code)
    return ".".join(match.groups()) if match else code


FILTERS: dict[str, Callable[[str], str]] = {
    "status-number": status_number,
    "kind-of-status": kind_of_status,
    "slug": slug,
    "key": key_of,
    "code": unquoted,
    "year": year,
    "digits": lambda text: re.sub("[^0-9]", "", text),
    "item": lambda text: unquoted(text).zfill(6),
    "last-part": lambda text: unquoted(text).rpartition(".")[2],
    "first-2": lambda text: unquoted(text)[:2],
    "last-2": lambda text: text.strip()[-2:],
    "last-4": lambda text: text.strip()[-4:],
    "last-6": lambda text: text.strip()[-6:],
    "lower": str.lower,
    "coa-satker": _segment(_SATKER),
    "coa-akun": _segment(_AKUN),
    "coa-fund": _segment(_FUND, 1),
    "coa-program": coa_program,
    "coa-ro": coa_ro,
    "coa-line": coa_line,
}
