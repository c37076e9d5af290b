"""The words for every refusal code, in the language of the reader.

Codes are stable, words are not; a code without words here is a defect that a test finds.
"""

from collections.abc import Iterable

from cli.language import N_, _
from ledger.errors import Origin, Refusal

MAX_SHOWN = 50

MESSAGES: dict[str, str] = {
    "amount-empty": N_("an amount is missing"),
    "amount-broken": N_("is not an amount"),
    "amount-mixed-separators": N_("mixes decimal and thousands separators"),
    "amount-too-large": N_("is larger than the ledger can hold"),
    "amount-too-precise": N_("has more decimals than the ledger's currency"),
    "amount-ambiguous": N_("may mean two amounts"),
    "date-broken": N_("is not a date"),
    "date-impossible": N_("is no day of the calendar"),
    "date-empty": N_("a date is missing"),
    "integer-broken": N_("is not a whole number"),
    "flag-broken": N_("is neither yes nor no"),
    "key-broken": N_("may hold only a-z, 0-9 and -, at most 40 characters"),
    "choice-unknown": N_("is not one of the values known here"),
    "value-missing": N_("the field {field} may not be empty"),
    "text-too-long": N_("is longer than 8,192 bytes"),
    "text-hidden-characters": N_("holds a character that cannot be seen"),
    "code-repeated": N_("this code stands already at {at}"),
    "row-width": N_("cells in this row, {width} in the header"),
    "row-too-wide": N_("cells in this row, more than any layout has"),
    "column-missing": N_("the file has no such column"),
    "column-repeated": N_("the header names this column twice"),
    "column-new": N_("this key is in none of the first 1,000 lines"),
    "form-other": N_("has not the form {expected}"),
    "rows-missing": N_("this satker has not the three rows Nilai, Bobot and Nilai Akhir"),
    "title-missing": N_("the titles do not say {what}"),
    "row-not-understood": N_("this row has amounts and no code that is known"),
    "satker-differs": N_("the file is of another satker than {expected}"),
    "fiscal-year-differs": N_("the file is of another fiscal year than {expected}"),
    "value-unsaid": N_("the file does not say it, and the ledger does not hold just one"),
    "number-imprecise": N_("a spreadsheet keeps 15 digits of a number; make this cell a text"),
    "formula-without-value": N_("this formula has no result in the file; open and save it"),
    "cell-error": N_("is an error of the spreadsheet, not a value"),
    "workbook-broken": N_("this workbook cannot be read"),
    "workbook-too-large": N_("this workbook unpacks to more than is read"),
    "workbook-locked": N_("this workbook is protected by a password"),
    "workbook-dtd": N_("a part of this workbook declares a document type or an entity"),
    "sheet-missing": N_("there is no such sheet"),
    "layout-other": N_("no sheet has the form of this layout"),
    "file-kind": N_("this is no table; save it as .xlsx or .csv"),
    "file-too-large": N_("bytes are more than is read, 4 GiB"),
    "file-empty": N_("the file holds no table"),
    "file-changed": N_("the file changed while it was read"),
    "json-broken": N_("this line is no flat JSON object"),
    "csv-broken": N_("the file cannot be taken apart as CSV"),
    "encoding-unknown": N_("this encoding is not read; save the file as UTF-8"),
    "file-not-text": N_("this is not a text file"),
    "package-broken": N_("the descriptor of the package cannot be read"),
    "package-unread": N_("the descriptor says something that is not read here"),
    "package-path": N_("this path leads out of the package; only files inside it are read"),
    "package-file-missing": N_("the package has no such file"),
    "package-file-differs": N_("the file has {found}, its descriptor says {stated}"),
    "package-too-large": N_("this package holds more than is read"),
    "package-not-fiscal": N_("the package names no column of amounts; give --mapping"),
    "package-several": N_(
        "several tables of the package have amounts; give --mapping with the one to read"
    ),
    "package-phase-unknown": N_("no amounts are of a phase that is recorded"),
    "package-no-code": N_("no column of this table is a code of its lines"),
    "currency-differs": N_("the file is in another currency; this ledger is in {expected}"),
    "layout-unknown": N_("no known layout has this header; give --mapping"),
    "mapping-broken": N_("the mapping cannot be read"),
    "mapping-empty": N_("the mapping states nothing"),
    "mapping-key-unknown": N_("the mapping has a key that nothing reads"),
    "mapping-record-unknown": N_("the mapping names a record that does not exist"),
    "document-unknown": N_("no document of this id is registered; import it first"),
    "satker-unknown": N_("no satker of this key is registered"),
    "statement-differs": N_("the same document states this otherwise already, see {standing}"),
    "proposal-empty": N_("states no revision and no line of this satker and year"),
    "reason-missing": N_("a reason is needed"),
    "target-unknown": N_("no such entry"),
    "target-fixed": N_("an entry of this kind can be neither corrected nor voided"),
    "target-voided": N_("this entry is void already"),
    "target-has-no-lines": N_("this entry has no lines"),
    "line-missing": N_("name one of the {count} lines: '#N/ordinal' or '#N/code'"),
    "line-unknown": N_("no such line; there are {count}, counted from 0"),
    "line-ambiguous": N_("several lines have this code: {ordinals}"),
    "field-not-correctable": N_("this field cannot be corrected; these can: {fields}"),
    "field-unknown": N_("this record has no such field"),
    "record-unknown": N_("there is no such record"),
    "value-same": N_("this is the value already"),
    "import-unknown": N_("no such import"),
    "import-ambiguous": N_("several imports begin like this: {found}"),
    "import-voided": N_("this import is void already"),
    "import-none": N_("this entry was recorded by hand, no import brought it"),
}


_AUTHORITIES = {
    "dja": "DJA",
    "kanwil-djpb": "Kanwil DJPb",
    "direktorat-pa": "Direktorat PA",
    "kpa": "KPA",
}


def authority_words(names: Iterable[str] | None) -> str:
    """The official short names of who revised."""
    return ", ".join(_AUTHORITIES.get(name, name) for name in names or ())


def word_refusals(file: str, refusals: Iterable[Refusal], total: int) -> list[str]:
    """One line a refusal: file > sheet!cell "value as typed" what is wrong. Suggestion."""
    lines = [_line(file, refusal) for refusal in refusals][:MAX_SHOWN]
    if total > MAX_SHOWN:
        lines.append(_("... and {count} more.").format(count=total - MAX_SHOWN))
    return lines


def _line(file: str, refusal: Refusal) -> str:
    place = _place(file, refusal.origin)
    value = f' "{refusal.text}"' if refusal.text is not None else ""
    wording = _(MESSAGES.get(refusal.code, refusal.code)).format(**dict(refusal.values))
    line = f"{place}{value}  {wording} [{refusal.code}]"
    if refusal.suggestion:
        line += "  " + _("Suggestion: {value}").format(value=refusal.suggestion)
    return line


def word_place(origin: Origin) -> str:
    """`sheet!cell`, or the row where no cell is meant; empty for a whole file."""
    cell = origin.cell
    if cell is None and origin.row is not None:
        cell = _("row {number}").format(number=origin.row)
    return "!".join(part for part in ((origin.sheet or "").strip(), cell) if part)


def _place(file: str, origin: Origin) -> str:
    where = word_place(origin)
    return f"{file} > {where}" if where else file
