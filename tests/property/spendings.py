"""Random realisation beside a random pagu: period totals, payments, refunds, declarations.

Spans overlap, amounts are small and codes few, so that payments inside a total, and such as equal
it, come often.
"""

from typing import Any

from hypothesis import strategies as st

from ledger import streams
from ledger.events import Event, PaymentsCompleted, Place, RealisationRecorded
from ledger.records import BASES, PERIOD_TOTAL, TOTAL
from tests.book import YEAR, Book, revised
from tests.property.histories import (
    CODES,
    DOCUMENTS,
    READ_FROM,
    SATKERS,
    STATEMENTS,
    STATING,
    recorded,
)

SPANS = [
    ("2024-01-01", "2024-12-31"),
    ("2024-01-01", "2024-03-31"),
    ("2024-03-01", "2024-06-30"),
    ("2024-04-01", "2024-06-30"),
    ("2024-07-01", "2024-12-30"),
]
PAID_ON = ["2024-02-13", "2024-03-31", "2024-05-02", "2024-08-17", "2024-12-30", None]
SPENT_ON: dict[str, list[str | None]] = {
    **CODES,
    "komponen": ["6709.QGE.001.051", "6639.BDB.001.052"],
    "sumber-dana": ["A", "J"],
    TOTAL: [None],
}
DIMENSIONS = st.sampled_from(["ro", "ro", TOTAL, *sorted(SPENT_ON)])


@st.composite
def _entries(draw: st.DrawFn) -> RealisationRecorded:
    dimension = draw(DIMENSIONS)
    extent = draw(st.sampled_from([PERIOD_TOTAL, PERIOD_TOTAL, "payment", "payment", "refund"]))
    day = draw(st.sampled_from(PAID_ON))
    start, end = draw(st.sampled_from(SPANS)) if extent == PERIOD_TOTAL else (day, day)
    name, satker = draw(st.sampled_from(STATING)), draw(SATKERS)

    def one_of(*options: str) -> Any:
        return draw(st.sampled_from((None, *options)))

    return RealisationRecorded(
        streams.realisation(satker, YEAR),
        0,
        satker=satker,
        fiscal_year=YEAR,
        dimension=dimension,
        code=draw(st.sampled_from(SPENT_ON[dimension])),
        name=one_of("x", "y"),
        program=one_of("076.01.CQ", "076.01.WA"),
        ro=one_of("6709.QGE.001", "6639.BDB.001"),
        akun=one_of("521211", "531111"),
        fund=one_of("A", "J"),
        amount=draw(st.none() | st.integers(0, 4)),
        period_start=start,
        period_end=end,
        extent=extent,
        basis=draw(st.sampled_from(BASES)),
        paper_kind=None,
        paper_number=None,
        paper_line=None,
        refunds=None,
        document=name,
        read_from=draw(st.sampled_from((None, READ_FROM.get(name)))),
        place=Place(),
        raw=None,
    )


@st.composite
def _declarations(draw: st.DrawFn) -> PaymentsCompleted:
    dimension, satker = draw(DIMENSIONS), draw(SATKERS)
    code = draw(st.sampled_from(SPENT_ON[dimension]))
    start, end = draw(st.sampled_from(SPANS))
    stream = streams.realisation(satker, YEAR)
    return PaymentsCompleted(stream, 0, satker, YEAR, dimension, code, start, end, "dipa-a", None)


SPENDINGS: st.SearchStrategy[Event] = st.one_of(_entries(), _entries(), _entries(), _declarations())


@st.composite
def spendings(draw: st.DrawFn) -> Book:
    """A ledger of a pagu and of what was spent of it."""
    documents = draw(st.lists(st.sampled_from(DOCUMENTS), max_size=4))
    ceilings: list[Event] = [
        revised(0, "2024-01-02", draw(st.none() | st.integers(0, 12)), document="dipa-a")
    ]
    ceilings += draw(st.lists(STATEMENTS, max_size=5))
    return recorded(draw, documents + ceilings + draw(st.lists(SPENDINGS, max_size=14)))
