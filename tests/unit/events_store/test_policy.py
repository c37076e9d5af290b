"""Policies: the rules of quorums, and everything that is not in the specification refused."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_store.checkpoint import Checkpoint, sign_checkpoint
from events_store.cosignature import COSIGNATURE
from events_store.errors import CheckpointRefused, EvidenceRefused, NoteRefused, PolicyRefused
from events_store.keys import SigningKey
from events_store.note import cosign_note, parse_verifier_key
from events_store.policy import (
    MAX_POLICY_BYTES,
    Group,
    Policy,
    format_policy,
    parse_policy,
    policy_of_keys,
)
from events_store.witness import Cosigner

ORIGIN = "jejak.example/satker-019937"
LOG = SigningKey(ORIGIN, bytes(32))
LOG_KEY = parse_verifier_key(LOG.verifier_key)
NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
KEYS = {
    name: SigningKey(f"{name}.example", bytes([at + 1]) * 32, COSIGNATURE)
    for at, name in enumerate(NAMES)
}
VERIFIERS = {name: parse_verifier_key(key.verifier_key) for name, key in KEYS.items()}
NEW = SigningKey("baru.example", b"n" * 32, COSIGNATURE)
CHECKPOINT = Checkpoint(ORIGIN, 3, bytes(range(32)))
SIGNED = sign_checkpoint(CHECKPOINT, LOG)
HEAD = f"log {LOG.verifier_key}\n" + "".join(
    f"witness {name} {key.verifier_key}\n" for name, key in KEYS.items()
)
NESTED = """group X-witnesses 2 X1 X2 X3
group Y-witnesses any Y1 Y2 Y3
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def note_by(*names: str) -> bytes:
    return cosign_note(SIGNED, [Cosigner(KEYS[name], 1_737_360_000) for name in names])


def accepted(text: str) -> set[frozenset[str]]:
    """Every set of witnesses whose cosignatures the policy takes."""
    policy = parse_policy((HEAD + text).encode())
    found = set()
    for chosen in product([False, True], repeat=len(NAMES)):
        names = frozenset(name for name, is_in in zip(NAMES, chosen, strict=True) if is_in)
        try:
            assert policy.open(note_by(*sorted(names))) == CHECKPOINT
        except CheckpointRefused:
            continue
        found.add(names)
    return found


def every_set() -> set[frozenset[str]]:
    return {
        frozenset(name for name, is_in in zip(NAMES, chosen, strict=True) if is_in)
        for chosen in product([False, True], repeat=len(NAMES))
    }


def test_the_example_of_the_specification_asks_two_of_x_and_one_of_y() -> None:
    assert accepted(NESTED) == {
        names
        for names in every_set()
        if len(names & {"X1", "X2", "X3"}) >= 2 and names & {"Y1", "Y2", "Y3"}
    }


@pytest.mark.parametrize(("count", "least"), [("any", 1), ("1", 1), ("2", 2), ("3", 3), ("all", 3)])
def test_a_group_asks_for_any_for_all_or_for_a_number(count: str, least: int) -> None:
    expected = {names for names in every_set() if len(names & {"X1", "Y1", "Y3"}) >= least}
    assert accepted(f"group g {count} X1 Y1 Y3\nquorum g\n") == expected


def test_a_single_witness_and_none_are_quorums() -> None:
    assert accepted("quorum X2\n") == {names for names in every_set() if "X2" in names}
    assert accepted("quorum none\n") == every_set()


def test_a_group_of_groups_counts_each_once() -> None:
    text = "group a any X1 X2\ngroup b all Y1 Y2\ngroup c 2 a b X3\nquorum c\n"
    assert accepted(text) == {
        names
        for names in every_set()
        if bool(names & {"X1", "X2"}) + (names >= {"Y1", "Y2"}) + ("X3" in names) >= 2
    }


def test_groups_nested_deeper_than_a_stack_are_followed() -> None:
    """Found by hostile input: the quorum was once followed by recursion."""
    chain = "".join(f"group g{n + 1} all g{n}\n" for n in range(5000))
    policy = parse_policy(f"{HEAD}group g0 any X1\n{chain}quorum g5000\n".encode())
    assert policy.open(note_by("X1")) == CHECKPOINT
    with pytest.raises(CheckpointRefused):
        policy.open(note_by("X2"))


