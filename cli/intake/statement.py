"""One statement of a mapping, made ready once and applied row by row.

Where each field's text comes from is settled beforehand: a column, a template, or a fixed value.
"""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase, translate
from glob import escape
from typing import Any

from cli.intake.cells import Row, column_name
from cli.intake.fields import EXACT, SUGGESTED, CellRefused, Parser, Reader
from cli.intake.filters import FILTERS, PLACEHOLDER
from cli.intake.mapping import StatementMap
from ledger.errors import Origin, Refusal
from ledger.records import RECORDS, Scalar, TypedRow

Refuse = Callable[..., None]
SatkerOf = Callable[[str], str | None]
_REMEMBERED = 4_096
_MAIN = ("amount", "total", "printed")


class RowFilter:
    """Whether a statement takes a row: `where`, `unless`, `unless_empty`."""

    def __init__(self, statement: StatementMap, columns: Mapping[str, int]) -> None:
        self._wanted = compile_choices(statement.where, columns)
        self._unwanted = compile_choices(statement.unless, columns)
        self._filled = [columns[column_name(column)] for column in statement.unless_empty]
        self.takes_all = not (self._wanted or self._unwanted or self._filled)

    def __call__(self, row: Row) -> bool:
        return self.takes_all or (
            all(row.cell(at).strip() for at in self._filled)
            and all(fits(row.cell(at)) for at, fits in self._wanted)
            and not any(fits(row.cell(at)) for at, fits in self._unwanted)
        )


def compile_choices(
    choices: Mapping[str, Any], columns: Mapping[str, int]
) -> list[tuple[int, Callable[[str], bool]]]:
    """(column, whether a text is one of its choices) for each; `*` stands for any text."""
    return [(columns[column_name(column)], _one_of(wanted)) for column, wanted in choices.items()]


def _one_of(wanted: Any) -> Callable[[str], bool]:
    items = wanted if isinstance(wanted, list) else [wanted]
    texts = [str(item).lower() if isinstance(item, bool) else str(item) for item in items]
    plain = frozenset(text for text in texts if "*" not in text)
    globs = [re.compile(translate(text)) for text in texts if "*" in text]
    return lambda text: text.strip() in plain or any(glob.match(text.strip()) for glob in globs)


