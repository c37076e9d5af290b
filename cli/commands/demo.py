"""`jejak demo`: the Banjarbaru ledger from a public report, along the path of a user's file."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from cli.home import Home
from cli.language import N_, _
from cli.options import argument, command
from cli.session import Session, shared_options, take_session

ACTOR = "demo"
LEDGER_ID = "contoh-banjarbaru"
_FILES = ("dokumen", "tabel-17-revisi", "tabel-18-rincian-ro", "perjanjian-kinerja-anggaran")


@command(
    "demo",
    help=N_(
        "Build the Banjarbaru ledger from the figures of a public report and ask it for the pagu "
        "at revision 9. Run again, it adds nothing."
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
    from cli.recording import sign_after

    session = replace(
        take_session(options), ledger=folder / "jejak.db", home=Home(folder / "rumah")
    )
    build(session)
    sign_after(session, lambda: None)
    _ask(session, ["pagu", "--revision", "9"])
    _ask(session, ["verify"])
    click.echo(_("\nTo go on asking:"))
    click.echo(f"  export JEJAK_LEDGER={session.ledger} JEJAK_HOME={session.home.folder}")


def build(session: Session) -> None:
    """Make the ledger where it is missing, and import the sample files."""
    from cli.commands.import_ import import_one
    from cli.importing import ImportFile
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
    folder = files("cli") / "data" / "banjarbaru"
    for name in _FILES:
        data = (folder / f"{name}.csv").read_bytes()
        mapping = (folder / f"{name}.toml").read_text("utf-8")
        import_one(session, ImportFile(f"{name}.csv", data, mapping), actor=ACTOR)


def _make_key(session: Session) -> None:
    """A key without a passphrase, in the demo's own folder: verify names it."""
    from cli.signing import origin_of
    from events_store.keys import create_key, write_key

    path = session.home.key_path(LEDGER_ID)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_key(path, create_key(origin_of(LEDGER_ID)), None)


def _ask(session: Session, words: list[str]) -> None:
    """Run a reading command as a user would, and show the line that was typed."""
    click.echo(f"\n$ jejak {' '.join(words)}")
    root = click.get_current_context().find_root().command
    root.main(
        args=["-L", str(session.ledger), "--home", str(session.home.folder), *words],
        prog_name="jejak",
        standalone_mode=False,
    )
