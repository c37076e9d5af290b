"""Does every byte of a ledger file follow from its leaves, and the leaves from the heads given?

One pass in index order, in memory that grows with streams and imports alone: leaf form and hash,
lifted columns, stream versions, import rows, full tiles, schema, digests of materialised tables,
and the root at each size for which a checkpoint is held. It proves that nothing was changed since
the heads were signed; it does not prove that what was entered is true, and without a head from
outside it cannot see a deleted tail.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from events_store import schema, tables
from events_store.checkpoint import Checkpoint
from events_store.errors import EvidenceRefused, LeafRefused, LedgerUnreadable
from events_store.leaf import Leaf, decode_leaf
from events_store.log import LeafLog
from events_store.merkle import CompactRange, leaf_hash, root_hash
from events_store.policy import Policy, policy_of_keys
from events_store.tiles import TILE_WIDTH


@dataclass(frozen=True)
class Contradiction:
    """What does not follow: its kind, the first index (None where none applies), the detail."""

    kind: str
    first_index: int | None
    detail: str


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
    check_leaf: Callable[[Leaf], None] = lambda leaf: None,
    min_size: int = 0,
    progress: Callable[[int], None] = lambda index: None,
) -> Report:
    """Verify one ledger file; every contradiction kind is reported with its first index.

    `policy` says whom to trust, by the verifier's own hand: its logs sign the checkpoints, and a
    head from outside must have its quorum of witnesses too. `check_leaf` raises LeafRefused for a
    type or data that the catalogue does not know.
    """
    found = _Findings()
    _check_schema(log, found)
    signed = policy_of_keys(policy.logs)
    stored = _open_all(log.checkpoints(), signed, found)
    outside = _open_heads([head for head in heads if head.outside], policy, found)
    own = _open_heads([head for head in heads if not head.outside], signed, found)
    every = [*stored, *outside, *own]
    listed = tables.read_materialised(log)
    wanted = {head.size for head in every} | {table.size for table in listed.values()}
    tree, roots = _scan(log, wanted, check_leaf, found, progress)
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
    )


class _Findings:
    """The first contradiction of each kind, so that a spoiled ledger gives a short answer."""

    def __init__(self) -> None:
        self._first: dict[str, Contradiction] = {}

    def add(self, kind: str, index: int | None, detail: str) -> None:
        self._first.setdefault(kind, Contradiction(kind, index, detail))

    def ordered(self) -> list[Contradiction]:
        return sorted(
            self._first.values(),
            key=lambda item: (item.first_index is None, item.first_index or 0, item.kind),
        )


def _scan(
    log: LeafLog,
    wanted: set[int],
    check_leaf: Callable[[Leaf], None],
    found: _Findings,
    progress: Callable[[int], None],
) -> tuple[CompactRange, dict[int, bytes]]:
    tree = CompactRange()
    roots = {0: tree.root()}
    versions: dict[str, int] = {}
    imports = _ImportRows(log.imports(), found)
    tiles = _Tiles(log, found)
    for index, stream, version, type_, data, stored_hash in log.rows():
        if index != tree.size:
            found.add("index", tree.size, f"row {index} stands where {tree.size} must")
            break
        digest = leaf_hash(data)
        if digest != stored_hash:
            found.add("hash", index, "the entry does not have the hash that was stored with it")
        tree.append(digest)
        tiles.append(digest)
        if tree.size in wanted:
            roots[tree.size] = tree.root()
        _check_row(index, stream, version, type_, data, versions, imports, check_leaf, found)
        progress(index)
    imports.finish()
    tiles.finish()
    return tree, roots


def _check_row(
    index: int,
    stream: str,
    version: int,
    type_: str,
    data: bytes,
    versions: dict[str, int],
    imports: "_ImportRows",
    check_leaf: Callable[[Leaf], None],
    found: _Findings,
) -> None:
    try:
        leaf = decode_leaf(data)
        check_leaf(leaf)
    except LeafRefused as error:
        found.add("leaf", index, str(error))
        return
    for name, column, value in (
        ("stream", stream, leaf.stream),
        ("version", version, leaf.version),
        ("type", type_, leaf.type),
    ):
        if column != value:
            found.add("column", index, f"{name} is {column!r} beside the leaf's {value!r}")
    if leaf.version != versions.get(leaf.stream, 0) + 1:
        found.add("version", index, f"{leaf.stream} has version {leaf.version} out of turn")
    versions[leaf.stream] = leaf.version
    imports.see(leaf.import_id, index)


class _ImportRows:
    """The import table beside the first leaf of each import, both in index order."""

    def __init__(self, rows: Iterator[tuple[str, int]], found: _Findings) -> None:
        self._rows = rows
        self._found = found
        self._seen: set[str] = set()

    def see(self, import_id: str | None, index: int) -> None:
        if import_id is None or import_id in self._seen:
            return
        self._seen.add(import_id)
        row = next(self._rows, None)
        if row != (import_id, index):
            self._found.add("import", index, f"import {import_id} has the row {row!r}")

    def finish(self) -> None:
        for import_id, index in self._rows:
            self._found.add("import", index, f"row {import_id!r} has no leaf")
            return


class _Tiles:
    """Recomputes every full tile and compares it with the stored one as soon as it fills."""

    def __init__(self, log: LeafLog, found: _Findings) -> None:
        self._log = log
        self._found = found
        self._open: list[list[bytes]] = [[]]
        self._filled: list[int] = [0]

    def append(self, digest: bytes) -> None:
        level = 0
        while True:
            hashes = self._open[level]
            hashes.append(digest)
            if len(hashes) < TILE_WIDTH:
                return
            self._compare(level, b"".join(hashes))
            digest = root_hash(hashes)
            self._open[level] = []
            level += 1
            if level == len(self._open):
                self._open.append([])
                self._filled.append(0)

    def _compare(self, level: int, data: bytes) -> None:
        idx = self._filled[level]
        self._filled[level] += 1
        if self._log.find_tile(level, idx) != data:
            first = idx * TILE_WIDTH ** (level + 1)
            self._found.add("tile", first, f"tile {level}/{idx} does not follow from its leaves")

    def finish(self) -> None:
        for level, idx in self._log.tile_keys():
            if not (0 <= level < len(self._filled) and 0 <= idx < self._filled[level]):
                self._found.add("tile", None, f"tile {level}/{idx} stands beyond the log")
                return


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


def _check_schema(log: LeafLog, found: _Findings) -> None:
    for what in schema_differences(log):
        found.add("schema", None, f"{what} is not as the ledger makes it")
    for problem in log.integrity_problems():
        found.add("pages", None, problem)


def _check_tables(
    log: LeafLog,
    listed: Mapping[str, tables.Materialised],
    roots: Mapping[int, bytes],
    found: _Findings,
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


def _open_all(
    rows: Iterable[tuple[int, bytes]], policy: Policy, found: _Findings
) -> list[Checkpoint]:
    """The stored checkpoints that a trusted key signed; without a key none can be judged."""
    opened = []
    for size, note in rows if policy.logs else ():
        try:
            head = policy.open(note)
        except EvidenceRefused as error:
            found.add("checkpoint", size, str(error))
            continue
        if head.size != size:
            found.add("checkpoint", size, f"the note under size {size} is of size {head.size}")
        opened.append(head)
    return opened


def _open_heads(heads: Sequence[Head], policy: Policy, found: _Findings) -> list[Checkpoint]:
    opened = []
    for head in heads:
        try:
            opened.append(policy.open(head.note))
        except EvidenceRefused as error:
            found.add("head", None, f"{head.source}: {error}")
    return opened


def _check_heads(
    heads: Sequence[Checkpoint], size: int, roots: dict[int, bytes], found: _Findings
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
