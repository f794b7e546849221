from django.urls import path

from doctorlike.sites.portal.calls import views

app_name = "calls"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:call_id>/cancel/", views.cancel, name="cancel"),
]
