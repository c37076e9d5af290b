"""checkpoint as users meet it: signing late, showing, comparing two hands, asking a witness."""

import shutil
from pathlib import Path

import pytest

from events_store.checkpoint import Checkpoint, sign_checkpoint
from events_store.keys import SigningKey, create_key, read_key
from tests.e2e.conftest import Jejak

NAME = "jejak/contoh-banjarbaru"
VOID = ("void", "--reason", "salah ketik", "--actor", "Perencana")


@pytest.fixture
def key(folder: Path) -> SigningKey:
    return read_key(folder / "rumah" / "keys" / "contoh-banjarbaru.key", None)


@pytest.fixture
def note(jejak: Jejak, tmp_path: Path) -> Path:
    path = tmp_path / "titik-periksa"
    path.write_text(jejak("checkpoint", "show").out, "utf-8")
    return path


@pytest.fixture
def away(folder: Path) -> Path:
    """The signing key, put where nobody finds it."""
    path = folder / "rumah" / "keys" / "contoh-banjarbaru.key"
    return path.rename(folder / "key-elsewhere")


def restore(folder: Path, away: Path) -> None:
    away.rename(folder / "rumah" / "keys" / "contoh-banjarbaru.key")


def signed(path: Path, key: SigningKey, size: int, root: bytes) -> str:
    path.write_bytes(sign_checkpoint(Checkpoint(key.name, size, root), key))
    return str(path)


def test_what_is_signed_is_not_signed_again(jejak: Jejak, note: Path) -> None:
    again = jejak("checkpoint", "sign")
    assert again.code == 0
    assert jejak("checkpoint", "show").out == note.read_text("utf-8")


def test_a_tail_without_a_key_is_signed_later(
    jejak: Jejak, folder: Path, away: Path, size: int
) -> None:
    assert jejak(*VOID, "#50").code == 0
    shown = jejak("checkpoint", "show")
    assert f"\n{size}\n" in shown.out
    assert "1 entries are not signed yet." in shown.err
    assert jejak("checkpoint", "sign").code == 2
    restore(folder, away)
    assert jejak("checkpoint", "sign").code == 0
    assert f"\n{size + 1}\n" in jejak("checkpoint", "show").out
    anchors = folder / "rumah" / "anchors" / "contoh-banjarbaru"
    assert len(list(anchors.iterdir())) == 2


def test_nothing_is_shown_where_nothing_is_signed(jejak: Jejak, tmp_path: Path) -> None:
    paths = ("-L", str(tmp_path / "baru.db"), "--home", str(tmp_path / "rumah-baru"))
    words = ("--satker", "baru", "--name", "Baru", "--bagian-anggaran", "076", "--actor", "A")
    assert jejak("init", *words, *paths).code == 0
    for command in ("show", "request", "sign"):
        answer = jejak("checkpoint", command, *paths)
        assert answer.code == 2, command
        assert "Traceback" not in answer.err


def test_two_copies_of_one_checkpoint_say_the_same(jejak: Jejak, note: Path) -> None:
    copy = note.with_name("salinan")
    shutil.copy(note, copy)
    answer = jejak("checkpoint", "compare", str(note), str(copy), "--json")
    assert answer.code == 0
    assert answer.json["schema"] == "jejak.checkpoint-compare/1"
    assert answer.json["totals"] == {"verdict": "same"}
    assert [row["file"] for row in answer.json["rows"]] == [str(note), str(copy)]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_two_roots_of_one_size_are_evidence(
    jejak: Jejak, note: Path, key: SigningKey, size: int, lang: str
) -> None:
    other = signed(note.with_name("dari-auditor"), key, size, bytes(32))
    answer = jejak("checkpoint", "compare", str(note), other, lang=lang)
    assert answer.code == 5
    assert str(note) in answer.out
    assert other in answer.out
    told = jejak("checkpoint", "compare", str(note), other, "--json").json
    assert told["totals"] == {"verdict": "split-view"}
    assert len({row["root"] for row in told["rows"]}) == 2


