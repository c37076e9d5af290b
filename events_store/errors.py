"""Everything `events_store` refuses: one root, a stable code for each kind, typed fields.

The fields are also the arguments, so an error survives pickling; its message is built from them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

PathText = str | os.PathLike[str]


class StoreError(Exception):
    """Root of this package's errors. `code` is stable: tools and documentation may rely on it."""

    code: ClassVar[str] = "store-error"


@contextmanager
def naming(path: PathText) -> Iterator[None]:
    """Give an OSError that names no file this one: a failing write or sync names none."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or os.fspath(path)
        raise


class _AboutPath(StoreError):
    def __init__(self, path: PathText) -> None:
        self.path = os.fspath(path)
        super().__init__(self.path)


class LedgerMissing(_AboutPath):
    """No ledger exists at `path`."""

    code = "ledger-missing"

    def __str__(self) -> str:
        return f"no ledger at {self.path}"


class LedgerLocked(_AboutPath):
    """Another process held the append lock for longer than the writer may wait."""

    code = "ledger-locked"

    def __str__(self) -> str:
        return f"{self.path} is locked by another process"


class NotALedger(_AboutPath):
    """What lies at `path` never claimed to be a Jejak ledger."""

    code = "not-a-ledger"

    def __str__(self) -> str:
        return f"{self.path} is not a Jejak ledger"


class LedgerTooNew(_AboutPath):
    """The ledger's schema version `found` is above the newest one `supported` here."""

    code = "ledger-too-new"

    def __init__(self, path: PathText, found: int, supported: int) -> None:
        super().__init__(path)
        self.found = found
        self.supported = supported
        self.args = (self.path, found, supported)

    def __str__(self) -> str:
        return (
            f"{self.path} has schema version {self.found}; "
            f"this program reads up to version {self.supported}"
        )


class LedgerUnreadable(_AboutPath):
    """A file that says it is a Jejak ledger and cannot be read as one."""

    code = "ledger-unreadable"

    def __init__(self, path: PathText, detail: str) -> None:
        super().__init__(path)
        self.detail = detail
        self.args = (self.path, detail)

    def __str__(self) -> str:
        return f"{self.path} says it is a Jejak ledger but cannot be read: {self.detail}"


class _WithDetail(StoreError):
    subject: ClassVar[str]

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)

    def __str__(self) -> str:
        return f"{self.subject} refused: {self.detail}"


class EvidenceRefused(_WithDetail):
    """Evidence that is malformed or does not prove what it claims."""

    code = "evidence-refused"
    subject = "evidence"


class ProofRefused(EvidenceRefused):
    code = "proof-refused"
    subject = "proof"


class NoteRefused(EvidenceRefused):
    code = "note-refused"
    subject = "signed note"


class CheckpointRefused(EvidenceRefused):
    code = "checkpoint-refused"
    subject = "checkpoint"


class KeyRefused(EvidenceRefused):
    code = "key-refused"
    subject = "key"


class PolicyRefused(EvidenceRefused):
    code = "policy-refused"
    subject = "policy"


class TimestampRefused(EvidenceRefused):
    code = "timestamp-refused"
    subject = "timestamp"


class BundleRefused(EvidenceRefused):
    code = "bundle-refused"
    subject = "bundle"


class SnapshotRefused(EvidenceRefused):
    code = "snapshot-refused"
    subject = "snapshot"


class WitnessRefused(EvidenceRefused):
    """A witness is asked to cosign what does not continue that which it saw."""

    code = "witness-refused"
    subject = "cosigning"


class SignerRefused(_WithDetail):
    """The signer remembers a head of which the log on offer is no continuation."""

    code = "signer-refused"
    subject = "signing"


class LogRefused(EvidenceRefused):
    """An exported log whose files do not follow from each other."""

    code = "log-refused"
    subject = "log"


class NotALog(_AboutPath):
    """No checkpoint lies in the folder at `path`: it is no exported log."""

    code = "not-a-log"

    def __str__(self) -> str:
        return f"{self.path} is not an exported log"


class LeafRefused(_WithDetail):
    """Bytes that may not become a leaf of the log."""

    code = "leaf-refused"
    subject = "leaf"


class LedgerExists(_AboutPath):
    """A ledger was to be created where something stands already."""

    code = "ledger-exists"

    def __str__(self) -> str:
        return f"something stands at {self.path} already"


class StoreUnsupported(_WithDetail):
    """The store cannot do this, or cannot do it durably on this machine."""

    code = "store-unsupported"
    subject = "store"
