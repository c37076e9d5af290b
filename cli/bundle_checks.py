"""Is a bundle what it says, under keys that come from elsewhere?

Everything in it must follow from its checkpoint: the entry by its path, an older checkpoint by the
consistency proof, all entries by the root, an answer by making it again from them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_type_hints

from cli import bundles

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from cli.claims import Question
    from events_store.checkpoint import Checkpoint
    from events_store.policy import Policy
    from events_store.timestamp import Stamp

_ENTRY = {bundles.LEAF, bundles.PROOF}
_GROWTH = {bundles.OLDER, bundles.GROWTH}
_REPLAY = {bundles.LEAVES, bundles.CLAIM, bundles.REPLAY}
_ALWAYS = {bundles.README, bundles.CHECKPOINT, *bundles.PROGRAMS}
_MAYBE = {bundles.STAMP, bundles.AUTHORITY, bundles.POLICY}


@dataclass(frozen=True)
class Checked:
    """What a sound bundle shows: under `checkpoint` this entry, or this answer from all entries.

    `stamp` is None where there is no time stamp, or no authority that the verifier trusts.
    `foreign` names programs in it that are not those of this version: to be read before use.
    """

    checkpoint: Checkpoint
    index: int | None = None
    claim: Mapping[str, Any] | None = None
    older_size: int | None = None
    stamp: Stamp | None = None
    foreign: tuple[str, ...] = ()


def check_bundle(data: bytes, policy: Policy, authority: list[Certificate]) -> Checked:
    """What the bundle shows; EvidenceRefused or LeafRefused for one that does not hold.

    `authority` are the certificates that the verifier trusts for time stamps, none for none.
    """
    from cli.claims import Question
    from events_store.bundle import unpack_bundle
    from events_store.timestamp import verify_token

    members = unpack_bundle(data)
    _require_parts(members)
    checkpoint = policy.open(members[bundles.CHECKPOINT])
    stamp = None
    if authority:
        note = members[bundles.CHECKPOINT]
        stamp = verify_token(members.get(bundles.STAMP, b""), note, authority)
    claim = _check_leaves(members, checkpoint) if bundles.LEAVES in members else None
    own = bundles.programs()
    if claim is not None:
        own[bundles.REPLAY] = bundles.replay_sql(Question(**claim["question"]))
    return Checked(
        checkpoint,
        index=_check_entry(members, policy) if bundles.LEAF in members else None,
        claim=claim,
        older_size=_check_growth(members, policy) if bundles.GROWTH in members else None,
        stamp=stamp,
        foreign=tuple(name for name in own if members[name] != own[name]),
    )


def _require_parts(members: Mapping[str, bytes]) -> None:
    from events_store.errors import BundleRefused

    names = {name for name in members if not name.startswith("tile/")}
    replay = bundles.LEAVES in names
    needed = _ALWAYS | (_REPLAY if replay else _ENTRY)
    allowed = needed | (set() if replay else _MAYBE | _GROWTH)
    tiles = len(members) > len(names)
    if needed - names or names - allowed or tiles != replay or len(names & _GROWTH) == 1:
        raise BundleRefused("it has not the parts of a proof of an entry, nor of a replay")


def _check_entry(members: Mapping[str, bytes], policy: Policy) -> int:
    from cli.wiring import check_leaf
    from events_store.errors import BundleRefused
    from events_store.leaf import decode_leaf
    from events_store.proof import parse_proof, verify_proof

    proof = parse_proof(members[bundles.PROOF])
    if proof.note != members[bundles.CHECKPOINT]:
        raise BundleRefused("the proof has another checkpoint than the bundle")
    verify_proof(members[bundles.LEAF], proof, policy.open)
    check_leaf(decode_leaf(members[bundles.LEAF]))
    return proof.index


def _check_growth(members: Mapping[str, bytes], policy: Policy) -> int:
    from events_store.checkpoint import open_checkpoint
    from events_store.consistency import parse_growth, verify_growth
    from events_store.errors import BundleRefused

    growth = parse_growth(members[bundles.GROWTH])
    older = open_checkpoint(members[bundles.OLDER], policy.logs)
    if growth.note != members[bundles.CHECKPOINT] or growth.old_size != older.size:
        raise BundleRefused("the consistency proof is not from the older checkpoint to this one")
    verify_growth(growth, older.root, policy.open)
    return older.size


def _check_leaves(members: Mapping[str, bytes], checkpoint: Checkpoint) -> Mapping[str, Any]:
    """All entries are there, the tiles are theirs, and they give the answer."""
    from cli.wiring import check_leaf
    from events_store.errors import BundleRefused
    from events_store.leaf import decode_leaf
    from events_store.merkle import CompactRange, leaf_hash

    *leaves, rest = members[bundles.LEAVES].split(b"\n")
    tree = CompactRange()
    types = []
    for leaf in leaves:
        tree.append(leaf_hash(leaf))
        decoded = decode_leaf(leaf)
        check_leaf(decoded)
        types.append(decoded.type)
    if rest or (tree.size, tree.root()) != (checkpoint.size, checkpoint.root):
        raise BundleRefused("the entries are not those of the checkpoint")
    if bundles.hash_tiles(leaves) != {n: d for n, d in members.items() if n.startswith("tile/")}:
        raise BundleRefused("the tiles are not those of the entries")
    return _check_claim(members, list(zip(range(tree.size), types, leaves, strict=True)))


def _check_claim(
    members: Mapping[str, bytes], leaves: list[tuple[int, str, bytes]]
) -> Mapping[str, Any]:
    from cli.claims import claim
    from events_store.errors import BundleRefused
    from projections.columns import decode

    question = _question(members[bundles.CLAIM])
    try:
        found = claim(decode(leaves, len(leaves)), question)
        answer = bundles.claim_bytes(found)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise BundleRefused(f"{bundles.CLAIM} holds no question: {error}") from error
    if answer != members[bundles.CLAIM]:
        raise BundleRefused("the entries do not give the answer in claim.json")
    return found


def _question(data: bytes) -> Question:
    """The question of a claim, each part of its kind.

    An answer lists each revision of a span, so a span longer than its bytes is refused unread.
    """
    from cli.claims import Question
    from events_store.errors import BundleRefused

    try:
        question = Question(**json.loads(data)["question"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BundleRefused(f"{bundles.CLAIM} holds no question: {error}") from error
    for name, kind in get_type_hints(Question).items():
        value = getattr(question, name)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise BundleRefused(f"{bundles.CLAIM} asks for {name} {value!r}")
    if question.since is not None and question.revision - question.since > len(data):
        raise BundleRefused(f"{bundles.CLAIM} asks for more revisions than it answers")
    return question
