from django.urls import path

from doctorlike.sites.portal.regions import views

app_name = "regions"
urlpatterns = [
    path("", views.index, name="index"),
    path("confirm/", views.confirm, name="confirm"),
]
