"""Files that are made to harm the reader are refused, in bounded memory and without a trace."""

import io
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from events_store.log import LeafLog

LIMIT_BYTES = 900 << 20
BOMB_BYTES = 2 << 30
ISOLATED = ["-I"] if sys.flags.isolated else []


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))


def _import(folder: Path, path: Path) -> "subprocess.CompletedProcess[str]":
    program = "from cli.main import main; main()"
    words = ["-L", str(folder / "jejak.db"), "--home", str(folder / "rumah"), "--lang", "en"]
    return subprocess.run(
        [sys.executable, *ISOLATED, "-c", program, *words, "import", str(path)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_limit,
    )


def _bomb(name: str) -> bytes:
    """A workbook of 2 MB whose one sheet is 2 GiB long."""
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(name, "w", force_zip64=True) as member,
    ):
        for _ in range(BOMB_BYTES >> 24):
            member.write(bytes(1 << 24))
    return sink.getvalue()


XML = """<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY x SYSTEM "SECRET"><!ENTITY y "&x;&x;&x;&x;">]>
<a>&y;</a>
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are set as Linux has them")
def test_a_zip_bomb_is_refused_unread(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsx"
    path.write_bytes(_bomb("xl/worksheets/sheet1.xml"))
    with LeafLog(folder / "jejak.db") as log:
        before = log.size
    refused = _import(folder, path)
    assert (refused.returncode, "Traceback" in refused.stderr) == (3, False), refused.stderr
    assert "[file-not-text]" in refused.stderr
    with LeafLog(folder / "jejak.db") as log:
        assert log.size == before


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are set as Linux has them")
def test_an_xml_file_is_no_table_and_its_entities_are_not_followed(
    folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "entitas.xml"
    secret = tmp_path / "rahasia.txt"
    secret.write_text("isi yang rahasia")
    path.write_text(XML.replace("SECRET", secret.as_uri()))
    refused = _import(folder, path)
    assert (refused.returncode, "Traceback" in refused.stderr) == (3, False), refused.stderr
    assert secret.read_text() not in refused.stderr
