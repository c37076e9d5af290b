"""Documents and satker that rows name: a name that is introduced nowhere is refused."""

from collections.abc import Collection, Iterable, Iterator

from ledger import streams
from ledger.decisions import Batch
from ledger.errors import Origin, Refusal
from ledger.records import Scalar, TypedRow


class Names:
    """Documents and satker that rows name, and those that neither file nor ledger introduces.

    `coded` are the satker whose code is stated already.
    """

    def __init__(self, batch: Batch, coded: Collection[str]) -> None:
        self._batch = batch
        self._coded = coded
        self._own: dict[str, set[Scalar]] = {"document": set(), "satker": set()}
        self._named: dict[str, dict[Scalar, Origin]] = {"document": {}, "satker": {}}

    def watched(self, rows: Iterable[TypedRow], *, new_satker: bool) -> Iterator[TypedRow]:
        """The same rows but those that introduce what is known, or a satker unasked."""
        for row in rows:
            if row.introduces and row.record == "satker-code":
                if row.values.get("satker") in self._coded:
                    continue
            elif row.record in self._own:
                own = row.values.get(row.record)
                if row.introduces and (
                    self._is_known(row.record, own) or (row.record == "satker" and not new_satker)
                ):
                    continue
                self._own[row.record].add(own)
            self._note(row)
            yield row

    def unknown(self, refused: Collection[int | None]) -> list[Refusal]:
        """A refusal for each name that is nowhere, with the row of its first mention.

        None for a row that is refused: what would have introduced the name was not read.
        """
        return [
            Refusal(
                f"{kind}-unknown",
                str(name),
                origin,
                suggestion="--satker, --new-satker" if kind == "satker" else None,
            )
            for kind, named in self._named.items()
            for name, origin in named.items()
            if origin.row not in refused
            and name not in self._own[kind]
            and not self._is_known(kind, name)
        ]

    def _note(self, row: TypedRow) -> None:
        values = row.values
        for field_, kind in _NAMING:
            name = values.get(field_)
            if name is not None and name not in self._named[kind] and row.record != field_:
                self._named[kind][name] = row.origin._replace(cell=None)

    def _is_known(self, kind: str, name: Scalar) -> bool:
        stream = streams.satker if kind == "satker" else streams.document
        return name is not None and self._batch.load(stream(str(name))).stands


_NAMING = (
    ("document", "document"),
    ("read_from", "document"),
    ("replaces", "document"),
    ("satker", "satker"),
)
