"""Addresses of the family's access to a child's policy."""

from django.urls import path

from doctorlike.sites.portal.family import invited, views

app_name = "family"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:policy_id>/invite/", views.invite, name="invite"),
    path("<uuid:policy_id>/again/", views.send_again, name="send_again"),
    path("<uuid:policy_id>/revoke/", views.revoke, name="revoke"),
    path("<uuid:policy_id>/end/", views.end, name="end"),
    path("<uuid:policy_id>/leave/", views.leave, name="leave"),
    path("link/<str:secret>/", invited.invitation, name="invitation"),
    path("link/<str:secret>/accept/", invited.accept, name="accept"),
    path("link/<str:secret>/decline/", invited.decline, name="decline"),
]
