"""Addresses of the insured's way to an own account: the policyholder's page, and the link's."""

from django.urls import path

from doctorlike.sites.portal.coming_of_age import views

app_name = "coming_of_age"
urlpatterns = [
    path("cabinet/policies/<uuid:policy_id>/own-account/", views.index, name="index"),
    path("own-account/<str:secret>/", views.open_link, name="open"),
    path("own-account/<str:secret>/accept/", views.accept, name="accept"),
]
