"""CSV: comma, semicolon or tab; UTF-8 with or without a mark, else Windows-1252. Row by row."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

from cli.intake.cells import MAX_COLUMNS, Row
from ledger.errors import InputRefused, Origin, Refusal

DELIMITERS = (",", ";", "\t")
_SAMPLE_LINES = 30
_BLOCK = 1 << 20
_SAMPLE = 1 << 16


def encoding_of(stream: BinaryIO) -> str:
    """`utf-8-sig` or `cp1252`: what spreadsheets here write. Reads the stream to its end.

    Raises InputRefused for UTF-16 and for bytes that are no text at all.
    """
    unicode, western = (codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp1252"))
    is_unicode, is_western, is_first = True, True, True
    while block := stream.read(_BLOCK):
        if is_first and block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise InputRefused([Refusal("encoding-unknown", "UTF-16")])
        if b"\x00" in block:
            raise InputRefused([Refusal("file-not-text")])
        is_first = False
        is_unicode = is_unicode and _decodes(unicode, block)
        is_western = is_western and _decodes(western, block)
    if is_unicode and _decodes(unicode, b"", final=True):
        return "utf-8-sig"
    if is_western:
        return "cp1252"
    raise InputRefused([Refusal("file-not-text")])


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def guess_delimiter(text: str) -> str:
    """The separator that stands in the most of the first lines most often; a comma else."""
    lines = text.splitlines()[:_SAMPLE_LINES]
    counts = {mark: [line.count(mark) for line in lines] for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: (max(counts[mark], default=0), sum(counts[mark])))


def csv_rows(
    opened: Callable[[], BinaryIO], encoding: str, delimiter: str | None = None
) -> Iterator[Row]:
    """The rows of a CSV file; raises InputRefused where it cannot be taken apart."""
    number = 0
    with opened() as stream, io.TextIOWrapper(stream, encoding, newline="") as text:
        if delimiter is None:
            delimiter = guess_delimiter(text.read(_SAMPLE))
            text.seek(0)
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, 1):
                if len(cells) > MAX_COLUMNS:
                    width = str(len(cells))
                    raise InputRefused([Refusal("row-too-wide", width, Origin(row=number))])
                yield Row(number, tuple(cells))
        except csv.Error as error:
            broken = Refusal("csv-broken", str(error), Origin(row=number + 1))
            raise InputRefused([broken]) from error
