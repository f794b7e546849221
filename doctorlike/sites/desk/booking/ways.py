"""Where the desk's booking leads to."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from doctorlike.appointments.queries import SlotCard


def back_to_times(policy_id: UUID, slot: SlotCard, *, moves: UUID | None = None, **why: UUID) -> HttpResponse:
    """The same specialty and day again; of the visit that is being moved."""
    page = (
        reverse("desk:visit_move", args=[policy_id, moves])
        if moves
        else reverse("desk:book_time", args=[policy_id, slot.doctor.clinic_id, slot.doctor.specialty_code])
    )
    return redirect(f"{page}?{urlencode({'on': slot.visit_on.isoformat(), **why})}")


def to_what_was_done(policy_id: UUID, call_id: UUID | None) -> HttpResponse:
    """The call that brought it, where there was one, else the client."""
    return redirect("desk:callback", call_id) if call_id else redirect("desk:client", policy_id)
