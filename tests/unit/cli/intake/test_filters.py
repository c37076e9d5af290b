"""The filters of templates, one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.intake.filters import _SEGMENTS, FILTERS, coa_segments
from ledger.streams import is_key

COA = "007130.175.521211.07601CQ.6709QGE.A000000000.00000.2.2263.2.000000.000000.001.051.0A.000017"


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("status-number", "B03", "3"),
        ("status-number", "C00", "0"),
        ("status-number", "F10", "10"),
        ("status-number", "XX", "XX"),
        ("kind-of-status", "C01", "POK"),
        ("kind-of-status", "B00", "DIPA"),
        ("kind-of-status", "F01", "DIPA"),
        ("slug", "Kota  Banjarbaru (KPU)", "kota-banjarbaru-kpu"),
        ("code", " '007130 ", "007130"),
        ("key", "'007130", "007130"),
        ("year", "31/12/2025", "2025"),
        ("year", "2025-12-31", "2025"),
        ("year", "tanpa", "tanpa"),
        ("year", "2024 2025", "2024 2025"),
        ("digits", "DL.2376", "2376"),
        ("first-2", "'521211", "52"),
        ("item", "11", "000011"),
        ("last-part", "'521211.000001", "000001"),
        ("last-2", " 07601 ", "01"),
        ("last-4", "DIPA-076.01.2.656553/2024", "2024"),
        ("last-6", "SATKER 007130", "007130"),
        ("lower", "B00", "b00"),
        ("coa-satker", COA, "007130"),
        ("coa-akun", COA, "521211"),
        ("coa-fund", COA, "A"),
        ("coa-program", COA, "076.01.CQ"),
        ("coa-ro", COA, "6709.QGE.001"),
        ("coa-line", COA, "6709.QGE.001.051.0A.521211.000017"),
        ("coa-line", COA.replace(".", "-"), "6709.QGE.001.051.0A.521211.000017"),
    ],
)
def test_a_filter_gives(name: str, text: str, wanted: str) -> None:
    assert FILTERS[name](text) == wanted


def test_every_filter_is_tried() -> None:
    (marks,) = [m for m in test_a_filter_gives.pytestmark if m.name == "parametrize"]  # type: ignore[attr-defined]
    assert {case[0] for case in marks.args[1]} == FILTERS.keys()


@pytest.mark.parametrize("text", ["", COA.rsplit(".", 1)[0], COA + ".1", COA.replace(".", "")[:-1]])
def test_another_account_string_gives_nothing(text: str) -> None:
    assert {FILTERS[name](text) for name in FILTERS if name.startswith("coa-")} == {""}


SEGMENTS = st.tuples(*(st.text("0123456789ABCXYZ", min_size=n, max_size=n) for n in _SEGMENTS))


@given(SEGMENTS, st.sampled_from([".", "-", ""]))
def test_segments_that_are_joined_come_apart_again(parts: tuple[str, ...], mark: str) -> None:
    assert coa_segments(mark.join(parts)) == list(parts)


@given(st.text())
def test_a_slug_is_a_key_or_nothing(text: str) -> None:
    found = FILTERS["slug"](text)
    assert found == "" or is_key(found[:40].strip("-"))


@given(st.text())
def test_no_filter_breaks_on_any_text(text: str) -> None:
    for change in FILTERS.values():
        assert isinstance(change(text), str)
