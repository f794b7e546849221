from django.urls import path

from doctorlike.sites.portal.clinics import views

app_name = "clinics"
urlpatterns = [
    path("", views.index, name="index"),
    path("points/", views.points, name="points"),
    path("<uuid:clinic_id>/", views.card, name="card"),
]
