"""Addresses at which anybody checks a policy on paper. Printed QR codes lead to `show`, so they stay as they are."""

from django.urls import path

from doctorlike.sites.portal.verify import views

app_name = "verify"
urlpatterns = [
    path("", views.index, name="index"),
    path("<str:code>/", views.show, name="show"),
]
