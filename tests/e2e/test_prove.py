"""prove as users meet it, and verify on what it made: questions, exit codes, refusals."""

import json
import zipfile
from pathlib import Path

import pytest

from cli.bundles import PROGRAMS, hash_tiles
from events_store.bundle import pack_bundle, unpack_bundle
from events_store.keys import create_key
from tests.e2e.conftest import Jejak

VOID = ("void", "--reason", "salah ketik", "--actor", "Perencana")
ENTRY = ["MANIFEST", "README.md", "leaf.json", "event.tlog-proof", "checkpoint", *PROGRAMS]


@pytest.fixture
def key(jejak: Jejak) -> str:
    return jejak("keys", "show").out.strip()


@pytest.fixture
def older(jejak: Jejak, tmp_path: Path) -> Path:
    """The checkpoint of the demo; the ledger grows by an entry after it."""
    path = tmp_path / "titik-periksa"
    path.write_text(jejak("checkpoint", "show").out, "utf-8")
    assert jejak(*VOID, "#50").code == 0
    return path


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("subject", ["#34", "34"])
def test_a_bundle_of_an_entry_holds_what_proves_it(
    jejak: Jejak, tmp_path: Path, key: str, subject: str, size: int
) -> None:
    done = jejak("prove", subject)
    assert done.code == 0
    assert f"bukti-34.zip: proof of entry #34 under a checkpoint of {size} entries" in done.out
    assert list(members(tmp_path / "bukti-34.zip")) == ENTRY
    answer = jejak("verify", "--bundle", "bukti-34.zip", "--key", key, "--json")
    assert answer.code == 0
    assert answer.json["schema"] == "jejak.verify-files/1"
    assert answer.json["totals"] == {"ok": True, "files": 1}
    (row,) = answer.json["rows"]
    assert (row["ok"], row["index"], row["size"], row["foreign_programs"]) == (True, 34, size, [])


def test_a_bundle_is_the_same_each_time(jejak: Jejak, tmp_path: Path) -> None:
    for name in ("satu.zip", "dua.zip"):
        assert jejak("buktikan", "#34", "-o", name, lang="id").code == 0
    assert (tmp_path / "satu.zip").read_bytes() == (tmp_path / "dua.zip").read_bytes()
    readme = members(tmp_path / "satu.zip")["README.md"].decode()
    assert readme.startswith("# Bukti entri #34\n")
    assert "@" not in readme.replace("tlog-proof@v1", "")


def test_a_bundle_shows_that_an_older_checkpoint_is_the_beginning(
    jejak: Jejak, older: Path, key: str, tmp_path: Path, size: int
) -> None:
    assert jejak("prove", "#34", "--since", str(older), "-o", "b.zip").code == 0
    assert set(members(tmp_path / "b.zip")) == {*ENTRY, "older-checkpoint", "consistency"}
    (row,) = jejak("verify", "--bundle", "b.zip", "--json").json["rows"]
    assert (row["older_size"], row["size"]) == (size, size + 1)
    assert jejak("prove", "#34", "--checkpoint", str(older), "-o", "c.zip").code == 0
    (row,) = jejak("verify", "--bundle", "c.zip", "--key", key, "--json").json["rows"]
    assert (row["older_size"], row["size"]) == (None, size)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("total", "--revision", "9"), 0, "Pagu of total at revision 9: Rp41.996.502.000"),
        (("6709.QGE.001", "--revision", "13"), 0, "at revision 13: Rp918.009.000"),
        (("6709.QGE.001", "--revision", "9"), 0, "not known at this revision"),
        (("6709.QGE.001", "--between", "13..13"), 0, "was not touched from revision 13 to 13."),
        (("6709.QGE.001", "--between", "0..13"), 1, "was touched between revision 0 and 13."),
        (
            ("6709.QGE.001", "--between", "3..9"),
            1,
            "Cannot be proved: the breakdown of revision 3 to 9 is not available.",
        ),
    ],
)
def test_an_answer_is_given_and_made_again_by_the_verifier(
    jejak: Jejak, tmp_path: Path, key: str, words: tuple[str, ...], code: int, said: str
) -> None:
    done = jejak("prove", *words, "-o", "jawab.zip")
    assert (done.code, said in done.out) == (code, True), done.out
    answer = jejak("verify", "--bundle", "jawab.zip", "--key", key, "--json")
    assert answer.code == 0, answer.out
    assert answer.json["rows"][0]["claim"] == json.loads(
        members(tmp_path / "jawab.zip")["claim.json"]
    )


def test_a_claim_that_the_entries_do_not_give_is_refused(
    jejak: Jejak, tmp_path: Path, key: str
) -> None:
    assert jejak("prove", "total", "--revision", "9", "-o", "jawab.zip").code == 0
    parts = unpack_bundle((tmp_path / "jawab.zip").read_bytes())
    claim = parts["claim.json"].replace(b"41996502000", b"41996502001")
    assert claim != parts["claim.json"]
    short = parts["leaves.jsonl"].partition(b"\n")[2]
    for name, data in (("claim.json", claim), ("leaves.jsonl", short), ("claim.json", b"[]")):
        (tmp_path / "palsu.zip").write_bytes(pack_bundle({**parts, name: data}))
        answer = jejak("verify", "--bundle", "palsu.zip", "--key", key)
        assert (answer.code, "The bundle does not hold" in answer.out) == (5, True)


