"""Telemedicine as a relying party: OpenID Connect with the portal, code flow with PKCE."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from doctorlike.accounts import commands
from doctorlike.sites.links import absolute

TIMEOUT_SECONDS = 5.0
CLIENT_ID = "telemed"
CLOCK_LEEWAY_SECONDS = 30


class ProviderSilentError(Exception):
    """The portal did not answer."""


class ProviderRefusedError(Exception):
    """The portal did not vouch for this sign-in, or what it said does not fit the request."""


@dataclass(frozen=True, slots=True)
class Request:
    """One sign-in under way, kept on this site for this browser until the portal sends it back."""

    state: str
    nonce: str
    verifier: str
    next_url: str

    @classmethod
    def begin(cls, next_url: str) -> Request:
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(64), next_url)

    @property
    def challenge(self) -> str:
        """RFC 7636, S256."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorization_address(request: Request) -> str:
    """Where the browser goes to sign in."""
    asked = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": _redirect_uri(),
        "scope": "openid profile",
        "state": request.state,
        "nonce": request.nonce,
        "code_challenge": request.challenge,
        "code_challenge_method": "S256",
    }
    return f"{absolute('portal', 'idp:oidc:authorization')}?{urlencode(asked)}"


def redeem(request: Request, code: str) -> UUID:
    """The subject the portal vouches for. ProviderSilentError, ProviderRefusedError."""
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS) as portal:
            answer = portal.post(
                absolute("portal", "idp:oidc:token"),
                auth=(CLIENT_ID, commands.telemed_client_secret()),
                data={
                    "grant_type": "authorization_code",
                    "code": code,
                    "redirect_uri": _redirect_uri(),
                    "code_verifier": request.verifier,
                },
            )
            keys = portal.get(absolute("portal", "idp:oidc:jwks")).raise_for_status().json()
    except httpx.HTTPError as silence:
        raise ProviderSilentError from silence
    if answer.is_client_error:
        raise ProviderRefusedError
    if answer.is_error:
        raise ProviderSilentError
    return _subject(answer.json().get("id_token", ""), keys, request.nonce)


def _subject(id_token: str, keys: Any, nonce: str) -> UUID:
    checks = jwt.JWTClaimsRegistry(
        leeway=CLOCK_LEEWAY_SECONDS,
        iss={"essential": True, "value": f"{settings.SITE_URLS['portal']}/identity"},
        aud={"essential": True, "value": CLIENT_ID},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
        exp={"essential": True},
    )
    try:
        claims = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=["RS256"]).claims
        checks.validate(claims)
        return UUID(claims["sub"])
    except (JoseError, ValueError) as wrong:
        raise ProviderRefusedError from wrong


def _redirect_uri() -> str:
    return settings.SITE_URLS["telemed"] + reverse("signin:callback")
