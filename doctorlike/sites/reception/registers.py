"""The clinic's own registers."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.care.rules import CameBy
from doctorlike.clinics.queries import ClinicCard
from doctorlike.sites.reception.counter import at_own_clinic
from doctorlike.sites.registers import pages
from doctorlike.sites.registers.pages import Place


def _here(clinic: ClinicCard) -> Place:
    return Place("reception", CameBy.RECEPTION, clinic.id)


@require_http_methods(["GET", "HEAD", "POST"])
@at_own_clinic
def index(request: HttpRequest, clinic: ClinicCard) -> HttpResponse:
    return pages.index(request, _here(clinic))


@never_cache
@require_safe
@at_own_clinic
def register(request: HttpRequest, clinic: ClinicCard, register_id: UUID) -> HttpResponse:
    return pages.register(request, _here(clinic), register_id)


@require_http_methods(["GET", "HEAD", "POST"])
@at_own_clinic
def columns(request: HttpRequest, clinic: ClinicCard, register_id: UUID) -> HttpResponse:
    return pages.columns(request, _here(clinic), register_id)


@never_cache
@require_safe
@at_own_clinic
def progress(request: HttpRequest, clinic: ClinicCard, register_id: UUID) -> HttpResponse:
    return pages.progress(request, _here(clinic), register_id)


@require_safe
@at_own_clinic
def answer(request: HttpRequest, clinic: ClinicCard, register_id: UUID) -> HttpResponse:
    return pages.answer(request, _here(clinic), register_id)
