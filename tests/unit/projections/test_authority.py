"""Authority and kinds read from reasons: each reason of the reference report, read by hand."""

import csv
import io
from importlib.resources import files

import pytest

from projections.authority import Reading, read_reason

DJA, KANWIL, PA, KPA = "dja", "kanwil-djpb", "direktorat-pa", "kpa"
PAGU, HIBAH, PAGE_III, POK, SHIFT = "pagu-berubah", "hibah", "halaman-iii", "pok", "pergeseran"

BY_HAND: dict[int, tuple[set[str], set[str]]] = {
    0: (set(), set()),
    1: ({DJA}, {PAGU}),
    2: ({DJA}, {PAGU}),
    3: ({KANWIL}, {PAGE_III}),
    4: ({KANWIL}, {HIBAH, PAGU}),
    5: ({KPA}, {POK, SHIFT}),
    6: ({KPA}, {POK, SHIFT}),
    7: ({KPA}, {POK, SHIFT}),
    8: ({DJA, KANWIL, KPA}, {PAGU, POK, SHIFT, PAGE_III}),
    9: ({KANWIL}, {HIBAH, PAGU}),
    10: ({DJA}, {PAGU}),
    11: ({KPA}, {POK, SHIFT}),
    12: ({KPA}, {POK, SHIFT}),
    13: ({KPA}, {POK, SHIFT}),
}


def _reasons() -> dict[int, str]:
    text = (files("cli") / "data" / "banjarbaru" / "tabel-17-revisi.csv").read_text("utf-8")
    return {int(row["revisi"]): row["keterangan"] for row in csv.DictReader(io.StringIO(text))}


def test_every_reason_of_the_report_has_been_read_by_hand() -> None:
    assert _reasons().keys() == BY_HAND.keys()


@pytest.mark.parametrize("revision", BY_HAND)
def test_a_reason_of_the_report_says_what_a_reader_finds_in_it(revision: int) -> None:
    reading = read_reason(_reasons()[revision], "2024-06-01")
    authority, kinds = BY_HAND[revision]
    assert set(reading.authority) == authority
    assert set(reading.kinds) == kinds


def test_where_substance_is_mixed_the_deciding_authority_stands_first() -> None:
    assert read_reason(_reasons()[8], "2024-09-19").authority == (DJA, KANWIL, KPA)


@pytest.mark.parametrize("reason", [None, "", "Perubahan", "kanwilayah", "PPOK", "adja"])
def test_a_reason_that_says_nothing_gives_nothing(reason: str | None) -> None:
    assert read_reason(reason, "2024-06-01") == Reading((), ())


@pytest.mark.parametrize(
    ("reason", "authority", "kinds"),
    [
        ("revisi dja", (DJA,), ()),
        ("Revisi Direktorat  PA", (PA,), ()),
        ("perubahan Halaman 3", (), (PAGE_III,)),
        ("ralat", (), ("administrasi",)),
        ("Tambahan anggaran", (), (PAGU,)),
    ],
)
def test_other_words_of_the_field_are_read(
    reason: str, authority: tuple[str, ...], kinds: tuple[str, ...]
) -> None:
    assert read_reason(reason, None) == Reading(authority, kinds)


@pytest.mark.parametrize("dated", [None, "0224-10-14", "1999-12-31", "9999-12-31"])
def test_every_day_has_a_rule(dated: str | None) -> None:
    assert read_reason("Revisi DJA", dated).authority == (DJA,)
