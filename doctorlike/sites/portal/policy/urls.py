"""Addresses of one contract in the account."""

from django.urls import path

from doctorlike.sites.portal.policy import ending, renewing, views

app_name = "policy"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:policy_id>/", views.show, name="show"),
    path("<uuid:policy_id>/documents/<uuid:document_id>/", views.download, name="download"),
    path("<uuid:policy_id>/cancel/", ending.cancel, name="cancel"),
    path("<uuid:policy_id>/cancel/code/", ending.cancel_code, name="cancel_code"),
    path("<uuid:policy_id>/renew/", renewing.renew, name="renew"),
]
