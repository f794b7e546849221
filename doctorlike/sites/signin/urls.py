"""Signing in and out, for the portal and the staff site alike. allauth asks for the names `account_*`."""

from django.urls import path

from doctorlike.accounts.rules.factors import SET_UP
from doctorlike.sites.signin import second, views

urlpatterns = [
    path("signin/", views.door, name="account_login"),
    path("signin/code/", views.code, name="account_code"),
    path("signin/code/again/", views.again, name="account_code_again"),
    path("signin/second/", second.second_step, name="mfa_authenticate"),
    path("signin/setup/", second.set_up, name=SET_UP),
    path("signin/passkey/asked/", second.passkey_asked, name="account_passkey_asked"),
    path("signin/passkey/", second.passkey_enter, name="account_passkey"),
    path("signout/", views.leave, name="account_logout"),
]
