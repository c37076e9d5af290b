"""The levels of the code tree and the other dimensions, and which follows from which.

A statement by RO gives kegiatan and KRO by the shape of its code, and the program only where the
line names it: a program is not derivable from an RO code.
"""

import pyarrow as pa
import pyarrow.compute as pc

from ledger.records import LEVELS

_FOLLOWS: dict[str, tuple[str, ...]] = {
    "line": LEVELS,
    "komponen": ("komponen", "ro", "kro", "kegiatan", "program"),
    "ro": ("ro", "kro", "kegiatan", "program"),
    "kro": ("kro", "kegiatan", "program"),
    "kegiatan": ("kegiatan", "program"),
    "program": ("program",),
    "akun": ("akun", "jenis-belanja"),
    "jenis-belanja": ("jenis-belanja",),
    "sumber-dana": ("sumber-dana",),
}
_CODE_LENGTHS = {"kegiatan": 4, "kro": 8, "ro": 12}
_BY_LENGTH = {length: level for level, length in _CODE_LENGTHS.items()} | {
    2: "jenis-belanja",
    6: "akun",
}


def derivable_from(level: str, dimension: str) -> bool:
    """Whether sums at `level` follow from lines stated in `dimension`."""
    return level in _FOLLOWS.get(dimension, ())


def fineness(dimension: str) -> tuple[int, str]:
    """Sorts the dimension from which most levels follow first, in one order for all."""
    return -len(_FOLLOWS.get(dimension, ())), dimension


def level_of(code: str) -> str:
    """The level that a code's shape speaks for."""
    if code.count(".") == 2 and code[:3].isdigit() and code[3] == ".":
        return "program"
    return _BY_LENGTH.get(len(code), "ro")


def level_codes(lines: pa.Table, level: str, dimension: str) -> pa.ChunkedArray:
    """The code of each line at a level; null where the line does not give it.

    `lines` has `code` and the tree columns; all of its rows are of one dimension.
    """
    if level == dimension:
        return lines["code"]
    if level == "jenis-belanja":
        return pc.utf8_slice_codeunits(_own(lines, "akun", dimension), 0, 2)
    if level == "sumber-dana":
        return lines["fund"]
    named = lines[level]
    if level == "komponen":
        return pc.binary_join_element_wise(lines["ro"], named, ".")
    if level in _CODE_LENGTHS and dimension in ("line", "komponen", "ro", "kro"):
        length = _CODE_LENGTHS[level]
        source = lines["code"] if dimension != "line" else lines["ro"]
        long_enough = pc.greater_equal(pc.utf8_length(source), length)
        cut = pc.utf8_slice_codeunits(source, 0, length)
        from_code = pc.if_else(long_enough, cut, pa.scalar(None, pa.string()))
        return pc.coalesce(from_code, named)
    return named


def _own(lines: pa.Table, level: str, dimension: str) -> pa.ChunkedArray:
    return lines["code"] if dimension == level else lines[level]