def test_no_quorum_does_without_the_log_itself() -> None:
    stranger = SigningKey(ORIGIN, b"s" * 32)
    note = cosign_note(sign_checkpoint(CHECKPOINT, stranger), [Cosigner(KEYS["X1"], 1)])
    for quorum in ("none", "X1"):
        with pytest.raises(EvidenceRefused):
            parse_policy(f"{HEAD}quorum {quorum}\n".encode()).open(note)


def test_a_false_cosignature_is_refused_even_where_it_is_not_needed() -> None:
    note = note_by("X1").replace(SIGNED.split(b"\n")[1], b"3", 1)
    spoiled = note[:-6] + (b"A" if note[-6:-5] != b"A" else b"B") + note[-5:]
    with pytest.raises(NoteRefused):
        parse_policy(f"{HEAD}quorum none\n".encode()).open(spoiled)


def test_any_of_several_logs_signs() -> None:
    other = SigningKey("jejak.example/satker-2", b"o" * 32)
    text = f"log {LOG.verifier_key}\nlog {other.verifier_key} https://log.example/\nquorum none"
    policy = parse_policy(text.encode())
    assert policy.open(SIGNED) == CHECKPOINT
    theirs = Checkpoint(other.name, 3, bytes(range(32)))
    assert policy.open(sign_checkpoint(theirs, other)) == theirs


def test_a_policy_of_keys_asks_for_one_of_them() -> None:
    assert policy_of_keys([LOG_KEY]).open(SIGNED) == CHECKPOINT
    with pytest.raises(NoteRefused):
        policy_of_keys([]).open(SIGNED)


def test_blanks_comments_urls_and_order_of_witnesses_are_free() -> None:
    free = (
        f"# logs\n\t log\t {LOG.verifier_key}  https://log.example/ \n\n  # \u00e9\n"
        f"witness  X2 {KEYS['X2'].verifier_key}\t\n"
        f"witness X1 {KEYS['X1'].verifier_key} https://x1.example/\n"
        " group g  2 X1\tX2 \nquorum g"
    )
    policy = parse_policy(free.encode())
    assert policy == Policy(
        (LOG_KEY,),
        {"X1": VERIFIERS["X1"], "X2": VERIFIERS["X2"]},
        {"g": Group(2, ("X1", "X2"))},
        "g",
    )


def test_a_name_is_octets_of_any_kind() -> None:
    """A policy in another encoding than UTF-8 is read, and the Kelvin sign is not K."""
    for name in (b"K\xe9", "\u212a".encode(), b"\xff\xfe"):
        text = f"witness K {KEYS['X1'].verifier_key}\nwitness ".encode() + name
        text += f" {KEYS['X2'].verifier_key}\nquorum ".encode() + name + b"\n"
        policy = parse_policy(text)
        assert policy.quorum.encode("utf-8", "surrogateescape") == name
        assert parse_policy(format_policy(policy)) == policy


