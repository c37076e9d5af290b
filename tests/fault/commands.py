"""The commands that are disturbed: from which ledger each starts and what must hold once it ends.

Whatever fails: the exit code is a documented one, a message says why, what was acknowledged
stands, nothing stands half, and the same command succeeds when the fault is gone.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path

from cli.main import run
from events_store.log import LeafLog
from tests.fault.place import (
    LEDGER_ID,
    Place,
    assert_recovers,
    assert_signs,
    make_place,
    many_documents,
)
from tests.fault.system_calls import Call, Ended

ROWS = 300
DISK_WORDS = (
    *("Input/output error", "disk I/O error", "No space left", "database or disk is full"),
    *("unable to open database file", "cannot be read now", "malformed"),
)


@dataclass
class Command(ABC):
    """A command line on copies of one ledger, and the judge of how it ended."""

    start: Place
    codes: tuple[int, ...] = (0, 4)

    @abstractmethod
    def words(self, place: Place) -> list[str]:
        """The command line."""

    def check(self, place: Place, call: Call, ended: Ended) -> None:
        """What holds after any end; each command adds its own."""
        assert "Traceback" not in ended.err
        assert "Exception ignored" not in ended.err
        assert ended.code in self.codes, ended.err
        if ended.code == 4:
            assert any(words in ended.err for words in DISK_WORDS), ended.err
        assert place.verify().contradictions == []
        self.check_files(place, call, ended)

    @abstractmethod
    def check_files(self, place: Place, call: Call, ended: Ended) -> None:
        """What the command made is whole or absent, and running it again completes it."""


@dataclass
class Import(Command):
    """What an import said of the ledger is true, whenever it ended."""

    before: int = 0
    after: int = 0

    def words(self, place: Place) -> list[str]:
        return place.import_words()

    def check_files(self, place: Place, call: Call, ended: Ended) -> None:
        size = place.size()
        assert size in (self.before, self.after), f"{size} leaves: half an import"
        if ended.code == 0 or "recorded as" in ended.out:
            assert size == self.after, "an acknowledged import is lost"
        if "nothing was recorded" in ended.err:
            assert size == self.before, "recorded, and said that it was not"
        if "Signed:" in ended.err:
            assert place.verify().unsigned_tail == 0
        assert_recovers(place, self.after)
        assert_signs(place)


class Sign(Command):
    """A signature is in the ledger, in the anchor and in the memory, or it can be made again."""

    def words(self, place: Place) -> list[str]:
        return place.words("checkpoint", "sign")

    def check_files(self, place: Place, call: Call, ended: Ended) -> None:
        if ended.code == 0 or "Signed:" in ended.out:
            assert place.verify().unsigned_tail == 0
            assert place.home.last_head(LEDGER_ID) is not None
        assert run(self.words(place)) == 0
        assert place.verify().unsigned_tail == 0
        assert_signs(place)


@dataclass
class Export(Command):
    """All files of an export stand, each whole, or none does."""

    whole: dict[str, bytes] = field(default_factory=dict)

    def words(self, place: Place) -> list[str]:
        return place.words("export", "all", "-o", str(place.folder / "keluar"))

    def check_files(self, place: Place, call: Call, ended: Ended) -> None:
        found = contents(place.folder / "keluar", with_drafts="unlink" not in call.name)
        assert found in ({}, self.whole)
        if ended.code == 0:
            assert found == self.whole
        if found:
            (place.folder / "keluar").rename(place.folder / "pertama")
        assert run(self.words(place)) == 0
        assert contents(place.folder / "keluar") == self.whole


class Copy(Command):
    """A copy of the ledger stands complete or does not stand."""

    def words(self, place: Place) -> list[str]:
        return place.words("export", "--ledger-copy", str(place.folder / "salinan.db"))

    def check_files(self, place: Place, call: Call, ended: Ended) -> None:
        target = place.folder / "salinan.db"
        if "unlink" not in call.name:
            assert [path.name for path in place.folder.iterdir() if ".new" in path.name] == []
        if ended.code == 0 or target.exists():
            self._assert_complete(target)
            target.unlink()
        assert run(self.words(place)) == 0
        self._assert_complete(target)

    def _assert_complete(self, target: Path) -> None:
        with LeafLog(self.start.ledger) as log, LeafLog(target) as copy:
            assert (copy.size, copy.root()) == (log.size, log.root())
            assert copy.integrity_problems() == []


class Ask(Command):
    """A question that is answered or fails, and leaves the ledger as it was."""

    def words(self, place: Place) -> list[str]:
        return place.words("pagu", "--json")

    def check_files(self, place: Place, call: Call, ended: Ended) -> None:
        assert bool(ended.out) == (ended.code == 0)
        assert run(self.words(place)) == 0


class Verify(Ask):
    """A disk that fails is no evidence against the ledger."""

    def words(self, place: Place) -> list[str]:
        return place.words("verify", "--json")

    def check_files(self, place: Place, call: Call, ended: Ended) -> None:
        assert bool(ended.out) == (ended.code != 4)
        assert run(self.words(place)) == 6


def contents(folder: Path, *, with_drafts: bool = True) -> dict[str, bytes]:
    """Name to bytes of what stands in a folder."""
    found = list(folder.iterdir()) if folder.exists() else []
    return {
        path.name: path.read_bytes()
        for path in found
        if with_drafts or not path.name.startswith(".")
    }


def make_commands(base: Path) -> dict[str, Command]:
    """Every command with its ledger; all start from one whose next import crosses a tile's end."""
    start = make_place(base / "start", ROWS, many_documents(255))
    imported = start.copy_to(base / "imported")
    assert run(imported.import_words()) == 0
    exported = imported.copy_to(base / "exported")
    export = Export(imported)
    assert run(export.words(exported)) == 0
    export.whole = contents(exported.folder / "keluar")
    return {
        "import": Import(start, before=start.size(), after=imported.size()),
        "checkpoint sign": Sign(_unsigned(start, base)),
        "export all": export,
        "export --ledger-copy": Copy(imported),
        "pagu": Ask(imported),
        "verify": Verify(imported, codes=(6, 4)),
    }


def _unsigned(start: Place, base: Path) -> Place:
    """A ledger that grew while its key was away."""
    place = start.copy_to(base / "unsigned")
    key = place.home.key_path(LEDGER_ID)
    key.rename(base / "key")
    assert run(place.import_words()) == 0
    (base / "key").rename(key)
    return place
