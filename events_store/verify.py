"""Does every byte of a ledger file follow from its leaves, and the leaves from the heads given?

One pass in index order, in memory that grows with streams and imports alone: leaf form and hash,
lifted columns, stream versions, import rows, full tiles, schema, digests of materialised tables,
and the root at each size for which a checkpoint is held. It proves that nothing was changed since
the heads were signed; it does not prove that what was entered is true, and without a head from
outside it cannot see a deleted tail.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from events_store import schema, tables
from events_store.checkpoint import Checkpoint, open_checkpoint_signed
from events_store.errors import EvidenceRefused, LedgerUnreadable
from events_store.findings import Contradiction, Findings
from events_store.leaf import Leaf
from events_store.log import LeafLog
from events_store.note import VerifierKey
from events_store.policy import Policy, policy_of_keys
from events_store.recognition import Forms, Recogniser
from events_store.scanning import scan


@dataclass(frozen=True)
class Head:
    """A signed tree head from outside the ledger file, and where it was read.

    `outside` says that someone else holds it: only such a head confirms the log.
    """

    source: str
    note: bytes
    outside: bool = True


@dataclass
class Report:
    """The answer of one verification."""

    size: int
    root: bytes
    checkpoint: Checkpoint | None
    heads: list[Checkpoint] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)
    unsigned_tail: int = 0
    by_named: int = 0

    @property
    def holds(self) -> bool:
        return not self.contradictions

    @property
    def confirmed_outside(self) -> bool:
        """A head from outside covers at least one leaf and nothing contradicts."""
        return self.holds and any(head.size > 0 for head in self.heads)


def verify_log(
    log: LeafLog,
    *,
    policy: Policy,
    heads: Sequence[Head] = (),
    named: Sequence[VerifierKey] = (),
    check_leaf: Callable[[Leaf], None] = lambda leaf: None,
    forms: Mapping[str, Forms] = MappingProxyType({}),
    min_size: int = 0,
    progress: Callable[[int], None] = lambda index: None,
) -> Report:
    """Verify one ledger file; every contradiction kind is reported with its first index.

    `policy` says whom to trust, by the verifier's own hand: its logs sign the checkpoints, and a
    head from outside must have its quorum of witnesses too. `named` are keys that the log itself
    names, at a rotation: what they signed is compared and confirms nothing. `check_leaf` raises
    LeafRefused for a type or data that the catalogue does not know; `forms` are the forms of data,
    by type, that it takes, so that a sound leaf need not be taken apart.
    """
    found = Findings()
    for what in schema_differences(log):
        found.add("schema", None, f"{what} is not as the ledger makes it")
    known = [*policy.logs, *named]
    stored, by_named = _open_stored(log.checkpoints(), policy.logs, known, found)
    outside = _open_heads([head for head in heads if head.outside], policy, found)
    own = _open_heads([head for head in heads if not head.outside], policy_of_keys(known), found)
    every = [*stored, *by_named, *outside, *own]
    listed = tables.read_materialised(log)
    wanted = {head.size for head in every} | {table.size for table in listed.values()}
    with ThreadPoolExecutor(1) as beside:
        pages = beside.submit(_page_problems, log.path)
        tree, roots = scan(log, wanted, Recogniser(forms, check_leaf), found, progress)
    for problem in pages.result():
        found.add("pages", None, problem)
    _check_heads(every, tree.size, roots, found)
    _check_tables(log, listed, roots, found)
    if tree.size < min_size:
        found.add("tail-missing", tree.size, f"size {tree.size}, at least {min_size} expected")
    last = max(stored, key=lambda head: head.size, default=None)
    return Report(
        size=tree.size,
        root=tree.root(),
        checkpoint=last,
        heads=outside,
        contradictions=found.ordered(),
        unsigned_tail=tree.size - (last.size if last else 0),
        by_named=len(by_named),
    )


def schema_differences(log: LeafLog) -> list[str]:
    """What of the file's schema is not as the ledger makes it, by type and name."""
    expected = {**tables.expected_schema(log), **schema.expected_schema()}
    actual = log.schema()
    keys = sorted(expected.keys() | actual.keys())
    found = [
        f"{kind} {name}"
        for kind, name in keys
        if expected.get((kind, name)) != actual.get((kind, name))
    ]
    if not found and log.owners() != schema.owners_of(expected.values()):
        found.append("an index or a table's name for it")
    return found


def _page_problems(path: Path) -> list[str]:
    """SQLite's own check of the file, for a thread of its own: it needs no time of Python."""
    with LeafLog(path) as log:
        return log.integrity_problems()


def _check_tables(
    log: LeafLog,
    listed: Mapping[str, tables.Materialised],
    roots: Mapping[int, bytes],
    found: Findings,
) -> None:
    """Each listed table against its digest, and where it says it comes from against the log.

    Whether its rows follow from the leaves is for those to say who know what it means.
    """
    for name, table in listed.items():
        if not tables.is_name(name):
            found.add("table", None, f"{name!r} is listed and can be no table of this kind")
        elif roots.get(table.size) != table.root:
            found.add("table", None, f"{name}: not from the first {table.size} leaves of this log")
        elif ("table", name) in log.schema() and not _has_digest(log, name, table.digest):
            found.add("table", None, f"{name}: not the rows whose digest was stored")


def _has_digest(log: LeafLog, name: str, digest: bytes) -> bool:
    try:
        return tables.stored_digest(log, name) == digest
    except LedgerUnreadable:
        return False


def _open_stored(
    rows: Iterable[tuple[int, bytes]],
    trusted_keys: Sequence[VerifierKey],
    known: Sequence[VerifierKey],
    found: Findings,
) -> tuple[list[Checkpoint], list[Checkpoint]]:
    """The stored checkpoints by a trusted key, and by others; without a key none can be judged."""
    trusted: list[Checkpoint] = []
    by_named: list[Checkpoint] = []
    for size, note in rows if trusted_keys else ():
        try:
            head, signed_by = open_checkpoint_signed(note, known)
        except EvidenceRefused as error:
            found.add("checkpoint", size, str(error))
            continue
        if head.size != size:
            found.add("checkpoint", size, f"the note under size {size} is of size {head.size}")
        own = any(key in trusted_keys and key.signs_for(head.origin) for key in signed_by)
        (trusted if own else by_named).append(head)
    return trusted, by_named


def _open_heads(heads: Sequence[Head], policy: Policy, found: Findings) -> list[Checkpoint]:
    opened = []
    for head in heads:
        try:
            opened.append(policy.open(head.note))
        except EvidenceRefused as error:
            found.add("head", None, f"{head.source}: {error}")
    return opened


def _check_heads(
    heads: Sequence[Checkpoint], size: int, roots: dict[int, bytes], found: Findings
) -> None:
    """Every head against the log; between the last that fits and the first that does not, the
    history was changed.
    """
    fitting = 0
    for head in sorted(heads, key=lambda head: head.size):
        if head.size > size:
            detail = f"a signed head covers {head.size} leaves, {size} are here"
            found.add("tail-missing", size, detail)
        elif roots.get(head.size) == head.root:
            fitting = head.size
        else:
            found.add(
                "history-rewritten",
                fitting,
                f"among leaves {fitting} to {head.size - 1} one is not that which was signed",
            )