def test_a_ledger_shows_that_the_larger_continues_the_smaller(
    jejak: Jejak, note: Path, key: SigningKey
) -> None:
    assert jejak(*VOID, "#50").code == 0
    larger = note.with_name("lebih-baru")
    larger.write_text(jejak("checkpoint", "show").out, "utf-8")
    for pair in ((note, larger), (larger, note)):
        words = ("checkpoint", "compare", *map(str, pair), "--json")
        grown = jejak(*words)
        assert (grown.code, grown.json["totals"]["verdict"]) == (0, "grown")
        alone = jejak(*words, "-L", "tidak-ada.db", "--key", key.verifier_key)
        assert (alone.code, alone.json["totals"]["verdict"]) == (6, "undecided")


def test_a_ledger_that_is_neither_history_contradicts(
    jejak: Jejak, note: Path, key: SigningKey, size: int
) -> None:
    smaller = signed(note.with_name("lebih-lama"), key, size - 1, bytes(32))
    answer = jejak("checkpoint", "compare", smaller, str(note), "--json")
    assert (answer.code, answer.json["totals"]["verdict"]) == (5, "rewritten")


def test_heads_beyond_the_ledger_stay_undecided(
    jejak: Jejak, note: Path, key: SigningKey, size: int
) -> None:
    larger = signed(note.with_name("lebih-baru"), key, size + 1, bytes(32))
    answer = jejak("checkpoint", "compare", str(note), larger, "--json")
    assert (answer.code, answer.json["totals"]["verdict"]) == (6, "undecided")


def test_checkpoints_of_two_logs_are_not_called_the_same(
    jejak: Jejak, note: Path, key: SigningKey, size: int
) -> None:
    stranger = create_key("jejak/lain")
    other = signed(note.with_name("lain"), stranger, size, bytes(32))
    keys = ("--key", key.verifier_key, "--key", stranger.verifier_key)
    answer = jejak("checkpoint", "compare", str(note), other, *keys, "--json")
    assert (answer.code, answer.json["totals"]["verdict"]) == (1, "other-logs")


def test_wrong_inputs_of_compare_are_told_apart(
    jejak: Jejak, note: Path, key: SigningKey, size: int, tmp_path: Path
) -> None:
    stranger = create_key(NAME)
    forged = signed(tmp_path / "palsu", stranger, size, bytes(32))
    (tmp_path / "sampah").write_bytes(b"\xff\x00")
    compare = ("checkpoint", "compare", str(note))
    for words, code in (
        ((), 2),
        (("tidak-ada",), 2),
        ((str(tmp_path),), 2),
        ((forged,), 5),
        (("sampah",), 5),
        ((str(note), "--key", "bukan-kunci"), 3),
        ((str(note), "--key", stranger.verifier_key), 5),
        ((str(note), "--policy", "sampah"), 3),
        ((str(note), "-L", "tidak-ada.db"), 2),
    ):
        answer = jejak(*compare, *words)
        assert answer.code == code, words
        assert answer.err
        assert "Traceback" not in answer.err


def test_a_request_holds_the_way_from_what_was_seen(jejak: Jejak, note: Path, size: int) -> None:
    first = jejak("checkpoint", "request").out
    assert first == "old 0\n\n" + note.read_text("utf-8")
    later = jejak("titik-periksa", "mintakan", "--sejak", "1000", lang="id").out
    head, _, rest = later.partition("\n\n")
    assert head.startswith("old 1000\n")
    assert rest == note.read_text("utf-8")
    assert jejak("checkpoint", "request", "--since", str(size)).out.startswith(f"old {size}\n\n")


def test_wrong_inputs_of_request_are_usage(jejak: Jejak, note: Path, size: int) -> None:
    for words in (("--since", str(size + 1)), ("--since", "-1"), ("-o", str(note))):
        answer = jejak("checkpoint", "request", *words)
        assert answer.code == 2, words
        assert answer.err
    assert jejak("checkpoint", "request", "-L", "tidak-ada.db").code == 4
