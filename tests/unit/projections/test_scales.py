"""Categories: bands as printed, gaps by the stated rule, the scale of the own report."""

from fractions import Fraction
from typing import Any

import pytest

from ledger.events import Place, ScaleDefined
from projections.corrections import settled_documents
from projections.precedence import TARGETS, Precedence
from projections.scales import Scale, scale_of, scales
from tests.book import Book, document

TABEL_13 = (
    ("100", None, True, "Sangat Berhasil"),
    ("91", "100", False, "Berhasil"),
    ("71", "90", False, "Cukup Berhasil"),
    ("51", "70", False, "Kurang Berhasil"),
    ("0", "50", False, "Tidak Berhasil"),
)
TOUCHING = (("85", "100", None, "Memuaskan"), ("0", "85", None, "Baik"))


def _scale(
    boundary: str = "unstated", bands: tuple[Any, ...] = TABEL_13, by: str = "lkj"
) -> ScaleDefined:
    lower, upper, lower_open, category = (list(column) for column in zip(*bands, strict=True))
    empty: list[str | None] = [None] * len(bands)
    return ScaleDefined(
        "ledger", 0, f"skala-{by}", boundary, by, None, Place(), empty, lower, upper, lower_open,
        category, empty,
    )  # fmt: skip


def _known(*events: Any) -> tuple[list[Scale], Book]:
    book = Book()
    book.add_all(events)
    precedence = Precedence(settled_documents(book.columns()), orders=TARGETS)
    return scales(book.columns(), precedence), book


def _category(value: str, boundary: str = "unstated", bands: Any = TABEL_13) -> str | None:
    (scale,), _book = _known(document("lkj", "LKJ"), _scale(boundary, bands))
    return scale.category(Fraction(value))


@pytest.mark.parametrize(
    ("value", "category"),
    [
        ("0", "Tidak Berhasil"),
        ("50", "Tidak Berhasil"),
        ("51", "Kurang Berhasil"),
        ("90", "Cukup Berhasil"),
        ("91", "Berhasil"),
        ("100", "Berhasil"),
        ("100.0001", "Sangat Berhasil"),
        ("9999", "Sangat Berhasil"),
    ],
)
def test_bounds_are_inclusive_and_an_open_one_is_not(value: str, category: str) -> None:
    assert _category(value) == category


@pytest.mark.parametrize(
    ("boundary", "category"),
    [("unstated", None), ("lower", "Cukup Berhasil"), ("upper", "Berhasil")],
)
@pytest.mark.parametrize("value", ["90.0001", "90.5", "90.9999"])
def test_between_two_bands_only_a_stated_rule_decides(
    value: str, boundary: str, category: str | None
) -> None:
    assert _category(value, boundary) == category


@pytest.mark.parametrize(
    ("boundary", "category"), [("unstated", None), ("lower", "Baik"), ("upper", "Memuaskan")]
)
def test_a_bound_that_two_bands_share_is_decided_by_the_same_rule(
    boundary: str, category: str | None
) -> None:
    assert _category("85", boundary, TOUCHING) == category


@pytest.mark.parametrize("boundary", ["unstated", "lower", "upper"])
def test_outside_of_all_bands_there_is_no_category(boundary: str) -> None:
    assert _category("-0.01", boundary) is None
    assert _category("100.01", boundary, TOUCHING) is None


def test_of_an_unknown_value_there_is_no_category() -> None:
    (scale,), _book = _known(document("lkj", "LKJ"), _scale())
    assert scale.category(None) is None


def test_the_scale_whose_document_speaks_first_comes_first_and_a_void_one_not_at_all() -> None:
    drafts = (document("lkj", "LKJ"), document("pk", "PK"), _scale(by="lkj"), _scale(by="pk"))
    known, book = _known(*drafts)
    assert [scale.document for scale in known] == ["pk", "lkj"]
    book.void(3)
    precedence = Precedence(settled_documents(book.columns()), orders=TARGETS)
    assert [scale.document for scale in scales(book.columns(), precedence)] == ["lkj"]


def test_ones_own_report_comes_before_a_general_scale_and_anothers_says_nothing() -> None:
    known, book = _known(
        document("lkj-a", "LKJ"),
        document("lkj-b", "LKJ"),
        document("pedoman", "LAIN"),
        _scale(by="lkj-a"),
        _scale(by="pedoman"),
    )
    documents = settled_documents(book.columns())
    assert _chosen(known, {"lkj-a"}, documents) == "lkj-a"
    assert _chosen(known, {"lkj-b"}, documents) == "pedoman"
    assert _chosen(known[:1], {"lkj-b"}, documents) is None


def _chosen(known: list[Scale], named: set[str], documents: Any) -> str | None:
    scale = scale_of(known, named, documents)
    return None if scale is None else scale.document
