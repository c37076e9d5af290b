"""From the options of a reading command to columns at a position.

Every reading command takes the same position options and states the same position in its answer:
satker, year, revision, effective date, what was known, log size and root.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from cli.language import N_, _
from cli.options import option
from ledger.dates import DateRefused, format_instant, parse_date, parse_instant

if TYPE_CHECKING:
    from events_store.log import LeafLog
    from projections.columns import Columns
    from projections.position import Position, Visible
    from projections.revisions import Held

ALL = ("all", "semua")
_SHOWN_KEYS = 20
F = TypeVar("F", bound=Callable[..., Any])


class DateType(click.ParamType[date]):
    """A date in any of the forms that people write."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        if isinstance(value, date):
            return value
        try:
            return parse_date(value)
        except DateRefused as refused:
            message = _("{text!r} is not a date; write 2024-10-14 or 14 Oktober 2024.")
            raise click.BadParameter(message.format(text=value), ctx, param) from refused


class RevisionType(click.ParamType["int | str"]):
    """A revision number, `awal` or `akhir`."""

    name = "revision"

    def convert(self, value: Any, param: Any, ctx: Any) -> int | str:
        word = str(value).strip().lower()
        if word in ("awal", "first"):
            return "awal"
        if word in ("akhir", "last"):
            return "akhir"
        if word.isascii() and word.isdigit() and len(word) <= 6:
            return int(word)
        message = _("{text!r} is neither a number nor awal or akhir.")
        raise click.BadParameter(message.format(text=value), ctx, param)


_WHOSE = (
    option(
        "--satker",
        "satker",
        metavar=N_("KEY|CODE|all"),
        help=N_("Key or six-digit code of the satker; `all` where a command answers over all."),
    ),
    option("--fiscal-year", "--ta", "fiscal_year", type=int, help=N_("Fiscal year.")),
)
_WHEN = (
    option(
        "--revision",
        "--revisi-ke",
        "revision",
        type=RevisionType(),
        metavar="N|awal|akhir",
        help=N_("What held at this revision; the last one by default."),
    ),
    option(
        "--as-of",
        "--per-tanggal",
        "as_of",
        type=DateType(),
        metavar=N_("DATE"),
        help=N_("What held on this day, inclusive."),
    ),
)
_KNOWN = (
    option(
        "--known-at",
        "--tercatat-sampai",
        "known_at",
        metavar=N_("TIME"),
        help=N_("What the ledger knew then."),
    ),
    option(
        "--at-size",
        "--pada-ukuran",
        "at_size",
        type=click.IntRange(min=0),
        help=N_("What the ledger knew when it had this many entries."),
    ),
    option(
        "--documents-until",
        "--dokumen-sampai",
        "documents_until",
        type=DateType(),
        metavar=N_("DATE"),
        help=N_("Leave out what later documents say."),
    ),
    option(
        "--by",
        "--menurut",
        "by",
        type=click.Choice(["dipa", "posting"]),
        default="dipa",
        help=N_("Which date puts a revision into effect."),
    ),
)


def position_options(function: F) -> F:
    """The options that say at which position a question is asked."""
    return _decorated(function, (*_WHOSE, *_WHEN, *_KNOWN))


def knowledge_options(function: F) -> F:
    """The same without revision and date, for a question about more than one of them."""
    return _decorated(function, (*_WHOSE, *_KNOWN))


def _decorated(function: F, options: Iterable[Callable[[F], F]]) -> F:
    for decorate in reversed(tuple(options)):
        function = decorate(function)
    return function


