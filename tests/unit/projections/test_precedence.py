"""Which document speaks: kind in hand, kind it reports, what was not replaced, the younger."""

import pytest

from projections.corrections import Document
from projections.precedence import MONEY, TARGETS, Orders, Precedence, first_by


def _document(
    name: str, kind: str, dated: str | None = None, replaces: str | None = None
) -> Document:
    return Document(name, kind, None, None, dated, None, replaces, 0)


def _precedence(
    *documents: Document, day: str = "9999-12-31", orders: Orders = MONEY
) -> Precedence:
    return Precedence({document.id: document for document in documents}, day, orders)


def _first(precedence: Precedence, *names: tuple[str, str | None]) -> str:
    return first_by(
        (precedence.ranking(document, read_from), index, document)
        for index, (document, read_from) in enumerate(names)
    )


@pytest.mark.parametrize(
    ("orders", "kinds"),
    [
        (MONEY, ("DIPA", "POK", "PK", "LKJ", "SP2D")),
        (TARGETS, ("PK", "RKT", "RENAKSI", "LKJ", "DIPA")),
    ],
)
def test_kinds_rank_in_the_order_of_the_rule_and_others_last(
    orders: Orders, kinds: tuple[str, ...]
) -> None:
    precedence = _precedence(*(_document(kind, kind) for kind in kinds), orders=orders)
    names = [(kind, None) for kind in kinds]
    for at in range(len(names)):
        assert _first(precedence, *reversed(names[at:])) == kinds[at]


def test_a_document_read_from_another_ranks_as_the_one_in_hand() -> None:
    precedence = _precedence(
        _document("dipa", "DIPA"), _document("pk", "PK"), _document("lkj", "LKJ")
    )
    assert _first(precedence, ("dipa", "lkj"), ("pk", None)) == "pk"
    assert _first(precedence, ("lkj", "dipa"), ("pk", None)) == "lkj"


def test_of_what_one_report_states_the_kind_that_it_reports_decides() -> None:
    precedence = _precedence(
        _document("dipa", "DIPA", "2024-01-01"),
        _document("pk", "PK", "2024-12-30"),
        _document("lkj", "LKJ"),
    )
    assert _first(precedence, ("pk", "lkj"), ("dipa", "lkj")) == "dipa"
    assert _first(precedence, ("lkj", None), ("pk", "lkj")) == "pk"


def test_of_two_reports_of_one_document_the_younger_speaks() -> None:
    precedence = _precedence(
        _document("dipa", "DIPA", "2024-01-01"),
        _document("old", "LKJ", "2025-01-16"),
        _document("new", "LKJ", "2026-01-16"),
    )
    assert _first(precedence, ("dipa", "old"), ("dipa", "new")) == "dipa"
    ranking = precedence.ranking("dipa", "new")
    assert ranking < precedence.ranking("dipa", "old")


def test_a_replaced_document_yields_to_its_peer_whatever_the_dates() -> None:
    precedence = _precedence(
        _document("old", "DIPA", "2024-09-09"), _document("new", "DIPA", "2024-01-01", "old")
    )
    assert _first(precedence, ("old", None), ("new", None)) == "new"


def test_a_replaced_document_still_ranks_by_its_kind() -> None:
    precedence = _precedence(
        _document("old", "DIPA"), _document("new", "DIPA", None, "old"), _document("pk", "PK")
    )
    assert _first(precedence, ("pk", None), ("old", None)) == "old"


@pytest.mark.parametrize(
    ("older", "younger"),
    [("2024-01-01", "2024-01-02"), ("2023-12-31", "2024-01-01"), (None, "2024-01-01")],
)
def test_of_peers_the_younger_speaks_and_an_undated_one_last(
    older: str | None, younger: str
) -> None:
    precedence = _precedence(_document("a", "PK", older), _document("b", "PK", younger))
    assert _first(precedence, ("a", None), ("b", None)) == "b"
    assert _first(precedence, ("b", None), ("a", None)) == "b"


def test_of_equals_the_first_recorded_speaks() -> None:
    precedence = _precedence(_document("a", "PK"), _document("b", "PK"))
    assert _first(precedence, ("b", None), ("a", None)) == "b"


def test_an_unregistered_document_comes_last_and_stops_nothing() -> None:
    precedence = _precedence(_document("lkj", "LKJ"))
    assert _first(precedence, ("nowhere", None), ("lkj", None)) == "lkj"
    assert _first(precedence, ("nowhere", None)) == "nowhere"


def test_every_day_has_an_order() -> None:
    assert _precedence(_document("a", "PK"), day="0224-01-01").ranking("a", None)[0] == 2


def test_the_younger_document_speaks_even_where_an_older_report_prints_it() -> None:
    precedence = _precedence(
        _document("r12", "PK", "2024-11-11"),
        _document("r13", "PK", "2024-12-30"),
        _document("lkj-2024", "LKJ", "2025-01-16"),
        _document("lkj-2025", "LKJ", "2026-01-16"),
        orders=TARGETS,
    )
    assert _first(precedence, ("r12", "lkj-2025"), ("r13", "lkj-2024")) == "r13"


def test_a_replaced_document_yields_in_a_report_too() -> None:
    precedence = _precedence(
        _document("old", "PK", "2024-12-30"),
        _document("new", "PK", None, "old"),
        _document("lkj", "LKJ"),
        orders=TARGETS,
    )
    assert _first(precedence, ("old", "lkj"), ("new", "lkj")) == "new"
