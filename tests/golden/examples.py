"""One fully filled and one all-null event of each topic: what the golden leaves hold."""

from dataclasses import fields
from typing import Any

from ledger.events import (
    Counts,
    DipaLinesStated,
    DipaRevised,
    DocumentRegistered,
    EntryCorrected,
    EntryVoided,
    Event,
    ImportReceived,
    LedgerOpened,
    NewValue,
    Place,
    RevisionRaw,
    SatkerRegistered,
    Target,
)

IMPORT_ID = "0123456789abcdef0123456789abcdef"
SHA256 = "00112233445566778899aabbccddeeff" * 2
_DIPA = "dipa/banjarbaru/2024"
_PLACE = Place("Tabel 18", "41", 7, "F7")
_COLUMNS: dict[str, list[Any]] = {
    "code": ["6709.QGE.001", "6639.BDB.001"],
    "name": ["Perencanaan dan Penganggaran Pemilu", 'Desain "Surat Suara", é, 😀'],
    "program": ["076.01.CQ", "076.01.CQ"],
    "kegiatan": ["6709", "6639"],
    "kro": ["6709.QGE", "6639.BDB"],
    "ro": ["6709.QGE.001", "6639.BDB.001"],
    "komponen": ["051", "052"],
    "subkomponen": ["0A", "0B"],
    "akun": ["521211", "532111"],
    "item": ["000017", "000018"],
    "coa": ["007130", "007131"],
    "amount": [496373000, -1],
    "volume": ["1.5", "12"],
    "unit": ["paket", "orang"],
    "price": ["330915333.25", "1"],
    "fund": ["A", "J"],
    "withdrawal": ["RM", "RM"],
    "register": ["22S6FR8A", "22S6FR8B"],
    "pn": [True, False],
    "blocked": [0, 9007199254740991],
    "row": [2, 3],
    "cell": ["F2", "F3"],
    "raw": ["Rp. 496.373,000,-", "(1)"],
}

FULL: tuple[Event, ...] = (
    LedgerOpened("ledger", 1, "contoh-banjarbaru", "Asia/Makassar", "IDR", 0),
    SatkerRegistered("satker/banjarbaru", 1, "banjarbaru", "KPU Kota Banjarbaru", "076"),
    ImportReceived(
        f"impor/{IMPORT_ID}",
        1,
        IMPORT_ID,
        "tabel-17-revisi.csv",
        SHA256,
        '[file]\nheader = ["a"]\n\t# \u00e9\n',
        "uji",
        Counts(14, 10, 1, 2, 1),
    ),
    DocumentRegistered(
        "dokumen/dipa-2024-r13",
        2,
        "dipa-2024-r13",
        "DIPA",
        "DIPA-076.01.2.000000/2024",
        13,
        "2024-12-30",
        "2025-01-16",
        SHA256,
        "dipa-2024-r12",
    ),
    DipaRevised(
        _DIPA,
        13,
        "banjarbaru",
        2024,
        13,
        "B13",
        "2024-12-30",
        "2024-12-31",
        ["kpa"],
        ["pok", "pergeseran"],
        40343017000,
        0,
        "Revisi karena pemutakhiran POK",
        "dipa-2024-r13",
        "lkj-2024",
        _PLACE,
        RevisionRaw("30 Desember 2024", "31/12/2024", "40.343.017.000", "-", "Revisi  POK"),
    ),
    DipaLinesStated(
        _DIPA,
        14,
        "banjarbaru",
        2024,
        13,
        "ro",
        1,
        2,
        "partial",
        40343017000,
        "dipa-2024-r13",
        "lkj-2024",
        _PLACE,
        **_COLUMNS,
    ),
    EntryCorrected(
        _DIPA,
        15,
        Target(14, 0),
        "amount",
        NewValue(918009000, "918009000"),
        "salah ketik",
        "lkj-2024",
    ),
    EntryVoided(_DIPA, 16, Target(14, 1), "bukan satker ini", "lkj-2024"),
)

ALL_NULL: tuple[Event, ...] = (
    LedgerOpened("ledger", 1, "l", "UTC", "IDR", 0),
    SatkerRegistered("satker/s", 1, "s", "S", None),
    ImportReceived(f"impor/{IMPORT_ID}", 1, IMPORT_ID, "", SHA256, "", "a", Counts(0, 0, 0, 0, 0)),
    DocumentRegistered("dokumen/d", 1, "d", "LAIN", None, None, None, None, None, None),
    DipaRevised(
        "dipa/s/2024",
        1,
        "s",
        2024,
        **dict.fromkeys(
            (
                "revision",
                "status_code",
                "dated",
                "posted",
                "authority",
                "kinds",
                "total",
                "blocked",
                "reason",
            )
        ),
        document="d",
        read_from=None,
        place=Place(),
        raw=None,
    ),
    DipaLinesStated(
        "dipa/s/2024", 1, "s", 2024, None, "line", 1, 1, "full", None, "d", None, Place(), [None]
    ),
    EntryCorrected("dipa/s/2024", 2, Target(1), "total", NewValue(), "r", None),
    EntryVoided("dipa/s/2024", 2, Target(1), "r", None),
)

EXAMPLES: dict[tuple[str, str], Event] = {
    (event.TOPIC, example): event
    for example, found in (("full", FULL), ("null", ALL_NULL))
    for event in found
}


def holds_null(value: object) -> bool:
    """Whether an event or a part of it holds a null anywhere, down to the elements of lists."""
    if isinstance(value, list):
        return any(holds_null(item) for item in value)
    if hasattr(value, "__dataclass_fields__"):
        return any(holds_null(getattr(value, field.name)) for field in fields(value))  # type: ignore[arg-type]
    return value is None
