"""Signing while others append and sign: no false refusal, and a memory that never goes back."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.home import Head, Home
from cli.opening import Opening, create_ledger
from cli.signing import Signing, origin_of, sign_head
from cli.wiring import open_ledger
from events_store.durable import make_folder
from events_store.errors import SignerRefused
from events_store.keys import create_key, write_key
from events_store.log import LeafLog
from ledger import streams
from ledger.events import SatkerRegistered

LEDGER_ID = "uji"


@dataclass(frozen=True)
class Disturbed(Home):
    """A home in which others are at work at one moment: as this signer looks, or as it writes."""

    looking: Callable[[], None] = lambda: None
    writing: Callable[[], None] = lambda: None

    def last_head(self, ledger_id: str) -> Head | None:
        self.looking()
        return super().last_head(ledger_id)

    def remember_head(self, ledger_id: str, head: Head) -> None:
        self.writing()
        super().remember_head(ledger_id, head)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "jejak.db"
    create_ledger(path, Opening(LEDGER_ID, "UTC", "IDR", 0, "satu", "Satu", None), actor="uji")
    return path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "rumah")
    make_folder(home.key_path(LEDGER_ID).parent)
    write_key(home.key_path(LEDGER_ID), create_key(origin_of(LEDGER_ID)), None)
    return home


def _append(path: Path, satker: str) -> None:
    event = SatkerRegistered(
        streams.satker(satker), 1, satker=satker, name=satker, bagian_anggaran=None
    )
    with open_ledger(path) as ledger:
        ledger.record([event], actor="uji")


def _sign(path: Path, home: Home) -> Signing:
    return sign_head(path, home, lambda: None)


def test_what_another_signs_while_this_signer_looks_is_no_contradiction(
    path: Path, home: Home
) -> None:
    names = iter("abcdef")

    def another() -> None:
        _append(path, next(names))
        _sign(path, home)

    assert _sign(path, Disturbed(home.folder, looking=another)).state == "current"


def test_the_memory_keeps_the_longer_head_of_two_signers(path: Path, home: Home) -> None:
    def other() -> None:
        _append(path, "dua")
        _sign(path, home)

    thread = threading.Thread(target=other)

    def begin() -> None:
        thread.start()
        thread.join(0.5)

    _sign(path, Disturbed(home.folder, writing=begin))
    thread.join()
    remembered = home.last_head(LEDGER_ID)
    assert remembered is not None
    with LeafLog(path) as log:
        assert remembered == Head(log.size, log.root())


def test_a_signer_in_the_way_of_which_none_stands_signs_once(path: Path, home: Home) -> None:
    assert _sign(path, home).state == "signed"
    assert _sign(path, home).state == "current"
    _append(path, "dua")
    assert _sign(path, home).state == "signed"
    names = sorted(item.name for item in home.anchors(LEDGER_ID).iterdir())
    assert names == ["checkpoint-000000000002", "checkpoint-000000000003"]


def test_a_log_that_rewrote_what_was_signed_is_not_signed(path: Path, home: Home) -> None:
    """As long as before, or longer: only what the signer remembers tells."""
    assert _sign(path, home).state == "signed"
    remembered = home.last_head(LEDGER_ID)
    assert remembered is not None
    home.remember_head(LEDGER_ID, Head(remembered.size, bytes(32)))
    with pytest.raises(SignerRefused):
        _sign(path, home)
    _append(path, "dua")
    with pytest.raises(SignerRefused):
        _sign(path, home)
