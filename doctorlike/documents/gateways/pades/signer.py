"""PAdES signatures with an RSA key by pyhanko. Not a qualified Russian signature (УКЭП): documents say so."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from doctorlike.documents.gateways import SignedPdf

# Measured beforehand, pyhanko need not sign twice to learn how long a signature is.
SIGNATURE_BYTES = 16384


class PadesSigner:
    def __init__(self, *, key_file: Path, certificate_file: Path) -> None:
        signer = signers.SimpleSigner.load(str(key_file), str(certificate_file))
        if signer is None:
            raise ImproperlyConfigured("SIGNING_KEY_FILE and SIGNING_CERTIFICATE_FILE do not make a signer")
        self._signer = signer
        self._certificate_sha256 = hashlib.sha256(signer.signing_cert.dump()).hexdigest()

    def sign(self, content: bytes, *, reason: str) -> SignedPdf:
        meta = signers.PdfSignatureMetadata(
            field_name="Signature1", reason=reason, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        signed = signers.PdfSigner(meta, self._signer).sign_pdf(
            IncrementalPdfFileWriter(BytesIO(content)), bytes_reserved=SIGNATURE_BYTES
        )
        return SignedPdf(signed.getvalue(), self._certificate_sha256)


@lru_cache(maxsize=1)
def configured_signer() -> PadesSigner:
    """The signer of the settings, its key read once a process; ImproperlyConfigured without one."""
    if not (settings.SIGNING_KEY_FILE and settings.SIGNING_CERTIFICATE_FILE):
        raise ImproperlyConfigured("SIGNING_KEY_FILE and SIGNING_CERTIFICATE_FILE are needed to make documents")
    return PadesSigner(key_file=settings.SIGNING_KEY_FILE, certificate_file=settings.SIGNING_CERTIFICATE_FILE)
