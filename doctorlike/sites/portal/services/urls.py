from django.urls import path

from doctorlike.sites.portal.services import disputes, views

app_name = "services"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:encounter_id>/", views.encounter, name="encounter"),
    path("lines/<uuid:line_id>/dispute/", disputes.open_dispute, name="open_dispute"),
    path("disputes/<uuid:dispute_id>/", disputes.dispute, name="dispute"),
    path("disputes/<uuid:dispute_id>/complain/", disputes.complain, name="complain"),
    path("disputes/<uuid:dispute_id>/files/<uuid:file_id>/", disputes.file, name="dispute_file"),
]
