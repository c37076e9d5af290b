"""`jejak status`: what this ledger holds, how far it is signed, and what wants attention."""

import base64
import os
import stat
from pathlib import Path
from typing import Any

from cli.answer import Answer, give
from cli.language import N_, _
from cli.options import command
from cli.session import Session, take_session
from cli.shared import output_options, shared_options

SCHEMA = "jejak.status/1"


@command(
    "status",
    help=N_("Show what the ledger holds, how far it is signed, and what wants attention."),
    examples=["jejak status", "jejak status --json"],
)
@output_options
@shared_options
def run(**options: Any) -> None:
    from cli.wiring import ledger_identity, read_columns
    from events_store.log import LeafLog
    from events_store.tables import read_materialised
    from projections.columns import recorded_instants
    from projections.position import Position, visible

    session = take_session(options)
    with LeafLog(session.ledger) as log:
        opened = ledger_identity(log)
        columns = read_columns(log)
        instants = recorded_instants(log.leaves())
        signed = max((size for size, _note in log.checkpoints()), default=0)
        totals = {
            "ledger": opened.ledger,
            "currency": opened.currency,
            "scale": opened.scale,
            "time_zone": opened.time_zone,
            "bytes": session.ledger.stat().st_size,
            "size": log.size,
            "root": base64.b64encode(log.root()).decode(),
            "first_recorded_at": _iso(instants[0]) if len(instants) else None,
            "last_recorded_at": _iso(instants[-1]) if len(instants) else None,
            "actors": _actors(columns),
            "imports": sum(1 for _row in log.imports()),
            "signed": signed,
            "unsigned": log.size - signed,
            "stale_tables": sorted(
                name for name, found in read_materialised(log).items() if found.size != log.size
            ),
            **_key(session, opened.ledger),
        }
        standing = visible(columns, Position()).columns
        rows = _rows(standing)
    give(
        session,
        Answer(
            schema=SCHEMA,
            position=None,
            rows=rows,
            totals=totals,
            warnings=_warnings(session, totals, standing, instants),
            columns=_columns(),
            table_rows=[_shown(row) for row in rows],
            lines=_words(session, totals),
        ),
    )


def _rows(columns: Any) -> list[dict[str, Any]]:
    """One row a satker and year with entries: its last revision and how much is broken down."""
    from projections.position import Position
    from projections.revisions import revisions
    from projections.satkers import satkers

    nothing = dict.fromkeys(("revision", "date", "pagu", "coverage"))
    last: dict[tuple[str, int], dict[str, Any]] = dict.fromkeys(_years(columns), nothing)
    for row in revisions(columns, Position()).to_pylist():
        if row["voided_by"] is None:
            last[row["satker"], row["fiscal_year"]] = row
    rows = [
        {
            "satker": key,
            "fiscal_year": year,
            "revision": row["revision"],
            "date": row["date"],
            "pagu": row["pagu"],
            "coverage": row["coverage"],
        }
        for (key, year), row in sorted(last.items())
    ]
    known = {one.key: one for one in satkers(columns)}
    with_years = {row["satker"] for row in rows}
    rows += [{"satker": k, "fiscal_year": None, **nothing} for k in known if k not in with_years]
    for row in rows:
        one = known.get(row["satker"])
        row |= {"code": one and one.code, "name": one and one.name}
    return rows


def _years(columns: Any) -> set[tuple[str, int]]:
    """Each (satker, year) with entries; a claim about another year makes no year."""
    from ledger.events import FigurePublished

    found: set[tuple[str, int]] = set()
    for topic, table in columns.tables.items():
        if topic != FigurePublished.TOPIC and {"satker", "fiscal_year"} <= set(table.column_names):
            pairs = table.group_by(["satker", "fiscal_year"]).aggregate([]).to_pylist()
            found |= {(pair["satker"], pair["fiscal_year"]) for pair in pairs}
    return found


def _actors(columns: Any) -> list[str]:
    import pyarrow.compute as pc

    found: set[str] = set()
    for table in columns.tables.values():
        found.update(pc.unique(table["actor"]).to_pylist())
    return sorted(found)


def _key(session: Session, ledger_id: str) -> dict[str, Any]:
    """A key that signing would refuse is told with its reason, and not whether it is locked."""
    from events_store.errors import KeyRefused
    from events_store.keys import key_is_encrypted

    path = session.home.key_path(ledger_id)
    remembered = session.home.last_head(ledger_id)
    locked, refused = None, None
    try:
        locked = key_is_encrypted(path) if path.exists() else None
    except KeyRefused as error:
        refused = error.detail
    return {
        "key": str(path) if path.exists() else None,
        "key_locked": locked,
        "key_mode": _mode(path) if path.exists() else None,
        "key_refused": refused,
        "signer_remembers": remembered.size if remembered else None,
    }


