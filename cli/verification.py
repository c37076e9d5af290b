"""Gathering what a verification rests on: trusted keys and signed heads from outside the file.

Keys and heads come from the command line or from the user's own folder, never from the ledger.
Heads of the user's own folder can contradict the ledger; only heads that someone else holds, given
on the command line, confirm it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.home import Home
from cli.language import _
from cli.session import Session

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from events_store.log import LeafLog
    from events_store.note import VerifierKey
    from events_store.policy import Policy
    from events_store.timestamp import Stamp
    from events_store.verify import Head
    from ledger.events import KeyRotated

MAX_HEAD_BYTES = 1 << 20


@dataclass(frozen=True)
class Trust:
    """What a verification trusts: a policy, heads, and whether the signing key lies unlocked.

    Without any key that is trusted the policy has no logs, and no head can be judged.
    """

    policy: Policy
    heads: Sequence[Head]
    key_unlocked: bool


def gather(
    ledger_id: str,
    home: Home,
    keys: Sequence[str],
    checkpoints: Sequence[Path],
    policy: str | None = None,
) -> Trust:
    """Trust from options, else from the user's own folder.

    Raises KeyRefused or PolicyRefused for what is malformed, OSError for what cannot be read.
    """
    from events_store.keys import key_is_encrypted
    from events_store.verify import Head

    trusted = trusted_policy(keys, policy) or own_policy(ledger_id, home)
    heads = [
        Head(str(path), read_evidence(path)) for given in checkpoints for path in _files(given)
    ]
    heads += [
        Head(str(path), read_evidence(path), outside=False)
        for path in _files(home.anchors(ledger_id))
    ]
    secret = home.key_path(ledger_id)
    return Trust(
        trusted,
        heads if trusted.logs else [],
        key_unlocked=secret.exists() and not key_is_encrypted(secret),
    )


def trusted_policy(keys: Sequence[str], policy: str | None) -> Policy | None:
    """What the options name: keys of logs and a policy file together, None for neither."""
    from events_store.note import parse_verifier_key
    from events_store.policy import Policy, parse_policy

    if not keys and policy is None:
        return None
    read = Policy(()) if policy is None else parse_policy(read_evidence(Path(policy)))
    given = [parse_verifier_key(_key_text(key)) for key in keys]
    return replace(read, logs=(*read.logs, *given))


def own_policy(ledger_id: str, home: Home) -> Policy:
    """The policy that this user pinned, else the keys that sign here, or once signed."""
    from events_store.note import parse_verifier_key
    from events_store.policy import Policy, parse_policy

    pinned = home.policy_path(ledger_id)
    if pinned.exists():
        return parse_policy(read_evidence(pinned))
    texts = [path.read_text("utf-8").strip() for path in home.public_keys(ledger_id)]
    return Policy(tuple(parse_verifier_key(text) for text in texts))


def named_keys(log: LeafLog, policy: Policy) -> list[VerifierKey]:
    """The keys that rotations name which stand under a checkpoint by a key that is trusted."""
    from cli.wiring import own_entries
    from events_store.errors import EvidenceRefused, KeyRefused
    from events_store.note import parse_verifier_key
    from events_store.policy import policy_of_keys
    from ledger.events import KeyRotated

    rotations = list(own_entries(log, KeyRotated))
    if not rotations:
        return []
    signed, size = policy_of_keys(policy.logs), 0
    for _size, note in log.checkpoints():
        with suppress(EvidenceRefused):
            size = max(size, signed.open(note).size)
    found: dict[VerifierKey, None] = {}
    for text in (key for index, event in rotations if index < size for key in _keys_of(event)):
        with suppress(KeyRefused):
            found[parse_verifier_key(text)] = None
    return [key for key in found if key not in policy.logs]


def _keys_of(event: KeyRotated) -> tuple[str, str]:
    return event.old_key, event.new_key


def policy_for(session: Session, keys: Sequence[str], policy: str | None) -> Policy:
    """What the options name, else the keys of the user's own ledger; UsageError without either."""
    from cli.wiring import ledger_identity
    from events_store.errors import StoreError
    from events_store.log import LeafLog

    trusted = trusted_policy(keys, policy)
    if trusted is not None:
        return trusted
    with suppress(StoreError), LeafLog(session.ledger) as log:
        own = own_policy(ledger_identity(log).ledger, session.home)
        if own.logs:
            return own
    raise click.UsageError(_("Whose log? Give its key with --key, or a --policy."))


def read_evidence(path: Path, limit: int = MAX_HEAD_BYTES) -> bytes:
    """The bytes of a file, one more than `limit` at most: whoever reads them refuses that."""
    with path.open("rb") as file:
        return file.read(limit + 1)


def trusted_authority(tsa_ca: str | None) -> list[Certificate]:
    """The certificates that the verifier trusts for time stamps; none without a file."""
    from events_store.timestamp import parse_certificates

    return [] if tsa_ca is None else parse_certificates(read_evidence(Path(tsa_ca)))


def verified_stamp(token: bytes, note: bytes, tsa_ca: str) -> Stamp:
    """The authority's word over a note; TimestampRefused unless a certificate given vouches."""
    from events_store.timestamp import verify_token

    return verify_token(token, note, trusted_authority(tsa_ca))


def _key_text(key: str) -> str:
    """A verifier key as given, or the one line of a file that holds it."""
    path = Path(key)
    return path.read_text("utf-8").strip() if path.is_file() else key


def _files(path: Path) -> list[Path]:
    """The file, or those of a folder; a name that begins with a dot is a draft of one."""
    if path.is_dir():
        found = (item for item in path.iterdir() if not item.name.startswith("."))
        return sorted(item for item in found if item.is_file())
    return [path] if path.exists() else []
