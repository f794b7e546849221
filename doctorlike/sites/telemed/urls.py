"""Every address of this site."""

from django.urls import URLPattern, URLResolver, include, path

from doctorlike.sites.telemed.nav import register_places

handler400 = "doctorlike.ui.views.bad_request"
handler403 = "doctorlike.ui.views.forbidden"
handler404 = "doctorlike.ui.views.not_found"
handler500 = "doctorlike.ui.views.server_error"

register_places()

urlpatterns: list[URLPattern | URLResolver] = [
    path("look/", include("doctorlike.ui.urls")),
    path("", include("doctorlike.sites.telemed.signin.urls")),
    path("", include("doctorlike.sites.telemed.entry.urls")),
    path("room/", include("doctorlike.sites.telemed.room.urls")),
    path("archive/", include("doctorlike.sites.telemed.archive.urls")),
    path("shared/", include("doctorlike.sites.telemed.archive.share_urls")),
    path("doctor/", include("doctorlike.sites.telemed.doctor.urls")),
]
