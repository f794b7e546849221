"""Registers at the desk: every clinic's."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.care.rules import CameBy
from doctorlike.sites.registers import pages
from doctorlike.sites.registers.pages import Place

_HERE = Place("desk", CameBy.DESK)


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    return pages.index(request, _HERE)


@never_cache
@require_safe
def register(request: HttpRequest, register_id: UUID) -> HttpResponse:
    return pages.register(request, _HERE, register_id)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, register_id: UUID) -> HttpResponse:
    return pages.columns(request, _HERE, register_id)


@never_cache
@require_safe
def progress(request: HttpRequest, register_id: UUID) -> HttpResponse:
    return pages.progress(request, _HERE, register_id)


@require_safe
def answer(request: HttpRequest, register_id: UUID) -> HttpResponse:
    return pages.answer(request, _HERE, register_id)
