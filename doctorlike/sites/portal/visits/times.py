"""The way back to the page on which a time is chosen."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from doctorlike.appointments.queries import SlotCard


def back_to_slots(slot: SlotCard, *, moves: UUID | None = None, **why: UUID) -> HttpResponse:
    """The same specialty and day again, so that nothing chosen is lost; of the visit that is being moved."""
    page = (
        reverse("visits:move", args=[moves])
        if moves
        else reverse("visits:slots", args=[slot.doctor.clinic_id, slot.doctor.specialty_code])
    )
    return redirect(f"{page}?{urlencode({'on': slot.visit_on.isoformat(), **why})}")
