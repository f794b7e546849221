"""What allauth asks us: it keeps stages of signing in, sessions and (later) passkeys; the door with codes is ours."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.http import HttpRequest

from doctorlike.accounts import commands
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.notifications import commands as notifications


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

    def logout(self, request: HttpRequest) -> None:
        """Signing out of the portal ends the telemedicine sessions that began from it."""
        if request.session.session_key:
            commands.end_handed_over(portal_session_key=request.session.session_key)
        super().logout(request)
