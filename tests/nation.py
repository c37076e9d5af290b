"""Generated satker-years as leaves: revisions, lines by RO, payments, indicators, and what amends.

Seeded, so that every run sees the same log; nothing of it is real.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from ledger import streams
from ledger.events import (
    AchievementRecorded,
    DipaLinesStated,
    DipaRevised,
    DocumentRegistered,
    EntryCorrected,
    EntryVoided,
    Event,
    IndicatorDefined,
    NewValue,
    Place,
    RealisationRecorded,
    SatkerRegistered,
    Target,
    TargetSet,
    event_data,
)
from tests.leaves import leaf_bytes

YEAR = 2024
LINES = 40
REVISIONS = 14
PK_DATED = "2024-02-01"
INDICATORS = ("IKU-1", "IKP-1", "IKP-2", "IKK-1")


def events(satkers: int, payments: int, seed: int = 20241124) -> Iterator[Event]:
    """Events in log order with their versions."""
    dice = random.Random(seed)
    versions: Counter[str] = Counter()
    for number in range(satkers):
        for event in _satker(f"s{number:05d}", payments, dice):
            versions[event.originator_id] += 1
            yield replace(event, originator_version=versions[event.originator_id])


def leaves(satkers: int, payments: int, seed: int = 20241124) -> list[tuple[int, str, bytes]]:
    """(index, type, bytes) rows as a log gives them."""
    return [
        (
            index,
            event.TOPIC,
            leaf_bytes(
                type_=event.TOPIC,
                stream=event.originator_id,
                version=event.originator_version,
                recorded_at="2025-01-20T08:00:00.000000Z",
                actor="bench",
                import_id=None,
                data=event_data(event),
                salt="00" * 16,
            ),
        )
        for index, event in enumerate(events(satkers, payments, seed))
    ]


def _satker(key: str, payments: int, dice: random.Random) -> Iterator[Event]:
    dipa, spent = streams.dipa(key, YEAR), streams.realisation(key, YEAR)
    yield SatkerRegistered(streams.satker(key), 0, key, f"Satker {key}", "076")
    codes = [f"{6000 + line // 8}.QGE.{line % 8 + 1:03d}" for line in range(LINES)]
    amounts = [dice.randrange(1, 10**9) for _ in codes]
    for revision in range(REVISIONS):
        document = f"dipa-{key}-r{revision}"
        dated = f"2024-{revision % 12 + 1:02d}-{1 + revision // 12:02d}"
        yield DocumentRegistered(
            streams.document(document), 0, document, "DIPA", None, revision, dated, None, None, None
        )
        amounts = [max(0, amount + dice.randrange(-1000, 1000)) for amount in amounts]
        yield DipaRevised(
            dipa, 0, key, YEAR, revision, None, dated, None, None, None, sum(amounts), None,
            "Revisi DJA karena penambahan anggaran", document, None, Place(), None,
        )  # fmt: skip
        yield DipaLinesStated(
            dipa, 0, key, YEAR, revision, "ro", 1, 1, "full", None, document, None, Place(),
            code=list(codes), amount=list(amounts), program=["076.01.CQ"] * LINES,
        )  # fmt: skip
    for number in range(payments):
        day = f"2024-{dice.randrange(1, 13):02d}-{dice.randrange(1, 29):02d}"
        yield RealisationRecorded(
            spent, 0, key, YEAR, "ro", dice.choice(codes), None, None, None, None, None,
            dice.randrange(1, 10**7), day, day, "payment", "sp2d", "SP2D", f"{number:015d}", 1,
            None, f"dipa-{key}-r0", None, Place(), None,
        )  # fmt: skip
    for _ in range(5):
        target = Target(2 * dice.randrange(1, REVISIONS + 1), dice.randrange(LINES))
        yield EntryCorrected(
            dipa, 0, target, "amount", NewValue(amount=dice.randrange(10**9)), "salah", None
        )
    yield EntryVoided(dipa, 0, Target(2 * REVISIONS, 3), "ganda", None)
    yield from _indicators(key, dice)


def _indicators(key: str, dice: random.Random) -> Iterator[Event]:
    """PK and LKj print a target each, the PK now and then two; the result is the LKj's."""
    stream = streams.performance(key, YEAR)
    for kind, day in (("PK", PK_DATED), ("LKJ", "2025-01-16")):
        name = f"{kind.lower()}-{key}"
        yield DocumentRegistered(
            streams.document(name), 0, name, kind, None, None, day, day, None, None
        )
    version = 0
    for indicator in INDICATORS:
        direction, cap = dice.choice(["higher", "lower"]), dice.choice([None, "110"])
        level = {"IKU": "iku", "IKP": "program", "IKK": "kegiatan"}[indicator[:3]]
        yield IndicatorDefined(
            stream, 0, key, YEAR, indicator, level, f"Indikator {indicator}", None, None, None,
            None, None, "%", "ratio", direction, None, cap, None, None, None, f"pk-{key}", None,
            Place(),
        )  # fmt: skip
        documents = [f"lkj-{key}", f"pk-{key}"] + [f"pk-{key}"] * (dice.random() < 0.2)
        for document in documents:
            value = f"{dice.randrange(50, 120)}.5"
            yield TargetSet(
                stream, 0, key, YEAR, indicator, value, value, "%", document, None, Place()
            )
        result = str(dice.randrange(40, 150))
        yield AchievementRecorded(
            stream, 0, key, YEAR, indicator, result, result, "%", "2024-01-01", "2024-12-31",
            f"lkj-{key}", None, Place(),
        )  # fmt: skip
        version += len(documents) + 2
    yield EntryCorrected(
        stream, 0, Target(version, None), "value", NewValue(text=str(dice.randrange(40, 150))),
        "salah", None,
    )  # fmt: skip
    yield EntryVoided(stream, 0, Target(3, None), "ganda", None)
