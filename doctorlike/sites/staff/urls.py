"""Every address of this site."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from doctorlike.sites.staff import views

handler400 = "doctorlike.ui.views.bad_request"
handler403 = "doctorlike.ui.views.forbidden"
handler404 = "doctorlike.ui.views.not_found"
handler500 = "doctorlike.ui.views.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("", include("doctorlike.sites.signin.urls")),
    path("security/", include("doctorlike.sites.security.urls")),
    path("look/", include("doctorlike.ui.urls")),
    path("desk/", include("doctorlike.sites.desk.urls")),
    path("reception/", include("doctorlike.sites.reception.urls")),
    path("admin/products/", include("doctorlike.sites.staff.products.urls")),
    path("admin/", admin.site.urls),
]
