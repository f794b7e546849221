"""Clients whose time a clinic took away, or gave back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from doctorlike.appointments import notices
from doctorlike.appointments.models import Appointment, TimeNotice
from doctorlike.appointments.rules import State
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock

_CHANGED = Actor.system("timetable changed")


@transaction.atomic
def tell_clients_of_taken_times(*, clinic_id: UUID, account_url: str, at: datetime) -> int:
    """Tell each client of visits to come whose time was taken away, once for each time it was; and those who were told
    so and have their time again. Returns how many messages went out. Repeating tells nobody twice."""
    advisory_lock(f"appointments.taken_times:{clinic_id}")
    booked = Appointment.objects.filter(
        slot__clinic_id=clinic_id, slot__starts_at__gt=at, state=State.BOOKED
    ).select_related("slot")
    told = TimeNotice.objects.filter(appointment=OuterRef("pk"), slot=OuterRef("slot"), taken_back_at__isnull=True)
    taken = booked.filter(slot__withdrawn_at__isnull=False).exclude(
        Exists(told.filter(withdrawn_at=OuterRef("slot__withdrawn_at")))
    )
    standing = booked.filter(Exists(told), slot__withdrawn_at__isnull=True)
    fresh = list(taken.order_by("policy_id", "starts_at"))
    again = list(standing.order_by("policy_id", "starts_at"))
    TimeNotice.objects.bulk_create(
        TimeNotice(appointment=visit, slot=visit.slot, withdrawn_at=withdrawn_at, told_at=at, told_by=str(_CHANGED))
        for visit in fresh
        if (withdrawn_at := visit.slot.withdrawn_at) is not None
    )
    TimeNotice.objects.filter(appointment__in=again, taken_back_at__isnull=True).update(
        taken_back_at=at, taken_back_by=str(_CHANGED)
    )
    sent = notices.tell_taken_times(_by_policy(fresh), account_url=account_url, by=_CHANGED, at=at)
    return sent + notices.tell_times_stand(_by_policy(again), by=_CHANGED, at=at)


def _by_policy(visits: Iterable[Appointment]) -> list[list[Appointment]]:
    return [list(theirs) for _policy, theirs in groupby(visits, key=lambda visit: visit.policy_id)]