@dataclass(frozen=True)
class Asked:
    """A question at a position: the columns left there, and the answer's `position` object.

    `asked_year` is the year that an option gave, where that is not the only one.
    """

    position: Position
    columns: Columns
    stated: dict[str, Any]
    visible: Visible
    asked_year: int | None = None

    @property
    def over_all(self) -> bool:
        """Whether the question is about all satker together."""
        return self.stated["satker"] is None

    @property
    def satker(self) -> str:
        """Its key; empty where the question is of several."""
        return str(self.stated["satker"] or "")

    @property
    def fiscal_year(self) -> int | None:
        year = self.stated["fiscal_year"]
        return None if year is None else int(year)

    def placed(self, revision: int | None, effective_on: str | None) -> dict[str, Any]:
        """The position object once the revision is known."""
        asked = self.position.as_of.isoformat() if self.position.as_of else None
        return {**self.stated, "revision": revision, "effective_on": asked or effective_on}

    @cached_property
    def held(self) -> Held:
        """The revision that the position means, and whether the one asked for was voided."""
        from projections.revisions import held_at

        return held_at(self.revisions, self.position)

    @cached_property
    def revisions(self) -> list[dict[str, Any]]:
        """The rows of the DIPA asked about, by revision; none where it is more than one."""
        return next(iter(self._dipas), []) if len(self._dipas) < 2 else []

    @cached_property
    def _dipas(self) -> list[list[dict[str, Any]]]:
        from projections.revisions import revision_rows

        return list(revision_rows(self.columns, self.position).values())

    @property
    def placed_at_held(self) -> dict[str, Any]:
        """The position object with the revision that it means, of several the one asked for."""
        number = self.position.revision
        if len(self._dipas) > 1:
            return self.placed(number if isinstance(number, int) else None, None)
        row = self.held.row or {}
        return self.placed(row.get("revision"), row.get("effective_from"))

    @property
    def warnings(self) -> list[dict[str, str]]:
        if not self.visible.undated_documents:
            return []
        text = _("Documents without a date, counted as they stand: {documents}").format(
            documents=", ".join(self.visible.undated_documents)
        )
        return [{"code": "documents-undated", "text": text}]


def ask(
    log: LeafLog,
    options: dict[str, Any],
    *,
    voided_imports: bool = False,
    consolidated: bool = False,
    whole: bool = False,
) -> Asked:
    """Resolve the position options against a log; raises click.UsageError where they clash.

    `voided_imports` keeps what a voided import brought among the columns, for a history.
    `consolidated` takes `--satker all`: then the answer names no satker. A `whole` question is of
    every satker and year that the options do not leave out; the position names one only where
    there is no other.
    """
    from cli.wiring import read_columns
    from projections.position import narrowed_to, visible

    position, stated = locate(log, options)
    columns = read_columns(log, position.size)
    satker, year = _meant(columns, options, consolidated=consolidated, whole=whole)
    left = visible(columns, position, voided_imports=voided_imports)
    cut = (satker, year)
    if whole:
        cut = (satker if options["satker"] else None, options["fiscal_year"])
    narrowed = replace(left, columns=narrowed_to(left.columns, *cut))
    said = {**stated, "satker": satker, "fiscal_year": year}
    return Asked(position, narrowed.columns, said, narrowed, options["fiscal_year"])


def locate(log: LeafLog, options: dict[str, Any]) -> tuple[Position, dict[str, Any]]:
    """The position and its object, as far as no entry has to be decoded: without a satker or year.

    click.UsageError where options clash.
    """
    from cli.wiring import ledger_identity
    from projections.position import Position

    revision, as_of = options.get("revision"), options.get("as_of")
    if revision is not None and as_of is not None:
        raise click.UsageError(_("Give either a revision or a date, not both."))
    if options["known_at"] is not None and options["at_size"] is not None:
        raise click.UsageError(_("Give either a time or a size, not both."))
    zone = ZoneInfo(ledger_identity(log).time_zone)
    size, known_at = _known(log, options, zone)
    position = Position(
        revision=revision,
        as_of=as_of,
        known_at=known_at,
        size=size,
        documents_until=options["documents_until"],
        by=options["by"],
    )
    stated = {
        "satker": None,
        "fiscal_year": None,
        "revision": None,
        "effective_on": None,
        "by": position.by,
        "known_at": format_instant(known_at) if known_at else _clock_at(log, size),
        "documents_until": _iso(position.documents_until),
        "size": size,
        "root": base64.b64encode(log.root(size)).decode(),
    }
    return position, stated


def _meant(
    columns: Columns, options: dict[str, Any], *, consolidated: bool, whole: bool
) -> tuple[str | None, int | None]:
    """The satker and year of the answer, None for all."""
    if whole:
        return _one_or_all(columns, options)
    satker = None
    if not (consolidated and means_all(columns, options["satker"])):
        satker = only_satker(columns, options["satker"])
    return satker, only_year(columns, satker, options["fiscal_year"])


