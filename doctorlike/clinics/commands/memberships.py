"""In whose network a clinic serves, and until when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.clinics.commands.network import scopes_of
from doctorlike.clinics.errors import MembershipDayError
from doctorlike.clinics.facts import ClinicLeft, ClinicStayed, Departure
from doctorlike.clinics.models import Clinic, NetworkMembership
from doctorlike.kit import clock, facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked


@transaction.atomic
def take_clinic_in(*, clinic_id: UUID, scopes: Collection[str], on: date, by: Actor, at: datetime) -> int:
    """From `on` on, today at the earliest, the clinic serves policies of these scopes; returns in how many it begins.
    A departure that was decided for a later day is called off where it would come after `on`, and for those who were
    told ClinicStayed is published. MembershipDayError for a past day or a scope that does not hold its region.
    Repeating changes nothing."""
    clinic = locked(Clinic.objects, pk=clinic_id)
    _not_past(on, at)
    wrong = set(scopes) - set(scopes_of(clinic.region_id))
    if wrong or not scopes:
        raise MembershipDayError(reason=_("клиника не может обслуживать такое покрытие: её региона в нём нет"))
    begun: list[NetworkMembership] = []
    moved, called_off = 0, []
    for scope in sorted(set(scopes)):
        rows = NetworkMembership.objects.filter(clinic=clinic, scope=scope).select_for_update()
        standing = rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=on)).order_by("from_on").last()
        if standing is None:
            begun.append(NetworkMembership(clinic=clinic, scope=scope, from_on=on))
        elif standing.to_on is not None:
            standing.to_on, standing.closed_in = None, None
            standing.save(update_fields=["to_on", "closed_in"])
            called_off.append(scope)
        elif standing.from_on > on:
            standing.from_on = on
            standing.save(update_fields=["from_on"])
            moved += 1
    NetworkMembership.objects.bulk_create(begun)
    if called_off:
        facts.publish(ClinicStayed((Departure(clinic.pk, tuple(called_off)),), at))
    changed = len(begun) + moved + len(called_off)
    if changed:
        _note(clinic.pk, "clinic.taken_in", scopes, on, by, at)
    return changed


@transaction.atomic
def take_clinic_out(*, clinic_id: UUID, scopes: Collection[str], on: date, by: Actor, at: datetime) -> int:
    """The clinic's last day in these scopes is the one before `on`, which is today at the earliest; ClinicLeft is
    published. Returns how many memberships end by it. MembershipDayError for a past day. Repeating changes nothing."""
    clinic = locked(Clinic.objects, pk=clinic_id)
    _not_past(on, at)
    ending = NetworkMembership.objects.filter(clinic=clinic, scope__in=set(scopes))
    ended = end_memberships(ending.filter(Q(to_on__isnull=True) | Q(to_on__gt=on)), on=on, at=at)
    if ended:
        _note(clinic.pk, "clinic.taken_out", scopes, on, by, at)
    return ended


def end_memberships(
    memberships: QuerySet[NetworkMembership], *, on: date, at: datetime, run_id: UUID | None = None
) -> int:
    """End these on a day, inside the caller's transaction, and publish ClinicLeft; returns how many ended. One that was
    to begin later never begins. `run_id`: the list that ends them."""
    rows = list(memberships.select_for_update(of=("self",)).order_by("pk"))
    scopes: dict[UUID, set[str]] = {}
    for row in rows:
        row.to_on, row.closed_in = max(on, row.from_on), run_id
        scopes.setdefault(row.clinic_id, set()).add(row.scope)
    NetworkMembership.objects.bulk_update(rows, ["to_on", "closed_in"], batch_size=1000)
    if scopes:
        departures = tuple(Departure(clinic_id, tuple(sorted(left))) for clinic_id, left in scopes.items())
        facts.publish(ClinicLeft(departures, on, at))
    return len(rows)


def reopen_memberships(rows: Collection[NetworkMembership], *, at: datetime) -> None:
    """Ended ones go on as if they had not been ended; ClinicStayed is published."""
    scopes: dict[UUID, set[str]] = {}
    for row in rows:
        row.to_on, row.closed_in = None, None
        scopes.setdefault(row.clinic_id, set()).add(row.scope)
    NetworkMembership.objects.bulk_update(rows, ["to_on", "closed_in"], batch_size=1000)
    if scopes:
        stayed = tuple(Departure(clinic_id, tuple(sorted(names))) for clinic_id, names in scopes.items())
        facts.publish(ClinicStayed(stayed, at))


def _not_past(on: date, at: datetime) -> None:
    if on < clock.insurer_date(at):
        raise MembershipDayError(reason=_("она уже прошла, участие меняется с сегодняшнего дня или позже"))


def _note(clinic_id: UUID, action: str, scopes: Collection[str], on: date, by: Actor, at: datetime) -> None:
    audit.record(
        by=by,
        at=at,
        action=action,
        subject_type="clinic",
        subject_id=clinic_id,
        details={"scopes": sorted(scopes), "on": on.isoformat()},
    )
