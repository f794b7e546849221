"""Who stands at which counter, and what day it is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import ClinicCard
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.sites.visitor import signed_in


def at_own_clinic(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives a view the registrar's clinic, and the page the clinic's clock: a registrar reads times without a zone.
    NotFoundError for somebody whom no clinic employs."""

    @wraps(view)
    def shown(request: HttpRequest, **of_address: Any) -> HttpResponse:
        clinic = clinics.clinic_of_staff(UUID(registrar(request).ref))
        if clinic is None:
            raise NotFoundError
        with timezone.override(ZoneInfo(clinic.zone)):
            return view(request, clinic, **of_address)

    return shown


def registrar(request: HttpRequest) -> Actor:
    return Actor.staff(signed_in(request).pk)


def today_at(clinic: ClinicCard) -> date:
    """The business date by the clinic's clock."""
    return clock.now().astimezone(ZoneInfo(clinic.zone)).date()


def asked_day(request: HttpRequest, name: str, otherwise: date) -> date:
    """The day in the address, or another when it names none."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return otherwise
