"""The identity provider. The names are those allauth asks for: `idp:oidc:…`."""

from django.urls import include, path

from doctorlike.sites.portal.identity import views

_oidc = [
    path(".well-known/openid-configuration", views.configuration, name="configuration"),
    path(".well-known/jwks.json", views.keys, name="jwks"),
    path("authorize", views.authorization, name="authorization"),
    path("token", views.token, name="token"),
]

app_name = "idp"
urlpatterns = [path("", include((_oidc, "oidc")))]
