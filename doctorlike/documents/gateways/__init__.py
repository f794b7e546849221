"""Who signs. A GOST signer (qualified Russian signature) is another implementation of this protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SignedPdf:
    content: bytes
    certificate_sha256: str


class PdfSigner(Protocol):
    def sign(self, content: bytes, *, reason: str) -> SignedPdf:
        """The PDF with a signature over all its bytes."""
