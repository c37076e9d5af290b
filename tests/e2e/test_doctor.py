"""doctor looks at what lies around the ledger, says what to do, and changes nothing."""

import os
from pathlib import Path
from typing import Any

import pytest

import cli.surroundings
from tests.e2e.conftest import Answered, Jejak

posix = pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")


def _finding(answer: Answered, check: str) -> dict[str, Any]:
    (row,) = [row for row in answer.json["rows"] if row["check"] == check]
    return dict(row)


def test_each_check_is_one_row_with_a_state(jejak: Jejak) -> None:
    rows = jejak("doctor", "--json").json["rows"]
    names = [row["check"] for row in rows]
    assert len(names) == len(set(names))
    assert {row["state"] for row in rows} <= {"ok", "warn", "fail"}
    assert {"catalogues", "file-system", "key", "anchors"} <= set(names)


def test_a_catalogue_that_is_missing_fails(
    jejak: Jejak, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _finding(jejak("doctor", "--json"), "catalogues")["state"] == "ok"
    monkeypatch.setattr(cli.surroundings, "_LOCALE", tmp_path)
    answer = jejak("doctor", "--json")
    assert answer.code == 1
    assert _finding(answer, "catalogues")["detail"] == "id, en"


def test_a_key_that_is_missing_is_a_warning(jejak: Jejak, folder: Path) -> None:
    assert _finding(jejak("doctor", "--json"), "key")["state"] == "ok"
    (folder / "rumah" / "keys" / "contoh-banjarbaru.key").unlink()
    answer = jejak("doctor", "--json")
    assert answer.code == 0
    assert _finding(answer, "key")["state"] == "warn"


@posix
@pytest.mark.parametrize(
    ("mode", "state"), [(0o700, "ok"), (0o755, "warn"), (0o770, "fail"), (0o702, "fail")]
)
def test_the_home_folder_is_the_users_alone(
    jejak: Jejak, folder: Path, mode: int, state: str
) -> None:
    (folder / "rumah").chmod(mode)
    answer = jejak("doctor", "--json")
    assert _finding(answer, "home-mode")["state"] == state
    assert answer.code == (1 if state == "fail" else 0)


def test_anchors_beside_the_ledger_are_warned_of_and_elsewhere_are_not(
    jejak: Jejak, folder: Path, tmp_path: Path
) -> None:
    assert _finding(jejak("doctor", "--json"), "anchors")["state"] == "warn"
    away = tmp_path / "di-tempat-lain"
    (folder / "rumah").rename(away)
    assert _finding(jejak("doctor", "--home", str(away), "--json"), "anchors")["state"] == "ok"


def test_a_place_where_no_anchor_can_be_kept_fails(jejak: Jejak, tmp_path: Path) -> None:
    home = tmp_path / "rumah-lain"
    home.mkdir(mode=0o700)
    (home / "anchors").write_text("bukan folder")
    (home / "anchors").chmod(0o777)
    answer = jejak("doctor", "--home", str(home), "--json")
    assert answer.code == 1
    assert _finding(answer, "anchors")["state"] == "fail"


def test_durability_tried_on_another_file_system_is_not_taken_for_proof(
    jejak: Jejak, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = next((p for p in map(Path, ("/dev/shm", "/run")) if p.is_dir() and _apart(p)), None)
    if other is None:
        pytest.skip("this machine has one file system")
    monkeypatch.setattr("cli.surroundings.tempfile.gettempdir", lambda: str(other))
    finding = _finding(jejak("doctor", "--json"), "file-system")
    assert finding["state"] == "warn"
    assert finding["remedy"]


def _apart(path: Path) -> bool:
    return path.stat().st_dev != Path.cwd().stat().st_dev


def test_nothing_is_changed(jejak: Jejak, folder: Path) -> None:
    jejak("status")
    before = _contents(folder)
    assert jejak("doctor").code == 0
    assert _contents(folder) == before


def _contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and bytes of every file but the -shm, which any reader of a WAL file touches."""
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mode,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(folder.rglob("*"))
        if not path.name.endswith("-shm")
    }


def test_without_a_ledger_it_says_so_and_makes_none(jejak: Jejak, tmp_path: Path) -> None:
    answer = jejak("doctor", "-L", "tidak-ada.db", "--json")
    assert answer.code == 0
    assert _finding(answer, "ledger")["state"] == "warn"
    assert "key" not in [row["check"] for row in answer.json["rows"]]
    assert not (tmp_path / "tidak-ada.db").exists()
    nowhere = jejak("doctor", "-L", "tiada/jejak.db", "--json")
    assert _finding(nowhere, "file-system")["state"] == "warn"
    assert not (tmp_path / "tiada").exists()


def test_a_hostile_name_of_a_folder_is_shown_escaped(jejak: Jejak, tmp_path: Path) -> None:
    home = tmp_path / "r\x1b[31m\u202e[red]"
    home.mkdir(mode=0o700)
    answer = jejak("doctor", "--home", str(home))
    assert "r\\u{001B}[31m\\u{202E}[red]" in answer.out
    assert not {"\x1b", "\u202e"} & set(answer.out + answer.err)


@pytest.mark.parametrize("words", [("lebih",), ("--format", "pdf"), ("-o", "hasil.odt")])
def test_a_wrong_word_is_a_matter_of_usage(jejak: Jejak, words: tuple[str, ...]) -> None:
    assert jejak("doctor", *words).code == 2
