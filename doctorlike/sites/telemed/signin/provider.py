"""Telemedicine as a relying party: OpenID Connect with the portal, code flow with PKCE."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import httpx
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from django.conf import settings
from django.urls import reverse
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
    """One sign-in under way, kept in the browser's cookie-bound store on this site until the portal sends back."""

    state: str
    nonce: str
    verifier: str
    next_url: str


def authorization_address(request: Request) -> str:
    """Where the browser goes to sign in."""
    with _client() as client:
        address, _state = client.create_authorization_url(
            absolute("portal", "idp:oidc:authorization"),
            state=request.state,
            nonce=request.nonce,
            code_verifier=request.verifier,
        )
    return str(address)


def redeem(request: Request, code: str) -> UUID:
    """The subject the portal vouches for. ProviderSilentError, ProviderRefusedError."""
    try:
        with _client() as client:
            answer = client.fetch_token(absolute("portal", "idp:oidc:token"), code=code, code_verifier=request.verifier)
        keys = httpx.get(absolute("portal", "idp:oidc:jwks"), timeout=TIMEOUT_SECONDS).raise_for_status().json()
    except httpx.HTTPError as silence:
        raise ProviderSilentError from silence
    except OAuthError as refusal:
        raise ProviderRefusedError from refusal
    return _subject(answer.get("id_token", ""), keys, request.nonce)


def _subject(id_token: str, keys: dict, nonce: str) -> UUID:  # type: ignore[type-arg]  # a JSON Web Key Set
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


def _client() -> OAuth2Client:
    return OAuth2Client(
        CLIENT_ID,
        commands.telemed_client_secret(),
        scope="openid profile",
        redirect_uri=settings.SITE_URLS["telemed"] + reverse("signin:callback"),
        code_challenge_method="S256",
        timeout=TIMEOUT_SECONDS,
    )