def test_entries_left_out_at_the_end_are_missed(jejak: Jejak, tmp_path: Path, key: str) -> None:
    """Tiles and claim follow from what is there; only the signed root tells."""
    assert jejak("prove", "total", "--revision", "9", "-o", "jawab.zip").code == 0
    parts = unpack_bundle((tmp_path / "jawab.zip").read_bytes())
    leaves = parts["leaves.jsonl"].splitlines()[:-1]
    others = {name: data for name, data in parts.items() if not name.startswith("tile/")}
    others["leaves.jsonl"] = b"".join(leaf + b"\n" for leaf in leaves)
    (tmp_path / "palsu.zip").write_bytes(pack_bundle({**others, **hash_tiles(leaves)}))
    answer = jejak("verify", "--bundle", "palsu.zip", "--key", key, "--json")
    assert answer.code == 5
    assert "not those of the checkpoint" in answer.json["rows"][0]["detail"]


def test_a_program_of_another_version_is_named(jejak: Jejak, tmp_path: Path, key: str) -> None:
    assert jejak("prove", "#34").code == 0
    parts = unpack_bundle((tmp_path / "bukti-34.zip").read_bytes())
    parts["verify.sh"] += b"\necho ACCEPTED\n"
    (tmp_path / "lain.zip").write_bytes(pack_bundle(parts))
    answer = jejak("verify", "--bundle", "lain.zip", "--key", key)
    assert answer.code == 0
    assert "read verify.sh before use: not of this version" in " ".join(answer.out.split())


def test_a_bundle_that_does_not_hold_is_refused(jejak: Jejak, tmp_path: Path, key: str) -> None:
    assert jejak("prove", "#34").code == 0
    data = (tmp_path / "bukti-34.zip").read_bytes()
    spoiled = bytearray(data)
    spoiled[len(data) // 3] ^= 1
    (tmp_path / "rusak.zip").write_bytes(spoiled)
    (tmp_path / "sampah.zip").write_bytes(b"not a zip")
    for words in (
        ("rusak.zip", "--key", key),
        ("sampah.zip", "--key", key),
        ("bukti-34.zip", "--key", create_key(key.partition("+")[0]).verifier_key),
        ("bukti-34.zip", "--key", create_key("jejak/lain").verifier_key),
    ):
        answer = jejak("verify", "--bundle", *words, "--json")
        assert answer.code == 5, words
        assert answer.json["rows"][0]["ok"] is False
    both = jejak("verify", "--bundle", "rusak.zip", "--bundle", "bukti-34.zip", "--json")
    assert (both.code, [row["ok"] for row in both.json["rows"]]) == (5, [False, True])


def test_a_tail_that_is_not_signed_is_not_proved(
    jejak: Jejak, folder: Path, tmp_path: Path, size: int
) -> None:
    (folder / "rumah" / "keys" / "contoh-banjarbaru.key").unlink()
    assert jejak(*VOID, "#50").code == 0
    refused = jejak("prove", f"#{size}")
    assert (refused.code, "not signed yet" in refused.err) == (2, True)
    assert jejak("prove", f"#{size - 1}").code == 0


@pytest.mark.parametrize("lang", ["id", "en"])
def test_wrong_inputs_are_told_apart(
    jejak: Jejak, older: Path, tmp_path: Path, lang: str, size: int
) -> None:
    (tmp_path / "sampah").write_bytes(b"\xff")
    (tmp_path / "ada.zip").write_bytes(b"")
    for words, code in (
        (("#34", "-o", "ada.zip"), 2),
        (("#9999",), 3),
        (("#34", "--revision", "9"), 2),
        (("#34", "--between", "3..9"), 2),
        (("total",), 2),
        (("total", "--between", "3..9"), 2),
        (("6709.QGE.001", "--between", "9..3"), 2),
        (("6709.QGE.001", "--between", "3-9"), 2),
        (("6709.QGE.001", "--between", "3..9", "--revision", "9"), 2),
        (("total", "--revision", "-1"), 2),
        (("total", "--revision", "9", "--level", "desa"), 2),
        ((f"#{size}", "--checkpoint", str(older)), 2),
        (("#34", "--checkpoint", "tidak-ada"), 2),
        (("#34", "--checkpoint", "sampah"), 5),
        (("#34", "--since", "sampah"), 5),
        (("#34", "--policy", "sampah"), 3),
        (("#34", "-L", "tidak-ada.db"), 4),
    ):
        answer = jejak("prove", *words, lang=lang)
        assert answer.code == code, (words, answer.err)
        assert answer.err
        assert "Traceback" not in answer.err
    assert sorted(path.name for path in tmp_path.glob("*.zip")) == ["ada.zip"]


def test_a_checkpoint_of_another_ledger_is_refused(
    jejak: Jejak, tmp_path: Path, older: Path
) -> None:
    paths = ("-L", str(tmp_path / "baru.db"), "--home", str(tmp_path / "rumah-baru"))
    words = ("--satker", "baru", "--name", "Baru", "--bagian-anggaran", "076", "--actor", "A")
    assert jejak("init", *words, *paths).code == 0
    assert jejak("keys", "create", "--no-passphrase", *paths).code == 0
    assert jejak("checkpoint", "sign", *paths).code == 0
    foreign = tmp_path / "asing"
    foreign.write_text(jejak("checkpoint", "show", *paths).out, "utf-8")
    for option in ("--checkpoint", "--since"):
        assert jejak("prove", "#0", option, str(foreign), "-o", "x.zip").code == 5
        assert jejak("prove", "#0", option, str(older), "-o", "x.zip", *paths).code == 5
    assert jejak("prove", "#0", "-o", "x.zip", *paths).code == 0
