"""A complete copy of a ledger file, to hand to somebody else.

VACUUM INTO reads one snapshot and writes a file that needs no -wal beside it, while others go on
appending. The copy is opened and compared before it gets its name.
"""

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from events_store.durable import discard, draft_of
from events_store.errors import LedgerExists, LedgerUnreadable, naming
from events_store.identity import check_identity
from events_store.log import LeafLog, refusal


def copy_ledger(path: Path, target: Path) -> tuple[int, bytes]:
    """Copy the ledger at `path` to `target`, whole or not at all; returns its size and root.

    Raises LedgerExists where something stands at `target`, LedgerUnreadable for a copy that is not
    the ledger, OSError where it cannot be written.
    """
    check_identity(path)
    if os.path.lexists(target):
        raise LedgerExists(target)
    draft = draft_of(target)
    try:
        _vacuum(path, draft)
        size, root = _compared(path, draft)
        publish(draft, target)
    except FileExistsError as error:
        raise LedgerExists(target) from error
    finally:
        discard(draft, draft.with_name(draft.name + "-journal"))
    return size, root


def publish(draft: Path, target: Path) -> None:
    """Give a finished file its name; FileExistsError where that is taken. The draft may remain.

    A link takes no name that is taken. A disk without links (FAT) is asked first, then renamed.
    """
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        draft.rename(target)


def _vacuum(path: Path, draft: Path) -> None:
    uri = f"file:{quote(str(path.resolve()))}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(draft),))
    except sqlite3.OperationalError as error:
        raise OSError(errno.EIO, str(error), str(draft)) from error
    except sqlite3.DatabaseError as error:
        raise refusal(path, error) from error
    with naming(draft), draft.open("rb+") as file:
        os.fsync(file.fileno())


def _compared(path: Path, draft: Path) -> tuple[int, bytes]:
    """The log may have grown since; what the copy holds must be its beginning."""
    with LeafLog(path) as log, LeafLog(draft) as copy:
        root = copy.root()
        if copy.size > log.size or log.root(copy.size) != root:
            raise LedgerUnreadable(draft, "the copy is not the ledger")
        return copy.size, root
