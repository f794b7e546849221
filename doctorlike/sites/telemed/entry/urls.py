from django.urls import path

from doctorlike.sites.telemed.entry import views

app_name = "entry"
urlpatterns = [
    path("", views.index, name="index"),
    path("urgent/", views.urgent, name="urgent"),
]
