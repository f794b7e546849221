"""Our OpenID Connect provider: who the signed-in person is, told to telemedicine."""

from allauth.idp.oidc.adapter import DefaultOIDCAdapter


class IdentityProviderAdapter(DefaultOIDCAdapter):
    """Opaque, stable subjects instead of primary keys."""