def _mode(path: Path) -> str | None:
    """The permissions of a file as octal text, None where there are none of this kind."""
    return f"{stat.S_IMODE(path.stat().st_mode):04o}" if os.name == "posix" else None


def _warnings(
    session: Session, totals: dict[str, Any], columns: Any, instants: Any
) -> list[dict[str, str]]:
    found = []
    back = _clock_went_back(instants)
    if back is not None:
        text = _("The clock went back at #{index}; the order of the entries stands.")
        found.append({"code": "clock-back", "text": text.format(index=back)})
    undated = _undated(columns)
    if undated:
        text = _("Documents without a date: {documents}")
        found.append(
            {"code": "documents-undated", "text": text.format(documents=", ".join(undated))}
        )
    if totals["stale_tables"]:
        text = _("Current tables are stale, `jejak rebuild` renews them: {tables}")
        stale = ", ".join(totals["stale_tables"])
        found.append({"code": "tables-stale", "text": text.format(tables=stale)})
    wal = session.ledger.with_name(session.ledger.name + "-wal")
    if wal.exists() and wal.stat().st_size:
        text = _("{path} lies beside the ledger: a plain copy of the ledger alone is not complete.")
        found.append({"code": "wal-beside", "text": text.format(path=wal.name)})
    remembered = totals["signer_remembers"]
    if remembered is not None and remembered > totals["size"]:
        text = _("{remembered} entries were signed here, {size} are in the ledger: `jejak verify`.")
        words = text.format(remembered=remembered, size=totals["size"])
        found.append({"code": "ledger-shorter", "text": words})
    if totals["key_refused"] is not None:
        text = _("The key was refused: {detail}").format(detail=totals["key_refused"])
        found.append({"code": "key-refused", "text": text})
    if totals["key"] is None:
        found.append(
            {
                "code": "no-key",
                "text": _("There is no key yet; make one with `jejak keys create`."),
            }
        )
    return found


def _clock_went_back(instants: Any) -> int | None:
    """The first entry whose clock is before that of an earlier one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(instants) < 2:
        return None
    clock = instants.cast(pa.int64())
    running = pc.cumulative_max(clock)
    index = pc.index(pc.less(clock, running), pa.scalar(True)).as_py()
    return None if index < 0 else int(index)


def _undated(columns: Any) -> list[str]:
    from projections.corrections import settled_documents

    return sorted(name for name, known in settled_documents(columns).items() if not known.out_on)


def _columns() -> list[Any]:
    from cli.render.table import Column

    return [
        Column("satker", _("Satker"), "code"),
        Column("fiscal_year", _("Year"), "code"),
        Column("revision", _("Revision"), "code"),
        Column("date", _("Date"), "date"),
        Column("pagu", _("Pagu (Rp)"), "money"),
        Column("coverage", _("Lines"), "code", optional=1),
        Column("code", _("Code"), "code", optional=3),
        Column("name", _("Name"), "text", optional=2),
    ]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    words = {"full": _("full"), "partial": _("partial"), "total-only": _("total only")}
    return {
        **row,
        "fiscal_year": row["fiscal_year"] or "-",
        "revision": "-" if row["revision"] is None else row["revision"],
        "coverage": words.get(row["coverage"] or "", "-"),
    }


def _words(session: Session, totals: dict[str, Any]) -> list[str]:
    key = _("none")
    if totals["key"]:
        key = _("locked by a passphrase") if totals["key_locked"] else _("without a passphrase")
        key = _("refused") if totals["key_refused"] else key
        key += f" ({totals['key_mode']})" if totals["key_mode"] else ""
    remembered = totals["signer_remembers"]
    return [
        _("Ledger {id} in {path}, {bytes} bytes, amounts in {currency}").format(
            id=totals["ledger"],
            path=session.ledger,
            bytes=f"{totals['bytes']:,}".replace(",", "."),
            currency=totals["currency"],
        ),
        _("{size} entries, root {root}").format(size=totals["size"], root=totals["root"]),
        _("Recorded from {first} to {last} by {actors}; {imports} imports").format(
            first=totals["first_recorded_at"],
            last=totals["last_recorded_at"],
            actors=", ".join(totals["actors"]),
            imports=totals["imports"],
        ),
        _("Signed: {signed} entries, not yet signed: {unsigned}; key: {key}").format(
            signed=totals["signed"], unsigned=totals["unsigned"], key=key
        ),
        _("The signer remembers: {size}").format(size="-" if remembered is None else remembered),
    ]


def _iso(instant: Any) -> str:
    from ledger.dates import format_instant

    return format_instant(instant.as_py())
