"""The last running value of why is the number of the table, whatever was recorded and asked."""

import os
from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.records import LEVELS, TOTAL
from projections.absorption import absorption
from projections.position import Position, narrowed_to, visible
from projections.why import Step, why_pagu, why_realisation
from tests.book import YEAR, Book
from tests.property.histories import positions
from tests.property.spendings import spendings

EXAMPLES = int(os.environ.get("JEJAK_EXAMPLES", "80"))
unhurried = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@unhurried
@given(
    spendings(),
    st.sampled_from([Position(), Position(as_of=date(2024, 6, 30))]) | positions,
    st.sampled_from([None, *LEVELS]),
    st.sampled_from(["banjarbaru", "banjarbaru", "lain"]),
    st.data(),
)
def test_every_number_of_the_tables_is_the_end_of_its_fold(
    book: Book, position: Position, level: str | None, satker: str, data: st.DataObject
) -> None:
    position = replace(position, size=data.draw(st.none() | st.integers(0, len(book.events))))
    known = visible(book.columns(), position).columns
    columns = narrowed_to(known, satker, YEAR)
    rows = absorption(columns, position, level).to_pylist()
    for row in rows:
        subject = TOTAL if row["level"] == TOTAL else row["code"]
        if subject is None:
            continue
        asked = level if subject == TOTAL else row["level"]
        assert _end(why_realisation(columns, position, subject, asked)) == row["realisasi"]
        assert _end(why_pagu(columns, position, subject, asked)) == row["pagu"]
    if not rows:
        assert why_realisation(columns, position, TOTAL, level) == []
        assert why_pagu(columns, position, TOTAL, level) == []
    assert rows == [
        row for row in absorption(known, position, level).to_pylist() if row["satker"] == satker
    ]


def _end(steps: list[Step]) -> int | None:
    return steps[-1].running if steps else None
