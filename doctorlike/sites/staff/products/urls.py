"""Versions of products at /admin/products/."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _

from doctorlike.sites.staff.products import views
from doctorlike.ui.nav import NavPlace, SiteNav, register

app_name = "versions"

register(
    SiteNav(
        site="staff",
        prefix="/admin/products/",
        home=reverse_lazy("versions:index"),
        places=(
            NavPlace("versions", _("Продукты"), "rectangle-stack", reverse_lazy("versions:index")),
            NavPlace("catalogues", _("Справочники"), "book-open", reverse_lazy("admin:index"), exact=True),
        ),
        account=NavPlace("leave", _("Выйти"), "arrow-right-start-on-rectangle", reverse_lazy("account_logout")),
    )
)

urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:product_code>/start/", views.start, name="start"),
    path("versions/<uuid:version_id>/", views.draft, name="draft"),
    path("versions/<uuid:version_id>/publish/", views.publish, name="publish"),
    path("versions/<uuid:version_id>/discard/", views.discard, name="discard"),
    path("versions/<uuid:version_id>/import/", views.import_tariff, name="import_tariff"),
    path("versions/<uuid:version_id>/tariff.csv", views.tariff_file, name="tariff_file"),
    path("versions/<uuid:version_id>/programmes/<slug:programme>/", views.programme, name="programme"),
    path("versions/<uuid:version_id>/<slug:part>/", views.edit, name="edit"),
]
