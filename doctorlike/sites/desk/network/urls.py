"""Pages of the network; names are the desk's own («desk:network»)."""

from django.urls import path

from doctorlike.sites.desk.network import clinics, lists, rows

urlpatterns = [
    path("", lists.index, name="network"),
    path("upload/", lists.upload, name="network_upload"),
    path("lists/<uuid:run_id>/", lists.run, name="network_list"),
    path("lists/<uuid:run_id>/columns/", lists.columns, name="network_columns"),
    path("lists/<uuid:run_id>/progress/", lists.progress, name="network_progress"),
    path("lists/<uuid:run_id>/again/", lists.again, name="network_again"),
    path("lists/<uuid:run_id>/apply/", lists.apply, name="network_apply"),
    path("lists/<uuid:run_id>/take-back/", lists.take_back, name="network_take_back"),
    path("lists/<uuid:run_id>/rows/<int:number>/", rows.row, name="network_row"),
    path("clinics/", clinics.index, name="network_clinics"),
    path("clinics/<uuid:clinic_id>/", clinics.clinic, name="network_clinic"),
    path("clinics/<uuid:clinic_id>/in/", clinics.take_in, name="network_in"),
    path("clinics/<uuid:clinic_id>/out/", clinics.take_out, name="network_out"),
]
