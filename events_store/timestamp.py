"""When a checkpoint existed, by the word of a time stamping authority.

RFC 3161 over the bytes of a signed checkpoint, with SHA-256. The certificates that are trusted come
from the verifier's own hand; those inside a token only lead up to them.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from events_store.errors import TimestampRefused

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MAX_TOKEN_BYTES = 256 * 1024


@dataclass(frozen=True)
class Stamp:
    """The authority's word: at `time` (UTC) the stamped bytes existed."""

    time: datetime
    serial_number: int


def make_request(note: bytes) -> bytes:
    """A time stamp query (DER) over `note`, with a nonce, asking for the certificates."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    builder = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256)
    return bytes(builder.cert_request(cert_request=True).build().as_bytes())


def parse_certificates(pem: bytes) -> list["Certificate"]:
    """The certificates of a PEM file; TimestampRefused when there is none or one is broken."""
    from cryptography.x509 import load_pem_x509_certificates

    with _refusing("not a PEM file of certificates that can be read"):
        return list(load_pem_x509_certificates(pem))


def verify_token(token: bytes, note: bytes, trusted: Sequence["Certificate"]) -> Stamp:
    """What the authority says of `note` in a time stamp response (DER).

    TimestampRefused unless the token is over exactly these bytes and its signer's certificate leads
    to one of `trusted` at the time that it states.
    """
    from rfc3161_client import VerifierBuilder, decode_timestamp_response

    if not token:
        raise TimestampRefused("there is none")
    if len(token) > MAX_TOKEN_BYTES:
        raise TimestampRefused(f"longer than {MAX_TOKEN_BYTES} bytes")
    with _refusing():
        response = decode_timestamp_response(token)
        if bytes(response.as_bytes()) != token:
            raise TimestampRefused("not in the one form that DER has")
        roots = [item for item in trusted if item.issuer == item.subject]
        others = [item for item in trusted if item.issuer != item.subject]
        verifier = VerifierBuilder(roots=roots, intermediates=others).build()
        verifier.verify_message(response, note)
        info = response.tst_info
        return Stamp(info.gen_time.astimezone(UTC), info.serial_number)


def require_answer(token: bytes, note: bytes) -> None:
    """TimestampRefused unless these bytes are a granted answer over `note`; trusts nobody."""
    from rfc3161_client import decode_timestamp_response

    with _refusing():
        answer = decode_timestamp_response(token)
        if answer.status != 0:
            raise TimestampRefused(f"the authority did not grant it: {answer.status_string}")
        if answer.tst_info.message_imprint.message != hashlib.sha256(note).digest():
            raise TimestampRefused("it is over other bytes")


@contextmanager
def _refusing(words: str | None = None) -> Iterator[None]:
    """The libraries' errors in this package's words, a panic of a parser among them."""
    try:
        yield
    except TimestampRefused:
        raise
    except Exception as error:  # what these libraries raise over hostile input has no root
        raise TimestampRefused(words or str(error) or type(error).__name__) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise TimestampRefused(words or "the token cannot be read") from error
