"""Clients who have visits at a clinic that leaves the network: told once, and told when it stays after all
(docs/rules/network.md). The visit itself is not touched: what was guaranteed stays guaranteed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from doctorlike.appointments import notices
from doctorlike.appointments.models import Appointment, DepartureNotice
from doctorlike.appointments.rules import State
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.facts import ClinicLeft, ClinicStayed
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock

_LEFT = Actor.system("clinic left")


def tell_of_departures(fact: ClinicLeft) -> None:
    """Have a job tell the clients of each clinic that has visits from that day on. Safe to repeat: nobody is told
    twice."""
    from doctorlike.appointments.tasks import tell_of_departure  # the task calls back into this module

    scopes = {one.clinic_id: one.scopes for one in fact.departures}
    visited = _visits(scopes, fact.left_on).values_list("slot__clinic_id", flat=True).distinct()
    for clinic_id in sorted(visited):
        tell_of_departure.defer(
            clinic_id=str(clinic_id), scopes=list(scopes[clinic_id]), left_on=fact.left_on.isoformat()
        )


def tell_of_staying(fact: ClinicStayed) -> None:
    """Have a job tell those who were told of a departure that it is off. Safe to repeat."""
    from doctorlike.appointments.tasks import tell_of_stay  # as above

    scopes = {one.clinic_id: one.scopes for one in fact.departures}
    told = DepartureNotice.objects.filter(clinic_id__in=scopes, withdrawn_at__isnull=True)
    for clinic_id in sorted(set(told.values_list("clinic_id", flat=True))):
        tell_of_stay.defer(clinic_id=str(clinic_id), scopes=list(scopes[clinic_id]))


@transaction.atomic
def tell_clients_of_departure(*, clinic_id: UUID, scopes: Collection[str], left_on: date, at: datetime) -> int:
    """Tell each client with visits there from `left_on` on, once for this departure, whatever number of policies and
    visits is theirs; returns how many were told now. A departure that was taken back by now tells nobody. Repeating
    tells nobody twice."""
    advisory_lock(f"departure:{clinic_id}")
    standing = clinics.standings([clinic_id]).get(clinic_id)
    leaving = [scope for scope in scopes if standing and not standing.in_network(scope, left_on)]
    visits = _visits({clinic_id: tuple(leaving)}, left_on).order_by("policy_id", "starts_at")
    known = set(
        DepartureNotice.objects.filter(clinic_id=clinic_id, left_on=left_on, withdrawn_at__isnull=True).values_list(
            "policy_id", flat=True
        )
    )
    fresh = [
        (policy_id, list(theirs))
        for policy_id, theirs in groupby(visits.select_related("slot"), key=lambda visit: visit.policy_id)
        if policy_id not in known
    ]
    DepartureNotice.objects.bulk_create(
        DepartureNotice(clinic_id=clinic_id, policy_id=policy_id, left_on=left_on, told_at=at, told_by=str(_LEFT))
        for policy_id, _theirs in fresh
    )
    return notices.tell_departure([theirs for _policy, theirs in fresh], left_on=left_on, by=_LEFT, at=at)


@transaction.atomic
def tell_clients_of_stay(*, clinic_id: UUID, scopes: Collection[str], at: datetime) -> int:
    """Tell those who were told of a departure and still have visits there that nothing changes for them; returns how
    many. Repeating tells nobody twice."""
    advisory_lock(f"departure:{clinic_id}")
    told = DepartureNotice.objects.filter(
        clinic_id=clinic_id, withdrawn_at__isnull=True, policy__scope__in=list(scopes)
    ).select_for_update(of=("self",))
    first_day = {row.policy_id: row.left_on for row in told}
    told.update(withdrawn_at=at, withdrawn_by=str(_LEFT))
    visits = (
        Appointment.objects.filter(policy_id__in=first_day, slot__clinic_id=clinic_id, state=State.BOOKED)
        .select_related("slot")
        .order_by("policy_id", "starts_at")
    )
    still = [
        [visit for visit in theirs if visit.slot.visit_on >= first_day[policy_id]]
        for policy_id, theirs in groupby(visits, key=lambda visit: visit.policy_id)
    ]
    return notices.tell_stay([theirs for theirs in still if theirs], by=_LEFT, at=at)


def _visits(scopes: dict[UUID, tuple[str, ...]], left_on: date) -> QuerySet[Appointment]:
    """Booked visits of policies that the clinics serve no longer on the visit's day."""
    every = {scope for told in scopes.values() for scope in told}
    rows = Appointment.objects.filter(
        state=State.BOOKED,
        slot__clinic_id__in=[clinic_id for clinic_id, told in scopes.items() if told],
        slot__visit_on__gte=left_on,
        policy__scope__in=every,
    )
    for clinic_id, told in scopes.items():
        if set(told) != every:
            rows = rows.exclude(slot__clinic_id=clinic_id, policy__scope__in=every - set(told))
    return rows
