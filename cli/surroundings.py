"""What `jejak doctor` checks around a ledger: catalogues, home, key, anchors. Changes nothing."""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cli.diagnosis import Finding
from cli.language import LANGUAGES, _
from cli.session import Session

_LOCALE = Path(__file__).parent / "locale"


def surroundings(session: Session) -> list[Finding]:
    """The checks of what lies around a ledger; one that cannot run is a failure."""
    checks = (_catalogues, _file_system, _home_mode, _key, _anchors)
    findings: list[Finding] = []
    for check in checks:
        try:
            findings += check(session)
        except OSError as error:
            name = check.__name__.strip("_").replace("_", "-")
            findings.append(Finding(name, "fail", str(error)))
    return findings


def _catalogues(_session: Session) -> Iterator[Finding]:
    paths = {lang: _LOCALE / lang / "LC_MESSAGES" / "jejak.mo" for lang in LANGUAGES}
    missing = [lang for lang, path in paths.items() if not path.is_file()]
    if missing:
        yield Finding("catalogues", "fail", ", ".join(missing), _("Install Jejak again."))
    else:
        yield Finding("catalogues", "ok", ", ".join(LANGUAGES))


def _file_system(session: Session) -> Iterator[Finding]:
    """What was tried in a temporary folder holds for the ledger's on the same file system only."""
    folder = session.ledger.parent
    if not folder.is_dir():
        yield Finding("file-system", "warn", str(folder), _("There is no such folder yet."))
    elif folder.stat().st_dev != Path(tempfile.gettempdir()).stat().st_dev:
        remedy = _("Durability was tried on another file system: set TMPDIR to one on this.")
        yield Finding("file-system", "warn", str(folder.resolve()), remedy)
    else:
        yield Finding("file-system", "ok", str(folder.resolve()))


def _home_mode(session: Session) -> Iterator[Finding]:
    folder = session.home.folder
    if os.name != "posix" or not folder.is_dir():
        return
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o022:
        yield Finding("home-mode", "fail", f"{mode:04o}", _("Others can change it: chmod 700."))
    elif mode & 0o055:
        yield Finding("home-mode", "warn", f"{mode:04o}", _("Others can look into it: chmod 700."))
    else:
        yield Finding("home-mode", "ok", f"{mode:04o}")


def _key(session: Session) -> Iterator[Finding]:
    ledger_id = _ledger_id(session)
    if ledger_id is None:
        return
    path = session.home.key_path(ledger_id)
    if path.is_file():
        yield Finding("key", "ok", str(path))
    else:
        remedy = _("There is no key yet; make one with `jejak keys create`.")
        yield Finding("key", "warn", str(path), remedy)


def _anchors(session: Session) -> Iterator[Finding]:
    """Whoever can write the ledger's folder must not reach the anchors that speak against it."""
    ledger_id = _ledger_id(session)
    all_anchors = session.home.folder / "anchors"
    folder = all_anchors if ledger_id is None else session.home.anchors(ledger_id)
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        yield Finding("anchors", "fail", str(folder), _("No checkpoint can be kept here."))
    elif folder.resolve().is_relative_to(session.ledger.parent.resolve()):
        remedy = _("Keep keys and anchors outside the ledger's folder.")
        yield Finding("anchors", "warn", str(folder), remedy)
    else:
        yield Finding("anchors", "ok", str(folder))


def _ledger_id(session: Session) -> str | None:
    """None where there is no ledger that can be read: another check says so."""
    from cli.wiring import ledger_identity
    from events_store.errors import StoreError
    from events_store.log import LeafLog

    try:
        with LeafLog(session.ledger) as log:
            return ledger_identity(log).ledger
    except (StoreError, OSError):
        return None
