"""Recording from the command line: the events, then the signature, then what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.language import _
from cli.session import Session
from cli.signing import AskPassphrase, Signing, sign_head

if TYPE_CHECKING:
    pass


def sign_after(session: Session, ask: AskPassphrase) -> Signing | None:
    """Sign the new head and say so. What was recorded stays recorded, signed or not."""
    from events_store.errors import KeyRefused

    try:
        signing = sign_head(session.ledger, session.home, ask)
    except KeyRefused as error:
        session.note(_("Not yet signed: {detail}").format(detail=error.detail))
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