def refused(text: str) -> str:
    with pytest.raises(PolicyRefused) as caught:
        parse_policy((HEAD + text).encode())
    return caught.value.detail


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no quorum"),
        ("quorum X1\nquorum X1\n", "line 9: a second quorum"),
        ("quorum none\nquorum none\n", "a second quorum"),
        ("quorum\n", "no policy line"),
        ("quorum X1 X2\n", "no policy line"),
        ("quorum Z\n", "line 8: Z is not defined"),
        ("quorum g\ngroup g any X1\n", "g is not defined"),
        ("group g any h\ngroup h any X1\nquorum g\n", "h is not defined"),
        ("group g any g\nquorum g\n", "g is not defined"),
        ("group g any none\nquorum g\n", "none is not defined"),
        ("group g any X1 X1\nquorum g\n", "X1 is a member twice"),
        ("group g any X1\ngroup h any X1\nquorum g\n", "X1 is a member twice"),
        ("group g any X1\ngroup h any g\ngroup i all h g\nquorum i\n", "g is a member twice"),
        ("group g any\nquorum g\n", "no policy line"),
        ("group g\nquorum none\n", "no policy line"),
        ("group X1 any X2\nquorum X1\n", "X1 is taken"),
        ("group g any X1\ngroup g any X2\nquorum g\n", "g is taken"),
        ("group none any X1\nquorum none\n", "none is taken"),
        *[
            (f"group g {count} X1 X2\nquorum g\n", "cannot be asked for")
            for count in ("0", "3", "-1", "+1", "01", "1.0", "1e0", "0x1", "ALL", "Any", "both")
        ],
        ("group g \u0661 X1 X2\nquorum g\n", "cannot be asked for"),
        ("group g 99999999999 X1 X2\nquorum g\n", "cannot be asked for"),
        ("Quorum none\n", "no policy line"),
        ("threshold 3\nquorum none\n", "no policy line"),
        ("quorum none # comment\n", "no policy line"),
        ("log\nquorum none\n", "no policy line"),
        ("witness Z\nquorum none\n", "no policy line"),
        (f"log {LOG.verifier_key}\nquorum none\n", "stands twice"),
        (f"witness Z {KEYS['X1'].verifier_key}\nquorum none\n", "stands twice"),
        (f"witness X1 {NEW.verifier_key}\nquorum none\n", "X1 is taken"),
        (f"witness none {NEW.verifier_key}\nquorum none\n", "none is taken"),
        (f"witness Z {LOG.verifier_key}\nquorum none\n", "another purpose"),
        (f"log {KEYS['X1'].verifier_key}\nquorum none\n", "another purpose"),
        ("log jejak.example+00000000+AAAA\nquorum none\n", "line 8: "),
        ("quorum none\r\n", "control character"),
        ("quorum none\n\x00", "control character"),
        ("quorum none\x0b\n", "control character"),
        ("quorum none\n# \x7f\n", "control character"),
    ],
)
def test_what_no_policy_may_say_is_refused(text: str, why: str) -> None:
    assert why in refused(text)


def test_a_policy_that_is_too_long_is_refused() -> None:
    assert "too long" in refused("#" * MAX_POLICY_BYTES + "\nquorum none\n")


def test_a_key_under_a_second_name_is_the_same_key() -> None:
    again = SigningKey("alias.example", KEYS["X1"].seed, COSIGNATURE)
    assert "stands twice" in refused(f"witness Z {again.verifier_key}\nquorum none\n")
    log_again = SigningKey("alias.example", LOG.seed)
    assert "stands twice" in refused(f"log {log_again.verifier_key}\nquorum none\n")


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Witnesses, then groups of what stands before them, each a member at most once."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    free, groups = list(names), {}
    for at in range(draw(st.integers(0, 4))):
        if not free:
            break
        members = draw(st.lists(st.sampled_from(free), unique=True, min_size=1))
        free = [name for name in free if name not in members]
        groups[f"g{at}"] = Group(draw(st.integers(1, len(members))), tuple(members))
        free.append(f"g{at}")
    quorum = draw(st.sampled_from(["none", *names, *groups]))
    logs = (LOG_KEY,) if draw(st.booleans()) else ()
    return Policy(logs, {name: VERIFIERS[name] for name in names}, groups, quorum)


@given(policies())
def test_format_and_parse_are_inverses(policy: Policy) -> None:
    assert parse_policy(format_policy(policy)) == policy


def test_many_logs_witnesses_and_groups_are_read() -> None:
    """The specification asks for 32 of each; here 200, all of them in one quorum."""
    keys = [SigningKey(f"w{n}", n.to_bytes(32, "big"), COSIGNATURE) for n in range(1, 201)]
    lines = [f"log {SigningKey(f'l{n}', n.to_bytes(32, 'big')).verifier_key}" for n in range(200)]
    lines += [f"witness {key.name} {key.verifier_key}" for key in keys]
    lines += [f"group g{key.name} any {key.name}" for key in keys]
    lines += ["group g 200 " + " ".join(f"g{key.name}" for key in keys), "quorum g"]
    policy = parse_policy("\n".join(lines).encode())
    assert [len(part) for part in (policy.logs, policy.witnesses, policy.groups)] == [200, 200, 201]
