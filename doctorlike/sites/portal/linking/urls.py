"""Addresses of linking a policy by its number."""

from django.urls import path

from doctorlike.sites.portal.linking import views

app_name = "linking"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:try_id>/", views.code, name="code"),
]
