"""Telemedicine as a relying party: OpenID Connect with the portal, code flow with PKCE. Authlib speaks the protocol;
what it leaves to the application is here: who must have answered whom, and how long a sign-in may be under way."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import requests
from authlib.integrations.django_client import DjangoIntegration, DjangoOAuth2App, OAuthError
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from joserfc.errors import JoseError

from doctorlike.accounts.commands.identity import issuer, telemed_client_secret
from doctorlike.sites.links import absolute

TIMEOUT_SECONDS = 5.0
CLIENT_ID = "telemed"
CLOCK_LEEWAY_SECONDS = 30
MOST_UNDER_WAY = 5


class ProviderSilentError(Exception):
    """The portal did not answer."""


class ProviderRefusedError(Exception):
    """The portal did not vouch for this sign-in, or what it said does not fit the request."""


class NotUnderWayError(ProviderRefusedError):
    """This browser took no such sign-in along: another's, an old one, or one that came back already."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the portal vouches for, under the nonce of this sign-in, and the page asked for before it."""

    subject: UUID
    nonce: str
    next_url: str


class UnderWay(DjangoIntegration):
    """Sign-ins under way, kept on this site for this browser until the portal sends it back. Several tabs may be on
    their way at once; the oldest is forgotten first, and none is believed after `expires_in` seconds."""

    def get_state_data(self, session: Any, state: str | None) -> Any:
        kept = session.get(f"{self._prefix}{state}")
        return kept["data"] if kept and kept["exp"] > time.time() else None

    def set_state_data(self, session: Any, state: str, data: Any) -> None:
        super().set_state_data(session, state, data)
        kept = sorted(
            (one for one in dict(session) if one.startswith(self._prefix)), key=lambda one: session[one]["exp"]
        )
        for key in kept[:-MOST_UNDER_WAY]:
            del session[key]

    @property
    def _prefix(self) -> str:
        return f"_state_{self.name}_"


def begin(request: HttpRequest, next_url: str) -> str:
    """The address at which the browser signs in; state, nonce and verifier are new each time."""
    portal = _portal()
    asked = portal.create_authorization_url(_redirect_uri())
    portal.save_authorize_data(request, redirect_uri=_redirect_uri(), next_url=next_url, **asked)
    return str(asked["url"])


def came_back(request: HttpRequest) -> Vouched:
    """What the portal says of the person in this browser; each sign-in is asked about once. NotUnderWayError,
    ProviderRefusedError, ProviderSilentError."""
    portal = _portal()
    state = request.GET.get("state")
    begun = portal.framework.get_state_data(request.session, state)
    if begun is None:
        raise NotUnderWayError
    # RFC 9207: an answer of another provider, mixed up with ours, is not taken to ours.
    if request.GET.get("iss") != issuer():
        portal.framework.clear_state_data(request.session, state)
        raise ProviderRefusedError
    try:
        told = portal.authorize_access_token(request, claims_options=_claims(), leeway=CLOCK_LEEWAY_SECONDS)
        return Vouched(UUID(told["userinfo"]["sub"]), begun["nonce"], begun["next_url"])
    except requests.RequestException as silence:
        raise ProviderSilentError from silence
    except (OAuthError, JoseError, ValueError, KeyError) as wrong:
        raise ProviderRefusedError from wrong


def _portal() -> Any:
    return DjangoOAuth2App(
        UnderWay("portal"),
        name="portal",
        client_id=CLIENT_ID,
        client_secret=telemed_client_secret(),
        authorize_url=absolute("portal", "idp:oidc:authorization"),
        access_token_url=absolute("portal", "idp:oidc:token"),
        jwks_uri=absolute("portal", "idp:oidc:jwks"),
        issuer=issuer(),
        id_token_signing_alg_values_supported=["RS256"],
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_SECONDS,
        },
    )


def _claims() -> dict[str, Any]:
    # Authlib alone would take a token made for another client that names us as the party it was given to.
    return {
        "iss": {"essential": True, "value": issuer()},
        "aud": {"essential": True, "value": CLIENT_ID},
        "sub": {"essential": True},
        "exp": {"essential": True},
    }


def _redirect_uri() -> str:
    return settings.SITE_URLS["telemed"] + reverse("signin:callback")
