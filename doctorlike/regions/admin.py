"""Regions in /admin/: whoever may keep catalogues may keep them; a region once used is not deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from doctorlike.regions.models import Region


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin):
    """The site lets in only who may keep catalogues (`sites/staff/access.py`), so no further question is asked here."""

    list_display = ("name", "short_name", "code", "federal_district")
    list_filter = ("federal_district",)
    search_fields = ("name", "short_name", "code", "name_en")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._keeps_catalogues(request)

    def has_view_permission(self, request: HttpRequest, obj: Region | None = None) -> bool:
        return self._keeps_catalogues(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._keeps_catalogues(request)

    def has_change_permission(self, request: HttpRequest, obj: Region | None = None) -> bool:
        return self._keeps_catalogues(request)

    def has_delete_permission(self, request: HttpRequest, obj: Region | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Region | None = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def _keeps_catalogues(self, request: HttpRequest) -> bool:
        # Asked by name: accounts is above regions, and a user model is whatever settings say.
        user: Any = request.user
        return bool(user.is_authenticated and user.may("catalogues"))
