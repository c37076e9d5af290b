"""A time stamping authority of our own (RFC 3161): certificates made here, replies by openssl.

The certificate of its root goes to whoever trusts it; `certs` stays out of the configuration, for
then a reply holds the signer's certificate alone.
"""

import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from events_store.timestamp import make_request

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl, which plays the authority, is not installed"
)
DAY = timedelta(days=1)
CONFIGURATION = """[tsa]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Authority:
    """A folder with the signer's key and certificate; `root` is the PEM for whoever verifies."""

    folder: Path
    root: bytes

    def stamp(self, note: bytes) -> bytes:
        """The authority's reply (DER) to a query over `note`."""
        return self.answer(make_request(note))

    def answer(self, request: bytes) -> bytes:
        (self.folder / "query.tsq").write_bytes(request)
        words = "ts -reply -config tsa.cnf -section tsa -queryfile query.tsq"
        words += " -inkey signer.key -signer signer.pem -out reply.tsr"
        subprocess.run(
            ["openssl", *words.split()], cwd=self.folder, check=True, capture_output=True
        )
        return (self.folder / "reply.tsr").read_bytes()


def make_authority(
    folder: Path,
    name: str = "Otoritas Waktu Uji",
    *,
    root_until: timedelta = 365 * DAY,
    signer_until: timedelta = 365 * DAY,
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING,
) -> Authority:
    """An authority whose certificates end so long from now, before now where that is negative."""
    folder.mkdir(parents=True, exist_ok=True)
    root_key, signer_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate(name, name, root_key, root_key, root_until, [_CA])
    usage = x509.ExtendedKeyUsage([purpose])
    signer = _certificate(f"{name} 1", name, signer_key, root_key, signer_until, [usage])
    secret = signer_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "signer.key").write_bytes(secret)
    (folder / "signer.pem").write_bytes(signer.public_bytes(Encoding.PEM))
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(CONFIGURATION)
    return Authority(folder, root.public_bytes(Encoding.PEM))


_CA = x509.BasicConstraints(ca=True, path_length=0)


def _certificate(
    subject: str,
    issuer: str,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    until: timedelta,
    extensions: list[x509.ExtensionType],
) -> x509.Certificate:
    end = datetime.now(UTC) + until
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - 3650 * DAY)
        .not_valid_after(end)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(issuer_key, SHA256())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
