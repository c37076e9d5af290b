"""One bit of a piece of evidence is flipped, anywhere: it is refused, or says what it said before.

Every bit of the texts; of bundles, time stamps and Parquet files as many as JEJAK_FLIPS, or all.
"""

import json
import os
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from cli import bundles
from cli.bound import POSITION, Bound
from cli.bundle_checks import Checked, check_bundle
from cli.claims import Question, claim
from cli.export_forms.parquet import parquet_bytes
from cli.log_rows import log_table
from cli.proving import entry_proof, growth_since
from cli.snapshot_checks import check_snapshot
from cli.wiring import read_columns
from events_store.bundle import pack_bundle, unpack_bundle
from events_store.consistency import format_growth, parse_growth, verify_growth
from events_store.cosignature import COSIGNATURE
from events_store.errors import BundleRefused, StoreError
from events_store.keys import SigningKey
from events_store.log import LeafLog
from events_store.note import format_base64, parse_verifier_key
from events_store.policy import Group, Policy, format_policy, parse_policy
from events_store.proof import format_proof, parse_proof, verify_proof
from events_store.timestamp import parse_certificates, verify_token
from events_store.witness import cosigned
from tests.authority import make_authority, needs_openssl
from tests.conftest import Campaign
from tests.tamper.book import KEY, ORIGIN, SIGNED, SIZE, Signed

FLIPS = int(os.environ.get("JEJAK_FLIPS", "300"))
SEED = int(os.environ.get("JEJAK_SEED", "20250120"))
INDEX = 301
WITNESS = SigningKey("inspektorat.example", bytes(range(32, 64)), COSIGNATURE)
WITNESS_KEY = parse_verifier_key(WITNESS.verifier_key)
POLICY = Policy(
    (parse_verifier_key(KEY.verifier_key),),
    {"inspektorat": WITNESS_KEY},
    {"saksi": Group(1, ("inspektorat",))},
    "saksi",
)
TIME = 1_737_360_000
SATKER = Question("banjarbaru", 2024, 300)

HOSTILE_VALUES: tuple[object, ...] = (
    None, 1.5, 10**30, -1, "", "x", "\ud800", [], {}, True, float("nan"),
)  # fmt: skip

Read = Callable[[bytes], Any]
"""What a piece of evidence says, or a StoreError; ACCEPTED where it says nothing but yes."""
ACCEPTED = "accepted"


@dataclass(frozen=True)
class Evidence:
    """Everything that can be shown of the signed ledger, and the leaf and roots it is about."""

    leaf: bytes
    older_root: bytes
    plain: bytes
    note: bytes
    proof: bytes
    growth: bytes
    entry: bytes
    replay: bytes
    parquet: bytes


@pytest.fixture(scope="module")
def evidence(original: Signed) -> Evidence:
    with LeafLog(original.path) as log:
        growth = growth_since(log, SIGNED[0], SIZE, original.notes[SIZE])
        note = cosigned(format_growth(growth), WITNESS, TIME)
        extra = bundles.Attachments(
            older=(SIGNED[0], original.notes[SIGNED[0]]),
            token=b"",
            authority=b"",
            policy=format_policy(POLICY),
        )
        entry = bundles.entry_members(log, INDEX, (SIZE, note), ORIGIN, extra)
        made = claim(read_columns(log, SIZE), SATKER)
        replay = bundles.replay_members(log, (SIZE, note), ORIGIN, made, "pagu")
        root = log.root(SIZE)
        position = {**dict.fromkeys(POSITION), "size": SIZE, "root": format_base64(root)}
        return Evidence(
            leaf=log.leaf(INDEX) or b"",
            older_root=log.root(SIGNED[0]),
            plain=original.notes[SIZE],
            note=note,
            proof=format_proof(entry_proof(log, INDEX, SIZE, note)),
            growth=format_growth(growth_since(log, SIGNED[0], SIZE, note)),
            entry=pack_bundle(entry),
            replay=pack_bundle(replay),
            parquet=parquet_bytes(log_table(log, SIZE), Bound(position, note.decode())),
        )


