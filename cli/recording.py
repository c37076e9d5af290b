"""After the commit of a recording command: the signature, then the current tables.

In this order, because the signature is evidence and the tables can always be made again. What was
recorded stays recorded, whatever becomes of either.
"""

from __future__ import annotations

from cli.failures import reason
from cli.language import _
from cli.session import Session
from cli.signing import AskPassphrase, Signing, sign_head

TABLES_LIMIT = 200_000
"""Leaves above which a recording command leaves the current tables to `jejak rebuild`."""


def after_commit(session: Session, ask: AskPassphrase) -> Signing | None:
    """What every recording command does once its events are in: sign, then renew the tables."""
    signing = sign_after(session, ask)
    renew_tables(session)
    return signing


def has_unsigned_tail(session: Session) -> bool:
    """Whether entries stand there that no checkpoint covers, as after a signing that failed."""
    from events_store.log import LeafLog

    with LeafLog(session.ledger) as log:
        return log.size > max((size for size, _note in log.checkpoints()), default=0)


def renew_tables(session: Session) -> None:
    """Write the current tables anew, unless they are of this size already or the ledger is large.

    A failure is told, not raised: the tables then stay as they were, and say of which size.
    """
    from cli.wiring import write_current_tables
    from events_store.errors import StoreError
    from events_store.log import LeafLog
    from events_store.tables import read_materialised

    try:
        with LeafLog(session.ledger) as log:
            size = log.size
            sizes = {found.size for found in read_materialised(log).values()}
        if size > TABLES_LIMIT:
            text = _("The current tables are not renewed beyond {limit} entries: `jejak rebuild`.")
            session.note(text.format(limit=TABLES_LIMIT))
        elif sizes != {size}:
            write_current_tables(session.ledger)
    except (StoreError, OSError) as error:
        session.note(
            _("The current tables were not renewed: {detail}").format(detail=reason(error))
        )


def sign_after(session: Session, ask: AskPassphrase) -> Signing | None:
    """Sign the new head and say so. What was recorded stays recorded, signed or not."""
    from sqlite3 import DatabaseError

    from sqlalchemy.exc import DBAPIError

    from events_store.errors import KeyRefused, LedgerLocked

    try:
        signing = sign_head(session.ledger, session.home, ask)
    except (KeyRefused, LedgerLocked, DBAPIError, DatabaseError, OSError) as error:
        session.note(_("Not yet signed: {detail}").format(detail=reason(error)))
        return None
    session.note(signing_words(signing))
    return signing


def signing_words(signing: Signing) -> str:
    match signing.state:
        case "signed" if signing.checkpoint is not None:
            return _("Signed: {size} entries, checkpoint kept in {path}").format(
                size=signing.checkpoint.size, path=signing.anchor
            )
        case "current":
            return _("Signed already: nothing was added since.")
        case "locked":
            return _("Not yet signed: the key is locked. `jejak checkpoint sign` signs later.")
        case "empty":
            return _("Nothing to sign yet.")
    return _("Not yet signed: there is no key. `jejak keys create` makes one.")
