"""The application: nothing of the process environment, one clock a transaction, a named actor."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from eventsourcing.persistence import RecordConflictError

from cli.wiring import PERSISTENCE_MODULE, LeafCodec
from events_store.errors import LeafRefused
from events_store.identity import create_ledger_file
from events_store.leaf import decode_leaf
from events_store.log import LeafLog
from events_store.persistence import LEDGER_FILE
from events_store.recorder import LedgerRecorder
from ledger.application import Ledger
from ledger.errors import NoRecordingContext
from ledger.events import Event, LedgerOpened
from ledger.state import StreamState, fold
from tests.book import START, Book, revised, satker

HARMFUL = {
    "COMPRESSOR_TOPIC": "zlib",
    "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher",
    "CIPHER_KEY": "AAAAAAAAAAAAAAAAAAAAAA==",
    "MAPPER_TOPIC": "eventsourcing.persistence:Mapper",
    "PERSISTENCE_MODULE": "eventsourcing.popo",
    "INFRASTRUCTURE_FACTORY": "eventsourcing.popo:POPOFactory",
    "FACTORY_TOPIC": "eventsourcing.popo:POPOFactory",
    "IS_SNAPSHOTTING_ENABLED": "y",
    "TRANSCODER_TOPIC": "os:system",
    "APPLICATION_RECORDER_TOPIC": "eventsourcing.popo:POPOApplicationRecorder",
    "LEDGER_FILE": "/nowhere/else.db",
}


class Ticking:
    """A clock that goes on a second with each look at it."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> datetime:
        self.looks += 1
        return START + timedelta(seconds=self.looks)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "jejak.db"
    create_ledger_file(found)
    return found


def _open(path: Path) -> Ledger:
    settings = {"PERSISTENCE_MODULE": PERSISTENCE_MODULE, LEDGER_FILE: str(path)}
    return Ledger(settings, LeafCodec(), Ticking())


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with _open(path) as application:
        yield application


def _history() -> list[Event]:
    book = Book()
    book.add(LedgerOpened("ledger", 0, "uji", "Asia/Makassar", "IDR", 0))
    book.add_all([satker(), revised(0, "2023-11-24", 5), revised(1, "2024-02-13", 7)])
    book.correct(3, "total", 8)
    return book.events


def _written(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str, bytes]]:
    monkeypatch.setattr(secrets, "token_hex", lambda count: "ab" * count)
    with _open(path) as ledger:
        assert ledger.record(_history(), actor="uji") == [0, 1, 2, 3, 4]
        assert isinstance(ledger.recorder, LedgerRecorder)
    with LeafLog(path) as log:
        return list(log.leaves())


@pytest.mark.parametrize("prefix", ["", "JEJAK_"])
@pytest.mark.parametrize("name", HARMFUL)
def test_the_environment_changes_neither_the_bytes_nor_the_store(
    name: str, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, harmed = tmp_path / "plain.db", tmp_path / "harmed.db"
    create_ledger_file(plain)
    create_ledger_file(harmed)
    expected = _written(plain, monkeypatch)
    monkeypatch.setenv(prefix + name, HARMFUL[name])
    assert _written(harmed, monkeypatch) == expected
    with _open(harmed) as ledger:
        assert ledger.state("dipa/banjarbaru/2024").version == 3


def test_all_of_the_environment_together_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, harmed = tmp_path / "plain.db", tmp_path / "harmed.db"
    create_ledger_file(plain)
    create_ledger_file(harmed)
    expected = _written(plain, monkeypatch)
    for name, value in HARMFUL.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(f"JEJAK_{name}", value)
    assert _written(harmed, monkeypatch) == expected


def test_the_path_of_the_library_to_the_store_is_refused(ledger: Ledger) -> None:
    with pytest.raises(NoRecordingContext):
        ledger.save(revised(0))
    assert ledger.recorder.max_notification_id() is None


def test_one_transaction_has_one_time_and_each_leaf_its_salt(path: Path, ledger: Ledger) -> None:
    history = _history()
    ledger.record(history[:3], actor="uji", import_id=None)
    ledger.record(history[3:], actor="lain", import_id="ab" * 16)
    with LeafLog(path) as log:
        leaves = [decode_leaf(data) for _, _, data in log.leaves()]
    assert [leaf.recorded_at for leaf in leaves] == [
        *["2025-01-20T08:00:01.000000Z"] * 3,
        *["2025-01-20T08:00:02.000000Z"] * 2,
    ]
    assert [leaf.actor for leaf in leaves] == ["uji"] * 3 + ["lain"] * 2
    assert [leaf.import_id for leaf in leaves] == [None] * 3 + ["ab" * 16] * 2
    assert len({leaf.salt for leaf in leaves}) == 5


def test_a_clock_in_another_zone_is_stored_as_utc(path: Path, ledger: Ledger) -> None:
    ledger._clock = lambda: datetime.fromisoformat("2025-01-20T16:00:00.5+08:00")
    ledger.record(_history()[:1], actor="uji")
    with LeafLog(path) as log:
        (leaf,) = [decode_leaf(data) for _, _, data in log.leaves()]
    assert leaf.recorded_at == "2025-01-20T08:00:00.500000Z"


def test_the_clock_of_a_ledger_is_the_present_in_utc(path: Path) -> None:
    settings = {"PERSISTENCE_MODULE": PERSISTENCE_MODULE, LEDGER_FILE: str(path)}
    with Ledger(settings, LeafCodec()) as ledger:
        assert ledger._clock().tzinfo is UTC


def test_events_come_back_as_they_were_recorded(ledger: Ledger) -> None:
    history = _history()
    ledger.record(history, actor="uji")
    found = [event for stream in ("ledger", "satker/banjarbaru", "dipa/banjarbaru/2024")
             for event in ledger.events.get(stream)]  # fmt: skip
    assert found == history


def test_a_state_is_the_fold_of_its_stream_and_empty_without_one(ledger: Ledger) -> None:
    history = _history()
    ledger.record(history, actor="uji")
    assert ledger.state("dipa/banjarbaru/2024") == fold(None, history[2:])
    assert ledger.state("dipa/lain/2024") == StreamState()


def test_a_version_that_stands_already_keeps_the_whole_transaction_out(ledger: Ledger) -> None:
    history = _history()
    ledger.record(history[:3], actor="uji")
    with pytest.raises(RecordConflictError):
        ledger.record([history[3], history[2]], actor="uji")
    assert ledger.recorder.max_notification_id() == 3


def test_a_leaf_that_cannot_be_written_keeps_the_whole_transaction_out(ledger: Ledger) -> None:
    history = _history()
    with pytest.raises(LeafRefused):
        ledger.record([history[0], revised(0, reason="x" * 70_000)], actor="uji")
    assert ledger.recorder.max_notification_id() is None
