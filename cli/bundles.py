"""What a bundle of evidence holds: the proof of one entry, or everything to replay an answer.

The keys that judge a bundle never come out of it; the programs in it are short enough to read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from cli.language import language

if TYPE_CHECKING:
    from cli.claims import Question
    from events_store.log import LeafLog

README = "README.md"
LEAF = "leaf.json"
PROOF = "event.tlog-proof"
CHECKPOINT = "checkpoint"
OLDER = "older-checkpoint"
GROWTH = "consistency"
STAMP = "timestamp.tsr"
AUTHORITY = "tsa.pem"
POLICY = "policy"
LEAVES = "leaves.jsonl"
CLAIM = "claim.json"
REPLAY = "replay.sql"
PROGRAMS = ("verify.sh", "verify.go")


@dataclass(frozen=True)
class Attachments:
    """What else goes along: an older checkpoint and its size, a time stamp, a policy."""

    older: tuple[int, bytes] | None = None
    token: bytes | None = None
    authority: bytes | None = None
    policy: bytes | None = None


def entry_members(
    log: LeafLog, index: int, head: tuple[int, bytes], origin: str, extra: Attachments
) -> dict[str, bytes]:
    """The bundle of one entry under `head`, a (size, note) that covers it."""
    from cli.proving import entry_proof, growth_since
    from events_store.consistency import format_growth
    from events_store.leaf import decode_leaf
    from events_store.proof import format_proof

    size, note = head
    data = log.leaf(index) or b""
    leaf = decode_leaf(data)
    words = {
        "INDEX": index,
        "ORIGIN": origin,
        "SIZE": size,
        "TYPE": leaf.type,
        "STREAM": leaf.stream,
        "VERSION": leaf.version,
        "RECORDED_AT": leaf.recorded_at,
    }
    members = {
        README: _readme("entry", words),
        LEAF: data,
        PROOF: format_proof(entry_proof(log, index, size, note)),
        CHECKPOINT: note,
    }
    if extra.older is not None:
        members[OLDER] = extra.older[1]
        members[GROWTH] = format_growth(growth_since(log, extra.older[0], size, note))
    attached = ((STAMP, extra.token), (AUTHORITY, extra.authority), (POLICY, extra.policy))
    members |= {name: data for name, data in attached if data is not None}
    return members | programs()


def replay_members(
    log: LeafLog, head: tuple[int, bytes], origin: str, claim: Mapping[str, Any], asked: str
) -> dict[str, bytes]:
    """Every entry that `head` covers, the tree over them, the answer, and how to make it again.

    `claim` is that of `cli.claims` over the entries that `head` covers.
    """
    from cli.claims import Question

    size, note = head
    words = {"ORIGIN": origin, "SIZE": size, "QUESTION": asked}
    leaves = [data for _index, _type, data in log.leaves(0, size)]
    return {
        README: _readme("replay", words),
        CLAIM: claim_bytes(claim),
        CHECKPOINT: note,
        LEAVES: b"".join(data + b"\n" for data in leaves),
        **hash_tiles(leaves),
        REPLAY: replay_sql(Question(**claim["question"])),
        **programs(),
    }


def hash_tiles(leaves: Sequence[bytes]) -> dict[str, bytes]:
    """The tiles over all entries by path, without the entries, which lie in LEAVES."""
    from events_store.tile_directory import ENTRIES, tile_files

    found = tile_files(leaves)
    return {path: data for path, data in found if not path.startswith(ENTRIES)}


def claim_bytes(value: Mapping[str, Any]) -> bytes:
    """A claim as it lies in a bundle."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _readme(kind: str, words: Mapping[str, object]) -> bytes:
    text = _resource(f"{kind}.{language()}.md").decode("utf-8")
    for name, value in words.items():
        text = text.replace(f"@{name}@", str(value))
    return text.encode("utf-8")


def programs() -> dict[str, bytes]:
    """The programs of this version that check a bundle without this program."""
    return {name: _resource(name) for name in PROGRAMS}


def replay_sql(question: Question) -> bytes:
    """The program with the question before it; texts are quoted as SQL has them."""
    values = {
        "satker": question.satker,
        "fiscal_year": question.fiscal_year,
        "revision": question.revision,
        "code": question.code,
        "level": question.level,
        "leaves": LEAVES,
    }
    lines = [f"SET VARIABLE {name} = {_sql(value)};\n" for name, value in values.items()]
    return "".join(lines).encode("utf-8") + _resource(REPLAY)


def _sql(value: object) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _resource(name: str) -> bytes:
    return (files("cli") / "evidence" / name).read_bytes()
