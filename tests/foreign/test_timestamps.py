"""Time stamps of an authority played by openssl: asked for, carried, attached and judged."""

import http.server
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.authority import DAY, Authority, make_authority, needs_openssl
from tests.e2e.conftest import Jejak
from tests.foreign.conftest import flipped

pytestmark = needs_openssl


@dataclass(frozen=True)
class Stamped:
    """A ledger's newest checkpoint, the authority's word over it, and whom to trust."""

    key: str
    checkpoint: Path
    token: Path
    ca: Path
    other_checkpoint: Path
    other_ca: Path
    broken: Path


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("stranger"), "Otoritas Lain")


@pytest.fixture
def stamped(
    jejak: Jejak, folder: Path, tmp_path: Path, authority: Authority, stranger: Authority
) -> Stamped:
    """The query goes out and the answer comes back as files; then the log grows."""
    paths = Stamped(
        key=jejak("keys", "show").out.strip(),
        checkpoint=tmp_path / "titik-periksa",
        token=tmp_path / "stempel.tsr",
        ca=tmp_path / "ca.pem",
        other_checkpoint=tmp_path / "titik-periksa-lain",
        other_ca=tmp_path / "ca-lain.pem",
        broken=tmp_path / "rusak.tsr",
    )
    paths.checkpoint.write_text(jejak("checkpoint", "show").out)
    query = tmp_path / "permintaan.tsq"
    assert jejak("timestamp", "request", "-o", str(query)).code == 0
    token = authority.answer(query.read_bytes())
    paths.token.write_bytes(token)
    paths.broken.write_bytes(flipped(token, len(token) * 8 - 9))
    paths.ca.write_bytes(authority.root)
    paths.other_ca.write_bytes(stranger.root)
    words = ("void", "#50", "--reason", "salah ketik", "--actor", "Perencana")
    assert jejak(*words).code == 0
    paths.other_checkpoint.write_text(jejak("checkpoint", "show").out)
    assert paths.other_checkpoint.read_bytes() != paths.checkpoint.read_bytes()
    return paths


def openssl(*words: str, folder: Path) -> int:
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, check=False)
    return done.returncode


WAYS = ["right", "another checkpoint", "another authority", "a broken token"]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def given(stamped: Stamped, way: str) -> tuple[str, str, str]:
    """(token, checkpoint, certificates) of which one may be the wrong one."""
    token = stamped.broken if way == "a broken token" else stamped.token
    note = stamped.other_checkpoint if way == "another checkpoint" else stamped.checkpoint
    ca = stamped.other_ca if way == "another authority" else stamped.ca
    return str(token), str(note), str(ca)


def test_jejak_checks_a_stamp(jejak: Jejak, given: tuple[str, str, str], way: str) -> None:
    token, note, ca = given
    done = jejak("timestamp", "check", token, note, "--tsa-ca", ca)
    assert done.code == (0 if way == "right" else 5)
    assert ("Existed at the latest on 20" in done.out) == (way == "right")
    assert ("The time stamp does not hold" in done.err) == (way != "right")


def test_openssl_checks_the_same_stamp(given: tuple[str, str, str], way: str) -> None:
    token, note, ca = given
    words = ("ts", "-verify", "-data", note, "-in", token, "-CAfile", ca)
    assert (openssl(*words, folder=Path(note).parent) == 0) == (way == "right")


def test_the_ledger_is_verified_with_a_stamp(
    jejak: Jejak, given: tuple[str, str, str], way: str
) -> None:
    token, note, ca = given
    words = ("verify", "--checkpoint", note, "--timestamp", token, "--tsa-ca", ca)
    done = jejak(*words, "--json")
    assert done.code == (0 if way == "right" else 5)
    if way == "right":
        assert done.json["totals"]["confirmed_outside"] is True
        assert done.json["totals"]["stamped_at"].endswith("+00:00")
        assert "existed at the latest on" in jejak(*words).out


def test_a_stamp_goes_into_a_bundle_only_if_it_holds(
    jejak: Jejak, given: tuple[str, str, str], way: str, tmp_path: Path
) -> None:
    token, note, ca = given
    target = tmp_path / "bukti.zip"
    words = ("prove", "#34", "--checkpoint", note, "--timestamp", token, "--tsa-ca", ca)
    done = jejak(*words, "-o", str(target))
    assert done.code == (0 if way == "right" else 5)
    assert target.exists() == (way == "right")


