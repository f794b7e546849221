"""Addresses of a client's documents."""

from django.urls import path

from doctorlike.sites.portal.documents import views

app_name = "documents"
urlpatterns = [
    path("", views.index, name="index"),
    path("policies/<uuid:policy_id>/send/", views.send, name="send"),
    path("<uuid:document_id>/", views.download, name="download"),
]
