"""The portal as identity provider: allauth's endpoints, narrowed to what our clients need (code flow, PKCE always).

allauth's views are loaded on first use: they bring a whole HTTP client along for a feature that is off, which no other
page of the portal should wait for."""

from __future__ import annotations

import hashlib
import json
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from doctorlike.accounts import commands, queries
from doctorlike.accounts.commands.identity import issuer
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock
from doctorlike.ui.views import error_page

# RFC 7636, 4.2: an S256 challenge is the base64url form of 32 bytes.
CHALLENGE_LENGTH = 43
# What would take the flow elsewhere than to a code in the query of the registered address.
UNSUPPORTED = ("prompt", "response_mode", "request", "request_uri")


@never_cache
@require_GET
def authorization(request: HttpRequest) -> HttpResponse:
    """Send the signed-in person back to the client with a code. allauth asks only public clients for PKCE, so it is
    asked here of every one, and S256 only; a nonce too, by which signing out finds the sign-in again."""
    asked = request.GET
    if (
        len(asked.get("code_challenge", "")) != CHALLENGE_LENGTH
        or asked.get("code_challenge_method") != "S256"
        or not asked.get("nonce")
        or any(name in asked for name in UNSUPPORTED)
        or any(len(values) > 1 for _name, values in asked.lists())
        # allauth lets a registered address pass with any query behind it.
        or not queries.is_registered_address(asked.get("client_id", ""), asked.get("redirect_uri", ""))
    ):
        return error_page(
            request,
            status=400,
            title=_("Приложение попросило войти неправильно"),
            text=_("Поэтому мы никому не сообщили, кто вы. Вернитесь в приложение и попробуйте ещё раз."),
        )
    from allauth.idp.oidc import views as oidc

    response: HttpResponse = oidc.authorization(request)
    if response.status_code == 302 and "code" in parse_qs(urlsplit(response["Location"]).query):
        commands.hand_over(
            user_id=request.user.pk,  # type: ignore[arg-type]  # the permission table lets nobody else in here
            nonce=asked["nonce"],
            portal_session_key=request.session.session_key or "",
            by=Actor.user(request.user.pk),  # type: ignore[arg-type]  # as above
            at=clock.now(),
        )
        # RFC 9207: a client of several providers sees whose answer this is.
        response["Location"] += f"&{urlencode({'iss': issuer()})}"
    return response


# A server calls here, with its own secret and without cookies: there is nothing a foreign page could ride on.
@csrf_exempt
@never_cache
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Exchange a code. allauth looks a code up and forgets it in two steps; the lock makes it one, so that a code
    serves once even when it arrives twice at the same instant."""
    from allauth.idp.oidc import views as oidc

    code = hashlib.sha256(request.POST.get("code", "").encode()).hexdigest()
    with transaction.atomic():
        advisory_lock(f"authorization code {code}")
        response: HttpResponse = oidc.token(request)
        if response.status_code == 200:
            response = JsonResponse(commands.without_refresh_token(json.loads(response.content)))
            response["Cache-Control"] = "no-store"
        return response


@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys that identity tokens are signed with."""
    from allauth.idp.oidc import views as oidc

    response: HttpResponse = oidc.jwks(request)
    return response


@require_GET
def configuration(request: HttpRequest) -> JsonResponse:
    """The discovery document, of what is served here and nothing more."""
    site = settings.SITE_URLS["portal"]
    return JsonResponse(
        {
            "issuer": issuer(),
            "authorization_response_iss_parameter_supported": True,
            "authorization_endpoint": site + reverse("idp:oidc:authorization"),
            "token_endpoint": site + reverse("idp:oidc:token"),
            "jwks_uri": site + reverse("idp:oidc:jwks"),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "scopes_supported": ["openid", "profile"],
            "claims_supported": ["sub", "name"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }
    )