@pytest.fixture
def bundle(jejak: Jejak, stamped: Stamped, tmp_path: Path) -> Path:
    target = tmp_path / "bukti.zip"
    words = ("prove", "#34", "--checkpoint", str(stamped.checkpoint), "-o", str(target))
    stamp = ("--timestamp", str(stamped.token), "--tsa-ca", str(stamped.ca))
    assert jejak(*words, *stamp).code == 0
    return target


def test_a_bundle_says_when_it_existed_to_who_trusts_the_authority(
    jejak: Jejak, bundle: Path, stamped: Stamped
) -> None:
    words = ("verify", "--bundle", str(bundle), "--key", stamped.key, "--json")
    (row,) = jejak(*words, "--tsa-ca", str(stamped.ca)).json["rows"]
    assert row["stamped_at"].endswith("+00:00")
    (row,) = jejak(*words).json["rows"]
    assert (row["ok"], row["stamped_at"]) == (True, None)
    foreign = jejak(*words, "--tsa-ca", str(stamped.other_ca))
    assert foreign.code == 5
    assert foreign.json["rows"][0]["ok"] is False


def shell(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["sh", "verify.sh", *words], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def unpacked(bundle: Path, tmp_path: Path) -> Path:
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "bukti")
    return tmp_path / "bukti"


def test_the_program_in_the_bundle_checks_the_stamp(unpacked: Path, stamped: Stamped) -> None:
    done = shell(unpacked, stamped.key, str(stamped.ca))
    assert done.returncode == 0, done.stderr
    assert "\nstamped: " in done.stdout
    assert " GMT\nACCEPTED\n" in done.stdout
    alone = shell(unpacked, stamped.key)
    assert "not checked here: timestamp.tsr; give the certificates" in alone.stdout
    for ca in (stamped.other_ca, stamped.key, "tidak-ada.pem"):
        wrong = shell(unpacked, stamped.key, str(ca))
        assert (wrong.returncode, "ACCEPTED" in wrong.stdout) == (5, False)


def test_a_stamp_taken_out_of_the_bundle_is_missed(
    jejak: Jejak, unpacked: Path, stamped: Stamped
) -> None:
    (unpacked / "timestamp.tsr").unlink()
    lines = (unpacked / "MANIFEST").read_text().splitlines(keepends=True)
    (unpacked / "MANIFEST").write_text("".join(line for line in lines if "tsr" not in line))
    done = shell(unpacked, stamped.key, str(stamped.ca))
    assert (done.returncode, "ACCEPTED" in done.stdout) == (5, False)
    assert "there is no time stamp" in done.stderr


@dataclass(frozen=True)
class Served:
    """What an authority on this machine answers at `url`."""

    url: str
    answers: list[bytes]


@pytest.fixture
def served(authority: Authority) -> Iterator[Served]:
    """One answer a request: those in `answers` first, then the authority's own."""
    answers: list[bytes] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/timestamp-query"
            body = answers.pop() if answers else authority.answer(query)
            self.send_response(503 if body == b"busy" else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Served(f"http://127.0.0.1:{server.server_address[1]}/", answers)
        server.shutdown()
        thread.join()


def test_an_authority_is_asked_over_the_network(
    jejak: Jejak, stamped: Stamped, served: Served, tmp_path: Path
) -> None:
    target = tmp_path / "diambil.tsr"
    words = ("timestamp", "fetch", "--url", served.url, "-o", str(target))
    done = jejak(*words, "--tsa-ca", str(stamped.ca))
    assert done.code == 0, done.err
    assert "Existed at the latest on" in done.out
    assert jejak("timestamp", "check", str(target), "--tsa-ca", str(stamped.ca)).code == 0
    older = tmp_path / "diambil-lama.tsr"
    of_older = ("timestamp", "fetch", str(stamped.checkpoint), "--url", served.url)
    assert jejak(*of_older, "-o", str(older)).code == 0
    check = ("timestamp", "check", str(older))
    assert jejak(*check, str(stamped.checkpoint), "--tsa-ca", str(stamped.ca)).code == 0
    assert jejak(*check, "--tsa-ca", str(stamped.ca)).code == 5


@pytest.mark.parametrize("lang", ["id", "en"])
def test_an_answer_that_is_no_time_stamp_is_not_kept(
    jejak: Jejak, stamped: Stamped, served: Served, tmp_path: Path, lang: str
) -> None:
    target = tmp_path / "diambil.tsr"
    words = ("timestamp", "fetch", "--url", served.url, "-o", str(target))
    for answer, code in ((b"<html>", 5), (b"", 5), (b"busy", 2), (stamped.token.read_bytes(), 5)):
        served.answers.append(answer)
        done = jejak(*words, "--tsa-ca", str(stamped.ca), lang=lang)
        assert done.code == code, answer
        assert done.err
        assert not target.exists()


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "file:///etc/hostname", "http://127.0.0.1:9/"])
def test_an_address_without_an_authority_is_refused(jejak: Jejak, tmp_path: Path, url: str) -> None:
    done = jejak("timestamp", "fetch", "--url", url, "-o", "x.tsr")
    assert done.code == 2
    assert url in done.err
    assert not (tmp_path / "x.tsr").exists()


