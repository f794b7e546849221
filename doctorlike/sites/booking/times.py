"""The page on which a time is chosen, for the client and for whoever books for them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest

from doctorlike.appointments import queries
from doctorlike.appointments.queries import SlotCard
from doctorlike.clinics import queries as clinics
from doctorlike.kit import clock
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.booking.offer import offer
from doctorlike.sites.booking.pages import day_strip, doctors_with_time

# Past a whole waiting period: a policy that starts tomorrow can be booked with at once.
DAYS_SHOWN = 21


def slots_page(request: HttpRequest, policy: PolicyView, clinic_id: UUID, specialty: str) -> dict[str, Any]:
    """Days and times of a specialty at a clinic, with what the policy says to the day shown."""
    clinic = clinics.clinic(clinic_id)
    at = clock.now()
    doctors = [one for one in queries.doctors_of(clinic_id) if one.specialty_code == specialty]
    if not doctors or not clinic.online_booking:
        raise Http404
    doctor = next((one for one in doctors if str(one.id) == request.GET.get("doctor")), None)
    chosen: dict[str, Any] = {
        "clinic_id": clinic_id,
        "specialty": specialty,
        "doctor_id": doctor.id if doctor else None,
        "at": at,
    }
    today = at.astimezone(ZoneInfo(clinic.zone)).date()
    free = queries.free_by_day(from_on=today, days=DAYS_SHOWN, **chosen)
    on = _day(request, free) or next((day for day, count in free.items() if count), today)
    slots = queries.slots_of_day(on=on, **chosen)
    groups = doctors_with_time(slots, _names_of_other_services(slots, clinic_id, on))
    service_code = groups[0].slots[0].service_code if groups else doctors[0].service_code
    return {
        "policy": policy,
        "clinic": clinic,
        "specialty": doctors[0].specialty_name,
        "specialty_code": specialty,
        "doctors": doctors,
        "doctor": doctor,
        "days": day_strip(free, on),
        "on": on,
        "has_free": any(free.values()),
        "groups": groups,
        "offer": offer(policy, clinic_id=clinic_id, service_code=service_code, on=on),
        "gone": _gone(request, clinic_id),
        "now": at,
    }


def _names_of_other_services(slots: list[SlotCard], clinic_id: UUID, on: date) -> dict[str, str]:
    """As the price list words them; not asked for where every doctor does their own service only."""
    if all(slot.service_code == slot.doctor.service_code for slot in slots):
        return {}
    return {one.service_code: one.service_name for one in clinics.prices_of(clinic_id, on)}


def _day(request: HttpRequest, shown: dict[date, int]) -> date | None:
    """The asked day when the strip shows it."""
    return next((day for day in shown if day.isoformat() == request.GET.get("on")), None)


def _gone(request: HttpRequest, clinic_id: UUID) -> dict[str, object] | None:
    """The slot the client came back without, with what is free nearest to it."""
    for why in ("taken", "ended"):
        try:
            slot_id = UUID(request.GET.get(why, ""))
        except ValueError:
            continue
        slot = queries.slot(slot_id, clock.now())
        if slot.doctor.clinic_id != clinic_id:
            raise Http404
        return {"why": why, "slot": slot, "nearest": queries.nearest_free(slot_id=slot_id, at=clock.now())}
    return None


def posted_slot(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("slot", ""))
    except ValueError:
        raise Http404 from None
