from django.urls import path

from doctorlike.sites.telemed.archive import views

app_name = "archive"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:consultation_id>/", views.consultation, name="consultation"),
    path("<uuid:consultation_id>/conclusion/", views.conclusion, name="conclusion"),
]
