"""An invented satker-year as plain data: revisions of a DIPA, its payments and its refunds.

Amounts are whole rupiah; budget amounts are whole thousands, as a POK is. Everything follows from
the seed. An item's amount is its volumes times its price; its twelve months add up to its amount;
C revisions keep every total; B02 adds a grant; no item is paid beyond what is not blocked.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

THOUSAND = 1000
GRANT_REGISTER = "2ZX6FQ8A"
MINISTRY, UNIT = ("076", "KOMISI CONTOH"), ("01", "SEKRETARIAT JENDERAL CONTOH")
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
NAMES = {
    "CQ": "Program Penyelenggaraan Kegiatan Contoh",
    "WA": "Program Dukungan Manajemen",
    "6709": "Pelaksanaan Tahapan Contoh",
    "6639": "Pengelolaan Keuangan dan Barang Milik Negara",
    "3355": "Pembinaan Sumber Daya dan Layanan Umum",
    "QGE": "Penyelenggaraan Tata Kelola Kegiatan",
    "BDB": "Fasilitasi dan Pembinaan Lembaga",
    "EBA": "Layanan Dukungan Manajemen Internal",
    "EBB": "Layanan Sarana dan Prasarana Internal",
    "QGE.001": "Tahapan persiapan yang terlaksana",
    "QGE.002": "Tahapan pelaksanaan yang terlaksana",
    "BDB.001": "Kelompok masyarakat yang difasilitasi",
    "EBA.962": "Layanan Umum",
    "EBA.994": "Layanan Perkantoran",
    "EBB.951": "Layanan Sarana Internal",
    "001": "Gaji dan Tunjangan",
    "002": "Operasional dan Pemeliharaan Kantor",
    "051": "Persiapan",
    "052": "Pelaksanaan",
    "302": "Pemutakhiran data",
    "511111": "Belanja Gaji Pokok PNS",
    "511119": "Belanja Pembulatan Gaji PNS",
    "521111": "Belanja Keperluan Perkantoran",
    "521211": "Belanja Bahan",
    "521213": "Belanja Honor Output Kegiatan",
    "522151": "Belanja Jasa Profesi",
    "524111": "Belanja Perjalanan Dinas Biasa",
    "524114": "Belanja Perjalanan Dinas Paket Meeting Dalam Kota",
    "532111": "Belanja Modal Peralatan dan Mesin",
}
FUNDS = {"A": "RM", "D": "PNBP", "J": "HLD"}


@dataclass(frozen=True, order=True)
class Code:
    """Where a line stands: program "076.01.CQ", kegiatan "6709" ... akun "521211"."""

    program: str
    kegiatan: str
    kro: str
    ro: str
    komponen: str
    subkomponen: str
    akun: str

    @property
    def program_letters(self) -> str:
        return self.program[-2:]

    @property
    def ro_path(self) -> str:
        return f"{self.kegiatan}.{self.kro}.{self.ro}"


@dataclass(frozen=True)
class Item:
    """The lowest line: `cons` is its six-digit number, `volumes` are (count, unit) factors."""

    code: Code
    cons: str
    name: str
    volumes: tuple[tuple[int, str], ...]
    price: int
    fund: str = "A"
    draw: str = "0"
    register: str = ""
    blocked: int = 0
    locked: int = 0
    months: tuple[int, ...] = (0,) * 12

    @property
    def volume(self) -> int:
        return math.prod(count for count, _ in self.volumes)

    @property
    def amount(self) -> int:
        return self.volume * self.price

    @property
    def key(self) -> tuple[Code, str]:
        return self.code, self.cons


@dataclass(frozen=True)
class Revision:
    """`status` is a letter and the running number, as in B00, C01, B02."""

    status: str
    kind: str
    dated: date
    posted: date
    stamp: str
    items: tuple[Item, ...]

    @property
    def number(self) -> int:
        return int(self.status[1:])

    @property
    def total(self) -> int:
        return sum(item.amount for item in self.items)


@dataclass(frozen=True)
class Payment:
    spp: str
    spm: str
    sp2d: str
    spp_on: date
    spm_on: date
    sp2d_on: date
    item: Item
    text: str
    amount: int
    status: str = "Upload SP2D"


@dataclass(frozen=True)
class Refund:
    """Money given back in the same year to the line of `payment`."""

    number: str
    ntb: str
    refunded_on: date
    payment: Payment
    amount: int


@dataclass(frozen=True)
class Budget:
    """A satker-year, reported up to the end of `month`."""

    satker: str
    name: str
    year: int
    month: int
    kppn: str
    revisions: tuple[Revision, ...]
    payments: tuple[Payment, ...]
    refunds: tuple[Refund, ...]

    @property
    def last(self) -> Revision:
        return self.revisions[-1]

    @property
    def dipa_number(self) -> str:
        return f"SP DIPA-076.01.2.{self.satker}/{self.year}"

    def spent(self, item: Item, months: Iterable[int]) -> int:
        """Payments less refunds of an item in these months of the year."""
        within = set(months)
        paid = (p.amount for p in self.payments if _is(p, item) and p.sp2d_on.month in within)
        back = (
            r.amount for r in self.refunds if _is(r.payment, item) and r.refunded_on.month in within
        )
        return sum(paid) - sum(back)


def budget(
    seed: int = 1, satker: str = "007130", name: str = "SATKER CONTOH TELUK", year: int = 2025
) -> Budget:
    """A satker-year of four revisions, some forty payments and three refunds, up to July."""
    dice = random.Random(f"{seed}/{satker}/{year}")
    revisions = _revisions(_first_items(dice), year, satker, dice)
    payments = _payments(revisions, year, dice)
    return Budget(satker, name, year, 7, "175", revisions, payments, _refunds(payments, year, dice))


def several(count: int = 5, year: int = 2025) -> list[Budget]:
    """Satker of one year; every second code begins with a zero."""
    codes = [f"{7130 + 11 * n:06d}" if n % 2 == 0 else f"{656500 + 7 * n}" for n in range(count)]
    return [budget(n + 1, code, f"SATKER CONTOH {n + 1}", year) for n, code in enumerate(codes)]


def _is(payment: Payment, item: Item) -> bool:
    return payment.item.key == item.key


Draft = tuple[str, tuple[tuple[int, str], ...], int, str]
LONG_NAME = (
    "Penggandaan dan penjilidan bahan sosialisasi untuk badan penyelenggara tingkat kecamatan "
    "[4 KEC x 12 BLN]"
)
SPEAKERS = "Narasumber; moderator, dan pembawa acara"
TRAVEL = "Perjalanan dinas konsultasi ke ibu kota provinsi"


def _tree() -> list[tuple[Code, list[Draft]]]:
    """Lines of (name, volumes, price in thousands, fund); each RO has a lump of one package."""
    cq, wa = "076.01.CQ", "076.01.WA"
    return [
        (Code(cq, "6709", "QGE", "001", "051", "0A", "521211"), [
            (LONG_NAME, ((4, "KEC"), (12, "BLN")), 275, "A"),
            ("Bahan pendukung", ((1, "PKT"),), 8_400, "A"),
        ]),
        (Code(cq, "6709", "QGE", "001", "051", "0A", "521213"), [
            ("Honor pengarah", ((2, "ORG"), (8, "BLN")), 1_500, "A"),
            ("Honor anggota", ((5, "ORG"), (8, "BLN")), 1_000, "A"),
        ]),
        (Code(cq, "6709", "QGE", "002", "302", "0B", "524114"), [
            ("Fullboard paket meeting", ((40, "OH"),), 850, "A"),
            ("Fullboard paket meeting", ((1, "PKT"),), 12_345, "D"),
        ]),
        (Code(cq, "6639", "BDB", "001", "051", "0A", "522151"), [
            (SPEAKERS, ((3, "ORG"), (4, "JAM"), (2, "KALI")), 900, "A"),
            ("Jasa \"juru bahasa\" isyarat", ((1, "PKT"),), 6_000, "A"),
        ]),
        (Code(wa, "3355", "EBA", "962", "051", "0A", "524111"), [
            (TRAVEL, ((2, "ORG"), (6, "KALI")), 3_150, "A"),
            ("Perjalanan dinas lainnya", ((1, "PKT"),), 21_750, "A"),
        ]),
        (Code(wa, "3355", "EBA", "994", "001", "0A", "511111"), [
            ("Gaji pokok", ((1, "THN"),), 20_373_920, "A"),
        ]),
        (Code(wa, "3355", "EBA", "994", "001", "0A", "511119"), [
            ("Pembulatan gaji", ((1, "THN"),), 37, "A"),
        ]),
        (Code(wa, "3355", "EBA", "994", "002", "0B", "521111"), [
            ("Langganan daya dan jasa", ((12, "BLN"),), 7_500, "A"),
            ("Keperluan sehari-hari perkantoran", ((1, "PKT"),), 44_000, "A"),
        ]),
        (Code(wa, "3355", "EBB", "951", "052", "0A", "532111"), [
            ("Pengadaan komputer jinjing", ((6, "UNIT"),), 18_500, "A"),
            ("Pengadaan pemindai", ((1, "PKT"),), 9_999, "D"),
        ]),
    ]  # fmt: skip


def _first_items(dice: random.Random) -> tuple[Item, ...]:
    items: list[Item] = []
    for code, lines in _tree():
        for name, volumes, thousands, fund in lines:
            jitter = dice.randrange(0, 50) if volumes == ((1, "PKT"),) else 0
            cons = f"{len(items) + 1:06d}"
            items.append(Item(code, cons, name, volumes, (thousands + jitter) * THOUSAND, fund))
    items[-2] = replace(items[-2], blocked=2 * items[-2].price)
    return tuple(_planned(item, dice) for item in items)


def _planned(item: Item, dice: random.Random) -> Item:
    """The same item with its months drawn anew, in whole thousands."""
    weights = [dice.randrange(0, 4) for _ in range(11)] + [1]
    months = [item.amount // THOUSAND * w // sum(weights) * THOUSAND for w in weights]
    months[-1] += item.amount - sum(months)
    return replace(item, months=tuple(months))


def _revisions(
    first: tuple[Item, ...], year: int, satker: str, dice: random.Random
) -> tuple[Revision, ...]:
    shifted = _shifted(first, 0, 1, 12 * 275 * THOUSAND, dice)
    granted = (*shifted, _grant(len(first) + 1, dice))
    last = list(_shifted(granted, 8, 9, 2 * 3_150 * THOUSAND, dice))
    last[2] = replace(last[2], locked=4_000 * THOUSAND)
    plan = [
        ("B00", "DIPA_AWAL", date(year - 1, 12, 2), first),
        ("C01", "SATKER_REVISI", date(year, 2, 12), shifted),
        ("B02", "DIPA_REVISI", date(year, 4, 9), granted),
        ("C03", "SATKER_REVISI", date(year, 6, 20), tuple(last)),
    ]
    stamps = [f"{dice.randrange(10**15, 10**16)}" for _ in plan]
    stamps[1], stamps[3] = stamps[0], stamps[2]
    return tuple(
        Revision(status, kind, dated, dated + timedelta(days=3), stamp, items)
        for (status, kind, dated, items), stamp in zip(plan, stamps, strict=True)
    )


def _shifted(
    items: tuple[Item, ...], giver: int, taker: int, amount: int, dice: random.Random
) -> tuple[Item, ...]:
    """`amount` goes from one item to the lump of its akun: first factor less, lump's price more."""
    changed = list(items)
    (count, unit), *rest = items[giver].volumes
    left = count - amount // (items[giver].amount // count)
    changed[giver] = _planned(replace(items[giver], volumes=((left, unit), *rest)), dice)
    more = items[giver].amount - changed[giver].amount
    changed[taker] = _planned(replace(items[taker], price=items[taker].price + more), dice)
    return tuple(changed)


