"""ЕСИА as the settings of this process tell of it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import Http404

from doctorlike.sites.links import absolute
from doctorlike.sites.portal.esia.client import Esia, read_esia
from doctorlike.sites.portal.esia.signing import RsaSigner


def esia() -> Esia:
    """Http404 while signing in by «Госуслуги» is off."""
    if not settings.ESIA_URL:
        raise Http404
    return _read(
        settings.ESIA_URL,
        settings.ESIA_CLIENT_ID,
        settings.ESIA_ISSUER,
        settings.ESIA_PROVIDER_CERTIFICATE_FILE,
        settings.ESIA_KEY_FILE,
        settings.ESIA_CERTIFICATE_FILE,
        settings.ESIA_CERTIFICATE_HASH,
    )


def redirect_uri() -> str:
    return absolute("portal", "esia:back")


@lru_cache(maxsize=2)
def _read(url: str, client_id: str, issuer: str, provider: Path, key: Path, certificate: Path, hashed: str) -> Esia:
    return read_esia(
        url=url,
        client_id=client_id,
        issuer=issuer,
        provider_certificate_file=provider,
        signer=RsaSigner.read(key, certificate, hashed),
    )
