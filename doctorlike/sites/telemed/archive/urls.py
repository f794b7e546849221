from django.urls import path

from doctorlike.sites.telemed.archive import exports, sharing, views

app_name = "archive"
urlpatterns = [
    path("", views.index, name="index"),
    path("fhir/", exports.everything, name="fhir_all"),
    path("<uuid:consultation_id>/", views.consultation, name="consultation"),
    path("<uuid:consultation_id>/conclusion/", views.conclusion, name="conclusion"),
    path("<uuid:consultation_id>/addenda/<int:number>/", views.addendum, name="addendum"),
    path("<uuid:consultation_id>/fhir/", exports.one, name="fhir"),
    path("<uuid:consultation_id>/share/", sharing.share, name="share"),
    path("<uuid:consultation_id>/shares/<uuid:share_id>/revoke/", sharing.revoke, name="revoke"),
]
