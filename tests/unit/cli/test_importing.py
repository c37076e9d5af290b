"""A file into a real ledger file: whole or not at all, once, and every reason at once."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.importing import ImportFile, Prepared, import_id_of, prepare, record_prepared
from cli.opening import Opening, create_ledger
from cli.wiring import check_leaf, open_ledger
from events_store.errors import LeafRefused
from events_store.leaf import decode_leaf
from events_store.log import LeafLog
from ledger.application import Ledger
from ledger.errors import InputRefused, Origin, Refusal
from ledger.events import (
    Counts,
    DipaLinesStated,
    DipaRevised,
    DocumentRegistered,
    EntryCorrected,
    EntryVoided,
    Event,
    ImportReceived,
    NewValue,
    Target,
)

STREAM = "dipa/banjarbaru/2024"
MAPPING = """
[[document]]
document = "lkj"
kind = "LKJ"

[[statement]]
record = "revision"
columns = { revision = "revisi", dated = "tanggal", total = "pagu" }
fixed = { satker = "banjarbaru", fiscal_year = 2024, document = "lkj" }
"""
TABLE = "revisi,tanggal,pagu\n0,2023-11-24,20088904000\n1,2024-02-13,22502131000\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "jejak.db"
    opening = Opening("uji", "Asia/Makassar", "IDR", 0, "banjarbaru", "KPU Kota Banjarbaru", None)
    create_ledger(found, opening, actor="uji")
    return found


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with open_ledger(path) as application:
        yield application


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _file(text: str = TABLE, mapping: str | None = MAPPING, **fields: Any) -> ImportFile:
    path = Path(f"{hashlib.sha256(text.encode()).hexdigest()[:8]}.csv")
    path.write_text(text)
    return ImportFile(path, mapping, "tabel.csv", **fields)


def _prepare(ledger: Ledger, file: ImportFile, **options: Any) -> Prepared:
    return prepare(ledger, file, actor="uji", **options)


def _import(ledger: Ledger, file: ImportFile, **options: Any) -> list[int]:
    return list(record_prepared(ledger, _prepare(ledger, file, **options), actor="uji"))


def _refusals(ledger: Ledger, file: ImportFile, **options: Any) -> list[Refusal]:
    """Why a file is refused; it has then added nothing."""
    before = ledger.recorder.max_notification_id()
    with pytest.raises(InputRefused) as refused:
        _import(ledger, file, **options)
    assert ledger.recorder.max_notification_id() == before
    return refused.value.refusals


def _stream(ledger: Ledger, stream: str = STREAM) -> list[Event]:
    return [event for event in ledger.events.get(stream) if isinstance(event, Event)]


def test_an_import_id_is_the_hash_of_both_hashes_in_32_digits(ledger: Ledger) -> None:
    content = hashlib.sha256(TABLE.encode()).digest()
    mapping = hashlib.sha256(MAPPING.encode()).digest()
    by_hand = hashlib.sha256(content + mapping).digest().hex()[:32]
    assert import_id_of(content, MAPPING) == by_hand
    assert _prepare(ledger, _file()).import_id == by_hand


def test_an_import_is_one_transaction_that_begins_with_its_receipt(
    path: Path, ledger: Ledger
) -> None:
    prepared = _prepare(ledger, _file())
    assert list(record_prepared(ledger, prepared, actor="uji")) == [2, 3, 4, 5]
    with LeafLog(path) as log:
        leaves = [decode_leaf(data) for _, _, data in log.leaves(2)]
        assert list(log.imports()) == [(prepared.import_id, 2)]
    assert [leaf.type for leaf in leaves] == [
        "import-received.v1",
        "document-registered.v1",
        "dipa-revised.v1",
        "dipa-revised.v1",
    ]
    assert {leaf.import_id for leaf in leaves} == {prepared.import_id}
    assert len({leaf.recorded_at for leaf in leaves}) == 1
    for leaf in leaves:
        check_leaf(leaf)


def test_a_receipt_says_what_came_in_and_how_it_was_read(ledger: Ledger) -> None:
    received = _prepare(ledger, _file()).received
    assert received is not None
    import_id = received.import_id
    assert received == ImportReceived(
        f"impor/{import_id}",
        1,
        import_id,
        "tabel.csv",
        hashlib.sha256(TABLE.encode()).hexdigest(),
        MAPPING,
        "uji",
        Counts(rows=3, new=3, same=0, skipped=0, corrected=0),
    )


def test_a_prepared_file_has_written_nothing(ledger: Ledger) -> None:
    _prepare(ledger, _file())
    assert ledger.recorder.max_notification_id() == 2


def test_the_same_file_again_adds_nothing(ledger: Ledger) -> None:
    _import(ledger, _file())
    again = _prepare(ledger, _file())
    assert again.already
    assert len(record_prepared(ledger, again, actor="uji")) == 0
    assert ledger.recorder.max_notification_id() == 6


def test_the_same_content_by_another_mapping_has_nothing_new(ledger: Ledger) -> None:
    _import(ledger, _file())
    again = _prepare(ledger, _file(mapping=MAPPING + "# once more\n"))
    assert not again.already
    assert again.is_empty
    assert again.received is not None
    assert again.received.counts == Counts(3, 0, 3, 0, 0)
    assert len(record_prepared(ledger, again, actor="uji")) == 0
    assert ledger.recorder.max_notification_id() == 6


def test_a_longer_file_adds_what_is_new(ledger: Ledger) -> None:
    _import(ledger, _file())
    longer = _prepare(ledger, _file(TABLE + "2,2024-04-01,22649131000\n"))
    assert longer.received is not None
    assert longer.received.counts == Counts(4, 1, 3, 0, 0)
    assert len(record_prepared(ledger, longer, actor="uji")) == 2
    assert [e.revision for e in _stream(ledger) if isinstance(e, DipaRevised)] == [0, 1, 2]


def test_overrides_are_part_of_the_mapping_that_is_recorded(ledger: Ledger) -> None:
    plain = _prepare(ledger, _file())
    other = _prepare(ledger, _file(overrides={"fiscal_year": "2025"}))
    assert other.import_id != plain.import_id
    assert other.received is not None
    assert other.received.mapping.endswith('[set]\nfiscal_year = "2025"\n')
    assert {event.originator_id for event in other.events} == {
        "dokumen/lkj",
        "dipa/banjarbaru/2025",
    }


def test_a_known_layout_needs_no_mapping(ledger: Ledger) -> None:
    text = "id,jenis,nomor,revisi,tanggal,terbit\nlkj-2024,LKJ,,,2025-01-16,2025-01-16\n"
    _import(ledger, _file(text, mapping=None))
    (event,) = _stream(ledger, "dokumen/lkj-2024")
    assert isinstance(event, DocumentRegistered)
    assert event.published == "2025-01-16"


@pytest.mark.parametrize("text", ["kolom,lain\n1,2\n", ""])
def test_an_unknown_layout_is_refused(ledger: Ledger, text: str) -> None:
    (refusal,) = _refusals(ledger, _file(text, mapping=None))
    assert (refusal.code, refusal.origin) == ("layout-unknown", Origin(row=1))


def test_five_different_errors_are_all_reported_and_nothing_is_added(ledger: Ledger) -> None:
    mapping = MAPPING.replace(
        'total = "pagu"', 'total = "pagu", document = "dok", satker = "kpu", posted = "tgl"'
    )
    text = (
        "revisi,tanggal,pagu,dok,kpu,tgl\n"
        "x,2023-11-24,1,lkj,banjarbaru,\n"
        "1,2024-02-30,1,lkj,banjarbaru,\n"
        "2,2024-03-01,1.2.3,lkj,banjarbaru,\n"
        "3,2024-03-01,5,tiada,banjarbaru,\n"
        "4,2024-03-01,5,lkj,lain,\n"
        "5,2024-03-01,5,lkj,,besok\n"
        "6,2024-03-01,5\n"
    )
    found = [(r.code, r.origin.row, r.origin.cell) for r in _refusals(ledger, _file(text, mapping))]
    assert found == [
        ("integer-broken", 2, "A2"),
        ("date-impossible", 3, "B3"),
        ("amount-broken", 4, "C4"),
        ("document-unknown", 5, None),
        ("satker-unknown", 6, None),
        ("value-missing", 7, "E7"),
        ("date-broken", 7, "F7"),
        ("row-width", 8, None),
        ("value-missing", 8, "D8"),
        ("value-missing", 8, "E8"),
    ]


def test_a_code_twice_in_a_full_list_is_refused_with_its_cell(ledger: Ledger) -> None:
    mapping = (
        '[[document]]\ndocument = "lkj"\nkind = "LKJ"\n'
        '[[statement]]\nrecord = "line"\ncolumns = { code = "ro", amount = "pagu" }\n'
        'fixed = { satker = "banjarbaru", fiscal_year = 2024, revision = 0, document = "lkj", '
        'dimension = "ro", coverage = "full" }\n'
    )
    (refusal,) = _refusals(ledger, _file("ro,pagu\na,1\nb,2\na,3\n", mapping))
    assert (refusal.code, refusal.origin.cell, refusal.values) == (
        "code-repeated",
        "B4",
        (("at", "B2"),),
    )


@pytest.mark.parametrize(
    ("mapping", "codes"),
    [
        ("[[", ["mapping-broken"]),
        ("[file]\nunit = 0\nx = 1\n" + MAPPING, ["mapping-key-unknown", "mapping-broken"]),
        ("", ["mapping-empty"]),
    ],
)
def test_a_broken_mapping_is_refused(ledger: Ledger, mapping: str, codes: list[str]) -> None:
    found = [refusal.code for refusal in _refusals(ledger, _file(mapping=mapping))]
    assert found == codes


CHANGED = TABLE.replace("22502131000", "22502131001")


def test_another_content_under_one_key_is_refused_by_default(ledger: Ledger) -> None:
    _import(ledger, _file())
    (refusal,) = _refusals(ledger, _file(CHANGED + "2,2024-04-01,5\n"))
    assert (refusal.code, refusal.origin.cell) == ("statement-differs", "C3")
    assert dict(refusal.values) == {"stream": STREAM, "version": "2"}


def test_every_conflict_of_a_file_is_reported(ledger: Ledger) -> None:
    _import(ledger, _file())
    changed = CHANGED.replace("20088904000", "1")
    assert [r.origin.cell for r in _refusals(ledger, _file(changed))] == ["C2", "C3"]


def test_skip_records_the_rest_and_counts_what_it_left(ledger: Ledger) -> None:
    _import(ledger, _file())
    file = _file(CHANGED + "2,2024-04-01,5\n")
    prepared = _prepare(ledger, file, conflicts="skip")
    assert prepared.received is not None
    assert prepared.received.counts == Counts(4, 1, 2, 1, 0)
    assert [conflict.standing_version for conflict in prepared.conflicts] == [2]
    record_prepared(ledger, prepared, actor="uji")
    totals = [e.total for e in _stream(ledger) if isinstance(e, DipaRevised)]
    assert totals == [20088904000, 22502131000, 5]


def test_correct_appends_corrections_with_the_reason(ledger: Ledger) -> None:
    _import(ledger, _file())
    prepared = _prepare(ledger, _file(CHANGED), conflicts="correct", reason="salah ketik")
    assert prepared.received is not None
    assert prepared.received.counts == Counts(3, 0, 2, 0, 1)
    record_prepared(ledger, prepared, actor="uji")
    assert _stream(ledger)[-1] == EntryCorrected(
        STREAM, 3, Target(2), "total", NewValue(amount=22502131001), "salah ketik", "lkj"
    )


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_correct_wants_a_reason(ledger: Ledger, reason: str | None) -> None:
    _import(ledger, _file())
    found = _refusals(ledger, _file(CHANGED), conflicts="correct", reason=reason)
    assert [(r.code, r.origin.cell) for r in found] == [("reason-missing", "C3")]


def test_what_was_corrected_already_is_not_corrected_again(ledger: Ledger) -> None:
    _import(ledger, _file())
    _import(ledger, _file(CHANGED), conflicts="correct", reason="salah ketik")
    again = _file(CHANGED, MAPPING + "# again\n")
    prepared = _prepare(ledger, again, conflicts="correct", reason="salah ketik")
    assert prepared.is_empty


def test_a_voided_correction_is_made_anew(ledger: Ledger) -> None:
    _import(ledger, _file())
    _import(ledger, _file(CHANGED), conflicts="correct", reason="salah ketik")
    ledger.record([EntryVoided(STREAM, 4, Target(3), "batal", None)], actor="uji")
    again = _file(CHANGED, MAPPING + "# again\n")
    prepared = _prepare(ledger, again, conflicts="correct", reason="salah ketik")
    assert [type(event) for event in prepared.events] == [EntryCorrected]


def test_a_difference_beyond_corrections_is_refused(ledger: Ledger) -> None:
    _import(ledger, _file())
    mapping = MAPPING.replace('document = "lkj" }', 'document = "lkj", kinds = "pok" }')
    found = _refusals(ledger, _file(mapping=mapping), conflicts="correct", reason="salah ketik")
    assert [refusal.code for refusal in found] == ["statement-differs"] * 2


@pytest.mark.parametrize("conflicts", ["refuse", "correct"])
def test_a_file_that_contradicts_itself_is_refused(ledger: Ledger, conflicts: str) -> None:
    twice = TABLE + "1,2024-02-13,7\n"
    found = _refusals(ledger, _file(twice), conflicts=conflicts, reason="salah ketik")
    assert [(r.code, r.origin.cell) for r in found] == [("statement-differs", "C4")]


def test_a_file_that_corrects_one_entry_twice_ends_at_its_last_word(ledger: Ledger) -> None:
    _import(ledger, _file())
    twice = CHANGED + "1,2024-02-13,7\n1,2024-02-13,7\n"
    _import(ledger, _file(twice), conflicts="correct", reason="salah ketik")
    corrections = [e for e in _stream(ledger) if isinstance(e, EntryCorrected)]
    assert [event.value.amount for event in corrections] == [22502131001, 7]


def test_a_row_that_repeats_itself_counts_as_same(ledger: Ledger) -> None:
    prepared = _prepare(ledger, _file(TABLE + "1,2024-02-13,22502131000\n"))
    assert prepared.received is not None
    assert prepared.received.counts == Counts(4, 3, 1, 0, 0)


def test_the_scale_of_the_ledger_reaches_the_amounts(ledger: Ledger) -> None:
    file = _file('revisi,tanggal,pagu\n0,2023-11-24,"1,50"\n')
    prepared = _prepare(ledger, file, scale=2)
    assert [e.total for e in prepared.events if isinstance(e, DipaRevised)] == [150]
    assert [r.code for r in _refusals(ledger, file)] == ["amount-too-precise"]


def test_suggestions_are_taken_only_when_asked_for(ledger: Ledger) -> None:
    text = 'revisi,tanggal,pagu\n0,2023-11-24,"95.766,000"\n'
    assert [r.suggestion for r in _refusals(ledger, _file(text))] == ["95766000"]
    prepared = _prepare(ledger, _file(text, accept_suggestions=True))
    (event,) = [e for e in prepared.events if isinstance(e, DipaRevised)]
    assert event.total == 95766000
    assert event.raw is not None
    assert event.raw.total == "95.766,000"


def test_an_empty_table_records_only_the_documents_of_its_mapping(ledger: Ledger) -> None:
    prepared = _prepare(ledger, _file("revisi,tanggal,pagu\n"))
    assert [type(event) for event in prepared.events] == [DocumentRegistered]


def test_a_mapping_too_long_for_a_leaf_keeps_everything_out(ledger: Ledger) -> None:
    with pytest.raises((LeafRefused, InputRefused)):
        _import(ledger, _file(mapping=MAPPING + "#" * 70_000 + "\n"))
    assert ledger.recorder.max_notification_id() == 2


def _lines_of(count: int, first: int) -> str:
    rows = [f"6709.QGE.{n:03d},{first if n == 0 else n},{'nama ' * 30}\n" for n in range(count)]
    return "ro,pagu,uraian\n" + "".join(rows)


LINES = """
[[document]]
document = "lkj"
kind = "LKJ"

