"""Signing in and out, for the portal and the staff site alike. allauth asks for the names `account_*`."""

from allauth.account.views import logout
from django.urls import path

from doctorlike.sites.signin import views

urlpatterns = [
    path("signin/", views.door, name="account_login"),
    path("signin/code/", views.code, name="account_code"),
    path("signin/code/again/", views.again, name="account_code_again"),
    path("signout/", logout, name="account_logout"),
]
