"""Rows through a mapping: typed values with their origin, and every refusal at once.

One statement of the mapping after the other, each over all rows, so that what goes together comes
together. Nothing is held but what is refused: a file may be longer than the memory.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from cli.intake.cells import Row, column_name
from cli.intake.checks import Mismatch, check_rows
from cli.intake.fields import CellRefused, Reader
from cli.intake.mapping import Dialect, StatementMap
from cli.intake.mapping import Mapping as FileMapping
from cli.intake.statement import RowFilter, SatkerOf, Statement
from cli.intake.tables import Table
from ledger.errors import InputRefused, Origin, Refusal
from ledger.records import RECORDS, Field, Scalar, TypedRow

MAX_REFUSALS = 5_000
"""More than these and the file is given up: nobody reads further."""
Progress = Callable[[int], None]


@dataclass
class Reading:
    """A table as it is read: typed rows when iterated, and meanwhile what else there is to say.

    `row_count` counts the rows of data, `passed_over` those that no statement took, `suggested`
    the values that were taken by suggestion; `mismatches` is what does not add up.
    """

    table: Table
    mapping: FileMapping
    scale: int = 0
    accept_suggestions: bool = False
    satker_of: SatkerOf = field(default=lambda code: None)
    expected: Mapping[str, Scalar] = field(default_factory=dict)
    progress: Progress = lambda number: None
    refusals: list[Refusal] = field(default_factory=list)
    mismatches: list[Mismatch] = field(default_factory=list)
    row_count: int = 0
    passed_over: int = 0
    suggested: int = 0

    def __iter__(self) -> Iterator[TypedRow]:
        yield from self._documents()
        yield from self._statements()

    def _documents(self) -> Iterator[TypedRow]:
        for document in self.mapping.documents:
            values: dict[str, Scalar] = {}
            for name, spec in RECORDS["document"].items():
                values[name] = self._fixed(name, spec, document.get(name))
            yield TypedRow("document", 0, values)

    def _fixed(self, name: str, spec: Field, value: object) -> Scalar:
        """A value written in the mapping itself."""
        text = "" if value is None else str(value)
        try:
            return Reader(Dialect()).parser(spec)(text)[0]
        except CellRefused as refused:
            self._refuse(Refusal(refused.code, f"{name} = {text}", suggestion=refused.suggestion))
            return None

    def _statements(self) -> Iterator[TypedRow]:
        header = self.table.header
        columns = {column_name(name): at for at, name in enumerate(header.cells)}
        if self.mapping.statements:
            self._refuse(*_repeated_columns(header))
        wrong = self._checked(columns)
        reader = Reader(
            self.mapping.dialect,
            self.scale,
            self.accept_suggestions or self.mapping.dialect.accept_suggestions,
        )
        compiled = []
        for number, statement in enumerate(self.mapping.statements, 1):
            missing = missing_columns(statement.wanted_columns(), columns, header)
            self._refuse(*missing)
            if not missing:
                own = Statement(statement, number, columns, reader, self.satker_of, self.expected)
                compiled.append((own, RowFilter(statement, columns)))
        for number, (statement_, passes) in enumerate(compiled):
            rows = self._first_rows(compiled) if number == 0 else self.table.rows()
            yield from self._read(statement_, passes, rows, wrong)
        if not compiled:
            for _row in self._first_rows([]):
                pass
        self.suggested = sum(statement.suggested for statement, _ in compiled)

    def _read(
        self,
        statement: Statement,
        passes: RowFilter,
        rows: Iterator[Row],
        wrong: Mapping[str, set[int]],
    ) -> Iterator[TypedRow]:
        only = set().union(*(wrong.get(name, ()) for name in statement.check))
        for row in rows:
            if statement.check and row.number not in only:
                continue
            if passes.takes_all or passes(row):
                yield from statement.read(row, self._refuse)

    def _first_rows(self, compiled: list[tuple[Statement, RowFilter]]) -> Iterator[Row]:
        """All rows, judged and counted on the way."""
        width = len(self.table.header.cells)
        filters = [passes for _, passes in compiled]
        takes_all = any(passes.takes_all for passes in filters)
        is_even, progress = self.table.is_even, self.progress
        for row in self.table.rows():
            progress(row.number)
            self.row_count += 1
            if is_even and len(row.cells) != width:
                self._refuse(_uneven(row, width))
            if not takes_all and not any(passes(row) for passes in filters):
                self.passed_over += 1
            yield row
        self._refuse(*self.table.refusals)

    def _checked(self, columns: Mapping[str, int]) -> dict[str, set[int]]:
        """By check, the rows that do not add up."""
        for check in self.mapping.checks:
            self._refuse(*missing_columns(check.wanted_columns(), columns, self.table.header))
        if self.refusals or not self.mapping.checks:
            return {}
        found = check_rows(
            self.table,
            self.mapping,
            columns,
            self.scale,
            accept=self.accept_suggestions or self.mapping.dialect.accept_suggestions,
            refuse=self._refuse,
        )
        self.mismatches = list(found)
        wrong: dict[str, set[int]] = {}
        for mismatch in self.mismatches:
            wrong.setdefault(mismatch.check, set()).add(mismatch.row)
        return wrong

    def _refuse(self, *refusals: Refusal) -> None:
        self.refusals += refusals
        if len(self.refusals) > MAX_REFUSALS:
            raise InputRefused(self.refusals)


def read_fields(
    record: str, values: Mapping[str, str], *, scale: int
) -> tuple[list[TypedRow], list[Refusal]]:
    """One row given field by field, read as a cell of a file would be; refusals name the field."""
    refusals: list[Refusal] = []
    fields = RECORDS[record]
    for name in values:
        if name not in fields:
            refusals.append(Refusal("field-unknown", name, suggestion=", ".join(fields)))
    own = StatementMap(record, {}, fixed={n: v for n, v in values.items() if n in fields})
    statement = Statement(own, 1, {}, Reader(Dialect(), scale), lambda code: None, {})
    rows = list(statement.read(Row(0, ()), lambda *found: refusals.extend(found)))
    named = [
        refusal
        if refusal.code == "field-unknown"
        else replace(refusal, origin=Origin(cell=dict(refusal.values).get("field")))
        for refusal in refusals
    ]
    return [row._replace(origin=Origin()) for row in rows], named


def missing_columns(wanted: list[str], columns: Mapping[str, int], header: Row) -> list[Refusal]:
    """A refusal for each column that the header lacks."""
    there = ", ".join(cell for cell in header.cells if cell) or None
    return [
        Refusal("column-missing", name, header.origin(), suggestion=there)
        for name in wanted
        if column_name(name) not in columns
    ]


def _repeated_columns(header: Row) -> list[Refusal]:
    """A name that stands twice would be read from one of both without saying so."""
    names = [column_name(name) for name in header.cells]
    return [
        Refusal("column-repeated", header.cells[at], header.origin(at))
        for at, name in enumerate(names)
        if name and name in names[:at]
    ]


def _uneven(row: Row, width: int) -> Refusal:
    return Refusal("row-width", str(len(row.cells)), row.origin(), values=(("width", str(width)),))
