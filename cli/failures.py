"""Every error that may reach a user, as words and an exit code. The only table of both.

0 ok; 1 a check found something; 2 usage; 3 input refused; 4 ledger missing, locked or too new;
5 evidence contradicted; 6 evidence holds but nothing outside confirms it; 130 interrupted.
"""

from __future__ import annotations

from dataclasses import dataclass

from cli.language import _
from cli.messages import word_refusals
from cli.render.safe import safe

OK = 0
FOUND = 1
USAGE = 2
REFUSED = 3
UNAVAILABLE = 4
CONTRADICTED = 5
UNCONFIRMED = 6
INTERRUPTED = 130


@dataclass
class FileRefused(Exception):
    """Refusals with the name of the file (or option) that they are about."""

    file: str
    refusals: list  # type: ignore[type-arg]


def explain(error: BaseException) -> tuple[int, list[str]] | None:
    """(exit code, lines) of an error that is foreseen; None for one that is not."""
    code = getattr(error, "code", None)
    if isinstance(error, FileRefused):
        return REFUSED, _refused(error)
    module = type(error).__module__
    if module.startswith("events_store") and isinstance(code, str):
        return _STORE_CODES.get(code, CONTRADICTED), [safe(store_words(error))]
    if module == "projections.errors":
        return UNAVAILABLE, [
            _("The ledger holds entries that this version cannot read: {detail}").format(
                detail=safe(str(error))
            )
        ]
    name = type(error).__name__
    if name in ("RecordConflictError", "IntegrityError"):
        return UNAVAILABLE, [_("Another writer was faster; nothing was recorded. Run it again.")]
    if name in ("OperationalError", "DatabaseError"):
        text = _("The ledger cannot be written now, nothing was recorded: {detail}")
        return UNAVAILABLE, [text.format(detail=reason(error))]
    if isinstance(error, OSError):
        return UNAVAILABLE, [reason(error)]
    return None


def reason(error: BaseException) -> str:
    """What went wrong, in the words of the disk, the driver or the store, and with which file."""
    if isinstance(error, OSError):
        return safe(": ".join(str(part) for part in (error.strerror, error.filename) if part))
    return safe(str(getattr(error, "detail", None) or getattr(error, "orig", None) or error))


def _refused(error: FileRefused) -> list[str]:
    count = len(error.refusals)
    head = _("Refused, nothing was recorded ({count} found):").format(count=count)
    return [head, *(safe(line) for line in word_refusals(error.file, error.refusals, count))]


_STORE_CODES = {
    "ledger-missing": UNAVAILABLE,
    "ledger-locked": UNAVAILABLE,
    "ledger-too-new": UNAVAILABLE,
    "ledger-exists": UNAVAILABLE,
    "not-a-ledger": UNAVAILABLE,
    "store-unsupported": UNAVAILABLE,
    "key-refused": REFUSED,
    "policy-refused": REFUSED,
    "leaf-refused": REFUSED,
    "not-a-log": REFUSED,
    "ledger-unreadable": CONTRADICTED,
}


def store_words(error: BaseException) -> str:
    """An error of the store as a sentence in the user's language."""
    code = getattr(error, "code", "")
    path = getattr(error, "path", "")
    detail = getattr(error, "detail", "")
    words = {
        "ledger-missing": _(
            "No ledger at {path}. Make one with `jejak init` or `jejak demo`, or name it with -L."
        ),
        "ledger-locked": _("The ledger {path} cannot be read now; another process holds it."),
        "ledger-too-new": _("The ledger {path} was made by a newer version."),
        "ledger-exists": _("Something stands at {path} already."),
        "not-a-ledger": _("{path} is not a Jejak ledger."),
        "ledger-unreadable": _(
            "{path} says it is a Jejak ledger and cannot be read as one: {detail}"
        ),
        "store-unsupported": _("This cannot be stored safely here: {detail}"),
        "key-refused": _("The key was refused: {detail}"),
        "policy-refused": _("The policy was refused: {detail}"),
        "proof-refused": _("The proof does not hold: {detail}"),
        "note-refused": _("The signed note does not hold: {detail}"),
        "checkpoint-refused": _("The checkpoint does not hold: {detail}"),
        "timestamp-refused": _("The time stamp does not hold: {detail}"),
        "bundle-refused": _("The bundle does not hold: {detail}"),
        "snapshot-refused": _("The snapshot does not hold: {detail}"),
        "log-refused": _("The log does not hold, nothing was written: {detail}"),
        "not-a-log": _("{path} is not an exported log: no checkpoint lies in it."),
        "witness-refused": _("Not cosigned: {detail}"),
        "leaf-refused": _("This cannot become an entry: {detail}"),
        "signer-refused": _("Not signed, for it would contradict what was signed: {detail}"),
    }
    return words.get(code, str(error)).format(path=path, detail=detail)
