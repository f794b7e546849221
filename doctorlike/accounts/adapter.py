"""What allauth asks us: it keeps stages of signing in, sessions and passkeys; the door with codes is ours."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from doctorlike.accounts import commands
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.notifications import commands as notifications

DEVICE_COOKIE_SECONDS = 2 * 365 * 24 * 60 * 60


class AccountAdapter(DefaultAccountAdapter):
    """No registration but through our door; mail goes out with the house's other messages."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        mail = self.render_mail(template_prefix, email, {**context, "request": allauth_context.request, "email": email})
        notifications.send_email(
            to=email,
            subject=mail.subject,
            text=str(mail.body),
            topic="account",
            by=Actor.system("allauth"),
            at=clock.now(),
            secret=True,
        )

    def format_email_subject(self, subject: str) -> str:
        return subject

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what happened."""

    def get_login_stages(self) -> list[str]:
        return [*super().get_login_stages(), "doctorlike.accounts.second_factor.SetUpStage"]

    def post_login(self, request: HttpRequest, user: Any, **hooked: Any) -> HttpResponse:
        """Somebody is in: their device is remembered by a cookie of its own, one for each site."""
        response: HttpResponse = super().post_login(request, user, **hooked)
        cookie = f"{settings.SITE}_device"
        token = commands.note_sign_in(
            user_id=user.pk,
            device_token=request.COOKIES.get(cookie, ""),
            user_agent=request.headers.get("User-Agent", ""),
            at=clock.now(),
        )
        response.set_cookie(
            cookie,
            token,
            max_age=DEVICE_COOKIE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    def logout(self, request: HttpRequest) -> None:
        """Signing out of the portal ends the telemedicine sessions that began from it."""
        if request.session.session_key:
            commands.end_handed_over(portal_session_key=request.session.session_key)
        super().logout(request)
