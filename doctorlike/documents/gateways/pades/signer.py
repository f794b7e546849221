"""PAdES signatures (ETSI EN 319 142-1, level B-B) with an RSA key by pyhanko. Not a qualified Russian signature (УКЭП):
documents say so."""

from __future__ import annotations

import hashlib
import threading
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from doctorlike.documents.gateways import SignedPdf

# Room for a signature beside its certificates, in bytes; kept beforehand, so that pyhanko need not sign twice to learn
# how long one is.
_ROOM = 2048
# Stands for the digest in the form that is filled for each document.
_BLANK_DIGEST = hashlib.sha256(b"the digest of a document").digest()


class _KeptSigner(signers.SimpleSigner):
    """pyhanko's signer with the key kept loaded (checking it anew costs three times a signature) and the container kept
    as a form: with one key, one certificate and SHA-256 it differs from document to document only in the digest and in
    the signature, both of constant length. The form is made by pyhanko itself."""

    def __init__(self, kept: signers.SimpleSigner) -> None:
        super().__init__(kept.signing_cert, kept.signing_key, kept.cert_registry)
        key = load_der_private_key(kept.signing_key.dump(), password=None)
        if not isinstance(key, RSAPrivateKey):
            raise ImproperlyConfigured("SIGNING_KEY_FILE holds no RSA key")
        self._key = key
        self._form: tuple[bytes, bytes, bytes] | None = None

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        return self._key.sign(data, PKCS1v15(), SHA256())

    async def async_sign(self, data_digest: bytes, digest_algorithm: str, *args: Any, **kwargs: Any) -> cms.ContentInfo:
        if self._form is None:
            blank = await super().async_sign(_BLANK_DIGEST, digest_algorithm, *args, **kwargs)
            signer_info = blank["content"]["signer_infos"][0]
            # What is signed are the attributes as a plain set (RFC 5652, 5.4).
            attributes = signer_info["signed_attrs"].untag().dump()
            self._form = (blank.dump(), attributes, signer_info["signature"].native)
        container, attributes, signature = self._form
        signed = self.sign_raw(attributes.replace(_BLANK_DIGEST, data_digest), digest_algorithm)
        filled = container.replace(_BLANK_DIGEST, data_digest).replace(signature, signed)
        return cms.ContentInfo.load(filled)


class _SignatureAlone(IncrementalPdfFileWriter):
    """Adds the signature and leaves the metadata as the document was set: when it was signed stands in the signature.
    Reading the XMP and writing it anew costs as much as all the rest of signing."""

    def _update_meta(self) -> None:
        pass


class PadesSigner:
    """Safe to share between threads."""

    def __init__(self, *, key_file: Path, certificate_file: Path) -> None:
        loaded = signers.SimpleSigner.load(str(key_file), str(certificate_file))
        if loaded is None:
            raise ImproperlyConfigured("SIGNING_KEY_FILE and SIGNING_CERTIFICATE_FILE do not make a signer")
        self._signer = _KeptSigner(loaded)
        # asn1crypto reads a certificate bit by bit, as it is asked about it: one thread at a time.
        self._one_at_a_time = threading.Lock()
        certificates = {loaded.signing_cert.dump(), *(one.dump() for one in loaded.cert_registry or ())}
        self._reserved = 2 * (sum(map(len, certificates)) + _ROOM)  # in figures of hexadecimal
        self.certificate_sha256 = hashlib.sha256(loaded.signing_cert.dump()).hexdigest()

    def sign(self, content: bytes, *, reason: str) -> SignedPdf:
        meta = signers.PdfSignatureMetadata(
            field_name="Signature1", reason=reason, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        with self._one_at_a_time:
            signed = signers.PdfSigner(meta, self._signer).sign_pdf(
                _SignatureAlone(BytesIO(content)), bytes_reserved=self._reserved
            )
        return SignedPdf(signed.getvalue(), self.certificate_sha256)


@lru_cache(maxsize=1)
def configured_signer() -> PadesSigner:
    """The signer of the settings, its key read once a process; ImproperlyConfigured without one."""
    if not (settings.SIGNING_KEY_FILE and settings.SIGNING_CERTIFICATE_FILE):
        raise ImproperlyConfigured("SIGNING_KEY_FILE and SIGNING_CERTIFICATE_FILE are needed to make documents")
    return PadesSigner(key_file=settings.SIGNING_KEY_FILE, certificate_file=settings.SIGNING_CERTIFICATE_FILE)