[[statement]]
record = "line"
columns = { code = "ro", amount = "pagu", name = "uraian" }
fixed = { satker = "banjarbaru", fiscal_year = 2024, revision = 0, document = "lkj", \
dimension = "ro", coverage = "partial" }
"""


def test_a_corrected_list_gets_the_parts_back_that_were_voided(ledger: Ledger) -> None:
    _import(ledger, _file(_lines_of(700, 5), LINES))
    parts = [e for e in _stream(ledger) if isinstance(e, DipaLinesStated)]
    assert len(parts) > 1
    last = parts[-1].originator_version
    void = EntryVoided(STREAM, last + 1, Target(last), "batal", None)
    ledger.record([void], actor="uji")
    _import(ledger, _file(_lines_of(700, 6), LINES), conflicts="correct", reason="ralat")
    added = _stream(ledger)[last + 1 :]
    assert [type(e) for e in added] == [EntryCorrected, DipaLinesStated]
    assert isinstance(added[1], DipaLinesStated)
    assert added[1].part == parts[-1].part


def test_what_a_correction_cannot_set_is_refused_and_no_print_is_called_corrected(
    ledger: Ledger,
) -> None:
    mapping = LINES.replace('name = "uraian"', 'pn = "pn"').replace("6709.QGE.000", "a")
    _import(ledger, _file("ro,pagu,pn\na,1000,ya\n", mapping))
    refused = _refusals(
        ledger,
        _file("ro,pagu,pn\na,1000,tidak\n", mapping),
        conflicts="correct",
        reason="ralat",
    )
    assert [refusal.code for refusal in refused] == ["statement-differs"]
    prepared = _prepare(
        ledger,
        _file('ro,pagu,pn\na,"1.000",ya\n', mapping),
        conflicts="correct",
        reason="ralat",
    )
    assert prepared.received is not None
    assert (prepared.is_empty, prepared.received.counts.same) == (True, 2)
