"""Reading the signature of a PDF that anybody may have made. Only its byte range and the container between are looked
at, both found by plain text and bounded; pyhanko judges the container. The rest of the file is never parsed: a file
made to harm would begin there."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from asn1crypto import cms
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity

# Longer containers than this are none of ours.
_MOST_CONTAINER_BYTES = 32_768
_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")


@dataclass(frozen=True, slots=True)
class Signature:
    """The last signature of a file. `is_authentic`: the certificate's key made it. `covers_all`: over exactly these
    bytes, all of them."""

    certificate_sha256: str
    is_authentic: bool
    covers_all: bool


def signature_of(content: bytes) -> Signature | None:
    """The last signature of the file; None when there is none that can be read."""
    found = list(_RANGE.finditer(content))
    if not content.startswith(b"%PDF-") or not found:
        return None
    begin, before, after, rest = (int(one) for one in found[-1].groups())
    between = content[before:after]
    if begin != 0 or not between.startswith(b"<") or len(between) > 2 * _MOST_CONTAINER_BYTES:
        return None
    signed = content[:before] + content[after : after + rest]
    try:
        container = bytes.fromhex(between.strip(b"<>").decode("ascii"))
        return _judged(container, signed, after + rest == len(content))
    except Exception:  # the container came from anybody: whatever its parser stumbles over, it is not a signature
        return None


def _judged(container: bytes, signed: bytes, is_whole: bool) -> Signature:
    told = cms.ContentInfo.load(container, strict=False)
    if any(container[len(told.dump()) :]):
        raise ValueError("something stands behind the container, where only zeros fill the place kept for it")
    signed_data = told["content"]
    (signer,) = signed_data["signer_infos"]
    if signer["digest_algorithm"]["algorithm"].native != "sha256":
        raise ValueError("documents of ours are signed with SHA-256")
    certificate = extract_certs_for_validation(signed_data).signer_cert
    # Whether to trust the certificate is the caller's question: it knows which are ours.
    intact, valid = validate_sig_integrity(signer, certificate, "data", hashlib.sha256(signed).digest())
    return Signature(
        certificate_sha256=hashlib.sha256(certificate.dump()).hexdigest(),
        is_authentic=bool(valid),
        covers_all=bool(intact) and is_whole,
    )
