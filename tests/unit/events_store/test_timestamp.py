"""Time stamps: over these bytes, by an authority that is trusted, and nothing else."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.x509 import Certificate
from cryptography.x509.oid import ExtendedKeyUsageOID

from events_store.errors import TimestampRefused
from events_store.timestamp import (
    MAX_TOKEN_BYTES,
    Stamp,
    make_request,
    parse_certificates,
    verify_token,
)
from tests.authority import DAY, Authority, make_authority, needs_openssl

GOLDEN = Path(__file__).parents[2] / "golden" / "timestamp"
NOTE = b"jejak.example\n3\nAAAA\n\n\xe2\x80\x94 jejak.example AAAA\n"

pytestmark = needs_openssl


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def token(authority: Authority) -> bytes:
    return authority.stamp(NOTE)


def trusted(authority: Authority) -> list[Certificate]:
    return parse_certificates(authority.root)


def test_a_stamp_says_when_the_bytes_existed(authority: Authority, token: bytes) -> None:
    stamp = verify_token(token, NOTE, trusted(authority))
    assert abs(datetime.now(UTC) - stamp.time) < timedelta(hours=1)
    assert stamp.time.utcoffset() == timedelta(0)
    assert stamp.serial_number >= 1


def test_a_stamp_that_was_kept_is_still_read() -> None:
    """Made once by tests/authority.py; it holds after its certificates have ended."""
    note, token, root = (
        (GOLDEN / name).read_bytes() for name in ("checkpoint", "checkpoint.tsr", "tsa.pem")
    )
    stamp = verify_token(token, note, parse_certificates(root))
    assert stamp == Stamp(datetime(2026, 11, 24, 12, 48, 2, tzinfo=UTC), 2)


def test_openssl_says_the_same(authority: Authority, token: bytes, tmp_path: Path) -> None:
    for name, data in (("a.tsr", token), ("root.pem", authority.root), ("note", NOTE)):
        (tmp_path / name).write_bytes(data)
    words = ["openssl", "ts", "-verify", "-in", "a.tsr", "-data", "note", "-CAfile", "root.pem"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=False)
    assert b"Verification: OK" in done.stdout + done.stderr


def test_two_queries_differ_by_their_nonce() -> None:
    assert make_request(NOTE) != make_request(NOTE)


@pytest.mark.parametrize("other", [b"", NOTE[:-1], NOTE + b"\n", NOTE.replace(b"3", b"4")])
def test_a_stamp_over_other_bytes_is_refused(
    authority: Authority, token: bytes, other: bytes
) -> None:
    with pytest.raises(TimestampRefused):
        verify_token(token, other, trusted(authority))


def test_a_stamp_by_another_authority_is_refused(token: bytes, tmp_path: Path) -> None:
    with pytest.raises(TimestampRefused):
        verify_token(token, NOTE, trusted(make_authority(tmp_path)))


def test_an_authority_of_the_same_name_with_another_key_is_refused(
    authority: Authority, tmp_path: Path
) -> None:
    twin = make_authority(tmp_path)
    with pytest.raises(TimestampRefused):
        verify_token(twin.stamp(NOTE), NOTE, trusted(authority))
    verify_token(twin.stamp(NOTE), NOTE, trusted(twin))


def test_one_of_several_authorities_is_enough(
    authority: Authority, token: bytes, tmp_path: Path
) -> None:
    other = make_authority(tmp_path, "Otoritas Lain")
    both = parse_certificates(other.root + authority.root)
    assert len(both) == 2
    assert verify_token(token, NOTE, both) == verify_token(token, NOTE, trusted(authority))


def test_without_an_authority_nothing_is_believed(token: bytes) -> None:
    with pytest.raises(TimestampRefused):
        verify_token(token, NOTE, [])


def test_the_certificate_of_the_signer_alone_is_no_authority(
    authority: Authority, token: bytes
) -> None:
    signer = (authority.folder / "signer.pem").read_bytes()
    with pytest.raises(TimestampRefused):
        verify_token(token, NOTE, parse_certificates(signer))


@pytest.mark.parametrize(
    ("root_until", "signer_until"), [(-DAY, 365 * DAY), (365 * DAY, -DAY), (4000 * DAY, 365 * DAY)]
)
def test_a_certificate_that_did_not_hold_at_the_stated_time_is_refused(
    tmp_path: Path, root_until: timedelta, signer_until: timedelta
) -> None:
    """Expired root, expired signer, a root that begins only later."""
    late = make_authority(tmp_path, root_until=root_until, signer_until=signer_until)
    with pytest.raises(TimestampRefused):
        verify_token(late.stamp(NOTE), NOTE, trusted(late))


def test_a_certificate_for_another_purpose_stamps_nothing(
    tmp_path: Path, authority: Authority
) -> None:
    wrong = make_authority(tmp_path, purpose=ExtendedKeyUsageOID.CODE_SIGNING)
    with pytest.raises(subprocess.CalledProcessError):
        wrong.stamp(NOTE)


def test_a_reply_that_refuses_is_no_stamp(authority: Authority) -> None:
    reply = authority.answer(make_request(NOTE).replace(b"\x60\x86\x48\x01", b"\x60\x86\x48\x02"))
    with pytest.raises(TimestampRefused):
        verify_token(reply, NOTE, trusted(authority))


def test_a_truncated_or_lengthened_token_is_refused(authority: Authority, token: bytes) -> None:
    roots = trusted(authority)
    for data in [*(token[:size] for size in range(len(token))), token + b"\x00", token * 2]:
        with pytest.raises(TimestampRefused):
            verify_token(data, NOTE, roots)


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x80", b"{}", bytes(64), b"\x30" * 5000])
def test_garbage_is_refused(authority: Authority, data: bytes) -> None:
    with pytest.raises(TimestampRefused):
        verify_token(data, NOTE, trusted(authority))


def test_a_token_that_is_too_long_is_not_even_read(authority: Authority, token: bytes) -> None:
    with pytest.raises(TimestampRefused, match="longer"):
        verify_token(token + bytes(MAX_TOKEN_BYTES), NOTE, trusted(authority))


def test_a_panic_of_the_library_is_a_refusal(
    authority: Authority, token: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PanicException(BaseException):
        pass

    def panic(token: bytes) -> None:
        raise PanicException

    monkeypatch.setattr("rfc3161_client.decode_timestamp_response", panic)
    with pytest.raises(TimestampRefused, match="cannot be read"):
        verify_token(token, NOTE, trusted(authority))


def test_an_interruption_is_no_refusal(
    authority: Authority, token: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(token: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rfc3161_client.decode_timestamp_response", interrupt)
    with pytest.raises(KeyboardInterrupt):
        verify_token(token, NOTE, trusted(authority))


@pytest.mark.parametrize("pem", [b"", b"x", b"-----BEGIN CERTIFICATE-----\nAAAA\n", b"\xff" * 99])
def test_what_is_no_pem_of_certificates_is_refused(pem: bytes) -> None:
    with pytest.raises(TimestampRefused):
        parse_certificates(pem)


def test_one_broken_certificate_among_good_ones_is_refused(authority: Authority) -> None:
    broken = authority.root.replace(b"MII", b"MIJ", 1)
    assert broken != authority.root or b"MIIB" not in authority.root
    with pytest.raises(TimestampRefused):
        parse_certificates(authority.root + broken.replace(b"A", b"B", 5))
