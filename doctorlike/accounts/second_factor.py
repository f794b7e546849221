"""What allauth asks us about second proofs: whose sign-in needs one, how secrets rest, what a passkey is named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.stages import LoginStage
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.flows import did_use_passwordless_login
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect

from doctorlike.accounts.commands.identity import end_handed_over
from doctorlike.accounts.models import User
from doctorlike.accounts.rules.factors import SET_UP, must_set_up, second_step_needed
from doctorlike.kit import crypto


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets rest encrypted; whether a second step is needed is a rule of ours."""

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text.encode()).decode()

    def is_mfa_enabled(self, user: Any, types: Iterable[str] | None = None) -> bool:
        if not isinstance(user, User):
            return False
        return second_step_needed(at_work=bool(user.roles), held=kinds_held(user))

    def get_totp_issuer(self) -> str:
        return str(settings.BRAND.product)

    def _get_user_identifier(self, user: Any) -> str:
        return user.email or user.phone or ""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": str(settings.BRAND.product)}

    def _get_site_name(self) -> str:
        return str(settings.BRAND.product)


class SetUpStage(LoginStage):
    """People at work who have no second proof yet set one up before they are let in."""

    key = SET_UP
    urlname = SET_UP

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if not isinstance(user, User) or did_use_passwordless_login(self.request, user):
            return None, True
        if must_set_up(at_work=bool(user.roles), held=kinds_held(user)):
            return redirect(SET_UP), True
        return None, True


class SessionsAdapter(DefaultUserSessionsAdapter):
    """A session that is ended from another device takes its telemedicine session along."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        for session in sessions:
            end_handed_over(portal_session_key=session.session_key)
            session.end()


def kinds_held(user: User) -> set[str]:
    """Kinds of second proofs that somebody has set up."""
    return set(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
