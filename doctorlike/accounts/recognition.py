"""Who a request comes from: asked with every request, so its two questions are written once (`kit.reads`)."""

from __future__ import annotations

from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField, UUIDField
from django.utils import timezone

from doctorlike.accounts.models import User
from doctorlike.kit.reads import Read, Told

_sign_in = Read(
    lambda: Session.objects.filter(session_key=Told("key", CharField()), expire_date__gt=Told("now", DateTimeField())),
    prepared=True,
)
_account = Read(lambda: User.objects.filter(pk=Told("user_id", UUIDField())), prepared=True)


class SessionStore(DatabaseStore):
    """Django's own, in the database; only the question is written once. `SESSION_ENGINE` names this module."""

    def _get_session_from_db(self) -> Session | None:
        for row in _sign_in(key=self.session_key, now=timezone.now()):
            return row
        self._session_key = None
        return None


class AccountBackend(AuthenticationBackend):
    """allauth's backend."""

    def get_user(self, user_id: UUID) -> User | None:
        for user in _account(user_id=user_id):
            return user if self.user_can_authenticate(user) else None
        return None