def test_the_answer_has_its_envelope(jejak: Jejak, stamped: Stamped) -> None:
    words = ("timestamp", "check", str(stamped.token), str(stamped.checkpoint))
    answer = jejak(*words, "--tsa-ca", str(stamped.ca), "--json").json
    assert answer["schema"] == "jejak.timestamp/1"
    (row,) = answer["rows"]
    assert set(row) == {"time", "serial_number"}
    assert jejak(*words, "--tsa-ca", str(stamped.ca), lang="id").code == 0


def test_wrong_inputs_are_told_apart(jejak: Jejak, stamped: Stamped, tmp_path: Path) -> None:
    check, ca = ("timestamp", "check", str(stamped.token)), str(stamped.ca)
    assert jejak(*check).code == 2
    assert jejak(*check, "--tsa-ca", "tidak-ada.pem").code == 2
    assert jejak("timestamp", "check", "tidak-ada.tsr", "--tsa-ca", ca).code == 2
    assert jejak(*check, "--tsa-ca", str(stamped.checkpoint)).code == 5
    assert jejak("timestamp", "check", ca, "--tsa-ca", ca).code == 5
    big = tmp_path / "besar.tsr"
    big.write_bytes(bytes(1 << 20))
    assert jejak("timestamp", "check", str(big), "--tsa-ca", ca).code == 5
    assert jejak("timestamp", "request", str(tmp_path)).code == 2
    taken = jejak("timestamp", "request", "-o", str(stamped.token))
    assert taken.code == 2
    pair = ("verify", "--checkpoint", str(stamped.checkpoint), "--timestamp", str(stamped.token))
    assert jejak(*pair).code == 2
    assert jejak("verify", "--timestamp", str(stamped.token), "--tsa-ca", ca).code == 2
    prove = ("prove", "#34", "-o", str(tmp_path / "x.zip"))
    assert jejak(*prove, "--timestamp", str(stamped.token)).code == 2
    assert jejak(*prove, "--tsa-ca", ca).code == 2


def test_an_authority_whose_certificate_has_run_out_is_refused(
    jejak: Jejak, stamped: Stamped, tmp_path: Path
) -> None:
    """At the time of the stamp; openssl and this program agree."""
    late = make_authority(tmp_path / "late", "Otoritas Lama", signer_until=-1 * DAY)
    (tmp_path / "late.pem").write_bytes(late.root)
    try:
        token = late.stamp(stamped.checkpoint.read_bytes())
    except subprocess.CalledProcessError:
        pytest.skip("this openssl does not stamp with a certificate that has run out")
    (tmp_path / "late.tsr").write_bytes(token)
    words = ("late.tsr", str(stamped.checkpoint), "--tsa-ca", "late.pem")
    assert jejak("timestamp", "check", *words).code == 5
    judged = ("-data", str(stamped.checkpoint), "-in", "late.tsr", "-CAfile", "late.pem")
    assert openssl("ts", "-verify", *judged, folder=tmp_path) != 0
