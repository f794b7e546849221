"""How requests to ЕСИА are signed. The service asks for ГОСТ Р 34.10-2012 by a certified provider
(docs/operations/esia.md); what signs here is RSA, and whatever has these two may take its place."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


class Signer(Protocol):
    @property
    def certificate_hash(self) -> str:
        """The certificate that ЕСИА checks the signature by, named by its hash."""

    def sign(self, text: str) -> str:
        """The bare signature of the text in UTF-8, base64url."""


@dataclass(frozen=True, slots=True)
class RsaSigner:
    """RSA (PKCS #1 v1.5) with SHA-256."""

    key: rsa.RSAPrivateKey
    certificate_hash: str

    @classmethod
    def read(cls, key_file: Path, certificate_file: Path, certificate_hash: str = "") -> RsaSigner:
        """Without a hash that of SHA-256 over the certificate; ЕСИА's own is shown by its technological portal.
        TypeError when the key is not of RSA."""
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("the key for ЕСИА is not of RSA")
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        der = certificate.public_bytes(serialization.Encoding.DER)
        return cls(key, certificate_hash or hashlib.sha256(der).hexdigest().upper())

    def sign(self, text: str) -> str:
        signature = self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
