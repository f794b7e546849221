"""Key files of the demo: one for the identity provider, one with a certificate for signing documents."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

VALID_YEARS = 10


def make_if_absent(folder: Path) -> dict[str, str]:
    """Settings that name the key files of `folder`, made on the first call."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sign_in, signing, certificate = folder / "oidc.pem", folder / "signing.pem", folder / "signing.crt"
    if not sign_in.exists():
        _write(sign_in, _as_pem(_rsa_key()))
    if not (signing.exists() and certificate.exists()):
        key = _rsa_key()
        _write(signing, _as_pem(key))
        _write(certificate, _demo_certificate(key).public_bytes(serialization.Encoding.PEM))
    return {
        "OIDC_PRIVATE_KEY_FILE": str(sign_in),
        "SIGNING_KEY_FILE": str(signing),
        "SIGNING_CERTIFICATE_FILE": str(certificate),
    }


def _rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


def _as_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _demo_certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    """Self-signed, and its subject says that nobody vouches for it."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "RU"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Доктор Лайк, демонстрация"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Демонстрационный сертификат"),
        ]
    )
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * VALID_YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _write(path: Path, content: bytes) -> None:
    coming = path.with_name(path.name + ".new")
    coming.unlink(missing_ok=True)
    with open(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    coming.replace(path)