def _grant(number: int, dice: random.Random) -> Item:
    code = Code("076.01.CQ", "6709", "QGE", "002", "302", "0C", "521211")
    item = Item(
        code, f"{number:06d}", "Belanja bahan dari hibah langsung", ((1, "PKT"),),
        150_000 * THOUSAND, "J", "1", GRANT_REGISTER,
    )  # fmt: skip
    return _planned(item, dice)


def _payments(
    revisions: tuple[Revision, ...], year: int, dice: random.Random
) -> tuple[Payment, ...]:
    """In order of their day; an item's share paid is at most nine tenths of what is free."""
    drafts = []
    for item in revisions[-1].items:
        free = (item.amount - item.blocked - item.locked) * 9 // 10
        first = 5 if item.fund == "J" else 1
        for _ in range(dice.randrange(0, 5)):
            amount = dice.randrange(1, max(2, free // 3))
            free -= amount
            day = date(year, dice.randrange(first, 8), dice.randrange(5, 29))
            drafts.append((day, item, amount))
    drafts.append((date(year, 3, 17), revisions[-1].items[-2], 1_234_567))
    return tuple(
        _payment(n, *draft) for n, draft in enumerate(sorted(drafts, key=lambda d: d[0]), 1)
    )


def _payment(number: int, day: date, item: Item, amount: int) -> Payment:
    return Payment(
        f"{number:05d}T", f"{number:05d}T", f"{day.year % 100:02d}1751{number:09d}",
        day - timedelta(days=4), day - timedelta(days=2), day, item,
        f"Pembayaran {NAMES[item.code.akun]} tahap {number}", amount,
    )  # fmt: skip


def _refunds(payments: tuple[Payment, ...], year: int, dice: random.Random) -> tuple[Refund, ...]:
    """One refund of each of the first three small payments before July, given back in July."""
    early = [p for p in payments if p.sp2d_on.month < 7 and p.amount < 100_000 * THOUSAND][:3]
    return tuple(
        Refund(
            f"SSPB-{n + 1:04d}", f"{dice.randrange(16**8, 16**9):X}"[:9].rjust(9, "0"),
            date(year, 7, 6 + n), payment, payment.amount // (n + 2) + 1,
        )
        for n, payment in enumerate(early)
    )  # fmt: skip