class Statement:
    """`read` gives the typed rows that one row of the file states."""

    def __init__(
        self,
        own: StatementMap,
        number: int,
        columns: Mapping[str, int],
        reader: Reader,
        satker_of: SatkerOf,
        expected: Mapping[str, Scalar],
    ) -> None:
        self.check = own.check
        self.suggested = 0
        self._expected = expected
        self._own = own
        self._number = number
        self._places = columns
        self._satker_of = satker_of
        self._columns: list[tuple[str, int, Parser]] = []
        self._templates: list[tuple[str, str, int | None, Parser]] = []
        self._constants: dict[str, Scalar] = {}
        self._printed: dict[str, str] = {}
        self._unfit: list[Refusal] = []
        self._is_unfit_new = True
        self._seen: set[Hashable] = set()
        self._counts: dict[str, Counter[str]] = {}
        self._is_plain = own.each is None and not (own.distinct or own.introduce)
        self._forms = list(self._formed())
        self._fitting: set[tuple[str, ...]] = set()
        self._stood: dict[Hashable, str] = {}
        self._parsers = {
            name: reader.parser(replace(spec, required=spec.required or name in own.need))
            for name, spec in RECORDS[own.record].items()
        }
        self._each = self._spread()
        for name in RECORDS[own.record]:
            self._prepare(name)
        self._width = max((column + 1 for _, column, _ in self._columns), default=0)
        self._main = next(
            (columns[column_name(own.columns[n])] for n in _MAIN if n in own.columns), None
        )

    def read(self, row: Row, refuse: Refuse) -> Iterable[TypedRow]:
        """What the row states; what cannot be read is refused, and the row then states nothing."""
        if self._is_plain:
            found = self._typed(row, None, None, refuse)
            return () if found is None else (found,)
        return self._several(row, refuse)

    def _several(self, row: Row, refuse: Refuse) -> Iterator[TypedRow]:
        if not self._each:
            self._refuse(row, [], refuse)
        for at, constant in self._each:
            if at is not None and not row.cell(at).strip():
                continue
            found = self._typed(row, at, constant, refuse)
            if found is not None and self._is_first(found):
                yield found

    def _prepare(self, name: str) -> None:
        column, template = self._own.columns.get(name), self._own.templates.get(name)
        each = self._own.each
        if each and name in (each.field, each.into):
            return
        if column is not None:
            at = self._places[column_name(column)]
            self._columns.append((name, at, self._parsers[name]))
            return
        if template is not None:
            place = self._only_column(template)
            self._templates.append((name, template, place, self._parsers[name]))
            return
        fixed = self._own.fixed.get(name)
        text = "" if fixed is None else str(fixed)
        try:
            self._constants[name], confidence = self._parsers[name](text)
        except CellRefused as refused:
            self._unfit.append(_refusal(name, text, Origin(), refused))
            return
        if confidence != EXACT:
            self._printed[name] = text
        if name in self._expected and self._constants[name] != self._expected[name]:
            self._unfit.append(self._unexpected(name, text, Origin()))

    def _only_column(self, template: str) -> int | None:
        """The column whose text, changed or not, is the whole of a template."""
        match = PLACEHOLDER.fullmatch(template)
        return self._places[column_name(match[2])] if match and not match[1] else None

    def _spread(self) -> list[tuple[int | None, Any]]:
        """(column, value of the field) for each column of `each`; one of nothing without it."""
        each = self._own.each
        if each is None:
            return [(None, None)]
        parse = self._parsers[each.into]
        for value in each.columns.values():
            try:
                parse(str(value))
            except CellRefused as refused:
                self._unfit.append(_refusal(each.into, str(value), Origin(), refused))
                return []
        return [
            (self._places[column_name(column)], value) for column, value in each.columns.items()
        ]

    def _typed(self, row: Row, at: int | None, constant: Any, refuse: Refuse) -> TypedRow | None:
        values = self._constants.copy()
        raw = self._printed.copy()
        refused: list[Refusal] = []
        cells = row.cells
        if len(cells) < self._width:
            cells += ("",) * (self._width - len(cells))
        for name, text, parse, place in self._texts(row, cells, at, constant, values):
            try:
                value, confidence = parse(text)
            except CellRefused as error:
                refused.append(self._unread(name, text, parse, row, place, error))
                continue
            values[name] = value
            if confidence is not EXACT:
                raw[name] = str(text)
                self.suggested += confidence is SUGGESTED
            if name in self._expected and value != self._expected[name]:
                blamed = self._blamed(name, parse, row) if place is None else place
                refused.append(self._unexpected(name, text, row.origin(blamed)))
        if self._forms:
            refused += self._misfits(row, values)
        if self._own.once and not refused:
            refused += self._repeated(row, values)
        if refused or self._unfit:
            self._refuse(row, refused, refuse)
            return None
        origin = row.origin(at if at is not None else self._main)
        return TypedRow(self._own.record, self._number, values, raw, origin, self._own.introduce)

    def _refuse(self, row: Row, refused: list[Refusal], refuse: Refuse) -> None:
        """What the row cannot state; a value of the mapping itself is refused once."""
        if self._is_unfit_new:
            refuse(*(replace(refusal, origin=row.origin()) for refusal in self._unfit))
            self._is_unfit_new = False
        refuse(*refused)

    def _texts(
        self,
        row: Row,
        cells: Sequence[str],
        at: int | None,
        constant: Any,
        values: dict[str, Scalar],
    ) -> Iterator[tuple[str, str, Parser, int | None]]:
        """(field, text, parser, column): of columns, then of templates, which may name `values`."""
        for name, column, parse in self._columns:
            text = cells[column]
            yield name, self._key(text) if name == "satker" else text, parse, column
        for name, template, place, parse in self._templates:
            text = self._filled(template, row, values)
            yield name, self._key(text) if name == "satker" else text, parse, place
        each = self._own.each
        if each is not None and at is not None:
            values[each.into] = self._parsers[each.into](str(constant))[0]
            yield each.field, row.cell(at), self._parsers[each.field], at

    def _key(self, text: str) -> str:
        """The key of a satker for its code; a text that means none as it is."""
        return self._satker_of(text.strip().removeprefix("'")) or text

    def _unread(
        self, name: str, text: str, parse: Parser, row: Row, at: int | None, error: CellRefused
    ) -> Refusal:
        """What cannot be read, as it is typed; a suggestion for a template is none for its cell."""
        if at is None:
            at = self._blamed(name, parse, row)
            typed = text if at is None else row.cell(at)
            error.suggestion = error.suggestion if typed == text else None
            text = typed
        return _refusal(name, text, row.origin(at), error)

    def _blamed(self, name: str, parse: Parser, row: Row) -> int | None:
        """The only column of a field's template; of several the one that is refused by itself."""
        template = self._own.templates.get(name, "")
        found = [match for match in PLACEHOLDER.finditer(template) if not match[1]]
        if len({match[2] for match in found}) > 1:
            found = [m for m in found if not _is_taken(parse, self._filled(m[0], row, {}))]
        columns = {self._places[column_name(match[2])] for match in found}
        return columns.pop() if len(columns) == 1 else None

    def _misfits(self, row: Row, values: Mapping[str, Scalar]) -> Iterator[Refusal]:
        """Columns that have not the form which the mapping gives them."""
        for at, form, places in self._forms:
            cells = (form, row.cell(at), *map(row.cell, places))
            if cells in self._fitting:
                continue
            wanted, text = self._filled(form, row, values, escape), row.cell(at).strip()
            if text and wanted and not fnmatchcase(text.removeprefix("'"), wanted):
                expected = (("expected", wanted),)
                yield Refusal("form-other", row.cell(at), row.origin(at), values=expected)
            elif "{=" not in form and len(self._fitting) < _REMEMBERED:
                self._fitting.add(cells)

    def _formed(self) -> Iterator[tuple[int, str, list[int]]]:
        """(column, its form, the columns that the form names) of `must`, where the file has it."""
        for column, form in self._own.must.items():
            if column_name(column) in self._places:
                named = [match[2] for match in PLACEHOLDER.finditer(form) if match[1] != "="]
                places = [self._places[column_name(name)] for name in named]
                yield self._places[column_name(column)], form, places

    def _repeated(self, row: Row, values: Mapping[str, Scalar]) -> list[Refusal]:
        """A second row with the same fields of `once`, and where the first stands."""
        key = tuple(values.get(name) for name in self._own.once)
        origin = row.origin(self._main)
        place = origin.cell or str(row.number)
        before = self._stood.setdefault(key, place)
        code = str(values.get("code") or "")
        again = Refusal("code-repeated", code, origin, values=(("at", before),))
        return [] if before == place else [again]

    def _unexpected(self, name: str, text: str, origin: Origin) -> Refusal:
        wanted = (("field", name), ("expected", str(self._expected[name])))
        return Refusal(f"{name.replace('_', '-')}-differs", text, origin, values=wanted)

    def _filled(
        self,
        template: str,
        row: Row,
        values: Mapping[str, Scalar],
        safe: Callable[[str], str] = str,
    ) -> str:
        def fill(match: re.Match[str]) -> str:
            if match[1] == "=":
                value = values.get(match[2], self._own.given.get(match[2]))
                text = "" if value is None else str(value)
            elif match[1]:
                text = self._count(column_name(match[2]), row)
            else:
                text = row.cell(self._places[column_name(match[2])]).strip()
            return safe(FILTERS[match[3]](text) if match[3] else text)

        return PLACEHOLDER.sub(fill, template)

    def _count(self, column: str, row: Row) -> str:
        """How many rows came so far with the text that this one has, itself included."""
        counts = self._counts.setdefault(column, Counter())
        text = row.cell(self._places[column]).strip()
        counts[text] += 1
        return str(counts[text])

    def _is_first(self, row: TypedRow) -> bool:
        if self._is_plain or not (self._own.distinct or self._own.introduce):
            return True
        key = tuple(row.values.get(name) for name in RECORDS[self._own.record])
        if self._own.introduce:
            named = "document" if self._own.record == "document" else "satker"
            key = (row.values.get(named),)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True


def _is_taken(parse: Parser, text: str) -> bool:
    try:
        parse(text)
    except CellRefused:
        return False
    return True


def _refusal(name: str, text: str, origin: Origin, error: CellRefused) -> Refusal:
    return Refusal(error.code, text or None, origin, error.suggestion, (("field", name),))
