"""Telemedicine as a client of our identity provider, and the sign-ins handed over to it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from allauth.idp.oidc.models import Client, Token
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.crypto import salted_hmac

from doctorlike.accounts.errors import AccountClosedError, SignInLostError
from doctorlike.accounts.models import Handover, User
from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked

TELEMED_CLIENT_ID = "telemed"


def issuer() -> str:
    """Who we are as identity provider."""
    return f"{settings.SITE_URLS['portal']}/identity"


def telemed_client_secret() -> str:
    """Derived from SECRET_KEY, which both sites have: nothing more to configure, and a new key renews it at the next
    `register_telemed_client`."""
    return salted_hmac("doctorlike.accounts.oidc.telemed", TELEMED_CLIENT_ID, algorithm="sha256").hexdigest()


@transaction.atomic
def register_telemed_client(*, redirect_uri: str, by: Actor, at: datetime) -> None:
    """Make telemedicine known to the identity provider; repeating sets it right again (another address, another key).

    A confidential client *and* PKCE: telemedicine is a server and can keep a secret, so a code that leaks through a
    browser's history or a log is worth nothing even together with its verifier. No consent page: both sites are one
    insurer's. One exact redirect address, the code flow alone, no refresh tokens."""
    client, is_new = Client.objects.select_for_update().get_or_create(
        pk=TELEMED_CLIENT_ID, defaults={"secret": make_password(telemed_client_secret())}
    )
    client.name = str(settings.BRAND.telemed)
    client.type = Client.Type.CONFIDENTIAL
    client.skip_consent = True
    client.allow_uri_wildcards = False
    client.set_scopes(["openid", "profile"])
    client.set_grant_types([Client.GrantType.AUTHORIZATION_CODE])
    client.set_response_types([Client.ResponseType.CODE])
    client.set_redirect_uris([redirect_uri])
    renewed = not is_new and not client.check_secret(telemed_client_secret())
    if renewed:
        client.set_secret(telemed_client_secret())
    if is_new or renewed:
        audit.record(by=by, at=at, action="telemed.registered", subject_type="oidc_client", subject_id=client.pk)
    client.save()


def without_refresh_token(answer: dict[str, Any]) -> dict[str, Any]:
    """A token answer without the refresh token that the library makes for every code, asked for or not; it is
    forgotten on our side too. Repeating is safe."""
    refresh_token = answer.get("refresh_token")
    if refresh_token:
        Token.objects.by_value(refresh_token).filter(type=Token.Type.REFRESH_TOKEN).delete()
    return {name: told for name, told in answer.items() if name != "refresh_token"}


@transaction.atomic
def hand_over(*, user_id: UUID, nonce: str, portal_session_key: str, by: Actor, at: datetime) -> None:
    """Note that this session of the portal let the person into telemedicine under that nonce; repeating is safe."""
    Handover.objects.get_or_create(
        nonce_digest=_digest(nonce),
        defaults={"user_id": user_id, "portal_session_key": portal_session_key, "handed_at": at},
    )


@transaction.atomic
def take_over(*, subject: UUID, nonce: str, telemed_session_key: str, by: Actor, at: datetime) -> UUID:
    """The account that begins this session of telemedicine. The session must be saved before: signing out of the
    portal in the same moment then ends it. SignInLostError when the portal has signed out meanwhile or never handed
    this person over; AccountClosedError."""
    handover = Handover.objects.select_for_update(of=("self",)).filter(nonce_digest=_digest(nonce)).first()
    if handover is None or handover.telemed_session_key not in ("", telemed_session_key):
        raise SignInLostError
    user = locked(User.objects.all(), subject=subject)
    if user.pk != handover.user_id:
        raise SignInLostError
    if not user.is_active:
        raise AccountClosedError
    handover.telemed_session_key = telemed_session_key
    handover.save(update_fields=["telemed_session_key"])
    audit.record(by=Actor.user(user.pk), at=at, action="telemed.entered", subject_type="user", subject_id=user.pk)
    return user.pk


@transaction.atomic
def end_handed_over(*, portal_session_key: str) -> int:
    """End every telemedicine session that began from this session of the portal, and those still on their way; returns
    how many there were. Repeating is safe."""
    sessions = import_module(settings.SESSION_ENGINE).SessionStore()
    handovers = list(Handover.objects.select_for_update().filter(portal_session_key=portal_session_key))
    for handover in handovers:
        if handover.telemed_session_key:
            sessions.delete(handover.telemed_session_key)
    Handover.objects.filter(pk__in=[handover.pk for handover in handovers]).delete()
    return len(handovers)


@transaction.atomic
def leave_both_sites(*, nonce: str, by: Actor, at: datetime) -> bool:
    """Sign out of telemedicine ends the session of the portal that it began from, and with it every other one of
    telemedicine that began there; False when the portal had ended it before. Repeating is safe."""
    handover = Handover.objects.filter(nonce_digest=_digest(nonce)).first()
    if handover is None:
        return False
    key = handover.portal_session_key
    for listed in UserSession.objects.filter(session_key=key):
        listed.end()
    import_module(settings.SESSION_ENGINE).SessionStore().delete(key)
    end_handed_over(portal_session_key=key)
    audit.record(by=by, at=at, action="session.ended", subject_type="user", subject_id=handover.user_id)
    return True


def _digest(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()
