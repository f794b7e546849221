from django.urls import path

from doctorlike.sites.portal.clinics import lists, reports, views

app_name = "clinics"
urlpatterns = [
    path("", views.index, name="index"),
    path("points/", views.points, name="points"),
    path("list/", lists.index, name="list"),
    path("list/list.xlsx", lists.file, {"extension": "xlsx"}, name="list_xlsx"),
    path("list/list.pdf", lists.file, {"extension": "pdf"}, name="list_pdf"),
    path("reports/", reports.index, name="reports"),
    path("<uuid:clinic_id>/", views.card, name="card"),
    path("<uuid:clinic_id>/report/", reports.send, name="report"),
]
