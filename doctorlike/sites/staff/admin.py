"""Catalogues at /admin/, opened by a permission of the house and by the house's own sign-in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Permission


class CatalogueSite(AdminSite):
    site_header = _("Справочники")
    site_title = _("Справочники")
    index_title = _("Что можно менять")
    site_url = "/"
    enable_nav_sidebar = False

    def register(
        self, model_or_iterable: type[Model] | Iterable[type[Model]], admin_class: Any = None, **options: Any
    ) -> None:
        """Only catalogues of ours: groups, sessions and jobs, which libraries register by themselves, stay out."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        ours = [model for model in models if model.__module__.startswith("doctorlike.")]
        if ours:
            super().register(ours, admin_class, **options)

    def get_urls(self) -> list[Any]:
        """Without the way to a row's own page: no row of ours has one."""
        return [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.may(Permission.CATALOGUES)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one door to the staff site, and no passwords."""
        if self.has_permission(request):
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next", "/admin/"))
