"""`jejak demo`: the Banjarbaru ledger from a public report, along the path of a user's file."""

import shlex
from collections import Counter
from dataclasses import asdict, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import click

from cli.home import Home
from cli.language import N_, _
from cli.options import argument, command
from cli.session import Session, take_session
from cli.shared import shared_options

ACTOR = "demo"
LEDGER_ID = "contoh-banjarbaru"
_FOLDER = "banjarbaru"
_PROVED = 34
"""The entry of revision 9: the files come in one order, so it is always this one."""
_FILES = (
    ("dokumen", "dokumen"),
    ("tabel-17-revisi", "tabel-17-revisi"),
    ("tabel-18-rincian-ro", "tabel-18-rincian-ro"),
    ("perjanjian-kinerja-anggaran", "perjanjian-kinerja-anggaran"),
    ("dokumen-kinerja", "dokumen"),
    ("tabel-18-rincian-ro", "tabel-18-realisasi"),
    ("tabel-19-20-jenis-belanja", "tabel-19-20-jenis-belanja"),
    ("pernyataan", "pernyataan"),
    ("tabel-10-iku", "tabel-10-iku"),
    ("tabel-11-indikator-program", "tabel-11-indikator-program"),
    ("tabel-12-indikator-kegiatan", "tabel-12-indikator-kegiatan"),
    ("lampiran-1-definisi-iku", "lampiran-1-definisi-iku"),
    ("target-menurut-dokumen", "target-menurut-dokumen"),
    ("lampiran-3-rencana-aksi", "lampiran-3-rencana-aksi"),
    ("tabel-13-skala-ordinal", "tabel-13-skala-ordinal"),
    ("tabel-14-15-perbandingan-kinerja", "tabel-14-15-perbandingan-kinerja"),
    ("tabel-16-perbandingan-kegiatan", "tabel-16-perbandingan-kegiatan"),
    ("bab-3-narasi-realisasi", "bab-3-narasi-realisasi"),
)


@command(
    "demo",
    help=N_(
        "Build the Banjarbaru ledger from the figures of a public report, ask it for the pagu at "
        "revision 9 and prove the entry behind it. Run again, it adds nothing."
    ),
    examples=["jejak demo", "jejak demo contoh"],
)
@argument(
    "folder",
    required=False,
    default="jejak-demo",
    type=click.Path(file_okay=False, path_type=Path),
    metavar=N_("[FOLDER]"),
)
@shared_options
def run(folder: Path, **options: Any) -> None:
    from cli.recording import after_commit

    session = replace(
        take_session(options), ledger=folder / "jejak.db", home=Home(folder / "rumah")
    )
    build(session)
    after_commit(session, lambda: None)
    _ask(session, ["pagu", "--revision", "9"])
    _ask(session, ["verify"])
    proof = folder / f"bukti-{_PROVED}.zip"
    if not proof.exists():
        _ask(session, ["prove", f"#{_PROVED}", "-o", str(proof)])
    _ask(session, ["verify", "--bundle", str(proof)])
    click.echo(_("\nTo go on asking:"))
    click.echo(f"  export JEJAK_LEDGER={session.ledger} JEJAK_HOME={session.home.folder}")


def build(session: Session) -> None:
    """Make the ledger where it is missing, and import the sample files."""
    from cli.opening import Opening, create_ledger

    if not session.ledger.exists():
        session.ledger.parent.mkdir(parents=True, exist_ok=True)
        opening = Opening(
            ledger_id=LEDGER_ID,
            time_zone="Asia/Makassar",
            currency="IDR",
            scale=0,
            satker="banjarbaru",
            name="KPU Kota Banjarbaru",
            bagian_anggaran="076",
        )
        create_ledger(session.ledger, opening, actor=ACTOR)
        session.home.remember_actor(ACTOR)
    _make_key(session)
    _import_all(session)


def _import_all(session: Session) -> None:
    """Each file with its mapping along the path of a user's file, and one line for all of them."""
    from cli.failures import FileRefused
    from cli.importing import ImportFile, prepare, record_prepared
    from cli.wiring import open_ledger
    from ledger.errors import InputRefused

    folder = files("cli") / "data" / _FOLDER
    indexes: list[int] = []
    counts: Counter[str] = Counter()
    with open_ledger(session.ledger) as ledger:
        for name, mapping in _FILES:
            text = (folder / f"{mapping}.toml").read_text("utf-8")
            try:
                with as_file(folder / f"{name}.csv") as path:
                    prepared = prepare(ledger, ImportFile(path, text), actor=ACTOR)
            except InputRefused as error:
                raise FileRefused(f"{name}.csv", list(error.refusals)) from error
            indexes += record_prepared(ledger, prepared, actor=ACTOR)
            if prepared.received is not None:
                counts.update(asdict(prepared.received.counts))
    click.echo(_words(counts, indexes))


def _words(counts: Counter[str], indexes: list[int]) -> str:
    name = f"{_FOLDER}/*.csv"
    if not indexes:
        return _("{file}: imported before, nothing added.").format(file=name)
    said = _(
        "{rows} rows: {new} new, {same} same, {skipped} skipped, {corrected} corrected"
    ).format(**{kind: counts[kind] for kind in ("rows", "new", "same", "skipped", "corrected")})
    return _("{file}: {said}; recorded as #{first} to #{last}.").format(
        file=name, said=said, first=indexes[0], last=indexes[-1]
    )


def _make_key(session: Session) -> None:
    """A key without a passphrase, in the demo's own folder: verify names it."""
    from cli.signing import origin_of
    from events_store.durable import make_folder
    from events_store.keys import create_key, write_key

    path = session.home.key_path(LEDGER_ID)
    if not path.exists():
        make_folder(path.parent)
        write_key(path, create_key(origin_of(LEDGER_ID)), None)


def _ask(session: Session, words: list[str]) -> None:
    """Run a reading command as a user would, and show the line that was typed."""
    click.echo(f"\n$ jejak {shlex.join(words)}")
    root = click.get_current_context().find_root().command
    root.main(
        args=["-L", str(session.ledger), "--home", str(session.home.folder), *words],
        prog_name="jejak",
        standalone_mode=False,
    )
