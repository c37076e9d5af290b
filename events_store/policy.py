"""Whom a verifier trusts: keys of logs, keys of witnesses, and how many of these must agree.

C2SP tlog-policy. A policy comes from the verifier's own hand, never from what it judges. The
parser refuses whatever it does not know, for a misread policy would trust too much.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from events_store.checkpoint import Checkpoint, open_checkpoint_signed
from events_store.cosignature import COSIGNATURE
from events_store.errors import CheckpointRefused, KeyRefused, PolicyRefused
from events_store.note import ED25519, VerifierKey, parse_verifier_key

MAX_POLICY_BYTES = 1_000_000
NONE = "none"

_FORBIDDEN = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")


@dataclass(frozen=True)
class Group:
    """At least `threshold` of the named witnesses or groups."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """A checkpoint counts when one of `logs` signed it and the quorum cosigned it.

    The members of a group are witnesses, or groups that stand before it.
    """

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    def open(self, note: bytes) -> Checkpoint:
        """The checkpoint in a note that this policy accepts; EvidenceRefused otherwise."""
        keys = [*self.logs, *self.witnesses.values()]
        checkpoint, signed_by = open_checkpoint_signed(note, keys)
        if self.quorum != NONE and self.quorum not in self._seen_by(signed_by):
            raise CheckpointRefused(f"not cosigned as the policy's quorum {self.quorum} asks")
        return checkpoint

    def _seen_by(self, signed_by: Sequence[VerifierKey]) -> set[str]:
        """The witnesses and groups that have seen it; a group stands after its members."""
        seen = {name for name, key in self.witnesses.items() if key in signed_by}
        for name, group in self.groups.items():
            if sum(member in seen for member in group.members) >= group.threshold:
                seen.add(name)
        return seen


def policy_of_keys(keys: Sequence[VerifierKey]) -> Policy:
    """The policy that asks for the signature of one of these log keys and nothing more."""
    return Policy(tuple(keys))


def parse_policy(data: bytes) -> Policy:
    """Read a policy file; PolicyRefused names the line that cannot be read."""
    if len(data) > MAX_POLICY_BYTES or _FORBIDDEN.search(data):
        raise PolicyRefused("too long, or a control character in it")
    reader = _Reader()
    for number, raw in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
        words = raw.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            reader.take(words)
        except (KeyRefused, PolicyRefused) as error:
            raise PolicyRefused(f"line {number}: {error.detail}") from error
    return reader.policy()


def format_policy(policy: Policy) -> bytes:
    """A policy file that parse_policy reads as the same policy; urls are not kept."""
    lines = [f"log {_text_of(key)}" for key in policy.logs]
    lines += [f"witness {name} {_text_of(key)}" for name, key in policy.witnesses.items()]
    lines += [
        f"group {name} {group.threshold} {' '.join(group.members)}"
        for name, group in policy.groups.items()
    ]
    return "\n".join([*lines, f"quorum {policy.quorum}", ""]).encode("utf-8", "surrogateescape")


def _text_of(key: VerifierKey) -> str:
    from events_store.note import verifier_key

    return verifier_key(key.name, key.public_key, key.algorithm)


class _Reader:
    """Takes a policy line by line; a name must stand before it is used."""

    def __init__(self) -> None:
        self._logs: list[VerifierKey] = []
        self._witnesses: dict[str, VerifierKey] = {}
        self._groups: dict[str, Group] = {}
        self._quorum: str | None = None
        self._members: set[str] = set()

    def take(self, words: Sequence[str]) -> None:
        match words:
            case ["log", key] | ["log", key, _]:
                self._logs.append(self._new_key(key, ED25519, self._logs))
            case ["witness", name, key] | ["witness", name, key, _]:
                known = list(self._witnesses.values())
                self._witnesses[self._new_name(name)] = self._new_key(key, COSIGNATURE, known)
            case ["group", name, count, *members] if members:
                self._groups[self._new_name(name)] = self._group(count, members)
            case ["quorum", name]:
                self._take_quorum(name)
            case _:
                raise PolicyRefused(f"{words[0]!r} with {len(words) - 1} words is no policy line")

    def policy(self) -> Policy:
        if self._quorum is None:
            raise PolicyRefused("no quorum line")
        return Policy(tuple(self._logs), self._witnesses, self._groups, self._quorum)

    def _new_key(self, text: str, algorithm: bytes, known: Sequence[VerifierKey]) -> VerifierKey:
        key = parse_verifier_key(text)
        if key.algorithm != algorithm:
            raise PolicyRefused(f"the key {key.name} signs for another purpose")
        if any(key.public_key == other.public_key for other in known):
            raise PolicyRefused(f"the key {key.name} stands twice")
        return key

    def _new_name(self, name: str) -> str:
        if name == NONE or name in self._witnesses or name in self._groups:
            raise PolicyRefused(f"the name {name} is taken")
        return name

    def _group(self, count: str, members: Sequence[str]) -> Group:
        for member in members:
            if member not in self._witnesses and member not in self._groups:
                raise PolicyRefused(f"{member} is not defined above")
            if member in self._members:
                raise PolicyRefused(f"{member} is a member twice")
            self._members.add(member)
        words = {"any": 1, "all": len(members)}
        threshold = words.get(count) or (
            int(count) if re.fullmatch("[1-9][0-9]{0,3}", count) else 0
        )
        if not 1 <= threshold <= len(members):
            raise PolicyRefused(f"{count} of {len(members)} members cannot be asked for")
        return Group(threshold, tuple(members))

    def _take_quorum(self, name: str) -> None:
        if self._quorum is not None:
            raise PolicyRefused("a second quorum line")
        if name != NONE and name not in self._witnesses and name not in self._groups:
            raise PolicyRefused(f"{name} is not defined above")
        self._quorum = name
