"""Into the list and out of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import connection, transaction

from doctorlike.appointments import rules
from doctorlike.appointments.commands.waiting.answering import end_offer
from doctorlike.appointments.commands.waiting.offering import offer_freed
from doctorlike.appointments.errors import (
    AlreadyWaitingError,
    FreeNowError,
    NotCoveredError,
    TooManyPlacesError,
    WaitingDaysError,
)
from doctorlike.appointments.models import Doctor, Slot, WaitingEntry, WaitingOffer
from doctorlike.appointments.queries.matching import FITS, FREE, NOWHERE_ELSE, THEIR_DOCTORS
from doctorlike.appointments.rules import OfferState, WaitingState, Wish
from doctorlike.audit.commands import record
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.rules import Ask
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.kit.writes import insert
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView

# The first free times of so many different days are asked about: the earliest may be of a day that is not covered.
_DAYS_ASKED = 7

_FREE_NOW = f"""
    select distinct on (s.visit_on, s.clinic_id) s.id, s.clinic_id, s.visit_on,
        coalesce(nullif(s.service_code, ''), d.service_code)
    from appointments_waitingentry e {THEIR_DOCTORS}
    cross join lateral (
        select s.* from appointments_slot s
        where s.doctor_id = d.id and s.starts_at >= %(from_at)s and {FITS} and {FREE} and {NOWHERE_ELSE}
        offset 0) as s  -- doctor by doctor: joined freely, all times there are would be gone through
    where e.id = %(entry_id)s
    order by s.visit_on, s.clinic_id, s.starts_at limit {_DAYS_ASKED}
"""  # noqa: S608  # constants alone


@transaction.atomic
def join_waiting_list(*, policy_id: UUID, wish: Wish, by: Actor, at: datetime) -> UUID:
    """Stand in the list for a time that is not free yet; returns the place. A doctor's own specialty counts.

    FreeNowError when such a time is free and covered at this moment; AlreadyWaitingError for a second place with the
    same doctor, clinic or region; TooManyPlacesError; WaitingDaysError; NotCoveredError with every reason when the
    policy covers such a visit neither on the first day nor on the last; NotFoundError where there is no such doctor,
    no doctor of the specialty, or the region is none of the policy's.
    """
    policy = policies.policy(policy_id)
    today = clock.insurer_date(at)
    clinic_id, service_code = _whom(policy, wish, at)
    _refuse_days(wish, at)
    patient_key = rules.patient_key(policy.insured.full_name, policy.insured.born_on)
    advisory_lock(f"appointments.waiting.person:{patient_key}")
    _refuse_second(policy, patient_key, wish)
    first_on = max(wish.from_on, today)
    asks = [Ask(policy_id, clinic_id, service_code, on) for on in (first_on, wish.until_on - timedelta(days=1))]
    decisions = coverage.eligibility_many(asks, known=[policy])
    if not any(decisions[ask].covered for ask in asks):
        raise NotCoveredError(reasons=decisions[asks[-1]].reasons)
    entry = WaitingEntry(
        policy_id=policy_id,
        patient_key=patient_key,
        specialty_code=wish.specialty,
        doctor_id=wish.doctor_id,
        clinic_id=clinic_id if wish.doctor_id else wish.clinic_id,
        region_id=wish.region,
        from_on=first_on,
        until_on=wish.until_on,
        weekdays=sorted(set(wish.weekdays)),
        from_local=wish.from_local,
        until_local=wish.until_local,
        joined_at=at,
        joined_by=str(by),
        changed_at=at,
        changed_by=str(by),
    )
    insert(entry)
    _refuse_free_now(entry, policy, at)
    record(
        by=by, at=at, action="waiting.joined", subject_type="waiting_entry", subject_id=entry.pk,
        details={"policy": str(policy_id)},
    )  # fmt: skip
    return entry.pk


@transaction.atomic
def leave_waiting_list(*, entry_id: UUID, by: Actor, at: datetime) -> None:
    """Give the place up; what is offered to it goes to the next at once. A place that is served, lapsed or left stays
    as it is, so repeating is safe. NotFoundError."""
    offered = WaitingOffer.objects.filter(entry=entry_id, state=OfferState.OPEN).values_list("pk", "slot_id").first()
    if offered is not None:
        locked(Slot.objects, pk=offered[1])
    entry = locked(WaitingEntry.objects, pk=entry_id)
    if entry.state != WaitingState.WAITING:
        return
    entry.state, entry.changed_at, entry.changed_by = WaitingState.LEFT, at, str(by)
    entry.save(update_fields=["state", "changed_at", "changed_by"])
    record(by=by, at=at, action="waiting.left", subject_type="waiting_entry", subject_id=entry.pk)
    # One that is being offered at this very moment is taken back by the next sweep.
    if offered is not None and end_offer(offered[0], OfferState.REFUSED, by=by, at=at):
        offer_freed(slot_ids=[offered[1]], by=by, at=at)


def _whom(policy: PolicyView, wish: Wish, at: datetime) -> tuple[UUID, str]:
    """A clinic to ask about, and what is done there."""
    if sum(place is not None for place in (wish.doctor_id, wish.clinic_id, wish.region)) != 1:
        raise NotFoundError
    doctors = Doctor.objects.filter(specialty_code=wish.specialty, clinic__online_booking=True)
    if wish.doctor_id is not None:
        doctors = doctors.filter(pk=wish.doctor_id)
    elif wish.clinic_id is not None:
        doctors = doctors.filter(clinic=wish.clinic_id)
    else:
        if wish.region not in coverage.regions_of(policy, clock.insurer_date(at)).codes:
            raise NotFoundError
        doctors = doctors.filter(clinic__region=wish.region)
    found = doctors.order_by("pk").values_list("clinic_id", "service_code").first()
    if found is None:
        raise NotFoundError
    return found


def _refuse_days(wish: Wish, at: datetime) -> None:
    days = (wish.until_on - wish.from_on).days
    if not 0 < days <= rules.MOST_DAYS or wish.until_on <= clock.insurer_date(at):
        raise WaitingDaysError
    if wish.until_local is not None and wish.until_local <= max(wish.from_local, time()):
        raise WaitingDaysError
    if any(day not in range(7) for day in wish.weekdays):
        raise WaitingDaysError


def _refuse_second(policy: PolicyView, patient_key: UUID, wish: Wish) -> None:
    theirs = list(
        WaitingEntry.objects.filter(patient_key=patient_key, state=WaitingState.WAITING).values_list(
            "pk", "specialty_code", "doctor_id", "clinic_id", "region_id"
        )
    )
    for entry_id, specialty, doctor_id, clinic_id, region in theirs:
        same_place = (
            doctor_id == wish.doctor_id
            if wish.doctor_id
            else doctor_id is None and (clinic_id, region) == (wish.clinic_id, wish.region)
        )
        if specialty == wish.specialty and same_place:
            raise AlreadyWaitingError(entry_id=entry_id)
    if len(theirs) >= rules.MOST_PLACES:
        raise TooManyPlacesError


def _refuse_free_now(entry: WaitingEntry, policy: PolicyView, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FREE_NOW, {"entry_id": entry.pk, "from_at": at + rules.LEAST_NOTICE, "at": at})
        found = cursor.fetchall()
    asks = {slot_id: Ask(policy.id, clinic_id, code, on) for slot_id, clinic_id, on, code in found}
    decisions = coverage.eligibility_many(asks.values(), known=[policy])
    for slot_id, ask in asks.items():
        if decisions[ask].covered:
            raise FreeNowError(slot_id=slot_id)
