"""Our OpenID Connect provider: who the signed-in person is, told to telemedicine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal
from uuid import UUID

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client

from doctorlike.accounts.commands.identity import issuer
from doctorlike.accounts.models import User


class IdentityProviderAdapter(DefaultOIDCAdapter):
    """Opaque, stable subjects instead of primary keys, and no more about a person than a name."""

    def get_issuer(self) -> str:
        return issuer()

    def get_user_sub(self, client: Client, user: User) -> str:
        return str(user.subject)

    def get_user_by_sub(self, client: Client, sub: str) -> User | None:
        try:
            subject = UUID(sub)
        except ValueError:
            return None
        return User.objects.filter(subject=subject, is_active=True).first()

    def get_claims(
        self,
        purpose: Literal["id_token", "userinfo"],
        user: User,
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        claims = {"sub": self.get_user_sub(client, user)}
        if "profile" in scopes and user.person:
            claims["name"] = str(user.person)
        return claims
