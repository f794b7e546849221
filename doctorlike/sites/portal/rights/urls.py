"""«Мои данные и согласия»."""

from django.urls import path

from doctorlike.sites.portal.rights import closing, views

app_name = "rights"
urlpatterns = [
    path("", views.index, name="index"),
    path("consents/<uuid:consent_id>/", views.consent, name="consent"),
    path("advertising/", views.advertising, name="advertising"),
    path("readings/", views.readings, name="readings"),
    path("copy/", views.ask_copy, name="ask_copy"),
    path("copy/<uuid:copy_id>/", views.fetch_copy, name="fetch_copy"),
    path("closing/", closing.closing, name="closing"),
    path("closing/keep/", closing.keep, name="keep"),
]
