"""The service's own key, made once, and the check of what a client has signed."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

KEY_FILE, CERTIFICATE_FILE = "esia.pem", "esia.crt"


@dataclass(frozen=True)
class Client:
    """The one system registered with the service: its mnemonic and the certificate of what it signs."""

    mnemonic: str
    certificate: x509.Certificate

    @property
    def certificate_hash(self) -> str:
        """Over the DER form. The true service hashes by ГОСТ Р 34.11-2012; SHA-256 stands for it here."""
        return hashlib.sha256(self.certificate.public_bytes(serialization.Encoding.DER)).hexdigest().upper()

    def has_signed(self, text: str, signature: str) -> bool:
        """Whether `signature` (base64url) is this client's over the text, RSA with SHA-256."""
        key = self.certificate.public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            return False
        try:
            given = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
            key.verify(given, text.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True


def read_client(mnemonic: str, certificate_file: Path | None) -> Client | None:
    """None when no certificate was registered: then nobody is a client here."""
    if certificate_file is None:
        return None
    return Client(mnemonic, x509.load_pem_x509_certificate(certificate_file.read_bytes()))


def own_key(folder: Path) -> str:
    """The service's private key (PEM) from `folder`; the first call makes it, and the certificate beside it that the
    product is given to check tokens by."""
    file = folder / KEY_FILE
    if not (file.exists() and (folder / CERTIFICATE_FILE).exists()):
        folder.mkdir(parents=True, exist_ok=True)
        key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
        (folder / CERTIFICATE_FILE).write_bytes(_certificate(key).public_bytes(serialization.Encoding.PEM))
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        file.chmod(0o600)
    return file.read_text()


def _certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Песочница: вместо ЕСИА")])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
