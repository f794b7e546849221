"""Addresses of a gift, behind the order's secret link."""

from django.urls import path

from doctorlike.sites.portal.gift import views

app_name = "gift"
urlpatterns = [
    path("", views.choose, name="choose"),
    path("drop/", views.drop, name="drop"),
]