def flipped(data: bytes, bit: int) -> bytes:
    spoiled = bytearray(data)
    spoiled[bit // 8] ^= 1 << bit % 8
    return bytes(spoiled)


def sample(data: bytes) -> Iterable[int]:
    """Bits chosen with the seed; all of them where JEJAK_FLIPS is as large."""
    bits = range(len(data) * 8)
    return bits if len(bits) <= FLIPS else random.Random(SEED).sample(bits, FLIPS)


def flip_each(data: bytes, read: Read, bits: Iterable[int] | None = None) -> Counter[str]:
    """Outcomes of each flip: refused, "as before", or with its bit what was accepted anew."""
    before = read(data)
    outcomes: Counter[str] = Counter()
    for bit in range(len(data) * 8) if bits is None else bits:
        try:
            after = read(flipped(data, bit))
        except StoreError:
            outcomes["refused"] += 1
            continue
        same = after == before and before is not ACCEPTED
        outcomes["as before" if same else f"MISSED bit {bit}"] += 1
    return outcomes


def note_campaign(campaign: Campaign, fault: str, outcomes: Counter[str]) -> None:
    """One line of the table; fails where a flip was missed."""
    missed = [outcome for outcome in outcomes if outcome.startswith("MISSED")]
    tried = outcomes.total()
    campaign(fault, tried=tried, hit=tried - outcomes["as before"], missed=len(missed))
    assert missed == []
    assert outcomes["refused"] > 0


def read_note(data: bytes) -> str:
    POLICY.open(data)
    return ACCEPTED


def read_proof(evidence: Evidence, data: bytes) -> str:
    verify_proof(evidence.leaf, parse_proof(data), POLICY.open)
    return ACCEPTED


def read_growth(evidence: Evidence, data: bytes) -> str:
    verify_growth(parse_growth(data), evidence.older_root, POLICY.open)
    return ACCEPTED


def read_key(data: bytes) -> str:
    parse_verifier_key(data.decode("utf-8", "surrogateescape"))
    return ACCEPTED


def texts(evidence: Evidence) -> Iterator[tuple[str, bytes, Read]]:
    yield "signed checkpoint", evidence.note[: evidence.note.rindex("—".encode())], _plain_note
    yield "cosigned checkpoint", evidence.note, read_note
    yield "tlog-proof", evidence.proof, partial(read_proof, evidence)
    yield "consistency file", evidence.growth, partial(read_growth, evidence)
    for key in (KEY, WITNESS):
        yield f"verifier key {key.name}", key.verifier_key.encode(), read_key


def _plain_note(data: bytes) -> str:
    Policy(POLICY.logs).open(data)
    return ACCEPTED


def test_no_flipped_bit_of_a_text_is_accepted(evidence: Evidence, campaign: Campaign) -> None:
    for name, data, read in texts(evidence):
        outcomes = flip_each(data, read)
        assert outcomes == {"refused": len(data) * 8}, name
        note_campaign(campaign, "bit flips, proofs", outcomes)


def test_a_flipped_bit_of_a_policy_is_refused_or_read_as_another_policy(campaign: Campaign) -> None:
    """Nothing signs a policy: it is the verifier's own. But no bit of it is without meaning."""
    data = format_policy(POLICY)
    outcomes: Counter[str] = Counter()
    for bit in range(len(data) * 8):
        try:
            differs = parse_policy(flipped(data, bit)) != POLICY
        except StoreError:
            outcomes["refused"] += 1
            continue
        outcomes["read as another" if differs else f"MISSED bit {bit}"] += 1
    note_campaign(campaign, "bit flips, policies", outcomes)
    assert outcomes["read as another"] < outcomes["refused"] // 4


def check(data: bytes) -> Checked:
    return check_bundle(data, POLICY, [])


def read_bundle(data: bytes) -> str:
    check(data)
    return ACCEPTED


@pytest.mark.parametrize("kind", ["entry", "replay"])
def test_no_flipped_bit_of_a_bundle_is_accepted(
    evidence: Evidence, campaign: Campaign, kind: str
) -> None:
    data = getattr(evidence, kind)
    assert check(data).checkpoint.size == SIZE
    outcomes = flip_each(data, read_bundle, sample(data))
    assert set(outcomes) == {"refused"}
    note_campaign(campaign, "bit flips, bundles", outcomes)


@pytest.mark.parametrize(
    "name",
    [bundles.LEAF, bundles.PROOF, bundles.CHECKPOINT, bundles.OLDER, bundles.GROWTH],
)
def test_no_flipped_bit_of_a_member_is_accepted_when_the_bundle_is_packed_anew(
    evidence: Evidence, campaign: Campaign, name: str
) -> None:
    """The attacker makes MANIFEST and the zip anew: what signs the member must find it."""
    members = unpack_bundle(evidence.entry)

    def read(member: bytes) -> str:
        check(pack_bundle({**members, name: member}))
        return ACCEPTED

    outcomes = flip_each(members[name], read, sample(members[name]))
    note_campaign(campaign, "bit flips, members of bundles", outcomes)


@pytest.mark.parametrize("name", [bundles.LEAVES, bundles.CLAIM, "tile/0/000", "tile/1/000.p/2"])
def test_no_flipped_bit_of_a_replay_is_accepted_when_it_is_packed_anew(
    evidence: Evidence, campaign: Campaign, name: str
) -> None:
    members = unpack_bundle(evidence.replay)

    def read(member: bytes) -> str:
        check(pack_bundle({**members, name: member}))
        return ACCEPTED

    bits = list(sample(members[name]))[: max(30, FLIPS // 10)]
    outcomes = flip_each(members[name], read, bits)
    note_campaign(campaign, "bit flips, members of bundles", outcomes)


def test_a_proof_under_another_checkpoint_than_the_bundle_s_is_refused(evidence: Evidence) -> None:
    """Both notes hold under the policy: the witness cosigned the same twice."""
    again = cosigned(evidence.growth.replace(evidence.note, evidence.plain), WITNESS, TIME + 1)
    POLICY.open(again)
    members = unpack_bundle(evidence.entry)
    for name in (bundles.PROOF, bundles.GROWTH):
        other = members[name].replace(evidence.note, again)
        assert other != members[name]
        with pytest.raises(BundleRefused, match="checkpoint"):
            check(pack_bundle({**members, name: other}))


def test_entries_that_are_not_those_of_the_checkpoint_are_refused_with_tiles_of_their_own(
    evidence: Evidence,
) -> None:
    """A complete replay of fewer entries: everything in it agrees but the signed root."""
    members = unpack_bundle(evidence.replay)
    leaves = members[bundles.LEAVES].split(b"\n")[:-2]
    kept = {name: data for name, data in members.items() if not name.startswith("tile/")}
    kept[bundles.LEAVES] = b"".join(leaf + b"\n" for leaf in leaves)
    with pytest.raises(BundleRefused, match="not those of the checkpoint"):
        check(pack_bundle(kept | bundles.hash_tiles(leaves)))


def test_a_question_of_a_thousand_million_revisions_is_refused_unread(evidence: Evidence) -> None:
    question = {**asdict(SATKER), "since": 0, "code": "051", "revision": 10**12}
    claim = json.dumps({"question": question}).encode()
    members = {**unpack_bundle(evidence.replay), bundles.CLAIM: claim}
    with pytest.raises(BundleRefused, match="more revisions"):
        check(pack_bundle(members))


@pytest.mark.parametrize(
    "question",
    [
        b"",
        b"[]",
        b"5",
        b'{"question": []}',
        b'{"question": {}}',
        b'{"question": {"satker": "banjarbaru", "fiscal_year": 2024, "revision": 1, "more": 1}}',
        b"[" * 5000,
        b'{"question": ' + b"1" * 5000 + b"}",
        b"\xff",
        *[
            json.dumps({"question": {**asdict(SATKER), name: value}}).encode()
            for name in asdict(SATKER)
            for value in HOSTILE_VALUES
        ],
    ],
)
def test_a_bundle_with_a_hostile_question_is_refused(evidence: Evidence, question: bytes) -> None:
    members = {**unpack_bundle(evidence.replay), bundles.CLAIM: question}
    with pytest.raises(BundleRefused):
        check(pack_bundle(members))


@pytest.mark.parametrize("name", [*bundles.PROGRAMS, bundles.REPLAY])
def test_a_program_in_which_one_bit_differs_is_named(evidence: Evidence, name: str) -> None:
    """It proves nothing either way, but whoever runs it must know."""
    data = evidence.replay if name == bundles.REPLAY else evidence.entry
    members = unpack_bundle(data)
    assert check(data).foreign == ()
    for bit in random.Random(SEED).sample(range(len(members[name]) * 8), 10):
        spoiled = pack_bundle({**members, name: flipped(members[name], bit)})
        assert check(spoiled).foreign == (name,)


@needs_openssl
def test_a_time_stamp_with_a_flipped_bit_is_refused_or_says_the_same(
    evidence: Evidence, tmp_path: Path, campaign: Campaign
) -> None:
    """Not every byte of a token is signed; the time, the number and the stamped bytes are."""
    authority = make_authority(tmp_path)
    trusted = parse_certificates(authority.root)
    token = authority.stamp(evidence.note)
    outcomes = flip_each(
        token, lambda data: verify_token(data, evidence.note, trusted), sample(token)
    )
    note_campaign(campaign, "bit flips, time stamps", outcomes)


def read_parquet(path: Path, data: bytes) -> Any:
    """What a reader sees of a file that is accepted, its metadata among it."""
    path.write_bytes(data)
    check_snapshot(path, POLICY, None)
    table = pq.read_table(path)
    return table.schema, table.schema.metadata, table.to_pydict()


@pytest.mark.parametrize("part", ["file", "footer"])
def test_a_parquet_file_with_a_flipped_bit_is_refused_or_holds_the_same(
    evidence: Evidence, tmp_path: Path, campaign: Campaign, part: str
) -> None:
    """Pages have checksums; names, types, counts and metadata in the footer have none."""
    data = evidence.parquet
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    bits = range((footer if part == "footer" else 0) * 8, len(data) * 8)
    chosen = bits if len(bits) <= FLIPS else random.Random(SEED).sample(bits, FLIPS)
    read = partial(read_parquet, tmp_path / "log.parquet")
    note_campaign(campaign, "bit flips, Parquet", flip_each(data, read, chosen))