def _one_or_all(columns: Columns, options: dict[str, Any]) -> tuple[str | None, int | None]:
    """The satker and year asked for or the only ones, None where there are several."""
    known = known_satker(columns)
    asked = None if means_all(columns, options["satker"]) else options["satker"]
    satker = only_satker(columns, asked) if asked is not None or len(known) < 2 else None
    years = known_years(columns, satker)
    return satker, options["fiscal_year"] or (years[0] if len(years) == 1 else None)


def _known(log: LeafLog, options: dict[str, Any], zone: ZoneInfo) -> tuple[int, datetime | None]:
    if options["at_size"] is not None:
        if options["at_size"] > log.size:
            raise click.UsageError(
                _("The ledger has {size} entries, not {asked}.").format(
                    size=log.size, asked=options["at_size"]
                )
            )
        return options["at_size"], None
    if options["known_at"] is None:
        return log.size, None
    from projections.columns import recorded_instants
    from projections.position import size_known_at

    try:
        instant = parse_instant(options["known_at"], zone)
    except DateRefused as refused:
        raise click.UsageError(
            _("{text!r} is not a time; write 2025-01-15T09:00.").format(text=options["known_at"])
        ) from refused
    return size_known_at(recorded_instants(log.leaves()), instant), instant


def _clock_at(log: LeafLog, size: int) -> str | None:
    """The clock of the last entry: up to when the ledger was filled."""
    from events_store.leaf import decode_leaf

    leaf = log.leaf(size - 1) if size else None
    return None if leaf is None else decode_leaf(leaf).recorded_at


def means_all(columns: Columns, asked: str | None) -> bool:
    """Whether `--satker` asks for all; a satker whose key is that word is meant first."""
    return asked is not None and asked.lower() in ALL and asked not in _codes(columns)


def known_satker(columns: Columns) -> list[str]:
    """The keys of the satker that stand, sorted."""
    return list(_codes(columns))


def only_satker(columns: Columns, asked: str | None) -> str:
    """The key of the satker asked for (by key or six-digit code), or of the only one.

    UsageError where there are several or none such.
    """
    known = _codes(columns)
    if asked is not None and asked not in known:
        return _by_code(known, asked)
    if asked is None and len(known) > 1:
        raise click.UsageError(
            _("Several satker here, give --satker: {known}.").format(known=_listed(known))
        )
    return asked or next(iter(known), "")


def _codes(columns: Columns) -> dict[str, str | None]:
    """Key -> six-digit code of each satker that stands, by key."""
    from projections.position import without_voided_imports
    from projections.satkers import satkers

    return {one.key: one.code for one in satkers(without_voided_imports(columns))}


def _by_code(known: dict[str, str | None], asked: str) -> str:
    keys = [key for key, code in known.items() if code == asked]
    if len(keys) == 1:
        return keys[0]
    if keys:
        text = _("Several satker have the code {code}: {known}.")
        raise click.UsageError(text.format(code=asked, known=_listed(keys)))
    if asked.lower() in ALL:
        raise click.UsageError(_("This is answered for one satker at a time, give its key."))
    raise click.UsageError(
        _("No satker {key!r} here; known: {known}.").format(key=asked, known=_listed(known) or "-")
    )


def _listed(keys: Collection[str]) -> str:
    """Some of the keys: a ministry has hundreds."""
    shown = ", ".join(islice(keys, _SHOWN_KEYS))
    return f"{shown}, ..." if len(keys) > _SHOWN_KEYS else shown


def only_year(columns: Columns, satker: str | None, asked: int | None) -> int | None:
    """The year asked for, or the only one with entries: claims about other years do not count.

    Of one satker, or of all where it is None.
    """
    if asked is not None:
        return asked
    years = known_years(columns, satker)
    if len(years) > 1:
        raise click.UsageError(
            _("Several fiscal years here, give --ta: {known}.").format(
                known=", ".join(map(str, years))
            )
        )
    return years[0] if years else None


def known_years(columns: Columns, satker: str | None) -> list[int]:
    """The years with entries of a satker (of any, without one), sorted."""
    import pyarrow.compute as pc

    from ledger.events import FigurePublished
    from projections.position import without_voided_imports

    years: set[int] = set()
    for topic, table in without_voided_imports(columns).tables.items():
        if topic != FigurePublished.TOPIC and {"satker", "fiscal_year"} <= set(table.column_names):
            mine = table if satker is None else table.filter(pc.equal(table["satker"], satker))
            years.update(pc.unique(mine["fiscal_year"]).to_pylist())
    return sorted(years)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
