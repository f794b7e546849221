from django.urls import path

from doctorlike.sites.portal.services import views

app_name = "services"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:encounter_id>/", views.encounter, name="encounter"),
]
